import type { LabMachine } from './global-setup.ts';
import type { Machine } from './machine.ts';

/** True in `npm run test:wide`: every case on every engine that it is for. */
export const wide = process.env['TEAMVM_TEST_WIDE'] === '1';

/**
 * The engines that a group of tests runs on: `few` in `npm test`, which people
 * wait for, and `all` in `npm run test:wide`.
 */
export function chooseMachines<Name extends LabMachine>(few: readonly Name[], all: readonly Name[]): readonly Name[] {
  return wide ? all : few;
}

/** All that are alike for a client. What a rootless one does is in test/story/rootless.story.test.ts. */
export function withRoot({ rootless, ...others }: Readonly<Record<LabMachine, Machine>>): readonly Machine[] {
  void rootless;
  return Object.values(others);
}
