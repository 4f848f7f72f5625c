import { listProxySecrets, listProxyVariables } from '../../model/network/proxies.ts';
import type { Context } from '../../ports/context.ts';
import { findProvider } from '../../providers/registry.ts';

/** Bytes of one file. */
const limit = 256 * 1024;

/** What programs of a step get of the configuration of this machine. In no image and in no step key. */
export interface StepSettings {
  /** `NAME` → value. */
  readonly env: Readonly<Record<string, string>>;
  /** Parts of these values that no output may show. */
  readonly secrets: readonly string[];
}

/** `provider`: whose programs run; absent for programs of the project. */
export type ReadSettings = (provider?: string) => Promise<StepSettings>;

/** Returns how to read what steps get: the proxies, and what a provider takes besides. Each is read once. Throws USAGE. */
export function openSettings({
  files,
  variables,
  progress,
  network,
}: Pick<Context, 'files' | 'variables' | 'progress' | 'network'>): ReadSettings {
  const read = async (provider?: string): Promise<StepSettings> => {
    const { proxies, logins } = await network();
    const general = { env: listProxyVariables(proxies), secrets: listProxySecrets(proxies) };
    const settings = provider === undefined ? 'none' : (findProvider(provider)?.settings ?? 'none');
    if (provider === undefined || settings === 'none') return general;
    const texts: string[] = [];
    for (const file of settings.files) {
      const path = file
        .replace(/^~(?=\/)/, variables['HOME'] ?? '')
        .replace(/^\$(\w+)/, (_, name: string) => variables[name] ?? '');
      // A file that is missing or unreadable counts as empty.
      const text = path.startsWith('/') ? await files.readText(path, limit).catch(() => undefined) : undefined;
      if (text !== undefined) texts.push(text);
    }
    const { env, notes, secrets } = settings.resolve(variables, texts, logins.includes(provider));
    for (const note of notes) progress.note(note);
    return { env: { ...general.env, ...env }, secrets: [...general.secrets, ...secrets] };
  };
  const known = new Map<string | undefined, Promise<StepSettings>>();
  return (provider) => {
    const found = known.get(provider) ?? read(provider);
    known.set(provider, found);
    return found;
  };
}
