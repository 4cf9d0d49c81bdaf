import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PIECES = 60;

/** Serves one file so slowly that it takes `ms`: work that lasts and needs no processor. */
export class SlowServer {
  /** Downloads that were begun. */
  begun = 0;
  private constructor(private readonly server: Server) {}

  static async start(path: string, ms: number): Promise<SlowServer> {
    const bytes = readFileSync(path);
    const size = Math.ceil(bytes.length / PIECES);
    const server = createServer((_request, response) => {
      made.begun++;
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, sent + size));
        sent += size;
        if (sent < bytes.length) return;
        clearInterval(timer);
        response.end();
      }, ms / PIECES);
      response.on('close', () => clearInterval(timer));
    });
    const made = new SlowServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get uri(): string {
    return `http://${this.host}/slow.mp4`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
