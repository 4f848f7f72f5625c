import { posix } from 'node:path';
import { asMap, type Keys } from '../../../model/json.ts';
import type { Value } from '../proposal.ts';
import type { Import } from './imported.ts';
import { substitute, type Names } from './substitute.ts';

/** Maps `image`, `build` and the older `dockerFile` and `context`. `below`: the folder of the file. */
export function importBase(into: Import, json: Keys, below: string, names: Names): void {
  const build = asMap(json['build']);
  const isOld = typeof json['dockerFile'] === 'string';
  const dockerfile = isOld ? json['dockerFile'] : build['dockerfile'];
  if (typeof dockerfile !== 'string') {
    const { image } = json;
    if (typeof image === 'string') into.map('image', 'base', substitute(image, names));
    else into.map('(no image)', 'base', { bootstrap: 'bookworm' });
    return;
  }
  const context = isOld ? json['context'] : build['context'];
  const args = asMap(build['args']);
  const fixed = Object.entries(args).map(
    ([name, value]) => [name, takeDefault(substitute(String(value), names))] as const,
  );
  const base: Value = {
    dockerfile: posix.join(below, dockerfile),
    context: posix.join(below, typeof context === 'string' ? context : '.').replace(/(?<=.)\/$/, ''),
    ...(typeof build['target'] === 'string' && { target: build['target'] }),
    ...(fixed.length > 0 && { args: Object.fromEntries(fixed) }),
  };
  into.map(isOld ? 'dockerFile' : 'build.dockerfile', 'base', base);
  for (const field of [isOld ? 'context' : '', ...Object.keys(build).map((part) => `build.${part}`)]) {
    const value = field === 'context' ? context : build[field.slice('build.'.length)];
    if (field === '' || field === 'build.dockerfile' || value === undefined) continue;
    const part = field.replace('build.', '');
    if (part === 'cacheFrom') into.skip(field, 'devenv keeps its own layers; the result is the same');
    else if (['context', 'target', 'args'].includes(part)) into.refer(field, `base.${part}`);
    else into.lose(field, 'devenv does not know this field');
  }
}

/** The default of a variable of the machine: a build has no others. */
const takeDefault = (text: string): string => text.replace(/\$\{(?:localEnv|env):[^{}:]*(?::([^{}]*))?\}/g, '$1');
