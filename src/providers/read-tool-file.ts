/** Names of long-term lines of Node.js, as nvm takes them. */
const lines: Readonly<Record<string, string>> = {
  ...{ argon: '4', boron: '6', carbon: '8', dubnium: '10', erbium: '12', fermium: '14', gallium: '16' },
  ...{ hydrogen: '18', iron: '20', jod: '22', krypton: '24' },
};

/**
 * The version of Node.js that a file of the project asks for, as devenv.yaml
 * would say it: `24`, `24.1.0`, `lts`. Knows package.json (engines, Volta),
 * .tool-versions, mise.toml, .nvmrc and .node-version. Absent if there is none.
 */
export function readToolFile(path: string, text: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const written =
    name === 'package.json'
      ? readPackage(text)
      : name === '.tool-versions'
        ? /^[ \t]*node(?:js)?[ \t]+(\S+)/m.exec(text)?.[1]
        : name.endsWith('.toml')
          ? /^[ \t]*"?node(?:js)?"?[ \t]*=[ \t]*(?:\{[^}\n]*?version[ \t]*=[ \t]*)?["']([^"'\n]+)["']/m.exec(text)?.[1]
          : /^[ \t]*([^\s#]+)/m.exec(text)?.[1];
  return written === undefined ? undefined : simplify(written.trim().toLowerCase());
}

function readPackage(text: string): string | undefined {
  try {
    const found = JSON.parse(text) as { volta?: { node?: unknown }; engines?: { node?: unknown } } | null;
    const version = found?.volta?.node ?? found?.engines?.node;
    return typeof version === 'string' ? version.slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
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
