import type { SourceMessage } from '../../../core/source-message.js';
import type { GalleryStore } from '../../../gallery/port.js';
import { decodePart } from '../../messages/extracted-part.js';
import { joinParts, type ExtractedResult } from '../../messages/extracted.js';
import { submissionIdOf } from '../../messages/submission-id.js';
import { checkUnpacked } from '../codecs/unreadable.js';

type PartStore = Pick<GalleryStore, 'transaction' | 'putPart' | 'parts' | 'deleteParts'>;

/** Results from their parts, which lie in the store until the last one is there. */
export class Assembly {
  constructor(private readonly store: PartStore) {}

  /**
   * The whole result, if this is its last part. Any other is kept, in one transaction with `readOn`.
   * Throws MESSAGE_INVALID; then nothing is kept of the result.
   */
  add(message: SourceMessage, readOn: () => void): ExtractedResult | undefined {
    checkUnpacked(message);
    const { submissionId, part, parts, content } = decodePart(message.value ?? new Uint8Array());
    if (part === parts - 1) return this.join(submissionId, content);
    this.store.transaction(() => {
      this.store.putPart(submissionId, part, content);
      readOn();
    });
    return undefined;
  }

  /** To be called in the transaction that writes what came of it. */
  forget({ source }: ExtractedResult): void {
    this.store.deleteParts(submissionIdOf(source));
  }

  /** Parts that cannot be joined are of people, and nobody would ask for them again. */
  private join(submissionId: string, last: Uint8Array): ExtractedResult {
    try {
      return joinParts([...this.store.parts(submissionId), last]);
    } catch (thrown) {
      this.store.deleteParts(submissionId);
      throw thrown;
    }
  }
}
