import type { HostFiles } from '../../ports/host-files.ts';

/** What a project says in its files, as far as devenv looks. Everything in it may have been written by anybody. */
export interface ProjectFiles {
  /** Whether there is a file of that path. */
  readonly has: (path: string) => boolean;
  /** Its text; absent if there is none, or it cannot be read. */
  readonly text: (path: string) => string | undefined;
  /** Paths with a text, in a fixed order. */
  readonly paths: readonly string[];
}

/** Bytes of one file, and of all; names of one folder; files of one project. */
const [largest, most, mostNames, mostFiles] = [256 * 1024, 2 * 1024 * 1024, 2_000, 120];

const folders = ['.github/workflows', '.devcontainer', '.config/mise'];

/** Files whose text says something. */
const known = [
  /^(?:package\.json|composer\.json|deno\.jsonc?)$/,
  /^\.(?:nvmrc|node-version|python-version|ruby-version|java-version|go-version|tool-versions)$/,
  /^\.?mise\.toml$/,
  /^(?:pyproject\.toml|Pipfile|requirements[\w.-]*\.txt|go\.mod|Cargo\.toml|rust-toolchain(?:\.toml)?|Gemfile)$/,
  /^(?:pom\.xml|build\.gradle(?:\.kts)?|GNUmakefile|[Mm]akefile)$/,
  /^(?:Dockerfile(?:\.[\w-]+)?|Vagrantfile|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml)$/,
  /^(?:\.devcontainer\.json|\.gitlab-ci\.yml|\.env(?:\.(?:example|sample|template))?|(?:README|CONTRIBUTING)\.md)$/,
  /^\.devcontainer\/(?:devcontainer\.json|Dockerfile|(?:docker-)?compose[\w.-]*\.ya?ml)$/,
  /^\.github\/workflows\/[\w.-]+\.ya?ml$/,
];

/** Reads the files of a project that say what it needs. Only reads; a file that cannot be read is left out, and what is more than a project of people has. */
export async function observeProject(
  files: Pick<HostFiles, 'list' | 'readText'>,
  folder: string,
): Promise<ProjectFiles> {
  const listed = ['.', ...folders].map(async (below) => {
    const names = await files.list(below === '.' ? folder : `${folder}/${below}`, mostNames, folder);
    return names.map((name) => (below === '.' ? name : `${below}/${name}`));
  });
  const names = (await Promise.all(listed)).flat();
  const paths = names.filter((path) => known.some((pattern) => pattern.test(path))).slice(0, mostFiles);
  const texts = new Map<string, string>();
  let read = 0;
  for (const path of paths) {
    const text = await files.readText(`${folder}/${path}`, largest, folder).catch(() => undefined);
    read += text?.length ?? 0;
    if (read > most) break;
    if (text !== undefined) texts.set(path, text.replace(/^\uFEFF/, ''));
  }
  return makeProjectFiles(names, texts);
}

export const makeProjectFiles = (names: readonly string[], texts: ReadonlyMap<string, string>): ProjectFiles => {
  const all = new Set(names);
  return { has: (path) => all.has(path), text: (path) => texts.get(path), paths: [...texts.keys()] };
};
