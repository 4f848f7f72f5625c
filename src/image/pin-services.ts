import type { Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import type { Held } from '../ports/project-lock.ts';
import { writeLock } from '../versions/write-lock.ts';
import type { ServiceImage } from './service-image.ts';
import { resolveServicePins } from './service-pins.ts';

/** Writes into the lock which images services run, where it says otherwise. */
export async function pinServices(
  context: Context,
  held: Held,
  project: Project,
  images: ReadonlyMap<string, ServiceImage>,
): Promise<void> {
  const { pins, stale } = resolveServicePins(project, images);
  if (project.lock !== undefined && stale) await writeLock(context, held, project, { ...project.lock, services: pins });
}
