import type { Container } from '../../model/container.ts';
import type { Allowance } from '../../model/version.ts';
import type { Image } from '../../model/image.ts';
import { lineage } from '../../lock/version-items.ts';
import type { Changes, Listing } from '../../ports/changes.ts';
import { readAllowances } from '../../secrets/allow.ts';
import { findPathRule } from '../../secrets/file-scanner.ts';
import { escapePath, type BytePath } from '../../model/byte-path.ts';
import type { Context } from '../../ports/context.ts';
import {
  nameTexts,
  refuseBadAllowances,
  refuseSecrets,
  searchTexts,
  textsOf,
  type NamedText,
  type Refusal,
} from '../../secrets/refuse-secrets.ts';
import { scanSecrets, type SecretScan } from '../../secrets/scan-secrets.ts';
import type { CommitWork } from './open-commit.ts';
import type { ScanRequest } from '../../secrets/find-packaged.ts';

export interface SearchOptions {
  readonly container: Container;
  /** What the new version lies on. */
  readonly parent: Image;
  /** Engine time when that was captured from the container; absent where the container was made from it. */
  readonly since: string | undefined;
  /** Engine time before the changes were listed. */
  readonly began: string;
  /** As Changes has them. */
  readonly listed: Listing | undefined;
  readonly leaveOut: (path: BytePath) => boolean;
}

/** A search of everything that a workspace changed, while something else is done. */
export interface SecretSearch {
  readonly options: SearchOptions;
  /** Settled once the engine's machine searches; what keeps this process busy from then on does not keep that waiting. */
  readonly asked: Promise<void>;
  readonly found: Promise<SecretScan>;
}

export interface SecretGuard {
  /** What the person let pass, for the new version's record. */
  readonly allowed: readonly Allowance[];
  /** True where the layers below are to be merged: what was deleted may be a secret that stands there. */
  readonly purge: boolean;
  /**
   * To be called while nothing moves: searches what changed since the guard
   * was made, so that the workspace stands still for that alone. True where
   * that is nothing.
   */
  searchAgain(): Promise<boolean>;
}

/** Reads, and throws nothing by itself: what fails is told to `guardSecrets`. */
export function beginSearch(context: Context, options: SearchOptions): SecretSearch {
  let onAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => (onAsked = resolve));
  const found = context.changes().then((changes) => scanSecrets(changes, { ...requestOf(options), onAsked }));
  found.then(onAsked, onAsked);
  return { options, asked, found };
}

function requestOf({ container, parent, since, listed, leaveOut }: SearchOptions): ScanRequest {
  return {
    ...{ container: container.id, image: parent.id, leaveOut },
    ...(since !== undefined && { since }),
    ...(listed !== undefined && { listed }),
  };
}

/**
 * Searches everything that a commit would put into an image or the lock, and
 * throws SECRET_FOUND before anything is written. What the person allows with
 * a reason passes, and so does what an earlier version's author allowed.
 */
export async function guardSecrets(work: CommitWork, search: SecretSearch): Promise<SecretGuard> {
  const { context, allow, lock } = work;
  refuseBadAllowances(allow);
  const changes = await context.changes();
  const task = context.progress.task('Looking for secrets');
  try {
    const scan = await search.found;
    const findings = [...scan.findings, ...searchTexts(textsOfCommit(work, search))];
    const allowed = readAllowances(allow, findings);
    const known = lock.versions.flatMap((version) => version.allowed ?? []);
    const pass = [...allowed, ...known];
    refuseSecrets(findings, pass, refusal);
    task.done();
    tellTruncated(context, scan);
    const purge = await offerPurge(work, changes, search, scan);
    const searchAgain = async (): Promise<boolean> => {
      const { container, parent, began } = search.options;
      if (await changes.isCalm(container.id, { image: parent.id }, began)) return true;
      const late = await scanSecrets(changes, { ...requestOf(search.options), after: began });
      refuseSecrets(late.findings, pass, refusal);
      return false;
    };
    return { allowed, purge, searchAgain };
  } catch (error) {
    task.fail();
    throw error;
  }
}

/** The same for a message alone. */
export function refuseSecretMessage(text: string): void {
  refuseSecrets(searchTexts([{ place: 'message', text }]), [], refusal);
}

const textsOfCommit = ({ project, message, allow }: CommitWork, search: SecretSearch): readonly NamedText[] => [
  ...textsOf(search.options.parent.config, message, allow),
  ...nameTexts('devenv.yaml env', project.environment.env),
];

const refusal: Refusal = {
  state: 'Nothing was captured or written; the workspace is as it was.',
  leaveOut: (path) => `Leave a file out with \`commit: {exclude: [${JSON.stringify(path)}]}\` in devenv.yaml`,
};

/** What the person should know though nothing is refused. */
function tellTruncated({ progress }: Context, { truncated }: SecretScan): void {
  if (truncated.length === 0) return;
  progress.note(`Searched for secrets in the first 16 MB only: ${truncated.slice(0, 5).join(', ')}${more(truncated)}`);
}

/**
 * Says what was deleted since the version below and may be a secret: its
 * layers have it still. Gives whether they are to be merged, so that the new
 * version's have not.
 */
async function offerPurge(
  { context: { progress, prompt }, lock }: CommitWork,
  changes: Changes,
  search: SecretSearch,
  { deleted }: SecretScan,
): Promise<boolean> {
  const { container, parent, since } = search.options;
  const versions = lineage(lock, lock.current);
  const allowed = new Set(versions.flatMap((version) => version.allowed ?? []).map(({ path }) => path));
  const isSecret = (path: BytePath): boolean => allowed.has(escapePath(path)) || findPathRule(path) !== undefined;
  const inFiles = [...allowed].some((path) => path.startsWith('/'));
  if (!inFiles && !deleted.some(isSecret)) return false;
  const rows = await changes.list(container.id, { image: parent.id, ...(since !== undefined && { since }) });
  const gone: string[] = [];
  for (const { kind, path } of rows ?? []) {
    if (kind === 'deleted' && isSecret(path)) gone.push(escapePath(path));
  }
  if (gone.length === 0) return false;
  progress.note(
    `Deleted, but still in the layers of earlier versions, where anybody who has the image can read it: ${gone.slice(0, 5).join(', ')}${more(gone)}. If it held a secret, make that worthless by changing it.`,
  );
  if (await prompt.confirm('Merge the layers, so that the new version does not have it?', false)) return true;
  progress.note('The new version has it in its layers, too: with --yes they are merged, and it has not.');
  return false;
}

function more(list: readonly unknown[]): string {
  return list.length > 5 ? ` and ${String(list.length - 5)} more` : '';
}
