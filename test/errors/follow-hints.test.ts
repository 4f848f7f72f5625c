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
import { plan } from '../../src/workspace/plan.ts';
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
    const templates = new Map([['devenv.yaml', 'version: 1\nname: a\nbase: debian:12\n']]);
    return {
      fail: () => status(context, 'main'),
      follow: { 'devenv init': () => init(context, { templates }) },
    };
  },
  TEMPLATE_UNREADABLE: async () => {
    const git = { judgeFile: async () => 'no repository' } as unknown as Git;
    const context = makeContext({}, { ports: { git } });
    let template = 'ndoe';
    const templates = new Map([['node/devenv.yaml', 'version: 1\nname: a\nbase: debian:12\n']]);
    return {
      fail: () => init(context, { templates, template }),
      follow: {
        'devenv init --list': async () => (template = listTemplates(templates)[0]?.name ?? ''),
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
      follow: {
        'devenv plan': () => plan(shop, { workspace: 'main', clean: false }),
        'devenv up': () => up(shop, upOptions),
      },
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

/** What else the same hints offer. */
const others: readonly (readonly [Code, () => Promise<Way>])[] = [
  [
    'DRIFT_UNSAVED',
    async () => {
      const shop = await openChanged();
      let discard = false;
      return {
        fail: () => destroy(shop.context, { ...destroyOptions, discard }),
        follow: { '--discard': async () => (discard = true) },
      };
    },
  ],
  [
    'NOT_TRUSTED',
    async () => {
      const shop = await openAsked('volumes: ["/srv:/srv:ro"]\n');
      shop.fake.files.files.set('/srv/file', '');
      const agree = (): Promise<unknown> => {
        // Without a terminal, --yes answers.
        shop.fake.prompt.confirm = () => Promise.resolve(true);
        return manageTrust(shop, 'grant');
      };
      return { fail: () => up(shop, upOptions), follow: { 'devenv trust --yes': agree } };
    },
  ],
];

/** Commands of hints that are followed in tests of their own: file and name. */
const elsewhere: Readonly<Record<string, readonly [file: string, name: string]>> = {
  'DRIFT_UNSAVED: devenv up --carry': [
    'story/carry.story.test.ts',
    'are refused, and carried over where that is asked for',
  ],
  'INTERNAL: devenv doctor': ['machine/doctor.test.ts', 'finds nothing wrong with a workspace that is up'],
  'PROXY_DENIED: devenv doctor': ['machine/doctor.test.ts', 'says which proxy is used, who says so'],
  'SOURCE_UNREACHABLE: devenv doctor': ['machine/doctor.test.ts', 'says which proxy is used, who says so'],
  'SECRET_FOUND: --allow PATH=REASON': [
    'capture/commit/commit.test.ts',
    'takes a secret with a reason, and again as long as its content is the same',
  ],
  'BUNDLE_INVALID: devenv bundle export': [
    'share/bundle/bundle.test.ts',
    'replaces a damaged file, which is then imported',
  ],
  'BUNDLE_MISMATCH: devenv bundle show FILE': [
    'share/bundle/bundle.test.ts',
    'says what it holds where the lock names none of it',
  ],
  'ENGINE_UNREACHABLE: devenv up --yes': [
    'machine/plan-engine-setup.test.ts',
    'installs and starts directly where no systemd runs',
  ],
  'INNER_ENGINE_FAILED: devenv up': ['story/docker-inside.story.test.ts', 'answers the user once up has ended'],
};

/** The commands and options of devenv in a hint: `devenv up`, `--allow PATH=REASON`. */
const commandsOf = (hint: string): readonly string[] =>
  [...hint.matchAll(/`(?:TEAMVM_PERSONAL= )?(devenv [^`]+|--[^`]+)`/g)].map(([, command = '']) => command);

const readTest = (file: string): Promise<string> => readFile(resolvePath(import.meta.dirname, '..', file), 'utf8');

describe('the hint of', () => {
  const all = [...(Object.entries(ways) as readonly (readonly [Code, () => Promise<Way>])[]), ...others];

  it('every error is followed in each command that it names: here, on an engine, or in a test of its own', async () => {
    const story = await readTest('story/follow-hints.story.test.ts');
    const missed: string[] = [];
    for (const [code, { hint }] of Object.entries(catalogue)) {
      const own = all.filter(([known]) => known === code).map(async ([, open]) => Object.keys((await open()).follow));
      const followed = (await Promise.all(own)).flat();
      const [, told = ''] = story.split(`it('${code}'`);
      const onEngine = told.split("\n  it('")[0] ?? '';
      for (const command of commandsOf(hint)) {
        const [, verb = ''] = command.split(' ');
        const isRun = onEngine.includes(`'${verb}'`);
        if (!isRun && !followed.includes(command) && !(`${code}: ${command}` in elsewhere))
          missed.push(`${code}: ${command}`);
      }
    }
    expect(missed).toEqual([]);
  });

  it.each(Object.entries(elsewhere))('%s is followed in a test of its own', async (what, [file, name]) => {
    const [code = '', command = ''] = what.split(': ');
    expect(commandsOf(catalogue[code as Code].hint)).toContain(command);
    expect(await readTest(file)).toContain(name);
  });

  it.each(all)('%s ends well if it is followed', async (code, open) => {
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
