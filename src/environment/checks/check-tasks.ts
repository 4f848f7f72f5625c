import { findNearest } from '../../errors/find-nearest.ts';
import { findCycle } from './check-services.ts';
import { atKey, atValue, quote, type UnplacedProblem } from '../problem.ts';
import { asMap, isMap, type Keys } from '../../model/json.ts';
import { asList } from '../shapes.ts';

/** Problems of tasks that a schema cannot describe: nothing to do, unknown dependencies, and cycles. */
export function checkTasks(tasks: Keys): UnplacedProblem[] {
  const names = Object.keys(tasks).filter((name) => !name.startsWith('x-'));
  const needs = (name: string): readonly string[] =>
    asList(asMap(tasks[name])['depends']).filter((one) => typeof one === 'string');
  const problems = names.flatMap((name) => {
    const task = tasks[name];
    const empty = isMap(task) && task['run'] === undefined && needs(name).length === 0;
    return [
      ...(empty ? [atKey(['tasks', name], 'the task does nothing', '"run" or "depends"')] : []),
      ...needs(name).flatMap((other, index) => {
        if (names.includes(other)) return [];
        const problem = atValue(['tasks', name, 'depends', index], `there is no task ${quote(other)}`);
        const suggestion = findNearest(other, names);
        return [suggestion === undefined ? problem : { ...problem, suggestion }];
      }),
    ];
  });
  const cycle = findCycle(names, needs);
  if (cycle === undefined) return problems;
  const [first = ''] = cycle;
  const way = [...cycle, first].map(quote).join(' needs ');
  return [...problems, atKey(['tasks', first, 'depends'], `tasks need each other: ${way}`)];
}
