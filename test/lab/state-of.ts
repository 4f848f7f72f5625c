import { findGroupOf, isGroupStill } from '../../src/adapters/overlay/helper/control-group.ts';
import type { Machine } from './machine.ts';

/** A container's state as the engine knows it; `frozen` if it runs but is frozen by its control group. */
export async function stateOf(machine: Machine, container: string): Promise<string> {
  const format = '{{.Id}} {{.State.Pid}} {{.State.Status}}';
  const [id = '', pid, state = ''] = (await machine.cli(['inspect', '--format', format, container])).trim().split(' ');
  const group = state === 'running' ? findGroupOf({ id, pid: Number(pid) }) : undefined;
  return group !== undefined && isGroupStill(group) ? 'frozen' : state;
}
