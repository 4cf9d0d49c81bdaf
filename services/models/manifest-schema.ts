import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { $ZodType, JSONSchema } from 'zod/v4/core';
import { calibration } from './calibration-part.js';
import { aligner, pixelInput, postprocess, quality } from './manifest-parts.js';
import { manifestSchema } from './manifest.js';
import { relativePath } from './relative-path.js';

type Schema = Readonly<Record<string, unknown>>;

/** A check of zod's with words of its own. */
interface WordedRule {
  readonly error?: ((issue: unknown) => unknown) | undefined;
  readonly path?: readonly PropertyKey[] | undefined;
}

/** What stands once in `$defs`, by its name there. */
const SHARED = { aligner, calibration, pixelInput, postprocess, quality, relativePath };

/**
 * The JSON schema (draft 2020-12) of a bundle's manifest, for editors and other tools; parseManifest
 * itself does not use it. Rules that JSON schema has no words for stand in a `description`.
 */
export function manifestJsonSchema(): Schema {
  const metadata = z.registry<{ id?: string }>();
  for (const [id, part] of Object.entries(SHARED)) metadata.add(part, { id });
  const made = z.toJSONSchema(manifestSchema, { metadata, override: describeRules });
  const { $schema, $defs = {}, ...rest } = made;
  // A definition's name is its key; as `id` it would mean an address.
  const definitions = Object.entries($defs).map(([name, part]) => [name, without(part, 'id')]);
  const title = 'Manifest of a clipid model bundle';
  return { $schema, title, ...rest, $defs: Object.fromEntries(definitions) };
}

/** Puts the messages of a schema's own rules into its description. */
function describeRules(node: { zodSchema: $ZodType; jsonSchema: JSONSchema.BaseSchema }): void {
  const checks = node.zodSchema._zod.def.checks ?? [];
  const rules = checks.flatMap((check) => wordsOf(check._zod.def as WordedRule));
  if (rules.length > 0) node.jsonSchema.description = `${rules.join('; ')}.`;
}

/** `aligner.sizePx must equal the embedder's inputSizePx`; none for a rule without words. */
function wordsOf({ error, path = [] }: WordedRule): string[] {
  const message = error?.({});
  if (typeof message !== 'string') return [];
  return [path.length === 0 ? message : `${path.join('.')} ${message}`];
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

// npx tsx services/models/manifest-schema.ts | npx prettier --parser json > docs/manifest.schema.json
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(manifestJsonSchema(), null, 2));
}
