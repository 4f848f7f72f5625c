import { formatDuration } from '../format-duration.ts';
import { sanitizeLine } from '../sanitize.ts';

interface UpView {
  readonly name: string;
  readonly version: number;
  readonly operations: readonly object[];
  readonly carried?: {
    readonly paths: number;
    readonly conflicts: readonly { readonly path: string; readonly taken: 'mine' | 'theirs' }[];
    readonly packages: readonly { readonly provider: string; readonly name: string; readonly after?: string }[];
  };
}

/** The last lines of `up`: what came along, what is there now, and how long it took. */
export function renderUp({ name, version, operations, carried }: UpView, milliseconds: number): string {
  const state = operations.length === 0 ? 'is up already' : 'is up';
  const lines = carried === undefined ? [] : renderCarried(carried);
  const last = `${name} ${state}: version ${String(version)}, ready in ${formatDuration(milliseconds)}. Enter it with \`devenv shell\`.`;
  return [...lines, last].map(sanitizeLine).join('\n');
}

function renderCarried({ paths, conflicts, packages }: NonNullable<UpView['carried']>): readonly string[] {
  return [
    `${String(paths)} changed paths came along; they are in no version yet. See them with \`devenv drift\`.`,
    ...conflicts.map(({ path, taken }) => `  ${path}: as ${taken === 'mine' ? 'you had it' : 'in the new version'}`),
    ...packages.map(({ provider, name, after }) => `  left behind: ${provider} ${name} ${after ?? ''}`.trimEnd()),
  ];
}
