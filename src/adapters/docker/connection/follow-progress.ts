import type { Connection } from './connection.ts';
import { open, type Explain } from './ask.ts';
import { withTypedFailures } from './engine-failure.ts';
import { Fields } from './fields.ts';
import { withIdleLimit } from './read-text.ts';
import type { Call } from './send.ts';

/** Milliseconds. Engines print nothing while they unpack a large layer. */
const idleLimit = 15 * 60_000;

/**
 * Sends a call that answers with lines of progress, and passes each line on.
 * Throws for a line with an error, an invalid line and a broken connection. A
 * stream may end early: check the result elsewhere. `answerWithin`: milliseconds
 * until the first line; default: as between lines.
 */
export async function followProgress(
  connection: Connection,
  call: Call,
  explain: Explain,
  onLine: (line: Fields) => void,
  answerWithin?: number,
): Promise<void> {
  const { purpose } = call;
  await withTypedFailures(connection, call, async () => {
    const { patience = idleLimit } = call;
    const response = await open(connection, { ...call, patience: answerWithin ?? patience }, explain);
    for await (const value of readJsonLines(withIdleLimit(response, patience))) {
      const line = new Fields(value);
      const error = line.in('errorDetail').text('message') || line.text('error');
      if (error !== '') throw explain(purpose, response.statusCode ?? 0, error);
      onLine(line);
    }
  });
}

/** Characters of a line. Engines write a few hundred. */
const cap = 1024 * 1024;

/** Reads JSON values, one a line. Throws a plain Error for a line that is not JSON, is too long or is cut off. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield* parseLine(rest + text.slice(start, end));
      rest = '';
      start = end + 1;
    }
    rest += text.slice(start);
    if (rest.length > cap) throw new Error('a line of its answer is too long');
  }
  yield* parseLine(rest + decoder.decode());
}

function* parseLine(line: string): Generator<unknown> {
  if (line.trim() === '') return;
  let value: unknown;
  try {
    value = JSON.parse(line) as unknown;
  } catch (cause) {
    throw new Error('a line of its answer is not JSON', { cause });
  }
  yield value;
}
