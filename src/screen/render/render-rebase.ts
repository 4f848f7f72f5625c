import type { RebaseResult } from '../../capture/carry/rebase.ts';
import { formatCount } from '../../model/format-count.ts';
import { joinLines } from '../sanitize.ts';

/** The versions that were replayed, how conflicts were decided, and what is left to do by hand. */
export function renderRebase({ replayed, version, conflicts, opaque }: RebaseResult): string {
  if (replayed.length === 0) return 'Nothing to rebase: the current version is the newest.';
  const { versions, laid, packages } = opaque;
  return joinLines([
    version === undefined
      ? `${nameVersions(replayed)} adds nothing to the current version.`
      : `Replayed ${nameVersions(replayed).toLowerCase()} as version ${String(version.number)}, which is now current. Run \`devenv up\` to move the workspace to it.`,
    ...conflicts.map(
      ({ item, theirs, ours, decided }) =>
        `  ${item}: theirs ${theirs ?? 'absent'}, yours ${ours ?? 'absent'}; devenv.yaml says ${decided ?? 'absent'}`,
    ),
    ...(laid === undefined && versions.length > 0
      ? [
          `This engine cannot replay files that were changed by hand in ${nameVersions(versions).toLowerCase()}. Run \`devenv up\`, make these changes again, and commit them.`,
        ]
      : []),
    ...(laid !== undefined && laid > 0 ? [`  Applied ${formatCount(laid, 'path')} changed by hand.`] : []),
    ...opaque.conflicts.map(({ path, taken }) => `  ${path}: kept ${taken === 'mine' ? 'yours' : 'theirs'}`),
    ...(packages.length === 0
      ? []
      : [
          'Packages that were installed by hand are missing. Declare them in devenv.yaml, or install them again after `devenv up` and commit:',
          ...packages.map(({ provider, name, after }) => `  ${provider} ${name} ${after ?? ''}`.trimEnd()),
        ]),
  ]);
}

const nameVersions = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? 'Version' : 'Versions'} ${numbers.join(', ')}`;
