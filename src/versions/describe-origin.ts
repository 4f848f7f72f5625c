import type { Resolved } from '../model/version.ts';
import type { Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { pinOf } from '../providers/pins.ts';
import { nameTexts, searchTexts } from '../secrets/refuse-secrets.ts';

/**
 * The standard labels that say what a version was made from: the commit and the
 * address of the project, name and digest of the base. Empty where it is not
 * known: the base has values of its own. `resolved`: of the version.
 */
export async function describeOrigin(
  context: Pick<Context, 'origin'>,
  { folder, environment: { base } }: Project,
  resolved: Resolved,
): Promise<Readonly<Record<string, string>>> {
  const { revision = '', source = '' } = await context.origin(folder);
  const digest = base.kind === 'image' ? (pinOf(resolved['base'] ?? {}, base.image) ?? '') : '';
  // Without a digest, the version may stand on the fallback.
  const name = base.kind === 'image' && (base.fallback === undefined || digest !== '') ? base.image : '';
  const address = { 'org.opencontainers.image.source': source };
  return {
    'org.opencontainers.image.revision': revision,
    // A path can hold a token, too.
    ...(searchTexts(nameTexts('label', address)).length === 0 ? address : { 'org.opencontainers.image.source': '' }),
    'org.opencontainers.image.base.name': name,
    'org.opencontainers.image.base.digest': digest,
  };
}
