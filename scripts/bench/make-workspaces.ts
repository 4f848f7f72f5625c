import type { World } from './world.ts';

/** Makes so many workspaces of one version, all running. Gives their project's folder. */
export async function makeWorkspaces(world: World, count: number): Promise<string> {
  const folder = await world.project('many', { 'devenv.yaml': `version: 1\nname: many\nbase: ${world.base}\n` });
  for (let at = 1; at <= count; at += 1) await world.devenv(folder, 'up', '--yes', '--name', `w${String(at)}`);
  return folder;
}
