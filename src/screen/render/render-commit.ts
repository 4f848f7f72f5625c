import type { CommitResult } from '../../capture/commit/commit-result.ts';
import type { CommitPlan } from '../../capture/commit/plan-commit.ts';
import { formatCount, listSome } from '../../model/format-count.ts';
import { formatDuration } from '../format-duration.ts';
import { sanitize, sanitizeLine } from '../sanitize.ts';
import { renderDrift } from './render-drift.ts';

/** The new version, and everything that it does not contain. `amend`: it replaces the last commit. */
export function renderCommit(result: CommitResult & { readonly amend: boolean }): string {
  const { amend, version, changes, paused, leftOut, dropped, whole, declaration } = result;
  if (version === undefined)
    return `Nothing to ${amend ? 'amend' : 'commit'}: the workspace has no uncommitted changes.`;
  const head = `${amend ? 'Amended' : 'Committed'} version ${String(version.number)}: ${sanitize(version.message)}`;
  if (amend && declaration === undefined) return head;
  const count = changes === undefined ? '' : `${formatCount(changes, 'changed path')}, `;
  return [
    `${head} (${count}paused for ${formatDuration(paused)})`,
    ...(leftOut.length === 0 ? [] : [`Excluded: ${list(leftOut)}.`]),
    ...(dropped === undefined ? [] : listDropped(dropped)),
    ...(whole
      ? [
          'The storage of this engine does not allow exclusions: caches and excluded paths are in the version. Sockets, access control lists and extended attributes are not, and cannot be listed.',
        ]
      : []),
    ...(declaration === undefined ? [] : listDeclaration(declaration)),
    // A push writes the digest into the lock.
    `To share it, run \`devenv push\`, then commit ${(declaration?.declared.length ?? 0) > 0 ? 'devenv.yaml and ' : ''}devenv-lock.yaml to git.`,
  ].join('\n');
}

/** What a commit would record. `width`: characters of a line. */
export function renderCommitPlan({ drift, declaration }: CommitPlan, width: number | undefined): string {
  const told = [...renderDrift(drift, { files: false, width })];
  return [...told, ...(drift.paths === 0 ? [] : listDeclaration(declaration)), 'Nothing was recorded.'].join('\n');
}

function listDropped({ sockets, acls, attributes, times }: NonNullable<CommitResult['dropped']>): readonly string[] {
  return [
    ...(sockets.length === 0 ? [] : [`No image keeps sockets: ${list(sockets)}.`]),
    ...(acls.length === 0 ? [] : [`No image keeps access control lists: ${list(acls)}.`]),
    ...(attributes.length === 0 ? [] : [`Not every engine keeps extended attributes: ${list(attributes)}.`]),
    ...(times === 0 ? [] : [`Times are kept in whole seconds (${formatCount(times, 'file')}).`]),
  ];
}

function listDeclaration({ declared, suggested, opaque }: NonNullable<CommitResult['declaration']>): readonly string[] {
  const names = opaque.map(({ title }) => title);
  return [
    ...(declared.length === 0 ? [] : [`Declared in devenv.yaml: ${list(declared, 8)}.`]),
    ...(suggested.length === 0
      ? []
      : [`Only in the image, although devenv.yaml could declare it: ${list(suggested, 8)}.`]),
    ...(names.length === 0 ? [] : [`Only in the image: ${list(names, 8)}.`]),
  ];
}

const list = (names: readonly string[], most = 5): string => sanitizeLine(listSome(names, most));
