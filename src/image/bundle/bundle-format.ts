import { createHash } from 'node:crypto';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Digest } from '../../model/version.ts';

/** The number of the format, in `dev.teamvm.bundle` of the index. */
export const bundleFormat = '1';

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  tar: 'application/vnd.oci.image.layer.v1.tar',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Annotations of the index and of the manifests in it. */
export const annotations = {
  format: 'dev.teamvm.bundle',
  project: 'dev.teamvm.project',
  above: 'dev.teamvm.above',
  lock: 'dev.teamvm.lock',
  environment: 'dev.teamvm.environment',
  version: 'dev.teamvm.version',
  service: 'dev.teamvm.service',
  image: 'dev.teamvm.image',
  seed: 'dev.teamvm.seed',
  pin: 'dev.teamvm.pin',
  name: 'org.opencontainers.image.ref.name',
  /** As Docker's containerd store wants it: with the registry. */
  wholeName: 'io.containerd.image.name',
};

export const blobPath = (digest: Digest): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;

export const layoutText = '{"imageLayoutVersion":"1.0.0"}';

export const digestOfBytes = (bytes: Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The number of a version in an annotation; undefined if it is none. */
export const parseNumber = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;

/** Bytes of a document in a bundle. */
export const documentLimit = 4 * 1024 ** 2;

/** The error for a bundle that is not read further. `why` completes "it is refused: …". */
export const refuseBundle = (file: string, why: string, hint?: string): DevenvError =>
  new DevenvError('BUNDLE_INVALID', `The bundle ${file} is refused: ${why}.`, {
    state: 'Nothing of it was loaded.',
    data: { file },
    ...(hint !== undefined && { hint }),
  });
