import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { SizeNode } from '../../share/report/measure-image.ts';
import { formatSize } from '../format-size.ts';
import { markup, type Markup } from './markup.ts';

interface Tile {
  readonly name: string;
  readonly size: number;
  readonly parts: readonly Tile[];
}

/** Parts that are drawn by themselves, as a share of the image. */
const smallest = 0.004;

/** Widths of letters in this font, in its size, on average. */
const letter = 0.56;

/** A drawing of sizes as areas, `width` to `height`. It is hidden from screen readers: a table beside it says the same. */
export function renderTreemap(sizes: SizeNode, width: number, height: number, name: string): Markup {
  const root = hierarchy<Tile>(gather(sizes, sizes.size * smallest), ({ parts }) => [...parts])
    .sum(({ size, parts }) => (parts.length === 0 ? size : 0))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Tile>()
    .tile(treemapSquarify.ratio(1.3))
    .size([width, height])
    .round(true)
    .paddingInner(2)
    .paddingTop((node) => (node.depth === 1 ? 22 : 0))(root);
  const groups = laid.children ?? [];
  return markup`<svg class="treemap ${name}" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
    ${groups.map(
      (group, index) =>
        markup`<g class="cause c${index % 5}"
          >${(group.children === undefined ? [group] : group.leaves()).map((leaf) => {
            const isGroup = leaf === group;
            const box = { x: leaf.x0, y: leaf.y0, width: leaf.x1 - leaf.x0, height: leaf.y1 - leaf.y0 };
            return drawTile(leaf.data.name, leaf.value ?? 0, box, isGroup);
          })}${group.children !== undefined && drawHeading(group.data.name, group.value ?? 0, { x: group.x0, y: group.y0, width: group.x1 - group.x0 })}</g
        > `,
    )}
  </svg>`;
}

/** Joins the parts that are too small to see. */
function gather({ name, size, parts }: SizeNode, least: number): Tile {
  const shown = parts.filter((part) => part.size >= least);
  const rest = size - shown.reduce((sum, part) => sum + part.size, 0);
  if (shown.length === 0) return { name, size, parts: [] };
  const small = {
    name: parts.length > shown.length ? 'smaller ones' : 'other files',
    size: Math.max(rest, 0),
    parts: [],
  };
  return { name, size, parts: [...shown.map((part) => gather(part, least)), ...(rest > 0 ? [small] : [])] };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawTile(name: string, size: number, { x, y, width, height }: Box, strong: boolean): Markup {
  const lines = [cut(nameOf(name), width - 14, 13), ...(height >= 44 ? [cut(formatSize(size), width - 14, 12)] : [])];
  const text = height >= 24 && width >= 40;
  return markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3"
      ><title>${name}: ${formatSize(size)}</title></rect
    >${
      text &&
      lines.map(
        (line, index) =>
          markup`<text
            x="${x + 7}"
            y="${y + 17 + index * 16}"
            class="${index === 0 ? (strong ? 'strong' : 'name') : 'size'}"
            >${line}</text
          >`,
      )
    }`;
}

function drawHeading(name: string, size: number, { x, y, width }: Omit<Box, 'height'>): Markup {
  return markup`<text x="${x}" y="${y + 15}" class="heading">${cut(`${name} · ${formatSize(size)}`, width, 13)}</text>`;
}

/** The last part of a path. */
const nameOf = (name: string): string => (name.startsWith('/') ? name.slice(name.lastIndexOf('/') + 1) : name);

function cut(text: string, width: number, size: number): string {
  const room = Math.floor(width / (size * letter));
  return text.length <= room ? text : room < 3 ? '' : `${text.slice(0, room - 1)}…`;
}
