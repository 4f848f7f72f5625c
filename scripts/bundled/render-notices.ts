import type { BundledPackage } from './list-bundled.ts';

/** The text of THIRD-PARTY-NOTICES: each package with its licence. */
export function renderNotices(packages: readonly BundledPackage[]): string {
  const introduction = `The program of this package contains code of the packages below. Their licences require these notices.\n`;
  const sections = packages.map(({ name, version, license, licenseText }) => {
    const title = `${name} ${version} (${license})`;
    return `${title}\n${'-'.repeat(title.length)}\n\n${licenseText}\n`;
  });
  return [introduction, ...sections].join('\n');
}
