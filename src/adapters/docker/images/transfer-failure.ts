import { DevenvError } from '../../../errors/devenv-error.ts';
import { serverOf } from '../../oci/docker-registry-auth.ts';
import { cleanText } from '../connection/clean-text.ts';
import { isFull, refused } from '../connection/engine-failure.ts';

/** A typed error for a failed pull or push, by the registry's words, which engines pass on. */
export function transferFailure(purpose: string, reference: string, status: number, message: string): DevenvError {
  // A registry may send megabytes.
  const start = message.slice(0, 4_000);
  // A path of the engine's disk may hold any number or word.
  const found = isFull(start) ? undefined : rules.find(([pattern]) => pattern.test(start));
  const shown = start.replaceAll(queries, '$1');
  if (found === undefined) return refused(purpose, status, shown);
  const [, code, what] = found;
  return new DevenvError(code, `${what(reference)} (${cleanText(shown, 400)})`, {
    data: { status, reference },
    ...(code === 'PROXY_DENIED' && { hint: engineProxyHint }),
    ...(code === 'REGISTRY_DENIED' && {
      hint: `Log in with \`${['docker login', ...hostOf(reference)].join(' ')}\` and run the same command again.`,
    }),
    ...(code === 'REGISTRY_UNREACHABLE' && isCertificate.test(start) && { hint: certificateHint }),
  });
}

/** The registry of a reference, as `docker login` takes it: Docker Hub has no name there. */
const hostOf = (reference: string): readonly string[] =>
  [serverOf(reference)].filter((server) => !server.includes('/'));

/** A certificate for another name, an expired one, or one of an authority that the engine does not know. */
const isCertificate = /x509|certificate/i;
const certificateHint =
  "Check the name of the registry in devenv.yaml. If it is right, the engine's machine must know the authority of its certificate: /etc/docker/certs.d/HOST/ca.crt.";

/** Queries of blob addresses may contain a signature that gives access. */
const queries = /(https?:\/\/[^\s"?]+)\?[^\s"]*/g;

/** The engine's own settings decide: what it transfers, devenv does not see. */
const engineProxyHint =
  "Give the login to the engine itself, in the proxy settings of its daemon. `devenv doctor` shows the engine's proxy.";

type TransferCode =
  'PROXY_DENIED' | 'CONTENT_MISMATCH' | 'REGISTRY_DENIED' | 'IMAGE_NOT_FOUND' | 'REGISTRY_UNREACHABLE';

/** Answers of registries that engines cannot read, in the words of Docker, containerd and Podman. */
const unreadable =
  /(parsing|unmarshalling) .*(response|content)|unmarshalling content|invalid character|unexpected end of JSON|exceeded max depth|mediaType in manifest|unexpected media type|auth challenge|realm specified|missing protocol scheme|stopped after \d+ redirects|unexpected status|StatusCode: \d|maximum allowed size|rejecting \d+ byte manifest|^unknown: /i;

/** A manifest is there, and a layer or the config that it names is not. */
const lost = /unknown blob|blob unknown|fetching blob: .*\b404\b|could not fetch content descriptor .*not found/i;

const noImage = (reference: string): string => `There is no image ${reference}.`;

/** The first match counts: a denied login is often followed by "does not exist". */
const rules: readonly (readonly [RegExp, TransferCode, (reference: string) => string])[] = [
  [lost, 'IMAGE_NOT_FOUND', (reference) => `The registry no longer has every part of ${reference}.`],
  [/Proxy Authentication Required/i, 'PROXY_DENIED', (reference) => `The engine's proxy refused ${reference}.`],
  [
    /digest (mismatch|did not match|does not match)|unexpected (commit )?(digest|size)|verification failed|failed (precondition|to verify(?! certificate))|invalid checksum|does not match (the )?(digest|expected)|short read|unexpected EOF.*blob|corrupt/i,
    'CONTENT_MISMATCH',
    (reference) => `The content of ${reference} from the registry does not match its digest.`,
  ],
  [
    /unauthorized|authentication required|access denied|\bdenied\b|forbidden|no basic auth credentials|incorrect username or password|\b40[13]\b/i,
    'REGISTRY_DENIED',
    (reference) => `The registry refused ${reference}.`,
  ],
  [
    /no such host|name resolution|name or service not known/i,
    'REGISTRY_UNREACHABLE',
    (reference) =>
      `The engine finds no host ${hostOf(reference)[0] ?? 'of Docker Hub'}: it is the registry of ${reference}.`,
  ],
  [
    /server misbehaving|connection (refused|reset|closed)|broken pipe|\b(dial|read|write) tcp\b|i\/o timeout|timeout|deadline exceeded|unreachable|x509|certificate|tls:|server gave HTTP response|toomanyrequests|too many requests|bad gateway|service unavailable|internal server error|\b(429|50[0234])\b|\bEOF\b|failed to (do request|resolve reference.*dial)|request canceled/i,
    'REGISTRY_UNREACHABLE',
    (reference) => `The registry of ${reference} does not answer correctly.`,
  ],
  [/parsing HTTP 404|StatusCode: 404|\b404 Not Found/, 'IMAGE_NOT_FOUND', noImage],
  [unreadable, 'REGISTRY_UNREACHABLE', (reference) => `The registry of ${reference} sent an answer that is not valid.`],
  [
    /manifest unknown|name unknown|not found|does not exist|no such image|no matching manifest|\b404\b|no image found/i,
    'IMAGE_NOT_FOUND',
    noImage,
  ],
];
