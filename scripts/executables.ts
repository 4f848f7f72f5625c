import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProgram, bundleStart, product } from './bundled/bundle-program.ts';
import { buildDeb, debName } from './executables/build-deb.ts';
import { buildSingleFile } from './executables/build-single-file.ts';
import { platforms } from '../src/share/platforms.ts';
import type { Platform } from './executables/fetch-node.ts';
import { printTarball, printZip, type FileEntry } from './executables/file-tree.ts';
import { listMain } from './executables/list-main.ts';
import { entry, listLaunched, listDocuments, printManifest } from './executables/list-files.ts';

/**
 * Writes devenv-PLATFORM, a single file or an archive, for the named platforms or for
 * all, into out/ or the folder of `--out`. `--packages` also writes npm packages and
 * Debian packages. The same commit gives the same bytes: Node comes from the npm
 * registry by pinned hashes. Run `npm run build` first.
 */
const root = resolve(import.meta.dirname, '..');
const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, packages: { type: 'boolean' } },
});
const out = resolve(values.out ?? join(root, 'out'));
const unknown = named.find((name) => !platforms.includes(name as Platform));
if (unknown !== undefined) throw new Error(`${unknown} is none of ${platforms.join(', ')}.`);
const chosen = named.length === 0 ? platforms : (named as Platform[]);

const epoch = process.env['SOURCE_DATE_EPOCH'];
const time = Number(epoch ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));

mkdirSync(out, { recursive: true });
/** What this script writes, of any version. Other files in the folder are not its own. */
const isOwn = (name: string): boolean =>
  /^(?:devenv-(?:linux|darwin|windows)-\w+|teamvm-devenv[-_]\d)|^teamvm-devenv-(?:linux|darwin|windows)-|^SHA256SUMS$/.test(
    name,
  ) || listDocuments('linux-x64').some(({ path }) => path === name);
if (named.length === 0) for (const name of readdirSync(out).filter(isOwn)) rmSync(join(out, name), { recursive: true });
const program = await bundleProgram();
const [embedded, beside] = await Promise.all([bundleStart(program, true), bundleStart(program, false)]);

function put(file: string, bytes: Buffer, mode = 0o644): void {
  writeFileSync(join(out, `${file}.tmp`), bytes, { mode });
  renameSync(join(out, `${file}.tmp`), join(out, file));
  tell(`wrote ${file}, ${String(Math.ceil(bytes.length / 1e6))} MB`);
}

/** Compressing takes minutes. */
function tell(line: string): void {
  process.stderr.write(`${(process.uptime() | 0).toString().padStart(4)} s  ${line}\n`);
}

const within = (files: readonly FileEntry[], folder: string): readonly FileEntry[] =>
  files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));

async function write(platform: Platform): Promise<void> {
  const name = `devenv-${platform}`;
  tell(`building ${name}`);
  const single = platform.startsWith('linux');
  const files = single
    ? [entry('bin/devenv', buildSingleFile(platform, program, embedded.code), 0o755), ...listDocuments(platform)]
    : listLaunched(platform, program, beside.code);
  if (single) put(name, Buffer.from(files[0]?.bytes ?? []), 0o755);
  else if (platform.startsWith('windows')) put(`${name}.zip`, printZip(within(files, 'devenv')));
  else put(`${name}.tar.gz`, await printTarball(within(files, 'devenv'), time));
  if (values.packages !== true) return;
  if (single) tell(`packing ${debName(platform)}`);
  if (single) buildDeb(platform, files[0]?.bytes ?? Buffer.of(), files, time, join(out, debName(platform)));
  tell(`packing the npm package for ${platform}`);
  const manifest = entry('package/package.json', printManifest(platform));
  put(`teamvm-${name}-${product.version}.tgz`, await printTarball([manifest, ...within(files, 'package')], time));
}

for (const platform of chosen) await write(platform);
if (values.packages === true) {
  const main = within(listMain(chosen.filter((platform) => !platform.startsWith('windows'))), 'package');
  put(`teamvm-devenv-${product.version}.tgz`, await printTarball(main, time));
}
for (const { path, bytes } of listDocuments('linux-x64')) writeFileSync(join(out, path), bytes);
const names = readdirSync(out, { withFileTypes: true })
  .filter((file) => file.isFile() && isOwn(file.name) && file.name !== 'SHA256SUMS')
  .map(({ name }) => name)
  .sort();
const sums = names.map((name) => {
  const hash = createHash('sha256')
    .update(readFileSync(join(out, name)))
    .digest('hex');
  return `${hash}  ${name}\n`;
});
writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));
