import { parseDotenv } from '../../environment/parse-dotenv.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Secret } from '../../model/workspace.ts';
import type { Context } from '../../ports/context.ts';

/** Name → value. Never part of a message, a label, a file or an argument list. */
export type SecretValues = ReadonlyMap<string, string>;

const file = '.env.local';
const limit = 256 * 1024;

/**
 * Values of secrets: from the environment, else from `.env.local` beside
 * devenv.yaml, else from their command, else from the person at the terminal.
 * `trust` is called before the first command of this machine runs. Throws
 * SECRET_MISSING, which names all that are, and SECRET_EXPOSED where git would
 * take the file along.
 */
export async function resolveSecrets(
  context: Context,
  folder: string,
  secrets: readonly Secret[],
  trust: () => Promise<void>,
): Promise<SecretValues> {
  const values = new Map<string, string>();
  const wanted = secrets.filter(({ name }) => {
    const value = context.variables[name];
    if (value === undefined || value === '') return true;
    values.set(name, value);
    return false;
  });
  if (wanted.length > 0) {
    const local = await readLocal(context, folder);
    let trusted = false;
    for (const { name, command } of wanted) {
      const known = local.get(name);
      if (known !== undefined && known !== '') values.set(name, known);
      else if (command !== undefined) {
        if (!trusted) await trust();
        trusted = true;
        values.set(name, await runCommand(context, folder, name, command));
      }
    }
  }
  const missing = wanted.map(({ name }) => name).filter((name) => !values.has(name));
  if (missing.length > 0 && !context.prompt.interactive) throw refuseMissing(missing);
  for (const name of missing) values.set(name, await ask(context, name));
  return values;
}

function refuseMissing(names: readonly string[]): DevenvError {
  const which = names.length === 1 ? 'a secret has' : `${String(names.length)} secrets have`;
  return new DevenvError('SECRET_MISSING', `Of devenv.yaml, ${which} no value here: ${names.join(', ')}.`, {
    data: { names },
  });
}

async function ask({ prompt }: Context, name: string): Promise<string> {
  const value = await prompt.secret(`${name}:`);
  if (value === '') throw refuseMissing([name]);
  return value;
}

/** A file that git ignores; empty where there is none. */
async function readLocal(context: Context, folder: string): Promise<SecretValues> {
  const text = await context.files.readText(`${folder}/${file}`, limit);
  if (text === undefined) return new Map();
  const verdict = await context.git.judgeFile(folder, file);
  if (verdict === 'unknown') {
    throw new DevenvError('SECRET_EXPOSED', `git cannot tell whether it ignores ${file}.`, {
      hint: `Run \`git check-ignore -v ${file}\` to see why.`,
    });
  }
  if (verdict === 'exposed') {
    throw new DevenvError(
      'SECRET_EXPOSED',
      `git does not ignore ${file}, or has it already: secrets do not belong there.`,
      {
        hint: `Add ${file} to .gitignore; where it was committed, also \`git rm --cached ${file}\`, and change the secrets.`,
      },
    );
  }
  return parseDotenv(text);
}

/** What a program of this machine prints, without the line's end. */
async function runCommand(
  { processes, signal }: Context,
  folder: string,
  name: string,
  command: readonly string[],
): Promise<string> {
  const { exitCode, stdout } = await processes.run(command, { cwd: folder, timeout: 120_000, signal });
  const value = stdout.replace(/\r?\n$/, '');
  if (exitCode === 0 && value !== '') return value;
  const why = exitCode === 0 ? 'printed nothing' : `ended with exit code ${String(exitCode)}`;
  // Nothing of its output: it may be half of the secret.
  throw new DevenvError('SECRET_MISSING', `The command for the secret ${name} ${why}: ${command[0] ?? ''}.`, {
    hint: 'Run it by hand to see why.',
    data: { names: [name] },
  });
}

/** The text with every value taken out; each line of a value counts, as output comes line by line. */
export function maskSecrets(text: string, values: SecretValues): string {
  let masked = text;
  const parts = [...values.values()]
    .flatMap((value) => [value, ...value.split(/\r?\n/)])
    .filter((part) => part.length > 2);
  for (const part of parts.sort((a, b) => b.length - a.length)) masked = masked.replaceAll(part, '***');
  return masked;
}
