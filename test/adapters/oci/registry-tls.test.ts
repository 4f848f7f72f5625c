import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../run-devenv.ts';

const script = `import { RegistryTokens } from ${JSON.stringify(resolve(import.meta.dirname, '../../../src/adapters/oci/registry-tokens.ts'))};
const tokens = new RegistryTokens({ isInsecure: async () => false, env: {}, note: () => undefined });
const server = process.argv[1];
const login = { username: 'ada', password: 'secret', server };
await tokens.grant(login, { repository: 'shop/env', actions: 'pull' }).then(
  () => console.log('granted'),
  ({ code, message, suggestions }) => console.log([code, message, ...suggestions].join('\\n')),
);`;

/** Asks a registry with a certificate for that name; with its authority known, or not. */
async function ask(name: string, known: boolean): Promise<string> {
  using folder = makeFolder();
  const [key, cert] = [join(folder.path, 'key'), join(folder.path, 'cert')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=registry', '-addext', `subjectAltName=${name}`];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end('{}'),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const env = { PATH: process.env['PATH'], ...(known && { NODE_EXTRA_CA_CERTS: cert }) };
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, host], {
    env,
    cwd: resolve(import.meta.dirname, '../../..'),
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await new Promise((done) => child.once('close', done));
  server.closeAllConnections();
  server.close();
  return said;
}

it('refuses a registry whose certificate is for another name, and says what to check', async () => {
  expect(await ask('IP:127.0.0.1', true)).toBe('granted\n');
  expect(await ask('DNS:other.test', true)).toMatch(
    /^REGISTRY_UNREACHABLE\nThe registry 127\.0\.0\.1:\d+ does not answer correctly: .*altnames.*\nCheck the name of the registry/,
  );
  expect(await ask('IP:127.0.0.1', false)).toMatch(/^REGISTRY_UNREACHABLE\n.*certificate.*\n.*NODE_EXTRA_CA_CERTS/);
});
