import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectEngine } from '../../../../src/adapters/docker/connection/connect-engine.ts';
import { NodeProcesses } from '../../../../src/adapters/host/node-processes.ts';
import { TrustedPrograms } from '../../../../src/adapters/host/trusted-programs.ts';
import { always, answerPing, FakeDaemon, type Behaviour } from '../fake-daemon.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-connection-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

describe('over ssh', () => {
  /** A program in ssh's place: notes its arguments, then does what dial-stdio would do on the other side. */
  function replaceSsh(script: string): void {
    writeFileSync(join(folder, 'ssh'), `#!${process.execPath}\n${script}`);
    chmodSync(join(folder, 'ssh'), 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  }

  const findPrograms = () => new TrustedPrograms(new NodeProcesses(), { folder: '/' });

  it('talks to the engine on the other side, exec included', async () => {
    const behave: Behaviour = (request, response) => {
      if (request.url?.includes('/containers/json') === true) response.end('[]');
      else response.end(JSON.stringify(request.method === 'POST' ? { Id: 'a' } : { Running: false, ExitCode: 4 }));
    };
    const upgrade = (socket: NodeJS.WritableStream): void => {
      socket.end('HTTP/1.1 101 UPGRADED\r\n\r\n\x01\0\0\0\0\0\0\x02hi');
    };
    await using daemon = await FakeDaemon.start(behave, { upgrade });
    replaceSsh(`
      require('fs').writeFileSync('${folder}/arguments', process.argv.slice(2).join(' '));
      const socket = require('net').connect('${daemon.address.slice('unix://'.length)}');
      process.stdin.pipe(socket).pipe(process.stdout);
      socket.on('close', () => process.exit());
    `);
    const engine = await connectEngine({ flag: 'ssh://me@far', env: {}, home: folder, programs: findPrograms() });
    expect(await engine.runtime.list([])).toEqual([]);
    expect(await engine.runtime.exec('c', { argv: ['x'] })).toBe(4);
    engine.close();
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).toMatch(/-l me -- far docker system dial-stdio$/);
  });

  it('hands on what ssh says', async () => {
    replaceSsh(`process.stderr.write('Host key verification failed.\\n', () => process.exit(255));`);
    const connected = connectEngine({ flag: 'ssh://far', env: {}, home: folder, programs: findPrograms() });
    await expect(connected).rejects.toMatchObject({ message: expect.stringContaining('Host key verification failed') });
  });
});

describe('over TLS', () => {
  it('asks for a certificate that the folder vouches for', async () => {
    const openssl = (...args: string[]): void => {
      execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    };
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', ...subject);
    const [key, cert] = [readFileSync(join(folder, 'key.pem')), readFileSync(join(folder, 'cert.pem'))];
    const server = createServer({ key, cert }, (request, response) => {
      if (request.url === '/_ping') answerPing(request, response);
      else always(200, '[]')(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const flag = `tcp://localhost:${String((server.address() as AddressInfo).port)}`;
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    await expect(connectEngine({ flag, env, home: folder })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    writeFileSync(join(folder, 'ca.pem'), cert);
    const engine = await connectEngine({ flag, env, home: folder });
    expect(await engine.runtime.list([])).toEqual([]);
    engine.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
