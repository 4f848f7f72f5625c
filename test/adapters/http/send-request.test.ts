import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../src/adapters/http/send-request.ts';
import type { Proxies } from '../../../src/model/network/proxies.ts';
import { startProxy, type Proxy } from '../../lab/proxy.ts';

describe('sendRequest', () => {
  let folder: string;
  let ca: string;
  let plain: Server;
  let secure: Server;
  let proxy: Proxy;
  const received: IncomingMessage[] = [];

  const portOf = (server: Server): string => String((server.address() as AddressInfo).port);
  const listen = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxies = (address: string): Proxies => ({ all: address, direct: [], sources: {} });
  const ask = async (url: string, by: Proxies, body?: string): Promise<string> => {
    const response = await sendRequest(new URL(url), by, {
      ...{ method: body === undefined ? 'GET' : 'POST', headers: { 'x-mine': '1' }, body },
      ...{ signal: AbortSignal.timeout(5_000), tls: { ca } },
    });
    let text = `${String(response.statusCode)} `;
    for await (const chunk of response) text += String(chunk);
    return text;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-proxy-'));
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    const subject = ['-subj', '/CN=lab', '-addext', 'subjectAltName=DNS:mirror.test,DNS:localtest'];
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      ...subject,
    ];
    execFileSync('openssl', made, { stdio: 'ignore' });
    ca = readFileSync(cert, 'utf8');
    const answer = (request: IncomingMessage, response: { end: (text: string) => void }): void => {
      received.push(request);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += String(chunk)));
      request.on('end', () => response.end(`${request.headers.host ?? ''} ${request.url ?? ''} ${body}`));
    };
    plain = createServer(answer);
    secure = createTlsServer({ key: readFileSync(key), cert: ca }, answer);
    proxy = await startProxy('127.0.0.1', { user: 'kim', password: 'p@ss:word' }, { 'mirror.test': '127.0.0.1' });
    await Promise.all([listen(plain), listen(secure)]);
  });

  afterAll(async () => {
    await proxy.close();
    for (const server of [plain, secure]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(folder, { recursive: true });
  });

  it('sends http by the whole address, with the login for the proxy alone', async () => {
    const host = `mirror.test:${portOf(plain)}`;
    expect(await ask(`http://${host}/a?b`, proxies(proxy.address))).toBe(`200 ${host} /a?b `);
    expect(proxy.seen.at(-1)).toBe(`GET http://${host}/a?b`);
    expect(received.at(-1)?.headers).toMatchObject({ host, 'x-mine': '1' });
    expect(received.at(-1)?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('sends https through a tunnel, checks the certificate of the host itself, and posts', async () => {
    const host = `mirror.test:${portOf(secure)}`;
    expect(await ask(`https://${host}/a`, proxies(proxy.address), 'x=1')).toBe(`200 ${host} /a x=1`);
    expect(proxy.seen.at(-1)).toBe(`CONNECT ${host}`);
    expect(received.at(-1)?.headers).not.toHaveProperty('proxy-authorization');
    await expect(ask(`https://127.0.0.2:${portOf(secure)}/`, proxies(proxy.address))).rejects.toThrow();
  });

  it('goes without a proxy to what NO_PROXY covers and to this machine', async () => {
    const before = proxy.seen.length;
    expect(await ask(`http://127.0.0.1:${portOf(plain)}/b`, proxies(proxy.address))).toContain('/b');
    expect(proxy.seen).toHaveLength(before);
  });

  it.each(['http', 'https'])('fails with status 5 where a proxy wants a login for %s', async (scheme) => {
    const url = `${scheme}://mirror.test:1/`;
    const none = await ask(url, proxies(proxy.anonymous)).catch((error: unknown) => error);
    expect(none).toMatchObject({
      code: 'PROXY_DENIED',
      exitCode: 5,
      message: expect.stringContaining('none was given'),
    });
    const wrong = await ask(url, proxies(proxy.anonymous.replace('//', '//kim:hunter22@'))).catch(
      (error: unknown) => error,
    );
    expect(wrong).toMatchObject({ code: 'PROXY_DENIED', message: expect.stringContaining('kim:***@') });
    expect((wrong as Error).message).not.toContain('hunter22');
  });

  it('says which proxy cannot be reached, and refuses one that it cannot use', async () => {
    const gone = await startProxy('127.0.0.1');
    await gone.close();
    await expect(ask('https://mirror.test/', proxies(gone.address))).rejects.toThrow(
      /the proxy http:\/\/127.* cannot be reached/,
    );
    await expect(ask('http://mirror.test/', proxies(gone.address))).rejects.toThrow(
      /the proxy http:\/\/127.* cannot be reached/,
    );
    const socks = proxies('socks5h://kim:hunter22@127.0.0.1:1080');
    await expect(ask('https://mirror.test/', socks)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
