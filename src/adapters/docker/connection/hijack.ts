import type { Duplex } from 'node:stream';
import { readMessage } from './ask.ts';
import { hostHeader, type Connection } from './connection.ts';
import { AnswerTimeout, isBroken, refused } from './engine-failure.ts';
import { target, type Call } from './send.ts';

/** A connection that carries a program's raw input and output. */
export interface Hijacked {
  /** The program's input. Ending it leaves the output open. */
  readonly input: Duplex;
  /** Reads on after the receiver returned false. */
  resume(): void;
  /** `broken` may only mean that the engine wants no more input. */
  readonly ended: Promise<'clean' | 'broken'>;
  readonly destroy: () => void;
}

/** Takes output; returns false to pause until `resume`. */
type Receiver = (bytes: Uint8Array) => boolean;

const headCap = 64 * 1024;
const patience = 60_000;

/**
 * Sends a POST that turns its connection into a stream. Not by node:http, whose
 * socket drops received output when the engine closes the connection over
 * unread input, as after every program that ends before its input.
 */
export function hijack(connection: Connection, call: Call, receive: Receiver): Promise<Hijacked> {
  return new Promise((resolve, reject) => {
    let head: Buffer | undefined = Buffer.alloc(0);
    let settle: (how: 'clean' | 'broken') => void;
    const ended = new Promise<'clean' | 'broken'>((done) => (settle = done));
    const socket = connection.dial({
      buffer: Buffer.allocUnsafe(64 * 1024),
      callback: (size, shared) => {
        // The buffer is reused for the next read.
        const bytes = Buffer.from(shared.subarray(0, size));
        return head === undefined ? receive(bytes) : readHead(bytes);
      },
    });
    const timer = setTimeout(() => socket.destroy(new AnswerTimeout('it does not answer in time')), patience);
    const readHead = (bytes: Buffer): boolean => {
      head = Buffer.concat([head ?? Buffer.alloc(0), bytes]);
      const end = head.indexOf('\r\n\r\n');
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1', 0, 32))?.[1] ?? (end < 0 ? 101 : 0));
      if (end < 0 && head.length < headCap) return true;
      if (end < 0 || (status !== 101 && status !== 200)) {
        if (hasWhole(head, end)) socket.destroy(refusal(call, status, head.subarray(end + 4)));
        return true;
      }
      clearTimeout(timer);
      const rest = head.subarray(end + 4);
      head = undefined;
      resolve({ input: socket, resume: () => void socket.resume(), ended, destroy: () => void socket.destroy() });
      return rest.length === 0 || receive(rest);
    };
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      if (head === undefined) settle(error === undefined ? 'clean' : 'broken');
      else reject(error ?? Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' }));
    };
    socket.on('error', finish);
    socket.on('end', () => {
      finish();
    });
    socket.on('close', () => {
      finish();
    });
    call.signal?.addEventListener('abort', () => socket.destroy(abortError()), { once: true });
    if (call.signal?.aborted === true) socket.destroy(abortError());
    if ('setKeepAlive' in socket) (socket as Duplex & KeepAlive).setKeepAlive(true, 30_000);
    forgiveWrites(socket);
    socket.write(requestText(connection, call));
    // With `onread` a socket reads only while it flows.
    socket.resume();
  });
}

interface KeepAlive {
  setKeepAlive(on: boolean, milliseconds: number): void;
}

function requestText(connection: Connection, call: Call): string {
  // Podman passes any body to the program's input.
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  return [
    `POST ${target(connection, call)} HTTP/1.1`,
    `Host: ${hostHeader(connection)}`,
    'Connection: Upgrade',
    'Upgrade: tcp',
    ...(body === '' ? [] : ['Content-Type: application/json']),
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    '',
    body,
  ].join('\r\n');
}

/**
 * Ignores a broken pipe while writing: the program ended before its input, and
 * output is still to be read. Reading shows whether the connection is broken.
 */
function forgiveWrites(socket: Duplex): void {
  const [write, writev] = [socket._write.bind(socket), socket._writev?.bind(socket)];
  const forgive = (done: (error?: Error | null) => void) => (error?: Error | null) => {
    // Such a write never completes, so that the input is not read to its end in vain.
    if (!isBroken(error)) done(error);
  };
  socket._write = (chunk, encoding, done) => {
    write(chunk, encoding, forgive(done));
  };
  if (writev === undefined) return;
  socket._writev = (chunks, done) => {
    writev(chunks, forgive(done));
  };
}

/** True once an error answer has its announced length; without one, at the end. */
function hasWhole(head: Buffer, end: number): boolean {
  const announced = /\r\ncontent-length: *(\d+)/i.exec(head.toString('latin1', 0, Math.max(end, 0)))?.[1];
  return end < 0 || announced === undefined || head.length >= Math.min(headCap, end + 4 + Number(announced));
}

function refusal(call: Call, status: number, body: Buffer): Error {
  const text = body.toString('utf8');
  // A body without a length may be chunked: take the JSON in it.
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}')];
  return refused(call.purpose, status, readMessage(start < end ? text.slice(start, end + 1) : text));
}

function abortError(): Error {
  return Object.assign(new Error('aborted'), { name: 'AbortError' });
}
