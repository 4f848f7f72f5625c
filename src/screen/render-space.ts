import { formatCount } from '../model/format-count.ts';
import type { SpaceReport } from '../machine/df.ts';
import type { Space } from '../machine/space/space-sum.ts';
import { formatSize } from './format-size.ts';
import { renderTable } from './render-table.ts';

/** A table of projects, and one of what they share. */
export function renderSpace(report: SpaceReport): string {
  const cell = ({ count, size }: Space): string =>
    count === 0 && size === 0 ? '–' : `${formatSize(size)} (${String(count)})`;
  const projects = report.projects.map(({ project, versions, containers, volumes, snapshots }) => [
    project,
    ...[versions, containers, volumes, snapshots].map(cell),
  ]);
  const rows = [
    ['shared layers of images', report.shared],
    ['steps of builds that no version has', report.steps],
    ['bases', report.bases],
    ['packages downloaded by builds', report.caches],
    ['left by builds', report.builders],
    ['downloads of this machine', report.downloads],
  ] as const;
  const tables = [
    ...(projects.length > 0
      ? [renderTable(['PROJECT', 'VERSIONS', 'CONTAINERS', 'VOLUMES', 'SNAPSHOTS'], projects), '']
      : []),
    renderTable(
      [],
      rows.map(([name, space]) => [name, cell(space)]),
    ),
    '',
    `Total: ${formatSize(report.total)}. \`devenv prune --dry-run\` shows what can be freed.`,
  ];
  return tables.join('\n');
}

interface Item {
  readonly kind: string;
  readonly name: string;
  readonly project?: string;
  readonly size: number;
}

const kinds: Readonly<Record<string, string>> = {
  version: 'version',
  bundled: 'image of a bundle',
  step: 'step of a build',
  base: 'base',
  snapshot: 'automatic snapshot',
  cache: 'downloads',
  builder: 'left by a build',
};

/** What would be removed, with what it frees. */
export function renderPrunable(items: readonly Item[]): string {
  const rows = items.map(({ kind, name, size }) => [kinds[kind] ?? kind, shorten(name), formatSize(size)]);
  const total = items.reduce((sum, { size }) => sum + size, 0);
  return `${renderTable(['WHAT', 'NAME', 'FREES'], rows)}\nTogether: ${formatSize(total)}.`;
}

interface Pruned {
  readonly items: readonly Item[];
  readonly refused: readonly string[];
  readonly freed: number;
  readonly removed: boolean;
}

export function renderPruned({ items, refused, freed, removed }: Pruned): string {
  if (items.length === 0)
    return 'Nothing to remove: the rest is in use or too young. Versions that no lock records stay for a week, steps of builds for 30 days, and downloads until `--caches`.';
  if (!removed) return renderPrunable(items);
  const count = formatCount(items.length - refused.length, 'object');
  const lines = [`Removed ${count} and freed ${formatSize(freed)}.`];
  if (refused.length > 0) lines.push(`Still in use: ${refused.map(shorten).join(', ')}.`);
  return lines.join('\n');
}

interface PrunedRegistry {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly removed: boolean;
}

export function renderPrunedRegistry({ repository, tags, removed }: PrunedRegistry): string {
  if (tags.length === 0) return `Nothing to delete in ${repository}: devenv-lock.yaml names all that is there.`;
  const lines = [`${removed ? 'Deleted' : 'Would delete'} in ${repository}:`, ...tags.map((tag) => `  ${tag}`)];
  if (removed) lines.push('The registry frees the space when it collects garbage.');
  return lines.join('\n');
}

/** Names end in long hashes. */
const shorten = (name: string): string => name.replace(/([0-9a-f]{12})[0-9a-f]{20,}/g, '$1…');
