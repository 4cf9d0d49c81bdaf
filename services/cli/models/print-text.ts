import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

/** Text as the counting folders give it: nothing in it depends on the terminal. */
export interface Text {
  readonly summary: readonly string[];
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** The table between what it says and how it is to be read. */
export function printText(terminal: Terminal, text: Text, more: readonly string[] = []): void {
  const { summary, heading, rows, notes } = text;
  terminal.result([...summary, table(heading, rows), ...more, ...notes].join('\n'));
}
