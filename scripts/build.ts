import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleProgram, bundleStart, product } from './bundled/bundle-program.ts';
import { listBundled } from './bundled/list-bundled.ts';
import { renderNotices } from './bundled/render-notices.ts';
import { renderSbom } from './bundled/render-sbom.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');

const program = await bundleProgram();
const start = await bundleStart(program, false);
// The old program works until the new one is whole: each knows its file by the hash.
const file = `program-${program.id}.cjs`;
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, `${file}.tmp`), program.bytes);
renameSync(join(dist, `${file}.tmp`), join(dist, file));
writeFileSync(join(dist, 'start.cjs'), start.code);
for (const name of readdirSync(dist)) {
  if (name !== 'start.cjs' && name !== file) rmSync(join(dist, name), { recursive: true });
}
const bundled = listBundled(root, [program.metafile, start.metafile]);
writeFileSync(join(root, 'THIRD-PARTY-NOTICES'), renderNotices(bundled));
writeFileSync(join(root, 'sbom.cdx.json'), renderSbom(product, bundled));
