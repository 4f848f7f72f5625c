import { isCreation, type Decision, type ServiceDecision } from './operation.ts';
import type { Graph } from './graph.ts';
import type { Observed, ObservedImage, ObservedService } from './observed.ts';

/** The operations after which the images of new containers are there. */
interface ImagesPlanned {
  readonly workspace: number | undefined;
  readonly services: ReadonlyMap<string, number>;
}

/**
 * Plans how the images of new containers are built or pulled. Builds run one
 * after the other, since package managers lock the caches that they share;
 * pulls run beside them.
 */
export function planImages(
  graph: Graph,
  { image, services }: Observed,
  workspace: readonly Decision[],
  decided: readonly ServiceDecision[],
  frozen: boolean,
): ImagesPlanned {
  const creates = workspace.some(isCreation);
  let built = planVersion(graph, image, creates);
  let version = built;
  const provided = new Map<string, number>();
  for (const service of services) {
    const id = planServiceImage(graph, service, decided, built);
    if (id === undefined) continue;
    provided.set(service.name, id);
    if (service.how === 'build') built = id;
  }
  const unpinned = services.filter(({ content }) => content === undefined).map(({ name }) => name);
  const stale = image.stalePins && !frozen && workspace.length + decided.length > 0;
  if (unpinned.length > 0 || stale) {
    const cause = unpinned.length > 0 ? 'not pinned yet' : 'devenv.yaml asks for others';
    built = graph.add({ kind: 'pin', services: unpinned }, cause, [built, ...provided.values()]);
  }
  if (creates && image.personal === 'missing')
    version = graph.add({ kind: 'personal' }, 'in your personal.yaml', [built]);
  return { workspace: version, services: provided };
}

/** Returns the operation after which the wanted version is there. */
export function planVersion(graph: Graph, image: ObservedImage, needed: boolean): number | undefined {
  const { build, base, current, next, here } = image;
  if (build.kind === 'none') {
    if (!needed || here || current === undefined) return undefined;
    return graph.add({ kind: 'pull', version: current.number }, 'not on this machine');
  }
  let last: number | undefined;
  if (build.start.kind === 'base') last = graph.add({ kind: 'base', base }, build.cause ?? 'no version yet');
  else if (!here) last = graph.add({ kind: 'pull', version: build.start.number }, 'not on this machine');
  for (const [index, { id, title, cause }] of build.steps.entries())
    last = graph.add({ kind: 'step', index, step: id, title }, cause, [last]);
  return graph.add({ kind: 'record', version: next }, 'devenv.yaml asks for it', [last]);
}

function planServiceImage(
  graph: Graph,
  { name, how, source, content, here }: ObservedService,
  decided: readonly ServiceDecision[],
  built: number | undefined,
): number | undefined {
  const created = decided.some((one) => one.service === name && isCreation(one));
  if (content !== undefined && (here || !created)) return undefined;
  const cause =
    content === undefined ? 'not pinned yet' : how === 'pull' ? 'not on this machine' : 'its container is created';
  return graph.add({ kind: 'service-image', service: name, how, source }, cause, how === 'build' ? [built] : []);
}
