import { createReadStream, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathFromText } from '../src/model/byte-path.ts';
import { FileScanner } from '../src/secrets/file-scanner.ts';

/**
 * Searches folders of this machine as `devenv commit` would, and prints what it
 * takes for a secret: how the rules are tried on files that hold none.
 * `tsx scripts/scan-machine.ts /etc /usr`
 */
const scanner = new FileScanner();
const counts = { files: 0, bytes: 0, findings: 0 };
const started = performance.now();
for (const folder of process.argv.slice(2)) await scanFolder(folder);
const seconds = (performance.now() - started) / 1000;
console.log(
  `${String(counts.files)} files, ${(counts.bytes / 1e6).toFixed(1)} MB, ${String(counts.findings)} findings, ` +
    `${seconds.toFixed(2)} s, ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB of memory`,
);

async function scanFolder(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await scanFolder(path);
    if (!entry.isFile()) continue;
    counts.files += 1;
    counts.bytes += lstatSync(path).size;
    const { findings } = await scanner.scan(pathFromText(path), read(path));
    counts.findings += findings.length;
    for (const { line, rule, masked } of findings) console.log(`${path}:${String(line ?? '-')} ${rule} ${masked}`);
  }
}

/** Opens when it is read: what is passed over costs no descriptor. */
async function* read(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}
