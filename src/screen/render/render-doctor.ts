import chalk from 'chalk';
import type { Check } from '../../machine/doctor.ts';
import { sanitize } from '../sanitize.ts';

const marks = { good: chalk.green('✔'), bad: chalk.red('✖'), unknown: chalk.dim('–') };

/** A line for each check, its hint below it, and the verdict. */
export function renderDoctor({ program, checks }: { program: string; checks: readonly Check[] }): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  const lines = checks.flatMap(({ name, state, detail, hint }) => [
    `${marks[state]} ${name.padEnd(width)}  ${sanitize(detail).replaceAll('\n', `\n${indent}`)}`,
    ...(hint === undefined ? [] : [`${indent}${chalk.dim(sanitize(hint).replaceAll('\n', `\n${indent}`))}`]),
  ]);
  const bad = checks.filter(({ state }) => state === 'bad').length;
  const verdict = bad === 0 ? 'No problems found.' : `${String(bad)} of ${String(checks.length)} checks failed.`;
  return [program, ...lines, verdict].join('\n');
}
