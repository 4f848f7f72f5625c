import { catalogue, type Code } from '../../src/errors/catalogue.ts';
import { exitStatuses } from '../../src/errors/exit-statuses.ts';
import { renderTable } from './render-table.ts';

/** The page of exit statuses and error codes. */
export function renderErrors(): string {
  const statuses = Object.entries(exitStatuses);
  const codes = Object.entries(catalogue) as [Code, (typeof catalogue)[Code]][];
  const sections = statuses.flatMap(([status, meaning]) => {
    const own = codes.filter(([, { exit }]) => exit === Number(status));
    if (own.length === 0) return [];
    const rows = own.map(([code, { title, hint }]) => [
      `\`${code}\``,
      title,
      hint === '' ? 'It depends on the case: see the message.' : hint,
    ]);
    return [`## Status ${status}: ${meaning}`, renderTable(['code', 'means', 'what to do'], rows)];
  });
  return [
    '# Errors and exit statuses',
    'Every error has a code that never changes. With `--json`, an error is one document on stdout with `code`, `message`, the exit status and hints. An error can come with a more precise hint than the one listed here.',
    '## Exit statuses',
    'Exit statuses are a contract: a script can rely on them. `devenv exec` and `devenv shell` exit with the status of the command that they run.',
    renderTable(
      ['status', 'means'],
      statuses.map(([status, meaning]) => [status, meaning]),
    ),
    ...sections,
  ].join('\n\n');
}
