import type { Context } from '../ports/context.ts';
import type { Transfer, TransferOptions } from '../ports/images.ts';
import type { ProgressTask } from '../ports/progress.ts';

/** How an image is transferred: with the login for its registry, until Ctrl-C, and with its progress shown as `task`. */
export async function transferOptions(
  { registry, signal }: Pick<Context, 'registry' | 'signal'>,
  reference: string,
  task?: ProgressTask,
): Promise<TransferOptions> {
  const auth = await (await registry()).findAuth(reference);
  return {
    ...(auth !== undefined && { auth }),
    signal,
    ...(task !== undefined && { onProgress: showTransfers(task) }),
  };
}

/** Adds up the layers. What follows their transfer, such as unpacking, is shown in words. */
export function showTransfers(task: ProgressTask): (progress: Transfer) => void {
  const layers = new Map<string, { readonly done: number; readonly total: number }>();
  return ({ layer, status, done, total }) => {
    const isTransfer = /^(?:Downloading|Pushing)/i.test(status);
    if (isTransfer && total > 0) layers.set(layer, { done: Math.min(done, total), total });
    else if (/^(?:Download complete|Verifying|Pull complete|Pushed|Extracting)/i.test(status)) {
      const known = layers.get(layer);
      if (known !== undefined) layers.set(layer, { ...known, done: known.total });
    }
    const all = [...layers.values()];
    const sum = (key: 'done' | 'total'): number => all.reduce((bytes, one) => bytes + one[key], 0);
    if (all.some((one) => one.done < one.total)) task.transfer(sum('done'), sum('total'));
    else task.update(`${layer} ${status}`);
  };
}
