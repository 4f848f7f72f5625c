import { DevenvError } from '../errors/devenv-error.ts';
import type { PackageItem } from '../model/drift.ts';
import type { Items } from '../model/item.ts';
import type { Action, Step } from '../model/plan.ts';
import { compareItems, nameOf } from './compare-items.ts';
import { list, text, type Grammar } from './fragment.ts';
import { pinOf } from './pins.ts';
import type { Declared, FoundPackage, MissingVersion, Pins, PinStyle, Provider } from './provider.ts';
import { findPythonPackage, normalisePythonName, parseRecord, python } from './python.ts';
import { validateText } from './validate-text.ts';

/** PEP 508, and as PEP 503 normalises it. */
const writtenName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const packageName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** PEP 440, one exact version. */
const packageVersion = /^(?:[0-9]+!)?[0-9][0-9A-Za-z.+_-]*$/;
const sha256 = /^[0-9a-f]{64}$/;

const entry: Grammar = {
  pattern:
    '^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?(?:==(?:[0-9]{1,4}!)?[0-9](?:[0-9A-Za-z.+_-]{0,62}[0-9A-Za-z])?)?$',
  expected: 'a Python package such as requests, or with its version such as requests==2.32.3',
};

/** Where pip installs as root; `/usr/lib/python3/dist-packages` is Debian's own. */
const ownPlace = /^\/usr\/local\/lib\/python3(?:\.\d+)?\/(?:dist|site)-packages$/;

/** What the steps installed, a line each: name, version, hashes, and the packages of this list that it needs. */
const record = '/var/lib/devenv/pip';
const cache = '/var/cache/devenv/pip';

/**
 * Python packages, installed for the whole system by the base's own Python:
 * `requests`, or `requests==2.32.3`. Items: `pip:requests` → `*` or `==version`.
 * Pins: `NAME` → version, `NAME.sha256` → hashes of its files, `NAME.needs` →
 * names, for what is declared and all that it needs.
 */
export const pip = {
  name: 'pip',
  schema: {
    'packages.pip': list(text(entry), {
      description:
        'Python packages to install for the whole system, each as name or name==version. The base, or packages.apt, has to bring Python with pip or uv.',
      default: [],
      examples: [['requests', 'httpie==3.2.4']],
    }),
  },
  declaration: { kind: 'list', parse: parseEntry, print: (name, value) => (value === '*' ? name : `${name}${value}`) },
  describe: (value) => (value === '*' ? '' : value.slice(2)),
  inputs: () => [],
  items: ({ packages }) =>
    Object.fromEntries(
      (packages['pip'] ?? []).map((spec) => {
        validateText(writtenName, spec.split('==', 1)[0] ?? '', 'name of a Python package');
        const { name, value } = parseEntry(spec);
        return [`pip:${validateName(name)}`, value === '*' ? value : `==${validateVersion(value.slice(2))}`];
      }),
    ),
  plan: (wanted, recorded, _environment, pins) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    const cause = changed.length > 0 ? 'new or changed in devenv.yaml' : 'new in devenv.yaml';
    return [
      ...planRemoval(removed.map(nameOf), wanted, pins),
      ...planInstall([...added, ...changed], cause, wanted, pins),
    ];
  },
  probe: {
    argv: ['find', '/usr/local/lib', '-mindepth', '3', '-maxdepth', '3', '-name', '*.dist-info'],
    parse: parseInstalled,
  },
  pins: pinClosure,
  origins: {
    probe: { argv: ['cat', record], parse: parseOrigins },
    trace: (packages) =>
      run(
        'trace',
        packages.map(({ name, version }) => `${validateName(name)}==${validateVersion(version)}`),
      ),
  },
  settings: {
    files: ['$PIP_CONFIG_FILE', '~/.config/pip/pip.conf', '~/.pip/pip.conf', '/etc/pip.conf'],
    resolve: resolveSettings,
  },
  causes: python.causes,
  recognition: python.recognition,
  proposal: {
    declare: declarePackage,
    isPulledIn: ({ origin }) => origin === 'dependency',
    installed: readInstalled,
  },
  sources: { missing: parseMissing, nearest: findNearest },
  caches: {
    volumes: [{ name: 'devenv-cache-pip', target: cache, inWorkspaces: false }],
    variables: python.caches.variables,
  },
  excludes: python.excludes,
  records: [...python.records, /^\/var\/lib\/devenv\/pip$/],
  personal: {
    keep: `if [ -e ${record} ]; then cp -a ${record} "$d/pip"; fi`,
    restore: `rm -f ${record}\nif [ -e "$d/pip" ]; then cp -a "$d/pip" ${record}; fi`,
    own: [],
  },
  carry: 'files alone',
  rebuild: {
    // pip writes for each package who installed it and how; RECORD holds the hashes of that, too.
    generated: [
      /^\/var\/lib\/(?:python3?|devenv)(?:\/|$)/,
      /\/__pycache__(?:\/|$)|\.py[co]$/,
      /\.dist-info\/(?:INSTALLER|RECORD|REQUESTED)$/,
    ],
    owners: {
      kind: 'question',
      argv: [
        ...['sh', '-c'],
        'for f in /usr/local/lib/python3*/*-packages/*.dist-info/RECORD; do printf "@%s\\n" "$f"; cat "$f"; done',
      ],
      parse: parseOwners,
    },
  },
} satisfies Provider;

const validateName = (name: string): string => validateText(packageName, name, 'name of a Python package');
const validateVersion = (version: string): string =>
  validateText(packageVersion, version, 'version of a Python package');

function parseEntry(spec: string): { readonly name: string; readonly value: string } {
  const at = spec.indexOf('==');
  const name = normalisePythonName(at === -1 ? spec : spec.slice(0, at));
  return { name, value: at === -1 ? '*' : spec.slice(at) };
}

function planRemoval(names: readonly string[], wanted: Items, pins: Pins): readonly Step[] {
  if (names.length === 0) return [];
  const kept = new Set(closureOf(Object.keys(wanted).map(nameOf), pins));
  const orphans = closureOf(names, pins).filter((name) => !kept.has(name) && !names.includes(name));
  return [
    {
      id: 'pip:remove',
      title: `remove ${names.join(', ')}`,
      cause: 'no longer in devenv.yaml',
      actions: [
        // The script keeps an orphan that another installed package needs.
        exec('remove', [...names.map(validateName), ...orphans.map((name) => `${validateName(name)}@`)]),
      ],
    },
  ];
}

/** All that is declared is asked for at once: what is added must fit what is there. */
function planInstall(due: readonly string[], cause: string, wanted: Items, pins: Pins): readonly Step[] {
  if (due.length === 0) return [];
  const entries = Object.entries(wanted).map(([id, value]) => ({ name: validateName(nameOf(id)), value }));
  const print = ({ name, value }: { readonly name: string; readonly value: string }): string =>
    value === '*' ? name : `${name}==${validateVersion(value.slice(2))}`;
  const fits = new Set(
    closureOf(
      entries.filter(({ name, value }) => isPinOf(value, pinOf(pins, name))).map(({ name }) => name),
      pins,
    ).filter((name) => isPinOf(wanted[`pip:${name}`] ?? '*', pinOf(pins, name))),
  );
  const locked = [...fits].sort().flatMap((name) => printLocked(name, pins));
  const whole = closureOf(
    entries.map(({ name }) => name),
    pins,
  ).every((name) => fits.has(name) && hashesOf(name, pins).length > 0);
  const titles = due.map((id) => print({ name: nameOf(id), value: wanted[id] ?? '*' })).sort();
  return [
    {
      id: 'pip',
      title: `install ${titles.join(', ')}`,
      cause,
      actions: [whole ? exec('locked', locked) : exec('resolve', [...entries.map(print).sort(), ...locked])],
    },
  ];
}

const run = (mode: string, words: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  script,
  'devenv',
  mode,
  ...words,
];

const exec = (mode: string, words: readonly string[]): Action => ({
  kind: 'exec',
  argv: run(mode, words),
  env: { PIP_CACHE_DIR: cache, UV_CACHE_DIR: `${cache}/uv` },
  settings: 'pip',
});

/** `name==version@hash` for each hash; nothing behind the `@` if none is known. */
function printLocked(name: string, pins: Pins): readonly string[] {
  const version = validateVersion(pinOf(pins, name) ?? '');
  const hashes = hashesOf(name, pins);
  return (hashes.length === 0 ? [''] : hashes).map((hash) => `${validateName(name)}==${version}@${hash}`);
}

const hashesOf = (name: string, pins: Pins): readonly string[] => words(pinOf(pins, `${name}.sha256`)).filter(isSha256);
const isSha256 = (word: string): boolean => sha256.test(word);
const words = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

/** Names and all that they need, as far as the lock knows. */
function closureOf(names: readonly string[], pins: Pins): readonly string[] {
  const found = new Set(names);
  for (const name of found) for (const needed of words(pinOf(pins, `${name}.needs`))) found.add(needed);
  return [...found];
}

/** PEP 440: `==1.0` asks for 1.0.0, too. */
function isPinOf(value: string, pin: string | undefined): boolean {
  const bare = (version: string): string => version.toLowerCase().replace(/(?:\.0)+$/, '');
  return pin !== undefined && (value === '*' || bare(value.slice(2)) === bare(pin));
}

function pinClosure(wanted: Items, known: Pins, installed: Pins): Pins {
  const pins: Record<string, string> = {};
  for (const name of [...closureOf(Object.keys(wanted).map(nameOf), known)].sort()) {
    const version = pinOf(installed, name) ?? pinOf(known, name);
    if (version === undefined) continue;
    pins[name] = version;
    if (version !== pinOf(known, name)) continue;
    for (const key of [`${name}.needs`, `${name}.sha256`]) {
      const value = pinOf(known, key);
      if (value !== undefined) pins[key] = value;
    }
  }
  return pins;
}

function parseInstalled(stdout: string): Pins {
  const found = stdout.split('\n').map(findPythonPackage);
  return Object.fromEntries(
    found.flatMap((each) => (each !== undefined && isOwn(each) ? [[each.name, each.version]] : [])),
  );
}

const isOwn = ({ name, version, place }: { readonly name: string; readonly version: string; readonly place: string }) =>
  ownPlace.test(place) && packageName.test(name) && packageVersion.test(version);

/** The script's own notes. Text of an image. */
function parseOrigins(stdout: string): Pins {
  const pins: Record<string, string> = {};
  for (const line of stdout.split('\n')) {
    const [name = '', version = '', hashes = '', needs = '', ...rest] = line.split(' ');
    const [sums, names] = [hashes, needs].map((cell) => cell.split(',').filter((word) => word !== '-'));
    const valid =
      rest.length === 0 && packageName.test(name) && packageVersion.test(version) && sums?.every(isSha256) === true;
    if (!valid || names?.every((each) => packageName.test(each)) !== true || sums.length === 0) continue;
    pins[name] = version;
    pins[`${name}.sha256`] = sums.join(' ');
    if (names.length > 0) pins[`${name}.needs`] = names.join(' ');
  }
  return pins;
}

function declarePackage({ item, version, declared }: FoundPackage, pin: PinStyle): Declared {
  const { name, place = '', origin } = item;
  const refuse = (reason: string): Declared => ({ kind: 'opaque', reason });
  if (!ownPlace.test(place)) return refuse('it is not in /usr/local/lib/python3.*, where devenv installs');
  if (origin === 'file' || origin === undefined) return refuse('it did not come from a package index');
  if (!packageName.test(name) || !packageVersion.test(version)) return refuse('devenv.yaml cannot name it');
  const exact = declared === undefined ? pin === 'exact' : declared !== '*';
  return { kind: 'item', id: `pip:${name}`, value: exact ? `==${version}` : '*' };
}

function readInstalled(items: readonly PackageItem[]): Pins {
  return Object.fromEntries(
    items.flatMap(({ name, version, place = '' }) =>
      version !== undefined && ownPlace.test(place) ? [[name, version]] : [],
    ),
  );
}

function parseOwners(stdout: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const part of stdout.split(/^@(?=\/usr\/local\/lib\/python3)/m)) {
    const end = part.indexOf('\n');
    const found = findPythonPackage(part.slice(0, end));
    if (found === undefined) continue;
    owners.set(found.infoFolder, found.name);
    for (const path of parseRecord(part.slice(end + 1), found.place)) owners.set(path, found.name);
  }
  return owners;
}

/** pip says which versions there are; uv does not. */
function parseMissing(output: readonly string[]): readonly MissingVersion[] {
  const line =
    /^ERROR: Could not find a version that satisfies the requirement ([A-Za-z0-9._-]+)==(\S+) .*\(from versions: ([^)]*)\)/;
  return output.flatMap((text) => {
    const [, name, version, versions = ''] = line.exec(text.trim()) ?? [];
    if (name === undefined || version === undefined) return [];
    const available = versions.split(', ').filter((each) => packageVersion.test(each));
    return [{ name: normalisePythonName(name), version, available }];
  });
}

/** The next newer version, else the newest. pip lists them in order. */
function findNearest(wanted: string, available: readonly string[]): string | undefined {
  const numbers = (version: string): readonly number[] => (version.match(/\d+/g) ?? []).map(Number);
  const compare = (a: readonly number[], b: readonly number[]): number => {
    for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
      const order = (a[at] ?? 0) - (b[at] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  };
  return available.find((each) => compare(numbers(each), numbers(wanted)) >= 0) ?? available.at(-1);
}

/** The index and the proxies of this machine, by pip's own order: variables, then files. Logins stay here. */
function resolveSettings(
  variables: Readonly<Record<string, string | undefined>>,
  texts: readonly string[],
): Readonly<Record<string, string>> {
  const say = (key: string): readonly string[] => {
    const variable = variables[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
    const found = [variable, ...texts.map((each) => readKey(each, key))].find(
      (each) => each !== undefined && each !== '',
    );
    return (found ?? '').split(/\s+/).filter((word) => word !== '');
  };
  const [index = ''] = say('index-url').map(withoutLogin);
  const extra = say('extra-index-url').map(withoutLogin).join(' ');
  const trusted = say('trusted-host').join(' ');
  const [proxy = ''] = say('proxy').map(withoutLogin);
  const settings = {
    ...{ PIP_INDEX_URL: index, UV_DEFAULT_INDEX: index, PIP_EXTRA_INDEX_URL: extra, UV_INDEX: extra },
    ...{ PIP_TRUSTED_HOST: trusted, UV_INSECURE_HOST: trusted, PIP_PROXY: proxy },
    ...Object.fromEntries(
      ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [
        name,
        (variables[name] ?? '').replace(/^([a-z0-9]+:\/\/)[^@/]*@/i, '$1'),
      ]),
    ),
    ...{ no_proxy: variables['no_proxy'] ?? '', NO_PROXY: variables['NO_PROXY'] ?? '' },
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
}

/** The value of a key in `[global]` or `[install]` of a pip.conf; lines that are indented go on with it. */
function readKey(text: string, key: string): string | undefined {
  let [section, value]: [string, string | undefined] = ['', undefined];
  let open = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(\w+)\]/.exec(line)?.[1];
    if (header !== undefined) [section, open] = [header, false];
    else if (open && /^\s+[^\s#;]/.test(line)) value = `${value ?? ''} ${line.trim()}`;
    else if (/^\s*(?:[#;]|$)/.test(line)) continue;
    else {
      const [, name, first = ''] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      open = name?.replaceAll('_', '-') === key && ['global', 'install'].includes(section);
      if (open) value = first.trim();
    }
  }
  return value;
}

function withoutLogin(address: string): string {
  const [, scheme, rest] = /^(https?:\/\/)(?:[^@/]*@)?([A-Za-z0-9.[\]:_-]+(?:\/\S*)?)$/.exec(address) ?? [];
  if (scheme !== undefined && rest !== undefined) return `${scheme}${rest}`;
  throw new DevenvError('USAGE', `A Python package index or proxy of this machine is not an http or https address.`, {
    hint: 'Correct index-url, extra-index-url or proxy in pip.conf, or the PIP_ variables.',
  });
}

/**
 * $1: what to do. `resolve`: ask the index what is wanted (`name`,
 * `name==version`) and what that needs, and install just the files that it
 * named, by their hashes. `locked`: install those of the lock. `remove`. `trace`:
 * print the notes for packages that are there. Words with `@` are the lock's.
 */
const script = String.raw`set -eu
if ! command -v python3 >/dev/null 2>&1; then
  if [ "$1" = remove ]; then
    for info in /usr/local/lib/python3*/*-packages/*.dist-info; do
      name=$(basename "$info" | sed 's/-[0-9].*//; s/[-_.][-_.]*/-/g' | tr A-Z a-z)
      case " $* " in *" $name "* | *" $name@ "*) ;; *) continue ;; esac
      [ -f "$info/RECORD" ] || continue
      cut -d, -f1 "$info/RECORD" | (cd "$(dirname "$info")" && while read -r file; do rm -f -- "$file"; done)
      rm -rf -- "$info"
    done
    exit 0
  fi
  echo 'There is no Python in this image. Add python3-pip to packages.apt in devenv.yaml, or use a base that has Python.'
  exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 - "$@" <<'END'
import importlib.util, json, os, re, shutil, subprocess, sys, sysconfig, tempfile
from importlib import metadata

RECORD = '/var/lib/devenv/pip'
mode, words = sys.argv[1], sys.argv[2:]
uv = shutil.which('uv')
pip = [sys.executable, '-m', 'pip', '--disable-pip-version-check', '--no-input']
managed = os.path.exists(os.path.join(sysconfig.get_path('stdlib'), 'EXTERNALLY-MANAGED'))
force = ['--break-system-packages'] if managed else []
work = tempfile.mkdtemp()

def fail(text):
    print(text)
    sys.exit(1)

def run(argv, **more):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return done.stdout

def normal(name):
    return re.sub(r'[-_.]+', '-', name).lower()

def installed():
    places = [path for path in sys.path if path.startswith('/usr/local/')]
    return {normal(each.metadata['Name']): each for each in metadata.distributions(path=places)}

def needs(each):
    return {normal(re.match(r'[A-Za-z0-9._-]+', text).group()) for text in each.requires or []}

def write(name, lines):
    path = os.path.join(work, name)
    with open(path, 'w') as file:
        file.writelines(line + '\n' for line in lines)
    return path

def resolve(wanted, fixed, *options):
    asked, fixed = write('asked', wanted), write('fixed', fixed)
    if uv and not options:
        text = run([uv, 'pip', 'compile', '--quiet', '--generate-hashes', '--no-header', '--no-annotate',
                    '--python', sys.executable, '-c', fixed, asked], stdout=subprocess.PIPE, text=True)
        found = re.findall(r'^([A-Za-z0-9._-]+)==(\S+)((?:[ \\\n]+--hash=sha256:[0-9a-f]{64})+)', text, re.M)
        return {normal(name): (version, re.findall(r'sha256:([0-9a-f]{64})', hashes)) for name, version, hashes in found}
    if importlib.util.find_spec('pip') is None:
        fail('This Python has no pip, and there is no uv. Add python3-pip to packages.apt in devenv.yaml.')
    report = os.path.join(work, 'report')
    run([*pip, 'install', '--quiet', '--dry-run', '--report', report, *force, *options, '-c', fixed, '-r', asked])
    with open(report) as file:
        found = json.load(file)['install']
    result = {}
    for each in found:
        name, archive = each['metadata']['name'], each['download_info'].get('archive_info') or {}
        sha256 = (archive.get('hashes') or {}).get('sha256') or archive.get('hash', '').partition('sha256=')[2]
        if not re.fullmatch('[0-9a-f]{64}', sha256):
            fail(f'The index has no sha256 of {name}.')
        result[normal(name)] = (each['metadata']['version'], [sha256])
    return result

def print_notes(found, file):
    now = installed()
    kept = {name for name, (version, _) in found.items() if name in now and now[name].version == version}
    for name in sorted(kept):
        version, hashes = found[name]
        print(name, version, ','.join(hashes) or '-', ','.join(sorted(needs(now[name]) & kept)) or '-', file=file)

def read_notes():
    try:
        with open(RECORD) as file:
            rows = [line.split() for line in file]
        return {row[0]: (row[1], row[2].split(',')) for row in rows if len(row) == 4 and row[2] != '-'}
    except OSError:
        return {}

def write_notes(found):
    os.makedirs(os.path.dirname(RECORD), exist_ok=True)
    with open(RECORD + '.new', 'w') as file:
        print_notes(found, file)
    os.replace(RECORD + '.new', RECORD)

def remove(words):
    now = installed()
    gone = {word for word in words if not word.endswith('@') and word in now}
    spare = {word[:-1] for word in words if word.endswith('@') and word[:-1] in now}
    while True:
        held = {name for name in spare if any(name in needs(each) for other, each in now.items() if other not in gone | spare)}
        if not held:
            break
        spare -= held
    names = sorted(gone | spare)
    if not names:
        return
    if uv:
        run([uv, 'pip', 'uninstall', '--system', *force, *names])
    elif importlib.util.find_spec('pip') is not None:
        run([*pip, 'uninstall', '--yes', '--root-user-action', 'ignore', *force, *names])
    else:
        for name in names:
            for path in now[name].files or []:
                if os.path.lexists(path.locate()):
                    os.remove(path.locate())

def install(found):
    lines = [f'{name}=={version} ' + ' '.join(f'--hash=sha256:{each}' for each in hashes)
             for name, (version, hashes) in sorted(found.items())]
    if not lines:
        return
    common = ['--no-deps', '--require-hashes', *force, '-r', write('exact', lines)]
    if uv:
        run([uv, 'pip', 'install', '--system', *common])
    elif importlib.util.find_spec('pip') is not None:
        run([*pip, 'install', '--root-user-action', 'ignore', '--no-warn-script-location', *common])
    else:
        fail('This Python has no pip, and there is no uv. Add python3-pip to packages.apt in devenv.yaml.')

locked = {}
for word in words:
    if '@' in word and mode in ('resolve', 'locked'):
        name, version, sha256 = re.fullmatch(r'([^=]+)==([^@]+)@(.*)', word).groups()
        locked.setdefault(name, (version, []))[1].extend([sha256] if sha256 else [])
if mode == 'remove':
    remove(words)
    write_notes(read_notes())
elif mode == 'trace':
    print_notes(resolve(words, [], '--no-deps', '--ignore-installed'), sys.stdout)
elif mode == 'locked':
    install(locked)
    write_notes({**read_notes(), **locked})
else:
    wanted = [word for word in words if '@' not in word]
    found = resolve(wanted, [f'{name}=={version}' for name, (version, _) in locked.items()])
    for name, (version, hashes) in found.items():
        known = locked.get(name, (None, []))
        if known[0] == version and known[1] and not set(known[1]) & set(hashes):
            fail(f'The index has other files of {name} {version} than devenv-lock.yaml names.')
    install(found)
    write_notes({**read_notes(), **{name: each for name, each in locked.items() if each[1]}, **found})
shutil.rmtree(work)
END
`;
