/**
 * Runs `work` one at a time: asked for while it runs, it runs once more afterwards, so that nothing
 * which came in its last moment is left lying.
 */
export class OneAtATime {
  private running: Promise<void> | undefined;
  private isWanted = false;

  /** `work` must not throw. */
  constructor(private readonly work: () => Promise<void>) {}

  want(): void {
    this.isWanted = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      await this.work();
    }
  }
}
