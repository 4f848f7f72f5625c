import { renderChange } from './render-change.ts';
import { sanitizeLine } from '../sanitize.ts';

interface CheckView {
  readonly version: number;
  readonly identical: boolean;
  readonly reproduced: readonly string[];
  readonly failed: readonly { readonly item: string; readonly reason: string }[];
  readonly opaque: {
    readonly packages: readonly {
      readonly provider: string;
      readonly name: string;
      readonly before?: string;
      readonly after?: string;
    }[];
    readonly files: readonly {
      readonly path: string;
      readonly kind: 'added' | 'removed' | 'changed';
      readonly what: readonly string[];
    }[];
  };
}

const shown = 50;

/** The verdict, what failed and why, then what the version has beyond devenv.yaml. */
export function renderCheckBuild({ version, identical, reproduced, failed, opaque }: CheckView): string {
  const verdict = identical
    ? `devenv.yaml reproduces all that it declares of version ${String(version)}: ${reproduced.join(', ')}.`
    : `devenv.yaml does not reproduce version ${String(version)}:`;
  const packages = opaque.packages.map(
    ({ provider, name, before, after }) =>
      `  ${provider} ${name}: ${before ?? 'absent'} in the version, ${after ?? 'absent'} in the build`,
  );
  const files = opaque.files.slice(0, shown).map((change) => `  ${renderChange(change)}`);
  const more = opaque.files.length - files.length;
  return [
    verdict,
    ...failed.map(({ item, reason }) => `  ${item}: ${reason}`),
    ...(packages.length === 0 ? [] : ['Packages that it does not declare:', ...packages]),
    ...(files.length === 0
      ? []
      : ['Files that nothing declares (+ in the build only, - in the version only):', ...files]),
    ...(more > 0 ? [`  and ${String(more)} more (--json lists all)`] : []),
  ]
    .map(sanitizeLine)
    .join('\n');
}
