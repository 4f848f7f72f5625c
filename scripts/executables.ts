import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProgram, bundleStart } from './bundled/bundle-program.ts';
import { buildSingleFile } from './executables/build-single-file.ts';
import { platforms, type Platform } from './executables/fetch-node.ts';
import { printTarball, printZip } from './executables/file-tree.ts';
import { listLaunched, listPapers } from './executables/list-files.ts';

/**
 * Writes devenv-PLATFORM, a single file or an archive, into out/ or the folder of
 * `--out`, for the platforms that are named, or all. The same commit gives the same bytes; the packages come from
 * the npm registry by pinned hashes. After `npm run build`.
 */
const root = resolve(import.meta.dirname, '..');
const { values, positionals: named } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(root, 'out'));
const unknown = named.find((name) => !platforms.includes(name as Platform));
if (unknown !== undefined) throw new Error(`${unknown} is none of ${platforms.join(', ')}.`);
const chosen = named.length === 0 ? platforms : (named as Platform[]);

const epoch = process.env['SOURCE_DATE_EPOCH'];
const time = Number(epoch ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));

mkdirSync(out, { recursive: true });
if (named.length === 0) for (const name of readdirSync(out)) rmSync(join(out, name), { recursive: true });
const program = await bundleProgram();
const [embedded, beside] = await Promise.all([bundleStart(program, true), bundleStart(program, false)]);

async function write(platform: Platform): Promise<void> {
  const path = join(out, `devenv-${platform}`);
  if (platform.startsWith('linux')) {
    const mode = 0o755;
    writeFileSync(`${path}.tmp`, buildSingleFile(platform, program, embedded.code), { mode });
    renameSync(`${path}.tmp`, path);
    return;
  }
  const files = listLaunched(platform, program, beside.code).map((file) => ({ ...file, path: `devenv/${file.path}` }));
  if (platform.startsWith('windows')) writeFileSync(`${path}.zip`, printZip(files));
  else writeFileSync(`${path}.tar.gz`, await printTarball(files, time));
}

for (const platform of chosen) await write(platform);
for (const { path, bytes } of listPapers('linux-x64')) writeFileSync(join(out, path), bytes);
const names = readdirSync(out)
  .filter((name) => name !== 'SHA256SUMS')
  .sort();
const sums = names.map((name) => {
  const hash = createHash('sha256')
    .update(readFileSync(join(out, name)))
    .digest('hex');
  return `${hash}  ${name}\n`;
});
writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));
