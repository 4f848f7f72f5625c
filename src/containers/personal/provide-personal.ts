import { buildStep, type Prepared } from '../../image/steps/build-step.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import { openSettings } from '../../image/steps/open-settings.ts';
import { stepKey } from '../../image/steps/step-key.ts';
import { writeTar, type TarEntry } from '../../model/tar/tar.ts';
import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import { personalInbox, planPersonal } from './plan-personal.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Context } from '../../ports/context.ts';
import { forwardAgents } from '../agents/forward.ts';
import type { Project } from '../../observe/project.ts';
import type { PersonalThings } from './read-personal.ts';
import type { MachineSettings } from '../workspace-settings.ts';
import { parseVariables } from '../../model/shell/variables.ts';

/** Bytes of known_hosts. */
const hostsLimit = 4 * 1024 * 1024;

/**
 * Provides the image of a workspace: that of its version, or with one layer more
 * for the person, built once for each version and never pushed. Throws STEP_FAILED.
 */
export async function providePersonal(
  context: Context,
  engine: Engine,
  project: Project,
  { personal }: Pick<MachineSettings, 'personal'>,
  reference: string,
): Promise<string> {
  const { environment, desired, folder } = project;
  const step = personal && planPersonal(personal, environment, desired, personal.identity);
  if (personal === undefined || step === undefined) return reference;
  const image = await requireImage(engine.images, reference);
  const { config } = image;
  // Without the labels of a version, which it is not.
  const own = Object.entries(config.labels).filter(([name]) => !name.startsWith('dev.teamvm.'));
  try {
    const built = await buildStep(
      {
        ...{ ...context, engine, folder, owner: folder, hashes: {} },
        settings: openSettings(context),
        prepare: (builder) => prepare(context, engine, project, personal, builder),
      },
      {
        ...{ parent: reference, step, config: { ...config, labels: Object.fromEntries(own) } },
        key: stepKey(`personal ${contentIdOf(image)}`, step, {}),
      },
    );
    return built.reference;
  } catch (error) {
    if (!hasCode(error, 'STEP_FAILED')) throw error;
    throw new DevenvError('STEP_FAILED', error.message, {
      state: 'The version is there; your personal layer was not built.',
      hint: 'Correct your personal.yaml, or leave it out: run the same command with `TEAMVM_PERSONAL=`.',
      cause: error,
      ...(error.data !== undefined && { data: error.data }),
    });
  }
}

/** Copies dotfiles of this machine, or provides what cloning needs: the person's agent and known_hosts. */
async function prepare(
  context: Context,
  engine: Engine,
  { environment, folder }: Project,
  { folder: dotfiles, dotfiles: declared }: PersonalThings,
  builder: string,
): Promise<Prepared> {
  if (dotfiles !== undefined)
    await engine.runtime.putArchive(builder, '/tmp', writeTar(inInbox('dotfiles/', dotfiles.entries)));
  if (declared?.kind !== 'git') return { env: {}, stop: async () => undefined };
  const file = `${context.variables['HOME'] ?? ''}/.ssh/known_hosts`;
  const known = Buffer.from((await context.files.readText(file, hostsLimit).catch(() => '')) ?? '');
  const entry: TarEntry = { path: 'known_hosts', mode: 0o644, size: known.byteLength, content: [known] };
  await engine.runtime.putArchive(builder, '/tmp', writeTar(inInbox('', [entry])));
  const session = { engine, folder, user: environment.user, container: { id: builder } };
  const forwarding = await forwardAgents(context, session, { hosts: new Set() });
  const ssh = `ssh -o BatchMode=yes -o UserKnownHostsFile=/tmp/${personalInbox}/known_hosts`;
  return {
    env: {
      ...(forwarding !== undefined && Object.fromEntries(parseVariables(forwarding.env))),
      GIT_SSH_COMMAND: ssh,
      GIT_TERMINAL_PROMPT: '0',
    },
    stop: async () => forwarding?.stop(),
  };
}

function* inInbox(place: string, entries: readonly TarEntry[]): Generator<TarEntry> {
  yield { path: `${personalInbox}/`, mode: 0o755, size: 0 };
  if (place !== '') yield { path: `${personalInbox}/${place}`, mode: 0o755, size: 0 };
  for (const entry of entries) yield { ...entry, path: `${personalInbox}/${place}${entry.path}` };
}
