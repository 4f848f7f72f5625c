import { sanitizeLine } from '../sanitize.ts';

interface VerifyView {
  readonly version: number;
  readonly content: string;
  readonly fingerprint: string;
  readonly identical: boolean;
  readonly differences: readonly { readonly what: string; readonly expected: string; readonly found: string }[];
}

/** Content id and fingerprint, then the verdict or each difference. */
export function renderVerify({ version, content, fingerprint, identical, differences }: VerifyView): string {
  const lines = [`content      ${content}`, `fingerprint  ${fingerprint}`];
  if (identical) return [...lines, `Identical to version ${String(version)} of the lock.`].join('\n');
  return [
    ...lines,
    `Not identical to version ${String(version)} of the lock:`,
    ...differences.map(({ what, expected, found }) => sanitizeLine(`  ${what}: expected ${expected}, found ${found}`)),
  ].join('\n');
}
