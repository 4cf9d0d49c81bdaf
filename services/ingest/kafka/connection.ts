export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** How to reach and convince the brokers. Certificates and the password are contents, not files. */
export interface KafkaConnection {
  readonly clientId: string;
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  /** Null: not encrypted. */
  readonly tls: {
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  } | null;
  readonly sasl: {
    readonly mechanism: SaslMechanism;
    readonly username: string;
    readonly password: string;
  } | null;
}

/** The topics in use. */
export interface TopicNames {
  readonly clips: string;
  /** Null where none is configured. */
  readonly priority: string | null;
  /** One for each wait, ascending; `retryWaitsMs` has the waits. */
  readonly retries: readonly string[];
  readonly retryWaitsMs: readonly number[];
  readonly deadLetters: string;
  readonly identifications: string;
  readonly status: string;
  readonly tracks: string;
  readonly gallery: string;
}
