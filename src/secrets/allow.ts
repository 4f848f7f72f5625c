import type { Found } from '../model/finding.ts';
import type { Allowance } from '../model/version.ts';

/** `PATH=REASON` as it was given; the path may hold `=` itself, so it is cut at each in turn. */
export function readAllowances(given: readonly string[], findings: readonly Found[]): readonly Allowance[] {
  const found = new Map(findings.map(({ path, content }) => [path, content]));
  return given.flatMap((text) => {
    for (let at = text.indexOf('='); at !== -1; at = text.indexOf('=', at + 1)) {
      const path = text.slice(0, at);
      const reason = text.slice(at + 1).trim();
      const content = found.get(path);
      if (content !== undefined && reason !== '') return [{ path, reason, content }];
    }
    return [];
  });
}

/** True for `PATH=REASON` with something on both sides. */
export function isAllowance(text: string): boolean {
  return /^[^=].*=.*\S/.test(text);
}

/** True for a finding that was let pass, in the same place and with the same content. */
export function isAllowed(finding: Found, allowances: readonly Allowance[]): boolean {
  return allowances.some(({ path, content }) => path === finding.path && content === finding.content);
}
