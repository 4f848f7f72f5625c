import type { ImageConfig } from '../../../model/image.ts';
import type { CommitOptions } from '../../../ports/builder.ts';
import { askJson } from '../connection/ask.ts';
import { checkConfig } from './check-config.ts';
import type { Connection } from '../connection/connection.ts';
import { toChanges } from './dockerfile-changes.ts';
import { Fields } from '../connection/fields.ts';
import { namePath, parseReference } from './reference.ts';

/**
 * Captures a container as an image with exactly this config, and returns the
 * engine's id of it. The container is paused meanwhile, unless it is `still`.
 *
 * Engines merge: a variable or label that the container has and `config` has
 * not stays in the image, and no call takes it out again. So make a container
 * that is to be captured with no variable and no label whose *name* is missing
 * in `config` (values may differ: those of `config` win), with the user and
 * working folder of `config` or none, and name a command in `config`. Where
 * something stayed all the same the image loses its name again and INTERNAL
 * is thrown: an image never carries what it should not. Podman alone adds
 * `TERM=xterm` and `container=podman` to every image that it captures. Docker's
 * classic store finishes a capture that `signal` has broken off, and names it.
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
      // Podman's default is not to.
      pause: String(!still),
      ...(connection.podman && { changes: toChanges(config, true) }),
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
  const image = new Fields(answer).text('Id');
  await checkConfig(connection, reference, config);
  return image;
}
