/** How the id of a bundle with weights from a seed ends; see services/models/bundle-id.ts. */
const SUFFIX = '-untrained';

/** A line for a person where results are chance; empty for a trained bundle. */
export function untrainedNote(bundleId: string): string {
  return bundleId.endsWith(SUFFIX)
    ? `note: the bundle ${bundleId} has weights from a seed: what it finds is chance`
    : '';
}
