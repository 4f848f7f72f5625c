import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeZip } from './make-zip.ts';

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
  /** A wheel that somebody else made: `setuptools-66.1.1-py3-none-any.whl`. */
  readonly addWheel: (file: string, bytes: Buffer) => void;
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
    addWheel: (file, bytes) => wheels.set(file, { project: file.split('-')[0] ?? '', bytes }),
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
  return makeZip([...files, [`${info}/RECORD`, `${rows.join('')}${info}/RECORD,,\n`]]);
}
