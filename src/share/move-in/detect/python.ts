import { add, set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { installHooks, versionOf } from './version-of.ts';

/** Debian bookworm's. */
const debianMinor = 11;

/** Python: its version, the program that installs the project's packages, and what it installs. */
export function detectPython(files: ProjectFiles): readonly Entry[] {
  const requirements = files.paths.filter((path) => /^requirements[\w.-]*\.txt$/.test(path));
  const first = ['pyproject.toml', 'Pipfile', 'setup.py', ...requirements].find((path) => files.has(path));
  if (first === undefined) return [];
  const version = versionOf(files, 'python', '.python-version') ?? readRequires(files);
  return [
    ...(version === undefined ? [] : [version]),
    ...['python3-pip', 'python3-venv'].map((name) => add(first, 'packages.apt', name)),
    ...install(files, requirements, first),
  ];
}

/** The tests of a Python project that names pytest, run by what installs its packages. */
export function detectPytest(files: ProjectFiles): readonly Entry[] {
  const named = files.paths.find(
    (path) =>
      /^(?:pyproject\.toml|Pipfile|requirements[\w.-]*\.txt)$/.test(path) && namesPytest(files.text(path) ?? ''),
  );
  if (named === undefined) return [];
  const hook = detectPython(files).find(({ path }) => path[0] === 'hooks')?.value;
  const line = typeof hook === 'string' ? hook : '';
  const [, program] = /^(uv|poetry|pdm|pipenv) /.exec(line) ?? [];
  const venv = line.includes('.venv/bin/') ? '.venv/bin/pytest' : 'pytest';
  return [set(`${named} (pytest)`, 'tasks.test', program === undefined ? venv : `${program} run pytest`)];
}

const namesPytest = (text: string): boolean => /^(?![ \t]*#).*\bpytest\b/m.test(text);

/** `requires-python` or Poetry's `python`, where Debian's Python does not fit. */
function readRequires(files: ProjectFiles): Entry | undefined {
  const text = files.text('pyproject.toml') ?? '';
  const range = /^[ \t]*(?:requires-python|python)[ \t]*=[ \t]*["']([^"'\n]{1,80})["']/m.exec(text)?.[1];
  const pipfile = /^[ \t]*python_version[ \t]*=[ \t]*["'](\d+\.\d+)["']/m.exec(files.text('Pipfile') ?? '')?.[1];
  if (range === undefined) return pipfile === undefined ? undefined : set('Pipfile', 'tools.python', pipfile);
  const lower = /(?:>=|~=|\^|==|~)\s*3\.(\d+)/.exec(range)?.[1];
  const below = /<\s*3\.(\d+)/.exec(range)?.[1];
  if (lower === undefined) return undefined;
  const isExact = /^\s*(?:==|~=|~)/.test(range) && Number(lower) !== debianMinor;
  const fits = Number(lower) <= debianMinor && (below === undefined || Number(below) > debianMinor);
  return fits && !isExact ? undefined : set(`pyproject.toml (${range})`, 'tools.python', `3.${lower}`);
}

function install(files: ProjectFiles, requirements: readonly string[], first: string): readonly Entry[] {
  const by = (lock: string, program: string, command: string): readonly Entry[] => [
    add(lock, 'packages.pipx', program),
    ...installHooks(lock, 'python', command, [lock]),
  ];
  const pyproject = files.text('pyproject.toml') ?? '';
  if (files.has('uv.lock')) return by('uv.lock', 'uv', 'uv sync --locked');
  if (files.has('poetry.lock')) return by('poetry.lock', 'poetry', 'poetry install');
  if (files.has('pdm.lock')) return by('pdm.lock', 'pdm', 'pdm sync');
  if (files.has('Pipfile.lock')) return by('Pipfile.lock', 'pipenv', 'pipenv sync --dev');
  if (files.has('Pipfile')) return by('Pipfile', 'pipenv', 'pipenv install --dev');
  if (/^\[tool\.poetry\]/m.test(pyproject)) return by('pyproject.toml', 'poetry', 'poetry install');
  if (requirements.length > 0) return requirements.map((path) => add(path, 'packages.pip', `-r ${path}`));
  const hasExtras = /^\[project\.optional-dependencies\][^[]*^(?:dev|test)[ \t]*=/m.test(pyproject);
  const extra = /^\[project\.optional-dependencies\][^[]*^dev[ \t]*=/m.test(pyproject) ? 'dev' : 'test';
  const project = hasExtras ? `".[${extra}]"` : '.';
  return installHooks(first, 'python', `python3 -m venv .venv && .venv/bin/pip install -e ${project}`, [first]);
}
