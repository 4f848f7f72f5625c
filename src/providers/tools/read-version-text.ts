import { asMap, parseJson } from '../../model/json.ts';

/** The exact version in a tool's small file: package.json, node_version.h, go's VERSION. */
export function readVersionText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`^#define NODE_${part}_VERSION (\\d+)`, 'm').exec(text)?.[1],
  );
  if (parts[0] !== undefined) return parts.join('.');
  const go = /^go([\w.]+)/.exec(text)?.[1];
  if (go !== undefined) return go;
  const { version } = asMap(parseJson(text));
  return typeof version === 'string' && /^[\w.+-]{1,100}$/.test(version) ? version : undefined;
}
