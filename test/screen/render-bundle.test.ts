import { describe, expect, it } from 'vitest';
import { renderBundle, renderBundleExport, renderBundleImport } from '../../src/screen/render-bundle.ts';

const exported = { file: '/disk/my shop.tar', size: 1e6, version: 3, services: ['db'], built: [], data: false };
const imported = { versions: [3], services: [], data: false, here: [], written: [] };

describe('what is said of a bundle', () => {
  it('leads to a clone or an empty folder after an export', () => {
    expect(renderBundleExport(exported)).toBe(
      `Wrote version 3, with service db, to /disk/my shop.tar (1.0 MB).
On the other machine, in a clone of the project: \`devenv up --bundle 'my shop.tar'\`.
In an empty folder: \`devenv bundle import 'my shop.tar' --project-files\`, then \`devenv up\`.`,
    );
    expect(renderBundleExport({ ...exported, services: [], above: 1, file: '/disk/new.tar' })).toBe(
      `Wrote what version 3 has above version 1 to /disk/new.tar (1.0 MB).
A machine needs version 1 before it can import the file.
On the other machine, in a clone of the project: \`devenv up --bundle new.tar\`.`,
    );
  });

  it('says what an import needs next', () => {
    const last = (more: object): string | undefined =>
      renderBundleImport({ ...imported, ...more })
        .split('\n')
        .at(-1);
    expect(last({})).toBe('Run `devenv up` to move the workspace to the current version.');
    expect(last({ written: ['/shop/devenv.yaml'] })).toBe('Run `devenv up` to create the workspace.');
    expect(last({ written: ['/shop/devenv.yaml'], incomplete: 'The file a is missing.' })).toBe(
      'A bundle does not hold such files: copy them from the project, then run `devenv up`.',
    );
  });

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
});
