import { formatCount } from '../../model/format-count.ts';
import type { SizeNode } from '../../share/report/measure-image.ts';
import type { TeamReport } from '../../share/report/team-report.ts';
import { formatSize } from '../format-size.ts';
import { markup, type Markup } from './markup.ts';
import { renderScrollTable } from './render-scroll-table.ts';
import { renderTreemap } from './render-treemap.ts';

/** A drawing of the sizes, and the same as a table. */
export function renderSizes(sizes: SizeNode): Markup {
  const rows = sizes.parts.flatMap((group) => [
    { group, node: group, share: group.size / Math.max(sizes.size, 1) },
    ...largest(group, 12).map((node) => ({ group, node, share: node.size / Math.max(sizes.size, 1) })),
  ]);
  return markup`<figure aria-label="What takes the space, by cause">
      ${renderTreemap(sizes, 1040, 460, 'wide')} ${renderTreemap(sizes, 380, 560, 'narrow')}
    </figure>
    <p class="meta">Debian packages count with the size that they declare: together, the parts can be larger than the image.</p>
    <details>
      <summary>Sizes as a table</summary>
      ${renderScrollTable(
        'Sizes',
        ['Part', 'Size', 'Share'],
        rows.map(({ group, node, share }) => [
          node === group ? markup`<strong>${node.name}</strong>` : markup`<span class="indent">${node.name}</span>`,
          markup`${formatSize(node.size)}`,
          markup`${(share * 100).toFixed(1)} %`,
        ]),
      )}
    </details>`;
}

const largest = ({ parts }: SizeNode, most: number): readonly SizeNode[] =>
  parts.toSorted((a, b) => b.size - a.size).slice(0, most);

const ecosystems: Readonly<Record<string, string>> = {
  ...{ deb: 'Debian', npm: 'npm', pypi: 'Python', gem: 'Ruby', golang: 'Go', cargo: 'Rust', composer: 'PHP' },
  generic: 'tool',
};

/** All packages, with a search. */
export function renderPackages(packages: NonNullable<TeamReport['content']>['packages']): Markup {
  return markup`<div class="tools">
      <label for="find-package">Search packages</label
      ><input id="find-package" type="search" autocomplete="off" spellcheck="false" data-rows="package-rows" />
      <p role="status" class="count" id="package-rows-count">${formatCount(packages.length, 'package')}</p>
    </div>
    ${renderScrollTable(
      'Packages',
      ['Name', 'Version', 'From'],
      packages.map(({ type, name, version = '', architecture }) => [
        markup`${name}${architecture !== undefined && `:${architecture}`}`,
        markup`<code>${version}</code>`,
        markup`${ecosystems[type] ?? type}`,
      ]),
      'package-rows',
    )}`;
}
