import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Tests run the program as users do, so it is built from the sources under test first. */
export default function setup(): void {
  const root = resolve(import.meta.dirname, '..');
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: root, stdio: 'inherit' });
}
