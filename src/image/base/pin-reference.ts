/** What the engine calls an image of exactly that content. */
export const pinReference = (reference: string, digest: string): string => `${repositoryOf(reference)}@${digest}`;

/** Without tag and digest. A colon before the last slash is a port. */
export const repositoryOf = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
