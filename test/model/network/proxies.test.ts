import { describe, expect, it } from 'vitest';
import { asksForLogin } from '../../../src/model/network/asks-for-login.ts';
import { describeProxy, listProxySecrets, noProxies } from '../../../src/model/network/proxies.ts';
import { maskValues } from '../../../src/model/mask-values.ts';

describe('the login of a proxy', () => {
  it.each([
    ['http://kim:hunter22@p:1', 'http://kim:***@p:1'],
    ['http://tok3n0fKim@p:1', 'http://***@p:1'],
    ['http://p:1', 'http://p:1'],
    ['socks5h://kim:hunter22@p:1', 'socks5h://kim:***@p:1'],
  ])('of %s is not shown', (address, shown) => {
    expect(describeProxy(address)).toBe(shown);
  });

  it('is masked in every form, also a token without a password', () => {
    const proxies = { ...noProxies, http: 'http://kim:p%40ss%3Aword@p:1', https: 'http://tok3n0fKim@p:1' };
    const printed = ['p%40ss%3Aword', 'p@ss:word', btoa('kim:p@ss:word'), 'tok3n0fKim', btoa('tok3n0fKim:')];
    for (const text of printed) expect(maskValues(`a ${text} b`, listProxySecrets(proxies))).toBe('a *** b');
    expect(listProxySecrets({ ...noProxies, http: 'http://p:1' })).toEqual([]);
  });
});

describe('output of a program', () => {
  it.each(['HTTP/1.1 407 Proxy Authentication Required', 'npm ERR! code E407', 'CONNECT tunnel failed, response 407'])(
    'says that a proxy wants a login: %s',
    (line) => {
      expect(asksForLogin(['before', line])).toBe(true);
    },
  );

  it.each(['407 tests passed', 'Get:407 http://deb.debian.org', 'error 403 from proxy', 'proxy v1.407.2'])(
    'says nothing of it: %s',
    (line) => {
      expect(asksForLogin([line])).toBe(false);
    },
  );
});
