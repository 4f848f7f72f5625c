/** One source list of apt, as it was written. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  /** Paths of keys, or the key itself. */
  readonly signedBy: string;
}

/** Words for people, if `repositories` in devenv.yaml cannot say the same. */
export type ParsedSource = AptSource | string;

const several = 'its list has more than one entry, address or suite';

/** Parses a file of /etc/apt/sources.list.d. The text is untrusted. */
export function parseSource(path: string, text: string): ParsedSource {
  return path.endsWith('.sources') ? parseStanzas(text) : parseLines(text);
}

function parseLines(text: string): ParsedSource {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const [line, ...more] = lines.filter((one) => one !== '' && !one.startsWith('deb-src'));
  if (line === undefined) return 'its list is empty';
  if (more.length > 0) return several;
  const [, options = '', uri, suite, components = ''] =
    /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+\S+)*)$/.exec(line) ?? [];
  if (uri === undefined || suite === undefined) return 'its list cannot be read';
  const given = new Map(words(options).map((one) => one.split(/=(.*)/s, 2) as [string, string]));
  const odd = [...given.keys()].find((name) => !['arch', 'signed-by'].includes(name));
  if (odd !== undefined) return `its list has the option ${odd}`;
  return {
    ...{ uri, suites: [suite], components: words(components), signedBy: given.get('signed-by') ?? '' },
    architectures: (given.get('arch') ?? '').split(',').filter((one) => one !== ''),
  };
}

const known = ['types', 'uris', 'suites', 'components', 'architectures', 'signed-by', 'enabled', 'description'];

function parseStanzas(text: string): ParsedSource {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const stanzas = lines
    .join('\n')
    .split(/\n\s*\n/)
    .filter((stanza) => stanza.trim() !== '');
  const [stanza, ...more] = stanzas;
  if (stanza === undefined) return 'its list is empty';
  if (more.length > 0) return several;
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
  const [[uri, ...uris], suites] = [list('uris'), list('suites')];
  if (uri === undefined || suites.length === 0) return 'its list cannot be read';
  if (uris.length > 0 || suites.length > 1) return several;
  return {
    ...{ uri, suites, components: list('components'), architectures: list('architectures') },
    signedBy: (fields.get('signed-by') ?? '').trim(),
  };
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
