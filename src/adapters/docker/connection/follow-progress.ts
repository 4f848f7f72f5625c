import type { Connection } from './connection.ts';
import { open, type Explain } from './ask.ts';
import { withTypedFailures } from './engine-failure.ts';
import { Fields } from './fields.ts';
import { readJsonLines } from './read-json-lines.ts';
import { withIdleLimit } from './read-text.ts';
import type { Call } from './send.ts';

/** Milliseconds. A large layer is unpacked without a word. */
const idleLimit = 15 * 60_000;

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
  await withTypedFailures(connection, purpose, async () => {
    const response = await open(connection, { patience: idleLimit, ...call }, explain);
    for await (const value of readJsonLines(withIdleLimit(response, idleLimit))) {
      const line = new Fields(value);
      const error = line.in('errorDetail').text('message') || line.text('error');
      if (error !== '') throw explain(purpose, response.statusCode ?? 0, error);
      onLine(line);
    }
  });
}
