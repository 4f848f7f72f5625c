import { describe, expect, it } from 'vitest';
import { formatAddress, isLocal, parseAddress } from '../../../../src/adapters/docker/connection/address.ts';
import { sshCommand } from '../../../../src/adapters/docker/connection/ssh-socket.ts';

const tls = { folder: '/certs', verify: true };

describe('parseAddress', () => {
  it.each([
    ['unix:///run/docker.sock', { kind: 'unix', path: '/run/docker.sock' }],
    ['/run/docker.sock', { kind: 'unix', path: '/run/docker.sock' }],
    ['tcp://host', { kind: 'tcp', host: 'host', port: 2375 }],
    ['tcp://[::1]:80', { kind: 'tcp', host: '::1', port: 80 }],
    ['http://host:80', { kind: 'tcp', host: 'host', port: 80 }],
    ['https://host', { kind: 'tcp', host: 'host', port: 2376, tls: { folder: '', verify: true } }],
    ['ssh://me@host:2222/run/x.sock', { kind: 'ssh', user: 'me', host: 'host', port: 2222, path: '/run/x.sock' }],
    ['ssh://host', { kind: 'ssh', host: 'host' }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(parseAddress(formatAddress(parseAddress(text)))).toMatchObject({ kind: address.kind });
  });

  it('uses TLS and its port where that is asked for', () => {
    expect(parseAddress('tcp://host', tls)).toEqual({ kind: 'tcp', host: 'host', port: 2376, tls });
  });

  it.each([
    'docker.sock',
    'ftp://host',
    'unix://run/docker.sock',
    'tcp://',
    'tcp://user:pass@host',
    'tcp://host/path',
    'ssh://-oProxyCommand=x',
    'ssh://-l@host',
    'ssh://host/$(id)',
    'ssh://me:secret@host',
  ])('refuses %s', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'ENGINE_UNREACHABLE' }));
  });

  it('never repeats a password', () => {
    for (const text of ['tcp://me:secret@host', 'ssh://me:secret@host']) {
      expect(() => parseAddress(text)).toThrow(
        expect.not.objectContaining({ message: expect.stringMatching(/secret/) }),
      );
    }
  });
});

describe('isLocal', () => {
  it.each([
    ['unix:///x', true],
    ['tcp://127.0.0.1:2375', true],
    ['tcp://10.0.0.1:2375', false],
    ['ssh://host', false],
  ])('%s: %s', (text, local) => {
    expect(isLocal(parseAddress(text))).toBe(local);
  });
});

describe('sshCommand', () => {
  it('ends the options before the host', () => {
    const command = sshCommand({ kind: 'ssh', host: 'host', user: 'me', port: 22 });
    expect(command.slice(command.indexOf('--'))).toEqual(['--', 'host', 'docker', 'system', 'dial-stdio']);
  });
});

it('is never looked for elsewhere if it is not valid', () => {
  for (const text of ['foo', 'ftp://x', 'tcp://', 'ssh://-x']) {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ data: { chosen: true }, exitCode: 4 }));
  }
});
