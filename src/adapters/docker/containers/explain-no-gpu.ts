import { DevenvError } from '../../../errors/devenv-error.ts';

/** A clear ENGINE_REFUSED if the engine has no graphics processors; undefined for other errors. */
export function explainNoGpu(error: unknown): DevenvError | undefined {
  if (!(error instanceof DevenvError) || error.code !== 'ENGINE_REFUSED') return undefined;
  if (!/could not select device driver|nvidia\.com\/gpu|nvidia-container-cli/.test(error.message)) return undefined;
  return new DevenvError('ENGINE_REFUSED', 'The engine has no graphics processors for containers.', {
    hint: "Install NVIDIA's container toolkit on the engine's machine, or remove `gpus` from devenv.yaml.",
    cause: error,
  });
}
