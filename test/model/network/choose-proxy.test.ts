import { describe, expect, it } from 'vitest';
import { chooseProxy } from '../../../src/model/network/choose-proxy.ts';
import type { Proxies } from '../../../src/model/network/proxies.ts';

const [http, https, all] = ['http://h:1', 'http://s:2', 'http://a:3'];
const choose = (url: string, proxies: Partial<Proxies>): string | undefined =>
  chooseProxy({ direct: [], sources: {}, ...proxies }, new URL(url));

describe('chooseProxy', () => {
  it.each([
    ['http://example.com/', { http, https, all }, http],
    ['https://example.com/', { http, https, all }, https],
    ['https://example.com/', { http, all }, all],
    ['https://example.com/', { http }, undefined],
    ['https://example.com/', { https: '', all }, undefined],
    ['http://example.com/', {}, undefined],
  ])('%s with %j is reached by %s', (url, proxies, expected) => {
    expect(choose(url, proxies)).toBe(expected);
  });

  it.each([
    ['example.com', 'http://example.com/'],
    ['example.com', 'http://Mirror.Example.COM./'],
    ['.example.com', 'http://example.com/'],
    ['.example.com', 'https://a.b.example.com/'],
    ['*.example.com', 'https://a.example.com/'],
    ['EXAMPLE.com', 'https://example.com/'],
    ['*', 'https://example.com/'],
    ['example.com:8080', 'http://example.com:8080/'],
    ['example.com:443', 'https://example.com/'],
    ['.example.com:80', 'http://a.example.com/'],
    ['*:80', 'http://example.com/'],
    ['10.1.2.3', 'http://10.1.2.3/'],
    ['10.0.0.0/8', 'http://10.255.0.1:9/'],
    ['10.0.0.0/8:81', 'http://10.255.0.1:81/'],
    ['192.168.4.0/22', 'http://192.168.7.255/'],
    ['0.0.0.0/0', 'http://8.8.8.8/'],
    ['fd00::/8', 'http://[fdff::1]/'],
    ['[fd00::1]', 'http://[fd00:0::1]/'],
    ['[fd00::1]:81', 'http://[fd00::1]:81/'],
    ['2001:db8::1', 'http://[2001:db8:0:0::1]/'],
    ['nothing', 'http://localhost:3000/'],
    ['nothing', 'http://127.3.4.5/'],
    ['nothing', 'http://[::1]/'],
  ])('%s is a rule for %s', (rule, url) => {
    expect(choose(url, { all, direct: ['other.example.org', rule] })).toBeUndefined();
  });

  it.each([
    ['example.com', 'http://badexample.com/'],
    ['example.com', 'http://example.com.evil.org/'],
    ['a.example.com', 'http://example.com/'],
    ['.', 'http://example.com/'],
    ['*.', 'http://example.com/'],
    ['ample.com', 'http://example.com/'],
    ['example.com:8080', 'http://example.com/'],
    ['*:8080', 'http://example.com/'],
    ['10.0.0.0/8', 'http://11.0.0.1/'],
    ['10.0.0.0/x', 'http://10.0.0.1/'],
    ['192.168.4.0/22', 'http://192.168.8.0/'],
    ['10.0.0.0/8', 'http://ten.example.com/'],
    ['10.1.2.3', 'http://110.1.2.3/'],
    ['0.1', 'http://10.0.0.1/'],
    ['fd00::/8', 'http://[fe80::1]/'],
    ['[fd00::1]:81', 'http://[fd00::1]/'],
    ['::/0', 'http://8.8.8.8/'],
  ])('%s is no rule for %s', (rule, url) => {
    expect(choose(url, { all, direct: [rule] })).toBe(all);
  });
});
