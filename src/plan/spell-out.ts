import type { Decision, ServiceDecision } from './operation.ts';
import type { PublishedPort } from '../model/workspace.ts';
import type { After, Graph } from './graph.ts';
import type { Endpoint } from './observed.ts';

/** What the operations on one container wait for, and what a new one gets. */
interface SpellOptions {
  /** Before anything is done to it. */
  readonly after: After;
  /** Before a container is created. */
  readonly create: After;
  /** Before it starts. */
  readonly start: After;
  readonly ports: readonly PublishedPort[];
  /** Where a new container is: it is created on the first network, and connected to the others. */
  readonly endpoints: readonly Endpoint[];
  /** Creations of networks, by name. */
  readonly networks: ReadonlyMap<string, number>;
  /** Changes are carried over from the container that is replaced. */
  readonly fill: boolean;
  /** A container that replaces no other gets changes of a copy. */
  readonly copied?: boolean | undefined;
}

/**
 * Spells decisions about one container out as operations, one engine call each.
 * Returns the operation after which it runs, and the last one; both are absent
 * if nothing is to be done.
 */
export function spellOut(
  graph: Graph,
  decisions: readonly (Decision | ServiceDecision)[],
  options: SpellOptions,
): { readonly runs: number | undefined; readonly last: number | undefined } {
  let after = options.after;
  let runs: number | undefined;
  let last: number | undefined;
  for (const decision of decisions) {
    const steps = spell(graph, decision, { ...options, after });
    last = steps.last;
    runs = steps.runs ?? runs;
    after = [...options.after, last];
  }
  return { runs, last };
}

function spell(
  graph: Graph,
  decision: Decision | ServiceDecision,
  { after, create, start, ports, fill, copied = false, endpoints, networks }: SpellOptions,
): { readonly runs?: number; readonly last: number } {
  const { cause } = decision;
  const of = 'service' in decision ? { service: decision.service } : {};
  const [first, ...others] = endpoints;
  const made = first && networks.get(first.network);
  switch (decision.kind) {
    case 'create': {
      const group = graph.group();
      let then = graph.add({ kind: 'create', ...of, ports, fill: copied }, cause, [...after, ...create, made], group);
      if (copied) {
        then = graph.add({ kind: 'fill' }, 'it is made of a copy', [then], group);
        then = graph.add({ kind: 'name' }, 'it is complete', [then], group);
      }
      for (const endpoint of others) {
        const before = [then, networks.get(endpoint.network)];
        then = graph.add({ kind: 'connect', ...of, ...endpoint }, 'it was created', before, group);
      }
      const runs = graph.add({ kind: 'start', ...of }, 'it was created', [then, ...start], group);
      return { runs, last: runs };
    }
    case 'recreate': {
      const group = graph.group();
      const { container } = decision;
      // The old container is paused from here on: everything that takes long comes before.
      let then: After = [...after, ...create, ...start, made, ...others.map(({ network }) => networks.get(network))];
      const add = (act: Parameters<Graph['add']>[0], why: string): void => {
        then = [graph.add(act, why, then, group)];
      };
      if (!('service' in decision)) add({ kind: 'hold', container }, cause);
      add({ kind: 'rename', ...of, container }, cause);
      add({ kind: 'create', ...of, ports, fill }, cause);
      if (fill) {
        add({ kind: 'fill' }, 'its changes come along');
        add({ kind: 'name' }, 'it is complete');
      }
      for (const endpoint of others) add({ kind: 'connect', ...of, ...endpoint }, 'it was created');
      // Two containers must not have the same ports or data at once.
      if (ports.length > 0 || 'service' in decision) add({ kind: 'stop', ...of, container }, 'it is replaced');
      add({ kind: 'start', ...of }, 'it was created');
      const runs = then[0] ?? 0;
      return { runs, last: graph.add({ kind: 'remove', ...of, container }, 'it is replaced', then) };
    }
    case 'start': {
      const { container } = decision;
      const runs = graph.add({ kind: 'start', ...of, container }, cause, [...after, ...start]);
      return { runs, last: runs };
    }
    case 'unpause': {
      const runs = graph.add({ kind: 'unpause', ...of, container: decision.container }, cause, after);
      return { runs, last: runs };
    }
    case 'connect': {
      const { container, network, aliases } = decision;
      const before = [...after, ...create, networks.get(network)];
      const runs = graph.add({ kind: 'connect', ...of, container, network, aliases }, cause, before);
      return { runs, last: runs };
    }
    case 'disconnect': {
      const { container, network } = decision;
      return { last: graph.add({ kind: 'disconnect', ...of, container, network }, cause, after) };
    }
    case 'stop':
      return { last: graph.add({ kind: 'stop', ...of, container: decision.container }, cause, after) };
    case 'remove': {
      const { container } = decision;
      // A killed database has to recover at its next start; a workspace must not lose changes.
      const before = graph.add({ kind: 'service' in decision ? 'stop' : 'hold', ...of, container }, cause, after);
      return { last: graph.add({ kind: 'remove', ...of, container }, cause, [before]) };
    }
  }
}
