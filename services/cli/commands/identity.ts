import { type Command } from 'commander';
import type { Identity } from '../../gen/clipid/v1/identity.js';
import { trackJson } from '../appearance-json.js';
import { withClient, type Context, type Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addGallery, addJson, addTarget, type ServiceFlags } from '../options.js';
import { allItems, allPages } from '../paging.js';
import { printDocuments, type Document } from '../print-documents.js';

type Named = (context: Context, id: string, flags: ServiceFlags) => Promise<ExitCode>;

const EXAMPLES = `
Examples:
  clipid identity list
  clipid identity appearances anna --json
  clipid identity rename anna 'Anna K.'`;

/** `clipid identity`: the people of a gallery. */
export function identityCommand(program: Command, run: Run): void {
  const group = program.command('identity').description('list, show, rename and delete people');
  group.addHelpText('after', EXAMPLES);
  const common = (name: string, description: string): Command =>
    addJson(addTarget(addGallery(group.command(name).description(description))));
  const named = (name: string, description: string, work: Named): Command =>
    common(name, description)
      .argument('<identity>')
      .action((id: string, flags: ServiceFlags) => run((context) => work(context, id, flags)));

  common('list', 'all people of a gallery').action((flags: ServiceFlags) =>
    run((context) => listIdentities(context, flags)),
  );
  named('show', 'one person', showIdentity);
  common('rename', 'a new name for people to read; the id stays')
    .argument('<identity>')
    .argument('<name>')
    .action((id: string, name: string, flags: ServiceFlags) =>
      run((context) => renameIdentity(context, id, name, flags)),
    );
  named('delete', 'a person and what was enrolled from images', deleteIdentity);
  named('appearances', 'where a person was seen', listAppearances);
}

export function listIdentities(context: Context, flags: ServiceFlags): Promise<ExitCode> {
  const { signal, terminal } = context;
  const galleryId = flags.gallery;
  return withClient(context, flags, async (client) => {
    const pages = allPages(
      (page) => client.identities.listIdentities({ galleryId, ...page }, { signal }),
      (response) => response.identities,
    );
    const documents = (await allItems(pages)).map(identityJson);
    printDocuments(terminal, documents, flags.json, `Nobody is enrolled in '${galleryId}'.`);
    return EXIT.ok;
  });
}

export const showIdentity: Named = (context, identityId, flags) =>
  withClient(context, flags, async (client) => {
    const request = { galleryId: flags.gallery, identityId };
    const { identity } = await client.identities.getIdentity(request, { signal: context.signal });
    print(context, identity, flags);
    return EXIT.ok;
  });

export function renameIdentity(
  context: Context,
  identityId: string,
  displayName: string,
  flags: ServiceFlags,
): Promise<ExitCode> {
  return withClient(context, flags, async (client) => {
    const identity = { galleryId: flags.gallery, identityId, displayName };
    const request = { identity, updateMask: ['display_name'] };
    const response = await client.identities.updateIdentity(request, { signal: context.signal });
    print(context, response.identity, flags);
    return EXIT.ok;
  });
}

export const deleteIdentity: Named = (context, identityId, flags) =>
  withClient(context, flags, async (client) => {
    const request = { galleryId: flags.gallery, identityId };
    await client.identities.deleteIdentity(request, { signal: context.signal });
    context.terminal.note(`Deleted '${identityId}'.`);
    return EXIT.ok;
  });

export const listAppearances: Named = (context, identityId, flags) => {
  const { signal, terminal } = context;
  return withClient(context, flags, async (client) => {
    const named = { galleryId: flags.gallery, identityId };
    const pages = allPages(
      (page) => client.identities.listIdentityAppearances({ ...named, ...page }, { signal }),
      (response) => response.appearances,
    );
    const documents = (await allItems(pages)).map((one) => ({
      clipId: one.clipId,
      ...trackJson(one),
    }));
    printDocuments(terminal, documents, flags.json, `'${identityId}' was not seen in any clip.`);
    return EXIT.ok;
  });
};

function print({ terminal }: Context, identity: Identity | undefined, flags: ServiceFlags): void {
  if (identity !== undefined) printDocuments(terminal, [identityJson(identity)], flags.json, '');
}

function identityJson(identity: Identity): Document {
  const { galleryId, identityId, displayName } = identity;
  return { identity: identityId, name: displayName, gallery: galleryId };
}
