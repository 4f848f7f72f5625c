/** An engine's progress line is some hundred bytes; more is a fault or an attack. */
const cap = 1024 * 1024;

/**
 * Reads JSON values, one a line, as engines send them while they work.
 * Throws a plain Error at a line that is not JSON, is too long or is cut off.
 */
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
