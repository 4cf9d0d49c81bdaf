import type { GalleryStore } from '../port.js';
import type { Connection } from './connection.js';
import { SELECT_TEMPLATE, templateRow } from './template-columns.js';

type Methods = 'deleteGallery' | 'deleteIdentity' | 'deleteClip';

/** Deletions that reach over several tables. Deleted bytes leave the WAL once they are committed. */
export function deletions(connection: Connection): Pick<GalleryStore, Methods> {
  const gallery = connection.command('DELETE FROM galleries WHERE galleryId = @galleryId');
  const erasing = <T>(work: () => T): T =>
    connection.transaction(() => {
      connection.noteErasure();
      return work();
    });
  const deleteIdentity = identityDeletion(connection);
  const deleteClip = clipDeletion(connection);
  return {
    deleteGallery: (galleryId) => erasing(() => gallery({ galleryId }) > 0),
    deleteIdentity: (galleryId, identityId) => erasing(() => deleteIdentity(galleryId, identityId)),
    deleteClip: (galleryId, clipId) => erasing(() => deleteClip(galleryId, clipId)),
  };
}

/** A track's template lives on as long as its clip does; all others were there for the identity alone. */
function identityDeletion(connection: Connection): GalleryStore['deleteIdentity'] {
  const ofIdentity = 'galleryId = @galleryId AND identityId = @identityId';
  const onlyEnrolled = `${ofIdentity} AND (source <> 'TRACK' OR NOT EXISTS
    (SELECT 1 FROM clips c WHERE c.galleryId = templates.galleryId AND c.clipId = templates.clipId))`;
  const all = connection.query(
    `${SELECT_TEMPLATE} WHERE t.galleryId = @galleryId AND t.identityId = @identityId ORDER BY t.label`,
    templateRow,
  );
  const left = connection.query(
    `${SELECT_TEMPLATE} WHERE t.galleryId = @galleryId AND t.templateId = @templateId`,
    templateRow,
  );
  const removeTemplates = connection.command(`DELETE FROM templates WHERE ${onlyEnrolled}`);
  const releaseTemplates = connection.command(
    `UPDATE templates SET identityId = NULL WHERE ${ofIdentity}`,
  );
  const releaseAppearances = connection.command(
    `UPDATE appearances SET decision = 'UNKNOWN', identityId = NULL, similarity = NULL,
       estimatedFpr = NULL WHERE ${ofIdentity}`,
  );
  const removeIdentity = connection.command(`DELETE FROM identities WHERE ${ofIdentity}`);
  return (galleryId, identityId) => {
    const key = { galleryId, identityId };
    const before = all.all(key);
    for (const command of [removeTemplates, releaseTemplates, releaseAppearances, removeIdentity])
      command(key);
    const put = before.flatMap(({ templateId }) => left.all({ galleryId, templateId }));
    const kept = new Set(put.map((row) => row.label));
    return { put, removed: before.filter((row) => !kept.has(row.label)) };
  };
}

/** Appearances and a waiting extraction go with the clip's row, by its foreign keys. */
function clipDeletion(connection: Connection): GalleryStore['deleteClip'] {
  const unnamed = connection.query(
    `${SELECT_TEMPLATE} WHERE t.galleryId = @galleryId AND t.clipId = @clipId
     AND t.identityId IS NULL ORDER BY t.label`,
    templateRow,
  );
  const removeTemplates = connection.command(
    'DELETE FROM templates WHERE galleryId = @galleryId AND clipId = @clipId AND identityId IS NULL',
  );
  const removeClip = connection.command(
    'DELETE FROM clips WHERE galleryId = @galleryId AND clipId = @clipId',
  );
  return (galleryId, clipId) => {
    const removed = unnamed.all({ galleryId, clipId });
    removeTemplates({ galleryId, clipId });
    removeClip({ galleryId, clipId });
    return removed;
  };
}
