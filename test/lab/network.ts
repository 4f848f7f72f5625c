import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { run, tryRun } from './run.ts';
import { listStates, type MachineState, type NetworkState } from './state.ts';

const forwarding = '/proc/sys/net/ipv4/ip_forward';

/** A bridge name, a subnet that no route of the host touches, and the uplink's packet size. */
export async function chooseNetwork(mark: string): Promise<NetworkState> {
  const routes = await run('ip', ['-4', 'route', 'show', 'table', 'all']);
  const free = Array.from({ length: 256 }, (_, n) => `10.201.${n}`).filter((net) => !routes.includes(`${net}.`));
  const subnet = free[randomInt(free.length)];
  if (!subnet) throw new Error('no free subnet in 10.201.0.0/16 for the lab');
  const uplink = /^default .*dev (\S+)/m.exec(routes)?.[1];
  const mtu = uplink ? Number(readFileSync(`/sys/class/net/${uplink}/mtu`, 'utf8')) : 1500;
  const forwardedBefore =
    readFileSync(forwarding, 'utf8').trim() === '1' && listStates().every((lab) => lab.network.forwardedBefore);
  return { bridge: mark.replace('teamvm-', 'tvm'), subnet, mtu, forwardedBefore };
}

/** The bridge that joins the machines, the registry's address on it, and the way out by the host's uplink. */
export async function createNetwork(net: NetworkState, mark: string): Promise<void> {
  await run('ip', ['link', 'add', net.bridge, 'mtu', `${net.mtu}`, 'type', 'bridge']);
  await run('ip', ['addr', 'add', `${net.subnet}.1/24`, 'dev', net.bridge]);
  await run('ip', ['link', 'set', net.bridge, 'up']);
  writeFileSync(forwarding, '1');
  const range = `${net.subnet}.0/24`;
  const comment = ['-m', 'comment', '--comment', mark];
  const rules = [
    ['-t', 'nat', '-A', 'POSTROUTING', '-s', range, '!', '-d', range, ...comment, '-j', 'MASQUERADE'],
    ['-I', 'FORWARD', '-s', range, ...comment, '-j', 'ACCEPT'],
    ['-I', 'FORWARD', '-d', range, ...comment, '-j', 'ACCEPT'],
    ['-I', 'INPUT', '-i', net.bridge, ...comment, '-j', 'ACCEPT'],
    // Container networks use packets of 1500 bytes, whatever the uplink allows.
    ...['-s', '-d'].map((way) => [
      ...['-t', 'mangle', '-A', 'FORWARD', way, range, '-p', 'tcp', '--tcp-flags', 'SYN,RST', 'SYN', ...comment],
      ...['-j', 'TCPMSS', '--clamp-mss-to-pmtu'],
    ]),
  ];
  for (const rule of rules) await run('iptables', ['-w', ...rule]);
}

/** Makes a machine's network namespace, with one line to the bridge. */
export async function plugIn(machine: MachineState): Promise<void> {
  const { namespace, line, network } = machine;
  await run('ip', ['netns', 'add', namespace]);
  const mtu = ['mtu', `${network.mtu}`];
  const peer = ['peer', 'name', 'eth0', 'netns', namespace, ...mtu];
  await run('ip', ['link', 'add', line, ...mtu, 'type', 'veth', ...peer]);
  await run('ip', ['link', 'set', line, 'master', network.bridge, 'up']);
  const inside = ['-n', namespace];
  await run('ip', [...inside, 'link', 'set', 'lo', 'up']);
  await run('ip', [...inside, 'addr', 'add', `${machine.ip}/24`, 'dev', 'eth0']);
  await run('ip', [...inside, 'link', 'set', 'eth0', 'up']);
  await run('ip', [...inside, 'route', 'add', 'default', 'via', `${network.subnet}.1`]);
}

/** Slows a machine's line in both directions: `100mbit`, with a delay like `20ms`; nothing given: full speed. */
export async function limitLine(machine: MachineState, rate?: string): Promise<void> {
  const ends = [['-n', machine.namespace, 'qdisc'], ['qdisc']];
  const devices = ['eth0', machine.line];
  for (const [index, end] of ends.entries()) {
    const device = devices[index] ?? '';
    await tryRun('tc', [...end, 'del', 'dev', device, 'root']);
    if (!rate) continue;
    await run('tc', [...end, 'add', 'dev', device, 'root', 'tbf', 'rate', rate, 'burst', '256kb', 'latency', '100ms']);
  }
}

/** Bytes that went over a machine's line since it was plugged in. */
export function readLine(machine: MachineState): { readonly received: number; readonly sent: number } {
  const read = (name: string): number =>
    Number(readFileSync(`/sys/class/net/${machine.line}/statistics/${name}`, 'utf8'));
  return { received: read('tx_bytes'), sent: read('rx_bytes') };
}

/** Removes everything that the functions above made. */
export async function removeNetwork(net: NetworkState, machines: readonly MachineState[], mark: string): Promise<void> {
  for (const { namespace, line } of machines) {
    if (existsSync(`/sys/class/net/${line}`)) await tryRun('ip', ['link', 'del', line]);
    if (existsSync(`/run/netns/${namespace}`)) await run('ip', ['netns', 'del', namespace]);
  }
  if (existsSync(`/sys/class/net/${net.bridge}`)) await run('ip', ['link', 'del', net.bridge]);
  for (const table of ['nat', 'filter', 'mangle']) {
    const rules = (await tryRun('iptables', ['-w', '-t', table, '-S'])).stdout.split('\n');
    for (const rule of rules.filter((text) => text.split(' ').includes(mark))) {
      await run('iptables', ['-w', '-t', table, ...rule.replace(/^-A/, '-D').split(' ')]);
    }
  }
  const alone = listStates().every((lab) => lab.mark === mark);
  if (alone && !net.forwardedBefore) writeFileSync(forwarding, '0');
}
