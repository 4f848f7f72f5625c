/** An installed Python package, by the folder that describes it. */
export interface PythonPackage {
  /** As PyPI writes it: lower case, with dashes. */
  readonly name: string;
  readonly version: string;
  /** The site-packages folder. */
  readonly place: string;
  readonly infoFolder: string;
}

const info =
  /^(?<place>\/.*\/(?:site|dist)-packages)\/(?<name>[^/-]+(?:-[^/\d][^/-]*)*)-(?<version>\d[^/-]*)\.(?:dist|egg)-info(?=\/|$)/;

/** The package whose `.dist-info` folder a path is, or lies in. */
export function findPythonPackage(path: string): PythonPackage | undefined {
  const match = info.exec(path);
  const { place, name, version } = match?.groups ?? {};
  if (match === null || place === undefined || name === undefined || version === undefined) return undefined;
  return { name: name.toLowerCase().replace(/[-_.]+/g, '-'), version, place, infoFolder: match[0] };
}

/** True for a path in a folder of installed packages. */
export const isAmongPackages = (path: string): boolean => /\/(?:site|dist)-packages\//.test(path);

export const recordOf = ({ infoFolder }: PythonPackage): string => `${infoFolder}/RECORD`;

/** The paths that a RECORD lists: relative to site-packages, or absolute. */
export function parseRecord(text: string, place: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const path = line.startsWith('"') ? /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') : line.split(',')[0];
    return path === undefined || path === '' ? [] : [resolvePath(place, path)];
  });
}

/** A path as seen from a folder, `.` and `..` resolved. */
export function resolvePath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
