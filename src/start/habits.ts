/** Words of other tools that are not commands here → the command to use, with the remaining words after it if it ends with a space. */
export const commandHabits: Readonly<Record<string, string>> = {
  ...{ start: 'up', provision: 'up', create: 'up', resume: 'up', reload: 'restart' },
  ...{ stop: 'down', halt: 'down', suspend: 'down', pause: 'down', kill: 'down' },
  ...{ rm: 'destroy', remove: 'destroy', delete: 'destroy', clean: 'destroy --volumes' },
  ...{ list: 'ls', ps: 'status', st: 'status', info: 'status', inspect: 'show', images: 'history', log: 'history' },
  ...{ ssh: 'shell', enter: 'shell', attach: 'shell', bash: 'shell', sh: 'shell', console: 'shell', develop: 'shell' },
  ...{ install: 'exec --root apt-get install ', apt: 'exec --root apt-get ', 'apt-get': 'exec --root apt-get ' },
  ...{
    new: 'init',
    setup: 'init',
    checkout: 'rollback ',
    switch: 'rollback ',
    revert: 'rollback ',
    restore: 'snapshot restore ',
  },
  ...{
    save: 'commit',
    add: 'commit',
    changes: 'drift',
    update: 'build --update',
    upgrade: 'build --update',
    check: 'doctor',
  },
};

/** Command → flag of another tool → the answer. */
export const flagHabits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  up: {
    '-d': '`devenv up` always runs in the background.',
    '--detach': '`devenv up` always runs in the background.',
    '--build': '`devenv up` builds if devenv.yaml changed.',
    '--force-recreate': 'Use `devenv reset` to recreate the workspace.',
    '--no-build': 'Use `devenv up --frozen`.',
  },
  down: {
    '-v': 'Use `devenv destroy --volumes`.',
    '--volumes': 'Use `devenv destroy --volumes`.',
    '--remove-orphans': '`devenv up` removes services that devenv.yaml no longer declares.',
  },
  destroy: {
    '-v': 'Use `devenv destroy --volumes`.',
    '-f': 'Use `devenv destroy --yes`.',
    '--force': 'Use `devenv destroy --yes`.',
  },
  run: { '-it': '`devenv run` uses your terminal without -it.', '--rm': 'Use `devenv exec`.' },
  exec: {
    '-u': 'Add --root to run as root. Other commands run as the user of devenv.yaml.',
    '--user': 'Add --root to run as root. Other commands run as the user of devenv.yaml.',
    ...Object.fromEntries(
      ['-i', '-t', '-it', '-ti', '--interactive', '--tty'].map((flag) => [
        flag,
        `\`devenv exec\` uses your terminal without ${flag}.`,
      ]),
    ),
    '-w': 'The command runs in the folder that matches the current one.',
    '--workdir': 'The command runs in the folder that matches the current one.',
  },
  shell: { '-u': 'Use `devenv shell --root`.', '--user': 'Use `devenv shell --root`.', '-c': 'Use `devenv exec`.' },
  logs: { '-n': 'Use --tail.', '--lines': 'Use --tail.' },
  commit: {
    '-a': '`devenv commit` always commits all changes.',
    '-am': '`devenv commit` always commits all changes: use -m.',
    '--all': '`devenv commit` always commits all changes.',
  },
  ls: { '-a': '`devenv ls` lists all workspaces.', '--all': '`devenv ls` lists all workspaces.' },
};

const nameWorkspace = (written: string): string => `To choose a workspace, write \`--name ${written}\`.`;

/** Command → the answer to a word that it does not take. */
export const argumentHabits: Readonly<Record<string, (written: string) => string>> = {
  commit: () => 'Write the message after -m: `devenv commit -m "what was added, and why"`.',
  shell: (written) => `To run one command, use \`devenv exec\`. ${nameWorkspace(written)}`,
  up: (written) => `\`devenv up\` starts all services. ${nameWorkspace(written)}`,
  down: (written) => `\`devenv down\` stops all services. ${nameWorkspace(written)}`,
  ...Object.fromEntries(['destroy', 'reset', 'status', 'drift', 'verify'].map((command) => [command, nameWorkspace])),
};
