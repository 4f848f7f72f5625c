/** Where a step's image lies on an engine. A name and not only a label: nameless images are what `docker image prune` takes. */
export function stepReference(key: string): string {
  return `devenv-step:${key}`;
}
