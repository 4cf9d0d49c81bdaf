import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts the worker thread whose file is `name` (without its extension) beside the module at
 * `moduleUrl`, which is the caller's `import.meta.url`: startWorker(import.meta.url, 'hnsw-worker').
 * From compiled code it loads the .js; from TypeScript (tests, `tsx`) the .ts.
 */
export function startWorker(moduleUrl: string, name: string, options: WorkerOptions = {}): Worker {
  if (!moduleUrl.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, moduleUrl), options);
  const execArgv = ['--import', typeScriptHook()];
  return new Worker(new URL(`./${name}.ts`, moduleUrl), { ...options, execArgv });
}

/** `--import tsx` does nothing in a worker thread, so the thread registers the hook by its API. */
function typeScriptHook(): string {
  const api = import.meta.resolve('tsx/esm/api');
  const code = `import { register } from ${JSON.stringify(api)}; register();`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
