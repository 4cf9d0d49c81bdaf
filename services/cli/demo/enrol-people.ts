import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipidError } from '../../core/errors.js';
import type { ClipidClient } from '../../search/client.js';
import { enrollSource } from '../enroll/enroll-source.js';
import { PEOPLE, type Person } from './cast.js';
import { makeStill } from './photos.js';

export interface Enrolled {
  readonly person: Person;
  readonly quality: number | null;
  readonly qualityKind: string | null;
}

/** Enrols the people of the demo from stills, which are left in the folder to be looked at. */
export async function enrolPeople(
  client: ClipidClient,
  galleryId: string,
  folder: string,
  signal: AbortSignal,
): Promise<Enrolled[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(PEOPLE.map((person) => enrol(client, galleryId, folder, person, signal)));
}

async function enrol(
  client: ClipidClient,
  galleryId: string,
  folder: string,
  person: Person,
  signal: AbortSignal,
): Promise<Enrolled> {
  const { identityId, displayName, still } = person;
  const file = join(folder, `${identityId}.jpg`);
  await writeFile(file, await makeStill(still));
  const settings = { galleryId, identityId, displayName, signal };
  const { templateId, quality, qualityKind, message } = await enrollSource(client, file, settings);
  if (templateId !== null) return { person, quality, qualityKind };
  throw new ClipidError('INTERNAL', `${identityId} could not be enrolled: ${message}`);
}
