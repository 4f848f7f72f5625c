import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build, transform, type Metafile } from 'esbuild';
import { commandTable } from '../command-table.ts';
import { inlineImports, inlineRequires } from '../inline-requires.ts';
import { ownFiles } from '../own-files.ts';
import { sideEffectFree } from '../side-effect-free.ts';
import type { Product } from './render-sbom.ts';

const root = resolve(import.meta.dirname, '../..');

export const product = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Product;

export interface ProgramBundle {
  /** Changes with the code. */
  readonly id: string;
  /** All chunks, one after the other. */
  readonly bytes: Buffer;
  /** Offset and length of each chunk. */
  readonly places: Readonly<Record<string, readonly [number, number]>>;
  readonly metafile: Metafile;
}

/** Bundles what start loads: everything but src/start/start.ts. */
export async function bundleProgram(): Promise<ProgramBundle> {
  const { chunks, metafile } = await bundleChunks();
  const places: Record<string, readonly [number, number]> = {};
  let end = 0;
  const sorted = [...chunks].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, script] of sorted) {
    places[`./${name}`] = [end, script.length];
    end += script.length;
  }
  const bytes = Buffer.from(sorted.map(([, script]) => script).join(''), 'ascii');
  const id = createHash('sha256').update(JSON.stringify(places)).update(bytes).digest('hex').slice(0, 16);
  return { id, bytes, places, metafile };
}

/**
 * Bundles src/start/main.ts into chunks that are read when they are needed. esbuild
 * splits ES modules only, and code caches are for scripts only: hence two
 * steps, bundle and rewrite.
 */
async function bundleChunks(): Promise<{ readonly chunks: ReadonlyMap<string, string>; readonly metafile: Metafile }> {
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
    plugins: [commandTable(join(root, 'src/commands')), ownFiles(root), inlineRequires, sideEffectFree],
    // Licences are in THIRD-PARTY-NOTICES.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const chunks = bundle.outputFiles.map(async ({ path, text }) => [basename(path), await toScript(text)] as const);
  return { chunks: new Map(await Promise.all(chunks)), metafile: bundle.metafile };
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

/**
 * Bundles src/start/start.ts. `embedded`: for an executable, which holds the
 * program's bytes; else they are in a file beside it.
 */
export async function bundleStart(
  { id, places }: ProgramBundle,
  embedded: boolean,
): Promise<{ readonly code: string; readonly metafile: Metafile }> {
  const { name, version } = product;
  const bundle = await build({
    absWorkingDir: root,
    entryPoints: ['src/start/start.ts'],
    outfile: 'dist/start.cjs',
    write: false,
    bundle: true,
    minifySyntax: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    define: {
      BUILD: JSON.stringify({ name, version, id }),
      CHUNKS: JSON.stringify(places),
      EMBEDDED: String(embedded),
    },
    metafile: true,
    logLevel: 'warning',
  });
  const lazy = inlineImports(bundle.outputFiles[0]?.text ?? '');
  const { code } = await transform(lazy, { platform: 'node', target: 'node20.19', minify: true });
  return { code, metafile: bundle.metafile };
}
