import type { ImageConfig } from '../../../model/image.ts';
import { checkConfig } from './check-config.ts';
import type { Connection } from '../connection/connection.ts';
import { toChanges } from './dockerfile-changes.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { refused } from '../connection/engine-failure.ts';
import { parseReference } from './reference.ts';

/** A root file system as an uncompressed tar becomes an image of one layer with exactly this config. */
export async function importImage(
  connection: Connection,
  tar: AsyncIterable<Uint8Array>,
  reference: string,
  config: ImageConfig,
): Promise<void> {
  const { repository, tag = 'latest' } = parseReference(reference);
  const { podman } = connection;
  // Podman 4 does not look at `tag` here.
  const repo = podman ? `${repository}:${tag}` : repository;
  const call = {
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo, tag, changes: toChanges(config, podman) },
    upload: { type: 'application/x-tar', source: tar },
    purpose: `import ${reference}`,
  } as const;
  await followProgress(connection, call, refused, () => undefined);
  await checkConfig(connection, reference, config);
}
