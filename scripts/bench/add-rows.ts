import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFileServer } from '../../test/lab/file-server.ts';
import { startPythonIndex } from '../../test/lab/python-index.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

/** One thing that an environment of ten steps gets more of, each round another. */
interface Addition {
  /** What the row is called, after "one". */
  readonly thing: string;
  readonly folder: string;
  /** More lines of devenv.yaml with the first `count` of them. */
  readonly yaml: (count: number) => string;
  /** Instructions of a Dockerfile with the first `count` of them, before the steps that come after. */
  readonly instructions: (count: number) => readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly end?: () => Promise<void>;
}

/** Edits of an environment of ten steps: devenv runs what is new, `docker build` that and all after it. */
export const addRows: Readonly<Record<string, (world: World) => Promise<Row>>> = {
  add: (world) => measure(world, apt),
  'add-pip': async (world) => measure(world, await pip(world)),
  'add-download': async (world) => measure(world, await download(world)),
  'add-feature': (world) => measure(world, feature),
};

const names = Array.from({ length: 30 }, (_, index) => `extra-${String(index)}`);

async function measure(world: World, { thing, folder, yaml, instructions, files, end }: Addition): Promise<Row> {
  const steps = Array.from({ length: 8 }, (_, at) => `echo ${String(at)} > /opt/step-${String(at)} && sleep 0.2`);
  const runs = steps.map((run, index) => `  - {name: step-${String(index)}, run: "${run}"}\n`).join('');
  const declare = (count: number): string => `version: 1\nname: ten\nbase: ${world.base}\n${yaml(count)}run:\n${runs}`;
  const dockerfile = (count: number): string =>
    [
      `FROM ${world.base}`,
      'RUN useradd --create-home dev',
      ...instructions(count),
      ...steps.map((step) => `RUN ${step}`),
    ].join('\n');
  const project = await world.project(folder, {
    'devenv.yaml': declare(1),
    'build/Dockerfile': dockerfile(1),
    ...files,
  });
  await world.devenv(project, 'build', '--yes');
  await world.docker(project, 'build', '-q', '-t', 'ten', 'build');
  return {
    name: `one ${thing} more, ten steps`,
    contenders: [
      {
        name: 'devenv build',
        prepare: (round) => writeFile(join(project, 'devenv.yaml'), declare(round + 2)),
        run: () => world.devenv(project, 'build', '--yes'),
      },
      {
        name: 'docker build',
        prepare: (round) => writeFile(join(project, 'build/Dockerfile'), dockerfile(round + 2)),
        run: () => world.docker(project, 'build', '-q', '-t', 'ten', 'build'),
      },
    ],
    budgets: [{ first: 'devenv build', others: ['docker build'], most: 0.35 }],
    ...(end !== undefined && { end }),
  };
}

const packages = ['ca-certificates', 'jq', 'tree', 'file', 'less', 'bc', 'dc', 'lsof', 'psmisc', 'xxd', 'zip', 'time'];

const installApt = (list: readonly string[]): string =>
  `RUN apt-get update && apt-get install -y --no-install-recommends ${list.join(' ')}`;

const apt: Addition = {
  thing: 'apt package',
  folder: 'ten',
  yaml: (count) => `packages: {apt: [${packages.slice(0, count).join(', ')}]}\n`,
  instructions: (count) => [installApt(packages.slice(0, count))],
};

async function pip({ lab, machine }: World): Promise<Addition> {
  const index = await startPythonIndex(
    hostOf(lab.registry.host),
    names.map((name) => ({ name, version: '1.0' })),
  );
  await mkdir(join(machine.home, '.config/pip'), { recursive: true });
  const settings = `[global]\nindex-url = ${index.url}\ntrusted-host = ${hostOf(lab.registry.host)}\n`;
  await writeFile(join(machine.home, '.config/pip/pip.conf'), settings);
  const options = `--break-system-packages --index-url ${index.url} --trusted-host ${hostOf(lab.registry.host)}`;
  return {
    thing: 'pip package',
    folder: 'ten-pip',
    yaml: (count) => `packages: {apt: [python3-pip], pip: [${names.slice(0, count).join(', ')}]}\n`,
    instructions: (count) => [
      installApt(['python3-pip']),
      `RUN pip install ${options} ${names.slice(0, count).join(' ')}`,
    ],
    end: index.stop,
  };
}

async function download({ lab }: World): Promise<Addition> {
  const server = await startFileServer(hostOf(lab.registry.host));
  for (const name of names) server.files.set(`/${name}`, Buffer.from(`#!/bin/sh\necho ${name}\n`));
  return {
    thing: 'download',
    folder: 'ten-download',
    yaml: (count) =>
      `downloads:\n${names
        .slice(0, count)
        .map((name) => `  - {name: ${name}, url: "${server.url}/${name}"}\n`)
        .join('')}`,
    instructions: (count) => [
      installApt(['curl']),
      ...names
        .slice(0, count)
        .map(
          (name) => `RUN curl -fsS -o /usr/local/bin/${name} ${server.url}/${name} && chmod 755 /usr/local/bin/${name}`,
        ),
    ],
    end: server.stop,
  };
}

const script = '#!/bin/sh\nset -e\nmkdir -p /opt/features\nbasename "$PWD" >> /opt/features/list\n';

const feature: Addition = {
  thing: 'Feature',
  folder: 'ten-feature',
  yaml: (count) =>
    `features:\n${names
      .slice(0, count)
      .map((name) => `  ./build/${name}: {}\n`)
      .join('')}`,
  instructions: (count) =>
    names.slice(0, count).map((name) => `RUN mkdir -p /opt/features && echo ${name} >> /opt/features/list`),
  files: Object.fromEntries(
    names.flatMap((name) => [
      [`build/${name}/devcontainer-feature.json`, JSON.stringify({ id: name, version: '1.0.0', name })],
      [`build/${name}/install.sh`, script],
    ]),
  ),
};

const hostOf = (address: string): string => address.split(':')[0] ?? '';
