import {
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { getRawAsset } from 'node:sea';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import type { main } from './main.ts';

/** Set by scripts/bundled/bundle-program.ts. `id` changes with the code. */
declare const BUILD: { readonly name: string; readonly version: string; readonly id: string };
/** Set by the same: offset and length of each chunk in the program's bytes. */
declare const CHUNKS: Readonly<Record<string, readonly [number, number]>>;
/** Set by the same: true in an executable, which holds the program's bytes. */
declare const EMBEDDED: boolean;

type Main = { readonly main: typeof main };
type Chunk = (require: (name: string) => unknown, module: { exports: object }) => void;

/** The compiled code of a chunk: its place in the cache file and its CRC-32. */
type Code = readonly [start: number, length: number, sum: number];

const argv = process.argv.slice(2);
const command = argv.find((word) => !word.startsWith('-')) ?? 'help';

/** Open for the whole run: a build may replace the file meanwhile. In an executable: its bytes in memory. */
let program: number | ArrayBuffer;
let cache: number;
/** Compiled code of an earlier run, by chunk. */
const codes = new Map<string, Code>();
const scripts = new Map<string, Script>();
const modules = new Map<string, { exports: object }>();
let stale = false;

/**
 * Reused buffer: consume before the next read. Fresh memory costs more than
 * the read itself, and V8 copies compiled code that is not at the start of a
 * buffer.
 */
let room = Buffer.allocUnsafeSlow(256 * 1024);

function read(file: number, start: number, length: number): Buffer {
  if (room.length < length) room = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (let count = -1; end < length && count !== 0; end += count) {
    count = readSync(file, room, end, length - end, start + end);
  }
  return room.subarray(0, end);
}

function load(name: string): object {
  if (!name.startsWith('./')) return process.getBuiltinModule(name) ?? {};
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const script = compile(name);
  scripts.set(name, script);
  const module = { exports: {} };
  modules.set(name, module);
  (script.runInThisContext() as Chunk)(load, module);
  return module.exports;
}

function compile(name: string): Script {
  const [start, length] = CHUNKS[name] ?? [0, 0];
  // The program is ASCII, and V8 does not copy latin1.
  const bytes = typeof program === 'number' ? read(program, start, length) : Buffer.from(program, start, length);
  const source = bytes.toString('latin1');
  const cachedData = readCode(name);
  const script = new Script(source, { filename: join(__dirname, name), ...(cachedData && { cachedData }) });
  if (script.cachedDataRejected !== false) stale = true;
  return script;
}

/** Absent unless the CRC matches: V8 runs this code, and crashes on a flipped byte. */
function readCode(name: string): Buffer | undefined {
  const code = codes.get(name);
  if (code === undefined) return undefined;
  const [start, length, sum] = code;
  const bytes = read(cache, start, length);
  return bytes.length === length && crc32(bytes) === sum ? bytes : undefined;
}

/** The cache file of the command. One per command: V8 keeps only the functions that were used. */
function findCache(): string | undefined {
  const home = process.env['XDG_CACHE_HOME'] || (process.env['HOME'] && join(process.env['HOME'], '.cache'));
  if (!home?.startsWith('/')) return undefined;
  if (!/^[a-z]{1,20}$/.test(command)) return undefined;
  return join(home, 'devenv', 'code', `${BUILD.id}-${process.version}-${process.arch}`, command);
}

/** Ignores a file that this user does not own alone, or that is damaged. */
function openCache(path: string): void {
  try {
    cache = openSync(path, 'r');
    const { uid, mode } = fstatSync(cache);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return;
    const head = read(cache, 0, 8);
    const [sum, length] = [head.readUInt32LE(0), head.readUInt32LE(4)];
    const index = read(cache, 8, Math.min(length, 1 << 20));
    if (crc32(index) !== sum) return;
    let start = 8 + length;
    for (const [name, size, code] of JSON.parse(index.toString('latin1')) as [string, number, number][]) {
      codes.set(name, [start, size, code]);
      start += size;
    }
  } catch {
    codes.clear();
  }
}

/** Makes folders below one that exists, but not the home folder. Node's `recursive` never ends in /proc. */
function makeFolders(path: string): void {
  if (existsSync(path) || path === process.env['HOME']) return;
  makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Ignores failures: without a writable home folder, only the next start is slower. */
function writeCache(path: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    makeFolders(dirname(path));
    // Runs in another project may use other chunks: theirs stay.
    const others = isLean() ? [...codes.keys()].filter((name) => !scripts.has(name)) : [];
    const kept = others.map((name) => [name, Buffer.from(readCode(name) ?? [])] as const);
    const own = [...scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    const data = [...own, ...kept.filter(([, code]) => code.length > 0)];
    const index = Buffer.from(JSON.stringify(data.map(([name, code]) => [name, code.length, crc32(code)])), 'latin1');
    const head = Buffer.alloc(8);
    head.writeUInt32LE(crc32(index), 0);
    head.writeUInt32LE(index.length, 4);
    writeFileSync(temporary, Buffer.concat([head, index, ...data.map(([, code]) => code)]), {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}

/** False if much of the cache was of no use, as after an `up` that had much to do: its code has functions that seldom run. */
const isLean = (): boolean => codes.size <= scripts.size * 2;

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that is not writable: the file does not exist either.
  }
}

/**
 * A commit ends before optimised code pays off. Node 20 optimises early; later
 * releases have no such flag. After any flag was set, Node compiles its own
 * modules without its cache, which takes 9 ms: too long for other commands.
 */
function delayOptimising(): void {
  setFlagsFromString('--interrupt-budget=1000000');
}

async function start(): Promise<void> {
  const path = findCache();
  if (path !== undefined) openCache(path);
  program = EMBEDDED
    ? (getRawAsset('program') as ArrayBuffer)
    : openSync(join(__dirname, `program-${BUILD.id}.cjs`), 'r');
  if (command === 'commit' && process.version.startsWith('v20.')) delayOptimising();
  const { main } = load('./main.cjs') as Main;
  const words = EMBEDDED ? [process.execPath] : [process.execPath, join(dirname(__dirname), 'bin', 'devenv.js')];
  const status = await main(argv, { ...BUILD, words });
  if (path !== undefined && (stale || !isLean()) && status === 0) writeCache(path);
  process.exit(status);
}

/** process.stdout takes milliseconds to load, and is needed where the pipe is full. */
function print(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    process.stdout.write(line);
  }
}

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === 'version')) {
  print(`${BUILD.name}/${BUILD.version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  void start();
}
