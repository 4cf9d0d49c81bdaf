import { configurationMarkdown, environmentFile } from './reference.js';

// `make docs`: tsx services/settings/print-reference.ts markdown | environment
const [, , form] = process.argv;
process.stdout.write(form === 'environment' ? environmentFile() : configurationMarkdown());
