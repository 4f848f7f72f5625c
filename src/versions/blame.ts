import type { Ask } from '../observe/images/ask-image.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Version } from '../model/version.ts';
import { findDeclaration, matchItems } from './find-introduction.ts';
import { lineage, resolveVersionItems } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import { readProject, type Project } from '../observe/project.ts';
import { requireLock } from './require-version.ts';
import { openVersion } from './version-inspection.ts';
import { takeInventory } from '../observe/images/take-inventory.ts';

export interface Blame {
  readonly tool: string;
  /** Who brought it, when and why. */
  readonly version: Version;
  /** `apt:jq` where devenv.yaml of then asked for it; `found` where it was only found in the image: a package, a program or a path. */
  readonly how:
    { readonly kind: 'declared'; readonly item: string } | { readonly kind: 'found'; readonly what: string };
  /** True where even the oldest version has it: it may come from the base. */
  readonly first: boolean;
}

/**
 * Which version brought a tool: by what the versions declare, else by looking
 * into their images. Those that this engine lacks are pulled.
 */
export async function blame(context: Context, tool: string): Promise<Blame> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const declared = findDeclaration(lock, lock.current, tool);
  if (declared !== undefined) {
    const { version, item } = declared;
    return { tool, version, how: { kind: 'declared', item }, first: version.parent === undefined };
  }
  return search(context, project, tool);
}

/**
 * Halves the chain of versions until the one that has the tool, and the one
 * below that has not, stand side by side: ten images tell about a thousand.
 */
async function search(context: Context, project: Project, tool: string): Promise<Blame> {
  const lock = requireLock(project);
  const chain = lineage(lock, lock.current).filter(({ kind }) => kind !== 'rollback');
  const task = context.progress.task(`Looking for ${tool} in the versions`);
  const look = async (version: Version): Promise<string | undefined> => {
    task.update(`version ${String(version.number)}`);
    return openVersion(context, project, version, ({ ask }) => findTool(ask, tool));
  };
  try {
    const [newest] = chain;
    let what = newest && (await look(newest));
    if (newest === undefined || what === undefined)
      throw unknownTool(lock.current, tool, resolveVersionItems(lock, lock.current));
    let [has, lacks] = [0, chain.length];
    while (lacks - has > 1) {
      context.signal.throwIfAborted();
      const middle = Math.floor((has + lacks) / 2);
      const version = chain[middle];
      const found = version && (await look(version));
      if (found === undefined) lacks = middle;
      else [has, what] = [middle, found];
    }
    task.done();
    return { tool, version: chain[has] ?? newest, how: { kind: 'found', what }, first: lacks === chain.length };
  } catch (error) {
    task.fail();
    throw error;
  }
}

/** A path, a package of any provider, or a program on the path. */
async function findTool(ask: Ask, tool: string): Promise<string | undefined> {
  if (tool.startsWith('/')) return (await ask({ argv: ['test', '-e', tool] })).exitCode === 0 ? tool : undefined;
  const installed = Object.entries(await takeInventory(ask)).flatMap(([provider, packages]) =>
    Object.keys(packages).map((name) => `${provider}:${name}`),
  );
  const [item] = matchItems(installed, tool);
  if (item !== undefined) return item;
  const { exitCode, stdout } = await ask({ argv: ['sh', '-c', 'command -v -- "$1"', 'sh', tool] });
  const path = stdout.toString('utf8').trim();
  return exitCode === 0 && path.startsWith('/') ? path : undefined;
}

function unknownTool(current: number, tool: string, items: Readonly<Record<string, string>>): DevenvError {
  const names = Object.keys(items).map((id) => id.slice(id.indexOf(':') + 1));
  return new DevenvError('USAGE', `Version ${String(current)} has no package, program or path "${tool}".`, {
    hint: `It declares ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' and more' : ''}.`,
  });
}
