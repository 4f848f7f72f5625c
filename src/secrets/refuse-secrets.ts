import { createHash } from 'node:crypto';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Finding, Found } from '../model/finding.ts';
import type { Allowance, Digest } from '../model/version.ts';
import type { ImageConfig } from '../model/image.ts';
import { isAllowance, isAllowed } from './allow.ts';
import { type NamedText, findInTexts } from './find-in-texts.ts';

const shown = 40;

/** A table of where, which rule, and the value masked. Paths are escaped already. */
function renderFindings(findings: readonly Finding[]): string {
  const rows = findings
    .slice(0, shown)
    .map(({ path, line, rule, masked }) => [line === undefined ? path : `${path}:${String(line)}`, rule, masked]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  if (findings.length > shown) lines.push(`  and ${String(findings.length - shown)} more`);
  return lines.join('\n');
}

/** What was done so far, and how a file can be kept out. */
export interface Refusal {
  /** What would hold it; a version where absent. */
  readonly holder?: string;
  readonly state: string;
  /** For the first path that was found. */
  readonly leaveOut: (path: string) => string;
}

/** Throws SECRET_FOUND for what is found and was not let pass. */
export function refuseSecrets(found: readonly Found[], pass: readonly Allowance[], refusal: Refusal): void {
  const { holder = 'The version', state, leaveOut } = refusal;
  const findings = found.filter((finding) => !isAllowed(finding, pass)).map(({ content: _, ...finding }) => finding);
  if (findings.length === 0) return;
  const count = findings.length === 1 ? 'a secret' : `${String(findings.length)} secrets`;
  const path = findings.find((finding) => finding.path.startsWith('/'))?.path;
  throw new DevenvError('SECRET_FOUND', `${holder} would hold ${count}:\n${renderFindings(findings)}`, {
    state,
    hint:
      path === undefined
        ? 'Take it away, or say why it may stay with `--allow NAME=REASON`; NAME is that of the first column, and the reason is recorded in devenv-lock.yaml.'
        : `${leaveOut(path)}, or say why it may stay: \`--allow '${path}=REASON'\` records that in devenv-lock.yaml.`,
    data: { findings: findings.slice(0, 1000) },
  });
}

/** Throws USAGE unless each is `PATH=REASON`. */
export function refuseBadAllowances(allow: readonly string[]): void {
  for (const text of allow) {
    if (isAllowance(text)) continue;
    throw new DevenvError('USAGE', '--allow needs a path and a reason.', {
      hint: 'For example: `--allow /etc/app/test.key="a key for tests, known to everybody"`.',
    });
  }
}

/** Environment and labels of an image, and what a person says of a version. */
export function textsOf(
  config: Pick<ImageConfig, 'env' | 'labels'>,
  message: string,
  allow: readonly string[],
): readonly NamedText[] {
  return [
    ...config.env.map((text) => ({ place: `env:${text.split('=', 1)[0] ?? ''}`, text })),
    ...nameTexts('label', config.labels),
    { place: 'message', text: message },
    ...allow.map((text) => ({ place: '--allow', text })),
  ];
}

export const nameTexts = (kind: string, values: Readonly<Record<string, string>>): readonly NamedText[] =>
  Object.entries(values).map(([name, value]) => ({ place: `${kind}:${name}`, text: `${name}=${value}` }));

export function searchTexts(texts: readonly NamedText[]): readonly Found[] {
  const hash = (place: string): Digest => {
    const all = texts.filter((text) => text.place === place).map(({ text }) => text);
    return `sha256:${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
  };
  return findInTexts(texts).map((finding) => ({ ...finding, content: hash(finding.path) }));
}
