import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addRows } from './add-rows.ts';
import { bundleRows } from './bundle-rows.ts';
import { cachedSteps } from './cached-row.ts';
import { commitRows } from './commit-rows.ts';
import { warmDeclared } from './declared-row.ts';
import { eightBuilds } from './eight-builds-row.ts';
import { fork, forkReflink } from './fork-row.ts';
import { makeWorkspaces } from './make-workspaces.ts';
import type { Contender } from './measure.ts';
import { snapshot } from './snapshot-row.ts';
import { ssh } from './ssh-row.ts';
import type { World } from './world.ts';

interface Limit {
  readonly name: string;
  /** A contender whose median is added to `most`. */
  readonly beyond?: string;
  readonly most: number;
}

/** What is measured, and what must come of it. */
export interface Row {
  readonly name: string;
  readonly contenders: readonly Contender[];
  /** `first` takes at most `most` times as long as all of `others` together. */
  readonly budgets: readonly { readonly first: string; readonly others: readonly string[]; readonly most: number }[];
  /** A contender's median is at most so many milliseconds, or so many more than that of another: only a calm machine can tell. */
  readonly limits?: readonly Limit[];
  readonly unit?: 'ms' | 'bytes';
  /** The contenders do not need each other's work. */
  readonly rotate?: boolean;
  readonly rounds?: number;
  /** Ends what the row started besides its world. */
  readonly end?: () => Promise<void>;
}

const floor = resolve(import.meta.dirname, 'floor.cjs');

/** Rows whose engine has its data on another file system than ext4. */
export const types: Readonly<Partial<Record<string, 'xfs'>>> = { 'fork-reflink': 'xfs' };

/** Every row of the bench, by name. Each gets a new world: what one deletes, no other misses, and it does not slow its disk. */
export const rows: Readonly<Record<string, (world: World) => Promise<Row>>> = {
  version,
  warm,
  executable,
  'warm-declared': warmDeclared,
  exec,
  cold,
  ...addRows,
  services,
  eight: eightBuilds,
  cached: cachedSteps,
  ...bundleRows,
  snapshot,
  fork,
  'fork-reflink': forkReflink,
  ssh,
  ls,
  ...commitRows,
};

async function version(world: World): Promise<Row> {
  return {
    name: '--version',
    rotate: true,
    contenders: [
      { name: 'devenv --version', run: () => world.devenv(world.folder, '--version') },
      { name: 'node -e 0', run: () => world.node('-e', '0') },
    ],
    budgets: [{ first: 'devenv --version', others: ['node -e 0'], most: 1.6 }],
    rounds: 20,
  };
}

/** One project that all three bring up, and that stays up. */
async function running(world: World): Promise<string> {
  const project = await world.project('warm', {
    'devenv.yaml': `version: 1\nname: warm\nbase: ${world.base}\n`,
    'compose.yaml': `services:\n  dev:\n    image: ${world.base}\n    command: sleep infinity\n    volumes: [".:/workspace"]\n`,
    '.devcontainer/devcontainer.json': JSON.stringify({ image: world.base }),
  });
  await world.devenv(project, 'up');
  await world.docker(project, 'compose', 'up', '-d');
  await world.devcontainer(project, 'up');
  return project;
}

async function warm(world: World): Promise<Row> {
  const project = await running(world);
  return {
    name: 'up, nothing to do',
    rotate: true,
    contenders: [
      { name: 'devenv up', run: () => world.devenv(project, 'up') },
      { name: 'floor: node and one API call', run: () => world.node(floor) },
      { name: 'docker compose up -d', run: () => world.docker(project, 'compose', 'up', '-d') },
      { name: 'devcontainer up', run: () => world.devcontainer(project, 'up') },
    ],
    budgets: [
      { first: 'devenv up', others: ['floor: node and one API call'], most: 2 },
      { first: 'devenv up', others: ['docker compose up -d'], most: 1 },
      { first: 'devenv up', others: ['devcontainer up'], most: 0.4 },
    ],
    rounds: 20,
  };
}

/** The executable with Node inside, which is built first; and what it weighs. */
async function executable(world: World): Promise<Row> {
  const root = resolve(import.meta.dirname, '../..');
  const platform = `linux-${process.arch}`;
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/executables.ts', platform], { cwd: root });
  const program = join(root, 'out', `devenv-${platform}`);
  console.log(`\nThe executable has ${String(Math.round(statSync(program).size / 1e6))} MB.`);
  const project = await running(world);
  const container = (await world.docker(project, 'compose', 'ps', '-q', 'dev')).trim();
  return {
    name: 'executable',
    rotate: true,
    contenders: [
      { name: 'devenv --version', run: () => world.run(program, project, '--version') },
      { name: 'docker --version', run: () => world.docker(project, '--version') },
      { name: 'devenv exec -- true', run: () => world.run(program, project, 'exec', '--', 'true') },
      { name: 'docker exec true', run: () => world.docker(project, 'exec', container, 'true') },
      { name: 'devenv up', run: () => world.run(program, project, 'up') },
      { name: 'docker compose up -d', run: () => world.docker(project, 'compose', 'up', '-d') },
    ],
    budgets: [
      { first: 'devenv --version', others: ['docker --version'], most: 1.3 },
      { first: 'devenv exec -- true', others: ['docker exec true'], most: 1.3 },
      { first: 'devenv up', others: ['docker compose up -d'], most: 0.9 },
    ],
    rounds: 20,
  };
}

async function exec(world: World): Promise<Row> {
  const project = await running(world);
  const container = (await world.docker(project, 'compose', 'ps', '-q', 'dev')).trim();
  return {
    name: 'exec -- true',
    rotate: true,
    contenders: [
      { name: 'devenv exec', run: () => world.devenv(project, 'exec', '--', 'true') },
      { name: 'docker exec', run: () => world.docker(project, 'exec', container, 'true') },
      { name: 'docker compose exec', run: () => world.docker(project, 'compose', 'exec', '-T', 'dev', 'true') },
      { name: 'devcontainer exec', run: () => world.devcontainer(project, 'exec', 'true') },
    ],
    budgets: [
      { first: 'devenv exec', others: ['docker exec'], most: 1.8 },
      { first: 'devenv exec', others: ['devcontainer exec'], most: 0.4 },
    ],
    rounds: 20,
  };
}

async function cold(world: World): Promise<Row> {
  const image = `${world.repository}/cold`;
  const project = await world.project('cold', {
    'devenv.yaml': `version: 1\nname: cold\nimage: ${image}\nbase: ${world.base}\n`,
  });
  await world.devenv(project, 'up');
  await world.devenv(project, 'push');
  const tags = await world.docker(project, 'images', '--format', '{{.Repository}}:{{.Tag}}', image);
  const reference = tags.split('\n').find((tag) => tag !== '' && !tag.endsWith(':latest')) ?? '';
  // The base shares its layers with the image: it goes, too.
  const empty = async (): Promise<void> => {
    const containers = (await world.docker(project, 'ps', '-aq')).split('\n').filter((id) => id !== '');
    if (containers.length > 0) await world.docker(project, 'rm', '-f', '-v', ...containers);
    const images = (await world.docker(project, 'images', '-q', '--no-trunc')).split('\n').filter((id) => id !== '');
    if (images.length > 0) await world.docker(project, 'rmi', '-f', ...new Set(images));
  };
  return {
    name: 'up from the registry',
    contenders: [
      { name: 'devenv up', prepare: empty, run: () => world.devenv(project, 'up') },
      { name: 'docker pull', prepare: empty, run: () => world.docker(project, 'pull', '-q', reference) },
      {
        name: 'docker run -d',
        run: () => world.docker(project, 'run', '-d', '-v', `${project}:/workspace`, reference, 'sleep', 'infinity'),
      },
    ],
    budgets: [{ first: 'devenv up', others: ['docker pull', 'docker run -d'], most: 1.1 }],
  };
}

/** A workspace with two services, stopped, and the same for Compose, whose checks begin as early as it can. */
async function services(world: World): Promise<Row> {
  const command = 'rm -f /tmp/ready; sleep 0.2; touch /tmp/ready; exec sleep 100000';
  const names = ['db', 'cache'];
  const ours = names.map(
    (name) => `  ${name}: {image: "${world.base}", command: "${command}", ready: {command: "test -e /tmp/ready"}}\n`,
  );
  const check = '{test: test -e /tmp/ready, interval: 1s, start_period: 30s, start_interval: 100ms}';
  const theirs = names.map(
    (name) => `  ${name}: {image: "${world.base}", command: [sh, -c, "${command}"], healthcheck: ${check}}\n`,
  );
  const project = await world.project('services', {
    'devenv.yaml': `version: 1\nname: services\nbase: ${world.base}\nservices:\n${ours.join('')}`,
    'compose.yaml': `services:\n  dev: {image: "${world.base}", command: sleep infinity, volumes: [".:/workspace"]}\n${theirs.join('')}`,
  });
  await world.devenv(project, 'up');
  await world.docker(project, 'compose', 'up', '-d', '--wait');
  const kill = async (label: string): Promise<void> => {
    const ids = (await world.docker(project, 'ps', '-q', '--filter', `label=${label}`)).split('\n').filter(Boolean);
    if (ids.length > 0) await world.docker(project, 'kill', ...ids);
  };
  return {
    name: 'up of a stopped workspace with two services',
    contenders: [
      {
        name: 'devenv up',
        prepare: () => kill(`dev.teamvm.folder=${project}`),
        run: () => world.devenv(project, 'up'),
      },
      {
        name: 'docker compose up -d --wait',
        prepare: () => kill('com.docker.compose.project=services'),
        run: () => world.docker(project, 'compose', 'up', '-d', '--wait'),
      },
    ],
    budgets: [{ first: 'devenv up', others: ['docker compose up -d --wait'], most: 1.05 }],
  };
}

/** Fifty workspaces of one version, all running. */
async function ls(world: World): Promise<Row> {
  const folder = await makeWorkspaces(world, 50);
  return {
    name: 'ls of 50 workspaces',
    contenders: [
      { name: 'devenv ls', run: () => world.devenv(folder, 'ls') },
      { name: 'docker run true', run: () => world.docker(folder, 'run', '--rm', world.base, 'true') },
    ],
    budgets: [],
    limits: [{ name: 'devenv ls', most: 500 }],
  };
}
