import { ClipidError, type ErrorCode } from '../../core/errors.js';

/** What SQLite's result code means to the person who runs the process, and what to do next. */
const EXPLANATIONS: readonly (readonly [prefix: string, code: ErrorCode, advice: string])[] = [
  ['SQLITE_FULL', 'STORE_FAILED', 'The disk is full: free space under the data folder.'],
  ['SQLITE_CORRUPT', 'STORE_FAILED', 'The database is damaged: restore it from a backup.'],
  ['SQLITE_NOTADB', 'STORE_FAILED', 'The file is not a clipid database: restore it from a backup.'],
  [
    'SQLITE_READONLY',
    'STORE_FAILED',
    'The data folder is read-only: make it writable for this user.',
  ],
  [
    'SQLITE_CANTOPEN',
    'STORE_FAILED',
    'The database cannot be opened: look at the rights of the data folder.',
  ],
  [
    'SQLITE_PERM',
    'STORE_FAILED',
    'The database cannot be opened: look at the rights of the data folder.',
  ],
  [
    'SQLITE_IOERR',
    'STORE_FAILED',
    'The disk under the data folder gave an input/output error: look at its health.',
  ],
  ['SQLITE_TOOBIG', 'LIMIT_EXCEEDED', 'A row is larger than the database takes.'],
  ['SQLITE_BUSY', 'DATA_LOCKED', 'Another process holds the data folder.'],
  ['SQLITE_CONSTRAINT', 'INTERNAL', 'A row broke a rule of the schema.'],
];

interface SqliteError extends Error {
  readonly code: string;
}

export function isSqliteError(thrown: unknown): thrown is SqliteError {
  return thrown instanceof Error && thrown.name === 'SqliteError' && 'code' in thrown;
}

/** True where the row is there already, by primary key or another unique key. */
export function isDuplicate(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_UNIQUE';
}

/** True where the row names another row that is not there. */
export function isMissingParent(thrown: unknown): boolean {
  return sqliteCode(thrown) === 'SQLITE_CONSTRAINT_FOREIGNKEY';
}

/** Anything thrown by the database as a ClipidError; ClipidErrors and strangers pass as they are. */
export function translate(thrown: unknown): unknown {
  if (isSqliteError(thrown)) return explain(thrown);
  if (thrown instanceof TypeError && thrown.message.includes('connection is not open')) {
    return new ClipidError('UNAVAILABLE', 'The store is closed.', { cause: thrown });
  }
  return thrown;
}

/** Runs `work` and throws `replacement()` where it failed in the way that `when` knows. */
export function replaceError<T>(
  when: (thrown: unknown) => boolean,
  replacement: () => ClipidError,
  work: () => T,
): T {
  try {
    return work();
  } catch (thrown) {
    throw when(thrown) ? replacement() : thrown;
  }
}

function explain(error: SqliteError): ClipidError {
  const found = EXPLANATIONS.find(([prefix]) => error.code.startsWith(prefix));
  const [, code, advice] = found ?? ['', 'STORE_FAILED' as const, 'The database failed.'];
  return new ClipidError(code, `${advice} (${error.code}: ${error.message})`, {
    cause: error,
    details: { sqlite: error.code },
  });
}

/** SQLite's result code, also where the error was translated before. */
function sqliteCode(thrown: unknown): string | undefined {
  if (isSqliteError(thrown)) return thrown.code;
  return thrown instanceof ClipidError ? thrown.details['sqlite'] : undefined;
}
