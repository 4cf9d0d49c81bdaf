import { describe, expect, it } from 'vitest';
import { OffsetWindow } from '../../../../../services/ingest/kafka/consume/offset-window.js';
import { OffsetWindows } from '../../../../../services/ingest/kafka/consume/offset-windows.js';
import { seeded } from '../../../../helpers/seeded.js';

const PLACE = { topic: 't', partition: 0 };

function windowOf(...offsets: readonly number[]): OffsetWindow<string> {
  const window = new OffsetWindow<string>(offsets[0] ?? 0);
  for (const offset of offsets) window.take(offset);
  return window;
}

describe('invariant 1: OffsetWindow', () => {
  it('lets nothing be committed before what is in work', () => {
    const window = windowOf(5, 6, 7);
    window.finish(6, 'b');
    window.finish(7, 'c');
    expect(window.ready()).toEqual([]);
    expect(window.offsetBehind(0)).toBe(5);
    window.finish(5, 'a');
    expect(window.ready()).toEqual(['a', 'b', 'c']);
    expect([1, 2, 3].map((count) => window.offsetBehind(count))).toEqual([6, 7, 8]);
  });

  it('goes over the gaps that marks of transactions and compaction leave', () => {
    const window = windowOf(5, 9, 20);
    window.finish(5, 'a');
    window.finish(9, 'b');
    expect(window.offsetBehind(2)).toBe(10);
    window.committedUpTo(10);
    expect({ size: window.size, next: window.nextToTake }).toEqual({ size: 1, next: 21 });
  });

  it('takes no message twice, whether it is in work, finished or committed', () => {
    const window = windowOf(5, 6);
    window.finish(5, 'a');
    expect([4, 5, 6].map((offset) => window.take(offset))).toEqual([false, false, false]);
    window.committedUpTo(6);
    expect(window.take(5)).toBe(false);
    expect(window.take(7)).toBe(true);
  });

  it('forgets what another process has committed meanwhile, in work or not', () => {
    const window = windowOf(5, 6, 7);
    window.finish(6, 'b');
    window.committedUpTo(7);
    expect({ ready: window.ready(), size: window.size }).toEqual({ ready: [], size: 1 });
    window.finish(5, 'late');
    window.finish(7, 'c');
    expect(window.ready()).toEqual(['c']);
    window.committedUpTo(3);
    expect(window.committedOffset).toBe(7);
  });

  it('agrees with a plain list, whatever is finished in whatever order', () => {
    const random = seeded(7);
    const window = new OffsetWindow<number>(0);
    const open = new Set<number>();
    for (let offset = 0; offset < 2000; offset += 1 + Math.floor(random() * 3)) {
      window.take(offset);
      open.add(offset);
      for (const one of open) {
        if (random() > 0.3) continue;
        window.finish(one, one);
        open.delete(one);
      }
      const behind = window.offsetBehind(window.ready().length);
      const first = Math.min(...open);
      expect(behind).toBeLessThanOrEqual(first);
      if (open.size === 0) expect(behind).toBe(offset + 1);
      if (random() > 0.5) window.committedUpTo(behind);
    }
  });
});

describe('OffsetWindows', () => {
  it('tells what may be committed until it is', () => {
    const windows = new OffsetWindows<true>();
    windows.of(PLACE, 3).take(3);
    expect(windows.committable()).toEqual([]);
    windows.existing(PLACE)?.finish(3, true);
    expect(windows.committable()).toEqual([{ ...PLACE, offset: 4 }]);
    windows.existing(PLACE)?.committedUpTo(4);
    expect(windows.committable()).toEqual([]);
  });

  it('begins anew where the next message is once a partition was lost', () => {
    const windows = new OffsetWindows<true>();
    windows.of(PLACE, 3).take(3);
    windows.forget(PLACE);
    expect(windows.existing(PLACE)).toBeUndefined();
    expect(windows.of(PLACE, 3).take(3)).toBe(true);
  });
});
