import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/environment/parse.ts';
import type { Problem } from '../../src/environment/problem.ts';
import { DevenvError } from '../../src/errors/devenv-error.ts';

const refuse = (text: string): DevenvError => {
  try {
    parseConfig(text, 'devenv.yaml');
  } catch (error) {
    if (error instanceof DevenvError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

/** A valid file with one more line. */
const withLine = (line: string): string => `version: 1\nname: shop\nbase: debian:12\n${line}\n`;
const accept = (line: string): ReturnType<typeof parseConfig> => parseConfig(withLine(line), 'devenv.yaml');

describe('a service on networks of its own', () => {
  const refusal = (network: string, service: string): string =>
    refuse(withLine(`${network}\nnetworks: {in: {internal: true}, out: }\nservices: {db: {image: a, ${service}}}`))
      .message;

  it.each([
    ['', 'networks: [in], ports: [80]', /services\.db\.ports: no port can be opened on an internal network/],
    ['', 'networks: [out], ready: {tcp: 80}', /services\.db\.ready: the workspace tries this, but is on none/],
    ['network: [in]', 'ready: {http: "http://localhost/"}', /services\.db\.ready: the workspace tries this/],
    ['network: [in]\nports: [80]', '', /^.*ports: no port can be opened/],
  ])('refuses %s %s', (network, service, message) => {
    expect(refusal(network, service)).toMatch(message);
  });

  it('takes what fits', () => {
    const { attachments, services } = accept(
      'network: {in: {aliases: [api]}, out: }\nports: [80]\nnetworks: {in: {internal: true}, out: }\nservices: {db: {image: a, networks: [in], ready: {tcp: 80}}, web: {image: a, networks: [in, out], ports: [81]}}',
    );
    expect(attachments).toEqual([
      { network: 'in', aliases: ['api'] },
      { network: 'out', aliases: [] },
    ]);
    expect(services.map((one) => one.attachments?.length)).toEqual([1, 2]);
  });
});

describe('text that is no environment', () => {
  it.each([
    ['nothing', '', '1:1'],
    ['comments alone', '# hello\n', '1:1'],
    ['null', 'null\n', '1:1'],
    ['a list', '\n- a\n', '2:1'],
    ['a word', 'hello\n', '1:1'],
    ['two documents', 'version: 1\nname: a\nbase: a\n---\nversion: 1\n', '4:1'],
    ['a repeated key', 'version: 1\nname: a\nbase: a\nuser: x\nuser: y\n', '5:1'],
    ['an unknown tag', 'version: 1\nname: !secret a\nbase: a\n', '2:7'],
    ['a tab as indentation', 'version: 1\nname: a\nbase:\n\timage: a\n', '4:1'],
    ['a list that is not closed', 'version: 1\nname: a\nbase: a\nrun: [a\n', '5:1'],
    ['a key that is a list', 'version: 1\nname: a\nbase: a\n? [a]\n: b\n', '4:3'],
    ['a broken alias', 'version: 1\nname: a\nbase: *nowhere\n', '3:7'],
    ['an alias of itself', 'version: 1\nname: a\nbase: a\nrun: &a [*a]\n', '4:10'],
  ])('refuses %s with its place', (_name, text, at) => {
    const error = refuse(text);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 3, at: `devenv.yaml:${at}` });
  });
});

describe('a common mistake', () => {
  it.each([
    ['env: {A: ${HOME}, B: x}', 'this does not belong here; put a value that contains { } [ ]'],
    ['hooks: {create: echo}\ntasks: {a: b}\nx-y: echo a: b', 'there is a second ": " on this line'],
    ['services: {db: postgres:16}', 'services.db: this is text; expected a map of keys such as image, '],
    ['packages: [git]', 'packages: this is a list; expected a map of keys such as apt, '],
    ['packages: {apt: git}', 'packages.apt: this is text; expected a list such as [git]'],
    ['docker: true', 'docker: this is the boolean true; expected inside or host'],
    ['limits: {memory: 512}', 'limits.memory: this is the number 512; expected a size such as 512m or 2g'],
    ['network: foo', 'network: "foo" is not allowed; expected host, or a list or a map of keys'],
  ])('is named with what helps: %s', (line, message) => {
    expect(refuse(withLine(line)).message).toContain(message);
  });

  it('is one problem where it is of another type', () => {
    expect(refuse("version: '1'\nname: shop\nbase: debian:12\n").message).toBe(
      'version: this is text; expected a whole number',
    );
  });
});

describe('text that costs too much', () => {
  const head = 'version: 1\nname: a\nbase: a\n';
  const repeat = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('');

  it.each([
    ['more than 256 kB', `${head}# ${'x'.repeat(300_000)}`, 'larger than 256 kB'],
    ['more than 256 kB in fewer letters', `${head}# ${'é'.repeat(140_000)}`, 'larger than 256 kB'],
    ['1,001 keys in a map', head + repeat(1001, (index) => `k${index}: 1\n`), 'more than 1000 keys'],
    ['1,001 keys on a line', `${head}x-a: {${repeat(20_000, (index) => `k${index}: 1, `)}}`, 'more than 1000 keys'],
    ['51 levels of lists', `${head}x-a: ${'['.repeat(51)}${']'.repeat(51)}`, 'deeper than 50'],
    ['100,000 levels on a line', `${head}x-a: ${'['.repeat(100_000)}`, 'deeper than 50'],
    ['100,000 dashes', `${head}x-a:\n${'- '.repeat(100_000)}a`, 'deeper than 50'],
    ['deep maps', `${head}x-a:\n${repeat(200, (index) => `${' '.repeat(index + 1)}a:\n`)}`, 'deeper than 50'],
    ['50,000 lists', `${head}x-a: [${'[],'.repeat(50_000)}]`, 'too many parts'],
    [
      'aliases that multiply',
      `${head}x-0: &a0 [x,x,x,x,x,x,x,x,x]\n${repeat(8, (index) => `x-${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]\n`)}`,
      'its aliases expand to too many values',
    ],
    [
      'a chain of aliases',
      `${head}x-0: &a0 [x]\n${repeat(900, (index) => `x-${index + 1}: &a${index + 1} [*a${index}]\n`)}`,
      'more than 100 aliases',
    ],
  ])('refuses %s in 100 ms', (_name, text, message) => {
    const times: number[] = [];
    // The first run compiles the program; a busy machine slows most of them.
    while (times.length < 20 && !times.some((time) => time < 100)) {
      const before = process.cpuUsage();
      expect(refuse(text).message).toContain(message);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('refuses 990 unknown keys with an end', () => {
    const error = refuse(head + repeat(990, (index) => `k${index}: 1\n`));
    expect(error.message.split('\n').length).toBeLessThan(30);
  });
});

describe('keys', () => {
  it.each([
    ['pakages: {apt: [git]}', 'pakages: unknown key. Did you mean "packages"?'],
    ['packages: {atp: [git]}', 'packages.atp: unknown key. Did you mean "apt"?'],
    ['tools: {nodejs: 22}', 'tools.nodejs: unknown key. Did you mean "node"?'],
    ['Env: {}', 'Env: unknown key. Did you mean "env"?'],
    ['files: [{form: a, to: /a}]', 'files[0].form: unknown key. Did you mean "from"?'],
    ['env: {__proto__: a}', 'env.__proto__: the key "__proto__" is not allowed; expected the name of an environment'],
    ['env: {constructor: a}', 'env.constructor: the key "constructor" is not allowed'],
    ['__proto__: {user: root}', '__proto__: unknown key'],
    ['constructor: a', 'constructor: unknown key'],
    ['packages: {__proto__: [a]}', 'packages.__proto__: unknown key'],
    ['env: {"A=B": c}', 'env["A=B"]: the key "A=B" is not allowed'],
    ['env: {"A\\0": c}', 'env["A\\u0000"]: the key "A\\u0000" is not allowed'],
    ['env: {A: "a\\0b"}', 'env.A: "a\\u0000b" is not allowed; expected text without NUL'],
  ])('%s', (line, message) => {
    expect(refuse(withLine(line)).message).toContain(message);
  });

  it('leaves keys of the user alone, at every level', () => {
    const environment = accept(
      'x-a: &a [git]\npackages: {apt: *a, x-b: 1}\nenv: {A: b, x-c: [1]}\ntools: {x-d: 1}\nfiles: [{from: a, to: /a, x-e: {}}]',
    );
    expect(environment).toMatchObject({ packages: { apt: ['git'] }, env: { A: 'b' }, tools: {} });
    expect(Object.keys(environment.packages)).toEqual(['apt']);
  });
});

describe('versions', () => {
  it.each([
    ['3.10', '3.10'],
    ['22', '22'],
    ['"22"', '22'],
    ['lts', 'lts'],
    ['latest', 'latest'],
    ['24.10.0', '24.10.0'],
  ])('takes %s as it is written', (written, version) => {
    expect(accept(`tools: {node: ${written}}`).tools).toEqual({ node: version });
  });

  it.each([
    ['1e3', '"1e3" is not allowed; expected a version such as 24'],
    ['null', 'this is empty; expected text or a number'],
    ['true', 'this is the boolean true; expected text or a number'],
    ['0x18', '"0x18" is not allowed'],
    ['-1', '"-1" is not allowed'],
    ['.inf', '".inf" is not allowed'],
    ['"24; id"', '"24; id" is not allowed'],
    ['[24]', 'this is a list; expected text or a number'],
  ])('refuses %s', (written, message) => {
    expect(refuse(withLine(`tools: {node: ${written}}`)).message).toContain(message);
  });
});

describe('packages', () => {
  const hostile = [
    'curl; rm -rf /',
    '$(id)',
    '`id`',
    '-oDebug::x',
    '--allow-unauthenticated',
    'a\nb',
    'git\n',
    'git curl',
    'git ',
    '',
    'a|b',
    'a&b',
    '../../x',
    '/etc/passwd',
    'git\u0000',
    'git-',
    'git=',
    'git=1 2',
    'git=$(id)',
    'a'.repeat(300),
    `git=${'1'.repeat(300)}`,
    'g\u0456t',
    'git\u200b',
    '\u202egit',
  ];

  it.each(['apt', 'npm', 'pip'].flatMap((provider) => hostile.map((item) => [provider, item] as const)))(
    'refuses for %s: %j',
    (provider, item) => {
      if (provider === 'npm' && (item === 'git-' || item === 'git=')) return;
      const text = withLine(`packages:\n  ${provider}:\n    - good\n    - ${JSON.stringify(item)}`);
      const error = refuse(text);
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 3, at: 'devenv.yaml:7:7' });
      expect(error.message).toMatch(new RegExp(`^packages\\.${provider}\\[1\\]: .* is not allowed`));
    },
  );

  it.each([
    ['apt', 'git'],
    ['apt', 'g++'],
    ['apt', 'libc6:amd64'],
    ['apt', 'jq=1.6-2.1'],
    ['apt', 'vim=2:9.0.1378-2+deb12u2~x'],
    ['apt', 'python3.11'],
    ['npm', 'pnpm'],
    ['npm', 'pnpm@10'],
    ['npm', '@angular/cli@^1.2.3'],
    ['npm', 'typescript@next'],
    ['npm', 'left-pad@>=1.0'],
    ['pip', 'requests'],
    ['pip', 'Ruamel.yaml==0.18.6'],
    ['pip', 'pytz==2024.1.post1+local'],
  ])('takes for %s: %s', (provider, item) => {
    expect(accept(`packages: {${provider}: ["${item}"]}`).packages).toEqual({ [provider]: [item] });
  });

  it('names letters that only look alike', () => {
    expect(refuse(withLine('packages: {apt: [g\u0456t]}')).message).toContain('U+0456');
  });

  it('refuses one package twice', () => {
    expect(refuse(withLine('packages: {apt: [jq, git, jq=1.6]}')).message).toBe(
      'packages.apt[2]: "jq" is listed twice',
    );
    expect(refuse(withLine('packages: {pip: [Foo_Bar, foo.bar==1]}')).message).toBe(
      'packages.pip[1]: "foo-bar" is listed twice',
    );
  });
});

describe('images', () => {
  it.each([
    ['Upper/Case', 'the name of an image is in lower case'],
    ['a//b', 'a part of the name between two "/" is empty'],
    ['a@sha256:zz', 'a digest is "sha256:" and 64 hex digits'],
    ['localhost:99999/a', 'a port is a number from 1 to 65535'],
    ['a:', 'a tag is at most 128'],
    ['-a', 'a name is lower-case letters and digits'],
  ])('refuses %s', (image, message) => {
    const text = `version: 1\nname: shop\nbase: "${image}"\n`;
    expect(refuse(text)).toMatchObject({ at: 'devenv.yaml:3:7' });
    expect(refuse(text).message).toContain(message);
  });

  it('refuses a tag where versions are pushed', () => {
    expect(refuse(withLine('image: registry.example.com/a:latest')).message).toContain('only the name');
  });
});

describe('files', () => {
  it.each([
    ['to', 'etc/a'],
    ['to', '/'],
    ['to', '/etc/'],
    ['to', '/etc/../a'],
    ['to', '/etc//a'],
    ['to', '/etc/./a'],
    ['to', '/etc/a\\0'],
    ['to', '/etc/a\\n'],
    ['to', '~/a'],
    ['to', '/workspace/a'],
    ['to', '/proc/a'],
    ['from', '/etc/passwd'],
    ['from', '../a'],
    ['from', 'a/../../b'],
    ['from', 'a/..'],
    ['from', '~/.ssh/id'],
    ['from', 'a\\0'],
    ['from', '.'],
    ['from', ''],
    ['mode', '0999'],
    ['mode', 'rw'],
    ['mode', '00000'],
    ['mode', '0o644'],
  ])('refuses %s: %s', (key, value) => {
    const entry = { from: '"a"', to: '"/a"', [key]: `"${value}"` };
    const line = `files: [{${Object.entries(entry)
      .map(([name, text]) => `${name}: ${text}`)
      .join(', ')}}]`;
    const { problems } = refuse(withLine(line)).data as { problems: Problem[] };
    expect(problems).toMatchObject([{ path: `files[0].${key}`, line: 4 }]);
  });

  it.each([
    ['0755', '0755'],
    ['"0755"', '0755'],
    ['755', '0755'],
    ['4755', '4755'],
  ])('takes the mode %s as octal digits', (written, mode) => {
    expect(accept(`files: [{from: ./a, to: /a, mode: ${written}}]`).files).toEqual([{ from: 'a', to: '/a', mode }]);
  });

  it('refuses two files in one place', () => {
    expect(refuse(withLine('files: [{from: a, to: /a}, {from: b, to: /a}]')).message).toContain('files[1].to');
  });
});

describe('ports and mounts', () => {
  it.each([
    ["ports: ['[::1]:3932:3000']", 'ports[0]: "[::1]:3932:3000" has an IPv6 address'],
    ['ports: [0]', 'ports[0]: 0 is out of range'],
    ['ports: [65536]', 'ports[0]: 65536 is out of range'],
    ['ports: ["99999:80"]', 'ports[0]: "99999:80" is out of range; expected ports from 1 to 65535'],
    ['ports: ["8080:80", 8080]', 'ports[1]: the host port 8080 is listed twice'],
    [
      'ports: [80]\nservices: {web: {image: a, ports: [80]}}',
      'services.web.ports[0]: the host port 80 is listed twice',
    ],
    ['compose: {file: c.yaml, ports: {db: [0]}}', 'compose.ports.db[0]: 0 is out of range'],
    ['compose: {file: c.yaml, ports: {db: ["1:99999"]}}', 'compose.ports.db[0]: "1:99999" is out of range'],
    [
      'ports: [80]\ncompose: {file: c.yaml, ports: {db: [80]}}',
      'compose.ports.db[0]: the host port 80 is listed twice',
    ],
    ['compose: {file: c.yaml, ports: {"a;b": [80]}}', '"a;b" is not allowed'],
    ['prepare: ""', 'prepare: "" is not allowed'],
    ['prepare: [ls]', 'prepare: this is a list'],
    ['volumes: ["/:/host"]', 'volumes[0]: "/:/host" is not allowed'],
    [
      'volumes: ["web-data:/x"]\nservices: {web: {image: a, volumes: [/data]}}',
      'volumes[0]: "web-data" is the name of the volume for /data in services.web.volumes; choose another one',
    ],
    [
      'docker: inside\nservices: {web: {image: a, volumes: ["docker-inside:/x"]}}',
      'services.web.volumes[0]: "docker-inside" is the name of the volume for /var/lib/docker with "docker: inside"',
    ],
    ['volumes: ["../..:/host"]', 'volumes[0]: "../..:/host" is not allowed'],
    ['volumes: ["./a/../../b:/host"]', 'volumes[0]: "./a/../../b:/host" is not allowed'],
    ['volumes: ["..:/host"]', 'volumes[0]: "..:/host" is not allowed'],
    ['volumes: ["..data:/host"]', 'volumes[0]: "..data:/host" is not allowed'],
    ['volumes: ["a/../b:/host"]', 'volumes[0]: "a/../b:/host" is not allowed'],
    ['services: {a: {image: a, volumes: ["../a:/host"]}}', 'services.a.volumes[0]: "../a:/host" is not allowed'],
    ['volumes: ["~:/home"]', 'volumes[0]: "~:/home" is not allowed'],
    ['volumes: ["~/../x:/home"]', 'volumes[0]: "~/../x:/home" is not allowed'],
    ['volumes: ["~root/x:/home"]', 'volumes[0]: "~root/x:/home" is not allowed'],
    ['volumes: ["a\\0:/home"]', 'volumes[0]: "a\\u0000:/home" is not allowed'],
    ['volumes: ["a:/workspace"]', 'volumes[0]: cannot mount at "/workspace": the project is mounted there'],
    ['volumes: ["a:/proc/x"]', 'volumes[0]: cannot mount at "/proc/x"'],
    ['volumes: ["a:/a", "b:/a"]', 'volumes[1]: cannot mount at "/a": another volume is mounted there'],
    ['folder: /', 'folder: "/" is not allowed; expected an absolute path'],
    ['folder: shop', 'folder: "shop" is not allowed'],
    ['folder: ../shop', 'folder: "../shop" is not allowed'],
    ['folder: /a/../etc', 'folder: "/a/../etc" is not allowed'],
    ['folder: "/a:b"', 'folder: "/a:b" is not allowed'],
    ['folder: /usr', 'folder: the project cannot lie at "/usr": it would hide the system\'s /usr'],
    ['folder: /etc/shop', 'the project cannot lie at "/etc/shop": it would hide the system\'s /etc'],
    ['folder: /proc/1/cwd', "it would hide the system's /proc"],
    ['folder: /home/dev/', 'the project cannot lie at "/home/dev/": it is a home folder'],
    ['folder: /var/cache/devenv/personal', "it would hide the system's /var/cache"],
    ['folder: /src\nvolumes: ["a:/src"]', 'volumes[0]: cannot mount at "/src": the project is mounted there'],
    ['folder: /src/\nfiles: [{from: a, to: /src/a}]', 'files[0].to: the project folder is mounted at /src'],
    [
      'tasks: {a: {depends: [b]}, b: {depends: [c]}, c: {depends: [a]}}',
      'tasks need each other: "a" needs "b" needs "c" needs "a"',
    ],
    ['tasks: {a: {run: ls, depends: [a]}}', 'tasks need each other: "a" needs "a"'],
    ['tasks: {lint: ls, a: {depends: [lnit]}}', 'tasks.a.depends[0]: there is no task "lnit". Did you mean "lint"?'],
    ['tasks: {a: {env: {A: b}}}', 'tasks.a: the task does nothing; expected "run" or "depends"'],
    ['tasks: {a: {run: ls, folder: ../x}}', 'tasks.a.folder: "../x" is not allowed'],
    ['tasks: {a: {run: ls, folder: /etc}}', 'tasks.a.folder: "/etc" is not allowed'],
    ['tasks: {"a b": ls}', 'the key "a b" is not allowed'],
    ['tasks: {__proto__: ls}', 'the key "__proto__" is not allowed'],
    ['tasks: {a: []}', 'tasks.a: the list is empty'],
    ['env: {PATH: "${PATH"}', 'env.PATH: "${PATH" is not a reference; write $$ for a dollar sign'],
    ['env: {A: "x${host:USER}y"}', 'env.A: "${host:USER}y" needs a default'],
    ['tasks: {a: {run: ls, env: {P: "${PATH}:/x"}}}', 'tasks.a.env.P: a task has no references in its variables'],
    ['env_file: ../.env', 'env_file: "../.env" is not allowed'],
    ['env_file: /etc/environment', 'env_file: "/etc/environment" is not allowed'],
    ['network: bridge', 'network: "bridge" is not allowed; expected host'],
    ['network: host\nports: [80]', 'ports: with "network: host", every port of the workspace is one of the machine'],
    [
      'network: host\nservices: {db: {image: a}}',
      'network: services have a network of their own, on which their names are known ("db")',
    ],
    ['network: []', 'network: the list is empty'],
    ['network: [inside]', 'network[0]: there is no network "inside"; expected a key of "networks", or "default"'],
    ['network: {inside: }', 'network.inside: there is no network "inside"'],
    ['network: [default, default]', 'network[1]: "default" is listed twice'],
    ['network: {default: {aliases: [localhost]}}', 'network.default.aliases[0]: this cannot be a further name'],
    ['networks: {default: {internal: true}}\nports: [80]', 'ports: no port can be opened on an internal network'],
    ['networks: {a.b: }', 'networks["a.b"]: the key "a.b" is not allowed'],
    ['networks: {a: {driver: bridge}}', 'networks.a.driver: unknown key'],
    ['networks: {a: true}', 'networks.a: this is the boolean true; expected nothing or a map of keys'],
    ['docker: outside', 'docker: "outside" is not allowed; expected inside, host'],
    [
      'docker: inside\nvolumes: ["a:/var/lib/docker"]',
      'cannot mount at "/var/lib/docker": "docker: inside" keeps its data',
    ],
    ['security_opt: ["seccomp=./x.json"]', 'security_opt[0]: "seccomp=./x.json" is not allowed'],
    ['hostname: "a b"', 'hostname: "a b" is not allowed'],
    ['ports: ["300.0.0.1:80:80"]', 'ports[0]: "300.0.0.1" is not an address'],
    ['limits: {cap_add: [sys_admin]}', 'limits.cap_add[0]: "sys_admin" is not allowed; expected a capability'],
    ['limits: {devices: [/etc/passwd]}', 'limits.devices[0]: "/etc/passwd" is not allowed; expected a device'],
    ['limits: {devices: [/dev/../etc]}', 'limits.devices[0]: "/dev/../etc" is not allowed'],
    ['limits: {ulimits: {files: 3}}', 'limits.ulimits.files: the key "files" is not allowed'],
    ['limits: {extra_hosts: {"a b": 10.0.0.1}}', 'the key "a b" is not allowed'],
    ['limits: {extra_hosts: {a: "10.0.0.1 evil"}}', 'limits.extra_hosts.a: "10.0.0.1 evil" is not allowed'],
    ['limits: {privileged: maybe}', 'limits.privileged: this is text; expected true or false'],
  ])('%s', (line, message) => {
    expect(refuse(withLine(line)).message).toContain(message);
  });
});

describe('a base that is assembled', () => {
  const refused = [
    ['{bootstrap: bookwrm}', 'base.bootstrap: Debian has no release "bookwrm". Did you mean "bookworm"?'],
    ['{bootstrap: stable, suite: trixi}', 'base.suite: Debian has no release "trixi". Did you mean "trixie"?'],
    ['{bootstrap: noble}', 'base.bootstrap: Debian has no release "noble"'],
    ['{bootstrap: bookwrm, mirror: "http://m/d"}', 'Did you mean "bookworm"?'],
    ['{image: a, fallback: {bootstrap: bulseye}}', 'base.fallback.bootstrap: Debian has no release "bulseye"'],
  ] as const;
  const withBase = (base: string): string => `version: 1\nname: shop\nbase: ${base}\n`;

  it.each(refused)('%s names no release', (base, message) => {
    expect(refuse(withBase(base)).message).toContain(message);
  });

  it.each(['{bootstrap: sid}', '{bootstrap: noble, mirror: "http://archive.ubuntu.com/ubuntu"}'])('%s does', (base) => {
    expect(parseConfig(withBase(base), 'devenv.yaml').base.kind).toBe('bootstrap');
  });
});

describe('services', () => {
  it.each([
    ['{db: {env: {A: b}}}', '4:12: services.db: the image is missing; expected "image" or "build"'],
    ['{db: {image: a, build: {base: a}}}', '4:27: services.db.build: a service has either an image or a build'],
    ['{db: {build: {base: {bootstrap: bookworm}}}}', 'services.db: a bootstrapped image has no command of its own'],
    ['{db: {image: a, ready: {retries: 3}}}', 'services.db.ready: the check is missing'],
    ['{db: {image: a, ready: {tcp: 1, http: "http://a/"}}}', 'services.db.ready.http: there is more than one check'],
    ['{db: {image: a, ready: {tcp: "db:70000"}}}', 'services.db.ready.tcp: the port is out of range'],
    ['{db: {image: a, ready: {http: "https://a/"}}}', 'services.db.ready.http: "https://a/" is not allowed'],
    ['{db: {image: a, depends_on: [cache]}}', 'services.db.depends_on[0]: there is no service "cache"'],
    ['{db: {image: a, depends_on: [db]}}', 'services.db.depends_on: services wait for each other: "db" waits for "db"'],
    [
      '{x: {image: a, depends_on: [b]}, b: {image: a, depends_on: [c]}, c: {image: a, depends_on: [b]}}',
      '4:58: services.b.depends_on: services wait for each other: "b" waits for "c" waits for "b"',
    ],
    ['{workspace: {image: a}}', 'services.workspace: a service cannot have this name'],
    ['{localhost: {image: a}}', 'services.localhost: a service cannot have this name'],
  ])('%s', (services, message) => {
    const error = refuse(withLine(`services: ${services}`));
    expect(error.exitCode).toBe(3);
    expect(`${error.at}: ${error.message}`).toContain(message);
  });
});

describe('a file of the Nix tool of the same name', () => {
  it.each(['inputs:\n  nixpkgs:\n    url: a\n', 'imports: [./a]\n', 'allowUnfree: true\n'])(
    'is recognised: %j',
    (text) => {
      const error = refuse(text);
      expect(error).toMatchObject({ code: 'CONFIG_FOREIGN', exitCode: 3, state: 'The file was not changed.' });
    },
  );

  it('is not seen where the file has our version', () => {
    expect(refuse('version: 1\nname: a\nbase: a\ninputs: {}\n').code).toBe('CONFIG_INVALID');
  });
});

describe('merge conflicts of git', () => {
  it('are one problem, at the first mark', () => {
    const text = 'version: 1\nname: a\n<<<<<<< HEAD\nbase: a\n=======\nbase: b\n>>>>>>> other\npackages: {apt: [a]}\n';
    const error = refuse(text);
    expect(error.at).toBe('devenv.yaml:3:1');
    expect(error.message).toMatch(/^git left a merge conflict here/);
    expect(error.data?.['problems']).toHaveLength(1);
  });

  it('are no conflict inside a text', () => {
    expect(() => parseConfig('version: 1\nname: a\nbase: a\nrun:\n  - |\n    cat <<<<<<< x\n', 'f')).not.toThrow();
  });
});

describe('keys of other tools', () => {
  it.each([
    ['environment: {A: b}', 'env'],
    ['remoteUser: dev', 'user'],
    ['forwardPorts: [3000]', 'ports'],
    ['workspaceFolder: /src', 'folder'],
    ['network_mode: host', 'network'],
    ['securityOpt: [a]', 'security_opt'],
    ['working_dir: /src', 'folder'],
    ['fodler: /src', 'folder'],
    ['postCreateCommand: npm ci', 'hooks.create'],
    ['runs-on: ubuntu', 'base'],
    ['steps: [ls]', 'run'],
    ['scripts: {a: b}', 'tasks'],
    ['privileged: true', 'limits.privileged'],
    ['dependencies: [jq]', 'packages'],
    ['services: {db: {image: a, healthcheck: ls}}', 'ready'],
    ['services: {db: {image: a, environment: {A: b}}}', 'env'],
    ['services: {db: {image: a, mem_limit: 1g}}', 'limits.memory'],
    ['services: {db: {image: a, working-dir: /x}}', 'working_dir'],
    ['services: {db: {image: a, stop_timeout: 1s}}', 'stop_grace_period'],
    ['services: {db: {image: a, securityOpt: [no-new-privileges]}}', 'security_opt'],
  ])('%s: did you mean %s?', (line, key) => {
    expect(refuse(withLine(line)).message).toContain(`unknown key. Did you mean "${key}"?`);
  });

  it('are not translated to a key that is not allowed there', () => {
    expect(refuse(withLine('services: {db: {image: a, runsOn: x}}')).message).not.toContain('"base"');
  });
});

describe('the words of services', () => {
  it.each([
    ['user: "a b"', /"a b" is not allowed; expected a user such as/],
    ['user: "root:"', /expected a user such as/],
    ['working_dir: app', /expected an absolute path/],
    ['env_file: ../x.env', /expected the path of a file in the project/],
    ['env_file: [{required: false}]', /path: this key is missing/],
    ['tmpfs: ["/run:exec"]', /expected a path such as \/run/],
    ['restart: sometimes', /expected no, always/],
    ['security_opt: [seccomp=profile.json]', /expected no-new-privileges/],
    ['stop_grace_period: 10', /expected text|this is the number 10/],
    ['volumes: [node_modules]', /or \/path alone/],
    ['network: bridge', /expected host, workspace or service:NAME/],
    ['network: "service:b"', /there is no service "b"/],
    ['network: "service:db"', /services wait for each other/],
    ['network: workspace, ports: [80]', /no ports of its own/],
    ['network: host, ready: {tcp: 80}', /does not reach a service on the machine's network/],
    ['network: workspace, limits: {extra_hosts: {a: 10.0.0.1}}', /belong to the container whose network it uses/],
    ['networks: [inside]', /services\.db\.networks\[0\]: there is no network "inside"/],
    ['networks: {default: {aliases: [workspace]}}', /name of the workspace itself/],
    ['networks: {default: {aliases: ["a b"]}}', /"a b" is not allowed.*expected a host name/],
    ['network: host, networks: [default]', /services\.db\.networks: the service uses another network/],
    ['until: ended', /expected completed/],
    ['until: completed, ready: "true"', /ready when it has ended/],
    ['until: completed, restart: always', /again for ever/],
    ['depends_on: {b: completed}', /depends_on\.b: there is no service "b"/],
    ['depends_on: {db: completed}', /services wait for each other/],
    ['depends_on: {db: done}', /expected healthy, started, completed/],
    ['profiles: debug', /expected a list/],
    ['hostname: "a;b"', /expected a host name/],
  ])('refuse %s', (word, message) => {
    expect(refuse(withLine(`services: {db: {image: a, ${word}}}`)).message).toMatch(message);
  });
});
