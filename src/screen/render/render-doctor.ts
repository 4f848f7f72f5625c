import chalk from 'chalk';
import { sanitize } from '../sanitize.ts';

interface DoctorView {
  readonly program: string;
  readonly checks: readonly {
    readonly name: string;
    readonly state: 'good' | 'bad' | 'unknown';
    readonly detail: string;
    readonly hint?: string;
  }[];
}

const marks = { good: chalk.green('✔'), bad: chalk.red('✖'), unknown: chalk.dim('–') };

/** A line for each check, what to do below it, and the verdict. */
export function renderDoctor({ program, checks }: DoctorView): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  const lines = checks.flatMap(({ name, state, detail, hint }) => [
    `${marks[state]} ${name.padEnd(width)}  ${sanitize(detail).replaceAll('\n', `\n${indent}`)}`,
    ...(hint === undefined ? [] : [`${indent}${chalk.dim(sanitize(hint).replaceAll('\n', `\n${indent}`))}`]),
  ]);
  const bad = checks.filter(({ state }) => state === 'bad').length;
  const verdict = bad === 0 ? 'Nothing is wrong.' : `${String(bad)} of ${String(checks.length)} need your attention.`;
  return [program, ...lines, verdict].join('\n');
}
