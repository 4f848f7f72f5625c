import type { Container } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { WorkspaceSettings } from '../model/workspace.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';
import { resolveSettings } from './workspace-settings.ts';

/** Names the keys of devenv.yaml whose settings differ from those that a container was created with. */
export function listChanged(environment: Environment, container: Container): readonly string[] {
  const [before, now] = [readExecDefaults(container).settings, resolveSettings(environment)].map(nameKeys);
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})])];
  return keys.filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(now?.[key]));
}

const nameKeys = ({ workingDir, mounts, ...settings }: WorkspaceSettings): Readonly<Record<string, unknown>> => ({
  folder: workingDir,
  volumes: mounts.filter(({ kind }) => kind !== 'project'),
  ...settings,
});
