import { Graph } from './graph.ts';
import type { Operation } from './operation.ts';

interface Rollback {
  /** Number of the version whose content becomes current. */
  readonly target: number;
  /** The engine has its image. */
  readonly here: boolean;
  /** Number of the next version. */
  readonly next: number;
  /** devenv.yaml is edited to match. */
  readonly declares: boolean;
}

/** Plans that an older version becomes current as a new one. No workspace changes. */
export function planRollback({ target, here, next, declares }: Rollback): readonly Operation[] {
  const graph = new Graph();
  const pulled = here ? undefined : graph.add({ kind: 'pull', version: target }, 'not on this machine');
  const cause = `roll back to version ${String(target)}`;
  const recorded = graph.add({ kind: 'record', version: next }, cause, [pulled]);
  if (declares) graph.add({ kind: 'declare' }, `it asks for something else than version ${String(target)}`, [recorded]);
  return graph.operations;
}
