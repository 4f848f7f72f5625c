import { join } from 'node:path';
import type { Context } from '../ports/context.ts';

type Config = readonly (readonly [string, string])[];

const names = /^(user\.(name|email|signingkey)|gpg\.format|commit\.gpgsign|tag\.gpgsign)$/;

/** A person's git identity. */
interface GitPerson {
  /** Name, mail, and the settings for signing with an ssh key. */
  readonly config: Config;
  /** Settings for signing with an OpenPGP key, and the name of the key for gpg. */
  readonly openpgp?: { readonly config: Config; readonly key: string };
}

/**
 * Reads the identity from the person's own git settings. Includes only the
 * public half of an ssh key. Leaves out a name or mail that the repository
 * sets: git in the workspace reads it there.
 */
export async function readGitPerson(
  { files, variables }: Pick<Context, 'files' | 'variables'>,
  own: ReadonlyMap<string, string>,
  repository: ReadonlyMap<string, readonly string[]>,
): Promise<GitPerson> {
  const found = new Map([...own].filter(([name]) => names.test(name)));
  const key = found.get('user.signingkey');
  const signs = found.get('gpg.format') === 'ssh' && key !== undefined;
  const literal = signs ? await readKey(files, variables, key) : undefined;
  if (literal !== undefined) found.set('user.signingkey', literal);
  const isName = (name: string): boolean => /^user\.(name|email)$/.test(name);
  const config = [...found]
    .filter(([name]) => literal !== undefined || isName(name))
    .filter(([name]) => !(isName(name) && repository.has(name)));
  const mine = key ?? found.get('user.email');
  const wants = key !== undefined || found.has('commit.gpgsign') || found.has('tag.gpgsign');
  if ((found.get('gpg.format') ?? 'openpgp') !== 'openpgp' || !wants || mine === undefined) return { config };
  return { config, openpgp: { config: [...found].filter(([name]) => !isName(name)), key: mine } };
}

/** `key::ssh-ed25519 …`; absent without a public key. */
async function readKey(
  files: Context['files'],
  variables: Context['variables'],
  key: string,
): Promise<string | undefined> {
  if (/^(key::|ssh-)/.test(key)) return key.startsWith('key::') ? key : `key::${key}`;
  const path = key.startsWith('~/') ? join(variables['HOME'] ?? '/', key.slice(2)) : key;
  if (!path.startsWith('/')) return undefined;
  const publicHalf = path.endsWith('.pub') ? path : `${path}.pub`;
  const text = await files.readText(publicHalf, 16 * 1024).catch(() => undefined);
  return text?.startsWith('ssh-') === true || text?.startsWith('ecdsa-') === true ? `key::${text.trim()}` : undefined;
}

/** Variables that configure git for one command. They replace those of `env` in devenv.yaml. */
export function printGitConfig(config: Config): readonly string[] {
  if (config.length === 0) return [];
  return [
    `GIT_CONFIG_COUNT=${String(config.length)}`,
    ...config.flatMap(([name, value], index) => [
      `GIT_CONFIG_KEY_${String(index)}=${name}`,
      `GIT_CONFIG_VALUE_${String(index)}=${value}`,
    ]),
  ];
}
