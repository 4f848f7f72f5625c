import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { ImagePlan } from '../model/plan.ts';
import { askImage } from '../observe/images/ask-image.ts';
import type { Runtime } from '../ports/runtime.ts';

const debianSteps = ['apt', 'repository'];

/** Refuses a plan from a base without apt before any step of it runs, if it needs apt. Throws CONFIG_INVALID. */
export async function refuseWithoutApt(
  runtime: Runtime,
  owner: string,
  { start, steps }: Extract<ImagePlan, { kind: 'build' }>,
  base: Image,
): Promise<void> {
  const step = steps.find(({ id }) => debianSteps.includes(id));
  if (start.kind !== 'base' || step === undefined) return;
  const { exitCode, stdout } = await askImage(runtime, owner, base.id, base.config, (ask) => ask({ argv: question }));
  if (exitCode !== 0) return;
  const found = stdout.toString('utf8').trim();
  if (found === 'apt-get') return;
  const manager = /^[a-z]+$/.test(found) ? ` It has ${found}.` : '';
  throw new DevenvError('CONFIG_INVALID', `The base has no apt, which "${step.title}" needs.${manager}`, {
    hint: 'On this base, `run`, `files` and `downloads` work; `packages.apt` and `repositories` need a Debian or Ubuntu base. Install its own packages by an entry of `run`, or change `base`.',
    state: 'No step was run.',
  });
}

const question = [
  ...['sh', '-c'],
  'for each in apt-get apk dnf yum zypper pacman; do command -v "$each" >/dev/null 2>&1 && echo "$each" && exit; done; echo ?',
];
