import type { ExitStatus } from './exit-statuses.ts';

interface ErrorText {
  /** One line for the documentation. */
  readonly title: string;
  /** What to do next. Absent if each error itself says what helps. */
  readonly hint?: string;
}

/** Every error of devenv, by its exit status. Codes are permanent: scripts depend on them. */
const errors = {
  1: {
    INTERNAL: {
      title: 'devenv failed in an unexpected way',
      hint: 'Please report this with the output of `devenv doctor`.',
    },
    FILE_UNREADABLE: { title: 'a file cannot be read' },
    FILE_UNWRITABLE: { title: 'a file cannot be written' },
    CONFIG_EXISTS: { title: 'devenv.yaml already exists', hint: 'Edit it, or move it to another place first.' },
    FILE_EXISTS: {
      title: 'a file that would be written already exists',
      hint: 'Choose another path, or replace the file with --force.',
    },
    VERSION_PUSHED: {
      title: 'a version that was pushed cannot be replaced',
      hint: 'Make a new version with `devenv commit`, or go back with `devenv rollback`.',
    },
    INSTALL_UNFINISHED: {
      title: 'packages are not completely installed',
      hint: 'Complete or remove them, then run the same command again.',
    },
    PERSONAL_CLASH: {
      title: 'a change depends on your personal packages or files',
      hint: 'Make the change in a workspace without them, and commit it there: `TEAMVM_PERSONAL= devenv up --name team`, then `devenv commit --name team`.',
    },
    DRIFT_UNSAVED: {
      title: 'the workspace has uncommitted changes',
      hint: 'Commit them with `devenv commit`, or discard them with --discard. `devenv up --carry` takes them to a newer version.',
    },
    HOST_PROGRAM_MISSING: { title: 'a program is not installed on this machine' },
    EDITOR_FAILED: { title: 'the editor failed' },
    WORKTREE_FAILED: { title: 'a git worktree could not be created' },
    SECRET_MISSING: {
      title: 'secrets have no value',
      hint: 'Set them in the environment, or as NAME=value in .env.local beside devenv.yaml. git must ignore that file.',
    },
    PORT_TAKEN: {
      title: 'a port of this machine is in use',
      hint: 'Free the port, or leave out --strict-ports to use another one.',
    },
    RESERVED_NAME: { title: 'the name of a file means a deletion in an image' },
    LONG_PATH: { title: 'a path is too long for an image' },
    SPARSE_FILE: { title: 'a large file consists mostly of holes' },
    NOT_CONFIRMED: {
      title: 'a question was not answered with yes',
      hint: 'Run the same command with --yes to skip the question.',
    },
    WORKSPACE_NOT_FOUND: { title: 'there is no workspace', hint: 'Create it with `devenv up`.' },
    SSHD_MISSING: {
      title: 'a workspace has no sshd',
      hint: 'Add it to devenv.yaml with `packages: {apt: [openssh-server]}`, or for yourself alone to personal.yaml, and run `devenv up`.',
    },
    WORKSPACE_STOPPED: { title: 'the workspace is stopped', hint: 'Start it with `devenv up`.' },
    UPDATED_ELSEWHERE: {
      title: 'another program updates devenv',
      hint: 'Update devenv in the way in which it was installed.',
    },
  },
  2: {
    USAGE: { title: 'wrong usage' },
    TEMPLATE_UNREADABLE: {
      title: 'a template cannot be read',
      hint: 'List the templates of devenv with `devenv init --list`, or name a folder or the address of a git repository.',
    },
    SNAPSHOT_NOT_FOUND: { title: 'there is no such snapshot', hint: 'List snapshots with `devenv snapshot list`.' },
    WORKSPACE_EXISTS: { title: 'there is a workspace of this name already', hint: 'Choose another name.' },
    VERSION_NOT_FOUND: { title: 'there is no such version', hint: 'List versions with `devenv history`.' },
    TASK_NOT_FOUND: {
      title: 'there is no such task',
      hint: 'List tasks with `devenv run --list`. Run other commands with `devenv exec`.',
    },
  },
  3: {
    DOCKERFILE_INVALID: { title: 'a Dockerfile is not valid' },
    CONTEXT_TOO_LARGE: {
      title: 'a build context has too many files',
      hint: 'Leave out what the Dockerfile does not copy by lines in .dockerignore, or name a smaller folder as `context` in devenv.yaml.',
    },
    CONFIG_NOT_FOUND: {
      title: 'there is no devenv.yaml',
      hint: 'Create one with `devenv init`, or change to the folder of your project.',
    },
    CONFIG_INVALID: { title: 'devenv.yaml is not valid' },
    FEATURE_INVALID: {
      title: 'a Dev Container Feature cannot be used',
      hint: 'Choose another version of the Feature in devenv.yaml, or tell its author.',
    },
    CONFIG_FOREIGN: { title: 'devenv.yaml belongs to another tool' },
    LOCK_INVALID: { title: 'devenv-lock.yaml is not valid' },
    LOCK_NEWER: { title: 'devenv-lock.yaml was written by a newer devenv', hint: 'Update devenv.' },
    LOCK_CONFLICT: {
      title: 'devenv-lock.yaml contains merge conflicts',
      hint: 'Run `devenv resolve`: it keeps the versions of both sides.',
    },
  },
  4: {
    ENGINE_UNREACHABLE: {
      title: 'no container engine answers',
      hint: 'Start Docker or Podman. On Debian or Ubuntu, `devenv up --yes` installs an engine.',
    },
    ENGINE_REFUSED: { title: 'the container engine refused a request' },
    ENGINE_TOO_OLD: {
      title: 'the container engine is too old',
      hint: 'devenv needs Docker 20.10 or newer, or Podman 4 (API 1.41).',
    },
  },
  5: {
    IMAGE_NOT_FOUND: { title: 'an image cannot be found' },
    REGISTRY_DENIED: {
      title: 'a registry refused the login',
      hint: 'Log in with `docker login` and run the same command again.',
    },
    REGISTRY_UNREACHABLE: {
      title: 'a registry cannot be reached',
      hint: 'Check the network and run the same command again.',
    },
    DOWNLOAD_FAILED: {
      title: 'a file cannot be downloaded',
      hint: 'Check the address in devenv.yaml and the network, and run the same command again.',
    },
    PROXY_DENIED: {
      title: 'a proxy asks for a login',
      hint: 'Give the login in the address of the proxy, as in HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT. `devenv doctor` shows which proxy is used, and who says so.',
    },
    REGISTRY_UNTRUSTED: {
      title: 'a registry asks to send its login to another host',
      hint: 'Check the name of the registry.',
    },
    VERSION_NOT_PUSHED: {
      title: 'a version exists only on the machine of its author',
      hint: 'Ask its author to run `devenv push`.',
    },
    SOURCE_UNREACHABLE: {
      title: 'a build step reached no source of its packages',
      hint: 'Check the network (`devenv doctor` shows which proxy is used) and run the same command again: it continues after the last good step.',
    },
  },
  6: {
    NOT_IDENTICAL: { title: 'two things that must be equal differ' },
    CHANGES_PENDING: {
      title: 'devenv.yaml has changes that no version contains',
      hint: 'Show them with `devenv plan`, and apply them with `devenv up`.',
    },
    REBASE_CONFLICT: {
      title: 'both sides changed the same thing in different ways',
      hint: 'Write the right value into devenv.yaml, then run the same command again.',
    },
    BUNDLE_MISMATCH: {
      title: 'a bundle does not belong to this devenv-lock.yaml',
      hint: 'Show what it holds with `devenv bundle show FILE`, and take the devenv-lock.yaml that belongs to it from git.',
    },
    STALE_PARENT: {
      title: 'the workspace is not at the current version',
      hint: 'Move the workspace and its changes to the current version with `devenv up --carry`, then run the same command again.',
    },
  },
  7: {
    SECRET_FOUND: {
      title: 'a version would contain secrets',
      hint: 'Exclude the file with `commit: {exclude: [PATH]}` in devenv.yaml, or accept it with a reason: `--allow PATH=REASON`.',
    },
    SECRET_EXPOSED: { title: 'git would commit a file with secrets' },
  },
  8: {
    BASE_FAILED: {
      title: 'the base could not be assembled',
      hint: 'Check that the Debian mirror can be reached, and run the same command again.',
    },
    HOOK_FAILED: {
      title: 'a hook in devenv.yaml failed',
      hint: 'Fix the cause and run `devenv up`: it runs the hook again.',
    },
    INNER_ENGINE_FAILED: {
      title: 'the engine in the workspace did not start',
      hint: 'Fix the cause and run `devenv up` again.',
    },
    STEP_FAILED: {
      title: 'a build step failed',
      hint: 'Fix the cause and run the same command again: it continues after the last good step.',
    },
    SERVICE_FAILED: {
      title: 'a service failed',
      hint: 'Read its output with `devenv logs SERVICE`, fix the cause, and run `devenv up`.',
    },
    PIN_GONE: {
      title: 'an exact version is no longer available',
      hint: 'Run `devenv build --clean --update` to use the newest matching versions.',
    },
    QUIESCE_FAILED: {
      title: 'a `quiesce` command of a service failed',
      hint: 'Fix `quiesce` in devenv.yaml, or remove it to have the service paused instead.',
    },
  },
  9: {
    NOT_TRUSTED: {
      title: 'the project requests access to your machine that you did not agree to',
      hint: 'Review the requests and agree with `devenv trust`; in scripts with `devenv trust --yes`.',
    },
  },
  10: {
    PROJECT_BUSY: {
      title: 'another devenv process uses this project',
      hint: 'Wait until it ends, or stop it, and run the same command again.',
    },
    RESOURCE_BUSY: {
      title: 'another process holds what this one needs for too long',
      hint: 'Wait until it ends, or stop it, and run the same command again.',
    },
    NAME_TAKEN: { title: 'a container with this name already exists' },
  },
  11: {
    CONTENT_MISMATCH: { title: 'content does not match its digest' },
    BUNDLE_INVALID: {
      title: 'a file is not a whole and valid bundle',
      hint: 'Copy the file again, and compare both copies. If they are equal, make it again with `devenv bundle export`.',
    },
  },
  130: {
    INTERRUPTED: { title: 'interrupted', hint: 'Run the same command again to finish.' },
  },
} satisfies Partial<Record<ExitStatus, Readonly<Record<string, ErrorText>>>>;

type Errors = typeof errors;

export type Code = { [Exit in keyof Errors]: keyof Errors[Exit] }[keyof Errors];

interface ErrorData extends Required<ErrorText> {
  readonly exit: number;
}

export const catalogue = Object.fromEntries(
  Object.entries(errors).flatMap(([exit, own]) =>
    Object.entries<ErrorText>(own).map(([code, { title, hint = '' }]) => [code, { title, hint, exit: Number(exit) }]),
  ),
) as Readonly<Record<Code, ErrorData>>;
