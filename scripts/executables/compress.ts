import { execFileSync } from 'node:child_process';
import { fetchNode, ownPlatform } from './fetch-node.ts';

/** Compresses with the zlib of the pinned Node: another zlib gives other bytes for the same input. */
export function compress(method: 'gzipSync' | 'deflateRawSync', bytes: Uint8Array): Buffer {
  const script = `process.stdout.write(require('node:zlib').${method}(require('node:fs').readFileSync(0), { level: 9 }))`;
  return execFileSync(fetchNode(ownPlatform).program, ['-e', script], { input: bytes, maxBuffer: 2 ** 30 });
}
