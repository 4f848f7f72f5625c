import { pathFromText } from '../../src/model/byte-path.ts';
import type { FakeContainer } from './fake-container.ts';

/** One run of a program in a container. */
export interface FakeRun {
  readonly container: FakeContainer;
  /** Without the program's name. */
  readonly args: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: () => Promise<Buffer>;
  readonly out: (data: string | Uint8Array) => void;
  readonly err: (data: string) => void;
  /** Aborted when the container stops. */
  readonly stopped: AbortSignal;
}

/** Returns the exit code. */
export type FakeProgram = (run: FakeRun) => Promise<number> | number;

/** The programs of every fake container. They behave like Debian's as far as the contracts test it. */
export const basicPrograms: Readonly<Record<string, FakeProgram>> = {
  true: () => 0,
  false: () => 1,
  sleep: ({ stopped }) =>
    new Promise((resolve) => {
      if (stopped.aborted) resolve(137);
      else stopped.addEventListener('abort', () => resolve(137));
    }),
  cat: async ({ container, args, input, out, err }) => {
    if (args.length === 0) out(await input());
    return forEach(args, err, 'cat', (path) => {
      const text = container.files.get(path);
      if (text !== undefined) out(text);
      return text !== undefined;
    });
  },
  ls: ({ container, args, out, err }) => {
    const code = forEach(args, err, 'ls', (path) => {
      const there = container.files.has(path);
      if (there) out(`${path}\n`);
      return there;
    });
    return code === 0 ? 0 : 2;
  },
  touch: ({ container, args }) => {
    for (const path of args) {
      if (container.files.has(path)) continue;
      container.files.set(path, '');
      container.changes.push({ path: pathFromText(path), kind: 'added' });
    }
    return 0;
  },
  id: ({ user, out }) => {
    out(`${user === '' || user === 'root' ? '0' : user}\n`);
    return 0;
  },
  pwd: ({ workingDir, out }) => {
    out(`${workingDir}\n`);
    return 0;
  },
  printenv: ({ args: [name = ''], env, out }) => {
    const value = env[name];
    if (value !== undefined) out(`${value}\n`);
    return value === undefined ? 1 : 0;
  },
};

function forEach(
  paths: readonly string[],
  err: (text: string) => void,
  name: string,
  does: (path: string) => boolean,
): number {
  let code = 0;
  for (const path of paths) {
    if (does(path)) continue;
    err(`${name}: cannot access '${path}': No such file or directory\n`);
    code = 1;
  }
  return code;
}
