/** Files of a new part, and what is left for a person. */
export interface Draft {
  /** Path in the repository → text. */
  readonly files: Readonly<Record<string, string>>;
  /** The one of them that is there already. */
  readonly replaces?: string;
  readonly next: readonly string[];
}

type Read = (path: string) => Promise<string>;

export async function draftProvider(name: string, read: Read): Promise<Draft> {
  check(/^[a-z][a-z0-9]*$/, name, 'NAME is lower-case letters and digits, as in `packages: {NAME: […]}`');
  const rename = (text: string): string =>
    text
      .replaceAll("'../../src/providers/", "'./")
      .replaceAll("'../../src/", "'../")
      .replaceAll('example', name)
      // A word of JSON Schema, not the name.
      .replaceAll(`${name}s:`, 'examples:');
  return {
    files: {
      [`src/providers/${name}.ts`]: rename(await read('scripts/new/provider.ts')),
      [`test/providers/cases/${name}/first-build.json`]: rename(await read('scripts/new/provider-case.json')),
    },
    next: [
      `add ${name} to \`providers\` in src/providers/registry.ts, after what its steps use`,
      'npm run generate',
      `npx vitest run --project unit test/providers`,
    ],
  };
}

export async function draftCommand(name: string, room: string, read: Read): Promise<Draft> {
  check(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, name, 'NAME is lower-case words with "-" between them');
  check(/^[a-z]+$/, room, 'ROOM is a folder of src/');
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const title = words.join('');
  const verb = title.charAt(0).toLowerCase() + title.slice(1);
  const rename = (text: string): string =>
    text
      .replaceAll("'../../src/", "'../")
      .replaceAll("'./use-case.ts'", `'../${room}/${name}.ts'`)
      .replaceAll('class Example ', `class ${title} `)
      .replaceAll('parse(Example)', `parse(${title})`)
      .replaceAll('%> example', `%> ${name}`)
      .replaceAll('devenv example', `devenv ${name}`)
      .replace(/\bexample\b/g, verb);
  return {
    files: {
      [`src/commands/${name}.ts`]: rename(await read('scripts/new/command.ts')),
      [`src/${room}/${name}.ts`]: rename(await read('scripts/new/use-case.ts')),
    },
    next: [
      `write schemas/output/${name}.schema.json and add it to test/story/documents.story.test.ts`,
      'npm run generate',
    ],
  };
}

export async function draftError(code: string, exit: number, title: string, read: Read): Promise<Draft> {
  check(/^[A-Z]+(?:_[A-Z]+)*$/, code, 'CODE is upper-case words with "_" between them');
  check(/^[0-9]{1,2}$/, String(exit), 'EXIT is one of the exit statuses of docs/reference/errors.md');
  check(/^[a-z].*[^.]$/, title, 'TITLE says what is wrong, in small letters and without a full stop');
  const path = 'src/errors/catalogue.ts';
  const text = await read(path);
  const start = text.indexOf(`\n  ${String(exit)}: {\n`);
  const end = text.indexOf('\n  },\n', start);
  if (start === -1 || text.includes(`  ${code}:`))
    throw new Error(`${code} exists already, or ${path} has no error of the status ${String(exit)}.`);
  const line = `    ${code}: { title: '${title.replaceAll("'", "\\'")}' },`;
  return {
    files: { [path]: `${text.slice(0, end)}\n${line}${text.slice(end)}` },
    replaces: path,
    next: [`write the hint of ${code}: what a person does next`, 'npm run generate'],
  };
}

function check(pattern: RegExp, text: string, rule: string): void {
  if (!pattern.test(text)) throw new Error(`${rule}; this is ${JSON.stringify(text)}.`);
}
