import type { Ask } from '../observe/images/ask-image.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { suggestNearest } from '../errors/suggest-nearest.ts';
import type { Lock, Version } from '../model/version.ts';
import { lineage, resolveVersionItems } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import { inTask } from '../observe/in-task.ts';
import { readProject, type Project } from '../observe/project.ts';
import { requireLock } from './require-version.ts';
import { openVersion } from './version-inspection.ts';
import { takeInventory } from '../observe/images/take-inventory.ts';

interface Blame {
  readonly tool: string;
  /** The version that introduced it. */
  readonly version: Version;
  /** `declared`: devenv.yaml declared the item. `found`: only the image has it, as a package, a program or a path. */
  readonly how:
    { readonly kind: 'declared'; readonly item: string } | { readonly kind: 'found'; readonly what: string };
  /** True if even the oldest version has it: it may come from the base. */
  readonly first: boolean;
}

/**
 * Finds the version that introduced a tool: by what versions declare, else by
 * looking into their images, which are pulled if this engine lacks them.
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

/** Items that a word may mean: `apt:jq` itself, or `jq` of any provider. */
function matchItems(ids: readonly string[], tool: string): readonly string[] {
  return ids.filter((id) => id === tool || id.slice(id.indexOf(':') + 1) === tool);
}

/**
 * The version that introduced a tool that version `number` declares: the oldest
 * one of an unbroken series that declares it. Absent if `number` does not.
 */
export function findDeclaration(
  lock: Lock,
  number: number,
  tool: string,
): { readonly version: Version; readonly item: string } | undefined {
  let found: { readonly version: Version; readonly item: string } | undefined;
  // By parents and not by images: a build from the base declares everything again.
  for (const version of ancestry(lock, number)) {
    const [item] = matchItems(Object.keys(resolveVersionItems(lock, version.number)), tool);
    if (item === undefined) return found;
    found = { version: originOf(lock, version), item };
  }
  return found;
}

/** A version and its parents, newest first. */
function ancestry(lock: Lock, number: number): readonly Version[] {
  const chain: Version[] = [];
  for (let at: number | undefined = number; at !== undefined;) {
    const version = lock.versions.find((known) => known.number === at);
    if (version === undefined) break;
    chain.push(version);
    at = version.parent;
  }
  return chain;
}

/** The version whose content a rollback repeats. */
function originOf(lock: Lock, version: Version): Version {
  return version.kind === 'rollback' ? (lineage(lock, version.number)[1] ?? version) : version;
}

/** Bisects the chain of versions: ten images are enough for a thousand versions. */
async function search(context: Context, project: Project, tool: string): Promise<Blame> {
  const lock = requireLock(project);
  const chain = lineage(lock, lock.current).filter(({ kind }) => kind !== 'rollback');
  return inTask(context.progress, `Looking for ${tool} in the versions`, async (task) => {
    const look = async (version: Version): Promise<string | undefined> => {
      task.update(`version ${String(version.number)}`);
      return openVersion(context, project, version, ({ ask }) => findTool(ask, tool));
    };
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
    return { tool, version: chain[has] ?? newest, how: { kind: 'found', what }, first: lacks === chain.length };
  });
}

/** Finds a path, a package of any provider, or a program on PATH. */
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
    hint: `${suggestNearest(tool, names)}It declares ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' and more' : ''}.`,
  });
}
