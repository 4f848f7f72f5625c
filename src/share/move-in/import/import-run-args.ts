import { importMount, importVolume } from './import-mount.ts';
import type { Import } from './imported.ts';
import { substitute, substituteEnv, type Names } from './substitute.ts';

type Take = (into: Import, field: string, value: string, names: Names) => void;

const item =
  (path: string): Take =>
  (into, field, value) =>
    into.map(field, path, value, true);

/** Flags of `docker run` that have a value. */
const valued: Readonly<Record<string, Take>> = {
  'cap-add': (into, field, value) => into.map(field, 'limits.cap_add', value.toUpperCase().replace(/^CAP_/, ''), true),
  'security-opt': (into, field, value) => into.map(field, 'security_opt', value.replace(':', '='), true),
  'add-host': (into, field, value) => {
    const [host = '', ...address] = value.split(/[:=]/);
    into.map(field, ['limits', 'extra_hosts', host], address.join(':'));
  },
  env: (into, field, value, names) => {
    const [name = '', text] = value.split(/=(.*)/s, 2);
    into.map(field, ['env', name], text === undefined ? `\${host:${name}:-}` : substituteEnv(text, names));
  },
  'env-file': (into, field, value) =>
    into.map(
      field,
      'env_file',
      { path: value.replace(/^(?:\$\{localWorkspaceFolder\}|\.)\//, ''), required: true },
      true,
    ),
  user: (into, field, value) => into.map(field, 'user', value.split(':')[0] ?? ''),
  mount: importMount,
  volume: importVolume,
  network: (into, field, value) =>
    value === 'host'
      ? into.map(field, 'network', 'host')
      : into.lose(field, 'devenv makes a network for each workspace'),
  ulimit: (into, field, value) => {
    const [name = '', limit = ''] = value.split('=');
    const numbers = limit.split(':').map(Number);
    const [soft = 0, hard] = numbers;
    into.map(field, ['limits', 'ulimits', name], hard === undefined ? soft : { soft, hard });
  },
  hostname: (into, field, value, names) => into.map(field, 'hostname', substitute(value, names)),
  'shm-size': (into, field, value) => into.map(field, 'limits.shm', value.toLowerCase().replace(/b$/, '')),
  memory: (into, field, value) => into.map(field, 'limits.memory', value.toLowerCase().replace(/b$/, '')),
  cpus: (into, field, value) => into.map(field, 'limits.cpus', Number(value)),
  gpus: (into, field) => into.map(field, 'limits.gpus', true),
  device: item('limits.devices'),
  publish: item('ports'),
  name: (into, field) => into.skip(field, 'devenv names its containers'),
  label: (into, field) => into.skip(field, 'devenv finds its containers by labels of its own'),
};

/** Flags without a value. */
const switches: Readonly<Record<string, Take>> = {
  privileged: (into, field) => into.map(field, 'limits.privileged', true),
  init: (into, field) => into.map(field, 'init', true),
  rm: (into, field) => into.skip(field, '`devenv destroy` removes the workspace'),
  it: (into, field) => into.skip(field, '`devenv shell` opens a terminal'),
};

const short: Readonly<Record<string, string>> = {
  ...{ e: 'env', u: 'user', v: 'volume', p: 'publish', h: 'hostname', m: 'memory', l: 'label' },
  ...{ net: 'network', t: 'it', i: 'it', d: 'it', interactive: 'it', tty: 'it', detach: 'it' },
};

/** `runArgs`: the flags of `docker run`, each `--flag=value`, or `--flag` and its value. */
export function importRunArgs(into: Import, args: readonly unknown[], names: Names): void {
  const words = args.map((word) => (typeof word === 'string' ? word : String(JSON.stringify(word))));
  for (let index = 0; index < words.length; index += 1) {
    const [, dashes = '', written = '', attached] = /^(--?)([\w-]+)(?:=(.*))?$/s.exec(words[index] ?? '') ?? [];
    const field = `runArgs: ${dashes}${written}`;
    const name = Object.hasOwn(short, written) ? (short[written] ?? written) : written;
    const flag = Object.hasOwn(switches, name) ? switches[name] : undefined;
    const take = Object.hasOwn(valued, name) ? valued[name] : undefined;
    // The value of a flag before it, which is not known.
    if (dashes === '') continue;
    if (flag !== undefined && attached !== 'false') flag(into, field, '', names);
    else if (take !== undefined) {
      if (attached === undefined) index += 1;
      take(into, field, attached ?? words[index] ?? '', names);
    } else if (flag === undefined) into.lose(field, 'devenv does not know this flag');
  }
}
