import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { ImagePlan, Step } from '../model/plan.ts';
import { askImage } from '../observe/images/ask-image.ts';
import type { Runtime } from '../ports/runtime.ts';

const debianSteps = ['apt', 'repository', 'preference'];

const withGlibc =
  'On this base, `run`, `files`, `downloads` and `tools` work, and other lists of `packages` if it has their package managers.';
const withMusl =
  'On this base, `run`, `files` and `downloads` work, and other lists of `packages` if it has their package managers; `tools` need glibc.';

type Build = Extract<ImagePlan, { kind: 'build' }>;

const findStep = ({ start, steps }: Build): Step | undefined =>
  start.kind === 'base' ? steps.find(({ id }) => debianSteps.includes(id)) : undefined;

/** Whether a build from its base has a step that needs apt. */
export const needsApt = (plan: Build): boolean => findStep(plan) !== undefined;

/** Refuses a plan from a base without apt before any step of it runs, if it needs apt. Throws CONFIG_INVALID. */
export async function refuseWithoutApt(runtime: Runtime, owner: string, plan: Build, base: Image): Promise<void> {
  const step = findStep(plan);
  if (step === undefined) return;
  const { exitCode, stdout } = await askImage(runtime, owner, base.id, base.config, (ask) => ask({ argv: question }));
  if (exitCode !== 0) return;
  const found = stdout.toString('utf8').trim();
  if (found === 'apt-get') return;
  const manager = /^[a-z]+$/.test(found) ? ` It has ${found}.` : '';
  throw new DevenvError('CONFIG_INVALID', `The base has no apt, which "${step.title}" needs.${manager}`, {
    hint: `${found === 'apk' ? withMusl : withGlibc} \`packages.apt\` and \`repositories\` need Debian or Ubuntu. Install packages of the base by an entry of \`run\`, or change \`base\`.`,
    state: 'No step was run.',
  });
}

const question = [
  ...['sh', '-c'],
  'for each in apt-get apk dnf yum zypper pacman; do command -v "$each" >/dev/null 2>&1 && echo "$each" && exit; done; echo ?',
];
