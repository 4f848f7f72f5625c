import { DevenvError } from '../../errors/devenv-error.ts';
import type { BootstrapBase } from '../../model/image-inputs.ts';
import type { ImageConfig } from '../../model/image.ts';
import { maskValues } from '../../model/mask-values.ts';
import { asksForLogin } from '../../model/network/asks-for-login.ts';
import { listProxySecrets, listProxyVariables } from '../../model/network/proxies.ts';
import type { Cache } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Images } from '../../ports/images.ts';
import type { Failpoints } from '../../ports/failpoint.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import { lastLines } from './apply-setup.ts';
import { findMirror } from './find-mirror.ts';
import { assemblyEnv, mmdebstrapArgv, recipeVersion, type BaseRecipe } from './mmdebstrap-argv.ts';
import { provideProgram, type ProvideProgramPorts } from './provide-program.ts';
import { inTask } from '../../observe/in-task.ts';
import { hashToHex } from '../../lock/hash-json.ts';

export interface ProvidedBase {
  /** Its name on the engine. */
  readonly reference: string;
  /** For the lock: the base's name in devenv.yaml → digest. */
  readonly resolved: Readonly<Record<string, string>>;
}

export interface BootstrapPorts extends ProvideProgramPorts {
  readonly engine: () => Promise<Engine>;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly failpoints: Failpoints;
}

/** On the image of a base: the hash of its recipe. */
const baseLabel = 'dev.teamvm.base';

const debianNames: Readonly<Record<string, string>> = { arm: 'armhf', '386': 'i386', ppc64le: 'ppc64el' };

const day = 24 * 60 * 60 * 1_000;

/**
 * Gets a base from the Debian mirror for the engine's architecture: from the
 * engine, else from the cache, else it assembles one. `update` assembles in any
 * case; nothing else renews a base. Throws HOST_PROGRAM_MISSING, BASE_FAILED.
 */
export const bootstrapBase = async (
  ports: BootstrapPorts,
  base: BootstrapBase,
  { update }: { readonly update: boolean },
): Promise<ProvidedBase> => {
  const engine = await ports.engine();
  const { architecture } = await engine.describe();
  const recipe: BaseRecipe = {
    suite: base.suite,
    ...(await findMirror(ports.processes, base.mirror)),
    include: [...new Set(base.include)].sort(),
    architecture: debianNames[architecture] ?? architecture,
    root: ports.machine.uid === 0,
  };
  const key = hashRecipe(recipe);
  const known = update ? undefined : await findBase(engine.images, base.suite, key);
  if (known !== undefined) return describe(engine.images, base, known);
  // Another devenv may make the same base just now.
  return ports.cache.alone('bases', async () => {
    const made = update ? undefined : await findBase(engine.images, base.suite, key);
    return made === undefined
      ? makeBase(ports, engine.images, base, { recipe, key, update })
      : describe(engine.images, base, made);
  });
};

/**
 * The newest base of a recipe on the engine. Versions, steps and the images of
 * Dockerfiles inherit its label, but not its name; anybody's image may carry it.
 */
const findBase = async (images: Images, suite: string, key: string): Promise<string | undefined> =>
  (await images.list([`${baseLabel}=${key}`]))
    .flatMap(({ tags }) => tags)
    .find((tag) => tag.replace(/^(?:localhost\/|docker\.io\/(?:library\/)?)/, '').startsWith(`${nameBase(suite)}:`));

const nameBase = (suite: string): string => `devenv-base/${suite}`;

/** Takes the base from the cache, or assembles it, and imports it. */
const makeBase = async (
  ports: BootstrapPorts,
  images: Images,
  base: BootstrapBase,
  { recipe, key, update }: { readonly recipe: BaseRecipe; readonly key: string; readonly update: boolean },
): Promise<ProvidedBase> => {
  const name = `bases/${base.suite}-${key}.tar`;
  const cached = update ? undefined : await ports.cache.find(name);
  const tar = cached ?? (await ports.cache.put(name, (path) => assemble(ports, recipe, path)));
  await ports.failpoints.reach('base:assembled');
  const reference = `${nameBase(base.suite)}:${tar.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
  await inTask(ports.progress, 'Importing the base', (task) => {
    const content = countBytes(tar.read(), (done) => task.transfer(done, tar.size));
    return images.import(content, reference, configure(key));
  });
  await ports.failpoints.reach('base:imported');
  const age = cached === undefined ? 0 : Math.floor((ports.clock.now() - cached.made) / day);
  if (age >= 30)
    ports.progress.note(
      `The base was assembled ${age} days ago; \`devenv build --clean --update\` takes today's packages.`,
    );
  return describe(images, base, reference);
};

/** Without `root`: everybody makes the same bytes. */
const hashRecipe = ({ root: _, ...recipe }: BaseRecipe): string =>
  hashToHex(JSON.stringify([recipeVersion, recipe])).slice(0, 16);

const assemble = async (ports: BootstrapPorts, recipe: BaseRecipe, path: string): Promise<void> => {
  const packages = ['mmdebstrap', 'debian-archive-keyring', ...(recipe.root ? [] : ['uidmap'])];
  await provideProgram(ports, 'mmdebstrap', packages, 'assemble the base');
  const { suite, mirror } = recipe;
  const { proxies } = await ports.network();
  const mask = (text: string): string => maskValues(text, listProxySecrets(proxies));
  await inTask(ports.progress, `Assembling Debian ${suite} from ${mirror}`, async (task) => {
    const { exitCode, stderr } = await ports.processes.run(mmdebstrapArgv(recipe, path), {
      env: { ...assemblyEnv, ...listProxyVariables(proxies) },
      timeout: 30 * 60_000,
      signal: ports.signal,
      onLine: (line) => task.update(mask(line).replace(/^[IWE]: /, '')),
    });
    if (exitCode === 0) return;
    const words = mask(lastLines(stderr.replace(/^I: .*\n?/gm, ''), 8));
    const code = asksForLogin([stderr]) ? 'PROXY_DENIED' : 'BASE_FAILED';
    throw new DevenvError(code, `Debian ${suite} could not be assembled from ${mirror}:\n${words}`, {
      state: 'Nothing was built; no part of it is kept.',
    });
  });
};

const configure = (key: string): ImageConfig => ({
  env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  labels: { [baseLabel]: key },
  user: '',
  workingDir: '',
  entrypoint: [],
  cmd: ['bash'],
});

const describe = async (images: Images, base: BootstrapBase, reference: string): Promise<ProvidedBase> => {
  const [layer] = (await requireImage(images, reference)).diffIds;
  return { reference, resolved: layer === undefined ? {} : { [base.suite]: layer } };
};

async function* countBytes(
  source: AsyncIterable<Uint8Array>,
  tell: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of source) {
    done += piece.length;
    tell(done);
    yield piece;
  }
}
