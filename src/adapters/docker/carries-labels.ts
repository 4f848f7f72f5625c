/** True where a thing has every label that is asked for, `name=value` or a name. Podman gives volumes and images that have one of them. */
export function carriesLabels(found: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const at = label.indexOf('=');
    return at === -1 ? Object.hasOwn(found, label) : found[label.slice(0, at)] === label.slice(at + 1);
  });
}
