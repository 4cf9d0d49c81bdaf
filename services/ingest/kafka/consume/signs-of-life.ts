const LOOK_EVERY_MS = 1000;

/** Tells when a member of a group has not been answered for too long, and when it is again. */
export class SignsOfLife {
  private lastMs = 0;
  private isSilent = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limitMs: number,
    private readonly tell: (isAlive: boolean) => void,
  ) {}

  /** Watches from now on; what was said before is forgotten. */
  begin(): void {
    this.end();
    this.lastMs = performance.now();
    this.isSilent = false;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** It was answered. */
  beat(): void {
    this.lastMs = performance.now();
    if (!this.isSilent || this.timer === undefined) return;
    this.isSilent = false;
    this.tell(true);
  }

  /** It is no member at present: whoever knows why tells that. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    if (this.isSilent || performance.now() - this.lastMs < this.limitMs) return;
    this.isSilent = true;
    this.tell(false);
  }
}
