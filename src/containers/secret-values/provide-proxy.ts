import type { Environment } from '../../model/environment.ts';
import { listProxySecrets, listProxyVariables } from '../../model/network/proxies.ts';
import { workspaceAlias } from '../../plan/plan-container.ts';
import type { Context } from '../../ports/context.ts';

/** The person's proxies, for commands and services that asked for them. */
export interface GivenProxy {
  /** `NAME` → value. */
  readonly variables: Readonly<Record<string, string>>;
  /** What no output may show. */
  readonly hidden: readonly string[];
}

export const noProxy: GivenProxy = { variables: {}, hidden: [] };

/** Reads the proxies. The workspace and its services are reached without one, by all their names. */
export async function provideProxy(
  { network }: Pick<Context, 'network'>,
  { hostname, services, attachments, compose }: Environment,
): Promise<GivenProxy> {
  const { proxies } = await network();
  const names = services.flatMap((one) => [one.name, ...(one.aliases ?? []), one.hostname]);
  const further = [{ attachments }, ...services]
    .flatMap((one) => one.attachments ?? [])
    .flatMap(({ aliases }) => aliases);
  const own = [workspaceAlias, compose?.workspace, hostname, ...names, ...further].filter((name) => name !== undefined);
  return { variables: listProxyVariables(proxies, own), hidden: listProxySecrets(proxies) };
}
