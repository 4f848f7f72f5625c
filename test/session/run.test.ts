import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { labels } from '../../src/observe/labels.ts';
import { listTasks, run, type RunRequest } from '../../src/session/run.ts';
import { addContainer } from '../fakes/add-container.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const yaml = `version: 1
name: shop
base: debian:bookworm-slim
tasks:
  test: npm test
  lint: [eslint, .]
  build: {run: make, depends: [lint], folder: api, env: {MODE: fast}}
  all: {depends: [build, lint, test], description: Everything}
  give: 'echo "$1" and "$2"'
`;
const settings = { user: 'dev', env: {}, mounts: [], workingDir: '/workspace', ports: [], limits: {} };
const defaults = { user: 'dev', env: ['USER=dev'], workingDir: '/workspace', settings };

interface Ran {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

/** `statuses`: exit code by program or line of the shell. */
async function openWorkspace(statuses: Readonly<Record<string, number>> = {}, text = yaml) {
  const context = makeContext({ 'devenv.yaml': text });
  await context.fake.files.makeFolder(context.machine.stateFolder);
  await addContainer(context.fake.engine, 'shop', { labels: { [labels.exec]: JSON.stringify(defaults) } });
  const ran: Ran[] = [];
  for (const name of ['/bin/sh', 'eslint']) {
    context.fake.engine.runtime.programs[name] = async ({ args, workingDir, env, input }) => {
      ran.push({ argv: [name, ...args], folder: workingDir, env, input: (await input()).toString() });
      return statuses[name === '/bin/sh' ? (args[1] ?? '') : name] ?? 0;
    };
  }
  return { context, ran };
}

function runTask(context: FakeContext, task: string, more: Partial<RunRequest> = {}): Promise<number> {
  return run(context, 'main', {
    ...{ task, args: [], root: false, agent: false, env: [], onSignal: () => () => undefined },
    attach: () => ({
      ...{ env: [], restore: () => undefined },
      io: { stdin: PassThrough.from(['typed']), stdout: new PassThrough(), stderr: new PassThrough() },
    }),
    ...more,
  });
}

describe('run', () => {
  it('runs a line in a shell and a list without one, with arguments at the end', async () => {
    const { context, ran } = await openWorkspace();
    await runTask(context, 'test', { args: ['--watch', 'a b'] });
    await runTask(context, 'lint', { args: ['--fix'] });
    await runTask(context, 'give', { args: ['one', 'two'] });
    expect(ran.map(({ argv }) => argv)).toEqual([
      ['/bin/sh', '-c', 'npm test "$@"', 'devenv', '--watch', 'a b'],
      ['eslint', '.', '--fix'],
      ['/bin/sh', '-c', 'echo "$1" and "$2"', 'devenv', 'one', 'two'],
    ]);
  });

  it('runs what a task depends on first, each once, and gives input to the task alone', async () => {
    const { context, ran } = await openWorkspace();
    expect(await runTask(context, 'all')).toBe(0);
    expect(ran.map(({ argv }) => argv.at(-2))).toEqual(['eslint', 'make', 'npm test']);
    ran.length = 0;
    await runTask(context, 'build', { args: ['x'] });
    expect(ran.map(({ argv, input }) => [argv.at(-1), input])).toEqual([
      ['.', ''],
      ['x', 'typed'],
    ]);
  });

  it('runs tasks that share what they depend on in a time that grows with their number', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => {
      const depends = row === 0 ? '' : `, depends: [a${String(row - 1)}, b${String(row - 1)}]`;
      return ['a', 'b'].map((name) => `  ${name}${String(row)}: {run: make${depends}}\n`).join('');
    });
    const head = 'version: 1\nname: shop\nbase: debian:bookworm-slim\ntasks:\n';
    const { context, ran } = await openWorkspace({}, head + rows.join(''));
    expect(await runTask(context, 'a59')).toBe(0);
    expect(ran).toHaveLength(119);
  });

  it('runs in the folder of the task, else in that of exec, with its variables under those of the command line', async () => {
    const { context, ran } = await openWorkspace();
    await runTask(context, 'build', { env: ['MORE=1'] });
    expect(ran.map(({ folder, env }) => [folder, env['MODE'], env['MORE'], env['USER']])).toEqual([
      ['/workspace', undefined, '1', 'dev'],
      ['/workspace/api', 'fast', '1', 'dev'],
    ]);
  });

  it('ends at the first failure, with its exit status', async () => {
    const { context, ran } = await openWorkspace({ eslint: 3, 'npm test': 7 });
    expect(await runTask(context, 'all')).toBe(3);
    expect(ran).toHaveLength(1);
    expect(context.fake.progress.said.at(-1)).toBe('Task lint ended with status 3: all did not run.');
    expect(await runTask(context, 'test')).toBe(7);
  });

  it('names the nearest task for one that does not exist', async () => {
    const { context } = await openWorkspace();
    const error = await runTask(context, 'tset').catch((one: unknown) => one);
    expect(error).toBeInstanceOf(DevenvError);
    expect(error).toMatchObject({ code: 'TASK_NOT_FOUND', suggestions: ['Did you mean `devenv run test`?'] });
  });

  it('lists tasks in the order of the file', async () => {
    const { context } = await openWorkspace();
    expect((await listTasks(context)).map(({ name }) => name)).toEqual(['test', 'lint', 'build', 'all', 'give']);
  });
});
