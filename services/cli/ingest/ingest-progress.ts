import { ClipState, type Clip } from '../../gen/clipid/v1/clip.js';
import { startProgress, type Progress } from '../progress.js';
import type { OnProgress } from '../session.js';
import { seconds } from '../table.js';
import type { Terminal } from '../terminal.js';

const STATES: Partial<Record<ClipState, string>> = {
  [ClipState.CLIP_STATE_QUEUED]: 'queued',
  [ClipState.CLIP_STATE_EXTRACTING]: 'looking for faces',
  [ClipState.CLIP_STATE_EXTRACTED]: 'being identified',
  [ClipState.CLIP_STATE_DONE]: 'done',
  [ClipState.CLIP_STATE_FAILED]: 'failed',
};

/** How far a run over many clips is: whole clips, and the share of those in work where it is known. */
export class IngestProgress {
  private bar: Progress | undefined;
  /** Share of each clip that is done, by clip id. */
  private readonly shares = new Map<string, number>();

  constructor(
    private readonly terminal: Terminal,
    private total = 0,
  ) {}

  start(total: number): void {
    this.total = total;
    this.bar = startProgress(this.terminal, total, 'clips');
  }

  /** A state that the server told of. */
  readonly onState = (_index: number, clip: Clip): void => {
    const final = clip.state === ClipState.CLIP_STATE_DONE || clip.error !== undefined;
    this.show(clip.clipId, final ? 1 : this.share(clip.clipId), STATES[clip.state] ?? '');
  };

  /** A frame of a clip that is worked on in this process. */
  readonly onFrame: OnProgress = ({ clipId, timestampMs, durationMs, faceCount }) => {
    const share = durationMs > 0 ? Math.min(timestampMs / durationMs, 0.99) : 0;
    const text = `${seconds(timestampMs)} of ${seconds(durationMs)}, ${faceCount} faces`;
    this.show(clipId, Math.max(share, this.share(clipId)), text);
  };

  stop(): void {
    this.bar?.stop();
  }

  private share(clipId: string): number {
    return this.shares.get(clipId) ?? 0;
  }

  private show(clipId: string, share: number, text: string): void {
    this.shares.set(clipId, share);
    const done = [...this.shares.values()].reduce((sum, value) => sum + value, 0);
    this.bar?.update(Math.min(done, this.total), `${clipId.slice(0, 13)} ${text}`);
  }
}
