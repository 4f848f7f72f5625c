import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramBundle } from '../bundled/bundle-program.ts';
import { checkMachine } from './check-machine.ts';
import { dropLibatomic } from './drop-libatomic.ts';
import { dropSymbols } from './drop-symbols.ts';
import { fetchNode, ownPlatform, type Platform } from './fetch-node.ts';

/** Builds an executable that contains Node and the program: see .github/decisions/0050-executables.md. `start`: src/start/start.ts as a script. */
export function buildSingleFile(platform: Platform, { bytes }: ProgramBundle, start: string): Buffer {
  const node = readFileSync(fetchNode(platform).program);
  checkMachine(platform, node);
  const folder = mkdtempSync(join(tmpdir(), 'devenv-executable-'));
  /** Returns the name alone: the executable contains paths, and the folder differs in each build. */
  const put = (name: string, content: string | Buffer, mode = 0o644): string => {
    writeFileSync(join(folder, name), content, { mode });
    return name;
  };
  try {
    const config = {
      output: 'devenv',
      main: put('start.cjs', start),
      executable: put('node', dropLibatomic(dropSymbols(node)), 0o755),
      assets: { program: put('program', bytes) },
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS of a project of Node.js are not for devenv.
      execArgvExtension: 'none',
    };
    const file = put('config.json', JSON.stringify(config));
    execFileSync(fetchNode(ownPlatform).program, ['--build-sea', file], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return readFileSync(join(folder, 'devenv'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
