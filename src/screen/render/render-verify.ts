import type { VerifyResult } from '../../workspace/verify.ts';
import { joinLines } from '../sanitize.ts';

/** Content id, fingerprint, and the verdict or each difference. */
export function renderVerify({ version, content, fingerprint, identical, differences }: VerifyResult): string {
  return joinLines([
    `content      ${content}`,
    `fingerprint  ${fingerprint}`,
    `${identical ? 'Identical to' : 'Not identical to'} version ${String(version)} in devenv-lock.yaml${identical ? '.' : ':'}`,
    ...differences.map(({ what, expected, found }) =>
      what === 'uncommitted changes'
        ? `  ${what}: ${found} (\`devenv drift\` lists them)`
        : `  ${what}: expected ${expected}, found ${found}`,
    ),
  ]);
}
