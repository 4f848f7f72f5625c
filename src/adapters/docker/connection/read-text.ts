import type { IncomingMessage } from 'node:http';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { AnswerTimeout } from './engine-failure.ts';

/** Bytes of an answer. Real lists are far smaller. */
const cap = 64 * 1024 * 1024;

/** Reads a whole answer as text. Throws ENGINE_REFUSED if it is too long, AnswerTimeout if it stalls. */
export async function readText(response: IncomingMessage, limit = cap): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of withIdleLimit(response, 60_000)) {
    size += chunk.length;
    if (size > limit) {
      response.destroy();
      throw new DevenvError('ENGINE_REFUSED', `The engine's answer is over ${String(limit)} bytes long.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/** Yields an answer's chunks. Throws AnswerTimeout if none comes for `milliseconds`. */
export async function* withIdleLimit(response: IncomingMessage, milliseconds: number): AsyncGenerator<Buffer> {
  const timer = setTimeout(() => {
    response.destroy(new AnswerTimeout('its answer stalled'));
  }, milliseconds);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      timer.refresh();
      yield chunk;
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
}
