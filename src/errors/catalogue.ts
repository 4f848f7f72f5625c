import type { ExitStatus } from './exit-statuses.ts';

interface ErrorData {
  /** One line for the documentation. */
  readonly title: string;
  /** What to do next, where the thrower knows nothing better. */
  readonly hint: string;
  readonly exit: ExitStatus;
}

/** Every error that devenv gives. Codes are permanent: scripts depend on them. */
export const catalogue = {
  INTERNAL: { title: 'devenv has a fault', hint: 'Please report it with the output of `devenv doctor`.', exit: 1 },
  FILE_UNREADABLE: { title: 'a file cannot be read', hint: '', exit: 1 },
  FILE_UNWRITABLE: { title: 'a file cannot be written', hint: '', exit: 1 },
  USAGE: { title: 'wrong usage', hint: '', exit: 2 },
  CONFIG_NOT_FOUND: {
    title: 'there is no devenv.yaml',
    hint: 'Run `devenv init` to make one, or change to the folder of your project.',
    exit: 3,
  },
  CONFIG_INVALID: { title: 'devenv.yaml is not valid', hint: '', exit: 3 },
  CONFIG_EXISTS: { title: 'there is a devenv.yaml already', hint: 'Edit it, or move it away first.', exit: 1 },
  CONFIG_FOREIGN: { title: 'devenv.yaml belongs to another tool', hint: '', exit: 3 },
  LOCK_INVALID: { title: 'devenv-lock.yaml is not valid', hint: '', exit: 3 },
  LOCK_NEWER: { title: 'devenv-lock.yaml was written by a newer devenv', hint: 'Update devenv.', exit: 3 },
  LOCK_CONFLICT: {
    title: 'devenv-lock.yaml holds merge conflicts',
    hint: 'Run `devenv resolve`: it keeps the versions of both sides.',
    exit: 3,
  },
  ENGINE_UNREACHABLE: {
    title: 'no container engine answers',
    hint: 'Start Docker or Podman, or run `devenv up --yes` on Debian or Ubuntu to have one installed.',
    exit: 4,
  },
  ENGINE_REFUSED: { title: 'the engine refused a request', hint: '', exit: 4 },
  ENGINE_TOO_OLD: { title: 'the engine is too old', hint: 'devenv needs API 1.41: Docker 20.10 or Podman 4.', exit: 4 },
  IMAGE_NOT_FOUND: { title: 'an image is nowhere to be found', hint: '', exit: 5 },
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
  VERSION_NOT_PUSHED: {
    title: 'a version exists on its author\u2019s machine only',
    hint: 'Ask its author to run `devenv push`.',
    exit: 5,
  },
  VERSION_PUSHED: {
    title: 'a version that others may have cannot be made anew',
    hint: 'Make a new version with `devenv commit`, or go back with `devenv rollback`.',
    exit: 1,
  },
  PERSONAL_CLASH: {
    title: 'a change of the workspace rests on personal things',
    hint: 'Do it again in a workspace without them, and commit that: `TEAMVM_PERSONAL= devenv up --name team`, then `devenv commit --name team`.',
    exit: 1,
  },
  NOT_IDENTICAL: { title: 'two things that should be equal differ', hint: '', exit: 6 },
  CHANGES_PENDING: {
    title: 'devenv.yaml asks for more than the lock records',
    hint: 'Run `devenv plan` to see it, `devenv up` to do it.',
    exit: 6,
  },
  DRIFT_UNSAVED: {
    title: 'the workspace holds changes that no version has',
    hint: 'Keep them with `devenv commit`, take them along with `devenv up --carry`, or drop them with --discard.',
    exit: 1,
  },
  HOST_PROGRAM_MISSING: { title: 'a program that this machine needs is not installed', hint: '', exit: 1 },
  BASE_FAILED: {
    title: 'the base could not be assembled',
    hint: 'See that the Debian mirror can be reached, and run the same command again.',
    exit: 8,
  },
  SECRET_FOUND: {
    title: 'what would be committed holds secrets',
    hint: 'Leave a file out with `commit: {exclude: [PATH]}` in devenv.yaml, or allow it: `--allow PATH=REASON`.',
    exit: 7,
  },
  SECRET_MISSING: {
    title: 'secrets have no value',
    hint: 'Set them in the environment, or as NAME=value in .env.local beside devenv.yaml, which git must ignore.',
    exit: 1,
  },
  SECRET_EXPOSED: { title: 'a file of secrets would be committed to git', hint: '', exit: 7 },
  HOOK_FAILED: {
    title: 'a hook of devenv.yaml failed',
    hint: 'Correct it and run `devenv up` again: it runs the hook once more.',
    exit: 8,
  },
  STEP_FAILED: {
    title: 'a step of the build failed',
    hint: 'Correct it and run the same command again: it goes on after the last good step.',
    exit: 8,
  },
  SERVICE_FAILED: {
    title: 'a service does not run as it should',
    hint: 'See what it wrote with `devenv logs SERVICE`, and run the same command again.',
    exit: 8,
  },
  PIN_GONE: {
    title: 'an exact version cannot be had any more',
    hint: 'Run the same command with --update to take the newest versions that fit.',
    exit: 8,
  },
  NOT_TRUSTED: {
    title: 'the project asks for access to your machine that you did not agree to',
    hint: 'Review it and agree with `devenv trust`; in scripts with `devenv trust --yes`.',
    exit: 9,
  },
  PROJECT_BUSY: {
    title: 'another devenv works on this project',
    hint: 'Wait for it, or end it, and run the same command again.',
    exit: 10,
  },
  NAME_TAKEN: { title: 'a container of that name exists already', hint: '', exit: 10 },
  PORT_TAKEN: {
    title: 'a port of the host is taken',
    hint: 'Free it, or leave out --strict-ports to have another one used.',
    exit: 1,
  },
  CONTENT_MISMATCH: { title: 'content does not match its digest', hint: '', exit: 11 },
  RESERVED_NAME: { title: 'a file has a name that means a deletion in an image', hint: '', exit: 1 },
  LONG_PATH: { title: 'a path is too long for an image', hint: '', exit: 1 },
  SPARSE_FILE: { title: 'a big file is mostly holes', hint: '', exit: 1 },
  REBASE_CONFLICT: {
    title: 'both sides changed the same, each in another way',
    hint: 'Write into devenv.yaml what is right, then run the same command again.',
    exit: 6,
  },
  STALE_PARENT: {
    title: 'a newer version was made meanwhile',
    hint: 'Move the workspace to it with `devenv up`.',
    exit: 6,
  },
  SNAPSHOT_NOT_FOUND: { title: 'there is no such snapshot', hint: 'See `devenv snapshot list`.', exit: 2 },
  QUIESCE_FAILED: {
    title: 'a service could not bring its data to rest',
    hint: 'Correct its `quiesce` in devenv.yaml, or leave that out to have the service paused.',
    exit: 8,
  },
  NOT_CONFIRMED: { title: 'a question was not answered with yes', hint: 'Run the same command with --yes.', exit: 1 },
  WORKSPACE_NOT_FOUND: { title: 'there is no workspace', hint: 'Run `devenv up`.', exit: 1 },
  WORKSPACE_STOPPED: { title: 'the workspace does not run', hint: 'Run `devenv up`.', exit: 1 },
  VERSION_NOT_FOUND: { title: 'there is no such version', hint: 'See `devenv history`.', exit: 2 },
  INTERRUPTED: { title: 'interrupted', hint: 'Run the same command again to finish.', exit: 130 },
} as const satisfies Record<string, ErrorData>;

export type Code = keyof typeof catalogue;
