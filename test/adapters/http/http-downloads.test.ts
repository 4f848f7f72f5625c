import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { HttpDownloads, type HttpDownloadsOptions } from '../../../src/adapters/http/http-downloads.ts';

const body = randomBytes(200_000);
const sha256 = createHash('sha256').update(body).digest('hex');

describe('HttpDownloads', () => {
  let server: ReturnType<typeof createServer>;
  let folder: string;
  let url: string;
  let requests: IncomingMessage[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  const open = (options: Partial<HttpDownloadsOptions> = {}): HttpDownloads =>
    new HttpDownloads({
      cache: new FileCache(folder),
      // A busy machine may answer late.
      patience: { attempts: 2, delay: 5, stall: 3_000 },
      refuses: () => false,
      ...options,
    });

  const read = async (downloads: HttpDownloads, expected?: string): Promise<boolean> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await downloads.fetch(url, expected)) chunks.push(chunk);
    return Buffer.concat(chunks).equals(body);
  };

  const kept = async (): Promise<readonly string[]> => readdir(join(folder, 'downloads')).catch(() => []);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-downloads-'));
    requests = [];
    answer = (_request, response) => void response.end(body);
    server = createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jq`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('tells the sha256 of a file that is seen for the first time, and takes it from the cache by that', async () => {
    const first = await open().fetch(url, undefined);
    expect(first).toMatchObject({ sha256, size: body.byteLength });
    expect(await read(open(), sha256)).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('refuses another content, says which, and keeps what it had', async () => {
    await open().fetch(url, undefined);
    const before = await kept();
    const wrong = 'a'.repeat(64);
    const error = await open()
      .fetch(url, wrong)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'CONTENT_MISMATCH',
      exitCode: 11,
      data: { url, expected: wrong, actual: sha256 },
    });
    expect((error as Error).message).toContain(url);
    expect(await kept()).toEqual(before);
  });

  it('downloads again if the cache has an older content', async () => {
    const old = randomBytes(10);
    answer = (_request, response) => void response.end(old);
    await open().fetch(url, undefined);
    answer = (_request, response) => void response.end(body);
    expect(await read(open(), sha256)).toBe(true);
  });

  it('notices a file of the cache that changed', async () => {
    await open().fetch(url, undefined);
    const [name = ''] = (await kept()).filter((each) => !each.endsWith('.sha256'));
    await writeFile(join(folder, 'downloads', name), body.subarray(1));
    await expect(read(open(), sha256)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['404', (response) => void response.writeHead(404).end()],
    ['403', (response) => void response.writeHead(403).end()],
    ['500', (response) => void response.writeHead(500).end()],
    ['a reset', (response) => void response.destroy()],
    ['silence', (response) => void response.writeHead(200).write('x')],
    [
      'an early end',
      (response) => void response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    ],
  ])('ends with status 5 after %s, and keeps nothing', async (_title, fail) => {
    answer = (_request, response) => {
      fail(response);
    };
    await expect(open().fetch(url, undefined)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', exitCode: 5 });
    expect(await kept()).toEqual([]);
  });

  it('ends with status 5 if nobody listens', async () => {
    await expect(open().fetch('http://127.0.0.1:1/x', undefined)).rejects.toMatchObject({ exitCode: 5 });
  });

  it('ends a download that only drips', async () => {
    answer = (_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    };
    const error = await open({ timeout: 200 })
      .fetch(url, undefined)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect((error as Error).message).toContain('too long');
  });

  it('ends a download that is too large', async () => {
    await expect(open({ limit: 1000 }).fetch(url, undefined)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(await kept()).toEqual([]);
  });

  it('follows redirects and sends no login', async () => {
    const place = url;
    answer = (request, response) => {
      if (request.url === '/jq') response.writeHead(302, { location: place.replace('/jq', '/other') }).end();
      else response.end(body);
    };
    expect(await read(open())).toBe(true);
    for (const { headers } of requests) {
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
    }
  });

  it('takes nothing from a name that means this machine when the connection is made', async () => {
    const refuses = (address: string): boolean => address === '127.0.0.1' || address === '::1';
    const named = url.replace('127.0.0.1', 'localhost');
    await expect(open({ refuses }).fetch(named, undefined)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(requests).toEqual([]);
  });

  it('takes a compressed file as it is', async () => {
    answer = (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    expect(await read(open(), sha256)).toBe(true);
  });

  it('does not leave http by a redirect', async () => {
    answer = (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(open().fetch(url, undefined)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it.each(['127.0.0.1', 'localhost'])('takes nothing from this machine itself: %s', async (host) => {
    const downloads = new HttpDownloads({ cache: new FileCache(folder) });
    await expect(downloads.fetch(url.replace('127.0.0.1', host), undefined)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(requests).toEqual([]);
  });

  it('takes nothing from this machine itself by a redirect', async () => {
    const place = url.replace('127.0.0.1', '127.0.0.2').replace('/jq', '/secret');
    answer = (request, response) => {
      if (request.url === '/jq') response.writeHead(302, { location: place }).end();
      else response.end('secret');
    };
    const refuses = (address: string): boolean => address === '127.0.0.2';
    await expect(open({ refuses }).fetch(url, undefined)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    // Nothing is asked there: a question alone may change something.
    expect(requests.map((request) => request.url)).toEqual(['/jq']);
    expect(await kept()).toEqual([]);
  });

  it('says what to do where the authority of a server is not known', async () => {
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=mirror', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const secure = createSecureServer({ key: await readFile(key), cert: await readFile(cert) });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${String((secure.address() as AddressInfo).port)}/jq`;
    await expect(read(open())).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      suggestions: [expect.stringContaining('NODE_EXTRA_CA_CERTS')],
    });
    secure.close();
  });
});
