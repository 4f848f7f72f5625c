import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Context } from '../../ports/context.ts';
import type { Runtime } from '../../ports/runtime.ts';
import {
  aptCheck,
  parseBrokenPackages,
  parseUnmet,
  type BrokenPackage,
} from '../../providers/debian/broken-packages.ts';
import { statusFile } from '../../providers/debian/parse-dpkg-status.ts';
import { standingOf, type CommitWork } from './open-commit.ts';
import { listSome } from '../../model/format-count.ts';
import { collectContent, type Listing } from '../../ports/changes.ts';

/** Installations in a workspace that are not complete. */
export interface UnfinishedInstalls {
  readonly packages: readonly BrokenPackage[];
  /** Package managers that still run. */
  readonly running: readonly { readonly pid: string; readonly name: string }[];
}

/** Bytes; the status of 100,000 packages takes some 100 MB. */
const longest = 128 * 1024 * 1024;

/** Prints each process: its number and its name, as the kernel has it. */
const listPrograms =
  'for d in /proc/[0-9]*; do read -r name 2>/dev/null <"$d/comm" && echo "${d#/proc/} $name"; done; exit 0';

/** Names of processes that install packages; of npm, its title. Other commands of npm run servers. */
const installers =
  /^(?:apt|apt-get|aptitude|dpkg|pip3?|gem|npm (?:i|in|install|ci|add|up|update|rm|remove|un|uninstall)\b.*)$/;

/** Finds unfinished installations. In a stopped workspace nothing runs. `listed`: as Changes has it. */
export async function findUnfinished(work: CommitWork, listed: Listing | undefined): Promise<UnfinishedInstalls> {
  const { context, engine, container } = work;
  const [running, status] = await Promise.all([
    container.state === 'running' ? findInstallers(engine.runtime, container) : [],
    readStatus(context, work, listed),
  ]);
  if (status === undefined) return { packages: [], running };
  const broken = parseBrokenPackages(status);
  const isChecked = broken.length > 0 || running.length > 0 || container.state !== 'running';
  const output = isChecked ? undefined : await readOutput(engine.runtime, container.id, aptCheck);
  return { packages: output === undefined ? broken : parseUnmet(output.toString('utf8')), running };
}

/** Throws INSTALL_UNFINISHED, with the commands that finish the installations. */
export function refuseUnfinished({ packages, running }: UnfinishedInstalls): void {
  if (packages.length === 0 && running.length === 0) return;
  const states = packages.map(({ name, state }) => `${name} (${state})`);
  const programs = running.map(({ pid, name }) => `${name} (process ${pid})`);
  const what = [
    ...(running.length === 0 ? [] : [`Packages are being installed: ${listSome(programs)}.`]),
    ...(packages.length === 0 ? [] : [`Packages are not completely installed: ${listSome(states)}.`]),
  ];
  const repair = '`devenv exec --root apt-get --fix-broken install`';
  const wait = `Wait until it ends, or end it with \`devenv exec --root sh -c "kill ${running.map(({ pid }) => pid).join(' ')}"\``;
  throw new DevenvError('INSTALL_UNFINISHED', what.join(' '), {
    hint:
      running.length === 0
        ? `Complete them with \`devenv exec --root dpkg --configure -a\` and ${repair}, or remove them. To commit them as they are: \`--allow-unfinished\`.`
        : `${wait}, and run the same command again.`,
    state: 'Nothing was captured; the workspace is as it was.',
    data: { packages: packages.slice(0, 1000), running },
  });
}

async function findInstallers(runtime: Runtime, { id }: Container): Promise<UnfinishedInstalls['running']> {
  const output = await readOutput(runtime, id, ['sh', '-c', listPrograms]);
  return (output?.toString('utf8') ?? '').split('\n').flatMap((line) => {
    const [, pid, name] = /^(\d+) (.*)$/.exec(line) ?? [];
    return pid !== undefined && name !== undefined && installers.test(name) ? [{ pid, name }] : [];
  });
}

/** dpkg's status, if it changed since the version. */
async function readStatus(
  context: Context,
  work: CommitWork,
  listed: Listing | undefined,
): Promise<string | undefined> {
  const changes = await context.changes();
  const want = (path: string): 'all' | 'none' => (path === statusFile ? 'all' : 'none');
  try {
    for await (const { kind, content } of changes.read(work.container.id, {
      ...{ ...standingOf(work), want, words: [], limit: longest },
      ...(listed !== undefined && { listed }),
    })) {
      if (kind === 'file') return (await collectContent(content)).toString('utf8');
    }
    return undefined;
  } catch (error) {
    if (!hasCode(error, 'ENGINE_REFUSED')) throw error;
    if (work.container.state !== 'running') return undefined;
    return (await readOutput(work.engine.runtime, work.container.id, ['cat', statusFile]))?.toString('utf8');
  }
}
