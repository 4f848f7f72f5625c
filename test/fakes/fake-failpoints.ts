import type { Failpoints } from '../../src/ports/failpoint.ts';

/** Stops a use case where it reaches a point, as a kill would: nothing of it runs any more that changes something. */
export class FakeFailpoints implements Failpoints {
  stopAt: string | undefined;

  reach(name: string): Promise<void> {
    return name === this.stopAt ? Promise.reject(new Error(`stopped at ${name}`)) : Promise.resolve();
  }
}
