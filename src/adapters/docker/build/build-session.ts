import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import {
  performServerHandshake,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { hostHeader, type Connection } from '../connection/connection.ts';
import { AnswerTimeout, refused, withTypedFailures } from '../connection/engine-failure.ts';

/** What BuildKit asks of its client during a build. */
interface BuildSession {
  readonly id: string;
  /** Under which BuildKit asks for the context. */
  readonly remote: string;
  /** Why the context could not be sent; undefined if it could. */
  readonly failure: () => unknown;
  readonly close: () => void;
}

interface SessionContent {
  readonly context: () => AsyncIterable<Uint8Array>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly purpose: string;
}

const methods = {
  health: '/grpc.health.v1.Health/Check',
  context: '/moby.upload.v1.Upload/Pull',
  secret: '/moby.buildkit.secrets.v1.Secrets/GetSecret',
} as const;

/** Milliseconds in which the engine takes the connection. */
const patience = 60_000;

/** Bytes of a request. */
const longestRequest = 64 * 1024;
const statuses = { ok: '0', unknown: '2', notFound: '5', unimplemented: '12' } as const;

/**
 * Opens the connection over which BuildKit asks for the context and for
 * secrets: HTTP/2 with gRPC, on which devenv is the server. Logins for
 * registries are not given: the images are there before the build.
 */
export async function openBuildSession(
  connection: Connection,
  content: SessionContent,
  signal: AbortSignal | undefined,
  within = patience,
): Promise<BuildSession> {
  const id = randomUUID();
  const socket = await withTypedFailures(connection, { purpose: content.purpose, signal }, () =>
    upgrade(connection, id, content.purpose, { signal, within }),
  );
  let failure: unknown;
  const session: Http2Session = performServerHandshake(socket);
  // The answer of the build says what went wrong.
  for (const part of [session, socket]) part.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    answer(stream, headers[':path'] ?? '', content).catch((error: unknown) => {
      failure = error;
      stream.destroy();
      socket.destroy();
    });
  });
  return {
    ...{ id, remote: `http://buildkit-session/${id}`, failure: () => failure },
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}

function upgrade(
  connection: Connection,
  id: string,
  purpose: string,
  { signal, within }: { readonly signal: AbortSignal | undefined; readonly within: number },
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: 'POST',
      path: `${connection.prefix}/session`,
      headers: {
        ...{ Host: hostHeader(connection), Connection: 'Upgrade', Upgrade: 'h2c' },
        'X-Docker-Expose-Session-Uuid': id,
        'X-Docker-Expose-Session-Name': 'devenv',
        'X-Docker-Expose-Session-Grpc-Method': Object.values(methods),
      },
      createConnection: () => connection.dial(),
      ...(signal && { signal }),
    });
    const timer = setTimeout(() => request.destroy(new AnswerTimeout('it does not answer in time')), within);
    request.on('close', () => {
      clearTimeout(timer);
    });
    request.on('upgrade', (_, socket, head) => {
      clearTimeout(timer);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on('response', (response) => {
      response.resume();
      reject(refused(purpose, response.statusCode ?? 0, ''));
    });
    request.on('error', reject);
    request.end();
  });
}

/** Answers one call. */
async function answer(stream: ServerHttp2Stream, method: string, content: SessionContent): Promise<void> {
  let status: string = statuses.unknown;
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': status });
  });
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  if (method === methods.context) {
    stream.resume();
    for await (const chunk of content.context()) {
      if (stream.destroyed) return;
      if (!stream.write(frame(bytesField(chunk)))) await untilRoom(stream);
    }
    status = statuses.ok;
  } else if (method === methods.secret) {
    const id = await readFirstText(stream);
    const value = Object.hasOwn(content.secrets, id) ? content.secrets[id] : undefined;
    status = value === undefined ? statuses.notFound : statuses.ok;
    if (value !== undefined) stream.write(frame(bytesField(Buffer.from(value))));
  } else {
    stream.resume();
    status = method === methods.health ? statuses.ok : statuses.unimplemented;
    // The field `status` with the value `SERVING`.
    if (method === methods.health) stream.write(frame(Buffer.from([8, 1])));
  }
  stream.end();
}

/** The first field of a request, if it is text. */
async function readFirstText(stream: ServerHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestRequest) return '';
    chunks.push(chunk);
  }
  // Five bytes of frame, one of the field's number, then its size in one byte, or two from 128.
  const request = Buffer.concat(chunks).subarray(5);
  const long = (request[1] ?? 0) > 127;
  const length = long ? (request[1] ?? 0) - 128 + (request[2] ?? 0) * 128 : (request[1] ?? 0);
  const start = long ? 3 : 2;
  return request[0] === 0x0a ? request.subarray(start, start + length).toString('utf8') : '';
}

/** A gRPC message: no compression, and its size. */
function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** A protobuf message whose first field has these bytes. */
function bytesField(bytes: Uint8Array): Buffer {
  const size: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    size.push(rest > 127 ? (rest % 128) + 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([0x0a, ...size]), bytes]);
}

function untilRoom(stream: ServerHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      for (const event of ['drain', 'close']) stream.off(event, go);
      resolve();
    };
    for (const event of ['drain', 'close']) stream.on(event, go);
  });
}
