import { isUnreachable } from '../model/network/is-unreachable.ts';
import { askImage } from '../observe/images/ask-image.ts';
import { catalogue } from '../errors/catalogue.ts';
import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { MissingVersion, Sources } from '../providers/sources.ts';
import { findProvider, providers } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import { adviseLineEnds } from '../observe/advise-line-ends.ts';
import type { Project } from '../observe/project.ts';

interface GoneVersion {
  readonly name: string;
  readonly version: string;
  readonly nearest?: string;
}

/**
 * A step's failure, as far as its output tells more: CONTENT_MISMATCH for
 * content with another digest, RESOURCE_BUSY for a wait that ended,
 * SOURCE_UNREACHABLE for a step of packages that reached no server, PIN_GONE
 * with the nearest version for one that the sources do not have. `parent`: the
 * image that the step extended.
 */
export async function explainFailedStep(
  context: Context,
  project: Project,
  parent: string,
  error: unknown,
): Promise<unknown> {
  if (!hasCode(error, 'STEP_FAILED')) return error;
  const output = Array.isArray(error.data?.['output']) ? error.data['output'].map(String) : [];
  const busy = output.map((line) => busyLists.exec(line)?.[1]).find((holder) => holder !== undefined);
  if (busy !== undefined)
    return new DevenvError(
      'RESOURCE_BUSY',
      `The package lists were not free for 15 minutes. They are updated by ${busy}.`,
      {
        state: 'Nothing of this step was kept; the steps before it were.',
        data: { ...error.data },
        cause: error,
      },
    );
  const unreachable = isUnreachable(output);
  for (const { name: provider, sources } of providers) {
    if (sources === 'none') continue;
    const mismatched = sources.mismatched(output);
    if (mismatched.length > 0) return describeMismatch(mismatched, error);
    const missing = listOnce(sources.missing(output));
    // Without an answer, nothing is known to be gone.
    if (missing.length === 0 || (unreachable && missing.every(({ available = [] }) => available.length === 0)))
      continue;
    const available = await listAvailable(context, project, parent, sources, missing);
    const found = missing.map(({ name, version }): GoneVersion => {
      const nearest = sources.nearest(version, available.get(name) ?? []);
      return { name, version, ...(nearest !== undefined && { nearest }) };
    });
    const declared = found.filter(({ name, version }) => isDeclared(project, provider, name, version));
    return new DevenvError('PIN_GONE', found.map(describe).join('; '), {
      ...(declared.length > 0 && { hint: `Change ${declared.map(({ name }) => name).join(', ')} in devenv.yaml.` }),
      state: 'Nothing was recorded.',
      data: { missing: found },
      cause: error,
    });
  }
  const step = error.data?.['step'];
  const isPackages = isPackageStep(step);
  const code = isPackages && unreachable ? 'SOURCE_UNREACHABLE' : 'STEP_FAILED';
  const advice = isPackages ? advisePackages(output) : await adviseCommand(context, project, step);
  if (code === 'STEP_FAILED' && advice === undefined) return error;
  return new DevenvError(code, error.message, {
    ...(advice !== undefined && { hint: code === 'SOURCE_UNREACHABLE' ? `${catalogue[code].hint} ${advice}` : advice }),
    state: 'Nothing of this step was kept; the steps before it were.',
    data: { ...error.data },
    cause: error,
  });
}

function advisePackages(output: readonly string[]): string | undefined {
  const mounted = output.map((line) => busyFile.exec(line)?.[0]).find((file) => file !== undefined);
  if (mounted !== undefined)
    return `The engine writes ${mounted} and mounts it, so no package can replace it: leave that package out. For names of hosts, use \`limits: {extra_hosts: …}\` in devenv.yaml.`;
  const missing = findMissingLibrary(output);
  return (
    missing &&
    `Add the package with ${missing.file} to packages.apt in devenv.yaml. On Debian, its name is usually ${missing.package}.`
  );
}

const busyFile = /\/etc\/(?:hosts|hostname|resolv\.conf)(?=\b.*Device or resource busy)/i;

async function adviseCommand(
  { files }: Context,
  { folder, environment }: Project,
  step: unknown,
): Promise<string | undefined> {
  const entry = environment.run.find(({ name }) => step === `run:${name}`);
  return entry && adviseLineEnds(files, folder, entry.run);
}

/** A shared library that the base lacks, such as libatomic.so.1 for newer Node.js. Debian names packages after them. */
function findMissingLibrary(
  output: readonly string[],
): { readonly file: string; readonly package: string } | undefined {
  for (const line of output) {
    const [, name, version] =
      /error while loading shared libraries: (lib[\w+-]{1,60})\.so\.(\d{1,4})\b/.exec(line) ?? [];
    if (name === undefined || version === undefined) continue;
    return { file: `${name}.so.${version}`, package: `${name.toLowerCase().replaceAll('_', '-')}${version}` };
  }
  return undefined;
}

/** False for commands and install scripts of other people, which can fail for another reason after such a line. */
const isPackageStep = (id: unknown): boolean => typeof id === 'string' && !/^(?:run|feature):/.test(id);

/** Tools repeat themselves. */
function listOnce(missing: readonly MissingVersion[]): readonly MissingVersion[] {
  return [...new Map(missing.map((each) => [`${each.name} ${each.version}`, each])).values()];
}

const busyLists = /^E: The package lists were not free for 15 minutes\. They are updated by (.+)\.$/;

function describeMismatch(packages: readonly string[], cause: DevenvError): DevenvError {
  return new DevenvError(
    'CONTENT_MISMATCH',
    `The content of ${packages.join(', ')} does not match its digest: the source, or something between, delivers another file.`,
    {
      hint: 'Run the same command again. If the new file is right, take it with `devenv build --update`.',
      state: 'Nothing of this step was kept; the steps before it were.',
      data: { ...cause.data, packages },
      cause,
    },
  );
}

/** True if devenv.yaml asks for exactly that version. */
function isDeclared({ desired }: Project, provider: string, name: string, version: string): boolean {
  const value = desired[`${provider}:${name}`];
  return value !== undefined && findProvider(provider)?.describe(value).split(' ', 1)[0] === version;
}

async function listAvailable(
  context: Context,
  project: Project,
  parent: string,
  { question }: Sources,
  missing: readonly MissingVersion[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (question === undefined) return new Map(missing.map(({ name, available = [] }) => [name, available]));
  const engine = await context.engine();
  const image = await engine.images.inspect(parent);
  if (image === undefined) return new Map();
  return askImage(engine.runtime, project.folder, parent, image.config, async (ask) => {
    const { stdout } = await ask({ argv: question.argv(missing.map(({ name }) => name)) });
    return question.parse(stdout.toString('utf8'));
  });
}

function describe({ name, version, nearest }: GoneVersion): string {
  const instead = nearest === undefined ? 'it has no other version' : `the nearest is ${nearest}`;
  return `The mirror has no ${name} ${version} any more; ${instead}.`;
}
