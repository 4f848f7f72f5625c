import { expect, it } from 'vitest';
import { renderDestroy } from '../../../src/screen/render/render-destroy.ts';

it.each([
  [1, [], ['data'], [], 'Removed workspace and volume data.'],
  [
    1,
    ['db', 'web'],
    [],
    ['pg'],
    'Removed workspace and services (db, web).\nKept volume pg: `devenv destroy --volumes` removes it.',
  ],
  [1, ['db'], ['a', 'b'], [], 'Removed workspace, service db and volumes (a, b).'],
  [0, [], [], [], 'There is no workspace to remove.'],
])('says what was removed and what is kept', (removed, services, gone, kept, text) => {
  expect(renderDestroy({ removed, services, volumes: { removed: gone, kept } })).toBe(text);
});
