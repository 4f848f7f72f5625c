import type { Hook, HookMoment } from '../model/workspace.ts';

/** What is known of a container's hooks. */
export interface HookState {
  readonly created: boolean;
  readonly updated?: string;
  readonly started: boolean;
}

/**
 * Which hooks of a running container are due, in order. `update` is not, where
 * `create` has yet to run: a new workspace is up to date when that is done.
 */
export function planHooks(
  hooks: Readonly<Partial<Record<HookMoment, Hook>>>,
  state: HookState,
  update: string,
): readonly Exclude<HookMoment, 'attach'>[] {
  return (['create', 'update', 'start'] as const).filter((moment) => {
    if (hooks[moment] === undefined) return false;
    if (moment === 'create') return !state.created;
    if (moment === 'start') return !state.started;
    return state.created && state.updated !== update;
  });
}
