import { formatCount } from '../../model/format-count.ts';
import type { ShownVersion } from '../../versions/show.ts';
import { providerOf } from '../../providers/registry.ts';
import { formatSize } from '../format-size.ts';
import { renderSection } from '../render-table.ts';
import { joinLines } from '../sanitize.ts';

/** One version: its record, changes, declarations, exact versions and layers. */
export function renderShow({ version, isCurrent, changes, items, resolved = {}, layers = [] }: ShownVersion): string {
  const origin = [
    version.kind,
    version.from === undefined ? 'built from the base' : `extends version ${String(version.from)}`,
    ...(version.parent === undefined ? [] : [`made while version ${String(version.parent)} was current`]),
  ];
  const declared = Object.entries(items).map(([id, value]) => {
    const [shown = ''] = (providerOf(id)?.describe(value) || value).split('\n', 1);
    return shown === '' || shown === '*' ? id : `${id} ${shown}`;
  });
  const exact = Object.entries(resolved).flatMap(([provider, pins]) =>
    Object.entries(pins).map(([name, pin]) => `${provider} ${name} ${pin}`),
  );
  const parts = layers.map(({ diffId, version: first }) => {
    return `${diffId.slice(0, 19)} ${first === undefined ? 'from the base' : `first in version ${String(first)}`}`;
  });
  return joinLines([
    `version ${String(version.number)}${isCurrent ? ' (current)' : ''}: ${version.message}`,
    `  kind     ${origin.join(', ')}`,
    `  author   ${version.author}`,
    `  date     ${version.date}`,
    `  size     ${formatSize(version.size)} in ${formatCount(version.layers, 'layer')}`,
    `  content  ${version.content}`,
    `  digest   ${version.digest ?? 'not pushed'}`,
    ...renderSection('changes', changes),
    ...renderSection('declares', declared),
    ...renderSection('resolved', exact),
    ...renderSection('layers', parts),
  ]);
}
