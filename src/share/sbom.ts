import { resolveVersionItems } from '../lock/version-items.ts';
import type { Ask } from '../observe/images/ask-image.ts';
import { listComponents } from '../observe/images/list-components.ts';
import { readProject } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { requireLock, requireVersion } from '../versions/require-version.ts';
import { openVersion } from '../versions/version-inspection.ts';
import type { Bill } from './formats/bill.ts';
import { printCyclonedx } from './formats/print-cyclonedx.ts';
import { printSpdx } from './formats/print-spdx.ts';

export const billFormats = { spdx: printSpdx, cyclonedx: printCyclonedx } as const;

interface SbomOptions {
  /** Absent: the current version. */
  readonly version?: number;
  readonly format: keyof typeof billFormats;
  /** The program that writes it. */
  readonly tool: Bill['tool'];
}

/** The bill of materials of a version, as a JSON document. Pulls the version if this engine lacks it. */
export async function sbom(context: Context, { version, format, tool }: SbomOptions): Promise<object> {
  return billFormats[format](await describeVersion(context, version, tool));
}

async function describeVersion(context: Context, number: number | undefined, tool: Bill['tool']): Promise<Bill> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const version = requireVersion(lock, number ?? lock.current);
  return openVersion(context, project, version, async ({ image, ask }) => {
    const [system, components] = await Promise.all([
      readSystem(ask),
      listComponents(ask, {
        items: resolveVersionItems(lock, version.number),
        resolved: version.number === lock.current ? lock.resolved : {},
        architecture: image.architecture,
      }),
    ]);
    const { image: repository } = project.environment;
    return {
      ...{ name: lock.name, version: version.number, content: version.content, date: version.date, tool },
      ...(repository !== undefined && version.digest !== undefined && { image: `${repository}@${version.digest}` }),
      ...{ system, components },
    };
  });
}

/** The distribution, as /etc/os-release has it. */
async function readSystem(ask: Ask): Promise<Bill['system']> {
  const { stdout } = await ask({ argv: ['cat', '/etc/os-release'] });
  const text = stdout.toString('utf8');
  const valueOf = (key: string): string => new RegExp(`^${key}="?([a-z0-9._-]{1,64})"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: valueOf('ID'), version: valueOf('VERSION_ID') };
}
