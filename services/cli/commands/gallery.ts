import { type Command } from 'commander';
import type { GalleryCalibration } from '../../gen/clipid/v1/calibration.js';
import type { Gallery, GalleryCounts } from '../../gen/clipid/v1/gallery.js';
import { withClient, type Context, type Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { calibrateGallery } from '../gallery/calibrate.js';
import { addJson, addTarget, type ServiceFlags } from '../options.js';
import { allItems, allPages } from '../paging.js';
import { printDocuments, type Document } from '../print-documents.js';
import {
  addTargets,
  bundleTargetsOption,
  changeOf,
  settingsOf,
  type SettingFlags,
} from '../targets.js';

type Flags = Omit<ServiceFlags, 'gallery'> & SettingFlags & { readonly yes?: boolean };
type Named = (context: Context, galleryId: string, flags: Flags) => Promise<ExitCode>;

const EXAMPLES = `
Examples:
  clipid gallery create staff --name 'People who work here'
  clipid gallery set staff --target-fpr 0.001 --uncertain-fpr 0.05
  clipid gallery set staff --bundle-targets
  clipid gallery calibrate staff
  clipid gallery list --json
  clipid gallery delete staff --yes`;

const CALIBRATE_HELP = `
All pairs of the people who are enrolled are compared (of a large gallery 3000 people, three templates each).
From 100 people up its searches go by the curve that comes of it. A running service does this by itself each
time a gallery has half as many templates again. The notes say where its people contradict the curve that was
in use, and who is taken for whom.`;

/** `clipid gallery`: the rooms that identities and clips live in. */
export function galleryCommand(program: Command, run: Run): void {
  const group = program
    .command('gallery')
    .description('list, create, show, change, calibrate and delete galleries');
  group.addHelpText('after', EXAMPLES);
  const named = (name: string, description: string, work: Named): Command =>
    addJson(addTarget(group.command(name).description(description).argument('<gallery>'))).action(
      (id: string, flags: Flags) => run((context) => work(context, id, flags)),
    );

  addJson(addTarget(group.command('list').description('all galleries'))).action((flags: Flags) =>
    run((context) => listGalleries(context, flags)),
  );
  const name = ['--name <name>', 'name for people to read'] as const;
  addTargets(named('create', 'a new gallery', createGallery).option(...name), "the models' own");
  addTargets(
    named('set', 'another name, or how its searches decide', setGallery).option(...name),
    'as it is',
  ).addOption(bundleTargetsOption());
  named('show', 'a gallery and what it holds', showGallery);
  named(
    'calibrate',
    'measure how often its people are mistaken for one another',
    calibrateGallery,
  ).addHelpText('after', CALIBRATE_HELP);
  named('delete', 'a gallery with everything in it', deleteGallery).requiredOption(
    '--yes',
    'I know that this cannot be undone',
  );
}

export function listGalleries(context: Context, flags: Flags): Promise<ExitCode> {
  const { signal } = context;
  return withClient(context, flags, async (client) => {
    const galleries = await allItems(
      allPages(
        (page) => client.galleries.listGalleries(page, { signal }),
        (response) => response.galleries,
      ),
    );
    const none = 'There is no gallery yet; enroll and ingest create one.';
    printDocuments(
      context.terminal,
      galleries.map((one) => galleryJson(one)),
      flags.json,
      none,
    );
    return EXIT.ok;
  });
}

export const createGallery: Named = (context, galleryId, flags) =>
  withClient(context, flags, async (client) => {
    const settings = settingsOf(flags);
    const named = { galleryId, displayName: flags.name ?? '' };
    const request = settings === undefined ? named : { ...named, settings };
    const { gallery } = await client.galleries.createGallery(request, { signal: context.signal });
    if (gallery !== undefined)
      printDocuments(context.terminal, [galleryJson(gallery)], flags.json, '');
    return EXIT.ok;
  });

export const showGallery: Named = (context, galleryId, flags) =>
  withClient(context, flags, async (client) => {
    const call = { signal: context.signal };
    const { gallery, counts, calibration } = await client.galleries.getGallery({ galleryId }, call);
    if (gallery === undefined) return EXIT.ok;
    const shown = { ...galleryJson(gallery, counts), ...calibrationFields(calibration) };
    printDocuments(context.terminal, [shown], flags.json, '');
    for (const note of calibration?.notes ?? []) context.terminal.note(note);
    return EXIT.ok;
  });

export const setGallery: Named = (context, galleryId, flags) => {
  const request = { galleryId, ...changeOf(flags) };
  return withClient(context, flags, async (client) => {
    const { gallery } = await client.galleries.updateGallery(request, { signal: context.signal });
    if (gallery !== undefined)
      printDocuments(context.terminal, [galleryJson(gallery)], flags.json, '');
    return EXIT.ok;
  });
};

export const deleteGallery: Named = (context, galleryId, flags) =>
  withClient(context, flags, async (client) => {
    await client.galleries.deleteGallery({ galleryId }, { signal: context.signal });
    context.terminal.note(`Deleted the gallery '${galleryId}'.`);
    return EXIT.ok;
  });

function calibrationFields(own: GalleryCalibration | undefined): Document {
  return { calibratedPeople: own?.people ?? null, curve: own?.inUse === true ? 'own' : 'bundle' };
}

function galleryJson(gallery: Gallery, counts?: GalleryCounts): Document {
  const { galleryId, displayName, bundleId, dimension, settings } = gallery;
  const targets = {
    targetFpr: settings?.targetFpr ?? null,
    uncertainFpr: settings?.uncertainFpr ?? null,
  };
  return { gallery: galleryId, name: displayName, bundleId, dimension, ...targets, ...counts };
}
