#!/usr/bin/env node
import { onInterrupt } from './cli/interrupt.js';
import { noteLogger } from './cli/note-logger.js';
import { runCli } from './cli/program.js';
import { sessionOpener } from './cli/session.js';
import { onClosedPipe, processTerminal } from './cli/terminal.js';

const interrupt = onInterrupt();
for (const stream of [process.stdout, process.stderr]) {
  onClosedPipe(stream, () => interrupt.stop('Nobody reads the output any more.'));
}
const terminal = processTerminal();
const { signal } = interrupt;
const context = { terminal, signal, open: sessionOpener(noteLogger(terminal)) };
// Not process.exit: what was printed must leave first, and everything that was opened is closed.
process.exitCode = await runCli(process.argv.slice(2), context);
