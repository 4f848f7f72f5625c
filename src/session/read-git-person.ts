import { join } from 'node:path';
import type { Context } from '../ports/context.ts';

type Config = readonly (readonly [string, string])[];

const names = /^(user\.(name|email|signingkey)|gpg\.format|commit\.gpgsign|tag\.gpgsign)$/;

/** Who a person is for git. */
export interface GitPerson {
  /** Name, mail, and how commits are signed where that is done with an ssh key. */
  readonly config: Config;
  /** Where they sign with an OpenPGP key: what says so, and what gpg finds the key by. */
  readonly openpgp?: { readonly config: Config; readonly key: string };
}

/**
 * Who the person is, by the settings of their own git. Of an ssh key the public half
 * alone is told. A name or mail that the repository itself sets is left out:
 * the git inside reads it there.
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

/** `key::ssh-ed25519 …`; absent where there is no public key to be had. */
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

/** Variables that give git configuration for one command; what `env` of devenv.yaml gives in this way would be lost, and is none. */
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
