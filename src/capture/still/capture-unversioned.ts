import type { CaptureResult, CaptureRequest } from '../../ports/capture.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';

interface UnversionedRequest extends Pick<CaptureRequest, 'container' | 'parent' | 'reference' | 'leaveOut' | 'still'> {
  /** Engine time when `parent` was captured from the container; absent if the container was made from it. */
  readonly since: string | undefined;
  /** Labels of the image. */
  readonly own: Readonly<Record<string, string>>;
}

/** Seconds since the epoch; later than any file. */
const anyTime = 253_402_300_799;

/**
 * Captures the changes of a container against a version as an image that is no
 * version itself and keeps all file times. Absent if there are no changes.
 */
export async function captureUnversioned(
  { capture }: Pick<Context, 'capture'>,
  { parent, since, own, ...request }: UnversionedRequest,
): Promise<CaptureResult | undefined> {
  return (await capture()).capture({
    ...request,
    parent,
    label: () => Promise.resolve({ [labels.record]: '', [labels.step]: '', ...own }),
    ...(since !== undefined && { since }),
    latest: anyTime,
  });
}
