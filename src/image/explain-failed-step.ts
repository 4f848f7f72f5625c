import { askImage } from '../observe/images/ask-image.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { findNearestVersion, madisonArgv, parseMadison, parseMissing } from '../providers/apt-available.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';

/**
 * A step's failure, with what can be found out about it: PIN_GONE with the
 * nearest version where apt lacks one. `parent`: the image that the step extended.
 */
export async function explainFailedStep(
  context: Context,
  project: Project,
  parent: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof DevenvError) || error.code !== 'STEP_FAILED') return error;
  const output = error.data?.['output'];
  const missing = parseMissing(Array.isArray(output) ? output.map(String) : []);
  if (missing.length === 0) return error;
  const available = await listAvailable(
    context,
    project,
    parent,
    missing.map(({ name }) => name),
  );
  const found = missing.map(({ name, version }) => {
    const nearest = findNearestVersion(version, available.get(name) ?? []);
    return { name, version, ...(nearest !== undefined && { nearest }) };
  });
  const declared = found.filter(({ name, version }) => project.desired[`apt:${name}`] === `=${version}`);
  return new DevenvError('PIN_GONE', found.map(describe).join('; '), {
    ...(declared.length > 0 && { hint: `Change ${declared.map(({ name }) => name).join(', ')} in devenv.yaml.` }),
    state: 'Nothing was recorded.',
    data: { missing: found },
    cause: error,
  });
}

async function listAvailable(
  context: Context,
  project: Project,
  parent: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const engine = await context.engine();
  const image = await engine.images.inspect(parent);
  if (image === undefined) return new Map();
  return askImage(engine, project.folder, parent, image.config, async (ask) => {
    const { stdout } = await ask({ argv: madisonArgv(names) });
    return parseMadison(stdout.toString('utf8'));
  });
}

function describe({
  name,
  version,
  nearest,
}: {
  readonly name: string;
  readonly version: string;
  readonly nearest?: string;
}): string {
  const instead = nearest === undefined ? 'has no other of it' : `the nearest is ${nearest}`;
  return `The mirror has no ${name} ${version} any more; ${nearest === undefined ? 'it ' : ''}${instead}.`;
}
