import { editConfig } from './edit.ts';

/** Fills the template of a new devenv.yaml and keeps its comments. `name`: a valid one, see `nameProject`. */
export function fillTemplate(template: string, name: string, base: string | { readonly bootstrap: string }): string {
  const edited = editConfig(template, [
    { kind: 'set', path: ['name'], value: name },
    { kind: 'set', path: ['base'], value: base },
  ]);
  return edited.replaceAll('team/my-project', `team/${name}`);
}

/** A valid project name from the name of a folder. */
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
