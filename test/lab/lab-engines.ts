import { describe } from 'vitest';
import { connectEngine } from '../../src/adapters/docker/connection/connect-engine.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { importBase } from './base.ts';
import { chooseMachines } from './choose-machines.ts';
import { describeInLab } from './describe-in-lab.ts';

export const labBase = 'teamvm-lab-base';

/** A base that takes long to assemble, and the folder of its tar in a lab once a test has assembled it. */
export const bootstrapped = {
  base: { suite: 'bookworm', include: ['netbase'] },
  cache: 'assembled',
} as const;

/** Runs the same tests on several engines of the lab, each with a Debian base. */
export function describeOnEngines(title: string, tests: (connect: () => Promise<Engine>) => void): void {
  describeInLab(title, (lab) => {
    const machines = chooseMachines(['podman'], ['a', 'b', 'c', 'podman']).map((name) => lab.machines[name]);
    describe.each(machines)('on $kind', (machine) => {
      tests(async () => {
        await importBase(machine, labBase);
        return connectEngine({ flag: machine.address, env: {}, home: machine.home });
      });
    });
  });
}
