// The health check of the image: asks the process beside it for /livez or /readyz, prints what it
// says, and exits with 0 if that is well. Usage: probe.js <path>
import { get } from 'node:http';

const [, , path = '/livez'] = process.argv;
const address = process.env['CLIPID_HTTP_ADDRESS'] || '127.0.0.1:8080';
const port = address.slice(address.lastIndexOf(':') + 1);

process.exitCode = 1;
// Without an agent: a connection that is kept would keep this process, too.
const options = { host: '127.0.0.1', port, path, agent: false, timeout: 4000 };
get(options, (response) => {
  if (response.statusCode === 200) process.exitCode = 0;
  response.pipe(process.stdout);
})
  .on('timeout', () => process.exit(1))
  .on('error', (error) => process.stdout.write(`${error.message}\n`));
