import { createHash } from 'node:crypto';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Allowance, Found } from '../model/finding.ts';
import type { Image } from '../model/image.ts';
import type { Digest } from '../model/version.ts';
import { lineage } from '../plan/version-items.ts';
import type { Changes } from '../ports/changes.ts';
import { isAllowance, isAllowed, readAllowances } from '../secrets/allow.ts';
import { findInTexts, type NamedText } from '../secrets/find-in-texts.ts';
import { findPathRule } from '../secrets/file-scanner.ts';
import { printPath } from '../secrets/path-text.ts';
import { renderFindings } from '../secrets/render-findings.ts';
import type { Context } from './context.ts';
import type { Project } from './project.ts';
import { scanSecrets, type SecretScan } from './scan-secrets.ts';

export interface GuardOptions {
  readonly project: Project;
  readonly container: Container;
  /** What the new version lies on. */
  readonly parent: Image;
  /** Engine time when that was captured from the container; absent where the container was made from it. */
  readonly since: string | undefined;
  readonly leaveOut: (path: string) => boolean;
  readonly message: string;
  /** `PATH=REASON`, as the person gave them. */
  readonly allow: readonly string[];
}

export interface SecretGuard {
  /** What the person let pass, for the new version's record. */
  readonly allowed: readonly Allowance[];
  /** True where the layers below are to be merged: what was deleted may be a secret that stands there. */
  readonly purge: boolean;
  /**
   * To be called while nothing moves: searches what changed since the guard
   * was made, so that the workspace stands still for that alone.
   */
  searchAgain(): Promise<void>;
}

/**
 * Searches everything that a commit would put into an image or the lock, and
 * throws SECRET_FOUND before anything is written. What the person allows with
 * a reason passes, and so does what an earlier version's author allowed.
 */
export async function guardSecrets(context: Context, options: GuardOptions): Promise<SecretGuard> {
  refuseBadAllowances(options);
  const { container, leaveOut } = options;
  const engine = await context.engine();
  const changes = await context.changes();
  const began = await engine.now();
  const task = context.progress.task('Looking for secrets');
  const { id: image } = options.parent;
  const request = {
    container: container.id,
    image,
    leaveOut,
    ...(options.since !== undefined && { since: options.since }),
  };
  try {
    const scan = await scanSecrets(changes, request);
    const findings = [...scan.findings, ...searchTexts(textsOf(options))];
    const allowed = readAllowances(options.allow, findings);
    const known = options.project.lock?.versions.flatMap((version) => version.allowed ?? []) ?? [];
    const pass = [...allowed, ...known];
    refuse(findings, pass);
    task.done();
    tellTruncated(context, scan);
    const purge = await offerPurge(context, changes, options, scan);
    const searchAgain = async (): Promise<void> => {
      const late = await scanSecrets(changes, { ...request, after: began });
      refuse(late.findings, pass);
    };
    return { allowed, purge, searchAgain };
  } catch (error) {
    task.fail();
    throw error;
  }
}

/** The same for a message alone. */
export function refuseSecretMessage(text: string): void {
  refuse(searchTexts([{ place: 'message', text }]), []);
}

function refuseBadAllowances({ allow }: GuardOptions): void {
  for (const text of allow) {
    if (isAllowance(text)) continue;
    throw new DevenvError('USAGE', '--allow needs a path and a reason.', {
      hint: 'For example: `--allow /etc/app/test.key="a key for tests, known to everybody"`.',
    });
  }
}

function textsOf({ project, parent, message, allow }: GuardOptions): readonly NamedText[] {
  const named = (kind: string, values: Readonly<Record<string, string>>): NamedText[] =>
    Object.entries(values).map(([name, value]) => ({ place: `${kind}:${name}`, text: `${name}=${value}` }));
  return [
    ...parent.config.env.map((text) => ({ place: `env:${text.split('=', 1)[0] ?? ''}`, text })),
    ...named('label', parent.config.labels),
    ...named('devenv.yaml env', project.environment.env),
    { place: 'message', text: message },
    ...allow.map((text) => ({ place: '--allow', text })),
  ];
}

function searchTexts(texts: readonly NamedText[]): readonly Found[] {
  const hash = (place: string): Digest => {
    const all = texts.filter((text) => text.place === place).map(({ text }) => text);
    return `sha256:${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
  };
  return findInTexts(texts).map((finding) => ({ ...finding, content: hash(finding.path) }));
}

function refuse(found: readonly Found[], pass: readonly Allowance[]): void {
  const findings = found.filter((finding) => !isAllowed(finding, pass)).map(({ content: _, ...finding }) => finding);
  if (findings.length === 0) return;
  const count = findings.length === 1 ? 'a secret' : `${String(findings.length)} secrets`;
  const path = findings.find((finding) => finding.path.startsWith('/'))?.path;
  throw new DevenvError('SECRET_FOUND', `The version would hold ${count}:\n${renderFindings(findings)}`, {
    state: 'Nothing was captured or written; the workspace is as it was.',
    hint:
      path === undefined
        ? 'Take it away, or say why it may stay with `--allow NAME=REASON`; NAME is that of the first column, and the reason is recorded in devenv-lock.yaml.'
        : `Leave a file out with \`commit: {exclude: [${JSON.stringify(path)}]}\` in devenv.yaml, or say why it may stay: \`--allow '${path}=REASON'\` records that in devenv-lock.yaml.`,
    data: { findings: findings.slice(0, 1000) },
  });
}

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
  { progress, prompt }: Context,
  changes: Changes,
  { project, container, parent, since }: GuardOptions,
  { deleted }: SecretScan,
): Promise<boolean> {
  const versions = project.lock === undefined ? [] : lineage(project.lock, project.lock.current);
  const allowed = new Set(versions.flatMap((version) => version.allowed ?? []).map(({ path }) => path));
  const isSecret = (path: Uint8Array): boolean =>
    allowed.has(printPath(path)) || findPathRule(new TextDecoder('latin1').decode(path)) !== undefined;
  const inFiles = [...allowed].some((path) => path.startsWith('/'));
  if (!inFiles && !deleted.some(isSecret)) return false;
  const encoder = new TextEncoder();
  const rows = await changes.list(container.id, { image: parent.id, ...(since !== undefined && { since }) });
  const gone: string[] = [];
  for (const { kind, path } of rows ?? []) {
    if (kind === 'deleted' && isSecret(encoder.encode(path))) gone.push(printPath(encoder.encode(path)));
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
