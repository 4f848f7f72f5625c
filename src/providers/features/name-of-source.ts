/** The name of a source without tag and digest: how other Features and `feature_order` name it. */
export const nameOfSource = (source: string): string =>
  isRegistrySource(source) ? source.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^:/]*$/, '') : source;

/** The tag of a source in a registry, or its digest. */
export function tagOf(source: string): string {
  if (!isRegistrySource(source)) return '';
  return source.slice(nameOfSource(source).length).replace(/^[:@]/, '') || 'latest';
}

export const isLocalSource = (source: string): boolean => source.startsWith('./');

const isRegistrySource = (source: string): boolean => !isLocalSource(source) && !source.includes('://');
