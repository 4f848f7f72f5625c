import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arena } from './arena.ts';

/** A command that is interrupted, and what has to hold once it was repeated. */
export interface Scenario {
  readonly name: string;
  /** True where the command writes the lock. */
  readonly locks: boolean;
  /** Gives the command something to do, and how to check what is left: a line for each broken promise. */
  readonly prepare: (arena: Arena) => Promise<() => Promise<readonly string[]>>;
  readonly command: (arena: Arena) => readonly string[];
  /** What a repetition says on stderr where the first run had done all. */
  readonly mayBeDone?: RegExp;
}

const commit = ['commit', '--yes', '--no-write-back', '-m', 'interrupted'] as const;
let counter = 0;

/** Writes new marks: 20 MB and a small file in the workspace, one in the volume. */
async function mark(arena: Arena): Promise<string> {
  counter += 1;
  const text = `mark-${String(counter)}`;
  await arena.inside(
    `head -c 20000000 /dev/urandom > /opt/data; echo ${text} > /opt/mark; echo ${text} > /data/mark; rm -rf /opt/old; mkdir /opt/old; sync`,
  );
  return text;
}

const expectMarks =
  (arena: Arena, inFile: string, inVolume = inFile) =>
  async (): Promise<readonly string[]> => {
    const found = await arena.inside('cat /opt/mark /data/mark 2>&1; true');
    return found === `${inFile}\n${inVolume}`
      ? []
      : [`marks: ${found.replace('\n', ', ')} instead of ${inFile}, ${inVolume}`];
  };

/**
 * Restoring a snapshot that the command took brings the marks back: the newest,
 * or an earlier one where the repeated command found less to keep.
 */
async function expectKept(arena: Arena, text: string): Promise<() => Promise<readonly string[]>> {
  const known = await arena.snapshots();
  return async () => {
    await arena.devenv('up', '--yes');
    const taken = (await arena.snapshots()).filter((number) => !known.includes(number)).reverse();
    let wrong: readonly string[] = ['no snapshot was kept'];
    for (const number of taken) {
      await arena.devenv('snapshot', 'restore', String(number), '--yes', '--no-snapshot');
      wrong = await expectMarks(arena, text)();
      if (wrong.length === 0) break;
    }
    return wrong;
  };
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'commit',
    locks: true,
    prepare: async (arena) => expectMarks(arena, await mark(arena)),
    command: () => commit,
    mayBeDone: /nothing to commit/i,
  },
  {
    name: 'amend',
    locks: true,
    prepare: async (arena) => {
      await mark(arena);
      await arena.devenv(...commit);
      return expectMarks(arena, await mark(arena));
    },
    command: () => ['commit', '--amend', '--yes', '--no-write-back', '-m', 'amended'],
    mayBeDone: /nothing to/i,
  },
  {
    name: 'up --carry',
    locks: true,
    prepare: async (arena) => {
      const text = await mark(arena);
      arena.declare({ colour: text });
      return async () => {
        const colour = await arena.devenv('exec', '--', 'printenv', 'COLOUR');
        return [...(await expectMarks(arena, text)()), ...(colour.trim() === text ? [] : [`COLOUR is ${colour}`])];
      };
    },
    command: () => ['up', '--yes', '--carry'],
  },
  {
    name: 'build',
    locks: true,
    prepare: async (arena) => {
      const text = await mark(arena);
      arena.declare({ step: text });
      return async () => {
        await arena.devenv('up', '--yes', '--carry');
        const step = await arena.inside(`cat /srv/${text}`);
        return [...(await expectMarks(arena, text)()), ...(step === text ? [] : ['the step was not built'])];
      };
    },
    command: () => ['build', '--yes'],
  },
  {
    name: 'down, up',
    locks: false,
    prepare: async (arena) => {
      const text = await mark(arena);
      await arena.devenv('down', '--yes');
      return expectMarks(arena, text);
    },
    command: () => ['up', '--yes'],
  },
  {
    name: 'down',
    locks: false,
    prepare: async (arena) => {
      const text = await mark(arena);
      return async () => {
        await arena.devenv('up', '--yes');
        return expectMarks(arena, text)();
      };
    },
    command: () => ['down', '--yes'],
  },
  {
    name: 'restart',
    locks: false,
    prepare: async (arena) => expectMarks(arena, await mark(arena)),
    command: () => ['restart', '--yes'],
  },
  {
    name: 'snapshot create',
    locks: false,
    prepare: async (arena) => expectKept(arena, await mark(arena)),
    command: () => ['snapshot', 'create', '-m', 'interrupted'],
  },
  {
    name: 'snapshot restore',
    locks: false,
    prepare: async (arena) => {
      const kept = await mark(arena);
      await arena.devenv('snapshot', 'create', '-m', 'to restore');
      restored = (await arena.snapshots()).at(-1) ?? 0;
      const keptLater = await expectKept(arena, await mark(arena));
      return async () => {
        const wrong = await expectMarks(arena, kept)();
        return wrong.length > 0 ? wrong : await keptLater();
      };
    },
    command: () => ['snapshot', 'restore', String(restored), '--yes'],
  },
  {
    name: 'fork',
    locks: false,
    prepare: async (arena) => {
      const text = await mark(arena);
      return async () => {
        await arena.devenv('up', '--name', 'copy', '--yes');
        const script = 'cat /opt/mark /data/mark';
        const copied = await arena.devenv('exec', '--name', 'copy', '--root', '--', 'sh', '-c', script);
        await arena.devenv('destroy', '--name', 'copy', '--yes', '--discard', '--volumes', '--no-snapshot');
        const same = copied === `${text}\n${text}\n`;
        return [...(same ? [] : [`the copy has ${copied}`]), ...(await expectMarks(arena, text)())];
      };
    },
    command: () => ['fork', 'copy'],
    mayBeDone: /The workspace copy already exists/,
  },
  {
    name: 'reset',
    locks: false,
    prepare: async (arena) => expectKept(arena, await mark(arena)),
    command: () => ['reset', '--yes'],
    mayBeDone: /nothing to/i,
  },
  {
    name: 'destroy',
    locks: false,
    prepare: async (arena) => {
      const check = await expectKept(arena, await mark(arena));
      return async () => [...(await arena.findBuilders()), ...(await check())];
    },
    command: () => ['destroy', '--yes', '--discard', '--volumes'],
    mayBeDone: /no workspace/i,
  },
  {
    name: 'rollback',
    locks: true,
    prepare: async (arena) => {
      arena.declare({ colour: 'earlier' });
      await arena.devenv('up', '--yes', '--carry');
      rolledTo = arena.versions();
      const text = await mark(arena);
      await arena.devenv(...commit);
      return async () => {
        await arena.devenv('up', '--yes', '--discard');
        const found = await arena.inside('cat /data/mark');
        return found === text ? [] : [`the volume's mark: ${found} instead of ${text}`];
      };
    },
    command: () => ['rollback', String(rolledTo), '--yes'],
  },
  {
    name: 'push',
    locks: true,
    prepare: async (arena) => {
      const text = await mark(arena);
      await arena.devenv(...commit);
      return async () => {
        const digests = arena.readLock().match(/digest: sha256:/g)?.length ?? 0;
        return [...(await expectMarks(arena, text)()), ...(digests > 0 ? [] : ['no version has a digest'])];
      };
    },
    command: () => ['push', '--yes'],
  },
  {
    name: 'rebase',
    locks: true,
    prepare: async (arena) => {
      await arena.devenv(...commit).catch(() => undefined);
      const base = arena.readLock();
      const text = await mark(arena);
      await arena.devenv(...commit);
      const mine = arena.readLock();
      // A teammate's version of the same parent.
      arena.writeLock(base);
      arena.declare({ step: `theirs-${text}` });
      await arena.devenv('build', '--yes');
      arena.writeLock(mergeTexts(mine, base, arena.readLock()));
      await arena.devenv('resolve', '--yes');
      return async () => {
        await arena.devenv('up', '--yes', '--discard');
        const step = await arena.inside(`cat /srv/theirs-${text}`);
        return [...(await expectMarks(arena, text)()), ...(step === `theirs-${text}` ? [] : ['their step is missing'])];
      };
    },
    command: () => ['rebase', '--yes', '--take', 'mine'],
    mayBeDone: /nothing to/i,
  },
];

let restored = 0;
let rolledTo = 0;

/** As git leaves a file that both sides changed. */
function mergeTexts(mine: string, base: string, theirs: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'endure-merge-'));
  try {
    const paths = Object.entries({ mine, base, theirs }).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return name;
    });
    return execFileSync('git', ['merge-file', '-p', ...paths], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    // Exit status: number of conflicts.
    return String((error as { stdout?: string }).stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
