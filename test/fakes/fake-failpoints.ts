import type { Failpoints } from '../../src/ports/failpoint.ts';

/** Throws at the failpoint named `stopAt`, so that the use case changes nothing after it, as after a kill. */
export class FakeFailpoints implements Failpoints {
  stopAt: string | undefined;

  reach(name: string): Promise<void> {
    return name === this.stopAt ? Promise.reject(new Error(`stopped at ${name}`)) : Promise.resolve();
  }
}
