import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package of the npm registry of which code is in the built program. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says: `MIT`. */
  readonly license: string;
  /** Its licence file, and its notice file if there is one. */
  readonly licenseText: string;
  /** Where package-lock.json takes it from. */
  readonly resolved?: string;
  /** `sha512-…` of its tarball. */
  readonly integrity?: string;
}

interface LockEntry {
  readonly resolved?: string;
  readonly integrity?: string;
}

/**
 * The packages of which at least one byte is in an output of esbuild, sorted
 * by name and version. Throws if one has no licence or no text of it.
 */
export function listBundled(root: string, metafiles: readonly Metafile[]): readonly BundledPackage[] {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  const folders = new Set(inputs.flatMap((path) => folderOf(path) ?? []));
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const found = [...folders].map((folder) => readPackage(root, folder, locked[folder]));
  const unique = new Map(found.map((each) => [`${each.name}@${each.version}`, each]));
  return [...unique.keys()].sort().flatMap((key) => unique.get(key) ?? []);
}

/** The folder of the package that a file belongs to: `node_modules/a/node_modules/@b/c`. */
function folderOf(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

function readPackage(root: string, folder: string, { resolved, integrity }: LockEntry = {}): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  if (name === undefined || version === undefined) throw new Error(`${folder} has no name or no version`);
  if (license === undefined) throw new Error(`${name} is in the program and names no licence`);
  const texts = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file))
    .sort()
    .map((file) =>
      readFileSync(join(root, folder, file), 'utf8')
        .replaceAll('\r\n', '\n')
        .trim(),
    );
  if (texts.length === 0) throw new Error(`${name} is in the program and has no text of its licence`);
  return {
    ...{ name, version, license, licenseText: texts.join('\n\n') },
    ...(resolved !== undefined && { resolved }),
    ...(integrity !== undefined && { integrity }),
  };
}
