import { type Command } from 'commander';
import type { Gallery, GalleryCounts } from '../../gen/clipid/v1/gallery.js';
import { withClient, type Context, type Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson, addTarget, type ServiceFlags } from '../options.js';
import { allItems, allPages } from '../paging.js';
import { printDocuments, type Document } from '../print-documents.js';

type Flags = Omit<ServiceFlags, 'gallery'> & { readonly name?: string; readonly yes?: boolean };
type Named = (context: Context, galleryId: string, flags: Flags) => Promise<ExitCode>;

const EXAMPLES = `
Examples:
  clipid gallery create staff --name 'People who work here'
  clipid gallery list --json
  clipid gallery delete staff --yes`;

/** `clipid gallery`: the rooms that identities and clips live in. */
export function galleryCommand(program: Command, run: Run): void {
  const group = program.command('gallery').description('list, create, show and delete galleries');
  group.addHelpText('after', EXAMPLES);
  const named = (name: string, description: string, work: Named): Command =>
    addJson(addTarget(group.command(name).description(description).argument('<gallery>'))).action(
      (id: string, flags: Flags) => run((context) => work(context, id, flags)),
    );

  addJson(addTarget(group.command('list').description('all galleries'))).action((flags: Flags) =>
    run((context) => listGalleries(context, flags)),
  );
  named('create', 'a new gallery', createGallery).option(
    '--name <name>',
    'name for people to read',
  );
  named('show', 'a gallery and what it holds', showGallery);
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
    const request = { galleryId, displayName: flags.name ?? '' };
    const { gallery } = await client.galleries.createGallery(request, { signal: context.signal });
    if (gallery !== undefined)
      printDocuments(context.terminal, [galleryJson(gallery)], flags.json, '');
    return EXIT.ok;
  });

export const showGallery: Named = (context, galleryId, flags) =>
  withClient(context, flags, async (client) => {
    const call = { signal: context.signal };
    const { gallery, counts } = await client.galleries.getGallery({ galleryId }, call);
    if (gallery !== undefined)
      printDocuments(context.terminal, [galleryJson(gallery, counts)], flags.json, '');
    return EXIT.ok;
  });

export const deleteGallery: Named = (context, galleryId, flags) =>
  withClient(context, flags, async (client) => {
    await client.galleries.deleteGallery({ galleryId }, { signal: context.signal });
    context.terminal.note(`Deleted the gallery '${galleryId}'.`);
    return EXIT.ok;
  });

function galleryJson(gallery: Gallery, counts?: GalleryCounts): Document {
  const { galleryId, displayName, bundleId, dimension } = gallery;
  return { gallery: galleryId, name: displayName, bundleId, dimension, ...counts };
}
