import { findProject } from '../../environment/find.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import type { Lock } from '../../model/version.ts';
import { currentVersion } from '../../lock/version-items.ts';
import type { Engine } from '../../ports/engine.ts';
import type { CommitResult } from './capture-version.ts';
import { amendMessage, requireAmendable } from './amend.ts';
import type { Begun } from './begin-capture.ts';
import { beginIntent, type BegunIntent } from './commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import { findParent, type Parent } from '../../observe/find-parent.ts';
import { findWorkspace } from '../../observe/find-workspace.ts';
import { labels } from '../../observe/labels.ts';
import type { DriftOptions } from '../drift/observe-drift.ts';
import { readProject, type Project } from '../../observe/project.ts';
import { previewCommit } from './preview-commit.ts';
import { readPersonalPaths } from '../../containers/personal/read-personal-paths.ts';
import { requireLock, versionAbsent } from '../../versions/require-version.ts';
import { resolveStanding } from '../../observe/standing.ts';
import type { WriteBackOptions } from '../write-back/write-back.ts';

export interface CommitOptions extends WriteBackOptions {
  readonly workspace: string;
  /** Absent with `amend` alone: the message stays. */
  readonly message: string | undefined;
  /** Make the current version anew, where nobody else can have it yet, instead of a next one. */
  readonly amend: boolean;
  /** `PATH=REASON` for what may stay though it looks like a secret. */
  readonly allow: readonly string[];
}

/** Captures what a workspace has and its version has not, as the next version. */
export async function commit(context: Context, options: CommitOptions): Promise<CommitResult> {
  context.expectEngine();
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'commit', async (held) => {
    const project = await readProject(context);
    const lock = requireLock(project);
    context.changes().catch(() => undefined);
    const engine = await context.engine();
    const container = await findWorkspace(engine, folder, options.workspace);
    await refuseStale(engine, project, lock, container);
    const amended = options.amend ? requireAmendable(lock) : undefined;
    const message = options.message ?? amended?.message ?? '';
    const parent = await findParent(engine, project.environment.name, lock, container);
    const personal = await readPersonalPaths(engine, folder, container);
    // Asked for just before the helper is started: what starting a program takes of this one, two take hardly more.
    const author = context.author(folder);
    author.catch(() => undefined);
    let intent: BegunIntent | undefined;
    let begun: Begun | undefined;
    let handedOn = false;
    const onListed: DriftOptions['onListed'] = async (changed) => {
      if (parent === undefined || intent === undefined) return;
      const { beginCapture } = await import('./begin-capture.ts');
      held.check();
      begun = await beginCapture(context, engine, { begun: intent, container, parent, personal, changed });
      setImmediate(loadRest);
    };
    try {
      if (parent !== undefined) {
        held.check();
        intent = beginIntent(context, engine, project, container, parent);
        await prepareReading(context, container, parent);
      }
      const previewing = previewCommit(context, engine, project, lock, container, parent, { ...options, onListed });
      setImmediate(() => void import('./begin-capture.ts').catch(() => undefined));
      const { drift, writeBack } = await previewing;
      if (writeBack !== undefined) {
        if (parent === undefined || begun === undefined) throw versionAbsent(currentVersion(lock));
        const { captureVersion } = await import('./capture-version.ts');
        handedOn = true;
        return await captureVersion(context, held, project, lock, container, {
          ...{ ...options, ...begun, author, message, amended, declaration: writeBack, drift, parent, personal },
        });
      }
      const renamed = amended !== undefined && message !== amended.message;
      if (renamed) (await import('./guard-secrets.ts')).refuseSecretMessage(message);
      const version = renamed ? await amendMessage(context, held, project, amended, message) : undefined;
      return { ...(version !== undefined && { version }), changes: 0, paused: 0, leftOut: [], whole: false };
    } finally {
      await context.capture.release();
      if (!handedOn) await intent?.drop();
    }
  });
}

/** Where it fails, whoever reads tells why. */
async function prepareReading(context: Context, container: Container, { image, since }: Parent): Promise<void> {
  const changes = await context.changes();
  const standing = { image: image.id, ...(since !== undefined && { since }) };
  await changes.prepare(container.id, standing).catch(() => undefined);
}

/** What comes next, loaded while the engine's machine searches. */
function loadRest(): void {
  void Promise.allSettled([import('../write-back/write-back.ts'), import('./capture-version.ts')]);
}

async function refuseStale(engine: Engine, project: Project, lock: Lock, container: Container): Promise<void> {
  const current = currentVersion(lock);
  if ((await resolveStanding(engine, project, container)) === current.content) return;
  throw new DevenvError(
    'STALE_PARENT',
    `The workspace stands at version ${container.labels[labels.version] ?? '?'}, but version ${String(current.number)} (${current.message}, ${current.author}) is current.`,
    { state: 'Nothing was captured; the workspace is as it was.' },
  );
}
