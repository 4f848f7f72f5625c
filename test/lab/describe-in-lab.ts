import { describe, inject } from 'vitest';
import type { LabMachine } from './global-setup.ts';
import { attachLab, type Lab } from './lab.ts';

/** A group of tests on the real engines of this run. Without engines it is skipped, and its title gives the reason. */
export function describeInLab(name: string, body: (lab: Lab<LabMachine>) => void): void {
  const found = inject('lab');
  if (found.kind === 'running') describe(name, () => body(attachLab<LabMachine>(found.folder)));
  else describe.skip(`${name} (no engine: ${found.reason})`, () => {});
}
