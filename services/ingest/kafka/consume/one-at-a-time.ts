/**
 * Runs `work` one at a time: asked for while it runs, it runs once more afterwards, so that nothing
 * which came in its last moment is left lying.
 */
export class OneAtATime {
  private running: Promise<void> | undefined;
  private isWanted = false;

  /** `work` must not throw. It may itself want more. */
  constructor(private readonly work: () => Promise<void>) {}

  want(): void {
    this.isWanted = true;
    this.running ??= this.run();
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // Not at once: what `work` wants before its first pause would begin beside it.
    await Promise.resolve();
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.work();
      }
    } finally {
      // With nothing between this and the last look: what is wanted from now on runs anew.
      this.running = undefined;
    }
  }
}
