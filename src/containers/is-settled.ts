import { createHash } from 'node:crypto';
import type { Container } from '../model/container.ts';
import { planHooks } from './hooks/plan-hooks.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { readRecord, type WorkspaceRecord } from './workspace-record.ts';

/**
 * True where a running container needs nothing more: its owners are mapped,
 * its hooks have run. Reads a file, and asks the engine only where a mapping
 * could have ended with a restart that was not ours.
 */
export async function isSettled(
  context: Context,
  engine: Engine,
  project: Project,
  workspace: string,
  container: Container,
): Promise<boolean> {
  const record = await readRecord(context, project.folder, workspace, container.id);
  if (record === undefined) return false;
  const { hooks } = project.environment;
  if (planHooks(hooks, record.hooks, await hashUpdate(context, project)).length > 0) return false;
  return record.owners.kind !== 'mapped' || (await isMapped(engine, record, container.id));
}

async function isMapped(engine: Engine, { owners }: WorkspaceRecord, container: string): Promise<boolean> {
  return owners.kind === 'mapped' && (await engine.runtime.inspect(container))?.started === owners.started;
}

/** Changes with the current version, and with each file that the hook watches. */
export async function hashUpdate({ files }: Context, { folder, environment, lock }: Project): Promise<string> {
  const hash = createHash('sha256').update(lock === undefined ? '' : currentVersion(lock).content);
  for (const path of environment.watch) hash.update(`\0${path}\0${(await files.hash(`${folder}/${path}`)) ?? ''}`);
  return hash.digest('hex');
}
