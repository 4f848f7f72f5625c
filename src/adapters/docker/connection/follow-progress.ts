import type { Connection } from './connection.ts';
import { readMessage } from './ask.ts';
import { lost } from './engine-failure.ts';
import { Fields } from './fields.ts';
import { readJsonLines } from './read-json-lines.ts';
import { readText, withIdleLimit } from './read-text.ts';
import { send, type Call } from './send.ts';

/** Milliseconds. A large layer is unpacked without a word. */
const idleLimit = 15 * 60_000;

/** Makes a typed error of the engine's words about a failure. */
type Explain = (purpose: string, status: number, message: string) => Error;

/**
 * Makes a call that answers with lines of progress, and passes each line on.
 * A line with an error, a broken line and a broken connection all throw; that
 * the work was done has to be seen elsewhere, since a stream may end early.
 */
export async function followProgress(
  connection: Connection,
  call: Call,
  explain: Explain,
  onLine: (line: Fields) => void,
): Promise<void> {
  const { purpose } = call;
  try {
    const response = await send(connection, { patience: idleLimit, ...call });
    const status = response.statusCode ?? 0;
    if (status >= 400) throw explain(purpose, status, readMessage(await readText(response)));
    for await (const value of readJsonLines(withIdleLimit(response, idleLimit))) {
      const line = new Fields(value);
      const error = line.in('errorDetail').text('message') || line.text('error');
      if (error !== '') throw explain(purpose, status, error);
      onLine(line);
    }
  } catch (error) {
    throw lost(purpose, connection.name, error);
  }
}
