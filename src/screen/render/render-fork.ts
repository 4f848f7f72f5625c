import type { ForkResult } from '../../snapshots/fork.ts';
import { joinLines } from '../sanitize.ts';
import { describePause } from './render-snapshot.ts';

/** What was made, what was paused for it, and how to work in it. */
export function renderFork({ from, workspace, folder, branch, version, drift, volumes, pauses }: ForkResult): string {
  const content = [
    `version ${String(version)}`,
    ...(drift ? ['uncommitted changes'] : []),
    ...(volumes.length > 0 ? [`the data of ${volumes.join(', ')}`] : []),
  ];
  return joinLines([
    `Copied the workspace ${from} to ${branch === undefined ? workspace : `the worktree ${folder} on the branch ${branch}`}: ${content.join(', ')}.`,
    ...pauses.map(describePause),
    branch === undefined
      ? `Enter it with \`devenv shell --name ${workspace}\`.`
      : `Enter it with \`devenv -C ${folder} shell\`.`,
  ]);
}
