import type { Found } from '../model/finding.ts';
import type { Allowance } from '../model/version.ts';

/** The allowances of `PATH=REASON` for findings. The path may hold `=`: tries each. */
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

/** True for `PATH=REASON` with text on both sides. */
export function isAllowance(text: string): boolean {
  return /^[^=].*=.*\S/.test(text);
}

/** True if an allowance has the same path and the same content. */
export function isAllowed(finding: Found, allowances: readonly Allowance[]): boolean {
  return allowances.some(({ path, content }) => path === finding.path && content === finding.content);
}
