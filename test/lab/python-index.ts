import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

/** A Python package of the index: pure Python, with one program of its name. */
export interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** Requirements as PEP 508 has them: `dep`, `dep>=1`. */
  readonly needs?: readonly string[];
}

export interface PythonIndex {
  /** `http://10.201.7.1:41234/simple` */
  readonly url: string;
  /** Settings with which pip uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** sha256 of the wheel of a package. */
  readonly hashOf: (name: string, version: string) => string;
  readonly add: (...packages: readonly PythonPackage[]) => void;
  /** Requested paths, in order. */
  readonly requests: readonly string[];
  readonly stop: () => Promise<void>;
}

/** An index of Python packages (PEP 503, with hashes) with generated wheels. `host`: an address of this machine. */
export async function startPythonIndex(host: string, packages: readonly PythonPackage[]): Promise<PythonIndex> {
  const wheels = new Map<string, { readonly project: string; readonly bytes: Buffer }>();
  const requests: string[] = [];
  const add = (...more: readonly PythonPackage[]): void => {
    for (const each of more) wheels.set(nameWheel(each), { project: each.name, bytes: makeWheel(each) });
  };
  add(...packages);
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const [, kind, word = ''] = url.split('/');
    const wheel = wheels.get(word);
    if (kind === 'files' && wheel !== undefined) return void response.end(wheel.bytes);
    const links = [...wheels]
      .filter(([, { project }]) => kind === 'simple' && project === word)
      .map(([file, { bytes }]) => `<a href="/files/${file}#sha256=${hash(bytes)}">${file}</a><br>`);
    response.writeHead(links.length > 0 ? 200 : 404, { 'content-type': 'text/html' });
    response.end(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${String(port)}/simple`;
  return {
    url,
    env: { PIP_INDEX_URL: url, PIP_TRUSTED_HOST: host },
    hashOf: (name, version) => hash(wheels.get(nameWheel({ name, version }))?.bytes ?? Buffer.alloc(0)),
    add,
    requests,
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => {
          stopped();
        });
      }),
  };
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const stem = ({ name, version }: PythonPackage): string => `${name.replaceAll('-', '_')}-${version}`;
const nameWheel = (each: PythonPackage): string => `${stem(each)}-py3-none-any.whl`;

/** A wheel with one module, and a program that prints name and version. */
function makeWheel(each: PythonPackage): Buffer {
  const { name, version, needs = [] } = each;
  const module = name.replaceAll('-', '_');
  const info = `${stem(each)}.dist-info`;
  const files: [path: string, text: string][] = [
    [`${module}/__init__.py`, `def main():\n    print('${name} ${version}')\n`],
    [
      `${info}/METADATA`,
      [
        ...['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`],
        ...needs.map((need) => `Requires-Dist: ${need}`),
        '',
      ].join('\n'),
    ],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
    [`${info}/entry_points.txt`, `[console_scripts]\n${name} = ${module}:main\n`],
  ];
  const rows = files.map(([path, text]) => {
    const sum = createHash('sha256').update(text).digest('base64url');
    return `${path},sha256=${sum},${String(Buffer.byteLength(text))}\n`;
  });
  return zip([...files, [`${info}/RECORD`, `${rows.join('')}${info}/RECORD,,\n`]]);
}

/** A zip archive without compression. */
function zip(files: readonly (readonly [path: string, text: string])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of files) {
    const [name, content] = [Buffer.from(path), Buffer.from(text)];
    // Version, flags, method, time and date (1 January 1980), then sum and sizes.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, content]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, attributes, name);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
