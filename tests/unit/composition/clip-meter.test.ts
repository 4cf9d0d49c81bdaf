import { describe, expect, it } from 'vitest';
import { ClipMeter } from '../../../services/composition/clip-meter.js';
import type { Logger, Metrics } from '../../../services/ops/port.js';
import { clipRow } from '../../contract/store-rows.js';

function make() {
  const finished: unknown[] = [];
  const lines: string[] = [];
  const write = (_facts: object, message: string): void => void lines.push(message);
  const metrics = {
    clipFinished: (facts: unknown) => finished.push(facts),
    clipSearchable: () => undefined,
  };
  const logger = { info: write, warn: write };
  const meter = new ClipMeter(metrics as unknown as Metrics, logger as unknown as Logger);
  return { meter, finished, lines };
}

describe('ClipMeter', () => {
  it('measures from the beginning of the work to its end', () => {
    const { meter, finished, lines } = make();
    meter.clipChanged(clipRow({ state: 'QUEUED', updatedMs: 0 }));
    meter.clipChanged(clipRow({ state: 'EXTRACTING', begunMs: 100, updatedMs: 100 }));
    meter.clipChanged(clipRow({ state: 'DONE', begunMs: 100, updatedMs: 350, durationMs: 5000 }));
    expect(finished).toEqual([{ outcome: 'done', processingMs: 250, videoMs: 5000 }]);
    expect(lines).toEqual(['clip done']);
  });

  it('counts a failure with its code, and a retry as neither', () => {
    const { meter, finished, lines } = make();
    const error = { errorCode: 'CLIP_UNREACHABLE', errorText: 'gone' };
    meter.clipChanged(clipRow({ state: 'EXTRACTING', updatedMs: 100 }));
    meter.clipChanged(clipRow({ state: 'QUEUED', updatedMs: 200, ...error }));
    meter.clipChanged(clipRow({ state: 'EXTRACTING', updatedMs: 300, ...error }));
    meter.clipChanged(clipRow({ state: 'FAILED', begunMs: 300, updatedMs: 310, ...error }));
    expect(finished).toEqual([
      { outcome: 'failed', errorCode: 'CLIP_UNREACHABLE', processingMs: 10, videoMs: 0 },
    ]);
    expect(lines).toEqual(['a clip is tried again later', 'clip failed']);
  });
});
