import { billFiles } from './billing.ts';
import { findNearestVersion } from './find-nearest-version.ts';
import { list, text } from './fragment.ts';
import type { Provider } from './provider.ts';
import type { MissingVersion } from './sources.ts';
import type { Pins } from './pins.ts';
import { pipEntry } from './python/pip-entry.ts';
import { pipPackages as packages, pipPins } from './python/pip-pins.ts';
import { pipCache, pythonAction, pythonArgv } from './python/python-action.ts';
import { pipNotes } from './python/python-notes.ts';
import { pipSettings } from './python/pip-settings.ts';
import { findPythonPackage, normalisePythonName, parseRecord, python } from './python/python-packages.ts';

/** Where pip installs as root; `/usr/lib/python3/dist-packages` is Debian's own. */
const ownPlace = /^\/usr\/local\/lib\/python3(?:\.\d+)?\/(?:dist|site)-packages$/;

/**
 * Python packages, installed for the whole system by the base's own Python:
 * `requests`, or `requests==2.32.3`. Items: `pip:requests` → `*` or `==version`.
 */
export const pip = {
  ...packages.parts,
  schema: {
    'packages.pip': list(text(pipEntry), {
      description:
        'Python packages to install for the whole system, each as name or name==version, or "-r FILE" for a requirement file of the project. The base, or packages.apt, has to bring Python with pip.',
      default: [],
      examples: [['requests', 'httpie==3.2.4', '-r requirements.txt']],
    }),
  },
  // Requirement files are items of their own: see requirements.
  items: (environment) => {
    const entries = (environment.packages['pip'] ?? []).filter((each) => !each.startsWith('-r '));
    return packages.items({ ...environment, packages: { ...environment.packages, pip: entries } });
  },
  plan: (wanted, recorded, _environment, pins) => pipPins.planSteps(wanted, recorded, pins, pythonAction),
  probe: {
    argv: ['find', '/usr/local/lib', '-mindepth', '3', '-maxdepth', '3', '-name', '*.dist-info'],
    parse: parseInstalled,
  },
  bill: billFiles({
    name: '*.dist-info',
    path: /-packages\/[^/]+\.dist-info$/,
    reads: false,
    read: (path) => {
      const found = findPythonPackage(path);
      // Debian's own packages are listed as such.
      if (found === undefined || found.place === '/usr/lib/python3/dist-packages') return undefined;
      return { type: 'pypi', name: found.name, version: found.version };
    },
  }),
  pins: pipPins.pin,
  origins: {
    probe: { argv: ['cat', pipNotes], parse: pipPins.parseNotes },
    trace: (installed) =>
      pythonArgv(
        'trace',
        installed.map(({ name, version }) => `${packages.validateName(name)}==${packages.validateVersion(version)}`),
      ),
  },
  settings: pipSettings,
  causes: python.causes,
  recognition: python.recognition,
  proposal: packages.propose(
    (place) => ownPlace.test(place),
    () => 'it is not in /usr/local/lib/python3.*, where devenv installs',
    ({ item: { origin } }) =>
      origin === 'file' || origin === undefined ? 'it did not come from a package index' : undefined,
  ),
  sources: { missing: parseMissing, mismatched: parseMismatched, nearest: findNearestVersion },
  caches: {
    volumes: [{ name: 'devenv-cache-pip', target: pipCache, inWorkspaces: false }],
    variables: python.caches.variables,
  },
  excludes: python.excludes,
  records: [...python.records, /^\/var\/lib\/devenv\/pip$/],
  personal: {
    keep: `if [ -e ${pipNotes} ]; then cp -a ${pipNotes} "$d/pip"; fi`,
    restore: `rm -f ${pipNotes}\nif [ -e "$d/pip" ]; then cp -a "$d/pip" ${pipNotes}; fi`,
    own: [],
  },
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

function parseInstalled(stdout: string): Pins {
  const found = stdout.split('\n').flatMap((line) => findPythonPackage(line) ?? []);
  return Object.fromEntries(
    found.flatMap(({ name, version, place }) =>
      ownPlace.test(place) && packages.isPackage(name, version) ? [[name, version]] : [],
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

/** pip says which versions there are. */
function parseMissing(output: readonly string[]): readonly MissingVersion[] {
  const line =
    /^ERROR: Could not find a version that satisfies the requirement ([A-Za-z0-9._-]+)==(\S+) .*\(from versions: ([^)]*)\)/;
  return output.flatMap((text) => {
    const [, name, version, versions = ''] = line.exec(text.trim()) ?? [];
    if (name === undefined || version === undefined) return [];
    const available = versions.split(', ').filter((each) => packages.isPackage('x', each));
    return [{ name: normalisePythonName(name), version, available }];
  });
}

/** pip lists the packages below its message. */
function parseMismatched(output: readonly string[]): readonly string[] {
  const start = output.findIndex((line) => line.includes('THESE PACKAGES DO NOT MATCH THE HASHES'));
  const listed = start === -1 ? [] : output.slice(start + 1);
  return listed.flatMap(
    (line) => /^\s+([A-Za-z0-9._-]+)==(\S+)(?: from |$| \()/.exec(line)?.slice(1, 3).join(' ') ?? [],
  );
}
