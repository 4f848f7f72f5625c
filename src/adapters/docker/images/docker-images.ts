import type { Images } from '../../../ports/images.ts';
import type { Connection } from '../connection/connection.ts';
import * as images from './images.ts';
import type { RegistryAccess } from './registry-access.ts';

/** The images behind one connection. What a warm start does not need is imported at the first call. */
export function dockerImages(connection: Connection): Images {
  let loaded: Promise<RegistryAccess> | undefined;
  const access = (): Promise<RegistryAccess> =>
    (loaded ??= import('./registry-access.ts').then((found) => new found.RegistryAccess(connection)));
  return {
    inspect: (reference) => images.inspectImage(connection, reference),
    list: (labels) => images.listImages(connection, labels),
    tag: (source, target) => images.tagImage(connection, source, target),
    remove: (reference) => images.removeImage(connection, reference),
    label: async (...asked) => (await import('./label-image.ts')).labelImage(connection, ...asked),
    pull: async (reference, { auth: login, ...options }) => {
      const { pullImage } = await import('./transfer-image.ts');
      const scope = { actions: 'pull', signal: options.signal } as const;
      await (await access()).use(reference, login, scope, (auth) => pullImage(connection, reference, auth, options));
    },
    push: async (reference, { auth: login, ...options }) => {
      const { pushImage } = await import('./transfer-image.ts');
      const scope = { actions: 'pull,push', signal: options.signal } as const;
      return (await access()).use(reference, login, scope, (auth) => pushImage(connection, reference, auth, options));
    },
    resolveDigest: async (reference, login) => (await access()).resolveDigest(reference, login),
    readManifest: async (reference, login) => (await access()).readManifest(reference, login),
    listTags: async (repository, most, login) => (await access()).listTags(repository, login, most),
    deleteManifest: async (repository, digest, login) => (await access()).deleteManifest(repository, digest, login),
    async *save(...asked) {
      yield* (await import('./archive-images.ts')).saveImages(connection, ...asked);
    },
    load: async (...asked) => (await import('./archive-images.ts')).loadImages(connection, ...asked),
    import: async (...asked) => (await import('./import-image.ts')).importImage(connection, ...asked),
  };
}
