import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/environment/parse.ts';
import { makeFolder, runDevenv } from '../run-devenv.ts';
import { readPage } from './read-pages.ts';
import { splitShellLine } from './split-shell-line.ts';

const devcontainer = {
  '.devcontainer/devcontainer.json':
    '{\n  // as people write it\n  "image": "debian:12", "postCreateCommand": "make",\n}\n',
};

/** Section of the guide → a project that somebody moves, and what devenv.yaml then has. */
const projects: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly has: object }>> = {
  'Moving in': { files: devcontainer, has: { base: { kind: 'image', image: 'debian:12' } } },
  'From Dev Containers': { files: devcontainer, has: { hooks: { create: [{ create: 'make' }] } } },
  'From Compose': {
    files: {
      'compose.yaml':
        'services:\n  app: {image: "debian:12", command: sleep infinity, volumes: [".:/srv/app"]}\n  db: {image: "postgres:16"}\n',
    },
    has: { folder: '/srv/app', compose: { file: 'compose.yaml', workspace: 'app' } },
  },
  'From Vagrant': {
    files: {
      Vagrantfile:
        'Vagrant.configure("2") do |config|\n  config.vm.box = "debian/bookworm64"\n  config.vm.provision "shell", inline: "apt-get install -y jq"\nend\n',
    },
    has: {},
  },
  'From mise, asdf, devbox and flox': { files: { '.tool-versions': 'nodejs 22.3.0\n' }, has: { name: 'shop' } },
  'From DDEV': { files: {}, has: { name: 'shop' } },
};

/** Run on engines by test/story/docs.story.test.ts and export.story.test.ts. */
const onEngines = [
  ...['devenv up', 'devenv push'],
  ...['devcontainer', 'compose', 'kubernetes', 'github', 'gitlab', 'dockerfile'].map((name) => `devenv export ${name}`),
  ...['docker build', 'docker compose up', 'docker compose exec', 'podman kube play'],
];
/** These need a cluster. */
const others = ['kubectl apply', 'kubectl exec'];

interface Line {
  readonly section: string;
  readonly words: readonly string[];
}

/** The command lines of a guide, with the heading above them. */
function listLines(path: string): readonly Line[] {
  const lines: Line[] = [];
  for (const part of readPage(path).text.split(/^#+ /m).slice(1)) {
    const [section = ''] = part.split('\n', 1);
    for (const [, text = ''] of part.matchAll(/^```sh\n([^]*?)^```$/gm))
      for (const line of text.split('\n')) lines.push(...splitShellLine(line).map(({ words }) => ({ section, words })));
  }
  return lines;
}

const guides = ['docs/guides/moving-in.md', 'docs/guides/moving-out.md'];
const lines = guides.flatMap(listLines);
const startsWith = ({ words }: Line, starts: readonly string[]): boolean =>
  starts.some((start) => `${words.join(' ')} `.startsWith(`${start} `));
const here = lines.filter((line) => !startsWith(line, [...onEngines, ...others]));

describe('the guides to moving in and out', () => {
  it('have lines that are run here or on engines, and of the latter each one', () => {
    expect(here.length).toBeGreaterThan(8);
    expect(here.filter(({ words }) => words[0] !== 'devenv')).toEqual([]);
    const unused = onEngines.filter((start) => !lines.some((line) => startsWith(line, [start])));
    expect(unused).toEqual([]);
  });

  it.each(here.map((line) => [line.section, line.words.join(' '), line.words.slice(1)] as const))(
    '%s: %s',
    async (section, _, args) => {
      using folder = makeFolder();
      const shop = join(folder.path, 'shop');
      mkdirSync(shop);
      const project = projects[section];
      if (project === undefined) throw new Error(`there is no project for the section ${section}`);
      for (const [name, text] of Object.entries(project.files)) {
        mkdirSync(dirname(join(shop, name)), { recursive: true });
        writeFileSync(join(shop, name), text);
      }
      const isCheck = args.includes('--check');
      const env = { HOME: folder.path, XDG_STATE_HOME: join(folder.path, 'state') };
      const { status, stderr } = await runDevenv([...args, ...(isCheck ? [] : ['--yes'])], { cwd: shop, env });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      const path = join(shop, 'devenv.yaml');
      expect(existsSync(path)).toBe(!isCheck);
      if (!isCheck) expect(parseConfig(readFileSync(path, 'utf8'), path)).toMatchObject(project.has);
    },
  );
});
