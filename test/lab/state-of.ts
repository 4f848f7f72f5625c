import { findGroupOf, isGroupStill } from '../../src/adapters/overlay/helper/control-group.ts';
import type { Machine } from './machine.ts';

/** What the engine says of a container, `frozen` where it runs as far as the engine knows, and something keeps it still. */
export async function stateOf(machine: Machine, container: string): Promise<string> {
  const format = '{{.Id}} {{.State.Pid}} {{.State.Status}}';
  const [id = '', pid, state = ''] = (await machine.cli(['inspect', '--format', format, container])).trim().split(' ');
  const group = state === 'running' ? findGroupOf({ id, pid: Number(pid) }) : undefined;
  return group !== undefined && isGroupStill(group) ? 'frozen' : state;
}
