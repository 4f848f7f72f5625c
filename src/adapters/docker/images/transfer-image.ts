import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Digest } from '../../../model/version.ts';
import type { Transfer, TransferOptions } from '../../../ports/images.ts';
import type { RegistryAuth } from '../../../ports/registry.ts';
import { cleanText } from '../connection/clean-text.ts';
import type { Connection } from '../connection/connection.ts';
import type { Fields } from '../connection/fields.ts';
import { AnswerTimeout } from '../connection/engine-failure.ts';
import { followProgress } from '../connection/follow-progress.ts';
import type { Call } from '../connection/send.ts';
import { inspectImage } from './images.ts';
import { imagePath, parseReference } from './reference.ts';
import { transferFailure } from './transfer-failure.ts';

/** Milliseconds until an engine's first line, which it prints once the registry answered. */
const firstAnswer = 120_000;

type Options = Omit<TransferOptions, 'auth'>;

/** Pulls an image. Throws IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE, CONTENT_MISMATCH. */
export async function pullImage(
  connection: Connection,
  reference: string,
  auth: RegistryAuth | undefined,
  options: Options,
): Promise<void> {
  const { repository, tag, digest } = parseReference(reference);
  let last = '';
  const call = {
    path: '/images/create',
    query: { fromImage: repository, tag: digest ?? tag ?? 'latest' },
    headers: authHeaders(auth),
    purpose: `pull ${reference}`,
  };
  await transfer(connection, reference, call, options, (line) => (last = line.text('status') || last));
  // The stream of an interrupted engine ends as a complete one, without the last line.
  const complete = connection.podman || last.startsWith('Status: ');
  if (!complete || (await inspectImage(connection, reference)) === undefined) throw incomplete('download', reference);
}

/** Pushes an image and returns the manifest's digest. Errors as pullImage. */
export async function pushImage(
  connection: Connection,
  reference: string,
  auth: RegistryAuth | undefined,
  options: Options,
): Promise<Digest> {
  const { repository, tag = 'latest' } = parseReference(reference);
  let digest: string | undefined;
  const call = {
    path: `/images/${imagePath(repository)}/push`,
    query: { tag },
    // Docker refuses a push without the header, even if no login is needed.
    headers: authHeaders(auth, 'always'),
    purpose: `push ${reference}`,
  };
  await transfer(connection, reference, call, options, (line) => {
    // Podman has no `aux`; both end with a sentence that has the digest.
    const said = /: digest: (sha256:[0-9a-f]{64}) size: \d+$/.exec(line.text('status'))?.[1];
    digest = line.in('aux').text('Digest') || said || digest;
  });
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest as Digest;
  throw incomplete('upload', reference);
}

async function transfer(
  connection: Connection,
  reference: string,
  call: Omit<Call, 'method'>,
  { signal, onProgress }: Options,
  onLine: (line: Fields) => void,
): Promise<void> {
  await followProgress(
    connection,
    { method: 'POST', ...call, signal },
    (purpose, status, message) => transferFailure(purpose, reference, status, message),
    (line) => {
      const progress = readTransfer(line);
      if (progress !== undefined) onProgress?.(progress);
      onLine(line);
    },
    firstAnswer,
  ).catch((error: unknown) => {
    const late = error instanceof DevenvError && error.cause instanceof AnswerTimeout;
    throw late ? tooLate(reference) : error;
  });
}

const tooLate = (reference: string): DevenvError =>
  new DevenvError('REGISTRY_UNREACHABLE', `The registry of ${reference} does not answer in time.`, {
    hint: "Check the network of the engine's machine and run the same command again: complete layers are not transferred twice.",
  });

/** A line about one layer as its progress; undefined for other lines. */
function readTransfer(line: Fields): Transfer | undefined {
  const [layer, status, detail] = [line.text('id'), line.text('status'), line.in('progressDetail')];
  if (layer === '' || status === '') return undefined;
  const [done, total] = [detail.number('current'), detail.number('total')];
  return { layer: cleanText(layer, 64), status: cleanText(status, 100), done, total };
}

const incomplete = (what: string, reference: string): DevenvError =>
  new DevenvError('REGISTRY_UNREACHABLE', `The ${what} of ${reference} ended before it was complete.`, {
    hint: 'Run the same command again: complete layers are not transferred twice.',
  });

/** The login as a header for engines. Never log it. */
function authHeaders(auth: RegistryAuth | undefined, when: 'known' | 'always' = 'known'): Record<string, string> {
  if (auth === undefined && when === 'known') return {};
  const login = auth === undefined ? {} : toLogin(auth);
  return { 'X-Registry-Auth': encode(JSON.stringify(login)) };
}

/** URL-safe base64 with padding, without which Docker 20 ignores the login. */
function encode(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function toLogin({ username, password, server, identityToken, registryToken }: RegistryAuth): object {
  if (registryToken !== undefined) return { registrytoken: registryToken, serveraddress: server };
  if (identityToken !== undefined) return { identitytoken: identityToken, serveraddress: server };
  return { username, password, serveraddress: server };
}
