/** What fetching will not go beyond; each is named in the error that it causes. */
export interface FetchLimits {
  /** Of one file whose size its manifest does not state. */
  readonly maxFileBytes: number;
  /** Until the server's answer begins. */
  readonly connectTimeoutMs: number;
  /** Between two pieces of a file. */
  readonly stallTimeoutMs: number;
  /** For one whole file: one byte now and then must not last for ever. */
  readonly fileTimeoutMs: number;
}

export const DEFAULT_FETCH_LIMITS: FetchLimits = {
  // Protocol buffers hold no more, so there is no larger .onnx file.
  maxFileBytes: 2 ** 31 - 1,
  connectTimeoutMs: 20_000,
  stallTimeoutMs: 30_000,
  fileTimeoutMs: 2 * 60 * 60_000,
};
