import { either, object, text, textOrNumber, type Doc, type Fragment, type Grammar } from '../fragment.ts';
import { projectPath } from '../grammars.ts';

/** A version, or `{from: FILE}`. `files`: names of files that may hold it, for people. */
export function toolVersion(version: Grammar, files: readonly [string, ...string[]], doc: Doc): Fragment {
  const [example] = files;
  const description = `A file of the project that names the version: ${files.join(', ')}.`;
  const from = text(projectPath, { description, default: null, examples: [example] });
  return either([textOrNumber(version), object({ from }, ['from'])], {
    ...doc,
    examples: [...doc.examples, { from: example }],
  });
}

/** Why a tool is installed. */
export function causeOf(before: string | undefined, file: string | undefined): string {
  if (before === undefined) return 'new in devenv.yaml';
  return file === undefined ? `it was ${before}` : `${file} changed: it was ${before}`;
}
