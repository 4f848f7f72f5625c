import type { Engine } from '../ports/engine.ts';

/** How names of the attributes start that the overlay notes for itself: an ordinary user may set no others. */
export async function findOwnNames(engine: Engine): Promise<'trusted.overlay.' | 'user.overlay.'> {
  return (await engine.info()).rootless ? 'user.overlay.' : 'trusted.overlay.';
}
