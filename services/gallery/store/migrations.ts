import type { Database } from 'better-sqlite3';
import { ClipidError } from '../../core/errors.js';

/**
 * One entry a schema version, from 1; an entry that was released is never edited. Columns carry the
 * names of the row types. Times are REAL: they may be fractions of a millisecond.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE galleries (
    galleryId TEXT NOT NULL PRIMARY KEY, displayName TEXT NOT NULL, bundleId TEXT NOT NULL,
    dimension INTEGER NOT NULL, createdMs REAL NOT NULL, nextLabel INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE identities (
    galleryId TEXT NOT NULL REFERENCES galleries ON DELETE CASCADE, identityId TEXT NOT NULL,
    displayName TEXT NOT NULL, metadata TEXT NOT NULL, createdMs REAL NOT NULL, updatedMs REAL NOT NULL,
    revision INTEGER NOT NULL, PRIMARY KEY (galleryId, identityId)
  ) STRICT;

  CREATE TABLE templates (
    galleryId TEXT NOT NULL REFERENCES galleries ON DELETE CASCADE, label INTEGER NOT NULL,
    templateId TEXT NOT NULL, identityId TEXT, source TEXT NOT NULL, clipId TEXT NOT NULL,
    trackIndex INTEGER NOT NULL, quality REAL NOT NULL, createdMs REAL NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (galleryId, label), UNIQUE (galleryId, templateId),
    FOREIGN KEY (galleryId, identityId) REFERENCES identities
  ) STRICT;
  CREATE INDEX templatesByIdentity ON templates (galleryId, identityId) WHERE identityId IS NOT NULL;
  CREATE INDEX templatesByClip ON templates (galleryId, clipId);

  CREATE TABLE clips (
    galleryId TEXT NOT NULL REFERENCES galleries ON DELETE CASCADE, clipId TEXT NOT NULL,
    uri TEXT NOT NULL, state TEXT NOT NULL, enrolAs TEXT, sampling TEXT NOT NULL, metadata TEXT NOT NULL,
    attempts INTEGER NOT NULL, notBeforeMs REAL NOT NULL, errorCode TEXT, errorText TEXT, bundleId TEXT,
    durationMs REAL, widthPx INTEGER, heightPx INTEGER, frameCount INTEGER, warnings TEXT NOT NULL,
    submittedMs REAL NOT NULL, updatedMs REAL NOT NULL, PRIMARY KEY (galleryId, clipId)
  ) STRICT;
  CREATE INDEX clipsByState ON clips (state, submittedMs);

  CREATE TABLE extractions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, galleryId TEXT NOT NULL, clipId TEXT NOT NULL,
    summary TEXT NOT NULL, dimension INTEGER NOT NULL, vectors BLOB NOT NULL,
    UNIQUE (galleryId, clipId), FOREIGN KEY (galleryId, clipId) REFERENCES clips ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE appearances (
    galleryId TEXT NOT NULL, clipId TEXT NOT NULL, trackIndex INTEGER NOT NULL, templateId TEXT NOT NULL,
    startMs REAL NOT NULL, endMs REAL NOT NULL, qualityMin REAL NOT NULL, qualityMax REAL NOT NULL,
    decision TEXT NOT NULL, identityId TEXT, similarity REAL, faces TEXT NOT NULL,
    PRIMARY KEY (galleryId, clipId, trackIndex),
    FOREIGN KEY (galleryId, clipId) REFERENCES clips ON DELETE CASCADE,
    FOREIGN KEY (galleryId, identityId) REFERENCES identities
  ) STRICT;
  CREATE INDEX appearancesByIdentity ON appearances (galleryId, identityId, clipId, trackIndex)
    WHERE identityId IS NOT NULL;
  CREATE INDEX appearancesByTemplate ON appearances (galleryId, templateId);

  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, eventId TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
    key TEXT NOT NULL, payload BLOB NOT NULL, createdMs REAL NOT NULL
  ) STRICT;
  `,
  `ALTER TABLE appearances ADD COLUMN qualityKind TEXT NOT NULL DEFAULT 'heuristic';`,
  `
  ALTER TABLE clips ADD COLUMN submissionId TEXT NOT NULL DEFAULT '';
  ALTER TABLE clips ADD COLUMN priority TEXT NOT NULL DEFAULT 'NORMAL';
  ALTER TABLE clips ADD COLUMN notAfterMs REAL;
  ALTER TABLE clips ADD COLUMN requestedMs REAL NOT NULL DEFAULT 0;
  ALTER TABLE clips ADD COLUMN begunMs REAL;
  ALTER TABLE clips ADD COLUMN extractedMs REAL;
  ALTER TABLE clips ADD COLUMN traceparent TEXT;
  ALTER TABLE clips ADD COLUMN tracestate TEXT;
  UPDATE clips SET requestedMs = submittedMs;
  CREATE INDEX clipsByPriority ON clips (state, priority, submittedMs);

  CREATE TABLE messages (
    galleryId TEXT NOT NULL, clipId TEXT NOT NULL, topic TEXT NOT NULL, "partition" INTEGER NOT NULL,
    "offset" INTEGER NOT NULL, timestampMs REAL NOT NULL, "key" BLOB, value BLOB, headers TEXT NOT NULL,
    PRIMARY KEY (galleryId, clipId),
    FOREIGN KEY (galleryId, clipId) REFERENCES clips ON DELETE CASCADE
  ) STRICT;

  DROP TABLE outbox; -- nothing wrote it before this version
  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, eventId TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
    "key" BLOB, payload BLOB, headers TEXT NOT NULL, createdMs REAL NOT NULL
  ) STRICT;

  CREATE TABLE sourceOffsets (
    topic TEXT NOT NULL, "partition" INTEGER NOT NULL, nextOffset INTEGER NOT NULL,
    PRIMARY KEY (topic, "partition")
  ) STRICT;

  CREATE TABLE extractedParts (
    submissionId TEXT NOT NULL, part INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (submissionId, part)
  ) STRICT;
  `,
  `
  ALTER TABLE galleries ADD COLUMN targetFpr REAL;
  ALTER TABLE galleries ADD COLUMN uncertainFpr REAL;
  ALTER TABLE appearances ADD COLUMN estimatedFpr TEXT;

  CREATE TABLE calibrations (
    galleryId TEXT NOT NULL PRIMARY KEY REFERENCES galleries ON DELETE CASCADE,
    content TEXT NOT NULL, madeMs REAL NOT NULL, isInUse INTEGER NOT NULL
  ) STRICT;
  `,
];

/** The schema this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the database to SCHEMA_VERSION. Throws STORE_FAILED where a newer program wrote it. */
export function migrate(database: Database): void {
  const found = Number(database.pragma('user_version', { simple: true }));
  if (found > SCHEMA_VERSION) throw newerSchema(found);
  const apply = database.transaction(() => {
    for (const sql of MIGRATIONS.slice(found)) database.exec(sql);
    database.pragma(`user_version = ${SCHEMA_VERSION}`);
  });
  if (found < SCHEMA_VERSION) apply.immediate();
}

function newerSchema(found: number): ClipidError {
  return new ClipidError(
    'STORE_FAILED',
    `The data folder has schema version ${found}; this clipid knows up to ${SCHEMA_VERSION}. ` +
      'Run the newer clipid that wrote it, or restore an older backup.',
    { details: { found: String(found), known: String(SCHEMA_VERSION) } },
  );
}
