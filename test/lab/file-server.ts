import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  /** `http://10.201.7.1:41234` */
  readonly url: string;
  /** Path → content; what is not there is 404. */
  readonly files: Map<string, Uint8Array>;
  /** Requested paths, in order. */
  readonly requests: string[];
  readonly stop: () => Promise<void>;
}

/** Serves files of memory. `host`: an address of this machine. */
export async function startFileServer(host: string): Promise<FileServer> {
  const files = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const content = files.get(url);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  return {
    url: `http://${host}:${String((server.address() as AddressInfo).port)}`,
    files,
    requests,
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => {
          stopped();
        });
      }),
  };
}
