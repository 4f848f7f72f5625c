import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface NpmPackage {
  readonly version: string;
  /** The package as a compressed tar. */
  readonly tarball: Uint8Array;
  /** Default: that of the tarball. */
  readonly integrity?: string;
}

export interface NpmRegistry {
  /** `http://10.201.7.1:41234` */
  readonly url: string;
  /** Name → its newest version, which tests may change. */
  readonly packages: Map<string, NpmPackage>;
  /** Requested paths, in order. */
  readonly requests: string[];
  readonly stop: () => Promise<void>;
}

/** Answers as an npm registry does: documents of packages and of versions, and tarballs. `host`: an address of this machine. */
export async function startNpmRegistry(host: string, packages = new Map<string, NpmPackage>()): Promise<NpmRegistry> {
  const requests: string[] = [];
  const server = createServer(({ url: asked = '' }, response) => {
    requests.push(asked);
    const path = decodeURIComponent(asked).slice(1);
    const [, name = '', rest = ''] = /^(@[^/]+\/[^/]+|[^/]+)(?:\/(.*))?$/.exec(path) ?? [];
    const found = packages.get(name);
    if (found === undefined) return void response.writeHead(404).end('{"error":"not found"}');
    if (rest.startsWith('-/')) return void response.end(found.tarball);
    const { version, tarball } = found;
    const actual = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    const manifest = {
      name,
      version,
      dist: { integrity: found.integrity ?? actual, tarball: `${url}/${name}/-/${file}` },
    };
    if (rest === 'latest' || rest === version) return void response.end(JSON.stringify(manifest));
    if (rest !== '') return void response.writeHead(404).end('{"error":"version not found"}');
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: manifest } }));
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const url = `http://${host}:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ url, packages, requests },
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}
