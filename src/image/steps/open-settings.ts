import type { Context } from '../../ports/context.ts';
import { findProvider } from '../../providers/registry.ts';

/** Bytes of one file. */
const limit = 256 * 1024;

/**
 * Returns how to read what a provider takes from the configuration of this
 * machine: `NAME` → value, for its programs only. Each is read once. Throws USAGE.
 */
export function openSettings({
  files,
  variables,
  progress,
}: Pick<Context, 'files' | 'variables' | 'progress'>): (provider: string) => Promise<Readonly<Record<string, string>>> {
  const read = async (provider: string): Promise<Readonly<Record<string, string>>> => {
    const settings = findProvider(provider)?.settings ?? 'none';
    if (settings === 'none') return {};
    const texts: string[] = [];
    for (const file of settings.files) {
      const path = file
        .replace(/^~(?=\/)/, variables['HOME'] ?? '')
        .replace(/^\$(\w+)/, (_, name: string) => variables[name] ?? '');
      // A file that is missing or unreadable counts as empty.
      const text = path.startsWith('/') ? await files.readText(path, limit).catch(() => undefined) : undefined;
      if (text !== undefined) texts.push(text);
    }
    const { env, notes } = settings.resolve(variables, texts);
    for (const note of notes) progress.note(note);
    return env;
  };
  const known = new Map<string, ReturnType<typeof read>>();
  return async (provider) => {
    const found = known.get(provider) ?? read(provider);
    known.set(provider, found);
    return found;
  };
}
