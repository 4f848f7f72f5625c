import type { PathChange } from '../../model/container.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Action } from '../../model/plan.ts';
import { compareItems, nameOf, removalStep, stepFor } from '../compare-items.ts';
import type { FoundTool } from '../ecosystem.ts';
import { map, text, type Grammar } from '../fragment.ts';
import type { Declared, RequestLog } from '../proposal.ts';
import { withoutPackages, type Provider } from '../provider.ts';
import { validateText } from '../validate-text.ts';
import { parsePreferences } from './parse-preferences.ts';

const fileName: Grammar = {
  pattern: '^(?!(?:constructor|prototype)$)[a-z0-9][a-z0-9_-]{0,62}(?:\\.pref)?$',
  expected:
    'a name of at most 63 lower-case letters, digits, "-" and "_", starting with a letter or digit; ".pref" may follow',
};
const record =
  'Package: *[!-~][ -~]{0,999}\\nPin: *(?:version|origin|release) [ -~]{1,300}\\nPin-Priority: *-?[0-9]{1,5} *(?:\\n(?=\\n|$)|$)';
const records: Grammar = {
  pattern: `^(?=[^]*Package:)(?:\\n|(?:#|Explanation:)[ -~]{0,500}\\n|${record})+$`,
  expected: 'the lines Package, Pin and Pin-Priority of apt, with an empty line between two such records',
};

const path = /^\/etc\/apt\/preferences\.d\/([^/]+)$/;
const namePreference = (file: string): string | undefined => {
  const name = path.exec(file)?.[1];
  return name !== undefined && new RegExp(fileName.pattern).test(name) ? name : undefined;
};

/** Preferences of apt: which source of a package counts. Items: `preference:docker` → the records, as apt reads them. */
export const preference = {
  ...withoutPackages,
  name: 'preference',
  schema: {
    apt_preferences: map(fileName, text(records), {
      description:
        'Preferences of apt, as in its own files: which repository or version of a package counts. Each key is the name of a file in /etc/apt/preferences.d.',
      default: {},
      examples: [{ docker: 'Package: *\nPin: origin download.docker.com\nPin-Priority: 900\n' }],
    }),
  },
  declaration: { kind: 'key', path: (name) => ['apt_preferences', name], unset: 'remove' },
  items: ({ aptPreferences }) =>
    Object.fromEntries(
      Object.entries(aptPreferences).map(([name, value]) => [`preference:${name}`, parsePreferences(value) ?? '']),
    ),
  plan: (wanted, recorded) => {
    const { due, removed, cause } = compareItems(wanted, recorded);
    const names = due.map(nameOf).map(validateName);
    const gone = removed.map(nameOf).map(validateName);
    return [
      ...removalStep(
        'preference',
        gone,
        [{ kind: 'exec', argv: [...script, 'remove', ...gone] }],
        'remove the preferences of apt',
      ),
      ...stepFor(names, {
        ...{ id: 'preference', title: 'set the preferences of apt', cause },
        actions: names.map((name): Action => {
          const env = { DEVENV_PREFERENCES: wanted[`preference:${name}`] ?? '' };
          return { kind: 'exec', argv: [...script, 'add', name], env };
        }),
      }),
    ];
  },
  causes: { preference: 'preferences of apt, by hand' },
  recognition: {
    patterns: [],
    evidence: (file) => (namePreference(file) === undefined ? [] : [file]),
    isIndexed: (file) => namePreference(file) !== undefined,
    index: (_changes: Iterable<PathChange>, before: Evidence, after: Evidence) => (file) => {
      const name = namePreference(file);
      if (name === undefined) return undefined;
      const [was, is] = [before, after].map(({ files }) => files.get(file)).map(summarise);
      const tool: FoundTool = { tool: { cause: 'preference', name, place: '/etc/apt/preferences.d' } };
      return { ...tool, ...(is !== undefined && { version: is }), ...(was !== undefined && { before: was }) };
    },
  },
  proposal: {
    declare: ({ told }) => told ?? { kind: 'opaque', reason: 'its file can only be read while the workspace runs' },
    isPulledIn: () => false,
    installed: () => ({}),
    requests: readRequests(),
  },
} satisfies Provider;

/** For people, and different for most different files: `origin download.docker.com 900`. */
function summarise(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const [, pin, priority] = /^Pin: (.*)\nPin-Priority: (.*)$/m.exec(parsePreferences(file) ?? '') ?? [];
  return pin === undefined || priority === undefined ? 'unknown' : `${pin} ${priority}`;
}

/** The files, each with its path: `PATH\0TEXT\0`. */
function readRequests(): RequestLog {
  return {
    argv: [
      ...['sh', '-c'],
      `for file in /etc/apt/preferences.d/*; do [ -f "$file" ] && [ ! -L "$file" ] && { printf '%s\\0' "$file"; head -c 70000 "$file" | tr -d '\\0'; printf '\\0'; }; done; exit 0`,
    ],
    parse: (stdout) => {
      const words = stdout.split('\0');
      const declared = new Map<string, Declared>();
      for (let at = 0; at + 1 < words.length; at += 2) {
        const name = namePreference(words[at] ?? '');
        const value = parsePreferences(words[at + 1] ?? '');
        if (name === undefined) continue;
        const isPlain = value !== undefined && new RegExp(records.pattern).test(value);
        declared.set(
          name,
          isPlain
            ? { kind: 'item', id: `preference:${name}`, value }
            : { kind: 'opaque', reason: 'its file is not what apt_preferences can say' },
        );
      }
      return { pinned: new Map(), recommended: new Map(), declared };
    },
  };
}

const validateName = (name: string): string =>
  validateText(new RegExp(fileName.pattern), name, 'name of preferences of apt');

/** `remove NAME…`, or `add NAME`, with the records in $DEVENV_PREFERENCES. */
const script = [
  ...['sh', '-c'],
  `set -eu
umask 022
mode=$1
shift
cd /etc/apt/preferences.d
rm -f "$@"
[ "$mode" = add ] || exit 0
printf %s "$DEVENV_PREFERENCES" >"$1"
apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy >/dev/null
`,
  'devenv',
] as const;
