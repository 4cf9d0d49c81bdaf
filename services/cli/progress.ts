import { SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** How far a long piece of work is. */
export interface Progress {
  /** `done` in units of the total; `text` says what is being done. */
  update(done: number, text: string): void;
  stop(): void;
}

const FORMAT = '{bar} {percentage}% | {value}/{total} {unit} | {text}';
const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** A bar on stderr where that is a terminal; nothing at all elsewhere, so that logs stay clean. */
export function startProgress(terminal: Terminal, total: number, unit: string): Progress {
  if (!terminal.showsProgress || total === 0) return SILENT;
  const bar = new SingleBar({
    format: FORMAT,
    formatValue: (value, _options, type) => (type === 'value' ? value.toFixed(0) : String(value)),
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  });
  bar.start(total, 0, { unit, text: '' });
  return {
    update: (done, text) => bar.update(Math.min(done, total), { unit, text }),
    stop: () => bar.stop(),
  };
}
