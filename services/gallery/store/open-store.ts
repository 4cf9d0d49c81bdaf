import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { ClipidError } from '../../core/errors.js';
import type { GalleryStore } from '../port.js';
import { appearanceTable } from './appearance-table.js';
import { calibrationTable } from './calibration-table.js';
import { clipQueue, clipTable } from './clip-table.js';
import { Connection } from './connection.js';
import { deletions } from './deletion.js';
import { extractionTable } from './extraction-table.js';
import { galleryTable } from './gallery-table.js';
import { lockedError, removeHolder, writeHolder } from './holder.js';
import { identityTable } from './identity-table.js';
import { messageTable } from './message-table.js';
import { migrate } from './migrations.js';
import { outboxTable } from './outbox-table.js';
import { sourceTable } from './source-table.js';
import { translate } from './sqlite-errors.js';
import { templateTable } from './template-table.js';

/** How long a start waits for a process that is just ending. */
const LOCK_WAIT_MS = 500;
/** The WAL is cut back to this size after a large transaction. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

export interface OpenStore extends GalleryStore {
  /** Tells processes that find the folder locked where to reach this one: `127.0.0.1:50051`. */
  announce(address: string): void;
  /** Moves everything into the database file and empties the WAL: what was erased is in no file. */
  checkpoint(): void;
}

/**
 * Opens the store in `dataFolder`, creating the folder where it is not there, and holds it until
 * `close` or the end of the process. `command` is what other processes are told that holds it.
 * Throws DATA_LOCKED where another process holds the folder, STORE_FAILED where it cannot be used.
 */
export function openStore(dataFolder: string, command = 'clipid'): OpenStore {
  const database = openDatabase(dataFolder);
  try {
    migrate(database);
    writeHolder(dataFolder, { pid: process.pid, command, address: null });
    return assemble(new Connection(database), dataFolder, command);
  } catch (thrown) {
    database.close();
    throw translate(thrown);
  }
}

function assemble(connection: Connection, dataFolder: string, command: string): OpenStore {
  return {
    ...galleryTable(connection),
    ...calibrationTable(connection),
    ...identityTable(connection),
    ...templateTable(connection),
    ...clipTable(connection),
    ...clipQueue(connection),
    ...extractionTable(connection),
    ...appearanceTable(connection),
    ...messageTable(connection),
    ...outboxTable(connection),
    ...sourceTable(connection),
    ...deletions(connection),
    transaction: (work) => connection.transaction(work),
    checkpoint: () => connection.checkpoint(),
    announce: (address) => writeHolder(dataFolder, { pid: process.pid, command, address }),
    close: closer(connection, dataFolder),
  };
}

/** The holder's name goes before the lock does: the next holder's must not be removed. */
function closer(connection: Connection, dataFolder: string): () => void {
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    removeHolder(dataFolder);
    connection.close();
  };
}

function openDatabase(dataFolder: string): Database {
  const path = createFile(dataFolder);
  let database: Database | undefined;
  try {
    database = new SqliteDatabase(path, { timeout: LOCK_WAIT_MS });
    lock(database);
    return database;
  } catch (thrown) {
    database?.close();
    const error = translate(thrown);
    const isLocked = error instanceof ClipidError && error.code === 'DATA_LOCKED';
    throw isLocked ? lockedError(dataFolder, thrown) : error;
  }
}

/** Only this user may read faces: the folder is made 0700 and the database 0600. */
function createFile(dataFolder: string): string {
  const path = join(dataFolder, 'clipid.sqlite');
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    return path;
  } catch (thrown) {
    throw new ClipidError(
      'STORE_FAILED',
      `The data folder ${dataFolder} cannot be written: check its path and rights.`,
      {
        cause: thrown,
        details: { dataFolder },
      },
    );
  }
}

/**
 * In exclusive mode the first transaction takes the operating system's lock on the file and keeps it;
 * it goes with the process, so a killed one leaves nothing to clean up.
 */
function lock(database: Database): void {
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('secure_delete = ON');
  database.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`);
  database.exec('BEGIN IMMEDIATE; COMMIT');
}
