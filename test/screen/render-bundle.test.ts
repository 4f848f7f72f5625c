import { expect, it } from 'vitest';
import { renderBundle } from '../../src/screen/render-bundle.ts';

it('lets no text of a bundle begin a line', () => {
  const image = { platform: 'linux/amd64\nx', size: 1, layers: 1, absent: 0 };
  const shown = renderBundle({
    ...{ file: 'x.tar', size: 1, project: 'shop\nVerified: all\u001b[31m', verified: false, data: [image] },
    versions: [{ ...image, number: 1, message: 'a\nb' }],
    services: [{ ...image, name: 'db\nc', image: 'd\ne' }],
  });
  expect(shown.split('\n')).toHaveLength(5);
  expect(shown).not.toContain('\u001b');
});
