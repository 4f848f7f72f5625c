import type { Images } from '../../../ports/images.ts';
import type { Connection } from '../connection/connection.ts';
import * as images from './images.ts';

/** The images behind one connection. What a warm start does not need is imported at the first call. */
export const dockerImages = (connection: Connection): Images => ({
  inspect: (reference) => images.inspectImage(connection, reference),
  list: (labels) => images.listImages(connection, labels),
  tag: (source, target) => images.tagImage(connection, source, target),
  remove: (reference) => images.removeImage(connection, reference),
  label: async (...asked) => (await import('./label-image.ts')).labelImage(connection, ...asked),
  pull: async (...asked) => (await import('./transfer-image.ts')).pullImage(connection, ...asked),
  push: async (...asked) => (await import('./transfer-image.ts')).pushImage(connection, ...asked),
  resolveDigest: async (...asked) => (await import('./resolve-digest.ts')).resolveDigest(connection, ...asked),
  import: async (...asked) => (await import('./import-image.ts')).importImage(connection, ...asked),
});
