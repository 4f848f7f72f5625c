import type { UpHook } from '../model/workspace.ts';
import type { After, Graph } from './graph.ts';
import type { ObservedRecord, ObservedWorkspace } from './observed.ts';
import { isCreation, type Decision } from './operation.ts';
import { planHooks, type HookState } from './plan-hooks.ts';

/** What a workspace needs once it runs: owners of files, then hooks. */
export interface Settling {
  readonly owners: { readonly again: boolean; readonly cause: string } | undefined;
  readonly hooks: readonly { readonly moment: UpHook; readonly cause: string }[];
}

const causes = {
  create: 'the workspace is new',
  update: 'the version or a watched file changed',
  start: 'it was not run since the start',
} as const;

interface KnownWorkspace extends Pick<ObservedWorkspace, 'hooks' | 'update' | 'record'> {
  readonly containers: readonly { readonly container: { readonly id: string } }[];
}

/** Decides what is due after the decisions about the workspace are carried out. */
export function decideSettling(workspace: KnownWorkspace, decisions: readonly Decision[]): Settling {
  const { hooks, update } = workspace;
  const gone = decisions.flatMap((one) => (one.kind === 'remove' || one.kind === 'recreate' ? [one.container] : []));
  const kept = workspace.containers.find(({ container }) => !gone.includes(container.id));
  const known = !decisions.some(isCreation) && workspace.record?.container === kept?.container.id;
  const starts = decisions.some(({ kind }) => kind === 'start');
  const record = known ? workspace.record : undefined;
  const { owners, state } = settle(record, starts, hooks.create === undefined, update);
  const explain = (moment: 'create' | 'update' | 'start'): string =>
    moment === 'create' && record !== undefined ? 'it has not succeeded yet' : causes[moment];
  return { owners, hooks: planHooks(hooks, state, update).map((moment) => ({ moment, cause: explain(moment) })) };
}

function settle(
  record: ObservedRecord | undefined,
  starts: boolean,
  noCreateHook: boolean,
  update: string,
): Pick<Settling, 'owners'> & { readonly state: HookState } {
  if (record === undefined) {
    const state = { created: noCreateHook, ...(noCreateHook && { updated: update }), started: false };
    return { owners: { again: false, cause: 'the workspace is new' }, state };
  }
  const again = record.owners === 'stale' || (record.owners === 'mapped' && starts);
  return {
    owners: again ? { again, cause: 'a mapping ends with the run of a container' } : undefined,
    state: { ...record.hooks, started: record.hooks.started && !starts && !again },
  };
}

/** `runs`: after which operation the workspace runs; hooks wait for `after`, too. */
export function planSettling(graph: Graph, { owners, hooks }: Settling, runs: number | undefined, after: After): void {
  let last = owners && graph.add({ kind: 'owners', again: owners.again }, owners.cause, [runs]);
  for (const { moment, cause } of hooks) last = graph.add({ kind: 'hook', moment }, cause, [last, ...after]);
}
