import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { connectEngine } from '../../../src/adapters/docker/connection/connect-engine.ts';
import type { Engine } from '../../../src/ports/engine.ts';

/** What a faulty engine does with one request. `socket` lets it break the connection. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** An engine that answers pings properly, and everything else as the test says; counts the calls. */
export class FakeDaemon implements AsyncDisposable {
  readonly address: string;
  readonly calls: string[] = [];
  readonly #folder: string;
  readonly #server;
  readonly #sockets = new Set<Socket>();
  readonly #engines: Engine[] = [];

  private constructor(behave: Behaviour, upgrade: ((socket: Socket) => void) | undefined, ping: Behaviour) {
    this.#folder = mkdtempSync(join(tmpdir(), 'fake-daemon-'));
    this.address = `unix://${join(this.#folder, 's')}`;
    this.#server = createServer((request, response) => {
      if (request.url === '/_ping') {
        ping(request, response);
        return;
      }
      this.calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
      behave(request, response);
    });
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.on('upgrade', (_request, socket) => upgrade?.(socket as Socket));
  }

  static async start(
    behave: Behaviour,
    rest: { readonly upgrade?: (socket: Socket) => void; readonly ping?: Behaviour } = {},
  ): Promise<FakeDaemon> {
    const daemon = new FakeDaemon(behave, rest.upgrade, rest.ping ?? answerPing);
    await new Promise<void>((resolve) => daemon.#server.listen(daemon.address.slice('unix://'.length), resolve));
    return daemon;
  }

  async connect(signal?: AbortSignal): Promise<Engine> {
    const engine = await connectEngine({ flag: this.address, env: {}, home: '/nowhere' }, signal);
    this.#engines.push(engine);
    return engine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const engine of this.#engines) engine.close();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true });
  }
}

export function answerPing(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Api-Version': '1.47', Server: 'Docker/99' }).end('OK');
}

/** Answers with one status and body, whatever is asked. */
export function always(status: number, body: string): Behaviour {
  return (_request, response) => response.writeHead(status).end(body);
}
