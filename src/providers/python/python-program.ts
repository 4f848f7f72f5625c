import { pipNotes, requirementFiles, setNotes } from './python-notes.ts';

/** Python, run by the Python of the image. It gets the arguments of the script. */
export const pythonProgram = String.raw`import glob, importlib.util, json, os, re, shutil, subprocess, sys, sysconfig, tempfile
from importlib import metadata

mode, name, place, app, *words = sys.argv[1:]
notes = '${pipNotes}' if name == '.' else os.path.join('${setNotes}', name.replace('/', '%') + '.set')
work = tempfile.mkdtemp()
report = os.path.join(work, 'report')
system = place == 'system'
python = sys.executable if system else os.path.join(place, 'bin', 'python')
has_pip = not system or importlib.util.find_spec('pip') is not None
managed = system and os.path.exists(os.path.join(sysconfig.get_path('stdlib'), 'EXTERNALLY-MANAGED'))
force = ['--break-system-packages'] if managed else []

def fail(text):
    print(text)
    sys.exit(1)

def pip(command, *options):
    if not has_pip:
        fail('This Python has no pip. Add python3-pip to packages.apt in devenv.yaml.')
    call = [python, '-m', 'pip', '--disable-pip-version-check', '--no-input', command, '--root-user-action', 'ignore']
    return subprocess.run([*call, *force, *options], stdin=subprocess.DEVNULL).returncode

def install(*options):
    return pip('install', '--no-warn-script-location', *options)

def write(file, lines):
    path = os.path.join(work, file)
    with open(path, 'w') as out:
        out.writelines(line + '\n' for line in lines)
    return path

def normal(text):
    return re.sub(r'[-_.]+', '-', text).lower()

def names_in(lines):
    return {normal(found.group()) for found in (re.match('[A-Za-z0-9][A-Za-z0-9._-]*', line) for line in lines) if found}

def installed():
    places = [path for path in sys.path if path.startswith('/usr/local/')] if system else glob.glob(place + '/lib/python3*/site-packages')
    return {normal(each.metadata['Name']): each for each in metadata.distributions(path=places)}

def needs(each):
    return names_in(each.requires or [])

def read_notes(path):
    try:
        with open(path) as file:
            rows = [line.split() for line in file if not line.startswith('#')]
        return {row[0]: (row[1], row[2].split(',')) for row in rows if len(row) > 2 and row[2] != '-'}
    except OSError:
        return {}

def read_others():
    paths = ['${pipNotes}'] if system else []
    for path in glob.glob('${setNotes}/*.set'):
        with open(path) as file:
            paths += [path] if f'# in {place}\n' in file.read() else []
    return {each: found for path in paths if path != notes for each, found in read_notes(path).items()}

def print_notes(found, file):
    now = installed()
    kept = {each for each, (version, _) in found.items() if each in now and now[each].version == version}
    for each in sorted(kept):
        version, hashes = found[each]
        print(each, version, ','.join(hashes) or '-', ','.join(sorted(needs(now[each]) & kept)) or '-', file=file)

def write_notes(found):
    os.makedirs(os.path.dirname(notes), exist_ok=True)
    with open(notes + '.new', 'w') as file:
        if name != '.':
            print(f'# {name}\n# in {place}', file=file)
        print_notes(found, file)
    os.replace(notes + '.new', notes)

def uninstall(gone, spare):
    if not gone | spare:
        return
    now, others = installed(), read_others()
    gone, spare = ({each for each in names if each in now and each not in others} for names in (gone, spare))
    while True:
        held = {each for each in spare if any(each in needs(now[other]) for other in now if other not in gone | spare)}
        if not held:
            break
        spare -= held
    names = sorted(gone | spare)
    if names and has_pip:
        if pip('uninstall', '--yes', *names):
            sys.exit(1)
    else:
        for path in (path for each in names for path in now[each].files or []):
            if os.path.lexists(path.locate()):
                os.remove(path.locate())

def install_locked(found):
    lines = [f'{each}=={version} ' + ' '.join(f'--hash=sha256:{sha}' for sha in hashes)
             for each, (version, hashes) in sorted(found.items())]
    if lines and install('--no-deps', '--require-hashes', '-r', write('exact', lines)):
        sys.exit(1)

def read_report():
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

def resolve(asked, locked):
    lines = list(asked)
    for each in asked:
        if each.startswith('-r '):
            with open(each[3:]) as file:
                lines += file.read().splitlines()
    named = names_in(lines)
    asks = re.findall(r'(?m)^([A-Za-z0-9._-]+)(?:\[.*?\])?\s*==\s*([0-9A-Za-z.+!_-]+)(?=[\s;,#\\]|$)', '\n'.join(lines))
    exact = {normal(each): version for each, version in asks}
    bare = lambda version: re.sub(r'(\.0)+$', '', version.lower())
    locked = {each: it for each, it in locked.items() if bare(exact.get(each, it[0])) == bare(it[0])}
    now = installed()
    # First, by their hashes: a source package runs code as soon as pip has it.
    install_locked({each: it for each, it in locked.items() if it[1] and (each not in now or now[each].version != it[0])})
    command = ['--report', report, '-r', write('asked', asked)]
    # Versions of the lock that do not fit: first those go that are asked for by name, then all.
    fixed = [f'{each}=={version}' for each, (version, _) in locked.items()]
    loose = [each for each in fixed if each.split('==')[0] not in named]
    for constraints in [fixed, *([loose] if loose != fixed else []), *([[]] if loose else [])]:
        if install(*command, '-c', write('fixed', constraints)) == 0:
            break
    else:
        sys.exit(1)
    before = read_notes(notes)
    known = {**read_others(), **before, **{each: it for each, it in locked.items() if it[1]}, **read_report()}
    now, needed = installed(), set(named)
    while True:
        more = {each for one in needed if one in now for each in needs(now[one])} - needed
        if not more:
            break
        needed |= more
    # The list of a version has more than what a person adds to it.
    if name == '.':
        needed |= before.keys()
    uninstall(set(), (before.keys() | locked.keys()) - needed)
    return {each: it for each, it in known.items() if each in needed}

def unlink():
    for each in os.scandir('/usr/local/bin') if app != '.' else []:
        if each.is_symlink() and os.readlink(each.path).startswith(place + '/'):
            os.remove(each.path)

def clear():
    unlink()
    if system:
        return
    if os.path.lexists(place) and not os.path.exists(os.path.join(place, 'pyvenv.cfg')) and os.listdir(place):
        fail(f'{place} is there and no virtual environment. Choose another path in devenv.yaml.')
    shutil.rmtree(place, ignore_errors=True)

def make_place():
    clear()
    if system:
        return
    if importlib.util.find_spec('ensurepip') is None:
        fail('This Python makes no virtual environments. Add python3-venv to packages.apt in devenv.yaml.')
    if subprocess.run([sys.executable, '-m', 'venv', place], stdin=subprocess.DEVNULL).returncode:
        sys.exit(1)

def link():
    if app == '.':
        return
    programs = {each.name for each in installed()[normal(app)].entry_points if each.group == 'console_scripts'}
    if not programs:
        fail(f'{app} has no programs. Use packages.pip or venvs in devenv.yaml.')
    for program in sorted(map(os.path.basename, programs)):
        path = os.path.join('/usr/local/bin', program)
        if os.path.lexists(path):
            fail(f'{path} is there already; {app} brings a program of that name.')
        os.symlink(os.path.join(place, 'bin', program), path)

locked = {}
for word in words if mode != 'remove' else []:
    if re.search('.@', word):
        each, version, sha256 = re.fullmatch(r'([^=]+)==([^@]+)@(.*)', word).groups()
        locked.setdefault(each, (version, []))[1].extend([sha256] if sha256 else [])
asked = ['-r ${requirementFiles}/' + word[1:] if word[0] == '@' else word for word in words if not re.search('.@', word)]
if mode == 'trace':
    if install('--dry-run', '--quiet', '--no-deps', '--ignore-installed', '--report', report, '-r', write('asked', asked)):
        sys.exit(1)
    print_notes(read_report(), sys.stdout)
elif mode == 'remove':
    clear()
    if system:
        uninstall(set(asked), {word[:-1] for word in words if word.endswith('@')} | (read_notes(notes).keys() if name != '.' else set()))
    if name == '.':
        write_notes(read_notes(notes))
    elif os.path.exists(notes):
        os.remove(notes)
else:
    make_place()
    if mode == 'resolve':
        locked = resolve(asked, locked)
    else:
        before = read_notes(notes)
        install_locked(locked)
        locked = {**(before if name == '.' else {}), **locked}
        uninstall(set(), before.keys() - locked.keys())
    link()
    write_notes(locked)
shutil.rmtree(work)
`;
