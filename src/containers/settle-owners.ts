import { mapOwners, type Owner } from './map-owners.ts';
import { readOutput } from '../observe/read-output.ts';
import type { ContainerDetails } from '../model/container.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';
import type { Owners } from './workspace-record.ts';
import { sharedCaches } from './workspace-settings.ts';
import { personalCache } from '../image/cache-variables.ts';

/** Volumes that belong to root's package managers, and /tmp, which all can write. */
const foreign = new Set(['/tmp', ...sharedCaches.map(({ target }) => target)]);

/**
 * Settles owners in a new container: files of the project belong to the person
 * on the host, the environment's user keeps the image's number, and volumes are
 * writable for it. `former`: the number that it had in the container before.
 * Returns the number that commands run with, too.
 */
export async function settleOwners(
  context: Context,
  runtime: Runtime,
  container: ContainerDetails,
  former: Owner | undefined,
): Promise<{ readonly owners: Owners; readonly user?: Owner }> {
  const { user, workingDir } = readExecDefaults(container);
  if (user === '0:0') return { owners: { kind: 'same' } };
  const volumes = container.mounts
    .filter(({ kind, target }) => kind === 'volume' && !foreign.has(target))
    .map(({ target }) => target);
  const was = former === undefined ? '' : String(former.uid);
  const observed = await observe(runtime, container.id, [user, '', was, workingDir, ...volumes]);
  const host = await context.files.owner(folderOf(container));
  if (observed === undefined) return { owners: { kind: 'same' } };
  const { inside, project, given } = observed;
  if (given.length > 0)
    context.progress.note(
      `The user ${user} has the number ${String(inside.uid)} in this version: its files in ${given.join(', ')} were given that number.`,
    );
  // An engine in a virtual machine translates owners: it shows others than the host has.
  const translated = context.machine.platform !== 'linux' || !isSame(project, host);
  if (translated || isSame(project, inside)) return { owners: { kind: 'same' }, user: inside };
  const targets = listProjectMounts(container);
  const reason = await mapOwners(runtime, container, { targets, inside, outside: project });
  if (reason === undefined) return { owners: { kind: 'mapped', started: container.started }, user: inside };
  const numeric = `${String(project.uid)}:${String(project.gid)}`;
  context.progress.note(
    `This machine cannot map the owners of files (${reason}). Commands run under your own number, ${numeric}, which the image does not know: their home folder is ${personalCache}.`,
  );
  await observe(runtime, container.id, [user, numeric, String(inside.uid), workingDir, ...volumes]);
  return { owners: { kind: 'numeric', user: numeric }, user: project };
}

/** Maps owners again after a restart. Returns the reason if that is no longer possible. */
export async function mapAgain(
  context: Context,
  runtime: Runtime,
  container: ContainerDetails,
): Promise<string | undefined> {
  const { user, workingDir } = readExecDefaults(container);
  const observed = await observe(runtime, container.id, [user, '', '', workingDir]);
  if (observed === undefined) return `there is no user ${user}`;
  const outside = await context.files.owner(folderOf(container));
  return mapOwners(runtime, container, { targets: listProjectMounts(container), inside: observed.inside, outside });
}

function folderOf(container: ContainerDetails): string {
  const { workingDir } = readExecDefaults(container);
  const mount = container.mounts.find(({ kind, target }) => kind === 'bind' && target === workingDir);
  return mount?.kind === 'bind' ? mount.source : '/';
}

/** Lists the mounts of the project, of its repository, and of folders in them. */
function listProjectMounts(container: ContainerDetails): readonly string[] {
  const { repository } = readExecDefaults(container);
  const own = [folderOf(container), ...(repository === undefined ? [] : [repository])];
  return container.mounts
    .filter((mount) => mount.kind === 'bind' && own.some((folder) => `${mount.source}/`.startsWith(`${folder}/`)))
    .map(({ target }) => target);
}

/**
 * $1: user, $2: another owner, or empty, $3: the user's former number, or empty,
 * $4: where the project lies; then volumes. Folders that the engine made on the
 * way to the project, below the user's home, are the user's. Caches get the owner, and volumes that are root's and empty. A
 * volume of the former number gets it with all files of that number, and is
 * printed; without a former number, one of a number that the image does not know.
 */
const script = `id=$(id -u "$1") && group=$(id -g "$1") || exit 1
home=$(grep "^$1:" /etc/passwd | cut -d: -f6)
owner=\${2:-$id:$group} former=$3 project=$4; shift 4
above=\${project%/*}
while [ -n "$home" ] && [ "\${above#"$home"/}" != "$above" ]; do
  [ "$(stat -c %u "$above")" != 0 ] || chown "$owner" "$above"
  above=\${above%/*}
done
for place; do
  has=$(stat -c %u "$place")
  case $place in
    /var/cache/devenv/*) chown "$owner" "$place"; continue ;;
  esac
  if [ "$has" = 0 ] && [ -z "$(ls -A "$place")" ]; then
    chown "$owner" "$place"
  elif [ "$has" != 0 ] && [ "$has" != "\${owner%:*}" ]; then
    if [ "\${former:-$has}" = "$has" ] && { [ -n "$former" ] || ! grep -q "^[^:]*:[^:]*:$has:" /etc/passwd; }; then
      find "$place" -xdev -uid "$has" -exec chown -h "$owner" {} + && echo "$place"
    fi
  fi
done
echo "$id $group $(stat -c '%u %g' "$project")"`;

async function observe(
  runtime: Runtime,
  container: string,
  words: readonly string[],
): Promise<{ readonly inside: Owner; readonly project: Owner; readonly given: readonly string[] } | undefined> {
  const output = await readOutput(runtime, container, ['/bin/sh', '-c', script, 'sh', ...words]);
  const lines = output?.toString('utf8').trim().split('\n') ?? [];
  const numbers = (lines.at(-1) ?? '').split(' ').map(Number);
  const [uid, gid, projectUid, projectGid] = numbers;
  if (numbers.length !== 4 || numbers.some((number) => !Number.isInteger(number))) return undefined;
  return {
    ...{ inside: { uid: uid ?? 0, gid: gid ?? 0 }, project: { uid: projectUid ?? 0, gid: projectGid ?? 0 } },
    given: lines.slice(0, -1),
  };
}

const isSame = (a: Owner, b: Owner): boolean => a.uid === b.uid && a.gid === b.gid;
