import type { Context } from '../../ports/context.ts';
import { findProvider } from '../../providers/registry.ts';

/** Bytes of one file. */
const limit = 256 * 1024;

/** What a provider takes from the configuration of this machine: `NAME` → value, for its programs only. Throws USAGE. */
export async function readSettings(
  { files, variables }: Pick<Context, 'files' | 'variables'>,
  provider: string,
): Promise<Readonly<Record<string, string>>> {
  const settings = findProvider(provider)?.settings ?? 'none';
  if (settings === 'none') return {};
  const texts: string[] = [];
  for (const file of settings.files) {
    const path = file
      .replace(/^~(?=\/)/, variables['HOME'] ?? '')
      .replace(/^\$(\w+)/, (_, name: string) => variables[name] ?? '');
    // A file that is missing or that this person may not read says nothing.
    const text = path.startsWith('/') ? await files.readText(path, limit).catch(() => undefined) : undefined;
    if (text !== undefined) texts.push(text);
  }
  return settings.resolve(variables, texts);
}
