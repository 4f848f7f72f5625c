/** One source list of apt, as it was written. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  /** Paths of keys, or the key itself. */
  readonly signedBy: string;
}

/** Words for people, if `repositories` in devenv.yaml cannot say the same. */
export type ParsedSource = AptSource | string;

/** Parses a file of /etc/apt/sources.list.d. The text is untrusted. */
export function parseSource(path: string, text: string): ParsedSource {
  return path.endsWith('.sources') ? parseStanzas(text) : parseLines(text);
}

function parseLines(text: string): ParsedSource {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return joinSources(lines.filter((line) => line !== '' && !line.startsWith('deb-src')).map(parseLine));
}

function parseLine(line: string): ParsedSource {
  const [, options = '', uri, suite, components = ''] =
    /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+\S+)*)$/.exec(line) ?? [];
  if (uri === undefined || suite === undefined) return 'its list cannot be read';
  const given = new Map(words(options).map((one) => one.split(/=(.*)/s, 2) as [string, string]));
  const odd = [...given.keys()].find((name) => !['arch', 'signed-by'].includes(name));
  if (odd !== undefined) return `its list has the option ${odd}`;
  return {
    ...{ uris: [uri], suites: [suite], components: words(components), signedBy: given.get('signed-by') ?? '' },
    architectures: (given.get('arch') ?? '').split(',').filter((one) => one !== ''),
  };
}

const known = ['types', 'uris', 'suites', 'components', 'architectures', 'signed-by', 'enabled', 'description'];

function parseStanzas(text: string): ParsedSource {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const stanzas = lines.join('\n').split(/\n\s*\n/);
  return joinSources(stanzas.filter((stanza) => stanza.trim() !== '').map(parseStanza));
}

function parseStanza(stanza: string): ParsedSource {
  const fields = new Map<string, string>();
  let field = '';
  for (const line of stanza.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) fields.set(field, `${fields.get(field) ?? ''}\n${line.trim() === '.' ? '' : line.trim()}`);
    else fields.set((field = name.toLowerCase()), value.trim());
  }
  const list = (name: string): readonly string[] => words(fields.get(name) ?? '');
  const odd = [...fields.keys()].find((name) => !known.includes(name) && !name.startsWith('x-'));
  if (odd !== undefined) return `its list has the field ${odd}`;
  if (/^(?:no|false|off|0|without|disable)$/i.test(fields.get('enabled') ?? '')) return 'its list is not enabled';
  if (!list('types').includes('deb')) return 'its list has no packages';
  const [uris, suites] = [list('uris'), list('suites')];
  if (uris.length === 0 || suites.length === 0) return 'its list cannot be read';
  return {
    ...{ uris, suites, components: list('components'), architectures: list('architectures') },
    signedBy: (fields.get('signed-by') ?? '').trim(),
  };
}

/** The one source that says the same as several, which differ in their suites or their addresses. */
function joinSources(sources: readonly ParsedSource[]): ParsedSource {
  const [first = 'its list is empty', ...rest] = sources;
  return rest.reduce((joined, next) => {
    if (typeof joined === 'string' || typeof next === 'string') return typeof joined === 'string' ? joined : next;
    const key = isSame(joined.uris, next.uris) ? 'suites' : 'uris';
    if (!isSame(joined, { ...next, [key]: joined[key] }))
      return 'its entries differ in more than their suites or their addresses';
    return { ...joined, [key]: [...new Set([...joined[key], ...next[key]])] };
  }, first);
}

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
