import { type Command, Option } from 'commander';
import { ClipidError } from '../../core/errors.js';
import type { SearchFacesResponse } from '../../gen/clipid/v1/search_service.js';
import { withClient, type Context, type Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addGallery, addJson, addTarget, decimal, whole, type ServiceFlags } from '../options.js';
import { untrainedNote } from '../untrained.js';
import { ruleJson, ruleText } from '../search/rule-json.js';
import { searchedJson, searchText, unsearchedJson } from '../search/search-json.js';
import { addTargets, targetsOf, type TargetFlags } from '../targets.js';
import { readSource, type Source } from '../sources.js';

export interface SearchFlags extends ServiceFlags, TargetFlags {
  readonly template?: string;
  readonly identity?: string;
  readonly maxMatches?: number;
  readonly maxAppearances?: number;
  readonly threshold?: number;
}
type Probe =
  | Source
  | { readonly $case: 'templateId'; readonly templateId: string }
  | { readonly $case: 'identityId'; readonly identityId: string };

/** A probe that is a clip is decoded while the call waits. */
const DEADLINE_MS = 3_600_000;

const EXAMPLES = `
Every face of the picture or clip is searched. With --template an unknown person's track (its template
is in what ingest prints) is looked for in all clips; with --identity an enrolled person is.

The column 'false match' bounds the share of strangers who come as near as this to anybody: '<= 0.003' is
three of a thousand. A question mark: too few pairs were ever so alike to count them.

Examples:
  clipid search visitor.jpg
  clipid search door.mp4 --json --max-appearances 100
  clipid search visitor.jpg --target-fpr 0.01 --uncertain-fpr 0.1
  clipid search --template 0f3c9a...   where was this unknown seen before?`;

/** `clipid search`: who is this, and where else were they seen? */
export function searchCommand(program: Command, run: Run): void {
  const command = program
    .command('search')
    .description('who is this, and where else were they seen')
    .argument('[image|clip|uri]', 'what to search with')
    .addOption(new Option('--template <id>', 'search with a template').conflicts('identity'))
    .option('--identity <id>', 'search with all templates of a person')
    .option('--max-matches <n>', 'identities a face (default: 5)', whole(0, 100))
    .option('--max-appearances <n>', 'appearances a face (default: 20)', whole(0, 1000))
    .addOption(
      new Option('--threshold <similarity>', 'least similarity that is MATCHED, without a target')
        .argParser(decimal(-1, 1))
        .conflicts('targetFpr'),
    );
  addTargets(command, "the gallery's, else the models' own");
  addJson(addTarget(addGallery(command)))
    .addHelpText('after', EXAMPLES)
    .action((source: string | undefined, flags: SearchFlags) =>
      run((context) => search(context, source, flags)),
    );
}

/** Searches and prints; 3 where no face could be searched. */
export async function search(
  context: Context,
  source: string | undefined,
  flags: SearchFlags,
): Promise<ExitCode> {
  const request = {
    galleryId: flags.gallery,
    probe: await probeOf(source, flags),
    ...limits(flags),
  };
  const call = { deadlineMs: DEADLINE_MS, signal: context.signal };
  return withClient(context, flags, async (client) => {
    const response = await client.search.searchFaces(request, call);
    return print(context, response, flags.json === true);
  });
}

async function probeOf(source: string | undefined, flags: SearchFlags): Promise<Probe> {
  const { template, identity } = flags;
  const given = [source, template, identity].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new ClipidError(
      'FIELD_INVALID',
      'Name one picture or clip, or --template, or --identity.',
    );
  }
  if (source !== undefined) return readSource(source);
  if (template !== undefined) return { $case: 'templateId', templateId: template };
  return { $case: 'identityId', identityId: identity ?? '' };
}

function limits(flags: SearchFlags) {
  const { maxMatches, maxAppearances, threshold } = flags;
  return {
    ...targetsOf(flags),
    ...(maxMatches === undefined ? {} : { maxMatches }),
    ...(maxAppearances === undefined ? {} : { maxAppearances }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

function print({ terminal }: Context, response: SearchFacesResponse, json: boolean): ExitCode {
  const { searchedFaces, unsearchedFaces, bundleId, rule } = response;
  const found = [
    ...searchedFaces.map((face) => searchedJson(face, response)),
    ...unsearchedFaces.map((face) => unsearchedJson(face, response)),
  ];
  const note = untrainedNote(bundleId);
  const meaning = json ? '' : ruleText(ruleJson(rule));
  for (const line of [note, meaning]) if (line !== '') terminal.note(line);
  for (const face of found) terminal.result(json ? JSON.stringify(face) : searchText(face));
  if (searchedFaces.length > 0) return EXIT.ok;
  terminal.note('No face could be searched.');
  return EXIT.notFound;
}
