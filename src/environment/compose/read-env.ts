import { posix } from 'node:path';
import type { EnvFile } from '../../model/service.ts';
import { quote } from '../problem.ts';
import { ComposeProblem, unknownKey, type Entry, type Node } from './node.ts';
import { readFlag, readFreeText, readText, readVariable, type Reading } from './read-values.ts';
import { toEntries } from './merge-nodes.ts';

/** Variables as a map or a list; one without a value is taken from `.env`, and left out if it is not there. */
export function readEnvironment(node: Node, reading: Reading): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...toEntries('environment', node)].flatMap(([name, { key, value }]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) || name === '__proto__')
        throw new ComposeProblem(key, `${quote(name)} is not the name of a variable`);
      const text = value.kind === 'empty' ? readVariable(value, name, reading) : readFreeText(value, reading);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

export function readEnvFiles(node: Node, reading: Reading): EnvFile[] {
  return (node.kind === 'list' ? node.items : [node]).map((item) => {
    const map = item.kind === 'map' ? item.entries : new Map<string, Entry>();
    for (const [name, entry] of map) if (!['path', 'required', 'format'].includes(name)) throw unknownKey(entry, name);
    const required = map.get('required')?.value;
    const written = readText(map.get('path')?.value ?? item, reading);
    const path = posix.normalize(posix.join(node.file.folder, written));
    if (written === '' || path.startsWith('../') || written.startsWith('/') || written.startsWith('~'))
      throw new ComposeProblem(item, `${quote(written)} is not a file of the project`);
    return { path, required: required === undefined || readFlag(required, reading) };
  });
}
