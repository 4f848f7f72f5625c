import type { Environment } from '../model/environment.ts';
import type { Context } from './context.ts';
import { resolveSecrets, type SecretValues } from './resolve-secrets.ts';
import { requireTrust } from './trust.ts';

/**
 * Values of the secrets that devenv.yaml names; a command that prints one runs
 * on this machine, and only where the person trusts it. Throws SECRET_MISSING,
 * SECRET_EXPOSED, NOT_TRUSTED.
 */
export async function provideSecrets(
  context: Context,
  project: { readonly folder: string; readonly environment: Environment },
): Promise<SecretValues> {
  const { folder, environment } = project;
  return resolveSecrets(context, folder, environment.secrets, () => requireTrust(context, project));
}
