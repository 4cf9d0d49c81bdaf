/** Where a command writes: results to stdout and nothing else; everything for people to stderr. */
export interface Terminal {
  /** A line of results. */
  result(line: string): void;
  /** A line for the person who watches. */
  note(line: string): void;
  /** Whether stderr is a terminal, so that a progress bar makes sense. */
  readonly showsProgress: boolean;
  /** Characters across, for tables and bars. */
  readonly columns: number;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    result: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    showsProgress: process.stderr.isTTY,
    columns: process.stdout.columns || 100,
  };
}

/**
 * A reader that stops early (`clipid ingest ... | head -1`) closes the pipe under us: there is no use
 * in going on, but what was opened must be closed.
 */
export function onClosedPipe(stream: NodeJS.WriteStream, stop: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop();
  });
}
