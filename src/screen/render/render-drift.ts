import type { Drift, DriftGroup, DriftItem } from '../../model/drift.ts';
import { formatCount } from '../../model/format-count.ts';
import { formatSize } from '../format-size.ts';
import { renderTable } from '../render-table.ts';
import { sanitizeLine } from '../sanitize.ts';

const sign: Readonly<Record<DriftItem['change'] | 'modified' | 'deleted', string>> = {
  added: '+',
  changed: '~',
  removed: '-',
  modified: '~',
  deleted: '-',
};

/** Lines per piece of output. */
const mostLines = 1000;

/**
 * Changes by cause, largest first: a line per group, with `files` a line per path.
 * Yields many lines at a time: there may be a million.
 */
export function* renderDrift(
  drift: Drift,
  { files, width }: { readonly files: boolean; readonly width?: number | undefined },
): Generator<string> {
  if (drift.paths === 0) {
    yield `No uncommitted changes since version ${String(drift.version)}.`;
    return;
  }
  const head = `${formatCount(drift.paths, 'changed path')}${sizeOf(drift.bytes)} since version ${String(drift.version)}:`;
  const rows = drift.groups.map((group) => [
    `  ${group.title}`,
    String(group.count),
    group.bytes === undefined ? '' : formatSize(group.bytes),
    listItems(group),
  ]);
  const unread =
    drift.seen === 'list'
      ? ['', 'The workspace is stopped: sizes and some causes are unknown. Run `devenv up` to see them.']
      : [];
  const known = new Map(drift.groups.map(({ advice }) => [advice, listTitles(drift, advice)] as const));
  const advice = [...known].flatMap(([text, titles]) => (text === undefined ? [] : [`${titles}: ${text}.`]));
  if (!files) {
    yield [head, renderTable([], rows, width), ...unread, ...advice].join('\n');
    return;
  }
  yield head;
  for (const group of drift.groups) yield* renderFiles(group);
  yield* unread;
  yield* advice;
}

const listTitles = ({ groups }: Drift, advice: string | undefined): string =>
  groups
    .filter((group) => group.advice === advice)
    .map(({ title }) => title)
    .join(', ')
    .replace(/^f/, 'F');

function listItems(group: DriftGroup): string {
  if (group.cause === 'noise' || group.cause === 'records') return '';
  const shown = group.items.slice(0, 4).map(describeItem);
  const more = group.count > shown.length ? [`and ${String(group.count - shown.length)} more`] : [];
  return [...shown, ...more].join(', ');
}

function describeItem(item: DriftItem): string {
  const head = `${sign[item.change]}${item.name}`;
  switch (item.kind) {
    case 'package': {
      const versions = [item.before, item.version].filter((version) => version !== undefined);
      const mark = item.held === undefined ? '' : item.held ? ' (held)' : ' (no longer held)';
      return versions.length === 0 ? head : `${head} ${versions.join(' → ')}${mark}`;
    }
    case 'path':
      return item.package === undefined ? head : `${head} (from ${item.package})`;
    case 'variable':
      return `${head} in ${item.profile}`;
    case 'service':
      return item.package === undefined ? head : `${head} (from ${item.package})`;
    case 'user':
    case 'group':
      return `${head} (${item.kind})`;
  }
}

function* renderFiles(group: DriftGroup): Generator<string> {
  let lines: string[] = [];
  for (const line of listLines(group)) {
    lines.push(sanitizeLine(line));
    if (lines.length < mostLines) continue;
    yield lines.join('\n');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('\n');
}

function* listLines(group: DriftGroup): Generator<string> {
  const size = group.bytes === undefined ? '' : `, ${formatSize(group.bytes)}`;
  yield '';
  yield `${group.title}: ${formatCount(group.count, 'item')}, ${formatCount(group.paths, 'path')}${size}`;
  for (const item of group.items) {
    yield `  ${describeItem(item)}${sizeOf(item.bytes)}`;
    const files = item.files ?? [];
    if (item.kind === 'path' && files.length === 1 && [...files][0]?.path === item.name) continue;
    for (const file of files) yield `    ${sign[file.change]} ${file.path}${sizeOf(file.bytes)}`;
  }
}

const sizeOf = (bytes: number | undefined): string => (bytes === undefined ? '' : ` (${formatSize(bytes)})`);
