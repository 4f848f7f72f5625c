import { describe, expect, it } from 'vitest';
import { readProjectAt, readServices, refusal } from './read-compose.ts';

const service = async (yaml: string, more = '') =>
  (await readServices({ compose: `services:\n  db:\n    image: db\n${yaml.replace(/^/gm, '    ')}\n${more}` }))['db'];

describe('a service of a compose file', () => {
  it.each([
    [
      'environment: {A: 1, B: true, C: "x", D: 0x10, E: 1.50}',
      { env: { A: '1', B: 'true', C: 'x', D: '0x10', E: '1.50' } },
    ],
    ['environment: [A=1, "B=x=y", "C="]', { env: { A: '1', B: 'x=y', C: '' } }],
    ['environment:\n  A: |\n    two\n    lines', { env: { A: 'two\nlines\n' } }],
    ['environment: [NOT_THERE]', { env: {} }],
    ['command: redis-server --save "" --dir \'/a b\'', { command: ['redis-server', '--save', '', '--dir', '/a b'] }],
    ['command: [a, "b c"]', { command: ['a', 'b c'] }],
    ['command: sh -c "echo $$HOME"', { command: ['sh', '-c', 'echo $HOME'] }],
    ['entrypoint: /run.sh x', { entrypoint: ['/run.sh', 'x'] }],
    ['entrypoint: []', { entrypoint: [] }],
    ['ports: ["3306"]', { ports: [{ address: '127.0.0.1', host: 0, container: 3306, protocol: 'tcp' }] }],
    ['ports: [3306]', { ports: [{ host: 0, container: 3306 }] }],
    ['ports: ["8080:80"]', { ports: [{ address: '127.0.0.1', host: 8080, container: 80 }] }],
    ['ports: ["127.0.0.1:53:53/udp"]', { ports: [{ address: '127.0.0.1', host: 53, container: 53, protocol: 'udp' }] }],
    ['ports: ["0.0.0.0:8080:80"]', { ports: [{ address: '0.0.0.0', host: 8080, container: 80 }] }],
    ['ports: ["127.0.0.1::80"]', { ports: [{ address: '127.0.0.1', host: 0, container: 80 }] }],
    [
      'ports: ["9000-9001:80-81"]',
      {
        ports: [
          { host: 9000, container: 80 },
          { host: 9001, container: 81 },
        ],
      },
    ],
    [
      'ports: [{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: udp, mode: host}]',
      { ports: [{ address: '127.0.0.1', host: 8080, container: 80, protocol: 'udp' }] },
    ],
    [
      'volumes: ["./conf:/etc/db:ro,z"]',
      { volumes: [{ kind: 'folder', source: 'conf', target: '/etc/db', readOnly: true }] },
    ],
    ['volumes: [".:/src:cached"]', { volumes: [{ kind: 'folder', source: '.', target: '/src', readOnly: false }] }],
    ['volumes: ["../other:/x"]', { volumes: [{ kind: 'host', source: '/other', target: '/x', readOnly: false }] }],
    ['volumes: ["~/.aws//x/:/x"]', { volumes: [{ kind: 'host', source: '~/.aws/x', target: '/x' }] }],
    ['volumes: ["/srv/x:/x"]', { volumes: [{ kind: 'host', source: '/srv/x', target: '/x' }] }],
    [
      'volumes: ["/app/node_modules"]',
      { volumes: [{ kind: 'volume', source: 'db-app-node_modules', target: '/app/node_modules' }] },
    ],
    ['volumes: ["/var/run/docker.sock:/var/run/docker.sock"]', { volumes: [], limits: { engineSocket: true } }],
    [
      'volumes: [{type: bind, source: ./a, target: /a, read_only: true, bind: {create_host_path: true}}]',
      { volumes: [{ kind: 'folder', source: 'a', target: '/a', readOnly: true }] },
    ],
    [
      'volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: "0755"}}]',
      { tmpfs: [{ target: '/t', size: 1048576, mode: 0o755 }] },
    ],
    ['volumes: ["/a//b/../c/"]', { volumes: [{ target: '/a/c' }] }],
    ['volumes: [{type: volume, target: /t}]', { volumes: [{ kind: 'volume', source: 'db-t' }] }],
    ['tmpfs: /run', { tmpfs: [{ target: '/run' }] }],
    ['tmpfs: [/run, "/x:size=1m"]', { tmpfs: [{ target: '/run' }, { target: '/x', size: 1048576 }] }],
    [
      'healthcheck: {test: curl -f localhost, interval: 5s, retries: 4, start_period: 1m30s, start_interval: 2s}',
      { ready: { check: { kind: 'command', command: 'curl -f localhost' }, retries: 20, startPeriod: 90_000 } },
    ],
    [
      'healthcheck: {test: [CMD, pg_isready, -q], timeout: 3s}',
      { ready: { check: { command: ['pg_isready', '-q'] }, retries: 90, timeout: 3000 } },
    ],
    ['healthcheck: {test: [CMD-SHELL, "a || exit 1"]}', { ready: { check: { command: 'a || exit 1' } } }],
    ['healthcheck: {disable: true}', { ready: { check: { kind: 'none' } } }],
    ['healthcheck: {test: [NONE]}', { ready: { check: { kind: 'none' } } }],
    [
      'user: 1000:1000\nworking_dir: /x\nhostname: h.test\ninit: true',
      { user: '1000:1000', workingDir: '/x', hostname: 'h.test', init: true },
    ],
    ['restart: "no"', { init: false }],
    ['restart: unless-stopped', { restart: { when: 'unless-stopped' } }],
    ['restart: on-failure:5', { restart: { when: 'on-failure', retries: 5 } }],
    ['stop_grace_period: 1m30s', { stopGrace: 90_000 }],
    ['container_name: my-db', { aliases: ['my-db'] }],
    ['tty: true\nstdin_open: true', { tty: true, stdin: true }],
    [
      'security_opt: ["seccomp:unconfined"]\ncap_add: [sys_ptrace, CAP_NET_ADMIN]',
      { securityOptions: ['seccomp=unconfined'], limits: { capabilities: ['NET_ADMIN', 'SYS_PTRACE'] } },
    ],
    ['shm_size: 128mb\nmem_limit: 1.5g\ncpus: "0.5"', { limits: { shm: 134217728, memory: 1610612736, cpus: 0.5 } }],
    [
      'ulimits: {nproc: 100, nofile: {soft: 20, hard: 20}, memlock: -1}',
      { limits: { ulimits: { nproc: 100, nofile: 20, memlock: -1 } } },
    ],
    [
      'deploy: {resources: {limits: {cpus: "2", memory: 512M}, reservations: {memory: 1g}}, replicas: 1}',
      { limits: { cpus: 2, memory: 536870912 } },
    ],
    [
      'deploy: {resources: {reservations: {devices: [{driver: nvidia, count: all, capabilities: [gpu]}]}}}',
      { limits: { gpus: true } },
    ],
    [
      'extra_hosts: ["host.docker.internal:host-gateway", "a=10.0.0.1"]',
      { limits: { extraHosts: { 'host.docker.internal': 'host-gateway', a: '10.0.0.1' } } },
    ],
    ['extra_hosts: {a: "10.0.0.1"}', { limits: { extraHosts: { a: '10.0.0.1' } } }],
    [
      'devices: ["/dev/fuse", "/dev/a:/dev/b:r"]',
      {
        limits: {
          devices: [
            { source: '/dev/fuse', permissions: 'rwm' },
            { target: '/dev/b', permissions: 'r' },
          ],
        },
      },
    ],
    ['privileged: true', { limits: { privileged: true } }],
    ['profiles: [debug]\nexpose: ["9000"]\npull_policy: always\nx-mine: [1]', { profiles: ['debug'] }],
    [
      'build: ./app',
      { source: { build: { base: { kind: 'dockerfile', dockerfile: 'app/Dockerfile', context: 'app', args: {} } } } },
    ],
    [
      'build: {context: ., dockerfile: dev/Dockerfile, target: dev, args: [A=1, NONE]}',
      { source: { build: { base: { dockerfile: 'dev/Dockerfile', context: '.', target: 'dev', args: { A: '1' } } } } },
    ],
    ['network_mode: host', { network: { kind: 'host' } }],
    ['networks: {default: {aliases: [database]}}', { attachments: [{ network: 'default', aliases: ['database'] }] }],
    ['networks: [default]', { attachments: [{ network: 'default', aliases: [] }] }],
    ['networks: []', {}],
  ])('%s', async (yaml, expected) => {
    expect(await service(yaml)).toMatchObject(expected);
  });

  it('takes named volumes that the file declares', async () => {
    expect((await service('volumes: ["data:/d"]', 'volumes: {data: {driver: local}}'))?.volumes).toEqual([
      { kind: 'volume', source: 'data', target: '/d', readOnly: false },
    ]);
  });

  it('waits as it says: started by default, ready, or the end of one that runs once', async () => {
    const { web, db, seed } = await readServices({
      compose: `services:
  web: {image: w, depends_on: {db: {condition: service_healthy, required: true}, seed: {condition: service_completed_successfully}}}
  db: {image: d, depends_on: [cache]}
  seed: {image: s}
  cache: {image: c}
`,
    });
    expect(web?.dependsOn).toEqual([
      { service: 'db', until: 'ready' },
      { service: 'seed', until: 'completed' },
    ]);
    expect(db?.dependsOn).toEqual([{ service: 'cache', until: 'started' }]);
    expect([seed?.until, db?.until]).toEqual(['completed', undefined]);
  });

  it('reads env_file beside it, optional or not', async () => {
    const { db } = await readServices({
      compose: {
        'dev/compose.yaml':
          'services: {db: {image: d, env_file: [a.env, {path: none.env, required: false}, ../b.env], environment: {C: own}}}',
        ...{ 'dev/a.env': 'A=1\nB=1\nC=1\n', 'b.env': 'B=2\n' },
      },
      use: 'dev/compose.yaml',
    });
    expect(db?.env).toEqual({ A: '1', B: '2', C: 'own' });
  });
});

describe('the words of a compose file', () => {
  it('are replaced by .env beside it, and by variables that were asked for', async () => {
    const compose = {
      'compose.yaml':
        'services: {db: {image: "db:${TAG:-1}", environment: {A: $A, B: "${B-none}", KEEP: "$$A", FROM_ENV: }}}',
      '.env': 'A=file\nFROM_ENV=yes\n',
    };
    const variables = { A: 'host', TAG: '9', B: 'host' };
    const { db } = await readServices({ compose, variables });
    expect([db?.source, db?.env]).toEqual([
      { kind: 'image', image: 'db:1' },
      { A: 'file', B: 'none', KEEP: '$A', FROM_ENV: 'yes' },
    ]);
    const lent = await readServices({ compose, variables, use: '{file: compose.yaml, variables: [TAG, A]}' });
    expect([lent['db']?.source, lent['db']?.env['A']]).toEqual([{ kind: 'image', image: 'db:9', lent: true }, 'host']);
  });

  it('of the person are not used for a build', async () => {
    const given = { compose: 'services: {a: {build: {context: ., args: {T: "$T"}}}}', variables: { T: 'mine' } };
    const use = '{file: compose.yaml, variables: [T]}';
    expect(await refusal({ ...given, use })).toMatch(/services\.a\.build\.args\.T: the variable T is not set/);
  });

  it('come from anchors and merges: own keys first, earlier maps before later ones', async () => {
    const { db } = await readServices({
      compose: `x-a: &a {user: "1", init: true, environment: &env {X: 1, Y: 1}}
x-b: &b {user: "2", hostname: b}
services:
  db:
    <<: [*a, *b]
    image: d
    environment: {<<: *env, Y: 2}
`,
    });
    expect(db).toMatchObject({ user: '1', hostname: 'b', init: true, env: { X: '1', Y: '2' } });
  });

  it('come from services that are extended, in this file and in others', async () => {
    const { db } = await readServices({
      compose: {
        'compose.yaml': `services:
  db:
    extends: {file: base/common.yaml, service: middle}
    environment: {B: top}
    volumes: ["./top:/data"]
    command: [top]
  unused: {image: u}
`,
        'base/common.yaml': `services:
  middle: {extends: lowest, environment: [A=middle, B=middle], ports: ["1:1"]}
  lowest: {image: low, command: [low], environment: {A: low, C: low}, ports: ["2:2"], volumes: ["./low:/data", "./own:/own"], healthcheck: {test: x, retries: 1}}
`,
      },
      use: '{file: compose.yaml, services: [db]}',
    });
    expect(db).toMatchObject({
      ...{ source: { image: 'low' }, command: ['top'], env: { A: 'middle', B: 'top', C: 'low' } },
      ports: [{ host: 2 }, { host: 1 }],
      volumes: [
        { source: 'top', target: '/data' },
        // Relative to the file that names it.
        { source: 'base/own', target: '/own' },
      ],
    });
  });

  it('are those of the chosen services and what they need', async () => {
    const compose = 'services: {a: {image: a, depends_on: [b]}, b: {image: b}, c: {image: c, pid: host}}';
    const found = await readServices({ compose, use: '{file: compose.yaml, services: [a]}' });
    expect(Object.keys(found)).toEqual(['a', 'b']);
  });

  it('stand beside the services of devenv.yaml', async () => {
    const { services } = await readProjectAt({
      compose: 'services: {a: {image: a}}',
      yaml: 'services: {own: {image: own}}\n',
    });
    expect(services.map(({ name }) => name)).toEqual(['own', 'a']);
  });
});

describe('the service that is the workspace', () => {
  const compose = `services:
  app:
    build: {context: ., dockerfile: .devcontainer/Dockerfile}
    command: sleep infinity
    user: vscode
    environment: {A: "1$$", B: app}
    env_file: app.env
    ports: ["3000:3000", "127.0.0.1:9229:9229"]
    volumes: [".:/workspace:cached", "cache:/home/dev/.cache", "/var/run/docker.sock:/var/run/docker.sock"]
    cap_add: [SYS_PTRACE]
    security_opt: [seccomp=unconfined]
    init: true
    depends_on: [db]
  db: {image: d}
  proxy: {image: p, depends_on: [app]}
volumes: {cache: }
`;

  it('gives variables, ports, volumes and limits to it, and devenv.yaml counts first', async () => {
    const environment = await readProjectAt({
      compose: { 'compose.yaml': compose, 'app.env': 'FILE=1\nB=file\n' },
      use: '{file: compose.yaml, workspace: app}',
      yaml: 'env: {B: own}\nports: ["9229:9229"]\n',
    });
    expect(environment.env).toEqual({ A: '1$$', B: 'own', FILE: '1' });
    expect(environment.ports).toEqual([
      { address: '127.0.0.1', host: 9229, container: 9229, protocol: 'tcp' },
      { address: '127.0.0.1', host: 3000, container: 3000, protocol: 'tcp' },
    ]);
    expect(environment.volumes).toEqual([
      { kind: 'volume', source: 'cache', target: '/home/dev/.cache', readOnly: false },
    ]);
    expect(environment).toMatchObject({ securityOptions: ['seccomp=unconfined'], init: true });
    expect(environment.limits).toMatchObject({ capabilities: ['SYS_PTRACE'], engineSocket: true });
    expect(environment.services.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['db', []],
      ['proxy', []],
    ]);
  });

  it.each([
    [
      compose.replace(':/workspace:cached', ':/workspaces/shop'),
      /the project lies at \/workspace; write "folder: \/workspaces\/shop"/,
    ],
    [compose.replace('cache:/home/dev/.cache', 'cache:/tmp'), /cannot mount at \/tmp: every workspace has its own/],
    [
      compose.replace(
        'proxy: {image: p, depends_on: [app]}',
        'proxy: {image: p, depends_on: {app: {condition: service_healthy}}}',
      ),
      /cannot wait until the workspace is ready/,
    ],
  ])('refuses what does not fit %#', async (text, message) => {
    const use = '{file: compose.yaml, workspace: app}';
    expect(await refusal({ compose: { 'compose.yaml': text, 'app.env': '' }, use })).toMatch(message);
  });
});

describe('a volume without a name', () => {
  const compose = 'services:\n  db: {image: d, volumes: [/data]}\n';

  it.each([
    [
      '',
      `${compose}  web: {image: w, volumes: ["db-data:/x"]}\nvolumes: {db-data: }\n`,
      /compose\.yaml:2: services\.db\.volumes/,
    ],
    ['volumes: ["db-data:/x"]', compose, /gets the name db-data, which devenv\.yaml gives to another/],
  ])('never is that of another %#', async (yaml, text, message) => {
    expect(await refusal({ compose: text, yaml })).toMatch(message);
  });

  it('may be named, and shared with devenv.yaml then', async () => {
    const text = 'services:\n  db: {image: d, volumes: ["db-data:/data"]}\nvolumes: {db-data: }\n';
    const { volumes } = await readProjectAt({ compose: text, yaml: 'volumes: ["db-data:/x"]' });
    expect(volumes).toMatchObject([{ source: 'db-data' }]);
  });
});

describe('networks', () => {
  const compose = `services:
  app: {image: a, container_name: shop-app, networks: {back: {aliases: [api]}, default: }}
  db: {image: d, networks: [back]}
  web: {image: w}
networks: {back: {driver: bridge, internal: true}, unused: }
`;

  it('keep what is internal, and put the workspace where its own service is', async () => {
    const { networks, attachments, services } = await readProjectAt({
      ...{ compose, use: '{file: compose.yaml, workspace: app}' },
    });
    expect(networks).toEqual({ back: { internal: true }, unused: { internal: false } });
    expect(attachments).toEqual([
      { network: 'back', aliases: ['shop-app', 'api'] },
      { network: 'default', aliases: ['shop-app'] },
    ]);
    expect(services.map(({ name, attachments: own }) => [name, own])).toEqual([
      ['db', [{ network: 'back', aliases: [] }]],
      ['web', undefined],
    ]);
  });

  it('put a workspace that no service is on the networks of all, unless devenv.yaml names its own', async () => {
    const at = (yaml: string) => readProjectAt({ compose, use: '{file: compose.yaml, services: [db]}', yaml });
    const names = async (yaml: string) => (await at(yaml)).attachments?.map(({ network }) => network);
    expect(await names('')).toEqual(['default', 'back']);
    expect(await names('network: [back]')).toEqual(['back']);
    expect(await names('network: {other: }\nnetworks: {other: }')).toEqual(['other']);
  });

  it('of a service whose network the workspace uses become those of the workspace', async () => {
    const { attachments } = await readProjectAt({
      compose:
        'services:\n  db: {image: d, networks: [back]}\n  app: {image: a, network_mode: "service:db"}\nnetworks: {back: }\n',
      use: '{file: compose.yaml, services: [], workspace: app}',
    });
    expect(attachments).toEqual([{ network: 'back', aliases: [] }]);
  });

  it.each([
    ['', 'services:\n  a: {image: a, networks: [b]}\n', /compose\.yaml:2: .*there is no network "b"/],
    [
      '',
      'services:\n  a: {image: a, networks: {b: {priority: 1}}}\nnetworks: {b: }\n',
      /priority of a network" cannot be/,
    ],
    ['', 'services: {}\nnetworks:\n  a.b: {}\n', /compose\.yaml:3: .*"a\.b" is no name for a network here/],
    ['', 'services: {}\nnetworks:\n  a: {internal: perhaps}\n', /compose\.yaml:3: .*"perhaps" is not allowed/],
    ['', 'services: {}\nnetworks:\n  a: {external: true}\n', /"networks\.a\.external" cannot be kept/],
    [
      '',
      'services:\n  a: {image: a, network_mode: host, networks: [default]}\n',
      /network_mode and networks contradict/,
    ],
    [
      '',
      'services:\n  a: {image: a, networks: [b], ports: ["80:80"]}\nnetworks: {b: {internal: true}}\n',
      /compose\.yaml:2: services\.a\.ports\[0\]: no port can be opened on an internal network/,
    ],
    ['networks: {b: }', 'services: {}\nnetworks: {b: {internal: true}}\n', /declare the network b in different ways/],
    [
      'network: [c]',
      'services: {}\nnetworks: {b: }\n',
      /names the network c, but neither it nor compose\.yaml declares/,
    ],
  ])('refuses %s %s', async (yaml, text, message) => {
    expect(await refusal({ compose: text, yaml })).toMatch(message);
  });
});

describe('network_mode', () => {
  it('service:NAME shares the network of a service, and of the workspace', async () => {
    const { services } = await readProjectAt({
      compose: `services:
  app: {image: a}
  vpn: {image: v, ports: ["80:80"]}
  web: {image: w, network_mode: "service:vpn"}
  debug: {image: d, network_mode: "service:app"}
`,
      use: '{file: compose.yaml, workspace: app}',
    });
    expect(services.map(({ name, network }) => [name, network])).toEqual([
      ['vpn', undefined],
      ['web', { kind: 'shared', of: 'vpn' }],
      ['debug', { kind: 'shared', of: '' }],
    ]);
  });

  it('of the workspace is turned round: the service uses its network, and it opens the ports', async () => {
    const environment = await readProjectAt({
      compose: 'services:\n  db: {image: d, ports: ["5432:5432"]}\n  app: {image: a, network_mode: "service:db"}\n',
      use: '{file: compose.yaml, services: [], workspace: app}',
    });
    expect(environment.ports).toMatchObject([{ host: 5432, container: 5432 }]);
    expect(environment.services).toMatchObject([{ name: 'db', ports: [], network: { kind: 'shared', of: '' } }]);
  });

  it.each([
    ['a: {image: a, network_mode: bridge}', /"bridge" is not allowed/],
    ['a: {image: a, network_mode: "service:z"}', /there is no service "z"/],
    ['a: {image: a, network_mode: host, ports: ["80:80"]}', /no ports of its own/],
    ['a: {image: a, network_mode: "service:b"}\n  b: {image: b, depends_on: [a]}', /services wait for each other/],
  ])('refuses %s', async (service, message) => {
    expect(await refusal({ compose: `services:\n  ${service}\n` })).toMatch(message);
  });
});

describe('compose.ports', () => {
  const compose =
    'services:\n  app: {image: a, network_mode: "service:web"}\n  web: {image: w}\n  db: {image: d, ports: ["5433:5432"]}\n  own: {image: o, network_mode: host}\n';
  const use = (ports: string): string => `{file: compose.yaml, workspace: app, ports: ${ports}}`;

  it('opens more ports of services, and those of a shared network at the workspace', async () => {
    const found = await readProjectAt({ compose, use: use('{db: [5432, "8000:80"], web: [3000]}') });
    const portsOf = (ports: readonly { host: number; container: number }[] = []): readonly string[] =>
      ports.map(({ host, container }) => `${String(host)}:${String(container)}`);
    expect(portsOf(found.services.find(({ name }) => name === 'db')?.ports)).toEqual(['5433:5432', '8000:80']);
    expect(portsOf(found.ports)).toEqual(['3000:3000']);
  });

  it.each([
    ['{gone: [80]}', 'compose.ports names the service gone, but compose.yaml has no such service that is used.'],
    ['{own: [80]}', 'compose.ports names the service own, which has no network of its own.'],
    ['{db: ["5433:80"]}', 'compose.ports names the service db, but the host port 5433 is taken by another one.'],
  ])('refuses %s', async (ports, message) => {
    expect(await refusal({ compose, use: use(ports) })).toContain(message);
  });

  it('refuses a host port that is listed twice', async () => {
    expect(await refusal({ compose, use: use('{db: ["8000:80"], web: ["8000:81"]}') })).toContain(
      '8000 is listed twice',
    );
  });
});
