/**
 * The newest release that a request names, if any. Releases only: a version
 * with a `-` is never chosen. `lts` is a line of Node.js: even majors, and
 * from 27 on all of them, enter it at the end of October of the year 2000 +
 * major; the registry does not say so, the release schedule does.
 */
export function chooseVersion(versions: readonly string[], request: string, now: Date): string | undefined {
  const releases = versions.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(byPrecedence);
  if (request === 'latest') return releases.at(-1);
  if (request === 'lts') {
    return releases.findLast((version) => isLongTerm(Number(version.split('.')[0]), now));
  }
  return releases.findLast((version) => version === request || version.startsWith(`${request}.`));
}

function isLongTerm(major: number, now: Date): boolean {
  const planned = major % 2 === 0 || major >= 27;
  return planned && Date.UTC(2000 + major, 9, 28) <= now.getTime();
}

function byPrecedence(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  const index = left.findIndex((part, at) => part !== right[at]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
