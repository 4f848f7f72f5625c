import { readEnvironment } from '../../../src/environment/read-environment.ts';
import { hasCode } from '../../../src/errors/devenv-error.ts';
import type { Environment } from '../../../src/model/environment.ts';
import type { Service } from '../../../src/model/service.ts';
import { FakeHostFiles } from '../../fakes/fake-host-files.ts';

export interface Given {
  /** The compose file, or several by path. */
  readonly compose: string | Readonly<Record<string, string>>;
  /** Value of `compose` in devenv.yaml. */
  readonly use?: string;
  /** More lines of devenv.yaml. */
  readonly yaml?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** The environment of a project at /p with a compose file. */
export async function readProjectAt({
  compose,
  use = 'compose.yaml',
  yaml = '',
  variables = {},
}: Given): Promise<Environment> {
  const files = typeof compose === 'string' ? { 'compose.yaml': compose } : compose;
  const host = new FakeHostFiles(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text])));
  return readEnvironment(host, '/p', `version: 1\nname: shop\nbase: debian:12\ncompose: ${use}\n${yaml}`, variables);
}

/** The services of a compose file by name. */
export async function readServices(given: Given): Promise<Readonly<Record<string, Service>>> {
  return Object.fromEntries((await readProjectAt(given)).services.map((service) => [service.name, service]));
}

/** `file:line:column: message` of the refusal, or of each of its problems. */
export async function refusal(given: Given): Promise<string> {
  try {
    await readProjectAt(given);
  } catch (error) {
    if (!hasCode(error, 'CONFIG_INVALID')) throw error;
    const problems = error.data?.['problems'] as
      { file: string; line: number; path: string; message: string }[] | undefined;
    if (problems === undefined) return error.message;
    return problems.map(({ file, line, path, message }) => `${file}:${String(line)}: ${path}: ${message}`).join('\n');
  }
  return 'accepted';
}
