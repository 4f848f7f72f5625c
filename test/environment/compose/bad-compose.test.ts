import { describe, expect, it } from 'vitest';
import { refusal } from './read-compose.ts';

describe('a compose file that cannot be kept', () => {
  it.each([
    [
      'services:\n  db:\n    image: d\n    sysctls: {a: 1}\n',
      'compose.yaml:4: services.db.sysctls: "sysctls" cannot be kept',
    ],
    [
      'services:\n  db:\n    image: d\n    imagge: d\n',
      'compose.yaml:4: services.db.imagge: the key "imagge" is unknown here',
    ],
    ['services:\n  db: {image: d}\nservice: {}\n', 'compose.yaml:3: service: the key "service" is unknown here'],
    ['services: {db: {image: d}}\nvolumes: [data]\n', 'compose.yaml:2: volumes: this is a list'],
    ['include: [other.yaml]\nservices: {db: {image: d}}\n', 'compose.yaml:1: include: "include" cannot be kept'],
    [
      'services: {db: {image: d}}\nvolumes:\n  data: {external: true}\n',
      'compose.yaml:3: volumes.data.external: "volumes.data.external" cannot be kept',
    ],
    [
      'services:\n  db: {image: "d:${TAG}"}\n',
      /^compose\.yaml:2: services\.db\.image: the variable TAG is not set; set it in the \.env/,
    ],
    [
      'services:\n  db: {image: "d:${TAG:?write it down}"}\n',
      'compose.yaml:2: services.db.image: the variable TAG is not set: write it down',
    ],
    [
      'services:\n  a: {image: a, ports: ["80:80"]}\n  b:\n    image: b\n    ports:\n      - "80:81"\n',
      'compose.yaml:6: services.b.ports[0]: the host port 80 is also that of a',
    ],
    [
      'services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n',
      /compose\.yaml:2: .*services wait for each other: "a" waits for "b" waits for "a"/,
    ],
    [
      'services:\n  a:\n    extends: b\n  b:\n    extends: {service: a}\n',
      /compose\.yaml:3: services\.a\.extends: services extend each other: /,
    ],
    ['services:\n  a: {extends: nobody}\n', 'compose.yaml:2: services.a.extends: there is no service "nobody"'],
    [
      'services:\n  a:\n    extends: {file: ../../etc/x.yaml, service: a}\n',
      'compose.yaml:3: services.a.extends.file: ../../etc/x.yaml is outside of the project',
    ],
    [
      'services:\n  a:\n    extends: {file: none.yaml, service: a}\n',
      'compose.yaml:3: services.a.extends.file: there is no file none.yaml in the project',
    ],
    [
      'services:\n  a: {image: a, depends_on: [z]}\n',
      'compose.yaml:2: services.a.depends_on[0]: there is no service "z"',
    ],
    [
      'services:\n  a: {image: a, volumes: ["data:/d"]}\n',
      'compose.yaml:2: services.a.volumes[0]: the volume "data" is not declared in "volumes"',
    ],
    [
      'services:\n  a: {image: a, env_file: ../x.env}\n',
      'compose.yaml:2: services.a.env_file: "../x.env" is not a file of the project',
    ],
    [
      'services:\n  a: {image: a, volumes: ["~/../x:/x"]}\n',
      'compose.yaml:2: services.a.volumes[0]: the path "~/../x" cannot be kept',
    ],
    [
      'services:\n  a: {image: a, volumes: ["./x:/x:nocopy"]}\n',
      'compose.yaml:2: services.a.volumes[0]: the option "nocopy" of a volume cannot be kept',
    ],
    [
      'services:\n  a: {image: a, ports: ["[::1]:80:80"]}\n',
      'compose.yaml:2: services.a.ports[0]: "[::1]:80:80" is not allowed',
    ],
    [
      'services:\n  a: {image: a, ports: ["70000:1"]}\n',
      'compose.yaml:2: services.a.ports[0]: "70000" is out of range',
    ],
    [
      'services:\n  a: {image: a, ports: [{target: 80, host_ip: "::"}]}\n',
      /compose\.yaml:2: services\.a\.ports\[0\]: "::" is not an IPv4 address/,
    ],
    [
      'services:\n  a: {image: a, ports: [{target: 80, host_ip: 1.2.3.400}]}\n',
      /compose\.yaml:2: services\.a\.ports\[0\]: "1\.2\.3\.400" is not an IPv4 address/,
    ],
    [
      'services:\n  a: {image: a, hostname: "a\\nb"}\n',
      /compose\.yaml:2: services\.a\.hostname: ".*" holds control characters/,
    ],
    ['services:\n  a: {image: a, hostname: "a b"}\n', /compose\.yaml:2: services\.a\.hostname: "a b" is not allowed/],
    [
      'services:\n  a: {image: a, container_name: workspace}\n',
      /compose\.yaml:2: services\.a\.container_name: a service cannot have the name "workspace"/,
    ],
    [
      'services:\n  a: {image: a, networks: {n: {aliases: [localhost]}}}\n',
      /compose\.yaml:2: services\.a\.networks\.n\.aliases: a service cannot have the name "localhost"/,
    ],
    ['services:\n  a: {image: a, user: "0 --x"}\n', /compose\.yaml:2: services\.a\.user: "0 --x" is not allowed/],
    [
      'services:\n  a: {image: a, working_dir: ../x}\n',
      /compose\.yaml:2: services\.a\.working_dir: "\.\.\/x" is not an absolute path/,
    ],
    [
      'services:\n  a: {image: a, volumes: ["./x:/\\e[2Jx"]}\n',
      /compose\.yaml:2: services\.a\.volumes\[0\]: ".*" holds control characters/,
    ],
    [
      'services:\n  a: {image: a, environment: {A: "\\0"}}\n',
      /compose\.yaml:2: services\.a\.environment\.A: a text cannot hold NUL/,
    ],
    [
      'services:\n  a: {image: a, extra_hosts: {"a b": 10.0.0.1}}\n',
      /compose\.yaml:2: services\.a\.extra_hosts\["a b"\]: "a b" is not the name of a host/,
    ],
    [
      'services:\n  a: {image: a, extra_hosts: {a: "10.0.0.1 evil"}}\n',
      /compose\.yaml:2: services\.a\.extra_hosts\.a: "10\.0\.0\.1 evil" is not allowed/,
    ],
    [
      'services:\n  a: {image: a, devices: ["/dev/../etc:/x"]}\n',
      /compose\.yaml:2: services\.a\.devices\[0\]: "\/dev\/\.\.\/etc" is not a device/,
    ],
    [
      'services:\n  a: {image: a, cap_add: ["A B"]}\n',
      /compose\.yaml:2: services\.a\.cap_add\[0\]: "A B" is not allowed/,
    ],
    [
      'services:\n  a: {image: a, ulimits: {"no file": 1}}\n',
      /compose\.yaml:2: services\.a\.ulimits\["no file"\]: the key "no file" is unknown here/,
    ],
    [
      'services:\n  a: {image: a, security_opt: ["apparmor=/etc/x"]}\n',
      /compose\.yaml:2: services\.a\.security_opt\[0\]: "apparmor=\/etc\/x" is not allowed/,
    ],
    [
      'services:\n  a: {image: a, healthcheck: {test: x, retries: -5}}\n',
      /compose\.yaml:2: services\.a\.healthcheck\.retries: "-5" is not allowed/,
    ],
    [
      'services:\n  a: {image: a, build: {context: ., args: {"A B": 1}}}\n',
      /compose\.yaml:2: services\.a\.build\.args\["A B"\]: "A B" is no argument/,
    ],
    ['services:\n  a: {image: "A B"}\n', /compose\.yaml:2: services\.a: "A B" is not an image/],
    ['services:\n  a: {command: x}\n', 'compose.yaml:2: services.a: the image is missing'],
    ['services:\n  workspace: {image: a}\n', /compose\.yaml:2: services\.workspace: a service cannot have this name/],
    ['services:\n  Db: {image: a}\n', 'compose.yaml:2: services.Db: "Db" is no name for a service here'],
    [
      'services:\n  a: {image: a, security_opt: ["seccomp:./profile.json"]}\n',
      /compose\.yaml:2: services\.a\.security_opt\[0\]: .*is not allowed/,
    ],
    [
      'services:\n  a: {image: a, healthcheck: {interval: 1s}}\n',
      'compose.yaml:2: services.a.healthcheck: the test is missing',
    ],
    [
      'services:\n  a: {image: a, healthcheck: {test: x, interval: soon}}\n',
      'compose.yaml:2: services.a.healthcheck.interval: "soon" is not allowed',
    ],
    [
      'services:\n  a: {image: a, deploy: {mode: global}}\n',
      'compose.yaml:2: services.a.deploy.mode: "deploy.mode" cannot be kept',
    ],
    [
      'services:\n  a: {build: ../other}\n',
      /compose\.yaml:2: services\.a\.build: "\.\.\/other" is not a folder of the project/,
    ],
    [
      'services:\n  a: {build: {context: ., cache_from: [x]}}\n',
      'compose.yaml:2: services.a.build.cache_from: "build.cache_from" cannot be kept',
    ],
    ['services:\n  a: {image: a, scale: 3}\n', 'compose.yaml:2: services.a.scale: "scale" cannot be kept'],
    ['services:\n  a: {image: a}\n  a: {image: b}\n', 'compose.yaml:3: services.a: the key "a" appears twice'],
    ['services:\n\ta: {}\n', /compose\.yaml:2: : a tab indents this line/],
    ['services:\n  a: *nothing\n', /compose\.yaml:2: .*alias/i],
    ['services: [a]\n', 'compose.yaml:1: services: this is a list'],
    ['[]\n', 'compose.yaml:1: : the file is not a map of keys'],
    [
      'services: {a: {image: a, environment: {__proto__: x}}}\n',
      'compose.yaml:1: services.a.environment.__proto__: "__proto__" is not the name of a variable',
    ],
  ])('%j', async (compose, message) => {
    const found = await refusal({ compose });
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });

  it('shows a problem of each service', async () => {
    const compose = 'services:\n  a: {image: a, pid: host}\n  b: {image: b, ipc: host}\n';
    expect(await refusal({ compose })).toBe(
      'compose.yaml:2: services.a.pid: "pid" cannot be kept\ncompose.yaml:3: services.b.ipc: "ipc" cannot be kept',
    );
  });

  it('names the other file that a service comes from', async () => {
    const compose = {
      'compose.yaml': 'services: {a: {extends: {file: base.yaml, service: b}}}\n',
      'base.yaml': 'services:\n  b:\n    image: b\n    pid: host\n',
    };
    expect(await refusal({ compose })).toBe('base.yaml:4: services.b.pid: "pid" cannot be kept');
  });

  it.each([
    ['is missing', {}, 'compose names the file compose.yaml, but the project has no such file.'],
    ['is a folder', { 'compose.yaml/x': '' }, /compose names compose\.yaml, which cannot be used: .*folder/],
    [
      'is larger than 256 kB',
      { 'compose.yaml': `services: {}\n#${'x'.repeat(300_000)}` },
      /cannot be used: .*larger than/,
    ],
    [
      'is 1 MB of anchors',
      {
        'compose.yaml': Array.from(
          { length: 9 },
          (_, n) =>
            `x-${String(n)}: &a${String(n)} [${
              n === 0
                ? 'x'
                : Array(9)
                    .fill(`*a${String(n - 1)}`)
                    .join(', ')
            }]`,
        ).join('\n'),
      },
      /expand to too many values/,
    ],
    [
      'has a thousand aliases',
      { 'compose.yaml': `x-a: &a x\nservices: [${'*a, '.repeat(1000)}]` },
      /more than 100 aliases/,
    ],
    [
      'extends a service in a row without end',
      {
        'compose.yaml': `services:\n${Array.from({ length: 30 }, (_, n) => `  s${String(n)}: {extends: s${String(n + 1)}}\n`).join('')}  s30: {image: a}\n`,
      },
      /s0\.extends|more than 20 services extend each other in a row/,
    ],
    [
      'extends a large service many times',
      {
        'compose.yaml': `services:\n  big: {image: a, environment: [${'A=1, '.repeat(900)}]}\n${Array.from({ length: 500 }, (_, n) => `  s${String(n)}: {extends: big}\n`).join('')}`,
      },
      /services take too many values from each other/,
    ],
    [
      'extends more files than a person has',
      {
        ...Object.fromEntries(
          Array.from({ length: 60 }, (_, n) => [`f${String(n)}.yaml`, 'services: {a: {image: a}}\n']),
        ),
        'compose.yaml': `services:\n${Array.from({ length: 60 }, (_, n) => `  s${String(n)}: {extends: {file: f${String(n)}.yaml, service: a}}\n`).join('')}`,
      },
      /services extend more than 50 files/,
    ],
    [
      'uses a large variable many times',
      {
        '.env': `A=${'x'.repeat(200_000)}\n`,
        'compose.yaml': `services:\n  a:\n    image: a\n    environment: {A: '', ${Array.from({ length: 200 }, (_, n) => `B${String(n)}: $A`).join(', ')}}\n`,
      },
      /the variables of the file make it too long/,
    ],
    ['has a broken .env beside it', { 'compose.yaml': 'services: {}', '.env': 'A="x\n' }, /A has an opening quote/],
  ])('%s', async (_, compose, message) => {
    const found = await refusal({ compose });
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });

  it.each([
    ['{file: compose.yaml, services: [z]}', '', 'compose names the service z, but compose.yaml has no such service.'],
    ['{file: compose.yaml, workspace: z}', '', 'compose names the service z, but compose.yaml has no such service.'],
    ['compose.yaml', 'services: {a: {image: x}}\n', 'the service a is in devenv.yaml and in compose.yaml'],
    [
      'compose.yaml',
      'ports: ["8080:1"]\n',
      'compose.yaml:1: services.a.ports[0]: devenv.yaml or the workspace opens the host port 8080, too',
    ],
    ['../compose.yaml', '', /expected the path of a file|is not allowed/],
  ])('does not fit to %s', async (use, yaml, message) => {
    const found = await refusal({ compose: 'services: {a: {image: a, ports: ["8080:80"]}}', use, yaml });
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });
});
