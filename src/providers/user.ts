import { text, type Grammar } from './fragment.ts';
import { aptInstall } from './debian/apt-commands.ts';
import { quoteWords } from '../model/shell/quote-words.ts';
import { withoutPackages, type Provider } from './provider.ts';
import { validateText } from './validate-text.ts';

const userName: Grammar = {
  pattern: '^[a-z_][a-z0-9_-]{0,31}$',
  expected: 'a user name: at most 32 lower-case letters, digits, "-" and "_", starting with a letter or "_"',
};

/**
 * $1: name. Uses Debian's useradd or busybox's adduser. If the base has the
 * user, it sets up sudo only.
 */
const script = `set -eu
name=$1
missing=
if command -v apt-get >/dev/null 2>&1; then
  command -v sudo >/dev/null 2>&1 || missing=sudo
  command -v useradd >/dev/null 2>&1 || command -v adduser >/dev/null 2>&1 || missing="$missing passwd"
fi
if [ -n "$missing" ]; then
  export DEBIAN_FRONTEND=noninteractive
  ${quoteWords(aptInstall('--'))} $missing
fi
shell=/bin/sh
if [ -x /bin/bash ]; then shell=/bin/bash; fi
if ! id -u "$name" >/dev/null 2>&1; then
  uid=1000
  if grep -q '^[^:]*:[^:]*:1000:' /etc/passwd; then uid=; fi
  if command -v useradd >/dev/null 2>&1; then
    group=-U
    if grep -q "^$name:" /etc/group; then group="-g $name"; fi
    useradd -m -d "/home/$name" -s "$shell" $group \${uid:+-u $uid} -- "$name"
  else
    adduser -D -h "/home/$name" -s "$shell" \${uid:+-u $uid} "$name"
  fi
fi
if command -v sudo >/dev/null 2>&1; then
  mkdir -p /etc/sudoers.d
  printf '%s ALL=(ALL:ALL) NOPASSWD:ALL\\n' "$name" >/etc/sudoers.d/devenv
  chmod 0440 /etc/sudoers.d/devenv
fi
`;

/** The user of a workspace. One item, `user` → name; none for root. */
export const user = {
  ...withoutPackages,
  name: 'user',
  schema: {
    user: text(userName, {
      description: 'The user to work as. Created in the image, with sudo, if the base has none.',
      default: 'dev',
      examples: ['dev'],
    }),
  },
  declaration: { kind: 'key', path: () => ['user'], unset: { byHand: 'set the user to root' } },
  describe: (value) => value,
  items: (environment) => (environment.user === 'root' ? {} : { user: environment.user }),
  plan: (wanted, recorded) => {
    const name = wanted['user'];
    const before = recorded['user'];
    if (name === before) return [];
    if (before !== undefined) return { kind: 'rebuild', cause: `the user changed from ${before} to ${name ?? 'root'}` };
    if (name === undefined) return [];
    return [
      {
        id: 'user',
        title: `create user ${name}`,
        cause: 'new in devenv.yaml',
        actions: [
          {
            kind: 'exec',
            argv: ['sh', '-c', script, 'devenv', validateText(new RegExp(userName.pattern), name, 'name of a user')],
          },
        ],
      },
    ];
  },
} satisfies Provider;
