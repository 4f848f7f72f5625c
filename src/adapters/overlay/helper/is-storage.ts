/**
 * True for a folder in which engines keep a layer, or what a container wrote.
 * Such a path may be the word of a program in a container: any other folder of
 * the host is not believed.
 */
export const isStorage = (path: string): boolean => kept.test(path) && !/(^|\/)\.\.?(\/|$)/.test(path);

const kept =
  /^\/(.+\/)?(overlay2?\/[0-9a-z-]+\/diff|overlay2?\/l\/[0-9A-Z]+|overlay-containers\/[0-9a-z-]+\/diff|snapshots\/\d+\/fs)$/;
