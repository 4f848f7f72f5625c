import { DevenvError } from '../../../errors/devenv-error.ts';
import { cleanText } from '../connection/clean-text.ts';
import { refused } from '../connection/engine-failure.ts';

/**
 * Turns what an engine says about a failed pull or push into a typed error.
 * Engines hand on the registry's own words, so this goes by those.
 */
export function transferFailure(purpose: string, reference: string, status: number, message: string): DevenvError {
  const found = rules.find(([pattern]) => pattern.test(message));
  const shown = message.replaceAll(queries, '$1');
  if (found === undefined) return refused(purpose, status, shown);
  const [, code, what] = found;
  return new DevenvError(code, `${what(reference)} (${cleanText(shown, 400)})`, { data: { status, reference } });
}

/** Addresses of blobs may end in a signature that lets anybody have them. */
const queries = /(https?:\/\/[^\s"?]+)\?[^\s"]*/g;

type TransferCode = 'CONTENT_MISMATCH' | 'REGISTRY_DENIED' | 'IMAGE_NOT_FOUND' | 'REGISTRY_UNREACHABLE';

/** First match counts: a denied login is often followed by "does not exist". */
const rules: readonly (readonly [RegExp, TransferCode, (reference: string) => string])[] = [
  [
    /digest (mismatch|did not match|does not match)|unexpected (commit )?(digest|size)|verification failed|failed (precondition|to verify)|invalid checksum|does not match (the )?(digest|expected)|short read|unexpected EOF.*blob|corrupt/i,
    'CONTENT_MISMATCH',
    (reference) => `What the registry sent for ${reference} is not what its digest says.`,
  ],
  [
    /unauthorized|authentication required|access denied|\bdenied\b|forbidden|no basic auth credentials|incorrect username or password|\b40[13]\b/i,
    'REGISTRY_DENIED',
    (reference) => `The registry refused ${reference}.`,
  ],
  [
    /no such host|server misbehaving|connection (refused|reset|closed)|broken pipe|\b(dial|read|write) tcp\b|i\/o timeout|timeout|deadline exceeded|unreachable|x509|certificate|tls:|server gave HTTP response|toomanyrequests|too many requests|bad gateway|service unavailable|internal server error|\b(429|50[0234])\b|\bEOF\b|failed to (do request|resolve reference.*dial)|request canceled|name resolution/i,
    'REGISTRY_UNREACHABLE',
    (reference) => `The registry of ${reference} does not answer as it should.`,
  ],
  [
    /manifest unknown|name unknown|not found|does not exist|no such image|no matching manifest|\b404\b|no image found/i,
    'IMAGE_NOT_FOUND',
    (reference) => `There is no image ${reference}.`,
  ],
];
