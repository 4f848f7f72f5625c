import { sanitizeLine } from '../sanitize.ts';

interface DestroyView {
  readonly removed: number;
  readonly services: readonly string[];
  readonly volumes: { readonly removed: readonly string[]; readonly kept: readonly string[] };
}

/** What is gone, and what is still there. */
export function renderDestroy({ removed, services, volumes }: DestroyView): string {
  const gone = [
    ...(removed > 0 ? ['the workspace'] : []),
    ...(services.length > 0 ? [`its services ${services.join(', ')}`] : []),
    ...(volumes.removed.length > 0 ? [`the data in ${volumes.removed.join(', ')}`] : []),
  ];
  const kept =
    volumes.kept.length === 0
      ? ''
      : ` The data in ${volumes.kept.join(', ')} stays; \`devenv destroy --volumes\` removes it.`;
  if (gone.length === 0) return sanitizeLine(`There was no workspace.${kept}`);
  return sanitizeLine(`Gone: ${gone.join(', ')}. \`devenv up\` makes it anew.${kept}`);
}
