import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { comparePaths } from '../../../../src/model/byte-path.ts';
import type { PathChange } from '../../../../src/model/container.ts';
import type { Drift } from '../../../../src/model/drift.ts';
import type { Evidence, EvidenceEntry } from '../../../../src/model/evidence.ts';

interface RecordedEvidence {
  readonly files: Record<string, string>;
  /** Size in bytes, or the target of a link. */
  readonly entries: Record<string, number | string>;
  readonly sums: Record<string, string>;
  readonly lists: Record<string, readonly string[]>;
}

export interface DriftCase {
  readonly changes: readonly PathChange[];
  readonly before: Evidence;
  readonly after: Evidence;
  readonly expected: readonly string[];
}

/** Changes and evidence as they were read from a real engine, and the items that they mean. */
export function readCase(name: string): DriftCase {
  const text = readFileSync(resolve(import.meta.dirname, 'cases', `${name}.json`), 'utf8');
  const recorded = JSON.parse(text) as {
    readonly changes: readonly string[];
    readonly before: RecordedEvidence;
    readonly after: RecordedEvidence;
    readonly expected: readonly string[];
  };
  return {
    changes: recorded.changes.map(toChange).sort((a, b) => comparePaths(a.path, b.path)),
    before: toEvidence(recorded.before),
    after: toEvidence(recorded.after),
    expected: recorded.expected,
  };
}

/** `added /usr/bin/jq`. */
export function toChange(row: string): PathChange {
  const [kind = '', ...path] = row.split(' ');
  return { kind: kind as PathChange['kind'], path: path.join(' ') };
}

export function toEvidence(recorded: Partial<RecordedEvidence>): Evidence {
  const entries = Object.entries(recorded.entries ?? {}).map(([path, entry]): [string, EvidenceEntry] => [
    path,
    typeof entry === 'number' ? { size: entry } : { size: 0, target: entry },
  ]);
  const lists = Object.entries(recorded.lists ?? {}).map(([name, lines]): [string, string] => [name, lines.join('\n')]);
  return {
    files: new Map(Object.entries(recorded.files ?? {})),
    entries: new Map(entries),
    sums: new Map(Object.entries(recorded.sums ?? {})),
    lists: new Map(lists),
  };
}

/** A drift in lines that fit into a case. */
export function describeDrift(drift: Drift): readonly string[] {
  return drift.groups.flatMap(({ cause, items }) =>
    items.map((item) => {
      const more = [
        ...(item.kind === 'package' ? [item.before && `was ${item.before}`, item.version] : []),
        ...(item.kind === 'path' || item.kind === 'service' ? [item.package && `of ${item.package}`] : []),
        ...(item.kind === 'variable' ? [item.profile] : []),
      ].filter((part) => part !== undefined);
      return `${cause}: ${[item.kind, item.name, item.change, ...more].join(' ')}, ${String(item.paths)} paths, ${String(item.bytes ?? '?')} bytes`;
    }),
  );
}
