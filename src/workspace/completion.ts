import { findProject } from '../environment/find.ts';
import { providerOf } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import { listOwn } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { identifyPlace, readProject } from '../observe/project.ts';
import { findSnapshots } from '../snapshots/snapshots.ts';
import { selectPlace } from '../observe/place.ts';

/** A value of a project that a command takes, and what it means. */
export interface NamedValue {
  readonly word: string;
  readonly summary: string;
}

export type ValueKind = 'service' | 'version' | 'item' | 'workspace' | 'snapshot' | 'task';

/** The values of a kind in the project; none if it cannot be read. `workspace`: whose snapshots. */
export async function listValues(context: Context, kind: ValueKind, workspace: string): Promise<readonly NamedValue[]> {
  try {
    // A value that begins like a flag would be one.
    return (await listers[kind](context, workspace)).filter(({ word }) => !word.startsWith('-'));
  } catch {
    return [];
  }
}

type Lister = (context: Context, workspace: string) => Promise<readonly NamedValue[]>;

const listers: Readonly<Record<ValueKind, Lister>> = {
  service: async (context) => {
    const { environment } = await readProject(context);
    return environment.services.map(({ name, source }) => ({
      word: name,
      summary: source.kind === 'image' ? source.image : 'built here',
    }));
  },
  version: async (context) => {
    const { lock } = await readProject(context);
    return (lock?.versions ?? []).map(({ number, message }) => ({ word: String(number), summary: message })).reverse();
  },
  item: async (context) => {
    const { desired } = await readProject(context);
    return Object.entries(desired).map(([word, value]) => ({
      word,
      summary: providerOf(word)?.describe(value) || value,
    }));
  },
  workspace: async (context) => {
    const { folder } = await findProject(context.files, context.folder);
    const found = await listOwn(await context.engine(), selectPlace('workspace', { folder }));
    // A killed command may have left two containers of one.
    const states = new Map(found.map(({ labels: own, state }) => [own[labels.workspace] ?? 'main', state]));
    return [...states].map(([word, summary]) => ({ word, summary }));
  },
  task: async (context) => {
    const { environment } = await readProject(context);
    return environment.tasks.map(({ name, description, run = '' }) => ({
      word: name,
      summary: description ?? (typeof run === 'string' ? run : run.join(' ')),
    }));
  },
  snapshot: async (context, workspace) => {
    const place = await identifyPlace(context, await readProject(context), workspace);
    const { kept } = await findSnapshots((await context.engine()).volumes, place);
    return kept.map(({ snapshot }) => ({ word: String(snapshot.number), summary: snapshot.message }));
  },
};
