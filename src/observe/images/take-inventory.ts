import { randomUUID } from 'node:crypto';
import { quoteWords } from '../../model/shell/quote-words.ts';
import type { Resolved } from '../../model/version.ts';
import type { Probe, Provider } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import type { Ask } from './ask-image.ts';

/** What an image has, by provider: name → exact version. Empty for a provider whose tool the image lacks. */
export async function takeInventory(
  ask: Ask,
  probes: readonly Pick<Provider, 'name' | 'probe'>[] = providers,
): Promise<Resolved> {
  const asked = probes.flatMap(({ name, probe }) => (probe === 'none' ? [] : [{ name, probe }]));
  const answers =
    (await askTogether(ask, asked)) ?? (await Promise.all(asked.map(({ probe }) => askAlone(ask, probe))));
  return Object.fromEntries(
    asked.map(({ name, probe }, index) => {
      const text = answers[index];
      return [name, text === undefined ? {} : probe.parse(text)];
    }),
  );
}

/** Undefined if the program fails. */
async function askAlone(ask: Ask, { argv }: Probe): Promise<string | undefined> {
  const { exitCode, stdout } = await ask({ argv });
  return exitCode === 0 ? stdout.toString('utf8') : undefined;
}

/** One shell for all: to start a program in a container costs an engine more than most probes. Undefined if there is no shell. */
async function askTogether(
  ask: Ask,
  asked: readonly { readonly probe: Probe }[],
): Promise<readonly (string | undefined)[] | undefined> {
  if (asked.length < 2) return undefined;
  // No answer has it by chance. The answers are the image's word in any case.
  const mark = randomUUID();
  const lines = asked.map(({ probe }) => `${quoteWords(probe.argv)} </dev/null; echo "${mark} $?"`);
  const { stdout } = await ask({ argv: ['sh', '-c', lines.join('\n')] });
  const parts = stdout.toString('utf8').split(new RegExp(`${mark} (\\d+)\n`));
  if (parts.length !== asked.length * 2 + 1) return undefined;
  return asked.map((_, index) => (parts[index * 2 + 1] === '0' ? parts[index * 2] : undefined));
}
