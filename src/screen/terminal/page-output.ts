import type { Processes } from '../../ports/processes.ts';

/** Characters; a longer text is printed at once, since the pager gets a whole one. */
const limit = 4 * 1024 * 1024;
const day = 24 * 3600 * 1000;

interface PagerSite {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly processes: Processes;
  /** stdout. */
  readonly terminal: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly signal: AbortSignal;
}

/**
 * Shows a text in the person's pager, as git does: TEAMVM_PAGER, else PAGER,
 * else less. False if it is to be printed: there is no terminal, the text fits
 * on the screen, is very long, the pager is `cat` or empty, or it does not start.
 */
export async function pageOutput(
  text: string,
  { variables, processes, terminal, signal }: PagerSite,
): Promise<boolean> {
  const pager = (variables['TEAMVM_PAGER'] ?? variables['PAGER'] ?? 'less').trim();
  if (terminal.isTTY !== true || pager === '' || pager === 'cat' || variables['TERM'] === 'dumb') return false;
  if (text.length > limit || countRows(text, terminal.columns ?? 80) < (terminal.rows ?? 24)) return false;
  const { LESS = 'FRX', LV = '-c' } = variables;
  const options = { input: text, terminal: true, env: { LESS, LV }, timeout: day, signal };
  const { exitCode } = await processes.run(['/bin/sh', '-c', pager], options);
  // 126 and 127: the shell did not find it, or must not run it.
  return exitCode !== 126 && exitCode !== 127;
}

function countRows(text: string, columns: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}
