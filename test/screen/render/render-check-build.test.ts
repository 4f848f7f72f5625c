import { expect, it } from 'vitest';
import { renderCheckBuild } from '../../../src/screen/render/render-check-build.ts';

it('explains why a build lacks a package', () => {
  const packages = [
    { provider: 'apt', name: 'libgpm2', before: '1.20.7', cause: 'recommended by libncursesw6' },
    { provider: 'apt', name: 'tiny', before: '1.2' },
  ];
  const text = renderCheckBuild({
    ...{ version: 2, identical: true, reproduced: ['apt:htop'], failed: [], opaque: { packages, files: [] } },
  });
  expect(text).toContain(
    'libgpm2: 1.20.7 in the version, absent in the build (recommended by libncursesw6; declare it to have it in a build)',
  );
  expect(text).toMatch(/tiny: 1\.2 in the version, absent in the build$/m);
});
