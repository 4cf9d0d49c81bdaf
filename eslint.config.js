import js from '@eslint/js';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** One importer per foreign library: its folder is the only place its types are seen. */
const owners = {
  'fluent-ffmpeg': 'video',
  'onnxruntime-node': 'vision',
  'onnx-proto': 'models',
  'hnswlib-node': 'gallery',
  'better-sqlite3': 'gallery',
  kafkajs: 'ingest',
  snappyjs: 'ingest',
  'lz4-napi': 'ingest',
  zstddec: 'ingest',
  chokidar: 'ingest',
  '@grpc/grpc-js': 'search',
  '@grpc/reflection': 'search',
  'grpc-health-check': 'search',
  'prom-client': 'ops',
  pino: 'ops',
  commander: 'cli',
  'cli-progress': 'cli',
  'cli-table3': 'cli',
};
/** What a folder of services/ may import from its neighbours (besides itself and core). */
const neighbours = {
  core: [],
  aggregate: [],
  video: [],
  models: [],
  vision: ['models'],
  gallery: [],
  extract: ['aggregate'],
  identify: ['gallery'],
  wire: ['gen'],
  ingest: ['identify', 'wire', 'gen'],
  evaluate: ['aggregate', 'models', 'vision'],
};
const folders = Object.keys(neighbours);
const outer = ['search', 'ops', 'cli', 'gen', 'settings'];

function folderRule(folder) {
  const foreign = Object.entries(owners).filter(([, owner]) => owner !== folder);
  const barred = [...folders, ...outer].filter(
    (other) =>
      other !== folder &&
      other !== 'core' &&
      !(neighbours[folder] ?? folders.concat(outer)).includes(other),
  );
  return {
    files: [`services/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: foreign.map(([name, owner]) => ({
            name,
            message: `Only services/${owner} imports ${name}.`,
          })),
          patterns: barred.map((other) => ({
            group: [
              `../${other}/*`,
              `../../${other}/*`,
              `!../${other}/port.js`,
              `!../../${other}/port.js`,
            ],
            message: `services/${folder} may import only the port of services/${other}.`,
          })),
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'services/gen', 'var', 'coverage'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver': {
        node: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
      },
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only services/config.ts reads the environment.',
        },
      ],
    },
  },
  {
    files: ['services/config.ts', 'services/no-telemetry.ts', 'tests/**/*.ts', '*.config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  ...[...folders, ...outer].map(folderRule),
  {
    // Loops over every pixel or pair: there a check for undefined costs as much as the arithmetic (measured).
    files: [
      'services/vision/resize.ts',
      'services/vision/resample.ts',
      'services/evaluate/scoring/count-pass.ts',
      'services/evaluate/scoring/collect-pass.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly' } } },
);
