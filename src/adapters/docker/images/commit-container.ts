import type { ImageConfig } from '../../../model/image.ts';
import type { CommitOptions } from '../../../ports/build/builder.ts';
import { askJson } from '../connection/ask.ts';
import { checkConfig } from './check-config.ts';
import type { Connection } from '../connection/connection.ts';
import { toChanges } from './import-image.ts';
import { namePath, parseReference } from './reference.ts';

/**
 * Captures a container as an image with exactly this config, and returns the
 * engine's id of it. Pauses the container, unless it is `still`.
 *
 * Engines keep every variable and label of the container whose name `config`
 * does not have, and nothing removes those later. So create a container that
 * will be captured with names of `config` only (its values win), with the user
 * and working folder of `config` or none, and with a command in `config`. If
 * the config differs all the same, the new image is removed and INTERNAL is
 * thrown. Podman adds `TERM=xterm` and `container=podman`. Docker's classic
 * store finishes and names a capture that `signal` has interrupted.
 */
export async function commitContainer(
  connection: Connection,
  id: string,
  reference: string,
  config: ImageConfig,
  { still = false, signal }: Partial<CommitOptions> & { readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const { repository, tag = 'latest' } = parseReference(reference);
  const answer = await askJson(connection, {
    method: 'POST',
    path: '/commit',
    query: {
      container: namePath(id),
      repo: repository,
      tag,
      // Podman does not pause by default.
      pause: String(!still),
      ...(connection.podman && { changes: [...dropEntrypoint(config), ...toChanges(config, true)] }),
    },
    body: {
      Env: config.env,
      Labels: config.labels,
      User: config.user,
      WorkingDir: config.workingDir,
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
    },
    purpose: 'capture the container',
    patience: 60 * 60_000,
    signal,
  });
  await checkConfig(connection, reference, config);
  return answer.text('Id');
}

/** Podman would keep the entrypoint of the container. */
const dropEntrypoint = ({ entrypoint }: ImageConfig): readonly string[] =>
  entrypoint.length === 0 ? ['ENTRYPOINT []'] : [];
