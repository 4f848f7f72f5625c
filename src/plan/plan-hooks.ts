import type { UpHook, Hooks } from '../model/workspace.ts';

/** Which hooks of a container were run. */
export interface HookState {
  readonly created: boolean;
  readonly updated?: string;
  readonly started: boolean;
}

/**
 * Lists the hooks that are due in a running container, in order. `update` is
 * not due before `create` was run: a new workspace is up to date.
 */
export function planHooks(hooks: Hooks, state: HookState, update: string): readonly UpHook[] {
  return (['create', 'update', 'start'] as const).filter((moment) => {
    if (hooks[moment] === undefined) return false;
    if (moment === 'create') return !state.created;
    if (moment === 'start') return !state.started;
    return state.created && state.updated !== update;
  });
}
