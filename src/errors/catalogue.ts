import type { ExitStatus } from './exit-statuses.ts';

interface ErrorData {
  /** One line for the documentation. */
  readonly title: string;
  /** What to do next, unless the error itself says something better. */
  readonly hint: string;
  readonly exit: ExitStatus;
}

/** Every error of devenv. Codes are permanent: scripts depend on them. */
export const catalogue = {
  INTERNAL: {
    title: 'devenv failed in an unexpected way',
    hint: 'Please report this with the output of `devenv doctor`.',
    exit: 1,
  },
  FILE_UNREADABLE: { title: 'a file cannot be read', hint: '', exit: 1 },
  FILE_UNWRITABLE: { title: 'a file cannot be written', hint: '', exit: 1 },
  USAGE: { title: 'wrong usage', hint: '', exit: 2 },
  DOCKERFILE_INVALID: { title: 'a Dockerfile is not valid', hint: '', exit: 3 },
  CONTEXT_TOO_LARGE: {
    title: 'a build context has too many files',
    hint: 'Leave out what the Dockerfile does not copy by lines in .dockerignore, or name a smaller folder as `context` in devenv.yaml.',
    exit: 3,
  },
  CONFIG_NOT_FOUND: {
    title: 'there is no devenv.yaml',
    hint: 'Create one with `devenv init`, or change to the folder of your project.',
    exit: 3,
  },
  CONFIG_INVALID: { title: 'devenv.yaml is not valid', hint: '', exit: 3 },
  FEATURE_INVALID: {
    title: 'a Dev Container Feature cannot be used',
    hint: 'Choose another version of the Feature in devenv.yaml, or tell its author.',
    exit: 3,
  },
  CONFIG_EXISTS: {
    title: 'devenv.yaml already exists',
    hint: 'Edit it, or move it to another place first.',
    exit: 1,
  },
  FILE_EXISTS: {
    title: 'a file that would be written already exists',
    hint: 'Choose another path, or replace the file with --force.',
    exit: 1,
  },
  TEMPLATE_UNREADABLE: {
    title: 'a template cannot be read',
    hint: 'List the templates of devenv with `devenv init --list`, or name a folder or the address of a git repository.',
    exit: 2,
  },
  CONFIG_FOREIGN: { title: 'devenv.yaml belongs to another tool', hint: '', exit: 3 },
  LOCK_INVALID: { title: 'devenv-lock.yaml is not valid', hint: '', exit: 3 },
  LOCK_NEWER: { title: 'devenv-lock.yaml was written by a newer devenv', hint: 'Update devenv.', exit: 3 },
  LOCK_CONFLICT: {
    title: 'devenv-lock.yaml contains merge conflicts',
    hint: 'Run `devenv resolve`: it keeps the versions of both sides.',
    exit: 3,
  },
  ENGINE_UNREACHABLE: {
    title: 'no container engine answers',
    hint: 'Start Docker or Podman. On Debian or Ubuntu, `devenv up --yes` installs an engine.',
    exit: 4,
  },
  ENGINE_REFUSED: { title: 'the container engine refused a request', hint: '', exit: 4 },
  ENGINE_TOO_OLD: {
    title: 'the container engine is too old',
    hint: 'devenv needs Docker 20.10 or newer, or Podman 4 (API 1.41).',
    exit: 4,
  },
  IMAGE_NOT_FOUND: { title: 'an image cannot be found', hint: '', exit: 5 },
  REGISTRY_DENIED: {
    title: 'a registry refused the login',
    hint: 'Log in with `docker login` and run the same command again.',
    exit: 5,
  },
  REGISTRY_UNREACHABLE: {
    title: 'a registry cannot be reached',
    hint: 'Check the network and run the same command again.',
    exit: 5,
  },
  DOWNLOAD_FAILED: {
    title: 'a file cannot be downloaded',
    hint: 'Check the address in devenv.yaml and the network, and run the same command again.',
    exit: 5,
  },
  PROXY_DENIED: {
    title: 'a proxy asks for a login',
    hint: 'Give the login in the address of the proxy, as in HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT. `devenv doctor` shows which proxy is used, and who says so.',
    exit: 5,
  },
  REGISTRY_UNTRUSTED: {
    title: 'a registry asks to send its login to another host',
    hint: 'Check the name of the registry.',
    exit: 5,
  },
  VERSION_NOT_PUSHED: {
    title: 'a version exists only on the machine of its author',
    hint: 'Ask its author to run `devenv push`.',
    exit: 5,
  },
  VERSION_PUSHED: {
    title: 'a version that was pushed cannot be replaced',
    hint: 'Make a new version with `devenv commit`, or go back with `devenv rollback`.',
    exit: 1,
  },
  INSTALL_UNFINISHED: {
    title: 'packages are not completely installed',
    hint: 'Complete or remove them, then run the same command again.',
    exit: 1,
  },
  PERSONAL_CLASH: {
    title: 'a change depends on your personal packages or files',
    hint: 'Make the change in a workspace without them, and commit it there: `TEAMVM_PERSONAL= devenv up --name team`, then `devenv commit --name team`.',
    exit: 1,
  },
  NOT_IDENTICAL: { title: 'two things that must be equal differ', hint: '', exit: 6 },
  CHANGES_PENDING: {
    title: 'devenv.yaml has changes that no version contains',
    hint: 'Show them with `devenv plan`, and apply them with `devenv up`.',
    exit: 6,
  },
  DRIFT_UNSAVED: {
    title: 'the workspace has uncommitted changes',
    hint: 'Commit them with `devenv commit`, or discard them with --discard. `devenv up --carry` takes them to a newer version.',
    exit: 1,
  },
  HOST_PROGRAM_MISSING: { title: 'a program is not installed on this machine', hint: '', exit: 1 },
  EDITOR_FAILED: { title: 'the editor could not be started', hint: '', exit: 1 },
  BASE_FAILED: {
    title: 'the base could not be assembled',
    hint: 'Check that the Debian mirror can be reached, and run the same command again.',
    exit: 8,
  },
  SECRET_FOUND: {
    title: 'a version would contain secrets',
    hint: 'Exclude the file with `commit: {exclude: [PATH]}` in devenv.yaml, or accept it with a reason: `--allow PATH=REASON`.',
    exit: 7,
  },
  SECRET_MISSING: {
    title: 'secrets have no value',
    hint: 'Set them in the environment, or as NAME=value in .env.local beside devenv.yaml. git must ignore that file.',
    exit: 1,
  },
  SECRET_EXPOSED: { title: 'git would commit a file with secrets', hint: '', exit: 7 },
  HOOK_FAILED: {
    title: 'a hook in devenv.yaml failed',
    hint: 'Fix the cause and run `devenv up`: it runs the hook again.',
    exit: 8,
  },
  INNER_ENGINE_FAILED: {
    title: 'the engine in the workspace did not start',
    hint: 'Fix the cause and run `devenv up` again.',
    exit: 8,
  },
  STEP_FAILED: {
    title: 'a build step failed',
    hint: 'Fix the cause and run the same command again: it continues after the last good step.',
    exit: 8,
  },
  SERVICE_FAILED: {
    title: 'a service failed',
    hint: 'Read its output with `devenv logs SERVICE`, fix the cause, and run `devenv up`.',
    exit: 8,
  },
  SOURCE_UNREACHABLE: {
    title: 'a build step reached no source of its packages',
    hint: 'Check the network (`devenv doctor` shows which proxy is used) and run the same command again: it continues after the last good step.',
    exit: 5,
  },
  PIN_GONE: {
    title: 'an exact version is no longer available',
    hint: 'Run `devenv build --clean --update` to use the newest matching versions.',
    exit: 8,
  },
  NOT_TRUSTED: {
    title: 'the project requests access to your machine that you did not agree to',
    hint: 'Review the requests and agree with `devenv trust`; in scripts with `devenv trust --yes`.',
    exit: 9,
  },
  PROJECT_BUSY: {
    title: 'another devenv process uses this project',
    hint: 'Wait until it ends, or stop it, and run the same command again.',
    exit: 10,
  },
  RESOURCE_BUSY: {
    title: 'another process holds what this one needs for too long',
    hint: 'Wait until it ends, or stop it, and run the same command again.',
    exit: 10,
  },
  NAME_TAKEN: { title: 'a container with this name already exists', hint: '', exit: 10 },
  PORT_TAKEN: {
    title: 'a port of this machine is in use',
    hint: 'Free the port, or leave out --strict-ports to use another one.',
    exit: 1,
  },
  CONTENT_MISMATCH: { title: 'content does not match its digest', hint: '', exit: 11 },
  RESERVED_NAME: { title: 'the name of a file means a deletion in an image', hint: '', exit: 1 },
  LONG_PATH: { title: 'a path is too long for an image', hint: '', exit: 1 },
  SPARSE_FILE: { title: 'a large file consists mostly of holes', hint: '', exit: 1 },
  REBASE_CONFLICT: {
    title: 'both sides changed the same thing in different ways',
    hint: 'Write the right value into devenv.yaml, then run the same command again.',
    exit: 6,
  },
  STALE_PARENT: {
    title: 'the workspace is not at the current version',
    hint: 'Move the workspace and its changes to the current version with `devenv up --carry`, then run the same command again.',
    exit: 6,
  },
  SNAPSHOT_NOT_FOUND: {
    title: 'there is no such snapshot',
    hint: 'List snapshots with `devenv snapshot list`.',
    exit: 2,
  },
  QUIESCE_FAILED: {
    title: 'a `quiesce` command of a service failed',
    hint: 'Fix `quiesce` in devenv.yaml, or remove it to have the service paused instead.',
    exit: 8,
  },
  NOT_CONFIRMED: {
    title: 'a question was not answered with yes',
    hint: 'Run the same command with --yes to skip the question.',
    exit: 1,
  },
  WORKSPACE_NOT_FOUND: { title: 'there is no workspace', hint: 'Create it with `devenv up`.', exit: 1 },
  WORKSPACE_EXISTS: {
    title: 'there is a workspace of this name already',
    hint: 'Choose another name.',
    exit: 2,
  },
  WORKTREE_FAILED: { title: 'a git worktree could not be made', hint: '', exit: 1 },
  SSHD_MISSING: {
    title: 'a workspace has no sshd',
    hint: 'Add it to devenv.yaml with `packages: {apt: [openssh-server]}`, or for yourself alone to personal.yaml, and run `devenv up`.',
    exit: 1,
  },
  WORKSPACE_STOPPED: { title: 'the workspace is stopped', hint: 'Start it with `devenv up`.', exit: 1 },
  VERSION_NOT_FOUND: { title: 'there is no such version', hint: 'List versions with `devenv history`.', exit: 2 },
  TASK_NOT_FOUND: {
    title: 'there is no such task',
    hint: 'List tasks with `devenv run --list`. Run other commands with `devenv exec`.',
    exit: 2,
  },
  INTERRUPTED: { title: 'interrupted', hint: 'Run the same command again to finish.', exit: 130 },
} as const satisfies Record<string, ErrorData>;

export type Code = keyof typeof catalogue;
