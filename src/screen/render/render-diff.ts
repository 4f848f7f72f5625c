import { formatSize } from '../format-size.ts';
import { renderChange } from './render-change.ts';
import { sanitizeLine } from '../sanitize.ts';

interface DiffView {
  readonly before: number;
  readonly after: number;
  readonly words: readonly string[];
  readonly packages: readonly {
    readonly provider: string;
    readonly name: string;
    readonly before?: string;
    readonly after?: string;
  }[];
  readonly env: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly size: { readonly before: number; readonly after: number };
  readonly files?: readonly {
    readonly path: string;
    readonly kind: 'added' | 'removed' | 'changed';
    readonly what: readonly string[];
  }[];
}

/** Two versions: what is declared, installed and set differently, and the files where they were asked for. */
export function renderDiff({ before, after, words, packages, env, size, files }: DiffView): string {
  const grown = size.after - size.before;
  const sign = grown < 0 ? '-' : '+';
  return [
    `version ${String(before)} \u2192 ${String(after)}, ${formatSize(size.before)} \u2192 ${formatSize(size.after)} (${sign}${formatSize(Math.abs(grown))})`,
    ...section('declared', words),
    ...section('packages', packages.map(describePackage)),
    ...section('env', [...env.removed.map((entry) => `- ${entry}`), ...env.added.map((entry) => `+ ${entry}`)]),
    ...section('files', (files ?? []).map(renderChange)),
    ...(words.length + packages.length + env.added.length + env.removed.length + (files?.length ?? 0) === 0
      ? [
          files === undefined
            ? 'No difference in packages and settings; --files compares the files, too.'
            : 'No difference.',
        ]
      : []),
  ]
    .map(sanitizeLine)
    .join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function describePackage({ provider, name, before, after }: DiffView['packages'][number]): string {
  if (before === undefined) return `+ ${provider} ${name} ${after ?? ''}`;
  if (after === undefined) return `- ${provider} ${name} ${before}`;
  return `~ ${provider} ${name} ${before} \u2192 ${after}`;
}
