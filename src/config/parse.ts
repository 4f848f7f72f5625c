import type { LineCounter, Node } from 'yaml';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import { check } from './check.ts';
import { explain } from './explain.ts';
import { findForeignKey } from './foreign.ts';
import { locate } from './locate.ts';
import { normalise } from './normalise.ts';
import { printPath, printProblem, type Finding, type Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { toValue } from './to-value.ts';
import { findUnsupported } from './unsupported.ts';
import { findSchemaErrors } from './validate.ts';

/**
 * Reads devenv.yaml. Throws one CONFIG_INVALID that holds everything that is
 * wrong with it (`data.problems`: Problem[]), or CONFIG_FOREIGN where the file
 * belongs to the Nix tool of the same name. `file` is the name to show.
 */
export function parseConfig(text: string, file: string): Environment {
  const yaml = readYaml(text);
  if (yaml.kind === 'broken') {
    const problems = yaml.problems.map(({ offset, message }) => ({ ...place(yaml.lines, offset), path: '', message }));
    throw invalid(file, problems);
  }
  const { root, lines } = yaml;
  const { value, findings } = toValue(root);
  refuseForeign(value, file);
  if (!isMap(value)) {
    const found = value === null ? 'the file is empty' : 'the file is not a map of keys';
    const problem = { path: '', message: found, expected: '"version: 1" and the keys of an environment' };
    throw invalid(file, [{ ...place(lines, root?.range?.[0] ?? 0), ...problem }]);
  }
  // What `check` says of a place is more exact than what the schema says.
  const checked = check(value);
  const exact = new Set(
    [...checked, ...findings.filter(({ at }) => at === 'value')].map(({ path }) => printPath(path)),
  );
  const fromSchema = explain(findSchemaErrors(value), value);
  const all = [
    ...findings,
    ...fromSchema.filter(({ path }) => !exact.has(printPath(path))),
    ...checked,
    ...findUnsupported(value),
  ];
  if (all.length > 0)
    throw invalid(
      file,
      all.map((finding) => point(finding, root, lines)),
    );
  return normalise(value);
}

type Placed = Omit<Problem, 'file'>;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refuseForeign(value: unknown, file: string): void {
  const key = findForeignKey(value);
  if (key === undefined) return;
  throw new DevenvError(
    'CONFIG_FOREIGN',
    `this devenv.yaml belongs to the Nix tool of the same name: it has "${key}" and no "version"`,
    {
      at: file,
      hint: 'Use devenv in a folder of its own, or begin the file with `version: 1` if it is meant for this program.',
      state: 'The file was not changed.',
      data: { file, key },
    },
  );
}

function point({ path, at, ...words }: Finding, root: Node | null, lines: LineCounter): Placed {
  return { ...place(lines, locate(root, path, at)), path: printPath(path), ...words };
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** People read this many; programs get all. */
const maxShown = 20;

function invalid(file: string, placed: readonly Placed[]): DevenvError {
  const problems: Problem[] = placed
    .map((problem) => ({ file, ...problem }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .filter((problem, index, sorted) => index === 0 || !isSame(problem, sorted[index - 1]));
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    const at = `${file}:${first.line}:${first.column}`;
    return new DevenvError('CONFIG_INVALID', printProblem(first), { at, data: { problems } });
  }
  const rows = problems.slice(0, maxShown).map((problem) => {
    return `  ${file}:${problem.line}:${problem.column}: ${printProblem(problem)}`;
  });
  const more = problems.length > maxShown ? [`  and ${problems.length - maxShown} more`] : [];
  const message = [`there are ${problems.length} problems:`, ...rows, ...more].join('\n');
  return new DevenvError('CONFIG_INVALID', message, { at: file, data: { problems } });
}

const isSame = (a: Problem, b: Problem | undefined): boolean =>
  a.line === b?.line && a.column === b.column && a.message === b.message;
