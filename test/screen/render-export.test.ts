import { expect, it } from 'vitest';
import { renderExport } from '../../src/screen/render-export.ts';
import { exportFormats } from '../../src/share/export.ts';

it.each(exportFormats)('says how to use the file of %s', (format) => {
  const text = renderExport(
    { format, version: 1, files: [{ name: 'a', text: '' }], notes: [], written: ['/p/a b'] },
    'a b',
  );
  expect(text.split('\n')).toEqual(['Wrote /p/a b.', expect.stringMatching(/^(?:Open|Build|Start|Commit) .*\.$/)]);
  if (format === 'compose') expect(text).toContain("`docker compose --file 'a b' up --detach`");
});
