import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { RegistryTokens } from '../../../src/adapters/oci/registry-tokens.ts';
import { parseChallenge, resolveRealm } from '../../../src/adapters/oci/token-realm.ts';
import { startTokenRegistry } from '../../lab/token-registry.ts';
import { serve } from './serve.ts';

const scope = { repository: 'shop/env', actions: 'pull' } as const;
const open = (isInsecure = true): RegistryTokens =>
  new RegistryTokens({ isInsecure: () => Promise.resolve(isInsecure), env: {}, note: () => undefined });

describe('the challenge of a registry', () => {
  it.each([
    ['Bearer realm="https://a/t",service="s"', { kind: 'bearer', realm: 'https://a/t', service: 's' }],
    ['bearer SERVICE="s", Realm="https://a/t"', { kind: 'bearer', realm: 'https://a/t', service: 's' }],
    ['Basic realm="x", Bearer realm="https://a/t"', { kind: 'bearer', realm: 'x', service: undefined }],
    ['Basic realm="bearer"', { kind: 'basic' }],
    ['Bearer service="s"', undefined],
    ['Nonsense %%%', undefined],
    ['', undefined],
  ])('%j is read', (header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });

  it('is read in linear time', () => {
    const begun = performance.now();
    for (const part of ['a="', 'Bearer ', '="",', ' ', 'realm="x"']) parseChallenge(part.repeat(1_000_000));
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('a token server', () => {
  const registry = new URL('https://registry.example.com:5050/v2/');
  const hub = new URL('https://registry-1.docker.io/v2/');

  it.each([
    ['https://registry.example.com/jwt/auth', registry],
    ['https://auth.docker.io/token', hub],
    ['http://registry.example.com:8080/token', new URL('http://registry.example.com:5050/v2/')],
  ])('%s is used', (realm, url) => {
    expect(resolveRealm(realm, url, undefined)).toMatchObject({ isNamed: false });
  });

  it.each([
    ['on another host', 'https://other.example.com/token', registry],
    ['on a host with the name at its start', 'https://registry.example.com.evil.test/token', registry],
    ['on a host with the name as a login', 'https://registry.example.com@evil.test/token', registry],
    ['with a login in its address', 'https://a:b@registry.example.com/token', registry],
    ['without TLS', 'http://registry.example.com/token', registry],
    ['of another registry', 'https://auth.docker.io/token', registry],
    ['that is no address', '::::', registry],
    ['that is a file', 'file:///etc/passwd', registry],
  ])('%s is refused', (_what, realm, url) => {
    expect(() => resolveRealm(realm, url, undefined)).toThrow(
      expect.objectContaining({ code: 'REGISTRY_UNTRUSTED', exitCode: 5, state: 'The login was not sent.' }),
    );
  });

  it('on another host is used if the person named it for this registry', () => {
    const named = 'a=b, registry.example.com:5050=gitlab.example.com';
    const realm = 'https://gitlab.example.com/jwt/auth';
    expect(resolveRealm(realm, registry, named)).toMatchObject({ isNamed: true });
    expect(() => resolveRealm(realm, hub, named)).toThrow();
    expect(() => resolveRealm(realm.replace('https', 'http'), registry, named)).toThrow();
  });
});

describe('RegistryTokens', () => {
  it('exchanges a login for a token, once for each repository and use', async () => {
    await using registry = await startTokenRegistry({ address: '127.0.0.1' });
    const tokens = open();
    const login = { ...registry.login, server: registry.host };
    const grant = await tokens.grant(login, scope);
    expect(grant?.auth).toMatchObject({ username: '', password: '', server: registry.host });
    expect(await tokens.grant(login, scope)).toEqual(grant);
    const other = await tokens.grant(login, { ...scope, actions: 'pull,push' });
    expect(other?.auth.registryToken).not.toBe(grant?.auth.registryToken);
    const asked = registry.seen.filter(({ path }) => path.startsWith('/token'));
    expect(asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('scope'))).toEqual([
      'repository:shop/env:pull',
      'repository:shop/env:pull,push',
    ]);
  });

  it('sends no login to another host', async () => {
    await using thief = await startTokenRegistry({ address: '127.0.0.2' });
    await using registry = await startTokenRegistry({ address: '127.0.0.1', realm: `http://${thief.host}/token` });
    const asked = open().grant({ ...registry.login, server: registry.host }, scope);
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_UNTRUSTED' });
    expect(thief.seen).toEqual([]);
  });

  it('follows no redirect of a token server', async () => {
    await using thief = await startTokenRegistry({ address: '127.0.0.2' });
    const answer = ({ url = '' }: IncomingMessage, response: ServerResponse): boolean => {
      if (!url.startsWith('/token')) return false;
      response.writeHead(307, { Location: `http://${thief.host}/token` }).end();
      return true;
    };
    await using registry = await startTokenRegistry({ address: '127.0.0.1', answer });
    const asked = open().grant({ ...registry.login, server: registry.host }, scope);
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(thief.seen).toEqual([]);
  });

  it('uses no plain HTTP unless the engine does', async () => {
    await using registry = await startTokenRegistry({ address: '127.0.0.1' });
    const asked = open(false).grant({ ...registry.login, server: registry.host }, scope);
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(registry.seen).toEqual([]);
  });

  it('gives out the login for a registry without tokens, and nothing for one without a login', async () => {
    const basic = { 'WWW-Authenticate': 'Basic realm="x"' };
    await using plain = await serve((_request, response) => response.writeHead(401, basic).end());
    await using public_ = await serve((_request, response) => response.end('{}'));
    expect((await open().grant(plain.login, scope))?.auth).toEqual(plain.login);
    expect(await open().grant(public_.login, scope)).toBeUndefined();
  });

  it('names a login that the token server refuses', async () => {
    await using registry = await startTokenRegistry({ address: '127.0.0.1' });
    const wrong = { username: 'ada', password: 'wrong', server: registry.host };
    const refusal = await open()
      .grant(wrong, scope)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'REGISTRY_DENIED', exitCode: 5 });
    expect(String(refusal)).not.toContain('wrong');
  });

  it.each([
    ['a 401 without a challenge', (response: ServerResponse) => response.writeHead(401).end()],
    ['a challenge that is nonsense', (r: ServerResponse) => r.writeHead(401, { 'WWW-Authenticate': '%%%' }).end('<')],
    ['an answer of 2 MB', (response: ServerResponse) => response.end(Buffer.alloc(2_000_000, 32))],
    ['a closed connection', (response: ServerResponse) => response.socket?.destroy()],
  ])('reports %s as a registry that cannot be used', async (_what, answer) => {
    await using registry = await serve((_request, response) => void answer(response));
    const asked = open().grant(registry.login, scope);
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', exitCode: 5 });
  });

  it.each([
    ['deep JSON', `{"token":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['no token', '{}'],
    ['HTML', '<html>'],
    ['a token with a line end', '{"token":"a\\r\\nX-Other: b"}'],
  ])('takes no token from %s', async (_what, text) => {
    const answer = ({ url = '' }: IncomingMessage, response: ServerResponse): boolean => {
      if (!url.startsWith('/token')) return false;
      response.end(text);
      return true;
    };
    await using registry = await startTokenRegistry({ address: '127.0.0.1', answer });
    const asked = open().grant({ ...registry.login, server: registry.host }, scope);
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', exitCode: 5 });
  });
});
