/** One line about what `devenv self update` found or did. */
export function renderUpdate({
  current,
  available,
  updated,
}: {
  readonly current: string;
  readonly available: string;
  readonly updated: boolean;
}): string {
  if (updated) return `Updated devenv from ${current} to ${available}.`;
  return current === available
    ? `Version ${current} of devenv is installed already.`
    : `Version ${current} of devenv is installed, and the registry has ${available}. Update with \`devenv self update\`.`;
}
