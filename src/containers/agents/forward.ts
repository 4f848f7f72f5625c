import { randomUUID } from 'node:crypto';
import { PassThrough, Readable, Writable, type Duplex } from 'node:stream';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import { answerCredential } from './answer-credential.ts';
import { credentialScript, forwardScript } from './forward-script.ts';
import type { GpgAgent } from './find-gpg-agent.ts';
import { makeFrame, makeFrameReader } from './read-frames.ts';

interface Forwarding {
  /** `NAME=value` for programs of the session. */
  readonly env: readonly string[];
  /** Git configuration for programs of the session. */
  readonly config: readonly (readonly [string, string])[];
  /** True if gpg inside signs with the person's keys. */
  readonly openpgp: boolean;
  readonly stop: () => Promise<void>;
}

/** The session that agents are lent to. */
interface Lender {
  readonly engine: Pick<Engine, 'runtime'>;
  readonly container: { readonly id: string };
  /** User of the environment, also if commands run as root. */
  readonly user: string;
  /** Absolute, where devenv.yaml lies. */
  readonly folder: string;
}

/** Agents and logins to forward besides the ssh agent. */
interface Lent {
  /** Hosts that git logins are lent for, as `https://git.example.com`. */
  readonly hosts: ReadonlySet<string>;
  readonly gpg?: Promise<GpgAgent | undefined>;
}

/** Path of the agent's socket in gpg's home folder. */
const gpgName = 'gnupg/S.gpg-agent';

/** Milliseconds; after that the shell opens without agents. */
const patience = 10_000;

/**
 * Lends the person's ssh agent, gpg agent and git credentials to a session, over
 * a second exec: works with remote engines, mounts nothing and copies only
 * public keys. Absent if the image has no perl.
 */
export async function forwardAgents(
  context: Context,
  session: Lender,
  { hosts, gpg: finding }: Lent,
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
  /** Set shortly after the first connection can come. */
  const lent: { gpg?: GpgAgent | undefined } = {};
  const open = (id: number, what: string): Connection => {
    const { gpg } = lent;
    if (what === gpgName) return gpg === undefined ? refuse(id) : joinAgent(context.connect(gpg.socket), id, send);
    if (what === 'agent') return agent === undefined ? refuse(id) : joinAgent(context.connect(agent), id, send);
    return collectQuestion(id, send, (question) => answerCredential(context, folder, hosts, question));
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
  const running = engine.runtime
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
  const gpg = (lent.gpg = await finding?.catch(() => undefined));
  const home = `GNUPGHOME=${place}/gnupg`;
  const openpgp = gpg !== undefined && (await importKeys(session, home, gpg.publicKeys));
  const helper = `!perl -e '${credentialScript}' ${place}/credential`;
  return {
    env: [...(agent === undefined ? [] : [`SSH_AUTH_SOCK=${place}/agent`]), ...(openpgp ? [home] : [])],
    config: [['credential.helper', helper]],
    openpgp,
    stop,
  };
}

/** Imports public keys into the session's keyring. False if the workspace has no gpg. */
async function importKeys({ engine, container, user }: Lender, home: string, keys: string): Promise<boolean> {
  const argv = ['gpg', '--batch', '--quiet', '--import'];
  const done = engine.runtime.exec(container.id, {
    argv,
    user,
    env: [home],
    stdin: Readable.from([Buffer.from(keys)]),
  });
  return (await done.catch(() => 1)) === 0;
}

interface Connection {
  readonly data: (bytes: Buffer) => void;
  /** The other side ended its input. */
  readonly end: () => void;
}

type Send = (kind: string, id: number, data: Uint8Array) => void;

function joinAgent(socket: Duplex, id: number, send: Send): Connection {
  socket.on('data', (bytes: Buffer) => send('D', id, bytes));
  socket.on('error', () => undefined);
  socket.once('close', () => send('C', id, Buffer.alloc(0)));
  return { data: (bytes) => void socket.write(bytes), end: () => void socket.end() };
}

/** Bytes; a question of git is a few lines. */
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
