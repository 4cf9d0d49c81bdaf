import { once } from 'node:events';
import { Option, type Command } from 'commander';
import { loadConfig, type Config, type Settings } from '../../config.js';
import { ROLES } from '../../settings/settings.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { collect, providerOption, whole } from '../options.js';

export interface ServeFlags {
  readonly data?: string;
  readonly grpc?: string;
  readonly http?: string;
  readonly watch?: string;
  readonly gallery?: string;
  readonly allowFolder?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly workers?: number;
  readonly clips?: number;
  readonly logLevel?: string;
  readonly bundle?: string;
  readonly provider?: string;
  readonly allowUntrained?: boolean;
  readonly role?: string;
  readonly kafka?: string;
}

/** Beyond the time that running work gets, for what is left: closing files, ending threads. */
const CLOSE_EXTRA_MS = 10_000;

const EXAMPLES = `
Every flag is an environment variable as well: --grpc is CLIPID_GRPC_ADDRESS, --data is CLIPID_DATA.
The API has no authentication: give it other than loopback addresses only behind something that has.
SIGTERM and SIGINT stop it in order: no new calls, running ones finish, clips in work are continued
at the next start.

Over Kafka (clipid kafka --help makes the topics and checks them): the role all takes clips from the
topic clipid.clips. In a cluster many processes of the role extract, which keep nothing, work on the
clips, and one of the role gallery decides who was seen and answers searches.

Examples:
  clipid serve
  clipid serve --kafka broker:9092
  clipid serve --role extract --kafka broker:9092
  clipid serve --watch /var/spool/clips --gallery door
  clipid serve --grpc unix:/run/clipid.sock --allow-folder /media --allow-host cameras.example:8443`;

/** `clipid serve`: the server. */
export function serveCommand(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run the server: gRPC for callers, HTTP for health and metrics')
    .addOption(new Option('--role <role>', 'what this process does (default: all)').choices(ROLES))
    .option('--kafka <host:port,...>', 'brokers to take clips from (default: none)')
    .option('--data <folder>', 'the data folder (default: var/data)')
    .option('--grpc <address>', 'host:port or unix:/path (default: 127.0.0.1:50051)')
    .option('--http <address>', '/livez, /readyz, /metrics (default: 127.0.0.1:8080)')
    .option('--watch <folder>', 'ingest the clips of this folder as they appear')
    .option('--gallery <id>', 'the gallery of the watched folder (default: default)')
    .option('--allow-folder <folder>', 'a folder whose files a uri may name; repeatable', collect)
    .option('--allow-host <host[:port]>', 'a host that a uri may name; repeatable', collect)
    .option('--bundle <name|folder>', 'the model bundle (default: default)')
    .addOption(providerOption())
    .option('--allow-untrained', 'run a bundle with weights from a seed; its results are chance')
    .option('--workers <n>', 'threads for the networks', whole(1, 64))
    .option('--clips <n>', 'clips that are worked on at the same time', whole(1, 64))
    .option('--log-level <level>', 'fatal, error, warn, info, debug or silent')
    .addHelpText('after', EXAMPLES)
    .action((flags: ServeFlags) => run((context) => serve(context, flags)));
}

/** Starts, waits for the signal, stops. 1 where it had to stop by itself: its supervisor should act. */
export async function serve(context: Context, flags: ServeFlags): Promise<ExitCode> {
  const { terminal, signal } = context;
  const config = loadConfig(settingsOf(flags));
  const { startService } = await import('../../compose.js');
  const { grpcAddress, httpAddress } = config;
  const fatal = new AbortController();
  const service = await startService({
    config,
    grpcAddress,
    httpAddress,
    watch: config.watch ?? null,
    onFatal: (error) => fatal.abort(error),
  });
  const { grpcAddress: calls, httpAddress: http } = service;
  terminal.note(`clipid is ready: gRPC ${calls === '' ? 'none' : calls}, HTTP ${http ?? 'off'}`);
  const stop = AbortSignal.any([signal, fatal.signal]);
  if (!stop.aborted) await once(stop, 'abort');
  terminal.note('Stopping.');
  const exitCode = await closeInTime(context, config, service);
  return fatal.signal.aborted ? EXIT.failed : exitCode;
}

/** The settings that the flags stand for; those that were not given are left to the environment. */
export function settingsOf(flags: ServeFlags): Settings {
  return {
    data: flags.data,
    grpcAddress: flags.grpc,
    httpAddress: flags.http,
    watch: flags.watch,
    watchGallery: flags.gallery,
    allowedFolders: flags.allowFolder?.join(','),
    allowedHosts: flags.allowHost?.join(','),
    visionWorkers: flags.workers,
    clipConcurrency: flags.clips,
    logLevel: flags.logLevel,
    bundle: flags.bundle,
    provider: flags.provider,
    allowUntrained: flags.allowUntrained,
    role: flags.role,
    kafkaBrokers: flags.kafka,
  };
}

/** A close that hangs must not keep the process: what was accepted is durable anyway. */
async function closeInTime(
  { terminal }: Context,
  { graceSeconds }: Config,
  service: { close(): Promise<void> },
): Promise<ExitCode> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), graceSeconds * 1000 + CLOSE_EXTRA_MS);
  });
  const outcome = await Promise.race([service.close().then(() => 'closed'), late]);
  clearTimeout(timer);
  if (outcome === 'closed') return EXIT.ok;
  terminal.note('Stopping took too long; clips in work are continued at the next start.');
  return EXIT.failed;
}
