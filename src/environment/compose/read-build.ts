import { posix } from 'node:path';
import type { DockerfileBase } from '../../model/image-inputs.ts';
import { quote } from '../problem.ts';
import { toEntries } from './merge-nodes.ts';
import { asMapNode, ComposeProblem, type Node } from './node.ts';
import { cannotKeep } from './read-limits.ts';
import { readForm, readFreeText, readText, readVariable, type Reading } from './read-values.ts';

/** `build` of a service: a context, or a map with its Dockerfile, stage and arguments. Paths are relative to the file. */
export function readBuild(node: Node, reading: Reading): DockerfileBase {
  const map = node.kind === 'map' ? asMapNode(node) : new Map<string, never>();
  for (const [name, entry] of map)
    if (!['context', 'dockerfile', 'target', 'args'].includes(name) && !name.startsWith('x-'))
      throw cannotKeep(entry, `build.${name}`);
  const textOf = (key: string): string | undefined => {
    const value = map.get(key)?.value;
    return value === undefined ? undefined : readText(value, reading);
  };
  const written = node.kind === 'map' ? (textOf('context') ?? '.') : readText(node, reading);
  const context = posix.join(node.file.folder, written).replace(/\/$/, '');
  const dockerfile = posix.join(context, textOf('dockerfile') ?? 'Dockerfile');
  for (const path of [context, dockerfile])
    if (path.startsWith('..') || written.startsWith('/') || written.includes(':'))
      throw new ComposeProblem(node, `${quote(written)} is not a folder of the project with ${quote(dockerfile)}`);
  const stage = map.get('target')?.value;
  const target = stage && readForm(stage, reading, /^(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,127})?$/, 'the name of a stage');
  const args = map.get('args')?.value;
  const values = args === undefined ? [] : [...toEntries('args', args)];
  return {
    ...{ kind: 'dockerfile', dockerfile, context, secrets: [] },
    ...(target !== undefined && target !== '' && { target }),
    args: Object.fromEntries(
      values.flatMap(([name, { key, value }]) => {
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new ComposeProblem(key, `${quote(name)} is no argument`);
        const text = value.kind === 'empty' ? readVariable(value, name, reading) : readFreeText(value, reading);
        return text === undefined ? [] : [[name, text] as const];
      }),
    ),
  };
}
