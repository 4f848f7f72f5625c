import { DevenvError } from '../../../errors/devenv-error.ts';

/** ENGINE_REFUSED in plain words for what an engine says when it has no graphics processors to give; undefined for anything else. */
export function explainNoGpu(error: unknown): DevenvError | undefined {
  if (!(error instanceof DevenvError) || error.code !== 'ENGINE_REFUSED') return undefined;
  if (!/could not select device driver|nvidia\.com\/gpu|nvidia-container-cli/.test(error.message)) return undefined;
  return new DevenvError('ENGINE_REFUSED', 'The engine has no graphics processors to give to a container.', {
    hint: "Install NVIDIA's container toolkit on the engine's machine, or remove `gpus` from devenv.yaml.",
    cause: error,
  });
}
