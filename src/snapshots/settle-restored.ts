import { giveSecrets } from '../containers/services/give-secrets.ts';
import type { Container } from '../model/container.ts';
import type { Context } from '../ports/context.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import { provideSecrets } from '../containers/secret-values/provide-secrets.ts';
import type { Place } from '../observe/resolve-volume.ts';
import { hashService } from '../containers/services/service-container.ts';
import { settleWorkspace } from '../containers/settle-workspace.ts';

/**
 * Does what `up` does for containers that were just made or started: services
 * that wait for secrets get them, the workspace's files get their owners, its
 * hooks run. One that devenv.yaml wants otherwise by now is left to `up`.
 * Throws SECRET_MISSING, NOT_TRUSTED, HOOK_FAILED.
 */
export async function settleRestored(context: Context, project: Project, place: Place): Promise<void> {
  const engine = await context.engine();
  const { containers, services } = await listPlace(engine, place);
  const { secrets, services: declared } = project.environment;
  const waiting = services.filter(
    ({ state, labels: found }) =>
      state === 'running' &&
      secrets.length > 0 &&
      declared.some(
        (one) => one.name === found[labels.service] && hashService(one, place, true) === found[labels.settings],
      ),
  );
  if (waiting.length > 0) {
    const values = await provideSecrets(context, project);
    await Promise.all(waiting.map(({ id }: Container) => giveSecrets(engine, id, values)));
  }
  if (containers.some(({ state }) => state === 'running'))
    await settleWorkspace(context, engine, project, place.workspace);
}
