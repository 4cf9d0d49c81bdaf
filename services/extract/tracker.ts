import type { FrameAnalysis } from '../vision/port.js';
import { CutDetector } from './cut.js';
import { linkFaces, type LinkRules } from './link.js';
import { OpenTrack, type SeenFace } from './open-track.js';

/** The faces of one finished track, in order of time. */
export type TrackedFaces = readonly SeenFace[];

/**
 * Links the faces of consecutive frames into tracks, as frames come.
 * A cut ends every track; so does not being seen for `longestGapMs`.
 * Finished tracks are handed to `onFinished` at once, so that memory follows the tracks in sight.
 */
export class Tracker {
  private open: OpenTrack[] = [];
  private readonly cuts = new CutDetector();

  constructor(
    private readonly rules: LinkRules,
    private readonly onFinished: (faces: TrackedFaces) => void,
  ) {}

  /** Frames must come in order of time. */
  add(frame: FrameAnalysis): void {
    if (this.cuts.isCut(frame.thumbnail)) this.finish();
    this.closeStale(frame.timestampMs);
    const faces = frame.faces.map((face) => seenIn(frame, face));
    const links = linkFaces(this.open, faces, this.rules);
    for (const { track, face } of links) track.add(face, this.rules);
    const linked = new Set(links.map((link) => link.face));
    const isNew = (face: SeenFace): boolean =>
      !linked.has(face) && face.detectionScore >= this.rules.openingScore;
    this.open.push(...faces.filter(isNew).map((face) => new OpenTrack(face)));
  }

  /** Ends every open track: at a cut, and at the end of the clip. */
  finish(): void {
    for (const track of this.open) this.onFinished(track.faces);
    this.open = [];
  }

  private closeStale(nowMs: number): void {
    const isStale = (track: OpenTrack): boolean =>
      nowMs - track.last.timestampMs > this.rules.longestGapMs;
    for (const track of this.open.filter(isStale)) this.onFinished(track.faces);
    this.open = this.open.filter((track) => !isStale(track));
  }
}

function seenIn(frame: FrameAnalysis, face: FrameAnalysis['faces'][number]): SeenFace {
  const { timestampMs, widthPx, heightPx } = frame;
  return { ...face, timestampMs, widthPx, heightPx };
}
