import type { Captured, CaptureRequest } from '../../ports/capture.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';

export interface UnversionedRequest extends Pick<
  CaptureRequest,
  'container' | 'parent' | 'reference' | 'leaveOut' | 'still'
> {
  /** Engine time of the last capture from the container that `parent` is. */
  readonly since: string | undefined;
  /** Labels that say what the image is. */
  readonly own: Readonly<Record<string, string>>;
}

/** Later than any file; in seconds since the epoch. */
const anyTime = 253_402_300_799;

/**
 * Captures what a container has beyond a version, as an image that is no
 * version itself: what searches for those does not find it, and every time of
 * a file is kept. Absent where there is nothing.
 */
export async function captureUnversioned(
  { capture }: Pick<Context, 'capture'>,
  { parent, since, own, ...request }: UnversionedRequest,
): Promise<Captured | undefined> {
  return (await capture()).capture({
    ...request,
    parent,
    label: () => Promise.resolve({ [labels.record]: '', [labels.step]: '', ...own }),
    ...(since !== undefined && { since }),
    latest: anyTime,
  });
}
