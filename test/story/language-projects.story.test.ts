import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { serveCrates, serveModules } from '../lab/program-sources.ts';
import { startPythonIndex, type PythonIndex } from '../lab/python-index.ts';
import { importWholeBase } from '../lab/whole-base.ts';
import { aptInstall, openProject, type Project } from './project.ts';

interface Language {
  readonly name: string;
  readonly yaml: string;
  readonly files: Readonly<Record<string, string>>;
  /** Runs the project, and what it prints. */
  readonly start: readonly [command: string, output: string];
  /** Installs something as root. */
  readonly byHand: (addresses: { readonly pip: string; readonly host: string }) => string;
  /** What devenv.yaml says of that after the commit. */
  readonly declared: RegExp;
  /** Uses it, and what that prints. */
  readonly use: readonly [command: string, output: RegExp];
}

const languages: readonly Language[] = [
  {
    name: 'python',
    yaml: 'packages: {apt: [python3-pip, python3-venv], pip: ["-r requirements.txt"]}\n',
    files: { 'requirements.txt': 'tiny==1.0\n', 'shop.py': 'import tiny\ntiny.main()\n' },
    start: ['python3 shop.py', 'tiny 1.0\n'],
    byHand: ({ pip, host }) => `pip install --break-system-packages --index-url ${pip} --trusted-host ${host} hand`,
    declared: /pip: \["-r requirements\.txt", "?hand"?\]/,
    use: ['hand', /^hand 2\.0\n$/],
  },
  {
    name: 'go',
    yaml: 'packages: {apt: [golang-go], go: [lab.example/tiny@v1.0.0]}\n',
    files: { 'go.mod': 'module shop\n\ngo 1.19\n', 'main.go': 'package main\n\nfunc main() { print("shop\\n") }\n' },
    start: ['go run . 2>&1 && tiny 2>&1', 'shop\ntiny 1.0.0\n'],
    byHand: () => `${aptInstall} jq`,
    declared: /apt: \[golang-go, jq\]/,
    use: ['jq --version', /^jq-1\.6/],
  },
  {
    name: 'rust',
    yaml: 'packages: {apt: [cargo], cargo: [tiny-rs@1.0.0]}\n',
    files: {
      'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/main.rs': 'fn main() { println!("shop"); }\n',
    },
    start: ['cargo run --quiet --offline && tiny-rs', 'shop\ntiny-rs 1.0.0\n'],
    byHand: () =>
      `CARGO_HOME=/tmp/cargo cargo --config 'source.crates-io.replace-with="lab"' --config 'source.lab.registry="file:///workspace/index"' install --root /usr/local hand-rs`,
    declared: /cargo: \[tiny-rs@1\.0\.0, hand-rs\]/,
    use: ['hand-rs', /^hand-rs 2\.0\.0\n$/],
  },
  {
    name: 'java',
    yaml: 'packages: {apt: [openjdk-17-jdk-headless]}\n',
    files: {
      'Shop.java': 'class Shop { public static void main(String[] args) { System.out.println("shop"); } }\n',
    },
    start: ['java Shop.java', 'shop\n'],
    byHand: () => `${aptInstall} libjsoup-java`,
    declared: /apt: \[openjdk-17-jdk-headless, libjsoup-java\]/,
    use: ['ls /usr/share/java/jsoup.jar', /jsoup\.jar/],
  },
];

describeInLab('a project made from scratch', (lab) => {
  let index: PythonIndex;
  let server: FileServer;
  let env: Readonly<Record<string, string>>;
  const opened: Project[] = [];

  beforeAll(async () => {
    const host = lab.registry.host.split(':')[0] ?? '';
    index = await startPythonIndex(host, [
      { name: 'tiny', version: '1.0' },
      { name: 'hand', version: '2.0' },
    ]);
    server = await startFileServer(host);
    serveModules(server, [{ name: 'tiny', version: '1.0.0' }]);
    const home = join(lab.folder, 'languages-home');
    await mkdir(home, { recursive: true });
    await writeFile(
      join(home, 'config.toml'),
      '[source.crates-io]\nreplace-with = "lab"\n[source.lab]\nregistry = "file:///workspace/index"\n',
    );
    env = { ...index.env, GOPROXY: `${server.url}/go`, GOSUMDB: 'off', CARGO_HOME: home };
    await lab.login('a');
    await lab.login('b');
  });

  afterAll(async () => {
    for (const project of opened) await project.remove();
    await index.stop();
    await server.stop();
  });

  it.each(languages)(
    'of $name goes from up to a commit, a second machine and a clean build',
    async (language) => {
      const { name, files, start, use } = language;
      const base = await importWholeBase(lab.machines.a);
      await importWholeBase(lab.machines.b);
      const yaml = `image: ${lab.registry.host}/languages/${name}\n${language.yaml}`;
      const open = async (machine: 'a' | 'b'): Promise<Project> => {
        const project = await openProject(lab.machines[machine], name, { base, yaml, env });
        opened.push(project);
        return project;
      };
      const first = await open('a');
      for (const [path, text] of Object.entries(files)) await first.write(path, text);
      if (name === 'rust') {
        const crates = [
          { name: 'tiny-rs', version: '1.0.0' },
          { name: 'hand-rs', version: '2.0.0' },
        ];
        await serveCrates(server, join(first.folder, 'index'), crates);
      }
      const { status, stderr } = await first.attempt(['up', '--yes']);
      expect(status, stderr.slice(-3000)).toBe(0);
      expect(await first.run('exec', 'sh', '-c', start[0])).toBe(start[1]);

      const address = { pip: index.url, host: index.env['PIP_TRUSTED_HOST'] ?? '' };
      await first.run('exec', '--root', 'sh', '-c', language.byHand(address));
      await first.run('commit', '--yes', '-m', 'add a tool');
      expect(await readFile(join(first.folder, 'devenv.yaml'), 'utf8')).toMatch(language.declared);
      await first.run('push');

      const second = await open('b');
      await cp(first.folder, second.folder, { recursive: true });
      await second.run('up', '--yes');
      expect(await second.run('exec', 'sh', '-c', start[0])).toBe(start[1]);
      expect(await second.run('exec', 'sh', '-c', use[0])).toMatch(use[1]);
      expect(await second.json('verify')).toMatchObject({ identical: true });

      const checked = await first.json('build', '--clean', '--check');
      expect(checked).toMatchObject({ identical: true, failed: [] });
    },
    900_000,
  );
});
