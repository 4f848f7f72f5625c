import { DevenvError } from '../../errors/devenv-error.ts';
import { readExecDefaults } from '../../observe/find-workspace.ts';
import type { Acts } from '../../plan/carry-out.ts';
import type { ContainerDetails } from '../../model/container.ts';
import { runHook } from '../hooks/run-hooks.ts';
import { resolveExecUser, type WorkspaceRecord, findRecord, readRecord, writeRecord } from '../workspace-record.ts';
import { noProxy } from '../secret-values/provide-proxy.ts';
import { mapAgain, settleOwners } from '../settle-owners.ts';
import type { Site } from './site.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { printVariables } from '../../model/shell/variables.ts';

/**
 * Creates the keys of ssh and ssl-cert in a new container, if their programs are
 * installed: packages create them at installation, but no version has them.
 */
async function makeMachineKeys(runtime: Runtime, container: string): Promise<void> {
  await readOutput(runtime, container, ['/bin/sh', '-c', script]);
}

/** Removes the new link to the certificate: its name differs on each machine, and the image's stays. */
const script = `
if [ -x /usr/sbin/sshd ]; then
  set -- /etc/ssh/ssh_host_*_key
  [ -e "$1" ] || ssh-keygen -A
fi
if [ -x /usr/sbin/make-ssl-cert ] && [ ! -e /etc/ssl/private/ssl-cert-snakeoil.key ]; then
  links() { find /etc/ssl/certs -lname ssl-cert-snakeoil.pem; }
  before=$(links)
  make-ssl-cert generate-default-snakeoil
  for link in $(links); do
    case "$before" in *"$link"*) ;; *) rm "$link" ;; esac
  done
fi`;

/** The login shell of the user that commands run as, if the image has an account with one. */
async function readShell(runtime: Runtime, container: ContainerDetails): Promise<string | undefined> {
  const [user = ''] = readExecDefaults(container).user.split(':');
  const find =
    'while IFS=: read -r name _ id _ _ _ shell; do [ "$name" != "$1" ] && [ "$id" != "$1" ] || { echo "$shell"; exit; }; done </etc/passwd';
  const found = await readOutput(runtime, container.id, ['/bin/sh', '-c', find, 'devenv', user]);
  const shell = found?.toString().trim() ?? '';
  return /^\/[\x21-\x7e]{1,200}$/.test(shell) && !/\/(false|nologin)$/.test(shell) ? shell : undefined;
}

/** Records what is known of a new container in which no hook has run yet. */
export async function recordSettled(
  { context, place, project, update }: Site,
  container: string,
  { owners, user, shell }: Omit<WorkspaceRecord, 'container' | 'hooks'>,
): Promise<void> {
  const { create, start } = project.environment.hooks;
  const hooks = {
    ...(create === undefined ? { created: true, updated: update } : { created: false }),
    started: start === undefined,
  };
  await writeRecord(context, place.folder, place.workspace, {
    ...{ container, owners, hooks },
    ...(user !== undefined && { user }),
    ...(shell !== undefined && { shell }),
  });
}

/** Settles owners and runs hooks. Records each part once it is done. Throws HOOK_FAILED. */
export function settleActs(site: Site): Acts {
  const { context, engine, project, place, update } = site;
  const { hooks } = project.environment;
  const save = (record: WorkspaceRecord): Promise<void> => writeRecord(context, place.folder, place.workspace, record);
  const read = async (): Promise<{ container: ContainerDetails; record: WorkspaceRecord | undefined }> => {
    const container = await engine.runtime.inspect(site.containers.get('') ?? '');
    if (container === undefined)
      throw new DevenvError('WORKSPACE_NOT_FOUND', 'The workspace was removed while this command ran.');
    return { container, record: await readRecord(context, place.folder, place.workspace, container.id) };
  };
  return {
    owners: async ({ again }) => {
      const { container, record } = await read();
      if (again && record !== undefined) {
        const reason = await mapAgain(context, engine.runtime, container);
        if (reason !== undefined)
          return context.progress.note(`The owners of the project's files cannot be mapped any more (${reason}).`);
        const owners = { kind: 'mapped', started: container.started } as const;
        const started = hooks.start === undefined && record.hooks.started;
        return save({ ...record, owners, hooks: { ...record.hooks, started } });
      }
      const former = await findRecord(context, place.folder, place.workspace);
      const [settled, shell] = await Promise.all([
        settleOwners(context, engine.runtime, container, former?.user),
        readShell(engine.runtime, container),
        makeMachineKeys(engine.runtime, container.id),
      ]);
      return recordSettled(site, container.id, { ...settled, ...(shell !== undefined && { shell }) });
    },
    hook: async ({ moment }) => {
      const { container, record } = await read();
      const defaults = readExecDefaults(container);
      const { user, env } = resolveExecUser(defaults, record);
      await context.failpoints.reach(`hook:${moment}`);
      const { workingDir } = defaults;
      const { variables, hidden } = defaults.proxy === true ? site.proxy : noProxy;
      const lent = printVariables(variables);
      const how = { container, user, env: [...lent, ...env], workingDir, secrets: site.secrets, hidden };
      for (const hook of hooks[moment] ?? []) await runHook(context, engine.runtime, moment, hook, how);
      if (record === undefined) return;
      const state = {
        create: { created: true, updated: update },
        update: { updated: update },
        start: { started: true },
      }[moment];
      await save({ ...record, hooks: { ...record.hooks, ...state } });
    },
  };
}
