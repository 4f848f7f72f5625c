import { parseDotenv } from '../../environment/parse-dotenv.ts';
import { readProjectText } from '../../environment/read-project-text.ts';
import { needOfCommand } from '../../environment/list-trust-needs.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { keyOfNeed, type TrustNeed } from '../../model/trust.ts';
import type { Secret } from '../../model/workspace.ts';
import type { Context } from '../../ports/context.ts';

/** Name → value. Never part of a message, a label, a file or an argument list. */
export type SecretValues = ReadonlyMap<string, string>;

const file = '.env.local';

/**
 * Reads values of secrets: from the environment, else from `.env.local` beside
 * devenv.yaml, else from their command, else from the terminal. Calls `trust`
 * before it takes a variable or runs a command. Throws SECRET_MISSING, which
 * names all that are missing, and SECRET_EXPOSED if git does not ignore the file.
 */
export async function resolveSecrets(
  context: Context,
  folder: string,
  secrets: readonly Secret[],
  trust: () => Promise<readonly TrustNeed[]>,
): Promise<SecretValues> {
  const values = new Map<string, string>();
  const wanted = secrets.filter(({ name }) => {
    const value = context.variables[name];
    if (value === undefined || value === '') return true;
    values.set(name, value);
    return false;
  });
  let agreed = values.size > 0 ? await trust() : undefined;
  if (wanted.length > 0) {
    const local = await readLocal(context, folder);
    for (const { name, command } of wanted) {
      const known = local.get(name);
      if (known !== undefined) values.set(name, known);
      else if (command !== undefined) {
        agreed ??= await trust();
        values.set(name, await runCommand(context, folder, name, command, agreed));
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
  return new DevenvError('SECRET_MISSING', `In devenv.yaml, ${which} no value: ${names.join(', ')}.`, {
    data: { names },
  });
}

async function ask({ prompt }: Context, name: string): Promise<string> {
  const value = await prompt.secret(`${name}:`);
  if (value === '') throw refuseMissing([name]);
  return value;
}

/** Reads `.env.local`, which git must ignore; empty if there is none. */
async function readLocal(context: Context, folder: string): Promise<SecretValues> {
  const text = await readProjectText(context.files, folder, file, '`secrets`');
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
  return parseDotenv(text, file);
}

/**
 * Returns what a program of this machine prints, without the line end. It runs
 * in a folder with copies of only those project files that its words name, as
 * the person agreed to them.
 */
async function runCommand(
  { processes, commandFiles, signal }: Context,
  folder: string,
  name: string,
  command: readonly string[],
  agreed: readonly TrustNeed[],
): Promise<string> {
  const taken = await commandFiles.take(folder, command);
  const key = keyOfNeed(needOfCommand(name, command, taken));
  if (!agreed.some((need) => keyOfNeed(need) === key)) {
    throw new DevenvError('NOT_TRUSTED', `A file of the command for the secret ${name} changed while devenv ran.`, {
      state: 'The command was not run.',
    });
  }
  const { exitCode, stdout } = await taken.use((cwd, words) =>
    processes.run(words, { cwd, env: { PWD: cwd, OLDPWD: undefined }, timeout: 120_000, signal }),
  );
  const value = stdout.replace(/\r?\n$/, '');
  if (exitCode === 0 && value !== '') return value;
  const why = exitCode === 0 ? 'printed nothing' : `ended with exit code ${String(exitCode)}`;
  const files = taken.paths.length === 0 ? 'no file' : `only ${taken.paths.join(', ')}`;
  // Without its output, which may be part of the secret.
  throw new DevenvError('SECRET_MISSING', `The command for the secret ${name} ${why}: ${command[0] ?? ''}.`, {
    hint: `Run it by hand to see why. It sees ${files} of the project: files that its words name.`,
    data: { names: [name] },
  });
}
