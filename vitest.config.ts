import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { FuzzersFirst } from './test/fuzzers-first.ts';

const onEngines = ['test/**/*.{engine,story,lab}.test.ts'];

/** Fuzzers of the helper, and its tests again, with a program that is built with sanitizers. */
const native = ['test/**/*.native.test.ts'];
const sanitized = [
  ...['helper-misuse', 'helper-protocol', 'hostile-tree', 'storage-helper'].map(
    (name) => `test/adapters/overlay/helper/${name}.test.ts`,
  ),
  'test/adapters/overlay/layers/stack-layers.test.ts',
];

/** These install a browser. */
const browser = ['test/**/*.browser.test.ts'];

const wide = process.env['TEAMVM_TEST_WIDE'] === '1';

/**
 * These kill engines, cut lines and stop the registry, or bear no other tests beside them: each has a lab of its own, with
 * the machines that it uses.
 */
const disruptive: Readonly<Record<string, readonly ('a' | 'b' | 'c' | 'podman' | 'rootless')[]>> = {
  ...(wide && {
    'test/story/commit-faults.story.test.ts': ['b'],
    'test/story/fresh-machine.story.test.ts': ['b'],
    'test/story/proxy.story.test.ts': ['b'],
  }),
  'test/story/up.story.test.ts': wide ? ['a', 'b'] : ['b'],
  'test/story/pull.story.test.ts': wide ? ['a', 'b', 'c', 'podman'] : ['b', 'c'],
  // Networks that come and go beside it take its services off theirs: netavark changes one set of rules without a lock.
  'test/story/rootless.story.test.ts': ['b', 'rootless'],
  'test/story/services.story.test.ts': wide ? ['a', 'b', 'c', 'podman'] : ['b'],
};

/** Long, and about one part each: `npm run test:wide` has them. */
const wideOnly = [
  'test/scripts/executables-arm64.lab.test.ts',
  'test/environment/corpus/real-projects.story.test.ts',
  'test/story/commit-faults.story.test.ts',
  'test/story/amend.story.test.ts',
  'test/capture/still/leave-container.story.test.ts',
  'test/story/terminal.story.test.ts',
  'test/story/two-people.story.test.ts',
  'test/story/gem.story.test.ts',
  'test/story/runtimes.story.test.ts',
  'test/story/tools.story.test.ts',
  'test/story/language-projects.story.test.ts',
  'test/story/requirements.story.test.ts',
  'test/story/programs.story.test.ts',
  'test/story/proxy.story.test.ts',
  'test/story/fresh-machine.story.test.ts',
  'test/story/move-in.story.test.ts',
  'test/story/npm-install.story.test.ts',
];

/** They wait for engines much of the time, so there are more than two processors can run. */
const workers = 3;

const lab = {
  globalSetup: ['test/build-program.ts', 'test/lab/global-setup.ts'],
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: FuzzersFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...onEngines, ...native, ...(wide ? [] : browser)],
          globalSetup: ['test/build-program.ts'],
          // Some run the program itself, on machines that are busy with other things.
          testTimeout: 90_000,
          hookTimeout: 30_000,
          // They leave nothing behind in their process: files share one, and what it has loaded.
          isolate: false,
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'native',
          include: [...native, ...sanitized],
          setupFiles: ['test/adapters/overlay/helper/use-sanitized-helper.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: workers,
          // Beside the tests on engines, which leave a processor idle much of the time.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...lab,
          name: 'engine',
          include: onEngines,
          exclude: wide ? Object.keys(disruptive) : [...Object.keys(disruptive), ...wideOnly],
          // Files share a process, which would take 0.7 s of processor time to start for each.
          isolate: false,
          maxWorkers: workers,
          sequence: { groupOrder: 1 },
        },
      },
      ...Object.entries(disruptive).map(([file, machines]) => ({
        test: {
          ...lab,
          provide: { machines },
          name: `disruptive:${basename(file).split('.')[0]}`,
          include: [file],
          maxWorkers: workers,
          sequence: { groupOrder: 1 },
        },
      })),
    ],
  },
});
