interface Style {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

interface Run extends Style {
  readonly text: string;
  /** The column of its first character. */
  readonly column: number;
}

const size = { font: 14, width: 8.4, line: 20, margin: 16, bar: 30 };
const background = '#0d1117';
const foreground = '#e6edf3';

/** The 16 colours of a terminal, in the order of their numbers. */
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];

/** Draws lines of a terminal as SVG. Lines may hold SGR sequences: colours, bold and dim are drawn. */
export function renderTerminal(lines: readonly string[], columns: number): string {
  const width = Math.ceil(columns * size.width + 2 * size.margin);
  const height = size.bar + lines.length * size.line + size.margin;
  const texts: string[] = [];
  let style: Style = {};
  for (const [row, line] of lines.entries()) {
    const { runs, last } = splitRuns(line, style);
    style = last;
    texts.push(...runs.filter(({ text }) => text.trim() !== '').map((run) => drawRun(run, row)));
  }
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (color, index) => `<circle cx="${String(20 + index * 20)}" cy="16" r="6" fill="${color}"/>`,
  );
  const view = `0 0 ${String(width)} ${String(height)}`;
  const font = `font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${String(size.font)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${String(width)}" height="${String(height)}" ${font}>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    ...dots,
    ...texts,
    '</svg>\n',
  ].join('\n');
}

function drawRun({ text, column, color = foreground, bold, dim }: Run, row: number): string {
  const x = (size.margin + column * size.width).toFixed(1);
  const y = String(size.bar + row * size.line + size.font);
  const extra = `${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
  // Fonts differ in width: the length keeps columns in line.
  const length = `textLength="${([...text].length * size.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${x}" y="${y}" fill="${color}"${extra} ${length} xml:space="preserve">${escape(text)}</text>`;
}

/** Splits a line at its SGR sequences. `last` is the style at its end. */
function splitRuns(line: string, first: Style): { readonly runs: readonly Run[]; readonly last: Style } {
  const runs: Run[] = [];
  let [style, column] = [first, 0];
  // What follows an escape character begins with the codes of a style.
  for (const [index, part] of line.split('\u001b').entries()) {
    const [sequence = '', codes] = (index === 0 ? undefined : /^\[([\d;:]*)m/.exec(part)) ?? [];
    const text = part.slice(sequence.length);
    if (codes !== undefined) style = applyCodes(style, codes);
    if (text !== '') {
      runs.push({ ...style, text, column });
      column += [...text].length;
    }
  }
  return { runs, last: style };
}

function applyCodes(style: Style, codes: string): Style {
  let next = style;
  for (const code of codes.split(/[;:]/).map(Number)) {
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code >= 30 && code <= 37) next = { ...next, color: palette[code - 30] ?? foreground };
    else if (code >= 90 && code <= 97) next = { ...next, color: palette[code - 82] ?? foreground };
    else if (code === 39) next = { ...next, color: foreground };
  }
  return next;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
