import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineState } from './state.ts';

/** Writes Podman's settings into its machine's folder. `at`: its programs and libraries; `pods`: what pods need, too. */
export function writePodmanSettings(
  { folder, network }: MachineState,
  at: { readonly podman: string; readonly pods?: string; readonly libraries: string },
): void {
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('containers.conf', [
    '[containers]',
    // Podman's defaults may exceed this machine's hard limits.
    'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]',
    '[engine]',
    `conmon_path = ["${join(at.podman, 'usr/bin/conmon')}"]`,
    // conmon gets no other variables.
    `conmon_env_vars = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH=${at.libraries}"]`,
    `helper_binaries_dir = ${JSON.stringify([join(at.podman, 'usr/lib/podman'), ...(at.pods === undefined ? [] : [join(at.pods, 'usr/bin')])])}`,
    `tmp_dir = "${join(folder, 'tmp')}"`,
    'events_logger = "file"',
    '[network]',
    'network_backend = "netavark"',
    `network_config_dir = "${join(folder, 'networks')}"`,
  ]);
  write('registries.conf', [
    'unqualified-search-registries = ["docker.io"]',
    '[[registry]]',
    // At any port.
    `location = "${network.subnet}.1"`,
    'insecure = true',
  ]);
  write('storage.conf', [
    '[storage]',
    'driver = "overlay"',
    `graphroot = "${join(folder, 'data')}"`,
    `runroot = "${join(folder, 'run')}"`,
  ]);
  // Commits find the trust policy only here.
  mkdirSync(join(folder, 'etc/containers'), { recursive: true });
  write('etc/containers/policy.json', ['{"default": [{"type": "insecureAcceptAnything"}]}']);
}
