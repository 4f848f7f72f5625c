import type { Items } from '../../model/item.ts';
import type { Resolved, Version } from '../../model/version.ts';
import { formatSize } from '../format-size.ts';
import { sanitizeLine } from '../sanitize.ts';

interface ShowView {
  readonly version: Version;
  readonly isCurrent: boolean;
  readonly changes: readonly string[];
  readonly items: Items;
  readonly resolved?: Resolved;
  readonly layers?: readonly { readonly diffId: string; readonly version?: number }[];
}

/** One version: its record, then what it changed, declares, resolved and is made of. */
export function renderShow({ version, isCurrent, changes, items, resolved, layers }: ShowView): string {
  const origin = [version.from === undefined ? 'built from the base' : `extends version ${String(version.from)}`];
  if (version.parent !== undefined) origin.push(`made while version ${String(version.parent)} was current`);
  return [
    `version ${String(version.number)}${isCurrent ? ' (current)' : ''}: ${version.message}`,
    `  kind     ${version.kind}, ${origin.join(', ')}`,
    `  author   ${version.author}`,
    `  date     ${version.date}`,
    `  size     ${formatSize(version.size)} in ${String(version.layers)} layers`,
    `  content  ${version.content}`,
    `  digest   ${version.digest ?? 'not pushed'}`,
    ...section('changes', changes),
    ...section('declares', describeDeclared(items)),
    ...section('resolved', describeResolved(resolved)),
    ...section('layers', describeLayers(layers)),
  ]
    .map(sanitizeLine)
    .join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function describeDeclared(items: Items): readonly string[] {
  return Object.entries(items).map(([id, value]) => {
    const shown = value.split('\n', 1)[0] ?? '';
    return shown === '' || shown === '*' ? id : `${id} ${shown}`;
  });
}

function describeResolved(resolved: Resolved = {}): readonly string[] {
  return Object.entries(resolved).flatMap(([provider, pins]) =>
    Object.entries(pins).map(([name, version]) => `${provider} ${name} ${version}`),
  );
}

function describeLayers(layers: ShowView['layers'] = []): readonly string[] {
  return layers.map(({ diffId, version }) => {
    const origin = version === undefined ? 'of the base' : `first in version ${String(version)}`;
    return `${diffId.slice(0, 19)} ${origin}`;
  });
}
