import type { DataRequest, SnapshotData } from '../ports/snapshot-data.ts';

/** Unpacks the copies in a store into new volumes. `beside`: the transaction. Throws ENGINE_REFUSED. */
export async function unpackVolumes(data: SnapshotData, request: Omit<DataRequest, 'purpose'>): Promise<void> {
  const session = await data.open({ ...request, purpose: 'restore' });
  try {
    await session.lay(request.beside);
    await session.exchange(request.beside);
    await session.sweep(request.beside);
  } finally {
    await session.close();
  }
}
