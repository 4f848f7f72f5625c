import type { Version } from '../../model/version.ts';
import { sanitize, sanitizeLine } from '../sanitize.ts';

interface Commit {
  /** The version was made anew. */
  readonly amend: boolean;
  readonly version?: Version;
  readonly changes?: number;
  readonly paused: number;
  readonly leftOut: readonly string[];
  readonly dropped?: {
    readonly sockets: readonly string[];
    readonly acls: readonly string[];
    readonly attributes: readonly string[];
    readonly times: number;
  };
  readonly whole: boolean;
  readonly declaration?: {
    readonly declared: readonly string[];
    readonly suggested: readonly string[];
    readonly opaque: readonly { readonly title: string; readonly reason: string }[];
  };
}

/** What a commit made, and what the version does not have: that is never left unsaid. */
export function renderCommit({
  amend,
  version,
  changes,
  paused,
  leftOut,
  dropped,
  whole,
  declaration,
}: Commit): string {
  if (version === undefined) {
    return `Nothing to ${amend ? 'amend' : 'commit'}: the workspace has nothing that its version lacks.`;
  }
  const again = amend ? ', made anew' : '';
  if (amend && declaration === undefined)
    return `Version ${String(version.number)}${again}: ${sanitize(version.message)}.`;
  const count = changes === undefined ? '' : `${String(changes)} changed paths, `;
  return [
    `Version ${String(version.number)}${again}: ${sanitize(version.message)} (${count}paused for ${String(paused)} ms).`,
    ...(leftOut.length === 0 ? [] : [`Left out: ${listPaths(leftOut)}.`]),
    ...(dropped === undefined ? [] : listDropped(dropped)),
    ...(whole
      ? [
          'This engine\u2019s storage does not allow to leave anything out: caches and excluded paths are in the version. Sockets, access lists and extended attributes are not, and cannot be listed.',
        ]
      : []),
    ...(declaration === undefined ? [] : listDeclaration(declaration)),
    'Commit devenv-lock.yaml and run `devenv push` to share it.',
  ].join('\n');
}

function listDropped({ sockets, acls, attributes, times }: NonNullable<Commit['dropped']>): readonly string[] {
  return [
    ...(sockets.length === 0 ? [] : [`No image keeps sockets: ${listPaths(sockets)}.`]),
    ...(acls.length === 0 ? [] : [`No image keeps access lists (ACLs): ${listPaths(acls)}.`]),
    ...(attributes.length === 0 ? [] : [`Not every engine keeps extended attributes: ${listPaths(attributes)}.`]),
    ...(times === 0 ? [] : [`Times are kept in whole seconds (${String(times)} ${times === 1 ? 'file' : 'files'}).`]),
  ];
}

function listDeclaration({ declared, suggested, opaque }: NonNullable<Commit['declaration']>): readonly string[] {
  const names = opaque.map(({ title }) => title);
  return [
    ...(declared.length === 0 ? [] : [`Declared in devenv.yaml: ${listNames(declared)}.`]),
    ...(suggested.length === 0
      ? []
      : [`In the image alone, though devenv.yaml could declare it: ${listNames(suggested)}.`]),
    ...(names.length === 0 ? [] : [`In the image alone: ${listNames(names)}.`]),
  ];
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(sanitizeLine);
  return shown.join(', ') + (names.length > shown.length ? ` and ${String(names.length - shown.length)} more` : '');
}

function listPaths(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map(sanitize);
  return shown.join(', ') + (paths.length > shown.length ? ` and ${String(paths.length - shown.length)} more` : '');
}
