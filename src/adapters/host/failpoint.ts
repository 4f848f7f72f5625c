import { setTimeout as sleep } from 'node:timers/promises';
import type { Failpoints } from '../../ports/failpoint.ts';

const minute = 60_000;

/**
 * Acts if `TEAMVM_FAILPOINT` names this point: `name:kill`, `name:throw`,
 * `name:enospc`, `name:sleep` (a minute) or `name:sleep=MS`, separated by commas.
 */
export const failpoint = (name: string): Promise<void> | void => {
  const wanted = process.env['TEAMVM_FAILPOINT'];
  if (wanted === undefined) return;
  const entry = wanted.split(',').find((each) => each.slice(0, each.lastIndexOf(':')) === name);
  if (entry === undefined) return;
  const [action = '', argument] = entry.slice(name.length + 1).split('=');
  switch (action) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      // The signal may arrive a moment later.
      return sleep(minute);
    case 'sleep':
      return sleep(argument === undefined ? minute : Number(argument));
    case 'enospc':
      throw Object.assign(new Error(`ENOSPC: no space left on device, at failpoint ${name}`), { code: 'ENOSPC' });
    case 'throw':
      throw new Error(`failpoint ${name}`);
    default:
      throw new Error(`TEAMVM_FAILPOINT: "${entry}" names no action: use kill, throw, sleep or enospc`);
  }
};

/** Failpoints as a port. */
export const envFailpoints: Failpoints = {
  reach: async (name) => {
    await failpoint(name);
  },
};
