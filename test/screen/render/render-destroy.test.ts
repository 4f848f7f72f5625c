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

it('names the workspaces of the project if there is none of that name', () => {
  const result = { removed: 0, services: [], volumes: { removed: [], kept: [] }, others: ['main', 'try'] };
  expect(renderDestroy(result)).toBe(
    'There is no workspace to remove. Choose one with --name: this project has main and try.',
  );
});
