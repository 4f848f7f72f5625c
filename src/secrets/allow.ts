import type { Allowance, Finding } from '../model/finding.ts';

/** `PATH=REASON` as it was given; the path may hold `=` itself, so it is cut at each in turn. */
export function readAllowances(given: readonly string[], findings: readonly Finding[]): readonly Allowance[] {
  const found = new Set(findings.map(({ path }) => path));
  return given.flatMap((text) => {
    for (let at = text.indexOf('='); at !== -1; at = text.indexOf('=', at + 1)) {
      const path = text.slice(0, at);
      const reason = text.slice(at + 1).trim();
      if (found.has(path) && reason !== '') return [{ path, reason }];
    }
    return [];
  });
}

/** True for `PATH=REASON` with something on both sides. */
export function isAllowance(text: string): boolean {
  return /^[^=].*=.*\S/.test(text);
}
