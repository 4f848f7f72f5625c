import { DevenvError } from '../../../errors/devenv-error.ts';

/** The parts of an image reference. */
interface Reference {
  /** Registry and path: `registry.example.com:5000/shop/env`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const host = /(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/;
const segment = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/;
const grammar = new RegExp(
  `^((?:${host.source}/)?${segment.source}(?:/${segment.source})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** Splits a reference. Throws ENGINE_REFUSED if it is not valid, before it reaches a request. */
export function parseReference(text: string): Reference {
  // No pattern runs over megabytes.
  const match = text.length > 512 ? null : grammar.exec(text);
  const [, repository, tag, digest] = match ?? [];
  if (repository === undefined) {
    throw new DevenvError('ENGINE_REFUSED', `${JSON.stringify(text.slice(0, 200))} is not an image reference.`);
  }
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** An image reference or an engine's image id, ready for a URL's path. */
export function imagePath(text: string): string {
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(text)) return text;
  parseReference(text);
  return text.split('/').map(encodeSegment).join('/');
}

/** A container's or volume's name or id, ready for a URL's path. */
export function namePath(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/.test(text)) {
    throw new DevenvError('ENGINE_REFUSED', `${JSON.stringify(text.slice(0, 200))} is not a valid name.`);
  }
  return encodeURIComponent(text);
}

/** Podman does not decode `:` and `@` in every call. */
function encodeSegment(part: string): string {
  return encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('%40', '@');
}
