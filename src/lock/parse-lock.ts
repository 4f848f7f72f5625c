import { DevenvError } from '../errors/devenv-error.ts';
import type { Lock } from '../model/version.ts';
import { hints, validate, type SchemaError } from './generated/validate.js';
import { readBlockYaml, type Value } from './read-block-yaml.ts';
import { BlockYamlError } from './read-scalar.ts';

const maxLength = 4 * 1024 * 1024;
const advice = 'Restore the file from git: `git checkout -- devenv-lock.yaml`.';

/**
 * Reads devenv-lock.yaml. Throws LOCK_CONFLICT for git's merge marks,
 * LOCK_NEWER for a newer format, LOCK_INVALID with the line for everything
 * else. `file`: the name for errors.
 */
export function parseLock(text: string, file: string): Lock {
  if (text.length > maxLength) throw invalid(file, 1, `it is larger than ${maxLength / 1024 / 1024} MB`);
  refuseMergeMarks(text, file);
  refuseNewer(text, file);
  if (!text.endsWith('\n')) {
    throw invalid(file, text.split('\n').length, 'the last line has no end; the file may be cut off');
  }
  const value = read(text, file);
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    throw invalid(file, findLine(text, error?.instancePath ?? ''), error === undefined ? '' : explain(error, value));
  }
  const { name, current, shape, resolved, services, seed, steps, versions } = value as unknown as Lock;
  const problem = findGraphProblem({ current, versions });
  if (problem !== undefined) throw invalid(file, findLine(text, problem.pointer), problem.message);
  return {
    ...{ name, current, shape, resolved },
    ...(services !== undefined && { services }),
    ...(seed !== undefined && { seed }),
    ...(steps !== undefined && { steps }),
    versions: [...versions].sort((a, b) => a.number - b.number),
  };
}

function read(text: string, file: string): Value {
  try {
    return readBlockYaml(text);
  } catch (error) {
    if (error instanceof BlockYamlError) throw invalid(file, error.line, error.message, error);
    throw error;
  }
}

function refuseMergeMarks(text: string, file: string): void {
  const mark = /^(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)/m.exec(text);
  if (mark === null) return;
  const line = text.slice(0, mark.index).split('\n').length;
  throw new DevenvError('LOCK_CONFLICT', 'git left both sides of a merge in the file', {
    at: `${file}:${line}`,
    state: 'Nothing was changed.',
    data: { file, line },
  });
}

/** Called before the rest is read: a newer format may have another syntax. */
function refuseNewer(text: string, file: string): void {
  const format = /^lock:[ \t]+([0-9]+)[ \t]*\r?$/m.exec(text)?.[1];
  if (format === undefined || Number(format) <= 1) return;
  throw new DevenvError('LOCK_NEWER', `the file has format ${format}; this devenv reads format 1`, {
    at: file,
    state: 'Nothing was changed.',
    data: { file, format: Number(format) },
  });
}

function explain({ instancePath, schemaPath, keyword, params }: SchemaError, value: Value): string {
  const place = instancePath === '' ? '' : `${instancePath.slice(1).replaceAll('/', '.')}: `;
  if (value === null) return 'the file is empty';
  switch (keyword) {
    case 'required':
      return `${place}the key "${String(params['missingProperty'])}" is missing; the file may be cut off`;
    case 'additionalProperties':
      return `${place}${JSON.stringify(params['additionalProperty'])} is not a key of the lock`;
    case 'type':
      return `${place}expected ${String(params['type'])}`;
    case 'pattern':
      return `${place}expected ${hints[schemaPath.replace(/\/pattern$/, '')]?.expected ?? 'another form'}`;
    default:
      return `${place}not what devenv writes (${keyword} ${JSON.stringify(params)})`;
  }
}

/** The line of a place, or of the nearest place around it. Reads the text again: only errors need it. */
function findLine(text: string, pointer: string): number {
  const lines = new Map<string, number>();
  readBlockYaml(text, lines);
  for (let path = pointer; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) {
    const line = lines.get(path);
    if (line !== undefined) return line;
  }
  return 1;
}

function invalid(file: string, line: number, message: string, cause?: unknown): DevenvError {
  return new DevenvError('LOCK_INVALID', message, {
    at: `${file}:${line}`,
    hint: advice,
    state: 'Nothing was changed.',
    data: { file, line },
    ...(cause !== undefined && { cause }),
  });
}

interface GraphProblem {
  /** JSON pointer to the place in the lock. */
  readonly pointer: string;
  readonly message: string;
}

/** Finds a number that is used twice, a version that does not exist, or a cycle. */
export function findGraphProblem({ current, versions }: Pick<Lock, 'current' | 'versions'>): GraphProblem | undefined {
  const numbers = new Set<number>();
  for (const [index, { number }] of versions.entries()) {
    if (numbers.has(number)) {
      return { pointer: `/versions/${index}/number`, message: `version ${number} is there twice` };
    }
    numbers.add(number);
  }
  for (const [index, version] of versions.entries()) {
    for (const key of ['parent', 'from'] as const) {
      const other = version[key];
      if (other === undefined) continue;
      const pointer = `/versions/${index}/${key}`;
      // Older versions only: so there can be no cycle.
      if (other >= version.number) {
        return { pointer, message: `version ${version.number} cannot come from version ${other}, which is no older` };
      }
      if (!numbers.has(other)) return { pointer, message: `version ${other} does not exist` };
    }
  }
  return numbers.has(current) ? undefined : { pointer: '/current', message: `version ${current} does not exist` };
}
