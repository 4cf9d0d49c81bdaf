import { describe, expect, it } from 'vitest';
import type { Box } from '../../../services/core/boxes.js';
import { toUnitLength } from '../../../services/core/vectors.js';
import { linkRulesFor } from '../../../services/extract/link.js';
import { seeded } from '../../../services/evaluate/seeded.js';
import { Tracker, type TrackedFaces } from '../../../services/extract/tracker.js';
import type { FaceFeature } from '../../../services/core/types.js';

const RULES = linkRulesFor({ matched: 0.735, uncertain: 0.7 });

/** People as unit vectors far from each other; `blend` makes a bad picture of one. */
const ALICE = Float32Array.of(1, 0, 0, 0);
const BOB = Float32Array.of(0, 1, 0, 0);

function face(embedding: Float32Array, boxPx: Box): FaceFeature {
  return {
    boxPx,
    pointsPx: new Float32Array(10),
    detectionScore: 0.9,
    feature: embedding,
    embedding,
    quality: 1,
  };
}

function at(x: number, y = 100, size = 50): Box {
  return { x, y, width: size, height: size };
}

/** A thumbnail of one of many scenes that have nothing in common, under more or less light. */
function picture(scene: number, light: number): Uint8Array {
  const random = seeded(scene);
  return Uint8Array.from({ length: 9 * 16 * 3 }, () => 200 * light * random());
}

/** Runs frames 125 ms apart; each is its faces, the scene behind them and the light on it. */
function track(
  frames: readonly { faces: FaceFeature[]; scene?: number; light?: number }[],
): TrackedFaces[] {
  const finished: TrackedFaces[] = [];
  const tracker = new Tracker(RULES, (faces) => finished.push(faces));
  frames.forEach(({ faces, scene = 1, light = 1 }, i) => {
    tracker.add({
      timestampMs: i * 125,
      widthPx: 640,
      heightPx: 360,
      faces,
      thumbnail: picture(scene, light),
      stageMs: { detect: 0, align: 0, embed: 0, score: 0 },
    });
  });
  tracker.finish();
  return finished;
}

const whoIs = (faces: TrackedFaces): string =>
  [...new Set(faces.map((one) => (one.embedding[0] === 1 ? 'alice' : 'bob')))].join('+');

describe('Tracker', () => {
  it('follows one person who moves', () => {
    const tracks = track(
      Array.from({ length: 10 }, (_, i) => ({ faces: [face(ALICE, at(20 * i))] })),
    );
    expect(tracks.map((faces) => faces.length)).toEqual([10]);
  });

  it('keeps two people apart who cross', () => {
    const frames = Array.from({ length: 21 }, (_, i) => ({
      faces: [face(ALICE, at(20 * i)), face(BOB, at(400 - 20 * i))],
    }));
    const tracks = track(frames);
    expect(tracks.map(whoIs).sort()).toEqual(['alice', 'bob']);
    expect(tracks.map((faces) => faces.length)).toEqual([21, 21]);
  });

  it('keeps two people apart who cross while one hides the other', () => {
    const frames = Array.from({ length: 21 }, (_, i) => {
      const alice = face(ALICE, at(20 * i));
      return { faces: i > 7 && i < 13 ? [alice] : [alice, face(BOB, at(400 - 20 * i))] };
    });
    expect(track(frames).map(whoIs).sort()).toEqual(['alice', 'bob']);
  });

  it('does not take another person in the same place for the first', () => {
    const frames = [ALICE, ALICE, ALICE, BOB, BOB].map((who) => ({ faces: [face(who, at(100))] }));
    expect(track(frames).map((faces) => faces.length)).toEqual([3, 2]);
  });

  it('ends a track at a cut, even for the same person in the same place', () => {
    const frames = [1, 1, 1, 2, 2].map((scene) => ({
      faces: [face(ALICE, at(100))],
      scene,
    }));
    expect(track(frames).map((faces) => faces.length)).toEqual([3, 2]);
  });

  it('does not take light that goes on and off for a cut', () => {
    const frames = [1, 1, 0.3, 0.2, 0.2, 1, 0.5].map((light) => ({
      faces: [face(ALICE, at(100))],
      light,
    }));
    expect(track(frames)).toHaveLength(1);
  });

  it('bridges a short gap and not a long one', () => {
    const seen = (present: boolean): { faces: FaceFeature[] } => ({
      faces: present ? [face(ALICE, at(100))] : [],
    });
    expect(track([true, true, false, false, true].map(seen))).toHaveLength(1);
    expect(track([true, ...Array<boolean>(16).fill(false), true].map(seen))).toHaveLength(2);
  });

  it('is not led from one person to another by blurred faces between them', () => {
    const blurred = toUnitLength(Float32Array.of(0.6, 0.6, 0.53, 0));
    const faces = [ALICE, ALICE, ...Array<Float32Array>(6).fill(blurred), BOB, BOB];
    const frames = faces.map((embedding) => ({ faces: [face(embedding, at(100))] }));
    const people = track(frames).map((faces) => [faces.at(0)?.embedding, faces.at(-1)?.embedding]);
    expect(people.some(([first, last]) => first?.[0] === 1 && last?.[1] === 1)).toBe(false);
  });

  it('lets a faint detection continue a track but not begin one', () => {
    const faint = { ...face(ALICE, at(100)), detectionScore: 0.35 };
    expect(track([{ faces: [faint] }, { faces: [faint] }])).toEqual([]);
    const tracks = track([
      { faces: [face(ALICE, at(100))] },
      { faces: [faint] },
      { faces: [faint] },
    ]);
    expect(tracks.map((faces) => faces.length)).toEqual([3]);
  });

  it('links several people in one frame, each once', () => {
    const frames = Array.from({ length: 5 }, () => ({
      faces: [face(ALICE, at(0)), face(BOB, at(100)), face(Float32Array.of(0, 0, 1, 0), at(200))],
    }));
    expect(track(frames).map((faces) => faces.length)).toEqual([5, 5, 5]);
  });
});
