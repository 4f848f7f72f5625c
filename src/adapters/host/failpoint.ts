import { setTimeout as sleep } from 'node:timers/promises';
import type { Failpoints } from '../../ports/failpoint.ts';

const minute = 60_000;

/**
 * Acts where `TEAMVM_FAILPOINT` names this place: `name:kill`, `name:throw`,
 * `name:enospc`, `name:sleep` (a minute) or `name:sleep=MS`; several with
 * commas. Without the variable it costs one look-up.
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
      // The signal is delivered between two instructions of this thread at the latest, but not always before the next one.
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

/** Lets the layers above reach failpoints through their port. */
export const envFailpoints: Failpoints = {
  reach: async (name) => {
    await failpoint(name);
  },
};
