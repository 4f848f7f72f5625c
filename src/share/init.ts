import { basename, join } from 'node:path';
import { editConfig } from '../environment/edit/edit.ts';
import { parseConfig } from '../environment/parse.ts';
import { asMap } from '../model/json.ts';
import { readYaml } from '../environment/yaml/read-yaml.ts';
import { toValue } from '../environment/yaml/to-value.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { importFile, readImported } from './import.ts';
import { chooseEntries } from './move-in/ask-proposal.ts';
import { checkProposal } from './move-in/check-proposal.ts';
import { nameProject } from './move-in/name-project.ts';
import { composeNames } from './move-in/detect/compose.ts';
import { developmentDockerfiles } from './move-in/detect/dockerfile.ts';
import { observeProject, type ProjectFiles } from './move-in/observe-project.ts';
import { planGitFiles } from './move-in/plan-git-files.ts';
import { propose } from './move-in/propose.ts';
import { keepFirst, type Entry, type Field, type Proposal } from './move-in/proposal.ts';
import { readTemplate, type Templates } from './move-in/read-template.ts';
import { newFile, writeAddition, type Addition } from './move-in/write-addition.ts';
import { refuseExisting, writeProposal } from './move-in/write-proposal.ts';

export { listTemplates } from './move-in/read-template.ts';
export { writeWrapper } from './move-in/write-wrapper.ts';

interface InitOptions {
  /** The templates of devenv; the file devenv.yaml there is for a folder that says nothing. */
  readonly templates: Templates;
  /** A template of devenv by name, a folder, or the address of a git repository. Default: what the project says. */
  readonly template?: string;
  /** Another tool, whose file is imported from its usual place. */
  readonly from?: 'devcontainer' | 'compose' | 'dockerfile';
  /** Image to build on. Default: what the project or the template says, else a base assembled from the Debian mirror. */
  readonly base?: string;
  /** Show what would be written, and write nothing. */
  readonly dryRun?: boolean;
}

export interface InitResult {
  readonly path: string;
  /** False for `dryRun`. */
  readonly written: boolean;
  readonly name: string;
  /** What the project asks for, with the file that says it. */
  readonly entries: readonly Entry[];
  /** What was found and is not in devenv.yaml, because devenv refuses it. */
  readonly refused: readonly { readonly entry: Entry; readonly reason: string }[];
  /** Further files that were made or got lines. */
  readonly changed: readonly string[];
  /** Files of the template that the project has already; they stay as they are. */
  readonly there: readonly string[];
}

/**
 * Writes a devenv.yaml into the folder, from what its files say or from a
 * template. Never overwrites a file. Throws CONFIG_EXISTS, NOT_CONFIRMED,
 * TEMPLATE_UNREADABLE.
 */
export async function init(context: Context, options: InitOptions): Promise<InitResult> {
  const path = join(context.folder, 'devenv.yaml');
  const name = nameProject(basename(context.folder));
  await refuseExisting(context);
  const { dryRun = false } = options;
  const nothing = { path, written: !dryRun, name, entries: [], refused: [], changed: [], there: [] };
  if (options.template !== undefined) return { ...nothing, ...(await fromTemplate(context, name, options)) };
  const files = await observeProject(context.files, context.folder);
  if (options.from !== undefined) {
    const { file, fields, changed } = await importFile(context, {
      ...{ file: findFile(files, options.from), check: false, dryRun },
    });
    tellLost(context, file, fields);
    return { ...nothing, changed };
  }
  const [first, ...others] = [
    ...(options.base === undefined ? await proposeDevcontainer(context, files) : []),
    ...propose(files, options.base),
  ];
  if (first === undefined) return { ...nothing, ...(await fromNothing(context, name, options)) };
  const entries = dryRun ? first.entries : await chooseEntries(context, [first, ...others]);
  const { text, kept, refused } = await checkProposal(context, name, entries);
  const changed = await writeProposal(context, text, { dryRun });
  return { ...nothing, entries: kept, refused, changed };
}

const usual = {
  devcontainer: ['.devcontainer/devcontainer.json', '.devcontainer.json'],
  compose: composeNames,
  dockerfile: [...developmentDockerfiles, 'Dockerfile'],
};

function findFile(files: ProjectFiles, tool: keyof typeof usual): string {
  const found = usual[tool].find((path) => files.has(path));
  if (found !== undefined) return found;
  throw new DevenvError('USAGE', `The project has none of ${usual[tool].join(', ')}.`, {
    hint: 'Name the file: `devenv import FILE`.',
    state: 'Nothing was written.',
  });
}

/** A devcontainer.json says everything by itself; none if it cannot be read. */
async function proposeDevcontainer(context: Context, files: ProjectFiles): Promise<readonly Proposal[]> {
  const path = usual.devcontainer.find((each) => files.text(each) !== undefined);
  if (path === undefined) return [];
  try {
    const { entries, fields } = await readImported(context, path);
    tellLost(context, path, fields);
    return [{ title: `${path}, as it is`, entries: keepFirst(entries) }];
  } catch (error) {
    if (!(error instanceof DevenvError)) throw error;
    context.progress.note(`${path} is left out: ${error.message}`);
    return [];
  }
}

function tellLost({ progress }: Context, file: string, fields: readonly Field[]): void {
  for (const { name, to } of fields.filter(({ verdict }) => verdict === 'unmapped'))
    progress.note(`${file}: ${name} is not taken over: ${to}.`);
}

/** A template of devenv was named, and nobody else's words are in it: without a terminal, nothing is asked. */
async function fromTemplate(
  context: Context,
  name: string,
  { templates, template: wish = '', base, dryRun = false }: InitOptions,
): Promise<Pick<InitResult, 'changed' | 'there'>> {
  const { own, yaml, files } = await readTemplate(context, templates, wish);
  const text = fillTemplate(yaml, name, base);
  parseConfig(text, 'devenv.yaml');
  const [there, missing]: [string[], Addition[]] = [[], []];
  for (const [path, content] of files) {
    if ((await context.files.kindOf(join(context.folder, path))) !== undefined) there.push(path);
    else missing.push(newFile(path, content));
  }
  return { changed: await writeProposal(context, text, { more: missing, unasked: own, dryRun }), there };
}

async function fromNothing(
  context: Context,
  name: string,
  { templates, base, dryRun = false }: InitOptions,
): Promise<Pick<InitResult, 'changed'>> {
  const template = templates.get('devenv.yaml') ?? '';
  const text = fillTemplate(template, name, base ?? { bootstrap: 'bookworm' });
  if (dryRun) return { changed: await writeProposal(context, text, { dryRun }) };
  await context.files.writeAtomic(join(context.folder, 'devenv.yaml'), text);
  const additions = await planGitFiles(context, text);
  const names = additions.map(({ path, lines }) => `${lines.join(' and ')} to ${path}`);
  if (names.length === 0 || !(await context.prompt.confirm(`Add ${names.join(', and ')}?`, context.prompt.interactive)))
    return { changed: [] };
  for (const addition of additions) await writeAddition(context, addition);
  return { changed: additions.map(({ path }) => path) };
}

/** Fills the template of a new devenv.yaml and keeps its comments. `name`: a valid one, see `nameProject`. */
export function fillTemplate(
  template: string,
  name: string,
  base: string | { readonly bootstrap: string } | undefined,
): string {
  const named = editConfig(template, [{ kind: 'set', path: ['name'], value: name }]);
  const edited = base === undefined ? named : replaceBase(named, base);
  return edited.replaceAll('team/my-project', `team/${name}`);
}

/** A base that is a text is replaced in its place, a map by a new key. */
function replaceBase(text: string, base: string | { readonly bootstrap: string }): string {
  const isText = typeof asMap(parseValue(text))['base'] === 'string';
  return editConfig(text, [
    ...(isText ? [] : [{ kind: 'remove' as const, path: ['base'] }]),
    { kind: 'set', path: ['base'], value: base },
  ]);
}

function parseValue(text: string): unknown {
  const yaml = readYaml(text);
  return yaml.kind === 'read' ? toValue(yaml.root).value : undefined;
}
