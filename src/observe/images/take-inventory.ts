import type { Resolved } from '../../model/version.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Pins } from '../../providers/pins.ts';
import { providers } from '../../providers/registry.ts';
import type { Ask } from './ask-image.ts';

/** What an image has, by provider: name → exact version. Empty for a provider whose tool the image lacks. */
export async function takeInventory(
  ask: Ask,
  probes: readonly Pick<Provider, 'name' | 'probe'>[] = providers,
): Promise<Resolved> {
  const found = await Promise.all(
    probes.map(async ({ name, probe }): Promise<readonly (readonly [string, Pins])[]> => {
      if (probe === 'none') return [];
      const { exitCode, stdout } = await ask({ argv: probe.argv });
      return [[name, exitCode === 0 ? probe.parse(stdout.toString('utf8')) : {}]];
    }),
  );
  return Object.fromEntries(found.flat());
}
