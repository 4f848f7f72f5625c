import { describe, expect, it } from 'vitest';
import { build, type BuildOptions } from '../../src/image/build.ts';
import { planProject } from '../../src/image/plan-project.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { noProxies } from '../../src/model/network/proxies.ts';
import type { Lock } from '../../src/model/version.ts';
import type { Layers } from '../../src/ports/layers.ts';
import type { Download, Downloads } from '../../src/ports/packages.ts';
import { readProject } from '../../src/observe/project.ts';
import { FakeEngine } from '../fakes/fake-engine.ts';
import { FakeRegistryServer } from '../fakes/fake-images.ts';
import { makeContext } from '../fakes/make-context.ts';

const usual: BuildOptions = { clean: false, noCache: false, update: false, discard: false, allow: [] };
const yaml =
  'version: 1\nname: shop\nuser: root\nbase: {dockerfile: Dockerfile, target: dev, args: {GREETING: hello}}\n';
const dockerfile =
  'FROM registry.test:5000/base:1 AS dev\nCOPY package.json src /app/\nRUN echo "$GREETING"\nENV MODE=dev\n';

const noPackages = (): Promise<never> => Promise.reject(new Error('No step fetches a package.'));

/** Files of https://example.test/, and what was asked for. */
class FakeDownloads implements Downloads {
  readonly #files: Readonly<Record<string, string>>;
  readonly #asked: string[];

  constructor(files: Readonly<Record<string, string>>, asked: string[]) {
    this.#files = files;
    this.#asked = asked;
  }

  fetch(url: string, sha256: string | undefined): Promise<Download> {
    const path = url.replace('https://example.test/', '');
    this.#asked.push(sha256 === undefined ? path : `${path} ${sha256}`);
    const content = Buffer.from(this.#files[path] ?? '');
    return Promise.resolve({
      sha256: '',
      size: content.byteLength,
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(content);
      },
    });
  }
}

async function* noEntries(): AsyncGenerator<never> {
  // The layers in memory have no files.
}

/** Address → content. */
const noDownloads: Readonly<Record<string, string>> = {};

/** A project with a Dockerfile, on an engine in memory whose registry has its image. */
function openProject(
  files: Readonly<Record<string, string>> = {},
  { mountsBuildSecrets = true, proxies = noProxies, downloads = noDownloads } = {},
) {
  const asked: string[] = [];
  const registry = new FakeRegistryServer();
  const elsewhere = new FakeEngine({ registry });
  const engine = new FakeEngine({ registry, mountsBuildSecrets });
  const project = { 'devenv.yaml': yaml, Dockerfile: dockerfile, 'package.json': '{}', 'src/a.ts': 'a', other: 'x' };
  const network = () => Promise.resolve({ proxies, logins: [] });
  const layers = { read: noEntries } as unknown as Layers;
  const context = makeContext(
    { ...project, ...files },
    {
      engine,
      ports: {
        layers: () => Promise.resolve(layers),
        packages: noPackages,
        network,
        downloads: () => Promise.resolve(new FakeDownloads(downloads, asked)),
      },
    },
  );
  const { programs } = engine.runtime;
  programs['/bin/sh'] = programs['sleep'] ?? (() => 127);
  programs['find'] = () => 0;
  const text = context.fake.files.files;
  return {
    context,
    engine,
    registry,
    asked,
    publish: async (content: string, triggers: readonly string[] = []): Promise<string> => {
      const diffIds = [`sha256:${content.repeat(64)}` as const];
      elsewhere.images.add('registry.test:5000/base:1', {
        diffIds,
        ...(triggers.length > 0 && { triggers }),
      });
      return elsewhere.images.push('registry.test:5000/base:1', { auth: registry.auth });
    },
    lock: (): Lock => parseLock(text.get('/shop/devenv-lock.yaml') ?? '', 'devenv-lock.yaml'),
    write: (path: string, content: string) => void text.set(`/shop/${path}`, content),
    build: (options: Partial<BuildOptions> = {}) =>
      build(context, {
        ...usual,
        ...options,
      }),
    plan: async () => planProject(await readProject(context), { clean: false }),
  };
}

describe('a base from a Dockerfile', () => {
  it('builds it, pins its image and its content, and keeps its environment', async () => {
    const project = openProject();
    const digest = await project.publish('1');
    const { version } = await project.build();
    expect(version).toMatchObject({ number: 1, kind: 'build' });
    expect(project.engine.builder.built).toMatchObject([
      { args: { GREETING: 'hello' }, files: ['.devenv.Dockerfile', 'package.json', 'src/a.ts'] },
    ]);
    expect(project.lock().resolved['base']).toEqual({
      'registry.test:5000/base:1': digest,
      Dockerfile: expect.stringMatching(/^sha256:/),
    });
    const item = project.lock().versions[0]?.items.set['base']?.split('\n');
    expect(item?.map((line) => line.replace(/ [0-9a-f]{64}$/, ''))).toEqual([
      'dockerfile Dockerfile . dev',
      'arg GREETING',
      'Dockerfile',
      'package.json',
      'src/a.ts',
    ]);
    expect(project.context.fake.progress.said).toContain('Building Dockerfile');
  });

  it('plans nothing while nothing changed, and names what changed', async () => {
    const project = openProject();
    await project.publish('1');
    await project.build();
    expect(await project.plan()).toEqual({ kind: 'none' });
    project.write('other', 'not used by the Dockerfile');
    expect(await project.plan()).toEqual({ kind: 'none' });
    project.write('package.json', '{"name":"shop"}');
    expect(await project.plan()).toMatchObject({ start: { kind: 'base' }, cause: 'package.json changed' });
    project.write('src/a.ts', 'b');
    expect(await project.plan()).toMatchObject({ cause: 'package.json and src/a.ts changed' });
    project.write('devenv.yaml', yaml.replace('hello', 'bye'));
    expect(await project.plan()).toMatchObject({ cause: 'the argument GREETING and 2 more changed' });
  });

  it('takes the whole context, less what devenv itself writes and what .dockerignore leaves out', async () => {
    const everything = 'FROM registry.test:5000/base:1 AS dev\nCOPY . /app/\n';
    const project = openProject({ Dockerfile: everything, '.dockerignore': '*.log\nDockerfile\n', 'a.log': 'x' });
    await project.publish('1');
    await project.build();
    expect(project.engine.builder.built[0]?.files).toEqual([
      '.devenv.Dockerfile',
      '.dockerignore',
      'other',
      'package.json',
      'src/a.ts',
    ]);
    expect(await project.plan()).toEqual({ kind: 'none' });
    project.write('devenv.yaml', `${yaml}env: {A: b}\n`);
    expect(await project.plan()).toEqual({ kind: 'none' });
  });

  it('builds with the image of the lock, also if the tag moved', async () => {
    const project = openProject();
    const old = await project.publish('1');
    await project.build();
    const first = project.engine.builder.built[0]?.text;
    expect(first).toMatch(/^FROM localhost:1\/devenv-from:[0-9a-f]{16} AS dev\nCOPY/);
    expect(project.lock().resolved['base']).toMatchObject({ 'registry.test:5000/base:1': old });
    const moved = await project.publish('2');
    project.write('package.json', '{"name":"shop"}');
    await project.build();
    expect(project.engine.builder.built[1]?.text).toBe(first);
    await project.build({ clean: true, update: true });
    expect(project.lock().resolved['base']).toMatchObject({ 'registry.test:5000/base:1': moved });
  });

  it('downloads what ADD names itself, so that the builder fetches nothing', async () => {
    const sum = '0'.repeat(64);
    const text = [
      'FROM registry.test:5000/base:1 AS dev',
      'ARG V=1',
      `ADD --chown=1:1 --checksum=sha256:${sum} \\`,
      '  https://example.test/v$V/tool-$V.tar.gz /opt/',
      'ADD ["https://example.test/a", "https://example.test/b", "/srv/"]',
      'COPY package.json /app/',
    ].join('\n');
    const downloads = { 'v1/tool-1.tar.gz': 'tool', a: 'A', b: 'B' };
    const project = openProject({ Dockerfile: text }, { downloads });
    await project.publish('1');
    await project.build();
    const [built] = project.engine.builder.built;
    expect(built?.files).toEqual([
      ...['.devenv.Dockerfile', '.devenv-add/3-0/tool-1.tar.gz', '.devenv-add/5-0/a', '.devenv-add/5-1/b'],
      'package.json',
    ]);
    expect(built?.text.split('\n').slice(2)).toEqual([
      'COPY --chown=1:1 .devenv-add/3-0/tool-1.tar.gz /opt/',
      '',
      'COPY [".devenv-add/5-0/a",".devenv-add/5-1/b","/srv/"]',
      'COPY package.json /app/',
    ]);
    expect(project.asked).toEqual([`v1/tool-1.tar.gz ${sum}`, 'a', 'b']);
  });

  it.each(['ADD http://127.0.0.1:8080/x /x', 'RUN --network=host curl http://127.0.0.1', 'ADD $SOURCE /x'])(
    'builds from no image whose ONBUILD asks for more than a Dockerfile may: %s',
    async (trigger) => {
      const project = openProject();
      await project.publish('1', ['USER dev', trigger]);
      await expect(project.build()).rejects.toMatchObject({
        code: 'DOCKERFILE_INVALID',
        message: expect.stringMatching(/an ONBUILD of the image registry\.test:5000\/base:1/),
      });
      expect(project.engine.builder.built).toEqual([]);
    },
  );

  it.each(['sha256:short', 'latest', '\u001b[2J', `sha256:${'a'.repeat(64)}/../x`])(
    'refuses a lock whose digest of an image is none: %j',
    async (digest) => {
      const project = openProject();
      const known = await project.publish('1');
      await project.build();
      const lock = project.context.fake.files.files.get('/shop/devenv-lock.yaml') ?? '';
      project.write('devenv-lock.yaml', lock.replaceAll(known, JSON.stringify(digest)));
      project.write('package.json', '{"name":"shop"}');
      await expect(project.build()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/is not a valid digest of registry/),
      });
    },
  );

  it('does not build again what this engine has', async () => {
    const project = openProject();
    await project.publish('1');
    await project.build();
    await project.build({ clean: true });
    expect(project.engine.builder.built).toHaveLength(1);
  });

  it('refuses an argument that holds a secret, and builds nothing', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const project = openProject({ 'devenv.yaml': yaml.replace('hello', token) });
    await project.publish('1');
    await expect(project.build()).rejects.toMatchObject({
      code: 'SECRET_FOUND',
      message: expect.stringContaining('arg:GREETING'),
    });
    expect(project.engine.builder.built).toEqual([]);
  });

  const withSecret = `${yaml.replace('target: dev', 'target: dev, secrets: [NPM_TOKEN]')}secrets: [NPM_TOKEN]\n`;

  it('gives the build the secrets that it names, and writes none of them down', async () => {
    const project = openProject({ 'devenv.yaml': withSecret });
    await project.publish('1');
    await project.build();
    expect(project.engine.builder.built).toMatchObject([
      { secrets: { NPM_TOKEN: 'value of NPM_TOKEN' }, hidden: ['value of NPM_TOKEN'] },
    ]);
    expect(JSON.stringify(project.lock())).not.toContain('value of');
  });

  it('builds nothing if the engine cannot mount secrets', async () => {
    const project = openProject({ 'devenv.yaml': withSecret }, { mountsBuildSecrets: false });
    await project.publish('1');
    await expect(project.build()).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
      message: 'Dockerfile mounts secrets, and the builder of this engine cannot.',
    });
    expect(project.engine.builder.built).toEqual([]);
  });

  it('tells the last lines of a command that fails, and keeps no image', async () => {
    const project = openProject({ Dockerfile: `${dockerfile}RUN echo "no such thing"; exit 3\n` });
    await project.publish('1');
    await expect(project.build()).rejects.toMatchObject({ code: 'STEP_FAILED', exitCode: 8, data: { exitCode: 3 } });
    expect(await project.engine.images.list(['dev.teamvm.role=base'])).toEqual([]);
  });

  it('refuses the result if a file changed while it was built', async () => {
    const project = openProject();
    await project.publish('1');
    const { builder, images } = project.engine;
    const finish = builder.build.bind(builder);
    builder.build = async (asked) => {
      const id = await finish(asked);
      project.write('package.json', '{"changed":true}');
      return id;
    };
    await expect(project.build()).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(await images.list(['dev.teamvm.role=base'])).toEqual([]);
  });

  it('tells an image that its registry does not have', async () => {
    const project = openProject();
    await expect(project.build()).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND', exitCode: 5 });
  });

  it.each([
    ['target: dev', 'target: prod', 'DOCKERFILE_INVALID', /It has no stage "prod"/],
    ['Dockerfile, target', 'docker/Dockerfile, target', 'CONFIG_INVALID', /no such file/],
    ['target: dev', 'context: none', 'CONFIG_INVALID', /folder none, but the project has no such folder/],
    ['target: dev', 'context: src', 'DOCKERFILE_INVALID', /copies package\.json, which the context src does not have/],
    ['Dockerfile, target', '../Dockerfile, target', 'CONFIG_INVALID', /without "\.\."/],
    ['target: dev', 'image: debian', 'CONFIG_INVALID', /either an image, bootstrapped or a Dockerfile/],
    ['target: dev', 'mirror: "http://m.test"', 'CONFIG_INVALID', /this key needs "bootstrap"/],
    ['target: dev', 'secrets: [TOKEN]', 'CONFIG_INVALID', /there is no secret "TOKEN"; expected a name of "secrets"/],
    ['user: root', 'services: {web: {build: {}}}', 'CONFIG_INVALID', /services\.web\.build: the base is missing/],
    ['user: root', 'services: {web: {build: {target: x}}}', 'CONFIG_INVALID', /the base is missing/],
    ['dockerfile: Dockerfile', 'bootstrap: bookworm', 'CONFIG_INVALID', /this key needs "dockerfile"/],
  ])('refuses %j as %j', async (written, instead, code, message) => {
    const project = openProject({ 'devenv.yaml': yaml.replace(written, instead) });
    await expect(project.plan()).rejects.toMatchObject({ code, exitCode: 3, message: expect.stringMatching(message) });
  });

  it('says which file leaves out what the Dockerfile copies', async () => {
    const project = openProject({ 'Dockerfile.dockerignore': '*.json\n', '.dockerignore': 'src\n' });
    await expect(project.plan()).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      at: 'Dockerfile:2',
      message: 'It copies package.json, which Dockerfile.dockerignore leaves out.',
    });
  });

  it('gets the proxies as arguments of their own, with passwords that no output shows', async () => {
    const https = 'http://kim:hunter22@proxy.test:3128';
    const project = openProject({}, { proxies: { ...noProxies, https } });
    await project.publish('1');
    await project.build();
    expect(project.engine.builder.built).toMatchObject([
      {
        args: { GREETING: 'hello' },
        proxies: { https_proxy: https, HTTPS_PROXY: https },
        hidden: expect.arrayContaining(['hunter22']),
      },
    ]);
    expect(JSON.stringify(project.lock())).not.toMatch(/hunter22|proxy/);
  });

  it.each(['ARG HTTPS_PROXY\n', 'ARG a=1 \\\n  http_proxy\n', 'ONBUILD ARG ALL_PROXY=x\n'])(
    'refuses %j, which would keep the password of a proxy',
    async (line) => {
      const files = { Dockerfile: `${dockerfile}${line}` };
      const project = openProject(files, { proxies: { ...noProxies, https: 'http://kim:hunter22@proxy.test:3128' } });
      await project.publish('1');
      await expect(project.build()).rejects.toMatchObject({
        ...{ code: 'DOCKERFILE_INVALID', at: 'Dockerfile:5', state: 'Nothing was built.' },
      });
      expect(project.engine.builder.built).toEqual([]);
      const open = openProject(files, { proxies: { ...noProxies, https: 'http://proxy.test:3128' } });
      await open.publish('1');
      await open.build();
    },
  );
});
