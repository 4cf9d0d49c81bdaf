#!/usr/bin/env node
import './no-telemetry.js';
import { onInterrupt } from './cli/interrupt.js';
import { noteLogger } from './cli/note-logger.js';
import { runCli } from './cli/program.js';
import { sessionOpener } from './cli/session.js';
import { onClosedPipe, processTerminal } from './cli/terminal.js';

const LEFT_OPEN_MS = 1000;
const interrupt = onInterrupt();
for (const stream of [process.stdout, process.stderr]) {
  onClosedPipe(stream, () => interrupt.stop('Nobody reads the output any more.'));
}
const terminal = processTerminal();
const { signal } = interrupt;
const context = { terminal, signal, open: sessionOpener(noteLogger(terminal)) };
// Not process.exit: what was printed must leave first, and everything that was opened is closed.
process.exitCode = await runCli(process.argv.slice(2), context);
endSoon();

/** A connection that a library left open must not keep the process, once everything of ours is closed. */
function endSoon(): void {
  const isWritten = process.stdout.writableLength + process.stderr.writableLength === 0;
  setTimeout(() => (isWritten ? process.exit() : endSoon()), LEFT_OPEN_MS).unref();
}
