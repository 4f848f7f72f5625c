import type { IncomingMessage } from 'node:http';
import { withRetries, type Attempt } from '../../with-retries.ts';
import type { Connection } from './connection.ts';
import { isBroken, refused, withTypedFailures } from './engine-failure.ts';
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
  const { purpose, signal } = call;
  const answer = await withTypedFailures(connection, purpose, () =>
    withRetries(pauses, signal, () => attempt(connection, call)),
  );
  if (answer.status < 400 || accept.includes(answer.status)) return answer;
  throw refused(purpose, answer.status, readMessage(answer.text));
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

/** Makes a typed error of the engine's words about a failure. */
export type Explain = (purpose: string, status: number, message: string) => Error;

/** Sends a call, once, and resolves with an answer that is yet to be read. Statuses of 400 and more throw what `explain` makes of them. */
export async function open(connection: Connection, call: Call, explain: Explain = refused): Promise<IncomingMessage> {
  const response = await send(connection, call);
  const status = response.statusCode ?? 0;
  if (status >= 400) throw explain(call.purpose, status, readMessage(await readText(response)));
  return response;
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

async function attempt(connection: Connection, call: Call): Promise<Attempt<Answer>> {
  try {
    const response = await send(connection, call);
    const [status, text] = [response.statusCode ?? 0, await readText(response)];
    if (!mayRepeat(call, status)) return { result: { status, text } };
    return { failure: refused(call.purpose, status, readMessage(text)) };
  } catch (error) {
    if (call.repeat === undefined || !isBroken(error)) throw error;
    return { failure: error as Error };
  }
}

const mayRepeat = ({ repeat }: Call, status: number): boolean =>
  repeat !== undefined && (status === 503 || (status === 500 && repeat === 'always'));
