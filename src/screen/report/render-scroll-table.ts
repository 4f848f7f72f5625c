import { markup, type Markup } from './markup.ts';

/** A table that scrolls by itself. `id`: of its rows, for a search. */
export function renderScrollTable(
  name: string,
  heading: readonly string[],
  rows: readonly (readonly Markup[])[],
  id = '',
): Markup {
  return markup`<div class="scroll${id !== '' && ' long'}" tabindex="0" role="region" aria-label="${name}: table"><table>
<thead><tr>${heading.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody${id !== '' && markup` id="${id}"`}>
${rows.map(
  (cells) =>
    markup`<tr>
      ${cells.map((cell, index) => (index === 0 ? markup`<th scope="row">${cell}</th>` : markup`<td>${cell}</td>`))}
    </tr> `,
)}</tbody></table></div>`;
}
