import type { Container } from '../../model/container.ts';
import type { Drift } from '../../model/drift.ts';
import { readExecDefaults } from '../../observe/find-workspace.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { InstallRequests } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';

/**
 * How the packages of a drift were asked for, by provider. Asks a running
 * workspace, and only the package managers that installed something.
 */
export async function readRequests(
  runtime: Runtime,
  container: Container,
  drift: Drift,
): Promise<ReadonlyMap<string, InstallRequests>> {
  if (container.state !== 'running') return new Map();
  const found = await Promise.all(
    providers.map(async ({ name, causes, proposal }): Promise<readonly (readonly [string, InstallRequests])[]> => {
      if (proposal === 'none' || proposal.requests === 'none') return [];
      if (!drift.groups.some(({ cause }) => cause in causes)) return [];
      const { argv, parse } = proposal.requests;
      const { env } = readExecDefaults(container);
      const output = await readOutput(runtime, container.id, argv, undefined, env);
      return output === undefined ? [] : [[name, parse(output.toString('utf8'))]];
    }),
  );
  return new Map(found.flat());
}
