import { describe } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine } from '../../src/ports/engine.ts';

/** Addresses of the lab's engines, as `/tmp/lab.env` or the test run's set-up gives them. */
const addresses = Object.entries({ A: process.env['LAB_A_ADDRESS'], B: process.env['LAB_B_ADDRESS'] }).flatMap(
  ([name, address]) => (address === undefined || address === '' ? [] : [{ name, address }]),
);

/** Runs the same tests on each engine of the lab. Without one: fails under CI, is loud elsewhere. */
export function describeOnEngines(title: string, tests: (connect: () => Promise<Engine>) => void): void {
  if (addresses.length === 0) {
    if (process.env['CI']) throw new Error('no engine: LAB_A_ADDRESS and LAB_B_ADDRESS are not set');
    process.stderr.write(`NOT TESTED, no engine (LAB_A_ADDRESS, LAB_B_ADDRESS): ${title}\n`);
    describe.skip(title, () => {
      tests(() => Promise.reject(new Error('no engine')));
    });
    return;
  }
  describe.each(addresses)(`${title} on engine $name`, ({ address }) => {
    tests(() => connectEngine({ flag: address, env: {}, home: '/nonexistent' }));
  });
}
