import { formatCount } from '../../model/format-count.ts';
import type { UpResult } from '../../workspace/up-result.ts';
import { formatDuration } from '../format-duration.ts';
import { joinLines } from '../sanitize.ts';

/** The last lines of `up`: the changes that were carried over, the state, and how long it took. */
export function renderUp({ name, version, operations, carried }: UpResult, milliseconds: number): string {
  const took = formatDuration(milliseconds);
  return joinLines([
    ...(carried === undefined ? [] : renderCarried(carried)),
    operations.length === 0
      ? `${name} is already up at version ${String(version)} (${took}). Enter it with \`devenv shell\`.`
      : `${name} is up at version ${String(version)}, ready in ${took}. Enter it with \`devenv shell\`.`,
  ]);
}

function renderCarried({ paths, conflicts, packages }: NonNullable<UpResult['carried']>): readonly string[] {
  return [
    paths === 0
      ? 'There was nothing to carry over: the new version has all changes.'
      : `Carried over ${formatCount(paths, 'uncommitted change')}. List them with \`devenv drift\`.`,
    ...conflicts.map(({ path, taken }) => `  ${path}: kept ${taken === 'mine' ? 'yours' : 'that of the new version'}`),
    ...packages.map(({ provider, name, after }) => `  not carried over: ${provider} ${name} ${after ?? ''}`.trimEnd()),
  ];
}
