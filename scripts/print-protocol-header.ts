import { helperProtocol } from '../src/adapters/overlay/helper/helper-protocol.ts';

const { words, requests, frames } = helperProtocol;

/** The text of native/protocol.h: the protocol of the helper as a comment and as macros. */
export function printProtocolHeader(): string {
  const rooms = Object.entries(words).map(([name, { room }]) => `#define ROOM_${name} ${String(room)}`);
  const rows = Object.entries(requests).map(
    ([name, { words, list, answer }]) =>
      `  REQUEST(${name}, ${String(words.length)}, ${String(list.length)}, "${answer.join('')}")`,
  );
  return [
    '/*',
    ' * Generated from src/adapters/overlay/helper/helper-protocol.ts by `npm run helper`. Do not edit.',
    ' *',
    ...printComment().map((line) => ` * ${line}`.trimEnd()),
    ' */',
    '',
    '/* Bytes of the longest word of each kind, NUL included. */',
    ...rooms,
    '',
    '/* For each request: name, number of words, words of each item of its list (0: no list), letters of its frames. */',
    '#define REQUESTS(REQUEST) \\',
    rows.join(' \\\n'),
    '',
  ].join('\n');
}

function printComment(): readonly string[] {
  const printed = Object.entries(requests).flatMap(([name, { words, list, answer, text }]) => {
    const items = list.length === 0 ? [] : [`{${list.map(upper).join(' ')}}*`];
    const sent = answer.length === 0 ? '' : ` -> ${answer.join(', ')}`;
    return printEntry([name, ...words.map(upper), ...items].join(' ') + sent, text);
  });
  return [
    'Requests on stdin: words that end with NUL. A list ends with an empty word.',
    'Answers on stdout: frames of a letter, four bytes of length (little endian) and the content.',
    '',
    'Requests, and the letters of their frames; each answer ends with e, after ! if it failed:',
    ...printed,
    '',
    'Words:',
    ...Object.entries(words).flatMap(([name, { text }]) => printEntry(upper(name), text)),
    '',
    'Frames:',
    ...Object.entries(frames).flatMap(([letter, { text }]) => printEntry(letter, text)),
  ];
}

const upper = (word: string): string => word.toUpperCase();

const width = 110;

/** A name in a line of its own, and its text below it. */
function printEntry(name: string, text: string): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length < width) lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    else lines.push(word);
  }
  return [`  ${name}`, ...lines.map((line) => `      ${line}`)];
}
