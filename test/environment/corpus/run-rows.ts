import { dirname, join, normalize } from 'node:path';
import { parse, parseDocument, stringify, isMap, type YAMLMap } from 'yaml';
import { idle } from '../../story/project.ts';
import type { ComposeRow } from './compose-rows.ts';
import { express, listReasons, type DevcontainerRow } from './devcontainer-rows.ts';
import type { DockerfileRow } from './dockerfile-rows.ts';

/** The files of a project that can be brought up with nothing but one image. */
export type ProjectFiles = Readonly<Record<string, string>>;

type Yaml = Record<string, unknown>;

/** How a row is run on an engine, for the page in docs/; empty if it is not. */
export const describeRun = {
  devcontainer: (row: DevcontainerRow): string =>
    listReasons(row).length > 0 ? '' : row.features === undefined ? 'yes' : 'yes, with made-up Features',
  compose: ({ refused }: ComposeRow): string => (refused === undefined ? 'yes' : ''),
  dockerfile: (): string => 'yes, without its RUN lines',
};

const dockerfileOf = (base: string, targets: readonly string[]): string =>
  [`FROM ${base} AS first`, ...[...new Set(targets)].map((target) => `FROM first AS ${target}`), ''].join('\n');

/** The project of a devcontainer.json: images, hooks and devices are replaced, Features of a registry lie in the project. */
export function prepareDevcontainer(row: DevcontainerRow, base: string): ProjectFiles {
  const yaml = structuredClone(express(row)) as Yaml;
  const files: Record<string, string> = { 'data/.keep': '', '.devcontainer/env': 'STAGE=dev\n' };
  const source = yaml['base'] as Yaml | string;
  if (typeof source === 'string' || !('dockerfile' in source)) yaml['base'] = base;
  else files['.devcontainer/Dockerfile'] = dockerfileOf(base, ['dev']);
  if (yaml['compose'] !== undefined) {
    const { ports = {} } = yaml['compose'] as { readonly ports?: Readonly<Record<string, unknown>> };
    const service = { image: base, command: 'sleep infinity' };
    files['compose.yaml'] = stringify({
      services: Object.fromEntries(['app', ...Object.keys(ports)].map((name) => [name, service])),
    });
  }
  const services = (yaml['services'] ?? {}) as Record<string, Yaml>;
  for (const service of Object.values(services)) Object.assign(service, { image: base, command: ['sh', '-c', idle] });
  const limits = yaml['limits'] as Yaml | undefined;
  if (limits?.['devices'] !== undefined) limits['devices'] = ['/dev/null'];
  const hooks = (yaml['hooks'] ?? {}) as Yaml;
  for (const key of Object.keys(hooks)) hooks[key] = `echo ${key}`;
  const features = Object.entries((yaml['features'] ?? {}) as Yaml).map(([name, value]) => {
    const folder = name.startsWith('./') ? name : `./features/${featureName(name)}`;
    const described = {
      id: featureName(name),
      version: '1.0.0',
      name,
      options: { version: { type: 'string', default: '' } },
    };
    files[`${folder}/devcontainer-feature.json`] = JSON.stringify(described);
    files[`${folder}/install.sh`] = '#!/bin/sh\nmkdir -p /opt/features && echo "$VERSION" >>/opt/features/list\n';
    return [folder, value] as const;
  });
  if (features.length > 0) yaml['features'] = Object.fromEntries(features);
  if (yaml['feature_order'] !== undefined) yaml['feature_order'] = ['./features/common-utils'];
  return { ...files, 'devenv.yaml': stringify(yaml) };
}

const featureName = (name: string): string => (name.split('/').at(-1) ?? '').split(':')[0] ?? '';

/** The project of a compose file: each service has one image, or a Dockerfile of it, and does nothing. */
export function prepareCompose({ given }: ComposeRow, base: string): ProjectFiles {
  const { compose, use = 'compose.yaml', yaml = '' } = given;
  const written = typeof compose === 'string' ? { 'compose.yaml': compose } : compose;
  const files: Record<string, string> = {
    // A read-only mount of the project has to hold the place of a tmpfs.
    'tmp/.keep': '',
    'devenv.yaml': `version: 1\nname: shop\nbase: ${base}\ncompose: ${use}\n${yaml}`,
  };
  for (const [path, text] of Object.entries(written)) {
    if (!path.endsWith('.yaml')) {
      files[path] = text;
      for (const [place] of text.matchAll(/(?<==)\.\/\S+/g)) files[join(dirname(path), place, '.keep')] = '';
      continue;
    }
    const document = parseDocument(text, { merge: true });
    const services = (parse(text, { merge: true }) as { services: Record<string, Yaml> }).services;
    const once = Object.values(services).flatMap(({ depends_on: needs }) =>
      Object.entries((needs ?? {}) as Record<string, { condition?: string }>)
        .filter(([, { condition }]) => condition === 'service_completed_successfully')
        .map(([name]) => name),
    );
    for (const [name, service] of Object.entries(services)) {
      const node = document.getIn(['services', name]);
      if (!isMap(node)) continue;
      replaceProgram(node, service, base, once.includes(name));
      Object.assign(
        files,
        listFolders(dirname(path), service),
        listBuilds(dirname(path), Object.values(services), base),
      );
    }
    files[path] = document.toString();
  }
  return files;
}

function replaceProgram(node: YAMLMap, service: Yaml, base: string, once: boolean): void {
  if (node.has('image')) node.set('image', base);
  // A machine may not allow more.
  if (service['ulimits'] !== undefined) node.set('ulimits', { nofile: 1024 });
  node.set('command', once ? ['true'] : ['sh', '-c', idle.replaceAll('$', '$$$$')]);
  node.delete('entrypoint');
  const check = service['healthcheck'] as Yaml | undefined;
  if (check?.['test'] !== undefined)
    node.set('healthcheck', { ...check, test: ['CMD', 'true'], interval: '1s', start_period: '1s' });
}

/** What is mounted of the project: files by their ending, else folders. */
function listFolders(folder: string, { volumes }: Yaml): ProjectFiles {
  const places = ((volumes ?? []) as unknown[]).flatMap(
    (one) => /\.{1,2}\/[\w./-]+/.exec(String(one).split(':/')[0] ?? '')?.[0] ?? [],
  );
  return Object.fromEntries(places.map((place) => [join(folder, place, place.endsWith('.conf') ? '' : '.keep'), '']));
}

function listBuilds(folder: string, services: readonly Yaml[], base: string): ProjectFiles {
  const builds = services.flatMap(({ build }) =>
    build === undefined ? [] : [typeof build === 'string' ? { context: build } : (build as Record<string, string>)],
  );
  const places = builds.map(({ context = '.', dockerfile = 'Dockerfile' }) =>
    normalize(join(folder, context, dockerfile)),
  );
  const targets = builds.flatMap(({ target }) => target ?? []);
  return Object.fromEntries(places.map((place) => [place, dockerfileOf(base, targets)]));
}

/** The project of a Dockerfile: its images are replaced, and its RUN lines, which need addresses that nobody has. */
export function prepareDockerfile({ text, args = {}, takes }: DockerfileRow, base: string): ProjectFiles {
  const joined = text.replace(/\\\n/g, ' ');
  const dockerfile = joined.replace(/^RUN .*$/gm, 'RUN true').replace(/^FROM \S*(?: \S*:\S*)?.*$/gm, `FROM ${base}`);
  const isFolder = (path: string): boolean => new RegExp(`^COPY .*\\b${path}/`, 'm').test(text);
  return {
    ...Object.fromEntries(takes.map((path) => [isFolder(path) ? `${path}/file` : path, 'text\n'])),
    Dockerfile: dockerfile,
    'devenv.yaml': stringify({ version: 1, name: 'shop', base: { dockerfile: 'Dockerfile', args } }),
  };
}
