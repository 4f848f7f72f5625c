import { describe, inject } from 'vitest';
import { connectEngine } from '../../src/adapters/docker/connection/connect-engine.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { importBase } from './base.ts';
import { chooseMachines } from './choose-machines.ts';
import type { LabMachine } from './global-setup.ts';
import { attachLab } from './lab.ts';

export const labBase = 'teamvm-lab-base';

/** A base that takes long to assemble, and where in a lab's folder its tar lies once some test has done so. */
export const bootstrapped = {
  base: { suite: 'bookworm', include: ['netbase'] },
  cache: 'assembled',
} as const;

/** Runs the same tests on engines of the lab, with a Debian base there; skipped where there is no lab. */
export function describeOnEngines(title: string, tests: (connect: () => Promise<Engine>) => void): void {
  const found = inject('lab');
  if (found.kind === 'absent') {
    describe.skip(`${title} (no engine: ${found.reason})`, () => undefined);
    return;
  }
  const lab = attachLab<LabMachine>(found.folder);
  const machines = chooseMachines(['podman'], ['a', 'b', 'c', 'podman']).map((name) => lab.machines[name]);
  describe.each(machines)(`${title} on $kind`, (machine) => {
    tests(async () => {
      await importBase(machine, labBase);
      return connectEngine({ flag: machine.address, env: {}, home: machine.home });
    });
  });
}
