import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { ClipidError } from '../core/errors.js';
import { CHILD_ENVIRONMENT } from './media-process.js';

const run = promisify(execFile);
const START_TIMEOUT_MS = 20_000;

export type ToolName = 'ffmpeg' | 'ffprobe';

export interface Tool {
  /** Absolute. */
  readonly path: string;
  readonly version: string;
  readonly source: 'configured' | 'system' | 'bundled';
}

export interface ToolSettings {
  /** Absolute paths; looked for when absent. */
  readonly ffmpegPath?: string;
  readonly ffprobePath?: string;
}

export interface Tools {
  readonly ffmpeg: Tool;
  readonly ffprobe: Tool;
  /** For the log: what is not as good as it could be. */
  readonly notices: readonly string[];
}

/**
 * Finds ffmpeg and ffprobe: the configured one, else the machine's own, else the one of an npm
 * package. A configured one that does not run is an error, never a reason to take another.
 * Throws TOOL_MISSING, which says what to install.
 */
export async function findTools(settings: ToolSettings = {}): Promise<Tools> {
  const [ffmpeg, ffprobe] = await Promise.all([
    findTool('ffmpeg', settings.ffmpegPath),
    findTool('ffprobe', settings.ffprobePath),
  ]);
  return { ffmpeg, ffprobe, notices: [...notice('ffmpeg', ffmpeg), ...notice('ffprobe', ffprobe)] };
}

async function findTool(name: ToolName, configured: string | undefined): Promise<Tool> {
  if (configured !== undefined) return configuredTool(name, configured);
  const systemPath = await pathOnSystem(name);
  const system = systemPath === undefined ? undefined : await versionOf(name, systemPath);
  if (systemPath !== undefined && system !== undefined) {
    return { path: systemPath, version: system, source: 'system' };
  }
  return bundledTool(name);
}

async function configuredTool(name: ToolName, path: string): Promise<Tool> {
  const version = isAbsolute(path) ? await versionOf(name, path) : undefined;
  if (version !== undefined) return { path, version, source: 'configured' };
  const message = `The configured ${name} does not run: give the absolute path of an ${name} program.`;
  throw new ClipidError('TOOL_MISSING', message, { field: `${name}Path`, details: { path } });
}

/** The shell knows PATH; we need an absolute path, because children get no PATH from us. */
async function pathOnSystem(name: ToolName): Promise<string | undefined> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', `command -v ${name}`]);
    const path = stdout.trim();
    return isAbsolute(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** `ffmpeg version 5.1.9-0+deb12u1 Copyright ...` -> `5.1.9-0+deb12u1`; undefined if it does not run. */
async function versionOf(name: ToolName, path: string): Promise<string | undefined> {
  try {
    const options = { env: CHILD_ENVIRONMENT, timeout: START_TIMEOUT_MS };
    const { stdout } = await run(path, ['-version'], options);
    return new RegExp(`^${name} version (\\S+)`).exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

async function bundledTool(name: ToolName): Promise<Tool> {
  const path = pathInPackage(name);
  if (path !== undefined) {
    await makeExecutable(path);
    const version = await versionOf(name, path);
    if (version !== undefined) return { path, version, source: 'bundled' };
  }
  throw new ClipidError(
    'TOOL_MISSING',
    `${name} was not found: install ffmpeg (on Debian and Ubuntu: apt-get install ffmpeg; on macOS: ` +
      `brew install ffmpeg), or configure its path.`,
    { field: `${name}Path` },
  );
}

/** The packages throw, one of them a string, on a platform that they have no program for. */
function pathInPackage(name: ToolName): string | undefined {
  try {
    const found: unknown = createRequire(import.meta.url)(`@${name}-installer/${name}`);
    if (typeof found !== 'object' || found === null || !('path' in found)) return undefined;
    return typeof found.path === 'string' ? found.path : undefined;
  } catch {
    return undefined;
  }
}

/** The x bit is set by an install script, which many installations do not run. */
async function makeExecutable(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK);
  } catch {
    // Somebody else's folder: the version check will say that it does not run.
    await chmod(path, 0o755).catch(() => undefined);
  }
}

function notice(name: ToolName, tool: Tool): string[] {
  if (tool.source !== 'bundled') return [];
  return [
    `${name} is not installed on this machine; using the one of the npm package @${name}-installer/` +
      `${name} (${tool.version}), which is older and reads fewer formats. Install ffmpeg to replace it.`,
  ];
}
