import { editConfig } from './edit.ts';
import type { Edit } from './apply-edit.ts';

/** What `devenv init` asks, or finds out by itself. */
export interface Answers {
  /** As it should be: see `nameProject`. */
  readonly name: string;
  readonly base?: string | { readonly bootstrap: string };
  /** Ecosystem → packages. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  /** Runtime → version. */
  readonly tools?: Readonly<Record<string, string>>;
}

/** The text of a new devenv.yaml: the template of the `templates` folder with the answers in it, its comments kept. */
export function fillTemplate(template: string, { name, base, packages = {}, tools = {} }: Answers): string {
  const edits: Edit[] = [{ kind: 'set', path: ['name'], value: name }];
  if (base !== undefined) edits.push({ kind: 'set', path: ['base'], value: base });
  for (const [ecosystem, list] of Object.entries(packages)) {
    edits.push(...list.map((value): Edit => ({ kind: 'add', path: ['packages', ecosystem], value })));
  }
  for (const [runtime, value] of Object.entries(tools)) edits.push({ kind: 'set', path: ['tools', runtime], value });
  return editConfig(template, edits).replaceAll('team/my-project', `team/${name}`);
}

/** A project's name made from that of its folder. */
export function nameProject(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 63)
    .replace(/-$/, '');
  return name === '' ? 'project' : name;
}
