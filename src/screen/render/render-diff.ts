import type { VersionDiff } from '../../versions/diff.ts';
import { formatSize } from '../format-size.ts';
import { renderSection } from '../render-table.ts';
import { joinLines } from '../sanitize.ts';
import { renderChange } from './render-change.ts';

/** The differences between two versions: declarations, packages, variables, and files if they were compared. */
export function renderDiff({ before, after, words, packages, env, size, files }: VersionDiff): string {
  const grown = size.after - size.before;
  const sections = [
    ...renderSection('declared', words),
    ...renderSection('packages', packages.map(describePackage)),
    ...renderSection('env', [...env.removed.map((entry) => `- ${entry}`), ...env.added.map((entry) => `+ ${entry}`)]),
    ...renderSection('files', (files ?? []).map(renderChange)),
  ];
  const none =
    files === undefined ? 'Packages and settings are equal. --files also compares files.' : 'No differences.';
  const sizes = `${formatSize(size.before)} → ${formatSize(size.after)}`;
  const change = `${grown < 0 ? '-' : '+'}${formatSize(Math.abs(grown))}`;
  return joinLines([
    `version ${String(before)} → ${String(after)}, ${sizes} (${change})`,
    ...(sections.length === 0 ? [none] : sections),
  ]);
}

function describePackage({ provider, name, before, after }: VersionDiff['packages'][number]): string {
  if (before === undefined) return `+ ${provider} ${name} ${after ?? ''}`;
  if (after === undefined) return `- ${provider} ${name} ${before}`;
  return `~ ${provider} ${name} ${before} → ${after}`;
}
