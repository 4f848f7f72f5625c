import { parseEnvValue } from '../env-references.ts';
import { atValue, quote, type UnplacedProblem } from '../problem.ts';
import { asMap, type Keys } from '../shapes.ts';

/** References in `env` that cannot be read, and those of tasks, whose values are plain text. */
export function checkEnv(env: Keys, tasks: Keys): UnplacedProblem[] {
  return [
    ...Object.entries(env).flatMap(([name, value]): UnplacedProblem[] => {
      const parts = typeof value === 'string' ? parseEnvValue(value) : [];
      if (typeof parts !== 'string') return [];
      const message = parts.startsWith('${host:')
        ? `${quote(parts)} needs a default`
        : `${quote(parts)} is not a reference; write $$ for a dollar sign`;
      return [atValue(['env', name], message, '${NAME}, ${NAME:-default} or ${host:NAME:-default}')];
    }),
    ...Object.entries(tasks).flatMap(([task, written]) =>
      Object.entries(asMap(asMap(written)['env'])).flatMap(([name, value]) =>
        typeof value === 'string' && value.includes('${')
          ? [atValue(['tasks', task, 'env', name], `a task has no references in its variables: ${quote(value)}`)]
          : [],
      ),
    ),
  ];
}
