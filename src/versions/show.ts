import type { Items } from '../model/item.ts';
import type { Digest, Resolved, Version } from '../model/version.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { describeVersion } from './describe-version.ts';
import { lineage, resolveVersionItems } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import { readProject, type Project } from '../observe/project.ts';
import { requireLock, requireVersion } from './require-version.ts';
import { findVersionImage } from '../observe/version-image.ts';

interface Layer {
  readonly diffId: Digest;
  /** The oldest version on this engine with the layer; absent for layers of the base. */
  readonly version?: number;
}

export interface ShownVersion {
  readonly version: Version;
  readonly isCurrent: boolean;
  readonly changes: readonly string[];
  /** Everything that it declares, with the items of the versions below. */
  readonly items: Items;
  /** Pins; of the current version only. */
  readonly resolved?: Resolved;
  /** Base first; absent if this engine lacks the image, or no engine answers. */
  readonly layers?: readonly Layer[];
}

/** Describes one version. Pulls nothing. */
export async function show(context: Context, number: number | undefined): Promise<ShownVersion> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const version = requireVersion(lock, number ?? lock.current);
  const isCurrent = version.number === lock.current;
  const layers = await listLayers(context, project, version);
  return {
    version,
    isCurrent,
    changes: describeVersion(lock, version),
    items: resolveVersionItems(lock, version.number),
    ...(isCurrent && { resolved: lock.resolved }),
    ...(layers !== undefined && { layers }),
  };
}

async function listLayers(context: Context, project: Project, version: Version): Promise<readonly Layer[] | undefined> {
  const lock = requireLock(project);
  try {
    const engine = await context.engine();
    const name = project.environment.name;
    const image = await findVersionImage(engine.images, name, version);
    if (image === undefined) return undefined;
    const origin = new Map<string, number>();
    // Newest first, so that the oldest version with a layer remains.
    for (const below of lineage(lock, version.number)) {
      const known = await findVersionImage(engine.images, name, below);
      for (const diffId of known?.diffIds ?? []) origin.set(diffId, below.number);
    }
    return image.diffIds.map((diffId) => {
      const number = origin.get(diffId);
      return { diffId, ...(number !== undefined && { version: number }) };
    });
  } catch (error) {
    // The record is shown without an engine, too.
    if (error instanceof DevenvError && error.exitCode === 4) return undefined;
    throw error;
  }
}
