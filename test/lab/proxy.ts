import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  /** With its login, for a client: `http://kim:secret@10.201.4.1:4321`. */
  readonly address: string;
  /** Without a login. */
  readonly anonymous: string;
  /** What went through: `CONNECT deb.debian.org:443`, `GET http://deb.debian.org/debian`; `refused …` without the login. */
  readonly seen: readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * An HTTP proxy of this process that wants a login, if one is given: whole
 * addresses for http, tunnels for https. `hosts`: name → address, before DNS.
 */
export async function startProxy(
  host: string,
  login?: { readonly user: string; readonly password: string },
  hosts: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  const seen: string[] = [];
  const wanted = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const admits = (asked: IncomingMessage): boolean => {
    const known = wanted === undefined || asked.headers['proxy-authorization'] === wanted;
    seen.push(`${known ? '' : 'refused '}${asked.method ?? ''} ${asked.url ?? ''}`);
    return known;
  };
  const server = createServer((asked, answer) => {
    if (!admits(asked)) {
      answer.writeHead(407, { 'proxy-authenticate': 'Basic realm="lab"' }).end('a login is needed\n');
      return;
    }
    const headers = { ...asked.headers };
    for (const name of ['proxy-authorization', 'proxy-connection']) delete headers[name];
    const url = new URL(asked.url ?? '');
    url.hostname = hosts[url.hostname] ?? url.hostname;
    const onward = request(url, { method: asked.method, headers, agent: false }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    asked.pipe(onward);
  });
  const clients = new Set<Socket>();
  server.on('connection', (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
  });
  server.on('connect', (asked, client, head) => {
    client.on('error', () => client.destroy());
    if (!admits(asked)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="lab"\r\n\r\n');
      return;
    }
    const url = new URL(`http://${asked.url ?? ''}`);
    const onward = connect(
      Number(url.port || '80'),
      hosts[url.hostname] ?? url.hostname.replace(/^\[(.*)\]$/, '$1'),
      () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
        client.pipe(onward).pipe(client);
      },
    );
    onward.on('error', () => client.destroy());
    client.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const place = `${host}:${String((server.address() as AddressInfo).port)}`;
  const name = login === undefined ? '' : `${login.user}:${encodeURIComponent(login.password)}@`;
  return {
    address: `http://${name}${place}`,
    anonymous: `http://${place}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.destroy();
      }),
  };
}
