import type { DockerfileBase } from '../model/image-inputs.ts';
import { hashToHex } from './hash-json.ts';

/** What an image of a Dockerfile is built from. */
interface DockerfileInputs {
  /** sha256 of the Dockerfile. */
  readonly dockerfile: string;
  /** File, or folder of the context → sha256. */
  readonly context: Readonly<Record<string, string>>;
}

/** More would make the lock hard to read. */
const mostLines = 200;

/**
 * The value of the item `base` for a Dockerfile: one line for the build, one
 * for each argument and secret, one for each file or folder that it uses.
 */
export function describeDockerfile(base: DockerfileBase, inputs: DockerfileInputs): string {
  const { dockerfile, context, target, args, secrets } = base;
  const files = Object.entries(inputs.context).map(([path, sha]) => `${escape(path)} ${sha}`);
  const named = context === '.' ? 'the context' : context;
  return [
    ['dockerfile', escape(dockerfile), escape(context), ...(target === undefined ? [] : [target])].join(' '),
    ...Object.entries(args)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `arg ${name} ${hashToHex(value)}`),
    ...[...secrets].sort().map((name) => `secret ${name} `),
    `${escape(dockerfile)} ${inputs.dockerfile}`,
    ...(files.length > mostLines ? [`${escape(named)} ${hashToHex(files.join('\n'))}`] : files),
  ].join('\n');
}

/** What differs between two values of the item `base`, for people: `package.json changed`. */
export function explainBaseChange(recorded: string | undefined, desired: string | undefined): string {
  const [before, after] = [readLines(recorded), readLines(desired)];
  if (before === undefined || after === undefined) return 'the base changed';
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  const [name = 'the base', ...others] = names.map((one) => one.replace(/^arg /, 'the argument '));
  if (names.every((one) => before.has(one) && !after.has(one))) return `${list(name, others)} was removed`;
  return `${list(name, others)} changed`;
}

const list = (name: string, others: readonly string[]): string => {
  if (others.length === 0) return name;
  if (others.length === 1) return `${name} and ${others[0] ?? ''}`;
  return `${name} and ${String(others.length)} more`;
};

/** Name → hash; undefined for a base without a Dockerfile. */
function readLines(value = ''): ReadonlyMap<string, string> | undefined {
  if (!value.startsWith('dockerfile ')) return undefined;
  const [first = '', ...rest] = value.split('\n');
  const entries = rest.map((line): [string, string] => [
    line.slice(0, line.lastIndexOf(' ')),
    line.slice(line.lastIndexOf(' ') + 1),
  ]);
  return new Map([['the base', first], ...entries]);
}

/** A name on one line. */
const escape = (text: string): string => JSON.stringify(text).slice(1, -1);
