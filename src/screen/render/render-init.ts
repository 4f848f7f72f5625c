import type { InitResult, listTemplates } from '../../share/init.ts';
import { renderTable } from '../render-table.ts';
import { sanitizeLine } from '../sanitize.ts';

/** What `devenv init` wrote, what it left out, and what comes next. */
export function renderInit({ written, refused, changed, there }: InitResult): string {
  const left = refused.map(({ entry, reason }) => `  ${entry.path.join('.')} (${entry.from}): ${reason}`);
  return [
    written ? 'Created devenv.yaml. Review it, then run `devenv up`.' : 'Nothing was written.',
    ...there.map((file) => `Kept your own ${file}; the template has another one.`),
    ...(left.length === 0 ? [] : ['Left out, because devenv cannot use it:', ...left]),
    ...(written && changed.includes('.gitattributes')
      ? [
          'Git can merge devenv-lock.yaml by itself. Everyone enables that once:',
          '  git config --global merge.devenv.driver "devenv resolve --driver %O %A %B"',
        ]
      : []),
  ]
    .map(sanitizeLine)
    .join('\n');
}

export const renderTemplates = (templates: Awaited<ReturnType<typeof listTemplates>>): string =>
  renderTable(
    ['TEMPLATE', 'SUMMARY'],
    templates.map(({ name, summary }) => [name, summary]),
  );
