import type { LabMachine } from './global-setup.ts';
import type { Machine } from './machine.ts';

/** True in `npm run test:wide`: every case on every engine that it is for. */
export const wide = process.env['TEAMVM_TEST_WIDE'] === '1';

/** The engines of a group of tests: `few` in `npm test`, `all` in `npm run test:wide`. */
export function chooseMachines<Name extends LabMachine>(few: readonly Name[], all: readonly Name[]): readonly Name[] {
  return wide ? all : few;
}

/** All machines except the rootless one, which test/story/rootless.story.test.ts is about. */
export function withRoot({ rootless, ...others }: Readonly<Record<LabMachine, Machine>>): readonly Machine[] {
  void rootless;
  return Object.values(others);
}
