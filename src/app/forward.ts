import { randomUUID } from 'node:crypto';
import { PassThrough, Writable, type Duplex } from 'node:stream';
import type { Context } from './context.ts';
import { answerCredential } from './answer-credential.ts';
import { credentialScript, forwardScript } from './forward-script.ts';
import type { Session } from './open-session.ts';
import { makeFrame, makeFrameReader } from './read-frames.ts';

export interface Forwarding {
  /** `NAME=value` for whatever runs in the session. */
  readonly env: readonly string[];
  /** Configuration of git for the same. */
  readonly config: readonly (readonly [string, string])[];
  readonly stop: () => Promise<void>;
}

/** Milliseconds; a shell that opens without the agent is better than one that does not open. */
const patience = 10_000;

/**
 * Lends the person's ssh agent and git credentials to a session: over a second
 * exec, so that it works wherever the engine is, and nothing is mounted or
 * copied. Absent where the image has no perl.
 */
export async function forwardAgents(
  context: Context,
  session: Pick<Session, 'engine' | 'user' | 'folder'> & { readonly container: Pick<Session['container'], 'id'> },
): Promise<Forwarding | undefined> {
  const { engine, container, user, folder } = session;
  const place = `/tmp/.devenv-${randomUUID()}`;
  const input = new PassThrough();
  const over = new AbortController();
  const connections = new Map<number, Connection>();
  const send = (kind: string, id: number, data: Uint8Array): void => {
    if (!over.signal.aborted) input.write(makeFrame({ kind, id, data: Buffer.from(data) }));
  };
  const agent = context.variables['SSH_AUTH_SOCK'];
  const open = (id: number, what: string): Connection => {
    if (what === 'agent') return agent === undefined ? refuse(id) : joinAgent(context.connect(agent), id, send);
    return collectQuestion(id, send, (question) => answerCredential(context, folder, question));
  };
  const refuse = (id: number): Connection => {
    send('C', id, Buffer.alloc(0));
    return { data: () => undefined, end: () => undefined };
  };
  let ready: () => void = () => undefined;
  const began = new Promise<boolean>((resolve) => {
    ready = () => resolve(true);
  });
  const read = makeFrameReader();
  const stdout = new Writable({
    write(bytes: Buffer, _encoding, done) {
      try {
        for (const { kind, id, data } of read(bytes)) {
          if (kind === 'R') ready();
          if (kind === 'O') connections.set(id, open(id, data.toString('latin1')));
          if (kind === 'D') connections.get(id)?.data(Buffer.from(data));
          if (kind === 'E') connections.get(id)?.end();
        }
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const running = engine
    .exec(container.id, {
      argv: ['perl', '-e', forwardScript, '--', place],
      ...{ user, stdin: input, stdout, signal: over.signal },
    })
    .then(
      () => false,
      () => false,
    );
  const stop = async (): Promise<void> => {
    input.end();
    const late = setTimeout(() => over.abort(), 1_000);
    await running;
    clearTimeout(late);
  };
  const late = AbortSignal.timeout(patience);
  const timedOut = new Promise<boolean>((resolve) => {
    late.addEventListener('abort', () => resolve(false), { once: true });
  });
  if (!(await Promise.race([began, running, timedOut]))) {
    over.abort();
    await running;
    return undefined;
  }
  const helper = `!perl -e '${credentialScript}' ${place}/credential`;
  return {
    env: agent === undefined ? [] : [`SSH_AUTH_SOCK=${place}/agent`],
    config: [['credential.helper', helper]],
    stop,
  };
}

interface Connection {
  readonly data: (bytes: Buffer) => void;
  /** The other side has said all. */
  readonly end: () => void;
}

type Send = (kind: string, id: number, data: Uint8Array) => void;

function joinAgent(socket: Duplex, id: number, send: Send): Connection {
  socket.on('data', (bytes: Buffer) => send('D', id, bytes));
  socket.on('error', () => undefined);
  socket.once('close', () => send('C', id, Buffer.alloc(0)));
  return { data: (bytes) => void socket.write(bytes), end: () => void socket.end() };
}

/** A question of git is a few lines. */
const questionLimit = 64 * 1024;

function collectQuestion(id: number, send: Send, answer: (question: string) => Promise<string>): Connection {
  let question = '';
  return {
    data: (bytes) => {
      if (question.length < questionLimit) question += bytes.toString('utf8');
    },
    end: () => {
      void answer(question)
        .catch(() => '')
        .then((text) => {
          send('D', id, Buffer.from(text));
          send('C', id, Buffer.alloc(0));
        });
    },
  };
}
