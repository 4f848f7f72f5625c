import { hasCode } from '../errors/devenv-error.ts';
import type { Hook } from '../model/workspace.ts';
import type { Context } from '../ports/context.ts';
import type { ExecRequest } from './run-in-session.ts';
import { nameResource } from '../observe/place.ts';
import { openSession, type Session } from './open-session.ts';
import { readProject, type Project } from '../observe/project.ts';
import { listUnsaved } from '../capture/carry/unsaved.ts';
import { formatCount } from '../model/format-count.ts';
import { runHook } from '../containers/hooks/run-hooks.ts';
import { observeStanding } from '../observe/standing.ts';
import { runWithAgents } from './run-with-agents.ts';
import { personalCache } from '../image/cache-variables.ts';

/**
 * Opens the user's login shell in the matching folder of the workspace and
 * returns its exit code. Runs the attach hook first: its failure is printed,
 * does not keep the shell from opening, and is the status if the shell exits
 * with 0. At a terminal, says afterwards that there are uncommitted changes.
 */
export async function shell(context: Context, workspace: string, request: Omit<ExecRequest, 'argv'>): Promise<number> {
  const session = await openSession(context, workspace);
  const project = await readProject(context);
  const { name, hooks } = project.environment;
  const { version } = await observeStanding(session.engine.images, project, session.container);
  const attached = await attach(context, session, hooks.attach ?? []);
  const prompt = [
    name,
    ...(workspace === 'main' ? [] : [workspace]),
    ...(version ? [`v${String(version.number)}`] : []),
  ];
  const history = `${personalCache}/history/${nameResource({ project: name, folder: project.folder, workspace })}`;
  const exitCode = await runWithAgents(context, session, {
    ...request,
    argv: ['/bin/sh', '-c', login, 'devenv', history],
    env: [`TEAMVM_PROMPT=(${prompt.join(' ')}) `, ...request.env],
  });
  if (request.io.tty === true) await noteUncommitted(context, project, session);
  return exitCode === 0 ? attached : exitCode;
}

/** One line if the workspace has uncommitted changes. The exit status stays that of the shell. */
async function noteUncommitted(context: Context, project: Project, { engine, container }: Session): Promise<void> {
  const changes = await listUnsaved(engine, await context.changes(), project, container.id).catch(() => []);
  if (changes.length === 0) return;
  const count = formatCount(changes.length, 'uncommitted change');
  context.progress.note(
    `The workspace has ${count}. List them with \`devenv drift\`, keep them with \`devenv commit\`.`,
  );
}

/** Runs the attach hooks. Returns 0, or the status of its failure. */
async function attach(context: Context, session: Session, hooks: readonly Hook[]): Promise<number> {
  const { engine, container, user, env, secrets, defaults } = session;
  const { workingDir } = defaults;
  try {
    for (const hook of hooks)
      await runHook(context, engine.runtime, 'attach', hook, { container, user, workingDir, env, secrets });
    return 0;
  } catch (error) {
    if (!hasCode(error, 'HOOK_FAILED')) throw error;
    for (const line of error.message.split('\n')) context.progress.note(line);
    return error.exitCode;
  }
}

/**
 * Starts the login shell of the account. $1: folder of histories, in a volume.
 * Profiles set bash's prompt: PROMPT_COMMAND puts ours in front of it.
 */
const login = `uid=$(id -u) shell=
while IFS=: read -r _ _ number _ _ _ program; do
  if [ "$number" = "$uid" ]; then shell=$program; break; fi
done </etc/passwd
case $shell in ''|*/false|*/nologin) shell=/bin/bash ;; esac
[ -x "$shell" ] || shell=/bin/sh
[ -e "/usr/share/terminfo/\${TERM%"\${TERM#?}"}/$TERM" ] || [ -e "/lib/terminfo/\${TERM%"\${TERM#?}"}/$TERM" ] || TERM=xterm-256color
export TERM SHELL="$shell" LANG="\${LANG:-C.UTF-8}"
if (umask 077; mkdir -p "$1") 2>/dev/null; then export HISTFILE="$1/\${shell##*/}" SAVEHIST=10000; fi
case $shell in
  */bash)
    export PROMPT_COMMAND='case $PS1 in *"$TEAMVM_PROMPT"*) ;; *) PS1=$TEAMVM_PROMPT$PS1 ;; esac; history -a'
    exec "$shell" -l ;;
  *)
    export PS1="$TEAMVM_PROMPT\\$ "
    exec "$shell" -l ;;
esac`;
