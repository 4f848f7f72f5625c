import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import type { main } from './main.ts';

/** Set by scripts/build.ts. `id` changes with the code. */
declare const BUILD: { readonly name: string; readonly version: string; readonly id: string };

type Main = { readonly main: typeof main };
type Chunk = (require: (name: string) => unknown, module: { exports: object }) => void;

const dist = __dirname;
const argv = process.argv.slice(2);

/** Compiled code of an earlier run, chunk by chunk. */
const cached = new Map<string, Uint8Array>();
const scripts = new Map<string, Script>();
const modules = new Map<string, { exports: object }>();
let stale = false;
const builtin = createRequire(__filename);

/**
 * Parts of Node that many modules import and few commands use, a millisecond
 * or more each: they are loaded when something of them is.
 */
const late = new Set(['node:crypto', 'node:child_process']);

function loadBuiltin(name: string): object {
  if (!late.has(name)) return builtin(name) as object;
  const real = (): Record<PropertyKey, unknown> => builtin(name) as Record<PropertyKey, unknown>;
  return new Proxy(
    {},
    {
      get: (_, key) => real()[key],
      // What copies a whole module asks for these; a proxy's keys have to be configurable.
      ownKeys: () => Reflect.ownKeys(real()),
      getOwnPropertyDescriptor: (_, key) => ({ value: real()[key], enumerable: true, configurable: true }),
    },
  );
}

function load(name: string): object {
  if (!name.startsWith('./')) return loadBuiltin(name);
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const path = join(dist, name);
  const cachedData = cached.get(name);
  // The build leaves ASCII only, and latin1 is what V8 takes without a copy.
  const script = new Script(readFileSync(path, 'latin1'), { filename: path, ...(cachedData && { cachedData }) });
  if (script.cachedDataRejected !== false) stale = true;
  scripts.set(name, script);
  const module = { exports: {} };
  modules.set(name, module);
  (script.runInThisContext() as Chunk)(load, module);
  return module.exports;
}

/**
 * Where the compiled code of this command line's command is. Per command,
 * since V8 keeps the functions that were used, and each uses others.
 */
function findCache(): string | undefined {
  const home = process.env['XDG_CACHE_HOME'] || (process.env['HOME'] && join(process.env['HOME'], '.cache'));
  if (!home?.startsWith('/')) return undefined;
  const command = argv.find((word) => !word.startsWith('-')) ?? 'help';
  if (!/^[a-z]{1,20}$/.test(command)) return undefined;
  return join(home, 'devenv', 'code', `${BUILD.id}-${process.version}-${process.arch}`, command);
}

/**
 * Anything that is not plainly our own file, whole, is as good as none: it is
 * code that would run, and V8 does not notice a flipped byte before it crashes.
 */
function readCache(path: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { uid, mode } = fstatSync(file);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return;
    const bytes = readFileSync(file);
    const body = bytes.subarray(8);
    if (crc32(body) !== bytes.readUInt32LE(0)) return;
    let start = bytes.readUInt32LE(4);
    for (const [name, length] of JSON.parse(body.toString('latin1', 0, start)) as [string, number][]) {
      cached.set(name, body.subarray(start, start + length));
      start += length;
    }
  } catch {
    cached.clear();
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Never worth a failure: without a home folder that can be written, the next start is slower, no more. */
function writeCache(path: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const data = [...scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    const index = Buffer.from(JSON.stringify(data.map(([name, code]) => [name, code.length])), 'latin1');
    const body = Buffer.concat([index, ...data.map(([, code]) => code)]);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(crc32(body), 0);
    head.writeUInt32LE(index.length, 4);
    writeFileSync(temporary, Buffer.concat([head, body]), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where it cannot be removed, it could not be made either.
  }
}

async function start(): Promise<void> {
  const path = findCache();
  if (path !== undefined) readCache(path);
  const program = load('./main.cjs') as Main;
  const status = await program.main(argv, dirname(dist));
  // Also where much of it was of no use: a command that had more to do wrote it, and reading that takes time.
  if (path !== undefined && (stale || cached.size > scripts.size) && status === 0) writeCache(path);
  process.exit(status);
}

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === 'version')) {
  process.stdout.write(`${BUILD.name}/${BUILD.version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  void start();
}
