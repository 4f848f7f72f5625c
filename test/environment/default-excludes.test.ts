import { expect, it } from 'vitest';
import { isExcluded, isMachineKey, isWorthless } from '../../src/environment/default-excludes.ts';

it.each([
  '/etc/ssh/ssh_host_ed25519_key',
  '/etc/ssh/ssh_host_rsa_key.pub',
  '/etc/ssl/private/ssl-cert-snakeoil.key',
  '/etc/ssl/certs/ssl-cert-snakeoil.pem',
])('takes %s for a key of the machine alone', (path) => {
  expect([isMachineKey(path), isWorthless(path), isExcluded(path)]).toEqual([true, true, true]);
});

it.each(['/var/log', '/var/log/nginx', '/var/cache/nginx/proxy', '/run/mysqld'])(
  'keeps the folder %s, which a daemon needs, and nothing in it',
  (path) => {
    expect([isExcluded(path, true), isWorthless(path, true)]).toEqual([false, false]);
    expect([isExcluded(path), isExcluded(`${path}/file`), isWorthless(`${path}/file`)]).toEqual([true, true, true]);
  },
);

it.each(['/tmp/x', '/var/tmp/x', '/home/dev/.cache/x', '/workspace/x', '/usr/sbin/docker-init'])(
  'leaves out the folder %s',
  (path) => {
    expect(isExcluded(path, true)).toBe(true);
  },
);

it('keeps the answers that debconf has, but no passwords and no old copies', () => {
  const paths = ['config.dat', 'templates.dat', 'passwords.dat', 'config.dat-old'];
  expect(paths.map((name) => isExcluded(`/var/cache/debconf/${name}`))).toEqual([false, false, true, true]);
});

it.each([
  '/etc/ssh/sshd_config',
  '/etc/ssh/ssh_host_rsa_key.old',
  '/opt/etc/ssh/ssh_host_rsa_key',
  '/etc/ssl/private/shop.key',
  '/etc/ssl/certs/3ffb9be2.0',
])('keeps %s', (path) => {
  expect([isMachineKey(path), isExcluded(path)]).toEqual([false, false]);
});
