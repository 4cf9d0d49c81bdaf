import { kafkaSettings } from './kafka-settings.js';
import { settings } from './settings.js';

export type SettingName = keyof typeof settings;
type KafkaSettingName = keyof typeof kafkaSettings;

/** The chapters of the reference, in its order. */
export const GROUPS = ['General', 'Models and processors', 'Intake', 'Limits', 'Kafka'] as const;
export type Group = (typeof GROUPS)[number];

/** A setting that is missing here does not compile, so that none is left out of the reference. */
const OWN_GROUPS: Record<Exclude<SettingName, KafkaSettingName>, Group> = {
  role: 'General',
  data: 'General',
  grpcAddress: 'General',
  httpAddress: 'General',
  logLevel: 'General',
  recalibrateMinutes: 'General',
  graceSeconds: 'General',
  models: 'Models and processors',
  bundle: 'Models and processors',
  allowUntrained: 'Models and processors',
  provider: 'Models and processors',
  gpus: 'Models and processors',
  batchSizes: 'Models and processors',
  batchWaitMs: 'Models and processors',
  visionWorkers: 'Models and processors',
  watch: 'Intake',
  watchGallery: 'Intake',
  allowedFolders: 'Intake',
  allowedHosts: 'Intake',
  clipConcurrency: 'Intake',
  framesPerSecond: 'Intake',
  longSidePx: 'Intake',
  ffmpeg: 'Intake',
  ffprobe: 'Intake',
  maxClipBytes: 'Limits',
  maxClipSeconds: 'Limits',
  maxAttempts: 'Limits',
};

/** The settings of a group, in the order in which they are declared. */
export function settingsOf(group: Group): SettingName[] {
  return settingNames().filter((name) => groupOf(name) === group);
}

export function settingNames(): SettingName[] {
  return Object.keys(settings) as SettingName[];
}

function groupOf(name: SettingName): Group {
  return isOwn(name) ? OWN_GROUPS[name] : 'Kafka';
}

function isOwn(name: SettingName): name is keyof typeof OWN_GROUPS {
  return name in OWN_GROUPS;
}
