import type { VolumeIdentity } from '../model/snapshot.ts';

/** Equal for volumes that are the same in a snapshot and in a workspace. */
export const keyOf = (identity: VolumeIdentity): string =>
  identity.kind === 'named' ? `named ${identity.name}` : `unnamed ${identity.service} ${identity.target}`;
