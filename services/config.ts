import { z } from 'zod';
import { ClipidError } from './core/errors.js';
import { kafkaConflict } from './settings/kafka-settings.js';
import { settings } from './settings/settings.js';

export { packageVersion } from './settings/package-folder.js';

const schema = z.strictObject(settings).superRefine((config, context) => {
  const conflict = kafkaConflict(config) ?? roleConflict(config);
  if (conflict === undefined) return;
  const [name, message] = conflict;
  context.addIssue({ code: 'custom', path: [name], message });
});
export type Config = z.infer<typeof schema>;
export type Settings = Partial<Record<keyof Config, unknown>>;

/**
 * The settings in force: flags over environment over defaults.
 * Throws FIELD_INVALID naming the variable, the bound and what was given.
 */
export function loadConfig(flags: Settings = {}, env: NodeJS.ProcessEnv = process.env): Config {
  const given = { ...fromEnvironment(env), ...withoutUndefined(flags) };
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? 'settings');
  throw new ClipidError(
    'FIELD_INVALID',
    `${variableName(name)}: ${issue?.message ?? 'is not valid'}.`,
    {
      field: variableName(name),
    },
  );
}

/** In a cluster the processes have nothing but Kafka in common. */
function roleConflict(config: {
  role: string;
  kafkaBrokers: string[];
  watch?: string | undefined;
}) {
  if (config.role !== 'all' && config.kafkaBrokers.length === 0)
    return ['kafkaBrokers', `is needed for the role ${config.role}`] as const;
  if (config.role === 'extract' && config.watch !== undefined)
    return ['watch', 'needs a store, which the role extract has not'] as const;
  return undefined;
}

/** `grpcAddress` is CLIPID_GRPC_ADDRESS. */
export function variableName(setting: string): string {
  return `CLIPID_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function fromEnvironment(env: NodeJS.ProcessEnv): Settings {
  const given = Object.keys(settings).map((name) => [name, env[variableName(name)]] as const);
  return withoutUndefined(Object.fromEntries(given));
}

function withoutUndefined(given: Settings): Settings {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== ''),
  );
}
