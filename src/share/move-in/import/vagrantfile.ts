import { Import, type Imported } from './imported.ts';

/** Boxes of Vagrant, and what has the same system here. */
const boxes: readonly (readonly [box: RegExp, base: string])[] = [
  [/ubuntu[/-](?:24\.04|noble)/, 'ubuntu:24.04'],
  [/ubuntu[/-](?:22\.04|jammy)/, 'ubuntu:22.04'],
  [/ubuntu[/-](?:20\.04|focal)/, 'ubuntu:20.04'],
  [/debian[/-](?:13|trixie)/, 'debian:trixie'],
  [/debian[/-](?:11|bullseye)/, 'debian:bullseye'],
];

/**
 * Reads a Vagrantfile as text; nothing of it runs. Shell provisioners, ports,
 * folders and sizes that are written plainly are taken; Ruby around them is not
 * understood.
 */
export function importVagrantfile(text: string, file: string): Imported {
  const into = new Import(file);
  const { rest, scripts } = takeScripts(text);
  const plain = rest.replace(/^[ \t]*#.*$/gm, '');
  const box = /\.vm\.box\s*=\s*["']([^"'\n]+)["']/.exec(plain)?.[1];
  const known = boxes.find(([pattern]) => pattern.test(box ?? ''))?.[1];
  const isDebian = box === undefined || /debian/i.test(box);
  if (known !== undefined) into.map('vm.box', 'base', known);
  else if (isDebian) into.map('vm.box', 'base', { bootstrap: 'bookworm' });
  else into.lose('vm.box', `the box ${box} has no image that is known; the base is Debian 12`);
  if (known === undefined && !isDebian)
    into.entries.push({ path: ['base'], value: { bootstrap: 'bookworm' }, from: 'the default' });
  importScripts(into, plain, scripts);
  for (const [, options = ''] of plain.matchAll(/\.vm\.network\s+(["':]forwarded_port[^\n]*)/g)) {
    const [guest, host] = ['guest', 'host'].map(
      (name) => new RegExp(`\\b${name}(?::|\\s*=>)?\\s*(\\d+)`).exec(options)?.[1],
    );
    if (guest === undefined) into.lose('vm.network: forwarded_port', 'its ports are not plain numbers');
    else
      into.map(
        'vm.network: forwarded_port',
        'ports',
        host === undefined || host === guest ? Number(guest) : `${host}:${guest}`,
        true,
      );
  }
  if (/\.vm\.network\s+["':](?:private|public)_network/.test(plain))
    into.skip('vm.network: private_network', 'the workspace has a network of its own, and `ports` publishes');
  for (const [, source = '', target = ''] of plain.matchAll(
    /\.vm\.synced_folder\s+["']([^"'\n]+)["'],\s*["']([^"'\n]+)["']/g,
  )) {
    if (source === '.') into.skip(`vm.synced_folder: ${target}`, 'the project is at /workspace');
    else
      into.map(
        `vm.synced_folder: ${target}`,
        'volumes',
        `${/^[.~/]/.test(source) ? source : `./${source}`}:${target}`,
        true,
      );
  }
  const hostname = /\.vm\.hostname\s*=\s*["']([\w.-]+)["']/.exec(plain)?.[1];
  if (hostname !== undefined) into.map('vm.hostname', 'hostname', hostname);
  const memory = /\.memory\s*=\s*["']?(\d+)/.exec(plain)?.[1];
  if (memory !== undefined) into.map('memory', 'limits.memory', `${memory}m`);
  const cpus = /\.cpus\s*=\s*["']?(\d+)/.exec(plain)?.[1];
  if (cpus !== undefined) into.map('cpus', 'limits.cpus', Number(cpus));
  return { entries: into.entries, fields: into.fields };
}

/** Here-documents out of the text, each replaced by its number. */
function takeScripts(text: string): { readonly rest: string; readonly scripts: readonly string[] } {
  const scripts: string[] = [];
  const rest: string[] = [];
  let open: { readonly word: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (open !== undefined) {
      if (line.trim() === open.word) {
        scripts.push(dedent(open.lines));
        open = undefined;
      } else open.lines.push(line);
      continue;
    }
    const word = /<<[-~]?["']?([A-Z_]\w*)["']?/i.exec(line)?.[1];
    if (word === undefined) rest.push(line);
    else {
      rest.push(line.replace(/<<[-~]?["']?[A-Z_]\w*["']?/i, `"<${String(scripts.length)}>"`));
      open = { word, lines: [] };
    }
  }
  return { rest: rest.join('\n'), scripts };
}

function dedent(lines: readonly string[]): string {
  const least = lines
    .filter((line) => line.trim() !== '')
    .reduce((smallest, line) => Math.min(smallest, line.search(/\S/)), Infinity);
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0)).join('\n');
}

function importScripts(into: Import, plain: string, scripts: readonly string[]): void {
  // Scripts may be named before: `$setup = <<~SHELL`.
  const named = new Map(
    [...plain.matchAll(/(?<![\w$])(\$?\w+)\s*=\s*"<(\d+)>"/g)].map(([, name = '', index = '']) => [
      name,
      scripts[Number(index)],
    ]),
  );
  let count = 0;
  for (const [, kind = '', options = ''] of plain.matchAll(
    /\.vm\.provision\s+(?:["'][\w-]+["'],\s*type:\s*)?["':](\w+)["']?([^\n]*(?:,\s*\n[^\n]*)*)/g,
  )) {
    const field = `vm.provision: ${kind}`;
    if (kind !== 'shell') {
      into.lose(field, 'devenv runs no provisioner of this kind; call it from a script in `run`');
      continue;
    }
    const [, index, literal, name] =
      /\binline(?::|\s*=>)?\s*(?:"<(\d+)>"|["']([^"'\n]*)["']|(\$?\w+))/.exec(options) ?? [];
    const path = /\bpath(?::|\s*=>)?\s*["']([\w./-]+)["']/.exec(options)?.[1];
    const script =
      index !== undefined ? scripts[Number(index)] : (literal ?? named.get(name ?? '') ?? (path && `sh ./${path}`));
    if (script === undefined || script.trim() === '') {
      into.lose(field, 'its script is not written plainly');
      continue;
    }
    count += 1;
    const always = /\brun(?::|\s*=>)?\s*["']always["']/.test(options);
    const isUser = /\bprivileged(?::|\s*=>)?\s*false/.test(options);
    if (always) into.map(`${field} ${String(count)}`, ['hooks', 'start', `provision-${String(count)}`], script);
    else if (isUser) into.map(`${field} ${String(count)}`, ['hooks', 'create', `provision-${String(count)}`], script);
    else into.map(`${field} ${String(count)}`, 'run', { name: `provision-${String(count)}`, run: script }, true);
  }
}
