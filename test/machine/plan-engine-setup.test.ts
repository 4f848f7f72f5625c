import { describe, expect, it } from 'vitest';
import type { HostSystem } from '../../src/model/host-system.ts';
import { planEngineSetup } from '../../src/machine/plan-engine-setup.ts';

const fresh: HostSystem = {
  family: 'debian',
  name: 'Debian GNU/Linux 12 (bookworm)',
  user: 'root',
  rights: 'root',
  confined: false,
  systemd: false,
  running: false,
  socket: 'absent',
  stalePidFiles: [],
  freshLists: false,
  cgroups: { kind: 'mounted' },
  daemonLog: '/var/log/dockerd.log',
};
const ann = { user: 'ann', rights: 'sudo', daemonLog: '/home/ann/.local/state/teamvm/dockerd.log' } as const;

/** One operation per line, as it would be typed. */
const golden = (system: Partial<HostSystem>): string => {
  const setup = planEngineSetup({ ...fresh, ...system });
  if (setup.kind === 'wait') return 'wait';
  if (setup.kind === 'instructions') return `${setup.reason}\n${setup.instructions}`;
  const lines = setup.operations.flatMap(({ kind, commands, optional, log }) =>
    commands.map((argv) => `${kind}${optional ? '?' : ''}: ${argv.join(' ')}${log ? ` >> ${log}` : ''}`),
  );
  return [setup.question, ...lines].join('\n');
};

describe('planEngineSetup', () => {
  it('installs and starts directly where no systemd runs', () => {
    expect(golden({})).toMatchInlineSnapshot(`
      "No container engine found. Install docker.io and start it?
      update-lists?: apt-get update -o DPkg::Lock::Timeout=300
      install: env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 -- docker.io iptables ca-certificates
      start: env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin setsid --fork /usr/sbin/dockerd >> /var/log/dockerd.log"
    `);
  });
  it('leaves the start to systemd, and lets the user in who used sudo', () => {
    expect(golden({ ...ann, systemd: true, freshLists: true })).toMatchInlineSnapshot(`
      "No container engine found. Install docker.io and start it, and let ann use it (group docker, which is as powerful as root)?
      install: env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 -- docker.io iptables ca-certificates acl
      start: systemctl enable --now docker.service
      allow?: usermod -aG docker ann
      allow?: setfacl -m u:ann:rw /var/run/docker.sock"
    `);
  });
  it('tells the engine of smaller packets before it is installed', () => {
    expect(golden({ packetSize: 1400, freshLists: true })).toMatchInlineSnapshot(`
      "No container engine found. Install docker.io and start it?
      configure: mkdir -p /etc/docker
      configure: sh -c printf "{\\"mtu\\": %d}\\n" "$1" > "$2" sh 1400 /etc/docker/daemon.json
      install: env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 -- docker.io iptables ca-certificates
      start: env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin setsid --fork /usr/sbin/dockerd >> /var/log/dockerd.log"
    `);
    expect(golden({ packetSize: 1400, daemon: '/usr/bin/dockerd' })).not.toContain('configure');
  });
  it('only starts what is installed, and clears what would stop it', () => {
    const stale = { stalePidFiles: ['/var/run/docker.pid'], cgroups: { kind: 'unmounted-v2' } } as const;
    expect(golden({ daemon: '/usr/bin/dockerd', ...stale })).toMatchInlineSnapshot(`
      "The container engine is installed but does not run. Start it?
      mount-cgroups?: mount -t cgroup2 cgroup2 /sys/fs/cgroup
      remove-stale: rm -f -- /var/run/docker.pid
      start: env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin setsid --fork /usr/bin/dockerd >> /var/log/dockerd.log"
    `);
  });
  it('mounts each old controller where the kernel has no unified tree', () => {
    const cgroups = { kind: 'unmounted-v1', controllers: ['devices', 'memory'] } as const;
    expect(golden({ daemon: '/usr/sbin/dockerd', cgroups })).toMatchInlineSnapshot(`
      "The container engine is installed but does not run. Start it?
      mount-cgroups?: mount -t tmpfs -o mode=0755 cgroup /sys/fs/cgroup
      mount-cgroups?: mkdir -p /sys/fs/cgroup/devices
      mount-cgroups?: mount -t cgroup -o devices cgroup /sys/fs/cgroup/devices
      mount-cgroups?: mkdir -p /sys/fs/cgroup/memory
      mount-cgroups?: mount -t cgroup -o memory cgroup /sys/fs/cgroup/memory
      start: env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin setsid --fork /usr/sbin/dockerd >> /var/log/dockerd.log"
    `);
  });
  it('waits for one that lives', () => {
    expect(golden({ daemon: '/usr/sbin/dockerd', running: true, socket: 'usable' })).toBe('wait');
  });
  it('explains a socket that this user may not use', () => {
    expect(golden({ ...ann, running: true, socket: 'forbidden' })).toMatchInlineSnapshot(`
      "A container engine runs here, but ann may not use it.
      Run:
        sudo usermod -aG docker "$USER"    # then log in again
      or run devenv with sudo."
    `);
    expect(golden({ ...ann, systemd: true, socket: 'forbidden' })).toContain('may not use it');
  });
  it('takes a socket without an engine behind it for none', () => {
    expect(golden({ ...ann, socket: 'forbidden' })).toContain('apt-get install');
  });
  it('says what to do without rights, in a sandbox and on other systems', () => {
    expect(golden({ ...ann, rights: 'none' })).toMatchInlineSnapshot(`
      "Installing a container engine needs root or sudo.
      As root:
        apt-get update
        apt-get install -y docker.io iptables ca-certificates
        setsid --fork dockerd > /var/log/dockerd.log 2>&1"
    `);
    expect(golden({ confined: true })).toContain('--privileged');
    expect(golden({ family: 'fedora', name: 'Fedora 41' })).toMatchInlineSnapshot(`
      "On Fedora 41, devenv cannot install an engine.
      Run:
        sudo dnf install -y moby-engine
        sudo systemctl enable --now docker
        sudo usermod -aG docker "$USER"    # then log in again"
    `);
    for (const family of ['rhel', 'arch', 'suse', 'alpine', 'wsl', 'macos', 'other'] as const) {
      expect(golden({ family, name: family })).toMatch(/devenv cannot install an engine\.\n.*(Run|run|Install)/);
    }
  });
});
