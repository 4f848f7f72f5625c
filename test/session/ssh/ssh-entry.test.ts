import { describe, expect, it } from 'vitest';
import { nameHost, printEntry } from '../../../src/session/ssh/ssh-entry.ts';

const entry = (change: Partial<Parameters<typeof printEntry>[0]> = {}): string =>
  printEntry({
    host: 'shop.devenv',
    user: 'dev',
    files: { key: '/state/key', knownHosts: '/state/known_hosts', socket: '/state/s' },
    connect: ['/usr/bin/node', '/opt/devenv.js', '-C', "/home/a'b/100% $(x)", 'ssh-config', '--connect'],
    ...change,
  });

describe('the entry of a workspace for ssh', () => {
  it('runs devenv on whatever folder, and trusts one host key', () => {
    expect(entry()).toMatchInlineSnapshot(`
      "Host shop.devenv
        HostName shop.devenv
        User dev
        ProxyCommand sh -c 'if [ /dev/stderr -ef /dev/null ] && (: >/dev/tty) 2>/dev/null; then exec 2>/dev/tty; fi; exec "$0" "$@"' /usr/bin/node /opt/devenv.js -C '/home/a'\\''b/100%% $(x)' ssh-config --connect
        IdentityFile "/state/key"
        IdentitiesOnly yes
        UserKnownHostsFile "/state/known_hosts"
        GlobalKnownHostsFile none
        HostKeyAlias shop.devenv
        StrictHostKeyChecking yes
        UpdateHostKeys no
        CheckHostIP no
        ForwardAgent no
        ForwardX11 no
        ControlMaster auto
        ControlPath "/state/s"
        ControlPersist 10m
      "
    `);
  });

  it('shares no connection if the path of the socket is too long', () => {
    const files = { key: '/k', knownHosts: '/h', socket: `/${'x'.repeat(100)}` };
    expect(entry({ files })).not.toContain('Control');
  });

  it.each([
    ['the end of a line in the folder', { connect: ['devenv', '-C', '/a\nHost *'] }],
    ['a quote in the state folder', { files: { key: '/a"b', knownHosts: '/h', socket: '/s' } }],
    ['a variable in the state folder', { files: { key: '/${HOME}', knownHosts: '/h', socket: '/s' } }],
  ])('refuses %s', (_what, change) => {
    expect(() => entry(change)).toThrow(/ssh cannot be given/);
  });

  it('names workspaces', () => {
    expect([nameHost('shop', 'main'), nameHost('shop', 'review')]).toEqual(['shop.devenv', 'review.shop.devenv']);
  });
});
