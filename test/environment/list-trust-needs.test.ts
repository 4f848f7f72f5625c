import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { normalise } from '../../src/environment/normalise.ts';
import { listTrustNeeds } from '../../src/environment/list-trust-needs.ts';

const needsOf = (yaml: string, links = new Map<string, string>(), variables = new Set<string>()): string[] =>
  listTrustNeeds(normalise(parse(`name: x\nbase: debian:12\n${yaml}`)), { links, variables, files: new Map() }).map(
    ({ kind, where, content }) => `${kind} ${where}: ${content}`,
  );

describe('listTrustNeeds', () => {
  it.each([
    ['named volumes', 'volumes: ["data:/data", "./conf:/conf:ro"]'],
    ['ports of the machine itself', 'ports: [3000, "127.0.0.1:80:80"]\nservices: {web: {image: web, ports: [81]}}'],
    ['limits', 'limits: {cpus: 2, memory: 1g, ulimits: {nofile: 10}, gpus: true, extra_hosts: {db.test: 10.0.0.1}}'],
    ['less than is usual', 'services: {web: {image: web, security_opt: [no-new-privileges]}}'],
    ['what reaches nobody', 'limits: {cap_add: [SYS_PTRACE, NET_BIND_SERVICE]}'],
  ])('asks nothing for %s', (_, yaml) => {
    expect(needsOf(yaml)).toEqual([]);
  });

  it.each([
    ['volumes: ["/srv/x:/x:ro"]', 'mount volumes: /srv/x at /x, to read'],
    ['volumes: ["~/.aws:/aws:ro"]', 'mount volumes: ~/.aws at /aws, to read'],
    ['volumes: ["/srv/x:/x"]', 'mount volumes: /srv/x at /x, to read and write'],
    ['limits: {privileged: true}', 'privilege limits: privileged: all capabilities and devices'],
    [
      'limits: {engine_socket: true}',
      "privilege limits: the engine's own socket, which is as good as root on its machine",
    ],
    ['docker: host', "privilege docker: the engine's own socket, which is as good as root on its machine"],
    [
      'docker: inside',
      'privilege docker: all capabilities and devices, for an engine of its own: as good as root on its machine',
    ],
    ['ports: ["0.0.0.0:80:81"]', 'privilege ports: port 80 (tcp) open to other machines, at 0.0.0.0'],
    [
      'services: {web: {image: web, ports: ["10.0.0.2:53:53/udp"]}}',
      'privilege services.web.ports: port 53 (udp) open to other machines, at 10.0.0.2',
    ],
    ['network: host', "privilege network: the network of the engine's machine, with everything that listens on it"],
    [
      'security_opt: [no-new-privileges, "seccomp:unconfined"]',
      'privilege security_opt: the security option seccomp=unconfined',
    ],
    ['limits: {devices: ["/dev/kvm"]}', 'privilege limits: the device /dev/kvm as /dev/kvm (rwm)'],
    [
      'services: {web: {image: web, network: host}}',
      "privilege services.web.network: the network of the engine's machine",
    ],
    [
      'services: {web: {image: web, security_opt: ["seccomp:unconfined"]}}',
      'privilege services.web.security_opt: the security option seccomp=unconfined',
    ],
    [
      'services: {web: {image: web, restart: always, volumes: ["./d:/d", "v:/v"]}}',
      'mount services.web.restart: whatever ./d is or leads to when the engine starts the service again, at /d',
    ],
    ['limits: {cap_add: [CAP_SYS_ADMIN]}', 'privilege limits: the capability SYS_ADMIN'],
  ])('lists %s as it is used', (yaml, need) => {
    expect(needsOf(yaml)).toEqual([need]);
  });

  it('lists variables of the machine that env takes, as far as they are set', () => {
    const yaml = 'env: {A: "${host:USER:-dev} ${host:HOSTNAME:-box}", B: "$${host:HOME:-x}"}';
    expect(needsOf(yaml)).toEqual([]);
    expect(needsOf(yaml, new Map(), new Set(['USER', 'HOME']))).toEqual(['variable env: USER']);
  });

  it('lists a folder of the project that is a link out of it', () => {
    const links = new Map([['data', '/etc']]);
    expect(needsOf('volumes: ["./data:/data"]', links)).toEqual([
      'mount volumes: /etc (by the link ./data) at /data, to read and write',
    ]);
  });
});
