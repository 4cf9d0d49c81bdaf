/**
 * One change of a gallery at a time. A decision is read from the index and written to the store a
 * little later: an enrolment in between would be seen by neither the decision nor the renaming after it.
 */
export class GalleryTurns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs `work` after everything that was asked for this gallery before. */
  run<T>(galleryId: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(galleryId) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.last.set(galleryId, mine);
    const forget = (): void => {
      if (this.last.get(galleryId) === mine) this.last.delete(galleryId);
    };
    mine.then(forget, forget);
    return mine;
  }
}
