import { mapOwners, type Owner } from './map-owners.ts';
import { readOutput } from '../observe/read-output.ts';
import type { ContainerDetails } from '../model/container.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';
import type { Owners } from './workspace-record.ts';
import { sharedCaches } from './workspace-settings.ts';
import { personalCache } from '../image/cache-variables.ts';
import { projectTarget } from '../observe/place.ts';

/** Volumes that belong to root's package managers, and /tmp, which all can write. */
const foreign = new Set(['/tmp', ...sharedCaches.map(({ target }) => target)]);

/**
 * Settles owners in a new container: files of the project belong to the person
 * on the host, the environment's user keeps the image's number, and volumes are
 * writable for it.
 */
export async function settleOwners(context: Context, runtime: Runtime, container: ContainerDetails): Promise<Owners> {
  const { user } = readExecDefaults(container);
  if (user === '0:0') return { kind: 'same' };
  const volumes = container.mounts
    .filter(({ kind, target }) => kind === 'volume' && !foreign.has(target))
    .map(({ target }) => target);
  const observed = await observe(runtime, container.id, [user, '', ...volumes]);
  const host = await context.files.owner(folderOf(container));
  if (observed === undefined) return { kind: 'same' };
  const { inside, project } = observed;
  // An engine in a virtual machine translates owners: it shows others than the host has.
  const translated = context.machine.platform !== 'linux' || !isSame(project, host);
  if (translated || isSame(project, inside)) return { kind: 'same' };
  const targets = listProjectMounts(container);
  const reason = await mapOwners(runtime, container, { targets, inside, outside: project });
  if (reason === undefined) return { kind: 'mapped', started: container.started };
  const numeric = `${String(project.uid)}:${String(project.gid)}`;
  context.progress.note(
    `This machine cannot map the owners of files (${reason}). Commands run under your own number, ${numeric}, which the image does not know: their home folder is ${personalCache}.`,
  );
  await observe(runtime, container.id, [user, numeric, ...volumes]);
  return { kind: 'numeric', user: numeric };
}

/** Maps owners again after a restart. Returns the reason if that is no longer possible. */
export async function mapAgain(
  context: Context,
  runtime: Runtime,
  container: ContainerDetails,
): Promise<string | undefined> {
  const { user } = readExecDefaults(container);
  const observed = await observe(runtime, container.id, [user, '']);
  if (observed === undefined) return `there is no user ${user}`;
  const outside = await context.files.owner(folderOf(container));
  return mapOwners(runtime, container, { targets: listProjectMounts(container), inside: observed.inside, outside });
}

function folderOf({ mounts }: ContainerDetails): string {
  const mount = mounts.find(({ kind, target }) => kind === 'bind' && target === projectTarget);
  return mount?.kind === 'bind' ? mount.source : '/';
}

/** Lists the mounts of the project and of folders in it. */
function listProjectMounts(container: ContainerDetails): readonly string[] {
  const folder = folderOf(container);
  return container.mounts
    .filter((mount) => mount.kind === 'bind' && `${mount.source}/`.startsWith(`${folder}/`))
    .map(({ target }) => target);
}

/** $1: user, $2: another owner, or empty; then volumes. Caches get the owner, and others if they are root's and empty. */
const script = `id=$(id -u "$1") && group=$(id -g "$1") || exit 1
owner=\${2:-$id:$group}; shift 2
for place; do
  case $place in
    /var/cache/devenv/*) ;;
    *) [ "$(stat -c %u "$place")" = 0 ] && [ -z "$(ls -A "$place")" ] ;;
  esac && chown "$owner" "$place"
done
echo "$id $group $(stat -c '%u %g' ${projectTarget})"`;

async function observe(
  runtime: Runtime,
  container: string,
  words: readonly string[],
): Promise<{ readonly inside: Owner; readonly project: Owner } | undefined> {
  const output = await readOutput(runtime, container, ['/bin/sh', '-c', script, 'sh', ...words]);
  const numbers = output?.toString('utf8').trim().split(' ').map(Number) ?? [];
  const [uid, gid, projectUid, projectGid] = numbers;
  if (numbers.length !== 4 || numbers.some((number) => !Number.isInteger(number))) return undefined;
  return { inside: { uid: uid ?? 0, gid: gid ?? 0 }, project: { uid: projectUid ?? 0, gid: projectGid ?? 0 } };
}

const isSame = (a: Owner, b: Owner): boolean => a.uid === b.uid && a.gid === b.gid;
