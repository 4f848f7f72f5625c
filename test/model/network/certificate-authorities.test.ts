import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinAuthorities, listAuthorityVariables } from '../../../src/model/network/certificate-authorities.ts';

describe('the authorities of a machine in a base', () => {
  let root: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const run = (): string => {
    execFileSync('sh', ['-c', joinAuthorities(join(root, 'own'), join(root, 'all'), root)], { stdio: 'pipe' });
    return readFileSync(join(root, 'all'), 'utf8');
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'devenv-ca-'));
    writeFileSync(join(root, 'own'), 'company\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each([
    ['Debian and Alpine', '/etc/ssl/certs/ca-certificates.crt'],
    ['Red Hat', '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'],
    ['an older Red Hat', '/etc/pki/tls/certs/ca-bundle.crt'],
    ['SUSE', '/var/lib/ca-certificates/ca-bundle.pem'],
    ['Alpine without its package', '/etc/ssl/cert.pem'],
  ])('come after those of %s', (_, path) => {
    write(path, 'public');
    expect(run()).toBe('public\ncompany\n');
    expect(readFileSync(join(root, path), 'utf8')).toBe('public');
  });

  it('are added once, if several names lead to one bundle, and again at each start', () => {
    write('/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', 'public');
    mkdirSync(join(root, 'etc/pki/tls/certs'), { recursive: true });
    symlinkSync('../../ca-trust/extracted/pem/tls-ca-bundle.pem', join(root, 'etc/pki/tls/certs/ca-bundle.crt'));
    expect(run()).toBe('public\ncompany\n');
    expect(run()).toBe('public\ncompany\n');
  });

  it('are alone in a base that has none, or whose bundle leads nowhere', () => {
    expect(run()).toBe('company\n');
    mkdirSync(join(root, 'etc/ssl'), { recursive: true });
    symlinkSync('certs/ca-certificates.crt', join(root, 'etc/ssl/cert.pem'));
    expect(run()).toBe('company\n');
  });

  it('replace what programs trust only together with those of the base', () => {
    const variables = listAuthorityVariables('/own', '/all');
    expect(variables).toMatchObject({ NODE_EXTRA_CA_CERTS: '/own', SSL_CERT_FILE: '/all', CURL_CA_BUNDLE: '/all' });
  });
});
