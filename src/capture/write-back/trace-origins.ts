import type { Container } from '../../model/container.ts';
import type { Drift } from '../../model/drift.ts';
import { type Items, itemsOf } from '../../model/item.ts';
import type { Resolved } from '../../model/version.ts';
import { openSettings } from '../../image/steps/open-settings.ts';
import { readExecDefaults } from '../../observe/find-workspace.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Context } from '../../ports/context.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Provider } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import { printVariables } from '../../model/shell/variables.ts';

/**
 * What the lock keeps about the sources of packages installed by hand, by
 * provider, asked from inside the workspace. `items`: what the new version
 * declares. Nothing is known of sources that cannot be reached.
 */
export async function traceOrigins(
  context: Context,
  runtime: Runtime,
  container: Container,
  drift: Drift,
  items: Items,
): Promise<Resolved> {
  if (container.state !== 'running') return {};
  const found = await Promise.all(
    providers.map((provider) => traceOf(context, runtime, container, drift, items, provider)),
  );
  return Object.fromEntries(found.flat());
}

async function traceOf(
  context: Context,
  runtime: Runtime,
  container: Container,
  drift: Drift,
  items: Items,
  { name: provider, causes, origins }: Provider,
): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> {
  if (origins === 'none' || Object.keys(itemsOf(items, provider)).length === 0) return [];
  const packages = drift.groups
    .flatMap((group) => (group.cause in causes ? [...group.items] : []))
    .flatMap((item) =>
      item.kind === 'package' && item.change !== 'removed' && item.origin !== 'file' && item.version !== undefined
        ? [{ name: item.name, version: item.version }]
        : [],
    );
  if (packages.length === 0) return [];
  const settings = await openSettings(context)(provider);
  const defaults = readExecDefaults(container);
  // A workspace gets no logins that it did not ask for, not even for a moment.
  const own = settings.secrets.length > 0 ? {} : settings.env;
  const env = [...defaults.env, ...printVariables(own)];
  const output = await readOutput(runtime, container.id, origins.trace(packages), undefined, env);
  if (output === undefined) {
    context.progress.note(
      `The sources of ${provider} gave no hashes for ${packages.map(({ name }) => name).join(', ')}: devenv-lock.yaml records their versions only.`,
    );
    return [];
  }
  return [[provider, origins.probe.parse(output.toString('utf8'))]];
}
