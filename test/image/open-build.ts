import { build, type BuildOptions } from '../../src/image/build.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import type { Lock } from '../../src/model/version.ts';
import { FakeEngine } from '../fakes/fake-engine.ts';
import type { FakeProgram } from '../fakes/fake-programs.ts';
import { makeContext } from '../fakes/make-context.ts';

type Packages = Readonly<Record<string, string>>;

export const usual: BuildOptions = { clean: false, noCache: false, update: false, discard: false, allow: [] };

export const yamlOf = (...lines: readonly string[]): string =>
  ['version: 1', 'name: shop', 'base: debian:bookworm-slim', 'user: root', ...lines, ''].join('\n');

/**
 * A project on an engine in memory, whose apt installs from `mirror` and whose `run` commands are recorded in `ran`.
 * `installed`: packages by the id of a container, or the last layer of an image; for engines that share a registry.
 */
export function openProject(
  yaml: string,
  more: Readonly<Record<string, string>> = {},
  variables = {},
  { engine = new FakeEngine(), installed = new Map<string, Packages>() } = {},
) {
  const packages = () => Promise.reject(new Error('No step fetches a package.'));
  const context = makeContext({ 'devenv.yaml': yaml, ...more }, { engine, ports: { packages, variables } });
  const { files } = context.fake;
  engine.images.add('debian:bookworm-slim');
  const mirror: Record<string, string> = { git: '2.39', jq: '1.6' };
  const ran: string[] = [];
  const manager = { name: 'apt-get\n', offline: false };
  const { programs, containers } = engine.runtime;
  const packagesIn = ({ id, image }: { readonly id: string; readonly image: string }): Packages =>
    installed.get(id) ?? installed.get(engine.images.require(image).diffIds.at(-1) ?? '') ?? {};
  programs['/bin/sh'] = programs['sleep'] ?? (() => 127);
  programs['find'] = () => 0;
  const aptGet: FakeProgram = ({ container, args, out }) => {
    const specs = args.slice(args.lastIndexOf('--') + 1);
    ran.push(`install ${specs.join(' ')}`);
    const found: Record<string, string> = { ...packagesIn(container) };
    for (const [name = '', version] of specs.map((spec) => spec.split('='))) {
      found[name] = mirror[name] ?? '';
      if (version === undefined || version === mirror[name]) continue;
      out(`E: Version '${version}' for '${name}' was not found\n`);
      return 100;
    }
    if (manager.offline) {
      out("E: Failed to fetch http://mirror/git.deb  Temporary failure resolving 'mirror'\n");
      return 100;
    }
    installed.set(container.id, found);
    return 0;
  };
  programs['dpkg-query'] = ({ container, out }) => {
    for (const [name, version] of Object.entries({ dpkg: '1', ...packagesIn(container) }))
      out(`ii \t${name}\tamd64\t${version}\n`);
    return 0;
  };
  programs['apt-cache'] = ({ args, out }) => {
    for (const name of args) if (name in mirror) out(`${name} | ${mirror[name] ?? ''} | http://mirror main\n`);
    return 0;
  };
  programs['sh'] = (run) => {
    const {
      args: [, script = '', name],
      out,
    } = run;
    if (name === 'apt-get') return aptGet(run);
    if (script.startsWith('for each in apt-get')) return (out(manager.name), 0);
    if (script.startsWith('for ')) return 0;
    // What a check asks an image is no step.
    if (/^(?:cat|find|show\(\)) /.test(script)) return 0;
    ran.push(script);
    if (script === 'offline') return (out('curl: (6) Could not resolve host: example.test\n'), 6);
    if (script !== 'fail') return 0;
    out('no such thing\n');
    return 3;
  };
  const commit = engine.builder.commit.bind(engine.builder);
  engine.builder.commit = async (container, ...rest) => {
    const found = containers.find(({ id, name }) => id === container || name === container);
    found?.files.set('/installed', JSON.stringify([packagesIn(found), ...ran]));
    const id = await commit(container, ...rest);
    if (found !== undefined) installed.set(engine.images.require(id).diffIds.at(-1) ?? '', packagesIn(found));
    return id;
  };
  return {
    ...{ context, engine, installed, mirror, ran, manager },
    lock: (): Lock => parseLock(files.files.get('/shop/devenv-lock.yaml') ?? '', 'devenv-lock.yaml'),
    declare: (text: string) => void files.files.set('/shop/devenv.yaml', text),
    build: (options: Partial<BuildOptions> = {}) => build(context, { ...usual, ...options }),
  };
}

export const twoSteps = yamlOf('packages: {apt: [git]}', 'run: [{name: a, run: make-a}]');
