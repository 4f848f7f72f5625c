import type { Context } from '../../src/ports/context.ts';
import type { Progress, Task } from '../../src/ports/progress.ts';
import type { Prompt } from '../../src/ports/prompt.ts';
import { FakeChanges } from './fake-changes.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeFailpoints } from './fake-failpoints.ts';
import { FakeHostFiles } from './fake-host-files.ts';
import { FakeSnapshotData } from './fake-snapshot-data.ts';

/** Keeps what was said. */
export class FakeProgress implements Progress {
  readonly said: string[] = [];

  task(title: string): Task {
    return {
      update: () => undefined,
      done: () => void this.said.push(title),
      fail: () => void this.said.push(`${title}: failed`),
    };
  }

  tasks(titles: readonly string[]): readonly Task[] {
    return titles.map((title) => this.task(title));
  }

  note(line: string): void {
    this.said.push(line);
  }
}

/** A person who agrees to everything, or to nothing. */
export class FakePrompt implements Prompt {
  readonly interactive = true;
  readonly asked: string[] = [];
  agrees = true;

  confirm(question: string): Promise<boolean> {
    this.asked.push(question);
    return Promise.resolve(this.agrees);
  }

  secret(): Promise<string> {
    return Promise.resolve('secret');
  }

  choose(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  pick(_question: string, [first]: readonly { readonly value: string }[]): Promise<string> {
    return Promise.resolve(first?.value ?? '');
  }
}

export interface FakeContext extends Context {
  readonly fake: {
    readonly engine: FakeEngine;
    readonly files: FakeHostFiles;
    readonly progress: FakeProgress;
    readonly prompt: FakePrompt;
    readonly snapshotData: FakeSnapshotData;
    readonly failpoints: FakeFailpoints;
  };
}

/** A project in `/shop`, with these files, on an engine in memory. Ports without a fake throw when they are asked for. */
export function makeContext(files: Readonly<Record<string, string>>): FakeContext {
  const fake = {
    engine: new FakeEngine(),
    files: new FakeHostFiles(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/shop/${path}`, text]))),
    progress: new FakeProgress(),
    prompt: new FakePrompt(),
    snapshotData: new FakeSnapshotData(),
    failpoints: new FakeFailpoints(),
  };
  const known: Partial<Context> = {
    folder: '/shop',
    expectEngine: () => undefined,
    engine: () => Promise.resolve(fake.engine),
    provideEngine: () => Promise.resolve(fake.engine),
    changes: () => Promise.resolve(new FakeChanges(fake.engine.runtime)),
    files: fake.files,
    progress: fake.progress,
    prompt: fake.prompt,
    projectLock: () =>
      Promise.resolve({
        hold: (_folder, _command, work) => work({ check: () => undefined }),
        isFree: () => Promise.resolve(true),
      }),
    clock: { now: () => fake.engine.runtime.time },
    snapshotData: () => Promise.resolve(fake.snapshotData),
    failpoints: fake.failpoints,
    signal: new AbortController().signal,
    commandFiles: { take: () => Promise.reject(new Error('The test has no files of commands.')) },
    caFile: undefined,
    machine: {
      ...{ platform: 'linux', uid: 1000, user: 'ada', hostname: 'laptop' },
      ...{ stateFolder: '/home/ada/state', configFolder: '/home/ada/config' },
    },
    variables: {},
    verbose: false,
    author: () => Promise.resolve('Ada <ada@example.com>'),
  };
  return new Proxy({ ...known, fake } as FakeContext, {
    get: (context, name, self): unknown => {
      if (typeof name === 'string' && name !== 'then' && !(name in context))
        throw new Error(`The test has no fake of ${name}.`);
      return Reflect.get(context, name, self);
    },
  });
}
