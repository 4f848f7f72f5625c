import type { Healthcheck } from '../../model/image.ts';
import { longestWait, type Readiness } from '../../model/service.ts';
import { asListNode, asMapNode, ComposeProblem, unknownKey, type Node } from './node.ts';
import { readDuration, readFlag, readForm, readFreeText, type Reading } from './read-values.ts';

/** Milliseconds in all, and of the start: an image of others says how long, and no command waits without end. */
const longestCheck = 60 * 60_000;

/** Milliseconds: Docker's own defaults, and how often devenv checks while it waits. */
const [defaultInterval, defaultTimeout, interval] = [30_000, 30_000, 1000];
const defaultRetries = 3;

/**
 * A health check as devenv runs it while it waits: in the service, and more often
 * than its interval says, for the same time in all. Every engine runs it so,
 * also Podman without systemd. Absent for NONE.
 */
export function toReadiness({ test, ...times }: Healthcheck): Readiness | undefined {
  const [kind, ...words] = test;
  if (kind === undefined || kind === 'NONE' || words.length === 0) return undefined;
  const patience = Math.min(longestCheck, (times.retries ?? defaultRetries) * (times.interval ?? defaultInterval));
  return {
    check: { kind: 'command', command: kind === 'CMD-SHELL' ? (words[0] ?? '') : words },
    interval,
    retries: Math.max(1, Math.ceil(patience / interval)),
    startPeriod: Math.min(longestCheck, times.startPeriod ?? 0),
    timeout: Math.min(longestWait, times.timeout ?? defaultTimeout),
  };
}

const never: Readiness = { check: { kind: 'none' }, interval, retries: 1, startPeriod: 0 };

/** `healthcheck` of a service: a line, a list with CMD, CMD-SHELL or NONE, or `disable`. */
export function readHealthcheck(node: Node, reading: Reading): Readiness {
  let [test, disabled]: [string[] | undefined, boolean] = [undefined, false];
  const times: Record<string, number> = {};
  for (const [name, entry] of asMapNode(node)) {
    const { value } = entry;
    if (name === 'test')
      test =
        value.kind === 'text'
          ? ['CMD-SHELL', readFreeText(value, reading)]
          : asListNode(value).map((item) => readFreeText(item, reading));
    else if (name === 'disable') disabled = readFlag(value, reading);
    else if (name === 'retries') times['retries'] = Number(readForm(value, reading, /^\d{1,6}$/, 'a number of tries'));
    else if (name === 'interval' || name === 'timeout') times[name] = readDuration(value, reading);
    else if (name === 'start_period') times['startPeriod'] = readDuration(value, reading);
    // devenv checks more often than that.
    else if (name === 'start_interval') readDuration(value, reading);
    else if (!name.startsWith('x-')) throw unknownKey(entry, name);
  }
  if (disabled || test?.[0] === 'NONE') return never;
  if (test === undefined || !['CMD', 'CMD-SHELL'].includes(test[0] ?? '') || test.length < 2)
    throw new ComposeProblem(
      node,
      'the test is missing',
      '"test": a line, or a list that starts with CMD or CMD-SHELL',
    );
  return toReadiness({ test, ...times }) ?? never;
}
