import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { hostHeader, type Connection } from './connection.ts';
import { AnswerTimeout } from './engine-failure.ts';

/** One call of the engine's API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the API version. Names in it must come from reference.ts. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly upload?: { readonly type: string; readonly source: AsyncIterable<Uint8Array> };
  readonly headers?: Readonly<Record<string, string>>;
  /** Completes "The engine could not …": `create the container`. */
  readonly purpose: string;
  /** Retries: `always` after a broken connection, 500 and 503; `lost` not after 500. Absent: never. */
  readonly repeat?: 'always' | 'lost';
  /** One more status after which `always` repeats. */
  readonly passing?: number;
  /** Milliseconds from the end of the upload to the first byte of the answer. */
  readonly patience?: number;
  /** Called when the whole request is on its way. */
  readonly onSent?: () => void;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds. Long enough for an engine with a busy disk. */
const patience = 60_000;

/** Sends a request once and resolves with the unread answer, whatever its status. */
export function send(connection: Connection, call: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const request = httpRequest({
      method: call.method,
      path: target(connection, call),
      headers: { Host: hostHeader(connection), ...contentHeaders(call, body), ...call.headers },
      // A kept connection may be dead: calls that must not be repeated get a new one.
      ...(call.repeat === undefined ? { createConnection: () => connection.dial() } : { agent: connection.agent }),
      ...(call.signal && { signal: call.signal }),
    });
    let timer: NodeJS.Timeout | undefined;
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        request.destroy(new AnswerTimeout('it does not answer in time'));
      }, call.patience ?? patience);
    };
    request.on('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    if (call.onSent) request.once('finish', call.onSent);
    watch();
    if (call.upload === undefined) request.end(body);
    else void upload(request, call.upload.source, watch).catch((error: unknown) => request.destroy(error as Error));
  });
}

/** Path and query, with the API version. */
export function target({ prefix }: Connection, { path, query = {} }: Pick<Call, 'path' | 'query'>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  const text = search.toString();
  return `${prefix}${path}${text === '' ? '' : `?${text}`}`;
}

function contentHeaders(call: Call, body: string | undefined): Record<string, string | number> {
  if (call.upload !== undefined) return { 'Content-Type': call.upload.type };
  if (body === undefined) return call.method === 'POST' ? { 'Content-Length': 0 } : {};
  return { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
}

/** Writes as fast as the engine reads, and stops once it has answered. */
async function upload(
  request: ClientRequest,
  source: AsyncIterable<Uint8Array>,
  progressed: () => void,
): Promise<void> {
  let answered = false;
  request.once('response', () => (answered = true));
  for await (const chunk of source) {
    if (answered || request.destroyed) return;
    if (request.write(chunk)) continue;
    await untilRoom(request);
    if (!answered) progressed();
  }
  if (!answered) progressed();
  request.end();
}

function untilRoom(request: ClientRequest): Promise<void> {
  const events = ['drain', 'close', 'response'];
  return new Promise((resolve) => {
    const go = (): void => {
      for (const event of events) request.off(event, go);
      resolve();
    };
    for (const event of events) request.on(event, go);
  });
}
