import { defineConfig } from 'vitest/config';

const onEngines = ['test/**/*.{engine,story,lab}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: onEngines,
          globalSetup: ['test/build-program.ts'],
          // Some run the program itself, on machines that are busy with other things.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'engine',
          include: onEngines,
          globalSetup: ['test/build-program.ts', 'test/lab/global-setup.ts'],
          // They share engines and their disks; more at once is slower on a small machine.
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
