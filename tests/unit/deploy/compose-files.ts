import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** The folder deploy/ as the tests beside this file look at it. */
export const DEPLOY = new URL('../../../deploy/', import.meta.url);

export function read(name: string): string {
  return readFileSync(new URL(name, DEPLOY), 'utf8');
}

const extending = z.union([
  z.string().transform((service) => ({ service, file: undefined })),
  z.strictObject({ file: z.string(), service: z.string() }),
]);
const service = z.looseObject({
  image: z.string().optional(),
  extends: extending.optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional() }).optional(),
  stop_grace_period: z.string().optional(),
});
const composeFile = z.looseObject({ services: z.record(z.string(), service) });
export type Service = z.infer<typeof service>;

/** Throws for a file that is no YAML, also for a key that is there twice. */
export function services(file: string): Record<string, Service> {
  return composeFile.parse(parse(read(file), { strict: true, uniqueKeys: true })).services;
}

/** A service with what it extends under it. Throws where that is not there. */
export function wholeService(file: string, name: string): Service {
  const own = services(file)[name];
  if (own === undefined) throw new Error(`${file} has no service ${name}`);
  if (own.extends === undefined) return own;
  const base = wholeService(own.extends.file ?? file, own.extends.service);
  return { ...base, ...own, environment: { ...base.environment, ...own.environment } };
}

/** What a service runs of clipid, each as its words: `kafka`, `send`, `--gallery`, ... */
export function clipidCommands({ entrypoint, command = ['serve'] }: Service): string[][] {
  if (entrypoint === undefined) return [command];
  const lines = command.join('\n').matchAll(/\bclipid ([^)\n]*)/g);
  return [...lines].map(([, words = '']) => words.split(' '));
}

/** `kafka send` of `kafka send --gallery default`. */
export function subcommandOf(words: readonly string[]): readonly string[] {
  const end = words.findIndex((word) => !/^[a-z]+$/.test(word));
  return end < 0 ? words : words.slice(0, end);
}
