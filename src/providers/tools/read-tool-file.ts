import { asMap, parseJson } from '../../model/json.ts';

/** Names of long-term lines of Node.js, as nvm takes them. */
const lines: Readonly<Record<string, string>> = {
  ...{ argon: '4', boron: '6', carbon: '8', dubnium: '10', erbium: '12', fermium: '14', gallium: '16' },
  ...{ hydrogen: '18', iron: '20', jod: '22', krypton: '24' },
};

/** Other names of a tool in files that list several. */
const aliases: Readonly<Record<string, string>> = { node: 'node(?:js)?', go: 'go(?:lang)?' };

/**
 * The version of a tool that a file of the project asks for, as devenv.yaml
 * would say it: `24`, `24.1.0`, `lts`. Knows package.json (engines, Volta) for
 * Node.js, .tool-versions, mise.toml, go.mod, rust-toolchain(.toml), and files
 * that hold nothing but a version, such as .nvmrc and .python-version. Absent if
 * there is none. `tool`: validated.
 */
export function readToolFile(tool: string, path: string, text: string): string | undefined {
  const written = findVersion(tool, path.slice(path.lastIndexOf('/') + 1), text)?.trim();
  if (written === undefined) return undefined;
  return tool === 'node' ? simplify(written.toLowerCase()) : clean(tool, written);
}

function findVersion(tool: string, name: string, text: string): string | undefined {
  const word = Object.hasOwn(aliases, tool) ? (aliases[tool] ?? tool) : tool;
  if (name === 'package.json') return tool === 'node' ? readPackage(text) : undefined;
  if (name === '.tool-versions') return new RegExp(`^[ \\t]*${word}[ \\t]+(\\S+)`, 'm').exec(text)?.[1];
  if (name === 'go.mod')
    return /^toolchain[ \t]+go(\d[\w.]*)/m.exec(text)?.[1] ?? /^go[ \t]+(\d[\w.]*)/m.exec(text)?.[1];
  if (name.startsWith('rust-toolchain') && /^[ \t]*\[toolchain\]/m.test(text))
    return /^[ \t]*channel[ \t]*=[ \t]*["']([^"'\n]+)["']/m.exec(text)?.[1];
  if (name.endsWith('.toml') && name !== 'rust-toolchain.toml')
    return new RegExp(
      `^[ \\t]*"?${word}"?[ \\t]*=[ \\t]*(?:\\{[^}\\n]*?version[ \\t]*=[ \\t]*)?["']([^"'\\n]+)["']`,
      'm',
    ).exec(text)?.[1];
  return /^[ \t]*([^\s#]+)/m.exec(text)?.[1];
}

/** A version without the name or letter that some files put in front of it. */
function clean(tool: string, written: string): string | undefined {
  const bare = written.replace(/^v(?=\d)/, '').replace(new RegExp(`^${tool}-(?=\\d)`), '');
  return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/.test(bare) && bare !== 'system' ? bare : undefined;
}

function readPackage(text: string): string | undefined {
  const { volta, engines } = asMap(parseJson(text));
  const version = asMap(volta)['node'] ?? asMap(engines)['node'];
  return typeof version === 'string' ? version.slice(0, 200) : undefined;
}

/** One version of a range: its newest line. */
function simplify(range: string): string | undefined {
  const last = range.split('||').at(-1)?.trim() ?? '';
  if (/^(?:lts(?:\/\*)?|lts-\*)$/.test(last)) return 'lts';
  if (/^(?:node|latest|stable|current|\*|x)$/.test(last)) return 'latest';
  const line = /^lts[/-]([a-z]+)$/.exec(last)?.[1];
  if (line !== undefined) return lines[line];
  const below = /<\s*v?(\d+)(?:\.0)*$/.exec(last)?.[1];
  if (below !== undefined && Number(below) > 0) return String(Number(below) - 1);
  // Whatever is newest and has long-term support fits a lower bound.
  if (/^>=?\s*v?\d+(?:\.\d+){0,2}$/.test(last)) return 'lts';
  const [, operator, version = ''] = /^([~^=]?)\s*v?(\d+(?:\.(?:\d+|[x*])){0,2})$/.exec(last) ?? [];
  if (operator === undefined) return undefined;
  const parts = version.split('.').filter((part) => /^\d+$/.test(part));
  return parts.slice(0, operator === '^' ? 1 : operator === '~' ? 2 : 3).join('.');
}
