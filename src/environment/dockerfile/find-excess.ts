import { parseJson } from '../../model/json.ts';

/** Something that instructions ask of a builder beyond what any container may. */
interface Excess {
  /** As written. */
  readonly asked: string;
  readonly kind: 'rights' | 'address';
}

/** Flags that ask for rights which no container has: buildah grants them without a question. */
const rights =
  /^(?:[^\S\n]|\x85)*(?:ONBUILD[^\S\n]+)*RUN[^\S\n]+(?:--\S+[^\S\n]+)*--(?:network|security)=(?!"?(?:none|default|sandbox)"?(?:\s|$))\S*/im;

const add = /^(?:[^\S\n]|\x85)*(?:ONBUILD[^\S\n]+)*ADD[^\S\n]+(?:--\S+[^\S\n]+)*([^\n]*)/gim;

/** A path that is a file of the context for all values of its variables: an address has a colon, or an `@`, before its first slash. */
const isFile = (source: string): boolean => /^[^:$@"'`\\/]*(?:\/|$)/.test(source);

/**
 * The first excess of a text of instructions. Builders do not agree on what a
 * heredoc is and which lines continue another one, so every reading counts:
 * text that only one of them takes for an instruction, too.
 */
export function findExcess(text: string): Excess | undefined {
  const plain = text.replace(/^[^\S\n]*#[^\n]*$/gm, '');
  const readings = ['\\\\', '`'].map((escape) =>
    plain.replace(new RegExp(`${escape}[^\\S\\n]*\\n(?:[^\\S\\n]*\\n)*`, 'g'), ' '),
  );
  for (const reading of new Set([plain, ...readings])) {
    const [asked] = rights.exec(reading) ?? [];
    if (asked !== undefined) return { asked: asked.trim(), kind: 'rights' };
    for (const [whole, words = ''] of reading.matchAll(add)) {
      const sources = listWords(words).slice(0, -1);
      if (!sources.every(isFile)) return { asked: whole.trim(), kind: 'address' };
    }
  }
  return undefined;
}

/** The words of an instruction: of a JSON list, or between blanks, with quotes around a whole word left out. */
export function listWords(rest: string): readonly string[] {
  const listed = readJsonList(rest.trim());
  if (listed !== undefined) return listed;
  return rest
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/^(["'])([^]*)\1$/, '$2'));
}

function readJsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  const value = parseJson(text);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}

/** What it does, and what to do instead. */
export const explainExcess: Readonly<Record<Excess['kind'], readonly [what: string, hint: string]>> = {
  rights: ['asks for more than a container may', 'Leave out this flag.'],
  address: [
    'may add what only the network of the engine serves',
    'Use COPY for files of the project. Name each web address as it is, with values that the Dockerfile or `args` gives, in an ADD of addresses alone; clone git repositories with RUN.',
  ],
};
