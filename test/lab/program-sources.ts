import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileServer } from './file-server.ts';
import { makeZip } from './make-zip.ts';
import { run } from './run.ts';

/** A program that prints its name and version, as a Go module, a Rust crate or a PHP package of its name. */
export interface SourceProgram {
  readonly name: string;
  readonly version: string;
  /** Makes another file of the same version. */
  readonly note?: string;
}

const sha = (kind: 'sha1' | 'sha256', bytes: Uint8Array): string => createHash(kind).update(bytes).digest('hex');
const group = <T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
};

/** A module proxy at `/go`: GOPROXY. Modules are `lab.example/NAME`. */
export function serveModules(server: FileServer, programs: readonly SourceProgram[]): void {
  for (const [name, releases] of group(programs, (each) => each.name)) {
    const [path, base] = [`lab.example/${name}`, `/go/lab.example/${name}/@v`];
    const put = (file: string, content: string | Uint8Array): void =>
      void server.files.set(`${base}/${file}`, Buffer.from(content));
    put('list', releases.map(({ version }) => `v${version}\n`).join(''));
    const mod = `module ${path}\n\ngo 1.19\n`;
    for (const { version, note = '' } of releases) {
      const info = JSON.stringify({ Version: `v${version}`, Time: '2024-03-05T00:00:00Z' });
      const main = `package main\n\n// ${note}\nfunc main() { println("${name} ${version}") }\n`;
      put(`v${version}.info`, info);
      put(`v${version}.mod`, mod);
      put(
        `v${version}.zip`,
        makeZip([
          [`${path}@v${version}/go.mod`, mod],
          [`${path}@v${version}/main.go`, main],
        ]),
      );
      server.files.set(`/go/lab.example/${name}/@latest`, Buffer.from(info));
    }
  }
}

/** A git index of crates in `folder`, whose files are on the server. */
export async function serveCrates(
  server: FileServer,
  folder: string,
  programs: readonly SourceProgram[],
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ dl: `${server.url}/crates/{crate}-{version}.crate`, api: server.url }),
  );
  for (const [name, releases] of group(programs, (each) => each.name)) {
    const lines: string[] = [];
    for (const { version } of releases) {
      const work = join(folder, '.work', `${name}-${version}`);
      await mkdir(join(work, 'src'), { recursive: true });
      await writeFile(
        join(work, 'Cargo.toml'),
        `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n`,
      );
      await writeFile(join(work, 'src', 'main.rs'), `fn main() { println!("${name} ${version}"); }\n`);
      await run('tar', [
        '-C',
        dirname(work),
        '--mtime=@0',
        '--sort=name',
        '-I',
        'gzip -n',
        '-cf',
        `${work}.crate`,
        `${name}-${version}`,
      ]);
      const crate = await readFile(`${work}.crate`);
      server.files.set(`/crates/${name}-${version}.crate`, crate);
      lines.push(
        JSON.stringify({ name, vers: version, deps: [], cksum: sha('sha256', crate), features: {}, yanked: false }),
      );
    }
    const file = join(folder, name.slice(0, 2), name.slice(2, 4), name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${lines.join('\n')}\n`);
  }
  await rm(join(folder, '.work'), { recursive: true });
  const git = (...args: readonly string[]): Promise<unknown> =>
    run('git', ['-C', folder, '-c', 'user.name=Lab', '-c', 'user.email=lab@example.com', ...args]);
  await git('init', '-q', '-b', 'master');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Add crates');
}

/** A repository of Composer at `/php`. Packages are `lab/NAME`; the first needs those that `needs` names. */
export function servePhp(
  server: FileServer,
  programs: readonly (SourceProgram & { readonly needs?: readonly string[] })[],
): void {
  const packages: Record<string, Record<string, unknown>> = {};
  for (const { name, version, note = '', needs = [] } of programs) {
    const require = Object.fromEntries(needs.map((each) => [`lab/${each}`, '*']));
    const about = { name: `lab/${name}`, version, bin: [`bin/${name}`], require };
    const zip = makeZip([
      [`${name}/composer.json`, JSON.stringify(about)],
      [`${name}/bin/${name}`, `#!/usr/bin/env php\n<?php // ${note}\necho "${name} ${version}\\n";\n`],
    ]);
    const path = `/php/${name}-${version}.zip`;
    server.files.set(path, zip);
    const dist = { type: 'zip', url: server.url + path, reference: sha('sha1', zip), shasum: sha('sha1', zip) };
    (packages[`lab/${name}`] ??= {})[version] = { ...about, dist };
  }
  server.files.set('/php/packages.json', Buffer.from(JSON.stringify({ packages })));
}
