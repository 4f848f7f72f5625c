import { DevenvError } from '../../errors/devenv-error.ts';
import { parseDockerfile, type Dockerfile } from '../../environment/dockerfile/parse-dockerfile.ts';
import { parseIgnoreRules, selectContext } from '../../environment/dockerfile/select-context.ts';
import { readProjectText, refuseMissing, requireProjectText } from '../../environment/read-project-text.ts';
import type { DockerfileBase } from '../../model/image-inputs.ts';
import type { ContextHashes, ContextRequest } from '../../ports/build/build-contexts.ts';
import type { Context } from '../../ports/context.ts';

/** A Dockerfile of the project, and what it takes from its context. */
interface ReadDockerfile {
  readonly text: string;
  readonly dockerfile: Dockerfile;
  readonly request: ContextRequest;
  readonly hashes: ContextHashes;
}

const mostRules = 1_000;

/** devenv writes the lock after each build, and most changes of devenv.yaml shape no image. A rule `!devenv.yaml` takes one in. */
const ownFiles = 'devenv.yaml\ndevenv-lock.yaml\n';

/**
 * Reads a Dockerfile, its ignore file and the hashes of what it uses. Takes the
 * whole context if it cannot be told what that is. Throws CONFIG_INVALID if
 * something does not exist or leads out of the project, DOCKERFILE_INVALID,
 * CONTEXT_TOO_LARGE.
 */
export async function readDockerfile(
  context: Pick<Context, 'files' | 'buildContexts'>,
  folder: string,
  base: DockerfileBase,
): Promise<ReadDockerfile> {
  const { files } = context;
  const text = await requireProjectText(files, folder, base.dockerfile, 'devenv.yaml');
  if (base.context !== '.' && !(await hasFolder(files, folder, base.context))) refuseMissing('folder', base.context);
  const dockerfile = parseDockerfile(text, base);
  const ignore = await readIgnoreFile(context, folder, base);
  const contexts = await context.buildContexts();
  const requestFor = (used: Pick<Dockerfile, 'sources' | 'complete'>): ContextRequest => {
    const rules = JSON.stringify([used.complete, used.sources.map(({ path }) => path), ignore.text]);
    return { project: folder, context: base.context, rules, ...selectContext(used, ignore.rules) };
  };
  const request = requestFor(dockerfile);
  const hashes = await contexts.hash(request);
  const { findSource } = selectContext(dockerfile, ignore.rules);
  // A builder follows a link that is copied itself.
  if (hashes.links.some((link) => findSource(link) !== undefined)) {
    const whole = requestFor({ sources: [], complete: false });
    return { text, dockerfile, request: whole, hashes: await contexts.hash(whole) };
  }
  await refuseUncopied(context, folder, base, { dockerfile, request, hashes }, ignore.path);
  return { text, dockerfile, request, hashes };
}

/** Throws CONFIG_INVALID for a link out of the project. */
async function hasFolder(files: Context['files'], project: string, path: string): Promise<boolean> {
  const [root, folder] = await Promise.all([files.realPath(project), files.realPath(`${project}/${path}`)]);
  if (root === undefined || folder === undefined) return false;
  if (folder.startsWith(root.endsWith('/') ? root : `${root}/`)) return true;
  throw new DevenvError('CONFIG_INVALID', `devenv.yaml names ${path}, which leads out of the project.`, {
    hint: 'Put a copy of it into the project, or correct its path in devenv.yaml.',
  });
}

async function readIgnoreFile(
  { files }: Pick<Context, 'files'>,
  folder: string,
  base: DockerfileBase,
): Promise<{ readonly path: string; readonly text: string; readonly rules: ReturnType<typeof parseIgnoreRules> }> {
  const own = `${base.dockerfile}.dockerignore`;
  const general = base.context === '.' ? '.dockerignore' : `${base.context}/.dockerignore`;
  const left = base.context === '.' ? ownFiles : '';
  for (const path of [own, general]) {
    const written = await readProjectText(files, folder, path, 'The Dockerfile');
    if (written === undefined) continue;
    const text = `${left}${written}`;
    const rules = parseIgnoreRules(text);
    if (rules.length <= mostRules) return { path, text, rules };
    throw new DevenvError(
      'DOCKERFILE_INVALID',
      `It has ${String(rules.length)} rules; the limit is ${String(mostRules)}.`,
      { at: path },
    );
  }
  return { path: general, text: left, rules: parseIgnoreRules(left) };
}

/** Refuses a file that the Dockerfile copies and the context does not have. Builders say so in many ways, and late. */
async function refuseUncopied(
  { files }: Pick<Context, 'files'>,
  folder: string,
  base: DockerfileBase,
  { dockerfile, request, hashes }: Omit<ReadDockerfile, 'text'>,
  ignore: string,
): Promise<void> {
  const { sources, complete } = dockerfile;
  if (!complete || sources.some(({ path }) => path === '')) return;
  const groups = Object.keys(hashes.groups);
  for (const { path, line, needed } of sources) {
    if (!needed || /[*?[\\]/.test(path)) continue;
    if (groups.some((group) => group === path || group.startsWith(`${path}/`))) continue;
    const kind = await files.kindOf(base.context === '.' ? `${folder}/${path}` : `${folder}/${base.context}/${path}`);
    // A folder without files has no hash.
    if (kind === 'folder' && request.takes(path)) continue;
    const there = kind !== undefined;
    throw new DevenvError(
      'DOCKERFILE_INVALID',
      `It copies ${path}, which ${there ? `${ignore} leaves out` : `the context ${base.context} does not have`}.`,
      {
        at: `${base.dockerfile}:${String(line)}`,
        hint: there
          ? `Remove the rule from ${ignore}, or the path from the Dockerfile.`
          : 'Correct the path: it is relative to the context.',
      },
    );
  }
}
