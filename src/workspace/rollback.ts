import { DevenvError } from '../errors/devenv-error.ts';
import { hashItems } from '../lock/hash-json.ts';
import { type ItemsDelta, type Items, reconcileItems, noDelta } from '../model/item.ts';
import type { Lock, Version, Resolved } from '../model/version.ts';
import { findVersion, resolveVersionItems } from '../lock/version-items.ts';
import type { Containers } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { proposeDeclaration } from '../versions/edit-declarations.ts';
import { buildActs } from '../image/build-acts.ts';
import { carryOut, requireDone } from '../plan/carry-out.ts';
import { planRollback } from '../plan/plan-rollback.ts';
import { listOwn } from '../observe/find-workspace.ts';
import type { Project } from '../observe/project.ts';
import { listUnsaved } from '../capture/carry/unsaved.ts';
import { findVersionImage, localReference } from '../observe/version-image.ts';
import { openVersion } from '../versions/version-inspection.ts';
import { takeInventory } from '../observe/images/take-inventory.ts';
import { writeLock } from '../versions/write-lock.ts';
import { resolvePins } from '../lock/resolve-pins.ts';
import { holdProject } from '../observe/hold-project.ts';
import { selectPlace } from '../observe/place.ts';
import { formatTime } from '../model/format-count.ts';

interface RollbackResult {
  readonly version: Version;
  /** What devenv.yaml asked for beyond the version that is current now. */
  readonly differs: ItemsDelta;
  /** True if devenv.yaml was edited, so that `up` builds nothing. */
  readonly edited: boolean;
  /** What the person has to edit in devenv.yaml so that `up` builds nothing. */
  readonly byHand: readonly string[];
  /** Changed paths of the workspace that no version has: the next `up` refuses to drop them. */
  readonly unsaved: number;
}

/**
 * Makes an older version current by recording a new one with the same content:
 * history only grows. Changes no workspace; the next `up` moves it. Offers to
 * edit devenv.yaml so that this `up` builds nothing.
 */
export async function rollback(context: Context, number: number): Promise<RollbackResult> {
  return holdProject(context, 'rollback', async (project, held) => {
    const { lock, folder } = project;
    const target = lock && findVersion(lock, number);
    if (lock === undefined || target === undefined)
      throw new DevenvError('VERSION_NOT_FOUND', `There is no version ${String(number)}.`);
    if (target.number === lock.current) throw new DevenvError('USAGE', `Version ${String(number)} is current already.`);
    const items = resolveVersionItems(lock, number);
    const engine = await context.engine();
    const version = await describeRollback(context, folder, lock, target);
    const why = `devenv.yaml asks for something else than version ${String(number)} has:`;
    const { write, byHand } = await proposeDeclaration(context, project, reconcileItems(project.desired, items), why);
    const here = (await findVersionImage(engine.images, lock.name, target)) !== undefined;
    const goal = { target: number, here, next: version.number, declares: write !== undefined };
    const operations = planRollback(goal);
    const record = async (): Promise<void> => {
      const inventory = await openVersion(context, project, target, ({ ask }) => takeInventory(ask));
      await engine.images.tag(localReference(lock.name, target), localReference(lock.name, version));
      await writeLock(context, held, project, {
        ...lock,
        current: version.number,
        shape: hashItems(items),
        resolved: restorePins(items, resolveVersionItems(lock, lock.current), lock.resolved, inventory),
        versions: [...lock.versions, version],
      });
    };
    const acts = { ...buildActs(context, project), record, declare: async () => write?.(held) };
    const { signal } = context;
    requireDone(operations, await carryOut(operations, acts, { signal }), signal);
    const unsaved = await countUnsaved(context, engine, project);
    return { version, differs: reconcileItems(items, project.desired), edited: goal.declares, byHand, unsaved };
  });
}

/** The record of the new version: the content of `target`. */
async function describeRollback(context: Context, folder: string, lock: Lock, target: Version): Promise<Version> {
  const { number, content, size, layers, digest } = target;
  return {
    number: Math.max(...lock.versions.map((known) => known.number)) + 1,
    kind: 'rollback',
    parent: lock.current,
    from: number,
    content,
    author: await context.author(folder),
    date: formatTime(context.clock.now()),
    message: `roll back to version ${String(number)}`,
    size,
    layers,
    ...(digest !== undefined && { digest }),
    items: noDelta,
  };
}

/** Counts in all workspaces of the project on this engine. */
async function countUnsaved(context: Context, engine: Containers, project: Project): Promise<number> {
  const changes = await context.changes();
  const containers = await listOwn(engine, selectPlace('workspace', project));
  const unsaved = await Promise.all(
    containers.map(async ({ id }) => (await listUnsaved(engine, changes, project, id)).length),
  );
  return unsaved.reduce((sum, count) => sum + count, 0);
}

/**
 * The pins of an older version, which the lock no longer has: taken from the
 * inventory of its image, and from the pins of the current version as far as
 * they are true of that image. `items`: what the older version declares;
 * `current`: what the version with the pins `recorded` declares.
 */
export function restorePins(items: Items, current: Items, recorded: Resolved, inventory: Resolved): Resolved {
  const known: Record<string, Readonly<Record<string, string>>> = {};
  for (const [provider, pins] of Object.entries(recorded)) {
    const found = inventory[provider];
    if (found === undefined ? items[provider] === current[provider] : isTrue(pins, found)) known[provider] = pins;
    // Without a checksum: a build asks the registry for it.
    else if (found !== undefined) known[provider] = pick(found, Object.keys(pins));
  }
  return resolvePins(items, known, inventory);
}

function isTrue(pins: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>): boolean {
  return Object.entries(found).every(([name, version]) => pins[name] === undefined || pins[name] === version);
}

function pick(found: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(found).filter(([name]) => names.includes(name)));
}
