import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { readPages, root } from './read-pages.ts';

const pages = readPages();
const anchors = new Map(pages.map(({ path, prose }) => [path, listAnchors(prose)]));

/** The anchors that GitHub gives to the headings of a page. */
function listAnchors(prose: string): ReadonlySet<string> {
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(headings);
}

it.each(pages.map((page) => [page.path, page] as const))('%s links to what exists', (path, { prose }) => {
  const broken: string[] = [];
  for (const [, target = ''] of prose.matchAll(/\]\(([^)]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const place = file === '' ? path : relative(root, join(root, dirname(path), file));
    const known = anchor === undefined || anchors.get(place)?.has(anchor) === true;
    if (!existsSync(join(root, place)) || !known) broken.push(target);
  }
  expect(broken).toEqual([]);
});

it('every page can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    const { prose = '' } = pages.find((page) => page.path === path) ?? {};
    for (const [, target = ''] of prose.matchAll(/\]\(([^)#]+)/g)) {
      const place = relative(root, join(root, dirname(path), target));
      if (pages.some((page) => page.path === place)) reached.add(place);
    }
  }
  expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});
