import type { Environment } from '../../model/environment.ts';
import type { TrustNeed } from '../../model/trust.ts';
import type { Context } from '../../ports/context.ts';
import { resolveSecrets, type SecretValues } from './resolve-secrets.ts';
import { requireTrust } from '../require-trust.ts';

/** Hooks and services share them: a command asks once. */
const provided = new WeakMap<Context, Promise<SecretValues>>();

/**
 * Values of the secrets that devenv.yaml names. One that comes from the
 * person's environment, or from a command of this machine, needs their
 * agreement to that name: `agreed`, or asked for here. Throws SECRET_MISSING,
 * SECRET_EXPOSED, NOT_TRUSTED.
 */
export async function provideSecrets(
  context: Context,
  project: { readonly folder: string; readonly environment: Environment },
  agreed?: readonly TrustNeed[],
): Promise<SecretValues> {
  const { folder, environment } = project;
  if (environment.secrets.length === 0) return new Map();
  const known = provided.get(context);
  if (known !== undefined) return known;
  const values = resolveSecrets(
    context,
    folder,
    environment.secrets,
    async () => agreed ?? requireTrust(context, project),
  );
  provided.set(context, values);
  return values;
}
