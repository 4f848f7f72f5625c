import { DevenvError } from '../../../errors/devenv-error.ts';

/** ENGINE_REFUSED: what the engine keeps cannot be read beside it. `what`: in the plural. */
export const unreadable = (what: string): DevenvError =>
  new DevenvError(
    'ENGINE_REFUSED',
    `The ${what} cannot be read: this engine keeps its files on a storage other than overlay.`,
    {
      hint: 'Set the engine to overlay2 (Docker), or to overlay without a mount program such as fuse-overlayfs (Podman).',
    },
  );
