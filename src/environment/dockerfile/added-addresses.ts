import { isOwnAddress } from '../../model/network/is-own-address.ts';
import { listWords } from './find-excess.ts';
import type { Instruction } from './read-instructions.ts';

/**
 * An ADD of web addresses. devenv downloads them itself, as it does what
 * `downloads` names: a builder would with the network of its machine, and
 * follow a redirect to what listens there.
 */
export interface AddedAddresses {
  readonly line: number;
  readonly lastLine: number;
  readonly files: readonly AddedFile[];
  /** `--checksum`: sha256 in hex. */
  readonly sha256?: string;
  /** The flags that COPY has, too, as written. */
  readonly flags: readonly string[];
  /** In the image, as written. */
  readonly target: string;
  readonly isList: boolean;
}

interface AddedFile {
  readonly url: string;
  /** In the context that the builder gets. */
  readonly path: string;
}

/** Where a context has the files of addresses. */
const folder = '.devenv-add';

/**
 * The addresses of an ADD whose sources are all known to be web addresses, or
 * why it cannot be; undefined for any other ADD. `resolve`: a text with its
 * variables replaced.
 */
export function readAdded(
  { line, lastLine, flags, rest }: Instruction,
  resolve: (text: string) => string | undefined,
): AddedAddresses | string | undefined {
  const words = listWords(rest);
  const urls = words.slice(0, -1).map((word) => resolve(word) ?? '');
  if (urls.length === 0 || !urls.every((url) => /^https?:\/\//.test(url) && URL.canParse(url))) return undefined;
  if (urls.some((url) => isOwnAddress(new URL(url).hostname)))
    return "leads to the engine's own machine, from which nothing is downloaded.";
  const names = urls.map((url) => new URL(url).pathname.replace(/^.*\//, ''));
  if (!names.every((name) => /^[A-Za-z0-9_][A-Za-z0-9_.+~-]{0,199}$/.test(name) && !name.endsWith('.git')))
    return 'is not the address of a file with a plain name.';
  const checksum = flags.find(([name]) => name === 'checksum')?.[1];
  if (checksum !== undefined && !/^sha256:[0-9a-f]{64}$/.test(checksum)) return 'has a checksum that is no sha256.';
  return {
    ...{ line, lastLine, target: words.at(-1) ?? '', isList: rest.startsWith('[') },
    files: urls.map((url, index) => ({
      url,
      path: `${folder}/${String(line)}-${String(index)}/${names[index] ?? ''}`,
    })),
    ...(checksum !== undefined && { sha256: checksum.slice('sha256:'.length) }),
    flags: flags
      .filter(([name]) => !['checksum', 'keep-git-dir', 'unpack'].includes(name))
      .map(([name, value]) => `--${name}=${value}`),
  };
}

/** The text with a COPY in place of each of these. Lines keep their numbers. */
export function replaceAdded(text: string, added: readonly AddedAddresses[]): string {
  const lines = text.split('\n');
  for (const { line, lastLine, files, flags, target, isList } of added) {
    const words = [...files.map(({ path }) => path), target];
    const copied = ['COPY', ...flags, ...(isList ? [JSON.stringify(words)] : words)].join(' ');
    lines.splice(line - 1, lastLine - line + 1, copied, ...Array.from({ length: lastLine - line }, () => ''));
  }
  return lines.join('\n');
}
