import type { CheckBuildResult } from '../../image/check-build.ts';
import { renderSection } from '../render-table.ts';
import { sanitizeLine } from '../sanitize.ts';
import { renderChange } from './render-change.ts';

const mostFiles = 50;

/** The verdict, the declarations that failed and why, then what the version contains without a declaration. */
export function renderCheckBuild({ version, identical, reproduced, failed, opaque }: CheckBuildResult): string {
  const files = opaque.files.slice(0, mostFiles).map(renderChange);
  const more = opaque.files.length - files.length;
  return [
    identical
      ? `devenv.yaml reproduces everything that it declares of version ${String(version)}: ${reproduced.join(', ')}.`
      : `devenv.yaml does not reproduce version ${String(version)}:`,
    ...failed.map(({ item, reason }) => `  ${item}: ${reason}`),
    ...renderSection(
      'Packages that it does not declare:',
      opaque.packages.map(({ provider, name, before = 'absent', after = 'absent', cause }) => {
        const why = cause === undefined ? '' : ` (${cause}; declare it to have it in a build)`;
        return `${provider} ${name}: ${before} in the version, ${after} in the build${why}`;
      }),
    ),
    ...renderSection('Files that it does not declare (+ only in the build, - only in the version):', [
      ...files,
      ...(more > 0 ? [`and ${String(more)} more (--json lists all)`] : []),
    ]),
  ]
    .map(sanitizeLine)
    .join('\n');
}
