import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Connection } from './connection.ts';
import { isBroken, lost, refused } from './engine-failure.ts';
import { readText } from './read-text.ts';
import { send, type Call } from './send.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds before the second, third and fourth try. */
const pauses = [100, 400, 1200];

/**
 * Calls the engine and reads the whole answer, repeating where the call allows
 * it. Statuses of 400 and more throw ENGINE_REFUSED, unless `accept` names them.
 */
export async function ask(connection: Connection, call: Call, accept: readonly number[] = []): Promise<Answer> {
  for (const pause of [...pauses, undefined]) {
    const outcome = await attempt(connection, call);
    if (pause !== undefined && mayRepeat(call, outcome)) {
      await sleep(pause, undefined, { signal: call.signal }).catch((error: unknown) => {
        throw lost(call.purpose, connection.name, error);
      });
      continue;
    }
    if (outcome.kind === 'lost') throw lost(call.purpose, connection.name, outcome.error);
    if (outcome.status < 400 || accept.includes(outcome.status)) return outcome;
    throw refused(call.purpose, outcome.status, readMessage(outcome.text));
  }
  throw new DevenvError('INTERNAL', 'A list of pauses ended without a last try.');
}

/** As `ask`, for an answer in JSON. Undefined for 404 where `accept` has it. */
export async function askJson(connection: Connection, call: Call, accept: readonly number[] = []): Promise<unknown> {
  const { status, text } = await ask(connection, call, accept);
  if (status === 404) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw refused(call.purpose, status, 'what answers there does not speak JSON', cause);
  }
}

/** The engine's own words in an error answer; HTML and broken JSON are not shown. */
export function readMessage(text: string): string {
  try {
    const value = JSON.parse(text) as { message?: unknown; cause?: unknown } | null;
    return typeof value?.message === 'string' ? value.message : '';
  } catch {
    return text.length < 300 && !text.trimStart().startsWith('<') ? text : '';
  }
}

type Outcome = ({ readonly kind: 'answer' } & Answer) | { readonly kind: 'lost'; readonly error: unknown };

async function attempt(connection: Connection, call: Call): Promise<Outcome> {
  try {
    const response = await send(connection, call);
    return { kind: 'answer', status: response.statusCode ?? 0, text: await readText(response) };
  } catch (error) {
    return { kind: 'lost', error };
  }
}

function mayRepeat({ repeat }: Call, outcome: Outcome): boolean {
  if (repeat === undefined) return false;
  if (outcome.kind === 'lost') return isBroken(outcome.error);
  return outcome.status === 503 || (outcome.status === 500 && repeat === 'always');
}
