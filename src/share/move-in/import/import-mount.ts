import { asMap, type Keys } from '../../../model/json.ts';
import type { Import } from './imported.ts';
import { substitute, type Names } from './substitute.ts';

/** One mount: `source=…,target=…,type=…`, or an object. */
export function importMount(into: Import, field: string, mount: unknown, names: Names): void {
  const fields = typeof mount === 'string' ? readFields(mount) : asMap(mount);
  const text = (...keys: readonly string[]): string => {
    const found = keys.map((key) => fields[key]).find((value) => typeof value === 'string');
    return typeof found === 'string' ? found : '';
  };
  const target = substitute(text('target', 'dst', 'destination'), names);
  const isReadOnly = ['readonly', 'ro'].some(
    (key) => key in fields && fields[key] !== 'false' && fields[key] !== false,
  );
  addMount(into, field, { type: text('type') || 'volume', source: text('source', 'src'), target, isReadOnly }, names);
}

interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** `source=data,target=/data,readonly`. */
const readFields = (line: string): Keys =>
  Object.fromEntries(
    line.split(',').map((part): readonly [string, string] => {
      const [name = '', value = ''] = part.split(/=(.*)/s, 2);
      return [name.trim(), value.trim()];
    }),
  );

/** `SOURCE:TARGET[:ro]` of docker's --volume. */
export function importVolume(into: Import, field: string, text: string, names: Names): void {
  // A default such as ${localEnv:X:y} has colons of its own.
  const [source = '', target = '', mode = ''] = text.match(/(?:\$\{[^{}]*\}|[^:])+/g) ?? [];
  const type = /^[\w][\w.-]*$/.test(source) ? 'volume' : 'bind';
  addMount(
    into,
    field,
    { type, source, target: substitute(target, names), isReadOnly: mode.split(',').includes('ro') },
    names,
  );
}

function addMount(into: Import, field: string, { type, source, target, isReadOnly }: Mount, names: Names): void {
  const end = `${target}${isReadOnly ? ':ro' : ''}`;
  if (type === 'tmpfs') return into.lose(field, 'devenv cannot mount a folder in memory into the workspace');
  if (type === 'volume' && source === '') return into.map(field, 'volumes', end, true);
  if (type === 'volume') return into.map(field, 'volumes', `${nameVolume(source, names)}:${end}`, true);
  // A home folder has another name on Windows.
  const bare = source.replace(/\$\{(?:localEnv|env):USERPROFILE\}/, '');
  const home = bare.replace(/^(?:\$\{(?:localEnv|env):HOME\}|~)(?=\/|$)/, '~');
  const path = home.replace(/^\$\{localWorkspaceFolder\}(?=\/|$)/, '.');
  if (/^(?:\/var)?\/run\/docker\.sock$/.test(path)) return into.map(field, 'docker', 'host');
  if (path.startsWith('/dev/'))
    return into.map(field, 'limits.devices', path === target ? path : `${path}:${target}`, true);
  if (path === '.' && target === names.folder) return into.skip(field, 'devenv mounts the project there');
  if (path.includes('${')) return into.lose(field, `the path ${source} is another one on each machine`);
  const isKnown =
    path.startsWith('/') || path === '~' || path.startsWith('~/') || path === '.' || path.startsWith('./');
  into.map(field, 'volumes', `${isKnown ? path : `./${path}`}:${end}`, true);
}

/** A name that volumes may have. devenv's are those of one workspace in any case. */
const nameVolume = (source: string, names: Names): string =>
  substitute(source.replace(/(?<=.)[-_.]?\$\{devcontainerId\}$/, ''), names)
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '') || 'data';
