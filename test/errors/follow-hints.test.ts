import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { commit } from '../../src/capture/commit/commit.ts';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { catalogue, type Code } from '../../src/errors/catalogue.ts';
import { manageTrust } from '../../src/machine/trust.ts';
import type { Git } from '../../src/ports/git.ts';
import { exec } from '../../src/session/exec.ts';
import { listTasks, run } from '../../src/session/run.ts';
import { createSnapshot } from '../../src/snapshots/create.ts';
import { listSnapshots } from '../../src/snapshots/list.ts';
import { restoreSnapshot } from '../../src/snapshots/restore.ts';
import type { Context } from '../../src/ports/context.ts';
import { history } from '../../src/versions/history.ts';
import { resolve } from '../../src/versions/resolve.ts';
import { show } from '../../src/versions/show.ts';
import { destroy } from '../../src/workspace/destroy.ts';
import { down } from '../../src/workspace/down.ts';
import { init, listTemplates } from '../../src/share/init.ts';
import { status } from '../../src/workspace/status.ts';
import { up } from '../../src/workspace/up.ts';
import { makeContext } from '../fakes/make-context.ts';
import { openLayeredShop } from '../fakes/open-layered-shop.ts';
import { openShop } from '../fakes/open-shop.ts';

/** A way into an error, and the commands of its hint: after them, what failed has to end well. */
interface Way {
  readonly fail: () => Promise<unknown>;
  /** What the hint says, in turn: command line → its use case. */
  readonly follow: Readonly<Record<string, () => Promise<unknown>>>;
}

const upOptions = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const commitOptions = {
  ...{ workspace: 'main', message: 'work', amend: false, allow: [], allowUnfinished: false },
  ...{ writeBack: true, pin: 'none' as const },
};
const destroyOptions = { workspace: 'main', discard: false, volumes: false, snapshot: false };

const runTrue = async (context: Context): Promise<void> => {
  const io = { stdin: PassThrough.from([]), stdout: new PassThrough(), stderr: new PassThrough() };
  const rest = { root: false, agent: false, env: [], onSignal: () => () => undefined };
  expect(await exec(context, 'main', { argv: ['true'], io, ...rest })).toBe(0);
};

/** A workspace at version 1 with an uncommitted file. */
async function openChanged() {
  const shop = await openLayeredShop();
  const version = await shop.addVersion({ '/etc/issue': 'Debian' });
  shop.store.write(await shop.start(version), '/opt/tool', 'tool');
  return shop;
}

const openAsked = async (yaml: string) => {
  const shop = await openShop(yaml);
  shop.fake.prompt.interactive = false;
  const unused = (): Promise<never> => Promise.reject(new Error('The test asks git for settings only.'));
  const git: Git = {
    ...{ readSettings: async () => new Map(), readRepository: async () => new Map() },
    ...{ judgeFile: unused, askCredential: unused, readRemote: unused },
  };
  return Object.assign(Object.create(shop) as typeof shop, { git });
};

const ways: Readonly<Partial<Record<Code, () => Promise<Way>>>> = {
  CONFIG_NOT_FOUND: async () => {
    const git = { judgeFile: async () => 'no repository' } as unknown as Git;
    const context = makeContext({}, { ports: { git } });
    await context.fake.files.makeFolder('/shop');
    await context.fake.files.makeFolder('/templates');
    await context.fake.files.writeAtomic('/templates/devenv.yaml', 'version: 1\nname: a\nbase: debian:12\n');
    return {
      fail: () => status(context, 'main'),
      follow: { 'devenv init': () => init(context, { templates: '/templates' }) },
    };
  },
  TEMPLATE_UNREADABLE: async () => {
    const git = { judgeFile: async () => 'no repository' } as unknown as Git;
    const context = makeContext(
      { '.templates/node/devenv.yaml': 'version: 1\nname: a\nbase: debian:12\n' },
      { ports: { git } },
    );
    let template = 'ndoe';
    const templates = '/shop/.templates';
    return {
      fail: () => init(context, { templates, template }),
      follow: {
        'devenv init --list': async () => (template = (await listTemplates(context, templates))[0]?.name ?? ''),
      },
    };
  },
  LOCK_CONFLICT: async () => {
    const shop = await openShop();
    const text = shop.fake.files.files.get('/shop/devenv-lock.yaml') ?? '';
    shop.fake.files.files.set('/shop/devenv-lock.yaml', `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> theirs\n`);
    return { fail: () => status(shop, 'main'), follow: { 'devenv resolve': () => resolve(shop) } };
  },
  WORKSPACE_NOT_FOUND: async () => {
    const shop = await openShop();
    return { fail: () => runTrue(shop), follow: { 'devenv up': () => up(shop, upOptions) } };
  },
  WORKSPACE_STOPPED: async () => {
    const shop = await openShop();
    await up(shop, upOptions);
    await down(shop, 'main');
    return { fail: () => runTrue(shop), follow: { 'devenv up': () => up(shop, upOptions) } };
  },
  SNAPSHOT_NOT_FOUND: async () => {
    const shop = await openShop();
    await up(shop, upOptions);
    await createSnapshot(shop, { workspace: 'main', message: '' });
    let number = 7;
    return {
      fail: () => restoreSnapshot(shop, { workspace: 'main', number, snapshot: false }),
      follow: { 'devenv snapshot list': async () => (number = (await listSnapshots(shop, 'main'))[0]?.number ?? 0) },
    };
  },
  VERSION_NOT_FOUND: async () => {
    const shop = await openShop();
    let number = 7;
    return {
      fail: () => show(shop, number),
      follow: {
        'devenv history': async () => (number = (await history(shop)).versions[0]?.number ?? 0),
      },
    };
  },
  TASK_NOT_FOUND: async () => {
    const shop = await openShop('tasks: {all: ["true"]}\n');
    await up(shop, upOptions);
    let task = 'zzzzzz';
    const io = { stdout: new PassThrough(), stderr: new PassThrough() };
    const rest = { args: [], root: false, agent: false, env: [], onSignal: () => () => undefined };
    return {
      fail: () => run(shop, 'main', { ...rest, task, attach: () => ({ io, env: [], restore: () => undefined }) }),
      follow: {
        'devenv run --list': async () => (task = (await listTasks(shop))[0]?.name ?? ''),
        'devenv exec': () => runTrue(shop),
      },
    };
  },
  CHANGES_PENDING: async () => {
    const packages = () => Promise.reject(new Error('No step fetches a package.'));
    const shop = Object.assign(await openShop(), { packages });
    const { files } = shop.fake.files;
    files.set('/shop/devenv.yaml', `${files.get('/shop/devenv.yaml') ?? ''}run: [{name: a, run: make-a}]\n`);
    Object.assign(shop.fake.engine.runtime.programs, { find: () => 0, sh: () => 0 });
    return {
      fail: () => up(shop, { ...upOptions, frozen: true }),
      follow: { 'devenv up': () => up(shop, upOptions) },
    };
  },
  NOT_CONFIRMED: async () => {
    const shop = await openShop();
    await up(shop, upOptions);
    shop.fake.prompt.agrees = false;
    return {
      fail: () => destroy(shop, destroyOptions),
      follow: { '--yes': async () => (shop.fake.prompt.agrees = true) },
    };
  },
  NOT_TRUSTED: async () => {
    const shop = await openAsked('volumes: ["/srv:/srv:ro"]\n');
    shop.fake.files.files.set('/srv/file', '');
    const agree = (): Promise<unknown> => {
      shop.fake.prompt.interactive = true;
      return manageTrust(shop, 'grant');
    };
    return { fail: () => up(shop, upOptions), follow: { 'devenv trust': agree } };
  },
  DRIFT_UNSAVED: async () => {
    const shop = await openChanged();
    return {
      fail: () => destroy(shop.context, destroyOptions),
      follow: { 'devenv commit': () => commit(shop.context, commitOptions) },
    };
  },
};

/** Codes whose hint is followed on an engine, in follow-hints.story. */
const onEngines: readonly Code[] = [
  ...(['HOOK_FAILED', 'SERVICE_FAILED', 'STALE_PARENT', 'PIN_GONE'] as const),
  ...(['VERSION_NOT_PUSHED', 'VERSION_PUSHED', 'PERSONAL_CLASH', 'SSHD_MISSING'] as const),
];

/** Codes whose hint says to mend what is outside devenv: the engine, the network, a fault of devenv itself. */
const outside: readonly Code[] = [
  ...(['INTERNAL', 'ENGINE_UNREACHABLE', 'INNER_ENGINE_FAILED', 'PROXY_DENIED', 'SOURCE_UNREACHABLE'] as const),
];

describe('the hint of', () => {
  it('every error that names a command is followed here, or on engines', () => {
    const naming = Object.entries(catalogue).filter(([, { hint }]) => hint.includes('`devenv '));
    const known = [...Object.keys(ways), ...onEngines, ...outside];
    expect(naming.map(([code]) => code).filter((code) => !known.includes(code))).toEqual([]);
  });

  it.each(onEngines)('%s is followed on an engine', async (code) => {
    const story = await readFile(resolvePath(import.meta.dirname, '../story/follow-hints.story.test.ts'), 'utf8');
    expect(story).toContain(`it('${code}'`);
  });

  it.each(Object.entries(ways))('%s ends well if it is followed', async (code, open) => {
    const { fail, follow } = await open();
    const error: unknown = await fail().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DevenvError)) throw new Error(`It did not fail as expected: ${String(error)}`);
    expect(error.code).toBe(code);
    for (const [command, run] of Object.entries(follow)) {
      expect(error.suggestions.join()).toContain(command);
      await run();
    }
    await fail();
  });
});
