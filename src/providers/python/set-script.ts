import { pipCache } from './pip-script.ts';
import type { Action } from '../../model/plan.ts';

/** The notes of the steps in the image, one file for each set: `# NAME`, then lines of name, version and hashes. */
export const setNotes = '/var/lib/devenv/requirements';
/** Requirement files of the project, at their paths there. */
export const requirementFiles = `${setNotes}/files`;

/** argv that prints the notes of all sets, each after a line `@`. */
export const listSets = [
  ...['sh', '-c', `for each in ${setNotes}/*.set; do echo @; cat "$each"; done 2>/dev/null; exit 0`],
] as const;

export interface SetCall {
  readonly mode: 'resolve' | 'locked' | 'remove';
  readonly name: string;
  /** The virtual environment, or `system`. */
  readonly place: string;
  /** The package whose programs get links in /usr/local/bin. */
  readonly app?: string;
}

/** `words`: validated. */
export const setAction = ({ mode, name, place, app }: SetCall, words: readonly string[]): Action => ({
  kind: 'exec',
  argv: [...['sh', '-c', script, 'devenv', mode, name, place, app ?? '.'], ...words],
  env: { PIP_CACHE_DIR: pipCache },
  settings: 'pip',
});

/**
 * $1: the mode, $2: a set, $3: its virtual environment or `system`, $4: the
 * package whose programs get links, or `.`. `resolve` asks the index for requirements
 * (`name`, `name==version`, `@FILE` of the project), with versions of the lock
 * as far as they fit, and installs by hashes. `locked` installs what the lock
 * names: `name==version@hash`.
 */
const script = String.raw`set -eu
umask 022
if ! command -v python3 >/dev/null 2>&1; then
  if [ "$1" = remove ]; then
    if [ "$3" != system ]; then rm -rf -- "$3"; fi
    rm -f -- "${setNotes}/$(printf %s "$2" | tr / %).set"
    exit 0
  fi
  echo 'There is no Python in this image. Add python3-pip and python3-venv to packages.apt in devenv.yaml, or use a base that has Python.'
  exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 - "$@" <<'END'
import importlib.util, json, os, re, shutil, subprocess, sys, sysconfig, tempfile

mode, name, place, app, *words = sys.argv[1:]
notes = os.path.join('${setNotes}', name.replace('/', '%') + '.set')
work = tempfile.mkdtemp()
system = place == 'system'
python = sys.executable if system else os.path.join(place, 'bin', 'python')
managed = system and os.path.exists(os.path.join(sysconfig.get_path('stdlib'), 'EXTERNALLY-MANAGED'))
force = ['--break-system-packages'] if managed else []
pip = [python, '-m', 'pip', '--disable-pip-version-check', '--no-input']

silent = ['--root-user-action', 'ignore', '--no-warn-script-location']

def fail(text):
    print(text)
    sys.exit(1)

def run(argv):
    return subprocess.run(argv, stdin=subprocess.DEVNULL).returncode

def write(file, lines):
    path = os.path.join(work, file)
    with open(path, 'w') as out:
        out.writelines(line + '\n' for line in lines)
    return path

def normal(text):
    return re.sub(r'[-_.]+', '-', text).lower()

def read_notes():
    try:
        with open(notes) as file:
            return [line.split()[0] for line in file if not line.startswith('#')]
    except OSError:
        return []

def unlink():
    if app != '.':
        for each in os.scandir('/usr/local/bin'):
            if each.is_symlink() and os.readlink(each.path).startswith(place + '/'):
                os.remove(each.path)

def clear():
    unlink()
    if system:
        return
    if os.path.lexists(place) and not os.path.exists(os.path.join(place, 'pyvenv.cfg')) and os.listdir(place):
        fail(f'{place} is there and no virtual environment. Choose another path in devenv.yaml.')
    shutil.rmtree(place, ignore_errors=True)

def uninstall(names):
    if names and run([*pip, 'uninstall', '--yes', '--root-user-action', 'ignore', *force, *names]):
        sys.exit(1)

def prepare():
    if system:
        if importlib.util.find_spec('pip') is None:
            fail('This Python has no pip. Add python3-pip to packages.apt in devenv.yaml.')
        return
    if importlib.util.find_spec('ensurepip') is None:
        fail('This Python makes no virtual environments. Add python3-venv to packages.apt in devenv.yaml.')
    clear()
    if run([sys.executable, '-m', 'venv', place]):
        sys.exit(1)

def names_of(asked):
    lines = list(asked)
    for each in asked:
        if each.startswith('-r '):
            with open(each[3:]) as file:
                lines += file.read().splitlines()
    return {normal(found.group()) for found in (re.match('[A-Za-z0-9][A-Za-z0-9._-]*', line) for line in lines) if found}

def resolve(asked, fixed):
    report = os.path.join(work, 'report')
    # A new virtual environment is filled in this run. For the system, the report has what is there already, too.
    options = ['--quiet', '--dry-run', '--ignore-installed'] if system else []
    command = [*pip, 'install', *silent, '--report', report, *options, *force, '-r', write('asked', asked)]
    # Versions of the lock that do not fit: first those go that are asked for by name, then all.
    named = names_of(asked)
    loose = [each for each in fixed if each.split('==')[0] not in named]
    if run([*command, '-c', write('fixed', fixed)]) and run([*command, '-c', write('fixed', loose)]) and run(command):
        sys.exit(1)
    found = {}
    with open(report) as file:
        rows = json.load(file)['install']
    for each in rows:
        archive = each['download_info'].get('archive_info') or {}
        sha256 = (archive.get('hashes') or {}).get('sha256') or archive.get('hash', '').partition('sha256=')[2]
        if not re.fullmatch('[0-9a-f]{64}', sha256):
            fail(f"{each['metadata']['name']} has no sha256: only packages of an index are installed.")
        found[normal(each['metadata']['name'])] = (each['metadata']['version'], [sha256])
    return found

def install(found):
    lines = [f'{each}=={version} ' + ' '.join(f'--hash=sha256:{sha}' for sha in hashes)
             for each, (version, hashes) in sorted(found.items())]
    if lines and run([*pip, 'install', *silent, '--no-deps', '--require-hashes', *force, '-r', write('exact', lines)]):
        sys.exit(1)

def link():
    if app == '.':
        return
    code = ('import sys; from importlib import metadata; '
            'print(*{e.name for e in metadata.distribution(sys.argv[1]).entry_points if e.group == "console_scripts"})')
    programs = subprocess.run([python, '-c', code, app], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    if not programs:
        fail(f'{app} has no programs. Use packages.pip or venvs in devenv.yaml.')
    for program in sorted(programs):
        path = os.path.join('/usr/local/bin', os.path.basename(program))
        if os.path.lexists(path):
            fail(f'{path} is there already; {app} brings a program of that name.')
        os.symlink(os.path.join(place, 'bin', os.path.basename(program)), path)

locked = {}
for word in words:
    if re.search('.@', word):
        each, version, sha256 = re.fullmatch(r'([^=]+)==([^@]+)@(.*)', word).groups()
        locked.setdefault(each, (version, []))[1].extend([sha256] if sha256 else [])
if mode == 'remove':
    clear()
    if system:
        uninstall(read_notes())
    if os.path.exists(notes):
        os.remove(notes)
else:
    before = read_notes()
    prepare()
    if mode == 'locked':
        found = locked
    else:
        asked = ['-r ${requirementFiles}/' + word[1:] if word[0] == '@' else word for word in words if not re.search('.@', word)]
        found = resolve(asked, [f'{each}=={version}' for each, (version, _) in locked.items()])
        for each, (version, hashes) in found.items():
            known = locked.get(each, (None, []))
            if known[0] == version and known[1] and not set(known[1]) & set(hashes):
                fail(f'The index has other files of {each} {version} than devenv-lock.yaml names.')
            if known[0] == version and known[1]:
                found[each] = known
    if system:
        uninstall([each for each in before if each not in found])
    if system or mode == 'locked':
        install(found)
    unlink()
    link()
    os.makedirs(os.path.dirname(notes), exist_ok=True)
    with open(notes, 'w') as file:
        print('#', name, file=file)
        for each, (version, hashes) in sorted(found.items()):
            print(each, version, ','.join(hashes), file=file)
shutil.rmtree(work)
END
`;
