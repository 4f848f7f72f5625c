import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Transferred {
  /** Uploaded blobs, one entry per upload: layers and image configs. */
  readonly uploaded: readonly Blob[];
  /** Downloaded blobs, with the bytes sent. */
  readonly downloaded: readonly Blob[];
  readonly bytesDown: number;
}

export interface Blob {
  readonly repository: string;
  readonly digest: string;
  readonly bytes: number;
  /** The address of the client machine. */
  readonly client: string;
}

const line = /^(\S+) \S+ \S+ \[[^\]]*\] "(GET|PUT) \/v2\/(\S+?)\/blobs\/(\S+) HTTP[^"]*" (\d{3}) (\d+)/;

/** Counts a registry's transfers from its access log and storage folder. */
export function readTransfers(log: string, storage: string): Transferred {
  const uploaded: Blob[] = [];
  const downloaded: Blob[] = [];
  for (const text of readFileSync(log, 'utf8').split('\n')) {
    const found = line.exec(text);
    if (!found) continue;
    const [, client = '', method, repository = '', rest = '', status, sent] = found;
    if (method === 'GET' && (status === '200' || status === '206')) {
      downloaded.push({ repository, digest: rest, bytes: Number(sent), client });
    }
    const digest = /^uploads\/.*[?&]digest=([^&]+)/.exec(rest)?.[1];
    if (method === 'PUT' && status === '201' && digest) {
      const decoded = decodeURIComponent(digest);
      uploaded.push({ repository, digest: decoded, bytes: sizeOf(storage, decoded), client });
    }
  }
  const bytesDown = downloaded.reduce((total, { bytes }) => total + bytes, 0);
  return { uploaded, downloaded, bytesDown };
}

/** The size of an uploaded blob, which the access log does not have. */
function sizeOf(storage: string, digest: string): number {
  const [algorithm = '', hex = ''] = digest.split(':');
  const path = join(storage, 'docker/registry/v2/blobs', algorithm, hex.slice(0, 2), hex, 'data');
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
