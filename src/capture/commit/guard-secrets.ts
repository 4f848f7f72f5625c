import type { Container } from '../../model/container.ts';
import type { Allowance } from '../../model/version.ts';
import type { Image } from '../../model/image.ts';
import { lineage } from '../../lock/version-items.ts';
import type { CaptureRequest } from '../../ports/capture.ts';
import type { Changes, Listing } from '../../ports/changes.ts';
import { readAllowances } from '../../secrets/allow.ts';
import { findPathRule } from '../../secrets/file-scanner.ts';
import { escapePath, type BytePath } from '../../model/byte-path.ts';
import { inTask } from '../../observe/in-task.ts';
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
import { listSome } from '../../model/format-count.ts';

interface SearchOptions {
  readonly container: Container;
  /** Image of the version below. */
  readonly parent: Image;
  /** Engine time when that was captured from the container; absent if the container was made from it. */
  readonly since: string | undefined;
  /** Engine time before the changes were listed. */
  readonly began: string;
  /** As Changes has them. */
  readonly listed: Listing | undefined;
  readonly leaveOut: CaptureRequest['leaveOut'];
}

/** A search of all changes of a workspace, in the background. */
export interface SecretSearch {
  readonly options: SearchOptions;
  /** Settled when the engine's machine searches: from then on this process may be busy. */
  readonly asked: Promise<void>;
  readonly found: Promise<SecretScan>;
}

export interface SecretGuard {
  /** Findings that the person allowed, for the record of the new version. */
  readonly allowed: readonly Allowance[];
  /** True to merge the layers below, since a deleted secret may be in them. */
  readonly purge: boolean;
  /**
   * Searches what changed since the first search; to be called during the
   * pause. True if nothing changed.
   */
  searchAgain(): Promise<boolean>;
}

/** Starts a search. `guardSecrets` reports its failure. */
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
 * Searches everything that a commit would write to an image or the lock, and
 * throws SECRET_FOUND before anything is written. Findings that the person
 * allows with a reason, or that an earlier version allowed, pass.
 */
export async function guardSecrets(work: CommitWork, search: SecretSearch): Promise<SecretGuard> {
  const { context, allow, lock } = work;
  refuseBadAllowances(allow);
  const changes = await context.changes();
  const { scan, allowed, pass } = await inTask(context.progress, 'Looking for secrets', async () => {
    const found = await search.found;
    const findings = [...found.findings, ...searchTexts(textsOfCommit(work, search))];
    const own = readAllowances(allow, findings);
    const known = lock.versions.flatMap((version) => version.allowed ?? []);
    refuseSecrets(findings, [...own, ...known], refusal);
    return { scan: found, allowed: own, pass: [...own, ...known] };
  });
  noteTruncated(context, scan);
  const purge = await offerPurge(work, changes, search, scan);
  const searchAgain = async (): Promise<boolean> => {
    const { container, parent, began } = search.options;
    if (await changes.isCalm(container.id, { image: parent.id }, began)) return true;
    const late = await scanSecrets(changes, { ...requestOf(search.options), after: began });
    refuseSecrets(late.findings, pass, refusal);
    return false;
  };
  return { allowed, purge, searchAgain };
}

/** As guardSecrets, for a message alone. */
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

/** Notes files of which only the beginning was searched. */
function noteTruncated({ progress }: Context, { truncated }: SecretScan): void {
  if (truncated.length === 0) return;
  progress.note(`Searched for secrets in the first 16 MB only: ${listSome(truncated)}`);
}

/**
 * Notes deleted files that may be secrets and are still in the layers of
 * earlier versions. Gives whether to merge these layers for the new version.
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
    `Deleted, but still in the layers of earlier versions, where everybody with the image can read it: ${listSome(gone)}. If it held a secret, revoke that secret.`,
  );
  if (await prompt.confirm('Merge the layers, to remove it from the new version?', false)) return true;
  progress.note('It stays in the layers of the new version. With --yes the layers are merged, and it is removed.');
  return false;
}
