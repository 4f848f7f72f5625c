import type { LineCounter, Node } from 'yaml';
import { explain } from './explain.ts';
import type { Hint, SchemaError } from './generated/validate.js';
import { locate } from './yaml/locate.ts';
import { isMap, type Keys } from '../model/json.ts';
import { printPath, refuseProblems, type Problem, type UnplacedProblem } from './problem.ts';
import { readYaml } from './yaml/read-yaml.ts';
import { toValue } from './yaml/to-value.ts';

/** The format of a YAML file. */
interface Format {
  /** Expected content, for a file that is not a map. */
  readonly expected: string;
  /** Hints of the schema, by JSON pointer. */
  readonly hints: Readonly<Record<string, Hint>>;
  readonly findSchemaErrors: (value: Keys) => readonly SchemaError[];
  /** Problems that a schema cannot describe. They replace those of the schema at the same path. */
  readonly check: (value: Keys) => readonly UnplacedProblem[];
  /** Throws for a file of another tool. */
  readonly refuse?: (value: unknown, file: string) => void;
}

/**
 * Parses a YAML file that people write. Throws one CONFIG_INVALID with all
 * problems (`data.problems`: Problem[]). `file` is the name to show.
 */
export function readDocument(text: string, file: string, format: Format): Keys {
  const yaml = readYaml(text);
  if (yaml.kind === 'broken') {
    const problems = yaml.problems.map(({ offset, message }) => ({ ...place(yaml.lines, offset), path: '', message }));
    throw refuseProblems(file, problems);
  }
  const { root, lines } = yaml;
  const { value, findings } = toValue(root);
  format.refuse?.(value, file);
  if (!isMap(value)) {
    const found = value === null ? 'the file is empty' : 'the file is not a map of keys';
    const problem = { path: '', message: found, expected: format.expected };
    throw refuseProblems(file, [{ ...place(lines, root?.range?.[0] ?? 0), ...problem }]);
  }
  const checked = format.check(value);
  const exact = new Set(
    [...checked, ...findings.filter(({ at }) => at === 'value')].map(({ path }) => printPath(path)),
  );
  const fromSchema = explain(format.findSchemaErrors(value), value, format.hints);
  const all = [...findings, ...fromSchema.filter(({ path }) => !exact.has(printPath(path))), ...checked];
  if (all.length > 0)
    throw refuseProblems(
      file,
      all.map((finding) => point(finding, root, lines)),
    );
  return value;
}

type Placed = Omit<Problem, 'file'>;

function point({ path, at, ...words }: UnplacedProblem, root: Node | null, lines: LineCounter): Placed {
  return { ...place(lines, locate(root, path, at)), path: printPath(path), ...words };
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
