import { z } from 'zod';
import type { GalleryStore } from '../port.js';
import { checkedLimit } from './columns.js';
import type { Connection } from './connection.js';
import { identityNotFound } from './identity-table.js';
import { isMissingParent, replaceError } from './sqlite-errors.js';
import { SELECT_TEMPLATE, templateNotFound, templateRow } from './template-columns.js';
import { templateWriter } from './template-writer.js';

type Methods =
  | 'putTemplates'
  | 'template'
  | 'templatesByLabel'
  | 'templatesOfIdentity'
  | 'templates'
  | 'lastLabel'
  | 'setTemplateIdentity'
  | 'countTemplates';

const labelRow = z.object({ label: z.number().nullable() });
const countsRow = z.object({ enrolled: z.number(), total: z.number() });

export function templateTable(connection: Connection): Pick<GalleryStore, Methods> {
  const select = (where: string) =>
    connection.query(`${SELECT_TEMPLATE} WHERE t.galleryId = @galleryId ${where}`, templateRow);
  const byId = select('AND t.templateId = @templateId');
  const byLabels = select('AND t.label IN (SELECT value FROM json_each(@labels)) ORDER BY t.label');
  const byIdentity = select('AND t.identityId = @identityId ORDER BY t.label');
  const page = select('AND t.label > @afterLabel ORDER BY t.label LIMIT @limit');
  const counts = connection.query(
    `SELECT count(*) AS total, count(identityId) AS enrolled FROM templates WHERE galleryId = @galleryId`,
    countsRow,
  );
  const last = connection.query(
    'SELECT max(label) AS label FROM templates WHERE galleryId = @galleryId',
    labelRow,
  );
  const template = (galleryId: string, templateId: string) => byId.get({ galleryId, templateId });
  return {
    putTemplates: templateWriter(connection, template),
    template,
    templatesByLabel: (galleryId, labels) =>
      byLabels.all({ galleryId, labels: JSON.stringify(labels) }),
    templatesOfIdentity: (galleryId, identityId) => byIdentity.all({ galleryId, identityId }),
    templates: (galleryId, afterLabel, limit) =>
      page.all({ galleryId, afterLabel, limit: checkedLimit(limit) }),
    lastLabel: (galleryId) => last.get({ galleryId })?.label ?? -1,
    setTemplateIdentity: identitySetter(connection),
    countTemplates: (galleryId) => counts.get({ galleryId }) ?? { enrolled: 0, total: 0 },
  };
}

function identitySetter(connection: Connection): GalleryStore['setTemplateIdentity'] {
  const set = connection.command(
    `UPDATE templates SET identityId = @identityId WHERE galleryId = @galleryId AND templateId = @templateId`,
  );
  return (galleryId, templateId, identityId) => {
    const changed = replaceError(
      isMissingParent,
      () => identityNotFound(identityId ?? ''),
      () => set({ galleryId, templateId, identityId }),
    );
    if (changed === 0) throw templateNotFound(templateId);
  };
}
