import type { Items } from '../model/item.ts';
import type { Lock, Resolved, Seed, ServicePin, ServicePins, Version } from '../model/version.ts';

/** Words and paths that every YAML reader takes for text. */
const plain = /^(?:[A-Za-z_/](?:[A-Za-z0-9_./@+:-]*[A-Za-z0-9_./@+-])?)(?: [A-Za-z0-9_./@+-]+)*$/;
/** Words that some YAML readers take for another type. */
const taken = /^(?:true|false|null|yes|no|on|off|y|n|inf|nan)$/i;
/** Characters that editors and diffs hide: control characters, bidi marks, line separators. */
const hidden = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g;

/** A text as a YAML scalar on one line: plain if that is safe, else in double quotes. */
function printScalar(text: string): string {
  if (plain.test(text) && !taken.test(text)) return text;
  return JSON.stringify(text).replace(hidden, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const header =
  '# Written by devenv: do not edit it by hand. Commit it, so that the whole team runs the same version.\n';

/**
 * The text of devenv-lock.yaml. Keys have one order and lists one entry per
 * line, so that a pull request shows what changed and nothing else.
 */
export function printLock(lock: Lock): string {
  const lines = [
    'lock: 1',
    `name: ${printScalar(lock.name)}`,
    `current: ${lock.current}`,
    `shape: ${printScalar(lock.shape)}`,
    ...printResolved(lock.resolved, ''),
    ...printServices(lock.services ?? {}),
    ...printSeed(lock.seed),
    ...(lock.steps === undefined ? [] : printTexts('steps', lock.steps, '')),
    'versions:',
    ...[...lock.versions].sort((a, b) => a.number - b.number).flatMap(printVersion),
  ];
  return `${header}${lines.join('\n')}\n`;
}

function printResolved(resolved: Resolved, indent: string): string[] {
  const providers = Object.keys(resolved).sort();
  if (providers.length === 0) return [`${indent}resolved: {}`];
  const print = (name: string): string[] => printTexts(printScalar(name), resolved[name] ?? {}, `${indent}  `);
  return [`${indent}resolved:`, ...providers.flatMap(print)];
}

function printServices(services: ServicePins): string[] {
  const names = Object.keys(services).sort();
  if (names.length === 0) return [];
  return ['services:', ...names.flatMap((name) => [`  ${printScalar(name)}:`, ...printPin(services[name])])];
}

function printPin(pin: ServicePin | undefined): string[] {
  if (pin === undefined) return [];
  if ('image' in pin) return [`    image: ${printScalar(pin.image)}`, `    digest: ${printScalar(pin.digest)}`];
  return [`    build: ${printScalar(pin.build)}`, ...printAllowed(pin, '    '), ...printResolved(pin.resolved, '    ')];
}

function printSeed(seed: Seed | undefined): string[] {
  if (seed === undefined) return [];
  return [
    'seed:',
    `  author: ${printScalar(seed.author)}`,
    `  date: ${printScalar(seed.date)}`,
    '  volumes:',
    ...[...seed.volumes].sort().map((name) => `    - ${printScalar(name)}`),
    ...printAllowed(seed, '  '),
    `  digest: ${printScalar(seed.digest)}`,
  ];
}

/** The last keys are required, so that a truncated text is invalid. */
function printVersion(version: Version): string[] {
  const { items } = version;
  const unset = items.unset.map((id) => `        - ${printScalar(id)}`);
  return [
    `  - number: ${version.number}`,
    `    kind: ${version.kind}`,
    ...(version.parent === undefined ? [] : [`    parent: ${version.parent}`]),
    ...(version.from === undefined ? [] : [`    from: ${version.from}`]),
    `    author: ${printScalar(version.author)}`,
    `    date: ${printScalar(version.date)}`,
    `    message: ${printScalar(version.message)}`,
    '    items:',
    ...printTexts('set', items.set, '      '),
    ...(unset.length === 0 ? ['      unset: []'] : ['      unset:', ...unset]),
    ...printAllowed(version, '    '),
    ...(version.digest === undefined ? [] : [`    digest: ${printScalar(version.digest)}`]),
    `    content: ${printScalar(version.content)}`,
    `    size: ${version.size}`,
    `    layers: ${version.layers}`,
  ];
}

function printAllowed({ allowed = [] }: Pick<Version, 'allowed'>, indent: string): string[] {
  if (allowed.length === 0) return [];
  return [
    `${indent}allowed:`,
    ...[...allowed]
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
      .flatMap(({ path, reason, content }) => [
        `${indent}  - path: ${printScalar(path)}`,
        `${indent}    reason: ${printScalar(reason)}`,
        ...(content === undefined ? [] : [`${indent}    content: ${printScalar(content)}`]),
      ]),
  ];
}

/** A map of texts, its keys in order. */
function printTexts(name: string, texts: Items, indent: string): string[] {
  const keys = Object.keys(texts).sort();
  if (keys.length === 0) return [`${indent}${name}: {}`];
  return [
    `${indent}${name}:`,
    ...keys.map((key) => `${indent}  ${printScalar(key)}: ${printScalar(texts[key] ?? '')}`),
  ];
}
