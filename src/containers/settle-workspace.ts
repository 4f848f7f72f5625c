import type { Container } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import { planHooks } from './hooks/plan-hooks.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, readExecDefaults } from '../observe/find-workspace.ts';
import { hashUpdate } from './is-settled.ts';
import type { Project } from '../observe/project.ts';
import { provideSecrets } from './secret-values/provide-secrets.ts';
import { makeMachineKeys } from './make-machine-keys.ts';
import { resolveExecUser } from './resolve-exec-user.ts';
import { runHook } from './hooks/run-hooks.ts';
import { mapAgain, settleOwners } from './settle-owners.ts';
import { readRecord, writeRecord, type WorkspaceRecord } from './workspace-record.ts';

/** To be called before a container is started: a hook that runs at each start is due from then on. */
export async function expectStart(
  context: Context,
  project: Project,
  workspace: string,
  operations: readonly Operation[],
): Promise<void> {
  const start = operations.find(({ kind }) => kind === 'start');
  if (start === undefined || !('container' in start)) return;
  const record = await readRecord(context, project.folder, workspace, start.container);
  if (record === undefined || !record.hooks.started) return;
  await writeRecord(context, project.folder, workspace, { ...record, hooks: { ...record.hooks, started: false } });
}

/** Does what a running container still needs, and records each part once it is done. Throws HOOK_FAILED. */
export async function settleWorkspace(
  context: Context,
  engine: Engine,
  project: Project,
  workspace: string,
): Promise<void> {
  const container = await findWorkspace(engine, project.folder, workspace);
  const update = await hashUpdate(context, project);
  const { hooks } = project.environment;
  let record =
    (await readRecord(context, project.folder, workspace, container.id)) ??
    (await begin(context, engine, container, hooks.create === undefined, update));
  const save = async (change: Partial<WorkspaceRecord>): Promise<void> => {
    record = { ...record, ...change };
    await writeRecord(context, project.folder, workspace, record);
  };
  await save(await renew(context, engine, record));
  const due = planHooks(hooks, record.hooks, update);
  if (due.length > 0) {
    const values = await provideSecrets(context, project);
    const defaults = readExecDefaults(container);
    const { user, env } = resolveExecUser(defaults, record);
    const { workingDir } = defaults;
    for (const moment of due) {
      await context.failpoints.reach(`hook:${moment}`);
      await runHook(context, engine, moment, hooks[moment] ?? {}, {
        ...{ container, user, env, workingDir, secrets: values },
      });
      if (moment === 'create') await save({ hooks: { ...record.hooks, created: true, updated: update } });
      if (moment === 'update') await save({ hooks: { ...record.hooks, updated: update } });
    }
  }
  if (!record.hooks.started) await save({ hooks: { ...record.hooks, started: true } });
}

async function begin(
  context: Context,
  engine: Engine,
  container: Container,
  created: boolean,
  update: string,
): Promise<WorkspaceRecord> {
  const details = await engine.runtime.inspect(container.id);
  const [owners] = await Promise.all([
    details === undefined ? ({ kind: 'same' } as const) : settleOwners(context, engine, details),
    makeMachineKeys(engine, container.id),
  ]);
  return { container: container.id, owners, hooks: { created, ...(created && { updated: update }), started: false } };
}

/** Maps owners again where the container was started since. */
async function renew(
  context: Context,
  engine: Engine,
  { container, owners, hooks }: WorkspaceRecord,
): Promise<Partial<WorkspaceRecord>> {
  if (owners.kind !== 'mapped') return {};
  const details = await engine.runtime.inspect(container);
  if (details === undefined || details.started === owners.started) return {};
  const reason = await mapAgain(context, engine, details);
  if (reason !== undefined) {
    context.progress.note(`The owners of the project's files cannot be mapped any more (${reason}).`);
    return {};
  }
  return { owners: { kind: 'mapped', started: details.started }, hooks: { ...hooks, started: false } };
}
