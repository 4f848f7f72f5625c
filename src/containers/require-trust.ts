import { createHash } from 'node:crypto';
import { sep } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import type { TrustNeed } from '../model/trust.ts';
import { listTrustNeeds } from '../environment/list-trust-needs.ts';
import type { Context } from '../ports/context.ts';
import { findReal } from './make-mount-points.ts';

type World = Pick<Context, 'files' | 'machine' | 'prompt' | 'progress' | 'clock'>;

interface Subject {
  /** Absolute, where devenv.yaml lies. */
  readonly folder: string;
  readonly environment: Environment;
}

/** What a person agreed to, for one project folder on this machine. */
interface TrustRecord {
  readonly folder: string;
  /** Of the folder and of exactly what was shown. */
  readonly hash: string;
  readonly needs: readonly TrustNeed[];
  /** ISO 8601. */
  readonly date: string;
}

export interface Trust {
  readonly folder: string;
  /** Everything that needs it; nothing, usually. */
  readonly needs: readonly TrustNeed[];
  /** True where exactly that was agreed to, or nothing needs it. */
  readonly trusted: boolean;
  /** What was agreed to before and is not what there is now. */
  readonly before?: readonly TrustNeed[];
}

const limit = 256 * 1024;

/** What devenv.yaml asks for beyond its containers, and whether somebody agreed to exactly that. */
export async function observeTrust(world: World, subject: Subject): Promise<Trust> {
  const { folder, environment } = subject;
  const needs = listTrustNeeds(environment, await findLinks(world, subject));
  if (needs.length === 0) return { folder, needs, trusted: true };
  const record = await readRecord(world, folder);
  if (record?.hash === (await hashNeeds(world, folder, needs))) return { folder, needs, trusted: true };
  return { folder, needs, trusted: false, ...(record !== undefined && { before: record.needs }) };
}

/**
 * Returns where the person trusts exactly what devenv.yaml asks for. Otherwise
 * shows it and asks, where somebody is there to answer; throws NOT_TRUSTED
 * with what needs it (`data.needs`). `--yes` agrees to nothing here. To be
 * called with the environment that will be used, before anything of it is.
 */
export async function requireTrust(world: World, subject: Subject): Promise<void> {
  const trust = await observeTrust(world, subject);
  if (trust.trusted) return;
  const lines = describeTrust(trust);
  if (world.prompt.interactive) {
    for (const line of lines) world.progress.note(line);
    if (await world.prompt.confirm('Trust this project with exactly that?', false)) {
      await writeTrust(world, trust);
      return;
    }
  }
  throw new DevenvError('NOT_TRUSTED', lines.join('\n'), {
    state: 'Nothing was run, mounted or changed.',
    data: { needs: trust.needs, ...(trust.before !== undefined && { before: trust.before }) },
  });
}

/** What is asked for, a line each; what was not agreed to before is marked. */
export function describeTrust({ needs, before }: Pick<Trust, 'needs' | 'before'>): string[] {
  const known = new Set(before?.map(print));
  const heading =
    before === undefined
      ? 'devenv.yaml asks for what reaches beyond its containers:'
      : 'devenv.yaml asks for more or other things than you agreed to (+ is new):';
  return [
    heading,
    ...needs.map((need) => `${before === undefined || known.has(print(need)) ? '  ' : '+ '}${print(need)}`),
  ];
}

const verbs: Readonly<Record<TrustNeed['kind'], string>> = {
  mount: 'mounts',
  command: 'runs on this machine, for',
  privilege: 'gets',
};

const print = ({ kind, where, content }: TrustNeed): string => `${where}: ${verbs[kind]} ${content}`;

/** Remembers that somebody agreed. */
export async function writeTrust(world: World, { folder, needs }: Trust): Promise<void> {
  const record: TrustRecord = {
    folder,
    hash: await hashNeeds(world, folder, needs),
    needs,
    date: new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  await world.files.makeFolder(world.machine.stateFolder);
  await world.files.writeAtomic(await recordPath(world, folder), `${JSON.stringify(record, null, 2)}\n`);
}

/** False where there was nothing to end. */
export async function revokeTrust(world: World, folder: string): Promise<boolean> {
  if ((await readRecord(world, folder)) === undefined) return false;
  await world.files.writeAtomic(await recordPath(world, folder), '');
  return true;
}

/** Folders of the project that are links out of it. */
async function findLinks({ files }: World, { folder, environment }: Subject): Promise<ReadonlyMap<string, string>> {
  const volumes = [...environment.volumes, ...environment.services.flatMap((service) => service.volumes)];
  const folders = volumes.filter(({ kind }) => kind === 'folder').map(({ source }) => source);
  const links = new Map<string, string>();
  if (folders.length === 0) return links;
  const root = (await files.realPath(folder)) ?? folder;
  for (const source of folders) {
    const { real } = await findReal(files, `${folder}/${source}`);
    if (!`${real}${sep}`.startsWith(`${root}${sep}`)) links.set(source, real);
  }
  return links;
}

async function readRecord(world: World, folder: string): Promise<TrustRecord | undefined> {
  const text = await world.files.readText(await recordPath(world, folder), limit);
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as TrustRecord;
  } catch {
    // A record that somebody broke is none: what it said has to be agreed to again.
    return undefined;
  }
}

async function recordPath(world: World, folder: string): Promise<string> {
  return `${world.machine.stateFolder}/trust-${sha256(await resolve(world, folder)).slice(0, 32)}.json`;
}

async function hashNeeds(world: World, folder: string, needs: readonly TrustNeed[]): Promise<string> {
  const plain = needs.map(({ kind, where, content }) => [kind, where, content]);
  return sha256(JSON.stringify([await resolve(world, folder), plain]));
}

const resolve = async ({ files }: World, folder: string): Promise<string> => (await files.realPath(folder)) ?? folder;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
