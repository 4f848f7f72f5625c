import { transferOptions } from '../observe/transfer-options.ts';
import { randomBytes } from 'node:crypto';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Allowance } from '../model/version.ts';
import type { Image } from '../model/image.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Digest, Seed } from '../model/version.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import { readAllowances } from '../secrets/allow.ts';
import type { Context } from '../ports/context.ts';
import { inSeed, seedFolder, type SeedContainer } from './seed/in-seed.ts';
import { labels } from '../observe/labels.ts';
import { identifyPlace } from '../observe/project.ts';
import { refuseBadAllowances, refuseSecrets } from '../secrets/refuse-secrets.ts';
import { scanSecrets } from '../secrets/scan-secrets.ts';
import { snapshotIntent, type SeedIntent } from './snapshot-intent.ts';
import { findSnapshots, requireSnapshot, type Kept } from './snapshots.ts';
import { undoSeed } from './seed/undo-seed.ts';
import { provideVersion } from '../observe/version-image.ts';
import { writeLock } from '../versions/write-lock.ts';
import { holdProject } from '../observe/hold-project.ts';
import { inTask } from '../observe/in-task.ts';
import { formatTime } from '../model/format-count.ts';

interface PushSnapshotOptions {
  readonly workspace: string;
  readonly number: number;
  /** `PATH=REASON`, as the person gave them. */
  readonly allow: readonly string[];
}

export interface PushedSnapshot {
  readonly snapshot: Snapshot;
  readonly reference: string;
  readonly seed: Seed;
}

/**
 * Pushes the named volumes of a snapshot to the registry, as the data that new
 * workspaces start with, after a search for secrets. Throws SNAPSHOT_NOT_FOUND,
 * SECRET_FOUND and what a push throws; the lock does not change then.
 */
export async function pushSnapshot(context: Context, options: PushSnapshotOptions): Promise<PushedSnapshot> {
  refuseBadAllowances(options.allow);
  return holdProject(context, 'snapshot push', async (project, held) => {
    const { folder } = project;
    const { environment, lock } = project;
    const engine = await context.engine();
    const place = await identifyPlace(context, project, options.workspace);
    const kept = requireSnapshot((await findSnapshots(engine.volumes, place)).kept, options.number);
    const names = kept.snapshot.volumes.flatMap((volume) => (volume.kind === 'named' ? [volume.name] : [])).sort();
    if (names.length === 0) throw refused(`Snapshot ${String(options.number)} has no volume with a name.`);
    if (environment.image === undefined) {
      throw new DevenvError('CONFIG_INVALID', 'devenv.yaml has no `image`, so the project has no registry.', {
        hint: 'Add a repository: `image: registry.example.com/team/env`.',
      });
    }
    if (lock === undefined) throw refused('This project has no version yet for new workspaces to start from.');
    const parent = await engine.images.inspect(await provideVersion(context, environment, currentVersion(lock)));
    if (parent === undefined) throw refused('The image of the current version vanished from the engine.');
    const reference = `${environment.image}:seed-${String(options.number)}-${kept.transaction}`;
    const transaction = randomBytes(6).toString('hex');
    const intent: SeedIntent = {
      ...{ kind: 'seed', transaction, engine: engine.address, volumes: [], image: reference },
    };
    held.check();
    await snapshotIntent.write(context, folder, intent);
    try {
      const allowed = await makeSeed(context, engine, kept, { transaction, parent, reference, allow: options.allow });
      await context.failpoints.reach('seed:made');
      const digest = await send(context, engine, reference);
      const seed: Seed = {
        digest,
        volumes: names,
        author: await context.author(folder),
        date: formatTime(context.clock.now()),
        ...(allowed.length > 0 && { allowed }),
      };
      await writeLock(context, held, project, { ...lock, seed });
      return { snapshot: kept.snapshot, reference, seed };
    } finally {
      // The registry has the image; the snapshot itself stays here.
      await undoSeed(context, folder, intent);
    }
  });
}

interface Making {
  readonly transaction: string;
  readonly parent: Image;
  readonly reference: string;
  readonly allow: readonly string[];
}

/** Makes an image of the current version plus one layer with the copies. Returns the findings that were allowed. */
async function makeSeed(
  context: Context,
  engine: Pick<Engine, 'builder' | 'runtime'>,
  { snapshot, store }: Kept,
  { transaction, parent, reference, allow }: Making,
): Promise<readonly Allowance[]> {
  const named = snapshot.volumes
    .flatMap((volume, index) => (volume.kind === 'named' ? [[String(index), volume.name] as const] : []))
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .flat();
  const mounts = [{ kind: 'volume', source: store, target: storeTarget, readOnly: true }] as const;
  return inTask(context.progress, 'Looking for secrets in the data', (task) =>
    inSeed(engine.runtime, { image: parent.id, mounts, transaction }, async (container) => {
      await container.run(unpackScript, [storeTarget, lookFolder, ...named]);
      const found = await search(context, container, parent, allow);
      task.update('copying');
      await container.run(packScript, [storeTarget, lookFolder, seedFolder, ...named]);
      await context.failpoints.reach('seed:packed');
      await engine.builder.commit(container.id, reference, {
        ...parent.config,
        labels: {
          ...parent.config.labels,
          [labels.role]: 'seed',
          [labels.origin]: '',
          [labels.record]: '',
          [labels.step]: '',
        },
      });
      return found;
    }),
  );
}

/** Returns the findings that are allowed. Throws SECRET_FOUND. */
async function search(
  context: Context,
  { id }: SeedContainer,
  parent: Image,
  allow: readonly string[],
): Promise<readonly Allowance[]> {
  const leaveOut = (path: string): boolean => path !== lookFolder && !path.startsWith(`${lookFolder}/`);
  const { findings, truncated } = await scanSecrets(await context.changes(), {
    ...{ container: id, image: parent.id, leaveOut },
  });
  const allowed = readAllowances(allow, findings);
  refuseSecrets(findings, allowed, {
    holder: 'What is sent',
    state: 'Nothing was sent; the snapshot is as it was.',
    leaveOut: (path) => `Take ${path} out of the volume and make another snapshot`,
  });
  if (truncated.length > 0)
    context.progress.note(`Searched for secrets in the first 16 MB only: ${truncated.slice(0, 5).join(', ')}`);
  return allowed;
}

async function send(context: Context, engine: Pick<Engine, 'images'>, reference: string): Promise<Digest> {
  return inTask(context.progress, 'Pushing the data', async (task) => {
    const options = await transferOptions(context, reference, task);
    const digest = await engine.images.push(reference, options);
    await context.failpoints.reach('seed:sent');
    const shown = await engine.images.resolveDigest(reference, options.auth);
    if (shown !== digest) {
      throw new DevenvError(
        'CONTENT_MISMATCH',
        `The registry took ${digest} for ${reference}, but serves ${shown ?? 'nothing'}.`,
        { state: 'The lock is as it was.' },
      );
    }
    return digest;
  });
}

const refused = (message: string): DevenvError =>
  new DevenvError('SNAPSHOT_NOT_FOUND', message, { hint: 'A seed is the data of volumes that devenv.yaml names.' });

const storeTarget = '/.devenv-store';
/** Prefix of the paths in findings: `/seed/pgdata/…`. */
const lookFolder = '/seed';

/** Unpacks the copies for the search. Arguments after the folders: index and name of each volume. */
const unpackScript = `set -e; store=$1 look=$2; shift 2; mkdir -p "$look"
while [ "$#" -gt 0 ]; do mkdir "$look/$2"; tar --extract --file="$store/$1.tar" --directory="$look/$2" --numeric-owner; shift 2; done`;

const packScript = `set -e; store=$1 look=$2 to=$3; shift 3; rm -rf -- "$look"; mkdir "$to"; at=0
while [ "$#" -gt 0 ]; do cp -- "$store/$1.tar" "$to/$at.tar"; at=$((at + 1)); shift 2; done`;
