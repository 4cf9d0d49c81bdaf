import { z } from 'zod';
import type { $ZodType, JSONSchema } from 'zod/v4/core';
import { variableName } from '../config.js';
import type { SettingName } from './groups.js';
import { settings } from './settings.js';

/** What a reader wants to know of a setting. Names of values stand in backticks. */
export interface SettingFacts {
  readonly variable: string;
  /** What it may be: `whole number, 1 to 64`; `ANY_TEXT` where nothing more is said. */
  readonly values: string;
  /** As one would write it; undefined where there is none, or the machine decides. */
  readonly fallback: string | undefined;
  /** What the default is, where the machine decides. */
  readonly fallbackNote: string | undefined;
  readonly meaning: string;
}

/** Defaults that are another text on every machine. */
const COMPUTED: Partial<Record<SettingName, string>> = {
  models: '`var/models` in the package',
  visionWorkers: 'the cores, at most 8',
};

export const ANY_TEXT = 'text';
const KINDS: Readonly<Record<string, string>> = {
  string: ANY_TEXT,
  integer: 'whole number',
  number: 'number',
};

/** A check of zod's with words of its own. */
interface WordedRule {
  readonly error?: ((issue: unknown) => unknown) | undefined;
}

/** Throws where a setting is of a kind that JSON schema, and so this reference, has no words for. */
export function describeSetting(name: SettingName): SettingFacts {
  const schema = z.toJSONSchema(settings[name], { override: noteRules });
  const fallbackNote = COMPUTED[name];
  return {
    variable: variableName(name),
    values: valuesOf(schema),
    fallback: fallbackNote === undefined ? written(schema.default) : undefined,
    fallbackNote,
    meaning: schema.description ?? '',
  };
}

/** Keeps the words of a schema's own rules, which JSON schema has no place for. */
function noteRules(node: { zodSchema: $ZodType; jsonSchema: JSONSchema.BaseSchema }): void {
  const checks = node.zodSchema._zod.def.checks ?? [];
  const words = checks.map((check) => (check._zod.def as WordedRule).error?.({}));
  const rules = words.filter((one) => typeof one === 'string');
  if (rules.length > 0) node.jsonSchema['rules'] = rules;
}

function valuesOf(schema: JSONSchema.BaseSchema): string {
  const rules = (schema['rules'] ?? []) as readonly string[];
  // `is host:port` tells all that there is to tell; other rules come on top of the kind.
  const whole = rules.find((rule) => rule.startsWith('is '))?.slice('is '.length);
  return whole ?? [kindOf(schema), ...rules].join('; ');
}

function kindOf(schema: JSONSchema.BaseSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type !== 'array') return `${wordOf(schema)}${boundsOf(schema)}`;
  const items = itemsOf(schema);
  return `list of ${wordOf(items)}s${boundsOf(items)}`;
}

function wordOf({ type }: JSONSchema.BaseSchema): string {
  return KINDS[String(type)] ?? 'value';
}

function itemsOf({ items = {} }: JSONSchema.BaseSchema): JSONSchema.BaseSchema {
  return items as JSONSchema.BaseSchema;
}

function boundsOf({ minimum, maximum }: JSONSchema.BaseSchema): string {
  if (minimum === undefined || maximum === undefined) return '';
  return maximum === Number.MAX_SAFE_INTEGER ? `, from ${minimum}` : `, ${minimum} to ${maximum}`;
}

/** An empty list is written like no value at all. */
function written(value: unknown): string | undefined {
  const text = [value].flat().join(',');
  return text === '' ? undefined : text;
}
