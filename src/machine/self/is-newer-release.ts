/** True if a release, a version of three numbers, is newer than another one. */
export function isNewerRelease(version: string, than: string): boolean {
  const [left = [], right = []] = [version, than].map((one) => one.split(/[.-]/).map(Number));
  const at = [0, 1, 2].find((index) => left[index] !== right[index]);
  return at !== undefined && (left[at] ?? 0) > (right[at] ?? 0);
}
