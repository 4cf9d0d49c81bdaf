#!/usr/bin/env node
import { onInterrupt } from './cli/interrupt.js';
import { noteLogger } from './cli/note-logger.js';
import { runCli } from './cli/program.js';
import { sessionOpener } from './cli/session.js';
import { endQuietlyOnClosedPipe, processTerminal } from './cli/terminal.js';

endQuietlyOnClosedPipe(process.stdout);
endQuietlyOnClosedPipe(process.stderr);
const { signal } = onInterrupt();
const terminal = processTerminal();
const context = { terminal, signal, open: sessionOpener(noteLogger(terminal)) };
// Not process.exit: what was printed must leave first, and everything that was opened is closed.
process.exitCode = await runCli(process.argv.slice(2), context);
