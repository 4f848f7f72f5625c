/** What variables of a devcontainer.json stand for. */
export interface Names {
  /** Of the project's folder on the machine. */
  readonly basename: string;
  /** Where the project is in the workspace. */
  readonly folder: string;
}

/** `${localEnv:NAME:default}` and its like. */
const variable = /\$\{(\w+)(?::([^{}:]*))?(?::([^{}]*))?\}/g;

/** Variables that stand for a fixed text; others stay as they are. */
export const substitute = (text: string, names: Names): string =>
  text.replace(variable, (whole, kind: string) => fixed(kind, names) ?? whole);

/** As a value of `env`: with references of devenv to the image and to the person's machine. */
export function substituteEnv(text: string, names: Names): string {
  let end = 0;
  let result = '';
  for (const match of text.matchAll(variable)) {
    const [whole, kind = '', name = '', fallback] = match;
    result +=
      text.slice(end, match.index).replaceAll('$', '$$$$') + (refer(kind, name, fallback, names) ?? `$$${whole}`);
    end = match.index + whole.length;
  }
  return result + text.slice(end).replaceAll('$', '$$$$');
}

function refer(kind: string, name: string, fallback: string | undefined, names: Names): string | undefined {
  if (kind === 'containerEnv') return `\${${name}}`;
  if (kind === 'localEnv' || kind === 'env') return `\${host:${name}:-${fallback ?? ''}}`;
  return fixed(kind, names)?.replaceAll('$', '$$$$');
}

function fixed(kind: string, { basename, folder }: Names): string | undefined {
  if (kind === 'localWorkspaceFolderBasename') return basename;
  if (kind === 'containerWorkspaceFolder' || kind === 'localWorkspaceFolder') return folder;
  if (kind === 'containerWorkspaceFolderBasename') return folder.split('/').at(-1);
  return kind === 'devcontainerId' ? basename : undefined;
}
