import type { IncomingMessage } from 'node:http';
import { withRetries, type Attempt } from '../../with-retries.ts';
import type { Connection } from './connection.ts';
import { isBroken, refused, withTypedFailures } from './engine-failure.ts';
import { Fields } from './fields.ts';
import { readText } from './read-text.ts';
import { send, type Call } from './send.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds before the second, third and fourth try. */
const pauses = [100, 400, 1200];

/**
 * Sends a call and reads the whole answer; repeats it if `call.repeat` allows.
 * Statuses from 400 throw ENGINE_REFUSED, unless `accept` has them.
 */
export async function ask(connection: Connection, call: Call, accept: readonly number[] = []): Promise<Answer> {
  const { purpose, signal } = call;
  const answer = await withTypedFailures(connection, call, () =>
    withRetries(pauses, signal, () => attempt(connection, call)),
  );
  if (answer.status < 400 || accept.includes(answer.status)) return answer;
  throw refused(purpose, answer.status, readMessage(answer.text));
}

/** As `ask`, and parses the answer as JSON. */
export async function askJson(connection: Connection, call: Call): Promise<Fields> {
  return parse(call, await ask(connection, call));
}

/** What a call that only reads may have besides its path. */
type Reading = Pick<Call, 'query' | 'patience' | 'signal' | 'passing'>;

/** Reads a JSON document, with retries. */
export function getJson(connection: Connection, path: string, purpose: string, rest: Reading = {}): Promise<Fields> {
  return askJson(connection, { method: 'GET', path, purpose, repeat: 'always', ...rest });
}

/** As getJson; undefined if there is no such thing (404). */
export async function findJson(
  connection: Connection,
  path: string,
  purpose: string,
  rest: Reading = {},
): Promise<Fields | undefined> {
  const call = { method: 'GET', path, purpose, repeat: 'always', ...rest } as const;
  const answer = await ask(connection, call, [404]);
  return answer.status === 404 ? undefined : parse(call, answer);
}

/** The query of a list: what has all these labels. */
export const labelled = (labels: readonly string[]): Readonly<Record<string, string>> => ({
  filters: JSON.stringify({ label: labels }),
});

/** Makes a typed error of an engine's message. */
export type Explain = (purpose: string, status: number, message: string) => Error;

/** Sends a call once and resolves with the unread answer. Statuses from 400 throw the error of `explain`. */
export async function open(connection: Connection, call: Call, explain: Explain = refused): Promise<IncomingMessage> {
  const response = await send(connection, call);
  const status = response.statusCode ?? 0;
  if (status >= 400) throw explain(call.purpose, status, readMessage(await readText(response)));
  return response;
}

/** The engine's message in an error answer; empty for HTML and broken JSON. */
export function readMessage(text: string): string {
  try {
    const value = JSON.parse(text) as { message?: unknown; cause?: unknown } | null;
    return typeof value?.message === 'string' ? value.message : '';
  } catch {
    return text.length < 300 && !text.trimStart().startsWith('<') ? text : '';
  }
}

function parse({ purpose }: Call, { status, text }: Answer): Fields {
  try {
    return new Fields(JSON.parse(text) as unknown);
  } catch (cause) {
    throw refused(purpose, status, 'the answer is not JSON', cause);
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

const mayRepeat = ({ repeat, passing }: Call, status: number): boolean =>
  repeat !== undefined && (status === 503 || (repeat === 'always' && (status === 500 || status === passing)));
