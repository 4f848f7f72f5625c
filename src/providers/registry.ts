import type { Environment } from '../model/environment.ts';
import { apt } from './apt.ts';
import { download } from './downloads/download.ts';
import type { Ecosystem, Undeclared } from './ecosystem.ts';
import { feature } from './features/feature.ts';
import { files } from './files.ts';
import { gem } from './gem.ts';
import { node } from './npm-runtimes/node.ts';
import { npm } from './npm.ts';
import { composer } from './php/composer.ts';
import { pip } from './pip.ts';
import { denoAndBun } from './npm-runtimes/deno-and-bun.ts';
import { cargo } from './programs/cargo.ts';
import { go } from './programs/go.ts';
import type { Provider } from './provider.ts';
import { pipx } from './python/pipx.ts';
import { requirements } from './python/requirements.ts';
import { preference } from './repositories/preference.ts';
import { repository } from './repositories/repository.ts';
import { run } from './run.ts';
import { runtimes } from './runtimes.ts';
import { tool } from './tools/tool.ts';
import { user } from './user.ts';

/** In the order of their steps: each may use what those before it installed. */
export const providers: readonly Provider[] = [
  ...[
    user,
    repository,
    preference,
    apt,
    feature,
    download,
    node,
    ...denoAndBun,
    tool,
    npm,
    pipx,
    pip,
    requirements,
    gem,
    go,
    cargo,
    composer,
  ],
  ...[files, run],
];

/** Ecosystems that devenv.yaml cannot declare. Packages inside of a runtime belong to the runtime. */
export const undeclared: readonly Undeclared[] = [runtimes];

/** In order: the first that recognises a path takes it. */
export const ecosystems: readonly Ecosystem[] = [...undeclared, ...providers];

export const findProvider = (name: string): Provider | undefined => providers.find((each) => each.name === name);

/** The provider of an item, by its id: `apt:git`, `node`. */
export function providerOf(id: string): Provider | undefined {
  const colon = id.indexOf(':');
  return findProvider(colon === -1 ? id : id.slice(0, colon));
}

/** Project paths whose content shapes the image, sorted: the caller hashes them for `items`. */
export function hashedPaths(environment: Environment): readonly string[] {
  return [...new Set(providers.flatMap(({ inputs }) => inputs(environment)))].sort();
}
