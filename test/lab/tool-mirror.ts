import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileServer } from './file-server.ts';
import { makeZip } from './make-zip.ts';
import { run } from './run.ts';

/** A tool that prints its version and does nothing else. */
export interface MadeUpTool {
  readonly tool: 'go' | 'java' | 'ruby' | 'rust' | 'terraform';
  readonly version: string;
  /** Makes another file of the same version. */
  readonly note?: string;
}

/** The settings with which mise asks a server for everything. */
export const mirrorSetting = ({ url }: FileServer): Readonly<Record<string, string>> => ({
  MISE_URL_REPLACEMENTS: JSON.stringify({ 'regex:^https://(.+)': `${url}/$1` }),
  MISE_RUBY_BUILD_REPO: `${url}/ruby-build.zip`,
  MISE_RUBY_PRECOMPILED_URL: `${url}/ruby/ruby-{version}.{platform}.tar.gz`,
});

/** Path of the file of a tool on a server; of Rust, of the script that makes a rustup. */
export const toolPath = ({ tool, version }: MadeUpTool): string =>
  ({
    go: `/dl.google.com/go/go${version}.linux-amd64.tar.gz`,
    java: `/jdk.example.com/jdk-${version}.tar.gz`,
    ruby: `/ruby/ruby-${version}.x86_64_linux.tar.gz`,
    rust: '/sh.rustup.rs/',
    terraform: `/releases.hashicorp.com/terraform/${version}/terraform_${version}_linux_amd64.zip`,
  })[tool];

const created = '2024-03-05T00:00:00Z';

/** Puts tools, and the lists of their versions, on a server that stands for all that mise asks. */
export async function serveTools(server: FileServer, tools: readonly MadeUpTool[]): Promise<void> {
  const of = (wanted: MadeUpTool['tool']): readonly MadeUpTool[] => tools.filter(({ tool }) => tool === wanted);
  const put = (path: string, text: string | Buffer): void => void server.files.set(path, Buffer.from(text));
  const sums = new Map<MadeUpTool, string>();
  for (const each of tools.filter(({ tool }) => tool !== 'rust')) {
    const file = await makeFile(each);
    const sum = createHash('sha256').update(file).digest('hex');
    sums.set(each, sum);
    put(toolPath(each), file);
    if (each.tool === 'go') put(`${toolPath(each)}.sha256`, sum);
    const [folder, name] = [toolPath(each).replace(/[^/]*$/, ''), toolPath(each).split('/').at(-1) ?? ''];
    if (each.tool === 'terraform') put(`${folder}terraform_${each.version}_SHA256SUMS`, `${sum}  ${name}\n`);
  }
  for (const listed of ['go', 'rust', 'terraform'] as const) {
    const rows = of(listed).map(({ version }) => `"${version}" = { created_at = ${created} }\n`);
    put(`/mise-versions.jdx.dev/data/${listed}.toml`, `[versions]\n${rows.join('')}`);
  }
  put('/sh.rustup.rs/', makeRustup(of('rust')));
  put('/ruby-build.zip', makeRubyBuild(of('ruby')));
  put(
    '/mise-java.jdx.dev/jvm/ga/linux/x86_64.json',
    JSON.stringify(of('java').map((each) => describeJava(each, sums))),
  );
}

const describeJava = (each: MadeUpTool, sums: ReadonlyMap<MadeUpTool, string>): object => ({
  ...{ architecture: 'x86_64', os: 'linux', release_type: 'ga', image_type: 'jdk', jvm_impl: 'hotspot', features: [] },
  ...{ file_type: 'tar.gz', vendor: 'openjdk', version: each.version, java_version: each.version },
  ...{ checksum: `sha256:${sums.get(each) ?? ''}`, url: `https:/${toolPath(each)}`, created_at: created },
});

/** mise asks ruby-build which versions there are. */
function makeRubyBuild(rubies: readonly MadeUpTool[]): Buffer {
  const list = rubies.map(({ version }) => `echo ${version}\n`).join('');
  const install = 'mkdir -p "$PREFIX/bin" && cp bin/ruby-build "$PREFIX/bin/" && chmod 755 "$PREFIX/bin/ruby-build"\n';
  return makeZip([
    ['ruby-build/bin/ruby-build', `#!/bin/sh\n${list}`],
    ['ruby-build/install.sh', `#!/bin/sh\n${install}`],
  ]);
}

/** rustup's script: makes a rustup whose toolchains have a compiler and a cargo that print its version. */
const makeRustup = (rusts: readonly MadeUpTool[]): string => String.raw`#!/bin/sh
mkdir -p "$CARGO_HOME/bin"
cat >"$CARGO_HOME/bin/rustup" <<'END'
#!/bin/sh
[ "$*" != "show profile" ] || echo minimal
[ "$1 $2" = "toolchain install" ] || exit 0
case " ${rusts.map(({ version }) => version).join(' ')} " in *" $3 "*) ;; *) exit 1 ;; esac
bin="$RUSTUP_HOME/toolchains/$3-x86_64-unknown-linux-gnu/bin"
mkdir -p "$bin"
printf '#!/bin/sh\necho rust version %s from %s\n' "$3" "$RUSTUP_DIST_SERVER" >"$bin/rustc"
chmod 755 "$bin/rustc"
cp "$bin/rustc" "$bin/cargo"
cp "$bin/rustc" "$bin/cargo" "$CARGO_HOME/bin/"
END
chmod 755 "$CARGO_HOME/bin/rustup"
`;

async function makeFile({ tool, version, note = '' }: MadeUpTool): Promise<Buffer> {
  const script = `#!/bin/sh\n# ${note}\necho ${tool} version ${version}\n`;
  if (tool === 'terraform') return makeZip([['terraform', script]]);
  const top = tool === 'java' ? `jdk-${version}` : tool === 'ruby' ? `ruby-${version}` : tool;
  const folder = await mkdtemp(join(tmpdir(), 'devenv-tool-'));
  try {
    await mkdir(join(folder, top, 'bin'), { recursive: true });
    await writeFile(join(folder, top, 'bin', tool), script, { mode: 0o755 });
    // Equal for equal tools.
    await run('tar', ['-C', folder, '--mtime=@0', '--sort=name', '-I', 'gzip -n', '-cf', join(folder, 'archive'), top]);
    return await readFile(join(folder, 'archive'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
