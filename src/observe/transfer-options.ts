import type { Context } from '../ports/context.ts';
import type { TransferOptions } from '../ports/images.ts';
import type { Task } from '../ports/progress.ts';

/** How an image is transferred: with the login for its registry, until Ctrl-C, and with its progress shown as `task`. */
export async function transferOptions(
  { registry, signal }: Pick<Context, 'registry' | 'signal'>,
  reference: string,
  task?: Task,
): Promise<TransferOptions> {
  const auth = await (await registry()).findAuth(reference);
  return {
    ...(auth !== undefined && { auth }),
    signal,
    ...(task !== undefined && { onProgress: ({ layer, status }) => task.update(`${layer} ${status}`) }),
  };
}
