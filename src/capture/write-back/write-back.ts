import type { Edit } from '../../environment/edit/apply-edit.ts';
import { proposeDeclarations, type Opaque, type Proposal } from './propose-declarations.ts';
import { hashItems } from '../../lock/hash-json.ts';
import type { Container } from '../../model/container.ts';
import { applyDelta, type Items, type ItemsDelta } from '../../model/item.ts';
import type { Digest, Lock, Resolved } from '../../model/version.ts';
import { resolvePins } from '../../lock/resolve-pins.ts';
import { resolveVersionItems } from '../../lock/version-items.ts';
import type { Pins } from '../../providers/pins.ts';
import type { PinStyle, InstallRequests } from '../../providers/proposal.ts';
import { chooseDeclarations, globOf, proposalItems, takeNothing, titleOf } from './choose-declarations.ts';
import { planEdits } from '../../versions/edit-declarations.ts';
import { findForeign } from '../drift/find-foreign.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Image } from '../../model/image.ts';
import type { Project } from '../../observe/project.ts';
import { traceOrigins } from './trace-origins.ts';
import { inTask } from '../../observe/in-task.ts';
import type { ObservedDrift } from '../drift/observe-drift.ts';
import type { Drift } from '../../model/drift.ts';
import { readExecDefaults } from '../../observe/find-workspace.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { providers } from '../../providers/registry.ts';

export interface WriteBackOptions {
  /** False to declare nothing in devenv.yaml. */
  readonly writeBack: boolean;
  readonly pin: PinStyle;
}

/** A workspace, and the version to compare it with. */
interface ComparedWorkspace {
  readonly context: Context;
  readonly engine: Engine;
  readonly project: Project;
  readonly lock: Lock;
  readonly container: Container;
  readonly parent: { readonly image: Image };
}

/** What a commit declares, and the edits of devenv.yaml for it. */
export interface WriteBack {
  /** Everything that the new version declares. */
  readonly items: Items;
  /** Hash of `items`. */
  readonly shape: Digest;
  readonly resolved: Resolved;
  /** Edits of devenv.yaml; none if it declares everything already, or nobody agreed. */
  readonly edits: readonly Edit[];
  /** Globs that a person added to `commit.exclude` just now. */
  readonly exclude: readonly string[];
  /** Titles of what the version declares of the drift. */
  readonly declared: readonly string[];
  /** Titles of what could be declared, but was declined. */
  readonly suggested: readonly string[];
  readonly opaque: readonly Opaque[];
}

/** Proposes edits of devenv.yaml for what was installed by hand, shows them, and asks. Writes nothing. */
export async function proposeWriteBack(
  { context, engine, project, lock, container, parent }: ComparedWorkspace,
  { drift, inventory }: ObservedDrift,
  { writeBack, pin }: WriteBackOptions,
): Promise<WriteBack> {
  const [foreign, requests] = writeBack
    ? await inTask(context.progress, 'Comparing packages with devenv.yaml', async () => {
        const asked = await readRequests(engine.runtime, container, drift);
        // The version will have the repositories that are declared with it.
        const added = [...asked.values()].flatMap(({ declared }) => [...(declared?.values() ?? [])]);
        const where = added.some(({ kind }) => kind === 'item') ? container.id : parent.image;
        return [await findForeign(engine.runtime, project.folder, where, drift), asked] as const;
      })
    : [new Map<string, string>(), new Map<string, never>()];
  const proposal = proposeDeclarations(drift, project.desired, foreign, pin, requests);
  const taken = writeBack ? await chooseDeclarations(context, project, drift, proposal) : takeNothing;
  const recorded = resolveVersionItems(lock, lock.current);
  const items = applyDelta(recorded, taken.adopted);
  const known: Record<string, Pins> = { ...lock.resolved };
  for (const [name, found] of Object.entries(await traceOrigins(context, engine.runtime, container, drift, items)))
    known[name] = { ...known[name], ...found };
  return {
    items,
    shape: hashItems(items),
    resolved: resolvePins(items, known, inventory),
    edits: planEdits(project, taken.delta, taken.exclude),
    exclude: taken.exclude,
    declared: titlesOf(proposal, taken.adopted),
    suggested: titlesOf(proposal, { set: proposalItems(proposal), unset: proposal.unset }).filter(
      (title) => !titlesOf(proposal, taken.adopted).includes(title),
    ),
    // Excluded files are in no image.
    opaque: proposal.opaque.filter(({ title }) => !taken.exclude.includes(globOf(title))),
  };
}

const titlesOf = (proposal: Proposal, { set, unset }: ItemsDelta): readonly string[] => [
  ...Object.keys(set).map((id) => titleOf(proposal, id)),
  ...unset.map((id) => `no longer ${id}`),
];

/**
 * How the packages of a drift were asked for, by provider. Asks a running
 * workspace, and only the package managers that installed something.
 */
async function readRequests(
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
