/** Keys of the user's own, `x-…`, mean nothing to us. */
export const withoutExtensions = <T>(map: Readonly<Record<string, T>> | undefined): Record<string, T> =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !key.startsWith('x-')));
