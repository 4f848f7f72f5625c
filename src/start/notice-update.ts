import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { isNewerRelease } from '../machine/self/is-newer-release.ts';
import type { RunningProgram } from './create-config.ts';
import { readNewest, recordNewest } from './record-newest.ts';

const day = 24 * 60 * 60 * 1000;

/**
 * After a command at a terminal: says that there is a newer version, as far as this machine knows. Once a day, a
 * program in the background asks the registry; nothing waits for it. Silent in CI, and with `updates: false` in
 * config.yaml.
 */
export function noticeUpdate({ version, words }: RunningProgram, now = Date.now()): void {
  const known = readNewest();
  // The project pins the version of a wrapper.
  if (known === undefined || words.at(-1)?.includes('/devenv/wrapper/') === true) return;
  const due = known.checked === undefined || Math.abs(now - known.checked) > day;
  const newer = known.newest !== undefined && isNewerRelease(known.newest, version);
  if ((!due && !newer) || isOff()) return;
  if (newer) process.stderr.write(`Version ${known.newest ?? ''} of devenv is available: \`devenv self update\`\n`);
  // Recorded first: a registry that does not answer is asked once a day, too.
  if (!due || !recordNewest(known.newest)) return;
  const [program = '', ...rest] = words;
  const argv = [...rest, 'self', 'update', '--check', '--quiet'];
  // It is devenv itself, and reads nothing of the project.
  const child = spawn(program, argv, { cwd: '/', detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}

/** Reads no YAML, which takes longer than many a command. */
function isOff(): boolean {
  const { XDG_CONFIG_HOME: own, HOME: home } = process.env;
  try {
    const folder = own?.startsWith('/') === true ? own : join(home ?? '', '.config');
    return /^updates:\s*false\b/m.test(readFileSync(join(folder, 'teamvm', 'config.yaml'), 'utf8'));
  } catch {
    return false;
  }
}
