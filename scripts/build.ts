import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build, transform, type Metafile } from 'esbuild';
import { listBundled } from './bundled/list-bundled.ts';
import { renderNotices } from './bundled/render-notices.ts';
import { renderSbom, type Product } from './bundled/render-sbom.ts';
import { commandTable } from './command-table.ts';
import { inlineImports, inlineRequires } from './inline-requires.ts';
import { sideEffectFree } from './side-effect-free.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const product = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Product;
/** What esbuild tells of each bundle: which files it is made of. */
const metafiles: Metafile[] = [];

/**
 * Bundles src/start/main.ts into chunks that are read when they are needed. esbuild
 * splits ES modules only, and code caches are for scripts only: hence two
 * steps, bundle and rewrite.
 */
async function buildChunks(): Promise<ReadonlyMap<string, string>> {
  const bundle = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/start/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    write: false,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    // oclif asks for it only to run commands written in TypeScript, which a built program has none of.
    external: ['typescript'],
    // What proper-lockfile asks of it, for one folder, Node's own does; to load it takes 10 ms.
    alias: { 'graceful-fs': 'node:fs' },
    plugins: [commandTable(join(root, 'src/commands')), inlineRequires, sideEffectFree],
    // Licences are in THIRD-PARTY-NOTICES.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  metafiles.push(bundle.metafile);
  const chunks = bundle.outputFiles.map(async ({ path, text }) => [basename(path), await toScript(text)] as const);
  return new Map(await Promise.all(chunks));
}

/** A script whose value is a function of `require` and `module`: what src/start/start.ts runs. */
async function toScript(text: string): Promise<string> {
  const options = { platform: 'node', target: 'node20.19' } as const;
  const { code: required } = await transform(text, {
    ...options,
    format: 'cjs',
    supported: { 'dynamic-import': false },
  });
  const { code } = await transform(inlineImports(required), { ...options, minify: true });
  return `(function(require,module){${code}})`;
}

async function buildStart(id: string, places: Readonly<Record<string, readonly [number, number]>>): Promise<void> {
  const { name, version } = product;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/start/start.ts'],
    outfile: 'dist/start.cjs',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    define: { BUILD: JSON.stringify({ name, version, id }), CHUNKS: JSON.stringify(places) },
    metafile: true,
    logLevel: 'warning',
  });
  metafiles.push(metafile);
}

const chunks = [...(await buildChunks())].sort(([a], [b]) => (a < b ? -1 : 1));
const places: Record<string, readonly [number, number]> = {};
let end = 0;
for (const [name, script] of chunks) {
  places[`./${name}`] = [end, script.length];
  end += script.length;
}
const program = Buffer.from(chunks.map(([, script]) => script).join(''), 'ascii');
const id = createHash('sha256').update(JSON.stringify(places)).update(program).digest('hex').slice(0, 16);
// The old program works until the new one is whole: each knows its file by the hash.
const file = `program-${id}.cjs`;
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, `${file}.tmp`), program);
renameSync(join(dist, `${file}.tmp`), join(dist, file));
await buildStart(id, places);
for (const name of readdirSync(dist)) {
  if (name !== 'start.cjs' && name !== file) rmSync(join(dist, name), { recursive: true });
}
const bundled = listBundled(root, metafiles);
writeFileSync(join(root, 'THIRD-PARTY-NOTICES'), renderNotices(bundled));
writeFileSync(join(root, 'sbom.cdx.json'), renderSbom(product, bundled));
