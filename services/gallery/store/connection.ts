import type { Database, Statement } from 'better-sqlite3';
import type { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import { translate } from './sqlite-errors.js';

type Parameters = Readonly<Record<string, unknown>>;

/** A prepared statement that returns rows; each is checked before anybody sees it. */
export interface Query<Row> {
  get(parameters?: Parameters): Row | undefined;
  all(parameters?: Parameters): Row[];
}

/** A prepared statement that changes rows; returns how many. */
export type Command = (parameters?: Parameters) => number;

/** The one door to SQLite: what it throws leaves as a ClipidError. */
export class Connection {
  readonly #database: Database;
  #erasedBytesInWal = false;

  constructor(database: Database) {
    this.#database = database;
  }

  query<Row>(sql: string, schema: z.ZodType<Row>): Query<Row> {
    const statement = this.#prepare(sql);
    return {
      get: (parameters = {}) => {
        const row = guarded(() => statement.get(parameters));
        return row === undefined ? undefined : checked(schema, row);
      },
      all: (parameters = {}) =>
        guarded(() => statement.all(parameters)).map((row) => checked(schema, row)),
    };
  }

  command(sql: string): Command {
    const statement = this.#prepare(sql);
    return (parameters = {}) => guarded(() => statement.run(parameters).changes);
  }

  /** All or nothing, on disk before it returns; inside another transaction it is a savepoint. */
  transaction<T>(work: () => T): T {
    const isOutermost = !this.#database.inTransaction;
    const result = guarded(() => this.#database.transaction(work).immediate());
    if (isOutermost && this.#erasedBytesInWal) this.#tryCheckpoint();
    return result;
  }

  /** Says that the running transaction deletes vectors: once it is committed they leave the WAL too. */
  noteErasure(): void {
    this.#erasedBytesInWal = true;
  }

  /** Moves everything into the database file and empties the WAL. */
  checkpoint(): void {
    guarded(() => this.#database.pragma('wal_checkpoint(TRUNCATE)'));
    this.#erasedBytesInWal = false;
  }

  close(): void {
    if (!this.#database.open) return;
    guarded(() => this.#database.close());
  }

  /** The deletion is committed by now: a full disk must not make it look undone. It is tried again. */
  #tryCheckpoint(): void {
    try {
      this.checkpoint();
    } catch {
      this.#erasedBytesInWal = true;
    }
  }

  #prepare(sql: string): Statement {
    return guarded(() => this.#database.prepare(sql));
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw translate(thrown);
  }
}

function checked<Row>(schema: z.ZodType<Row>, row: unknown): Row {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined ? 'row' : issue.path.join('.');
  throw new ClipidError(
    'STORE_FAILED',
    `The database holds a row that is not valid (${where}): restore a backup.`,
    {
      cause: result.error,
    },
  );
}
