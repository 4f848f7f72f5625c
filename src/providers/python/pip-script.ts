import type { Action } from '../../model/plan.ts';

/** The notes of the steps in the image, a line for each package: name, version, hashes, and what it needs of this list. */
export const pipNotes = '/var/lib/devenv/pip';
/** A volume that builders share. */
export const pipCache = '/var/cache/devenv/pip';

/** argv of the script. `words`: validated. */
export const pipArgv = (
  mode: 'resolve' | 'locked' | 'remove' | 'trace',
  words: readonly string[],
): readonly string[] => [...['sh', '-c', script, 'devenv', mode], ...words];

export const pipAction = (...call: Parameters<typeof pipArgv>): Action => ({
  kind: 'exec',
  argv: pipArgv(...call),
  env: { PIP_CACHE_DIR: pipCache },
  settings: 'pip',
});

/**
 * $1: the mode. `resolve` installs what the lock names by its hashes, then the
 * requirements (`name`, `name==version`) and what else they need. `locked`
 * installs what the lock names and asks nothing.
 * `trace` prints the notes of installed packages. A word with `@` is of the
 * lock: `name==version@hash`; for `remove`, `name@` goes only if nothing needs it.
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
has_pip = importlib.util.find_spec('pip') is not None
pip = [sys.executable, '-m', 'pip', '--disable-pip-version-check', '--no-input']
managed = os.path.exists(os.path.join(sysconfig.get_path('stdlib'), 'EXTERNALLY-MANAGED'))
force = ['--break-system-packages'] if managed else []
work = tempfile.mkdtemp()

def fail(text):
    print(text)
    sys.exit(1)

def require_pip():
    if not has_pip:
        fail('This Python has no pip. Add python3-pip to packages.apt in devenv.yaml.')

def run(argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(done.returncode)

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

def install(*options):
    require_pip()
    run([*pip, 'install', '--root-user-action', 'ignore', '--no-warn-script-location', *force, *options])

# Without '--dry-run' among the options, pip installs what it finds in the same run.
def resolve(wanted, fixed, *options):
    report = os.path.join(work, 'report')
    install('--report', report, '-c', write('fixed', fixed), '-r', write('asked', wanted), *options)
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
    if has_pip:
        run([*pip, 'uninstall', '--yes', '--root-user-action', 'ignore', *force, *names])
    else:
        for name in names:
            for path in now[name].files or []:
                if os.path.lexists(path.locate()):
                    os.remove(path.locate())

def install_locked(found):
    lines = [f'{name}=={version} ' + ' '.join(f'--hash=sha256:{each}' for each in hashes)
             for name, (version, hashes) in sorted(found.items())]
    if lines:
        install('--no-deps', '--require-hashes', '-r', write('exact', lines))

locked = {}
for word in words:
    if '@' in word and mode in ('resolve', 'locked'):
        name, version, sha256 = re.fullmatch(r'([^=]+)==([^@]+)@(.*)', word).groups()
        locked.setdefault(name, (version, []))[1].extend([sha256] if sha256 else [])
if mode == 'remove':
    remove(words)
    write_notes(read_notes())
elif mode == 'trace':
    print_notes(resolve(words, [], '--dry-run', '--quiet', '--no-deps', '--ignore-installed'), sys.stdout)
elif mode == 'locked':
    install_locked(locked)
    write_notes({**read_notes(), **locked})
else:
    wanted = [word for word in words if '@' not in word]
    now = installed()
    # First, by their hashes: a source package runs code as soon as pip has it.
    install_locked({name: each for name, each in locked.items()
                    if each[1] and (name not in now or now[name].version != each[0])})
    found = resolve(wanted, [f'{name}=={version}' for name, (version, _) in locked.items()])
    write_notes({**read_notes(), **{name: each for name, each in locked.items() if each[1]}, **found})
shutil.rmtree(work)
END
`;
