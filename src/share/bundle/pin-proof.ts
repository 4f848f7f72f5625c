import { repositoryOf } from '../../image/base/pin-reference.ts';
import { digestOfBytes } from '../../image/bundle/bundle-format.ts';
import { checkPin, findPlatform } from '../../image/bundle/check-pin.ts';
import { readConfig } from '../../image/bundle/read-config.ts';
import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import { asMap, parseJson } from '../../model/json.ts';
import type { Digest } from '../../model/version.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';

/** The registry's documents that lead from a digest in the lock to the config of its image. */
export async function fetchProof(
  context: Context,
  engine: Engine,
  name: string,
  pin: Digest,
): Promise<readonly Uint8Array[]> {
  const read = async (digest: Digest): Promise<Uint8Array> => {
    const reference = `${repositoryOf(name)}@${digest}`;
    const { auth } = await transferOptions(context, reference);
    const bytes = await engine.images.readManifest(reference, auth).catch((error: unknown) => {
      if (!hasCode(error, 'REGISTRY_UNREACHABLE', 'REGISTRY_DENIED', 'PROXY_DENIED')) throw error;
      throw new DevenvError(error.code, `${error.message} A bundle needs its manifest of ${reference}.`, {
        hint: 'Export where the registry answers, or leave the images of services out: --no-services.',
        cause: error,
      });
    });
    if (bytes !== undefined) return bytes;
    throw new DevenvError('IMAGE_NOT_FOUND', `The registry no longer has ${reference}, which devenv-lock.yaml names.`, {
      hint: 'Use another version of the image with `devenv build --update`, or leave services out: --no-services.',
    });
  };
  const first = await read(pin);
  const { architecture } = await engine.describe();
  const next = findPlatform(asMap(parseJson(Buffer.from(first).toString())), { os: 'linux', architecture });
  return next === undefined ? [first] : [first, await read(next)];
}

/** Throws CONTENT_MISMATCH if the documents of a registry do not lead from `pin` to this config. `name`: for people. */
export async function checkProof(
  pin: Digest,
  proof: readonly Uint8Array[],
  name: string,
  digest: Digest,
  config: Uint8Array,
): Promise<void> {
  const documents = new Map(
    proof.map((bytes) => [digestOfBytes(bytes), asMap(parseJson(Buffer.from(bytes).toString()))]),
  );
  const image = readConfig(digest, parseJson(Buffer.from(config).toString()));
  const refuse = (): Error =>
    new DevenvError('CONTENT_MISMATCH', `The engine has another image of ${name} than devenv-lock.yaml names.`, {
      hint: 'Remove it with `docker rmi`, run `devenv up`, and export again. Or leave services out: --no-services.',
    });
  if (image === undefined) throw refuse();
  await checkPin(pin, digest, image, async (one) => documents.get(one) ?? {}, refuse);
}
