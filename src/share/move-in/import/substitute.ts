import { escapeEnvValue } from '../../../environment/env-references.ts';
import { literalDollar } from '../../formats/literal-dollar.ts';

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
  text
    .split(literalDollar)
    .map((part) => part.replace(variable, (whole, kind: string) => fixed(kind, names) ?? whole))
    .join('$');

/** As a value of `env`: with references of devenv to the image and to the person's machine. */
export const substituteEnv = (text: string, names: Names): string =>
  text
    .split(literalDollar)
    .map((part) => referAll(part, names))
    .join('$$');

function referAll(text: string, names: Names): string {
  let end = 0;
  let result = '';
  for (const match of text.matchAll(variable)) {
    const [whole, kind = '', name = '', fallback] = match;
    result +=
      escapeEnvValue(text.slice(end, match.index)) + (refer(kind, name, fallback, names) ?? escapeEnvValue(whole));
    end = match.index + whole.length;
  }
  return result + escapeEnvValue(text.slice(end));
}

function refer(kind: string, name: string, fallback: string | undefined, names: Names): string | undefined {
  if (kind === 'containerEnv') return `\${${name}}`;
  if (kind === 'localEnv' || kind === 'env') return `\${host:${name}:-${fallback ?? ''}}`;
  const text = fixed(kind, names);
  return text === undefined ? undefined : escapeEnvValue(text);
}

function fixed(kind: string, { basename, folder }: Names): string | undefined {
  if (kind === 'localWorkspaceFolderBasename') return basename;
  if (kind === 'containerWorkspaceFolder' || kind === 'localWorkspaceFolder') return folder;
  if (kind === 'containerWorkspaceFolderBasename') return folder.split('/').at(-1);
  return kind === 'devcontainerId' ? basename : undefined;
}
