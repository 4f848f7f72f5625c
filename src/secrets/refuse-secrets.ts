import { DevenvError } from '../errors/devenv-error.ts';
import type { Finding, Found } from '../model/finding.ts';
import type { Allowance, Digest } from '../model/version.ts';
import type { ImageConfig } from '../model/image.ts';
import { isAllowance, isAllowed } from './allow.ts';
import { ContentScanner } from './content-scanner.ts';
import { nameOfVariable } from '../model/shell/variables.ts';
import { hashText } from '../lock/hash-json.ts';

const shown = 40;

/** A table of place, rule and masked value. Paths are escaped already. */
function renderFindings(findings: readonly Finding[]): string {
  const rows = findings
    .slice(0, shown)
    .map(({ path, line, rule, masked }) => [line === undefined ? path : `${path}:${String(line)}`, rule, masked]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  if (findings.length > shown) lines.push(`  and ${String(findings.length - shown)} more`);
  return lines.join('\n');
}

export interface NamedText {
  /** Its name in findings: `env:NAME`, `label:NAME`, `message`. */
  readonly place: string;
  readonly text: string;
}

/** The words of an error about a secret. */
export interface Refusal {
  /** What would hold the secret. Default: a version. */
  readonly holder?: string;
  readonly state: string;
  /** How to keep out the first path. */
  readonly leaveOut: (path: string) => string;
}

/** Throws SECRET_FOUND unless all findings are allowed. */
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
        ? 'Remove it, or allow it with `--allow NAME=REASON`: NAME is the first column, and devenv-lock.yaml records the reason.'
        : `${leaveOut(path)}, or allow it with \`--allow '${path}=REASON'\`: devenv-lock.yaml records the reason.`,
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

/** The texts of a version that are no files: environment, labels, message, allowances. */
export function textsOf(
  config: Pick<ImageConfig, 'env' | 'labels'>,
  message: string,
  allow: readonly string[],
): readonly NamedText[] {
  return [
    ...config.env.map((text) => ({ place: `env:${nameOfVariable(text)}`, text })),
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
    return hashText(JSON.stringify(all));
  };
  return findInTexts(texts).map((finding) => ({ ...finding, content: hash(finding.path) }));
}

/** Searches texts of an image that are no files: environment, labels, messages. */
function findInTexts(texts: readonly NamedText[]): readonly Finding[] {
  const scanner = new ContentScanner();
  const encoder = new TextEncoder();
  return texts.flatMap(({ place, text }) => {
    scanner.begin({ strictOnly: false, isCode: false });
    scanner.feed(encoder.encode(text));
    return scanner.end().matches.map(({ rule, masked }) => ({ path: place, rule, masked }));
  });
}
