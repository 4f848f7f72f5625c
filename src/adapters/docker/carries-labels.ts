/** True if all wanted labels (`name=value`, or a name) are there. Podman lists what has one of them. */
export function carriesLabels(found: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const at = label.indexOf('=');
    return at === -1 ? Object.hasOwn(found, label) : found[label.slice(0, at)] === label.slice(at + 1);
  });
}
