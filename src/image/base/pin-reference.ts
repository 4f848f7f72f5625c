/** The name of an image by its digest. */
export const pinReference = (reference: string, digest: string): string => `${repositoryOf(reference)}@${digest}`;

/** A reference without tag and digest. A colon before the last slash is a port. */
export const repositoryOf = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
