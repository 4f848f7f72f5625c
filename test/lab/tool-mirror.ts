import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileServer } from './file-server.ts';
import { run } from './run.ts';

/** A Go or Java that prints its version and does nothing else. */
export interface MadeUpTool {
  readonly tool: 'go' | 'java';
  readonly version: string;
  /** Makes another file of the same version. */
  readonly note?: string;
}

/** The setting with which mise asks a server for everything. */
export const mirrorSetting = ({ url }: FileServer): Readonly<Record<string, string>> => ({
  MISE_URL_REPLACEMENTS: JSON.stringify({ 'regex:^https://(.+)': `${url}/$1` }),
});

/** Path of the file of a tool on a server. */
export const toolPath = ({ tool, version }: MadeUpTool): string =>
  tool === 'go' ? `/dl.google.com/go/go${version}.linux-amd64.tar.gz` : `/jdk.example.com/jdk-${version}.tar.gz`;

/** Puts tools, and the lists of their versions, on a server that stands for all that mise asks. */
export async function serveTools(server: FileServer, tools: readonly MadeUpTool[]): Promise<void> {
  const sums = new Map<MadeUpTool, string>();
  for (const each of tools) {
    const archive = await makeArchive(each);
    const sum = createHash('sha256').update(archive).digest('hex');
    sums.set(each, sum);
    server.files.set(toolPath(each), archive);
    if (each.tool === 'go') server.files.set(`${toolPath(each)}.sha256`, Buffer.from(sum));
  }
  const created = '2024-03-05T00:00:00Z';
  const rows = tools
    .filter(({ tool }) => tool === 'go')
    .map(({ version }) => `"${version}" = { created_at = ${created} }\n`);
  server.files.set('/mise-versions.jdx.dev/data/go.toml', Buffer.from(`[versions]\n${rows.join('')}`));
  const list = tools
    .filter(({ tool }) => tool === 'java')
    .map((each) => ({
      ...{
        architecture: 'x86_64',
        os: 'linux',
        release_type: 'ga',
        image_type: 'jdk',
        jvm_impl: 'hotspot',
        features: [],
      },
      ...{ file_type: 'tar.gz', vendor: 'openjdk', version: each.version, java_version: each.version },
      ...{ checksum: `sha256:${sums.get(each) ?? ''}`, url: `https:/${toolPath(each)}`, created_at: created },
    }));
  server.files.set('/mise-java.jdx.dev/jvm/ga/linux/x86_64.json', Buffer.from(JSON.stringify(list)));
}

async function makeArchive({ tool, version, note = '' }: MadeUpTool): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'devenv-tool-'));
  try {
    const top = tool === 'go' ? 'go' : `jdk-${version}`;
    await mkdir(join(folder, top, 'bin'), { recursive: true });
    const script = `#!/bin/sh\n# ${note}\necho ${tool} version ${version}\n`;
    await writeFile(join(folder, top, 'bin', tool), script, { mode: 0o755 });
    // Equal for equal tools.
    await run('tar', ['-C', folder, '--mtime=@0', '--sort=name', '-I', 'gzip -n', '-cf', join(folder, 'archive'), top]);
    return await readFile(join(folder, 'archive'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
