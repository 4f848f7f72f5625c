import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ContainerDetails } from '../../../model/container.ts';
import type { CaptureResult, CaptureRequest, Quiet } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';

/** The engine's commit. Empties labels that only the container has: they hold folders of this machine. */
export async function captureWhole(
  engine: Pick<Engine, 'images' | 'builder'>,
  details: ContainerDetails,
  request: CaptureRequest,
  { frozen = false }: Quiet = {},
): Promise<CaptureResult> {
  if (request.apart === true) {
    throw new DevenvError('ENGINE_REFUSED', 'This engine cannot tell your personal files from other changes.', {
      state: 'Nothing was captured; the workspace is as it was.',
    });
  }
  const { config } = request.parent;
  const emptied = Object.fromEntries(Object.keys(details.labels).map((name) => [name, '']));
  const labels = { ...emptied, ...config.labels, ...(await request.label?.()) };
  await engine.builder.commit(request.container, request.reference, { ...config, labels }, { still: frozen });
  const [below, image] = await Promise.all([
    engine.images.inspect(details.image),
    engine.images.inspect(request.reference),
  ]);
  if (image === undefined || below?.diffIds.some((id, index) => image.diffIds[index] !== id) === true) {
    throw new DevenvError('CONTENT_MISMATCH', 'The captured image does not extend the version it was made from.', {
      state: 'Nothing was recorded; the workspace is as it was.',
    });
  }
  const onParent = request.parent.diffIds.every((id, index) => image.diffIds[index] === id);
  return { image, method: 'engine', onParent, leftOut: [] };
}
