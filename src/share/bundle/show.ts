import { refuseBundle } from '../../image/bundle/bundle-format.ts';
import { verifyLayers } from '../../image/bundle/verify-layers.ts';
import { withBundle } from '../../image/bundle/with-bundle.ts';
import { parseLock } from '../../lock/parse-lock.ts';
import { findVersion } from '../../lock/version-items.ts';
import type { BundleImage } from '../../model/bundle.ts';
import type { Digest, Lock } from '../../model/version.ts';
import type { Context } from '../../ports/context.ts';

interface ShownImage {
  /** `linux/amd64` */
  readonly platform: string;
  /** Bytes in the file. */
  readonly size: number;
  readonly layers: number;
  /** Layers that the file leaves out, because the version above which it is has them. */
  readonly absent: number;
  /** Of its manifest. */
  readonly digest: Digest;
}

export interface ShownBundle {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly project: string;
  /** The version that a machine has to have before it can import the bundle. */
  readonly above?: number;
  readonly versions: readonly (ShownImage & {
    readonly number: number;
    readonly message: string;
    readonly author: string;
    readonly date: string;
  })[];
  readonly services: readonly (ShownImage & { readonly name: string; readonly image: string; readonly pin?: Digest })[];
  readonly data: readonly (ShownImage & { readonly pin: Digest })[];
  /** Every layer was read and has its digest. */
  readonly verified: boolean;
}

/** What a bundle holds. `verify`: read its layers, too. Throws FILE_UNREADABLE, BUNDLE_INVALID. */
export async function showBundle(
  context: Pick<Context, 'folder' | 'largeFiles' | 'progress'>,
  file: string,
  verify: boolean,
): Promise<ShownBundle> {
  return withBundle(context, file, async (bundle) => {
    if (verify) await verifyLayers(context.progress, bundle, bundle.images);
    const lock = readLock(file, bundle.lockText);
    const { project, above, images } = bundle;
    return {
      ...{ file, size: bundle.file.size, project, verified: verify },
      ...(above !== undefined && { above }),
      versions: images.flatMap((image) => {
        if (image.role.kind !== 'version') return [];
        const { number } = image.role;
        const { message = '', author = '', date = '' } = findVersion(lock, number) ?? {};
        return [{ number, message, author, date, ...describe(image) }];
      }),
      services: images.flatMap((image) => {
        if (image.role.kind !== 'service') return [];
        const { name, image: source, pin } = image.role;
        return [{ name, image: source, ...(pin !== undefined && { pin }), ...describe(image) }];
      }),
      data: images.flatMap((image) =>
        image.role.kind === 'seed' ? [{ pin: image.role.pin, ...describe(image) }] : [],
      ),
    };
  });
}

const describe = ({ image, layers, manifest }: BundleImage): ShownImage => ({
  platform: `${image.os}/${image.architecture}`,
  size: image.size,
  layers: layers.length,
  absent: layers.filter(({ here }) => !here).length,
  digest: manifest,
});

function readLock(file: string, text: string): Lock {
  try {
    return parseLock(text, 'devenv-lock.yaml of the bundle');
  } catch (error) {
    throw refuseBundle(file, `its devenv-lock.yaml is not valid: ${error instanceof Error ? error.message : ''}`);
  }
}
