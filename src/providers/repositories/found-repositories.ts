import type { PathChange } from '../../model/container.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { FoundTool, Recognition } from '../ecosystem.ts';
import type { Declared, RequestLog } from '../proposal.ts';
import { decodeBase64 } from './base64.ts';
import { parseSource } from './parse-source.ts';
import { printRepository } from './print-repository.ts';
import { armorKey } from './public-key.ts';

const source = /^\/etc\/apt\/sources\.list\.d\/([a-z0-9][a-z0-9_-]{0,62})\.(?:list|sources)$/;
const keys = /^\/(?:etc\/apt\/(?:keyrings|trusted\.gpg\.d)|usr\/share\/keyrings)\/[^/]+$/;
/** Lists of the base. */
const ofBase = ['debian', 'ubuntu', 'constructor', 'prototype'];
const address = /^https?:\/\/[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~%+/-]{0,500})?$/;

/** The name of a repository by the path of its list. */
function nameSource(path: string): string | undefined {
  const name = source.exec(path)?.[1];
  return name === undefined || ofBase.includes(name) ? undefined : name;
}

/** Lists of repositories that a person added, with the keys that they name. */
export const repositoryRecognition: Recognition = {
  patterns: [],
  evidence: (path) => (nameSource(path) === undefined ? [] : [path]),
  isIndexed: (path) => nameSource(path) !== undefined || keys.test(path),
  index: (_changes: Iterable<PathChange>, before: Evidence, after: Evidence) => {
    const found = new Map<string, FoundTool>();
    const read = (files: Evidence['files'], key: 'version' | 'before'): void => {
      for (const [path, text] of files) {
        const name = nameSource(path);
        if (name === undefined) continue;
        const parsed = parseSource(path, text);
        const [uri = ''] = typeof parsed === 'string' ? [] : parsed.uris;
        const tool = { cause: 'repository', name, place: '/etc/apt' } as const;
        const one: FoundTool = { ...(found.get(path) ?? { tool }), [key]: address.test(uri) ? uri : 'unknown' };
        found.set(path, one);
        if (typeof parsed !== 'string')
          for (const at of parsed.signedBy.split(/[\s,]+/)) if (keys.test(at)) found.set(at, one);
      }
    };
    read(before.files, 'before');
    read(after.files, 'version');
    return (path) => found.get(path);
  },
};

/** The lists of repositories and all keys, each with its path: `KIND\0PATH\0BASE64\0`. */
export const repositoryRequests: RequestLog = {
  argv: [
    'sh',
    '-c',
    `show() { kind=$1; shift; for file; do [ -f "$file" ] && [ ! -L "$file" ] && [ "$(wc -c <"$file")" -le 70000 ] && { printf '%s\\0%s\\0' "$kind" "$file"; base64 -w 0 "$file"; printf '\\0'; }; done; }
show source /etc/apt/sources.list.d/*
show key /etc/apt/keyrings/* /usr/share/keyrings/* /etc/apt/trusted.gpg.d/*
exit 0`,
  ],
  parse: (stdout) => {
    const words = stdout.split('\0');
    const files = new Map<string, Uint8Array>();
    const sources: string[] = [];
    for (let at = 0; at + 2 < words.length; at += 3) {
      const [kind, path = '', text = ''] = words.slice(at, at + 3);
      const bytes = text.length > 100_000 ? undefined : decodeBase64(text);
      if (bytes !== undefined) files.set(path, bytes);
      if (kind === 'source') sources.push(path);
    }
    const declared = sources.flatMap((path): readonly (readonly [string, Declared])[] => {
      const name = nameSource(path);
      return name === undefined ? [] : [[name, declare(name, path, files)]];
    });
    return { pinned: new Map(), recommended: new Map(), declared: new Map(declared) };
  },
};

const word = /^[A-Za-z0-9._][A-Za-z0-9._~+/-]{0,99}$|^\/$/;

function declare(name: string, path: string, files: ReadonlyMap<string, Uint8Array>): Declared {
  const parsed = parseSource(path, toText(files.get(path) ?? new Uint8Array()));
  const opaque = (reason: string): Declared => ({ kind: 'opaque', reason });
  if (typeof parsed === 'string') return opaque(parsed);
  const { uris, suites, components, architectures, signedBy } = parsed;
  if (!uris.every((uri) => address.test(uri))) return opaque('its address is unusual, or has a login');
  if (![...suites, ...components, ...architectures].every((one) => word.test(one)))
    return opaque('its list is unusual');
  if (signedBy === '') return opaque('its list names no key with Signed-By');
  const bytes = signedBy.startsWith('-----BEGIN') ? toBytes(signedBy) : files.get(signedBy);
  const key = bytes && armorKey(bytes);
  if (key === undefined) return opaque('its key cannot be read');
  const value = printRepository(parsed, key.replaceAll('\n', ''));
  return { kind: 'item', id: `repository:${name}`, value };
}

const toText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
