const host = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])';
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domain = `(?:${host}(?:\\.${host})*|\\[[0-9A-Fa-f:]+\\])(?::[0-9]+)?`;
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = 'sha256:[0-9a-f]{64}';

/** The registries' grammar of image references, as the source of a regular expression. */
export const referencePattern = `^(?=.{1,400}$)(?:${domain}/)?${component}(?:/${component})*(?::${tag})?(?:@${digest})?$`;

const whole = new RegExp(referencePattern, 'u');
const wholeDomain = new RegExp(`^${domain}$`, 'u');
const wholeComponent = new RegExp(`^${component}$`, 'u');
const wholeTag = new RegExp(`^${tag}$`, 'u');
const wholeDigest = new RegExp(`^${digest}$`, 'u');

type ImageReference =
  | {
      readonly kind: 'reference';
      /** Host and port as written; `docker.io` if there is none. */
      readonly registry: string;
      /** Path in the registry; `library/…` for Docker's own images. */
      readonly repository: string;
      readonly tag?: string;
      readonly digest?: string;
    }
  | { readonly kind: 'invalid'; readonly problem: string };

/** Parses an image reference, or names the part that violates the grammar. */
export function parseImageReference(text: string): ImageReference {
  const problem = findProblem(text);
  if (problem !== undefined) return { kind: 'invalid', problem };
  const { first, path, tag: tagText, digest: digestText } = split(text);
  const repository = first === undefined && !path.includes('/') ? `library/${path}` : path;
  return {
    kind: 'reference',
    registry: first ?? 'docker.io',
    repository,
    ...(tagText !== undefined && { tag: tagText }),
    ...(digestText !== undefined && { digest: digestText }),
  };
}

interface Parts {
  /** The registry's host and port. */
  readonly first: string | undefined;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function split(text: string): Parts {
  const at = text.indexOf('@');
  const digestText = at === -1 ? undefined : text.slice(at + 1);
  const name = at === -1 ? text : text.slice(0, at);
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const path = hasTag ? name.slice(0, colon) : name;
  const slash = path.indexOf('/');
  const start = path.slice(0, Math.max(slash, 0));
  // Docker's rule: the first part is a registry only if it cannot be a folder.
  const isHost = /[.:[]/u.test(start) || start === 'localhost';
  return {
    first: isHost ? start : undefined,
    path: isHost ? path.slice(slash + 1) : path,
    tag: hasTag ? name.slice(colon + 1) : undefined,
    digest: digestText,
  };
}

function findProblem(text: string): string | undefined {
  if (text === '') return 'the image reference is empty';
  const { first, path, tag: tagText, digest: digestText } = split(text);
  if (digestText !== undefined && !wholeDigest.test(digestText)) return 'a digest is "sha256:" and 64 hex digits';
  if (tagText !== undefined && !wholeTag.test(tagText)) {
    return 'a tag is at most 128 letters, digits, "_", "." and "-", and starts with none of the last two';
  }
  if (first !== undefined) {
    if (!wholeDomain.test(first)) return 'the registry is not a host name';
    const port = /:([0-9]+)$/u.exec(first)?.[1];
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return 'a port is a number from 1 to 65535';
  }
  for (const part of path.split('/')) {
    if (part === '') return 'a part of the name between two "/" is empty';
    if (/[A-Z]/u.test(part)) return 'the name of an image is in lower case';
    if (!wholeComponent.test(part)) return 'a name is lower-case letters and digits, with ".", "_" or "-" between them';
  }
  if (text.length - (digestText?.length ?? 0) > 255) return 'the name is longer than 255 characters';
  if (/^[0-9a-f]{64}$/u.test(path)) return '64 hex digits are the id of an image, not its name';
  return whole.test(text) ? undefined : 'it does not follow the grammar of image references';
}
