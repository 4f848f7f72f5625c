import { dirname, resolve } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import { resolveVersionItems } from '../lock/version-items.ts';
import type { Service } from '../model/service.ts';
import type { Lock, Version } from '../model/version.ts';
import type { PortMapping } from '../model/workspace.ts';
import { listComponents } from '../observe/images/list-components.ts';
import { readProject, type Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { providerOf } from '../providers/registry.ts';
import { describeVersion } from '../versions/describe-version.ts';
import { requireLock, requireVersion } from '../versions/require-version.ts';
import { openVersion } from '../versions/version-inspection.ts';
import { refuseExisting, refuseLinks } from './refuse-output.ts';
import { measureImage } from './report/measure-image.ts';
import type { ReportedService, ReportedVersion, TeamReport } from './report/team-report.ts';

interface ReportOptions {
  /** From the current folder. */
  readonly output: string;
  /** Replaces a file that is there. */
  readonly force: boolean;
  readonly render: (report: TeamReport) => string;
}

interface WrittenReport {
  /** Absolute. */
  readonly output: string;
  readonly versions: number;
  /** Absent if no engine could look into the image. */
  readonly packages?: number;
}

/**
 * Writes a page about the environment: versions, packages, sizes, services. The
 * same project gives the same page. Throws FILE_EXISTS, FILE_UNWRITABLE.
 */
export async function report(context: Context, { output, force, render }: ReportOptions): Promise<WrittenReport> {
  const file = resolve(context.folder, output);
  // Without the person's variables: values of this machine are not for the team.
  const project = await readProject({ ...context, variables: {} });
  const check = async (): Promise<void> => {
    await refuseLinks(context, project.folder, dirname(file));
    if (!force) await refuseExisting(context, file);
  };
  await check();
  const described = await describe(context, project);
  const text = render(described);
  await check();
  await context.files.writeAtomic(file, text);
  const { versions, content } = described;
  return { output: file, versions: versions.length, ...(content && { packages: content.packages.length }) };
}

async function describe(context: Context, project: Project): Promise<TeamReport> {
  const lock = requireLock(project);
  const { services, ports, secrets } = project.environment;
  const [content, { source }] = await Promise.all([lookInside(context, project, lock), context.origin(project.folder)]);
  return {
    ...{ name: lock.name, current: lock.current },
    ...(source !== undefined && { source }),
    versions: lock.versions.map((version) => describeOne(lock, version)),
    ...(content !== undefined && { content }),
    services: services.map(describeService),
    ports: ports.map(describePort),
    secrets: secrets.map(({ name }) => name),
  };
}

/** Packages and sizes of the current version. Without an engine, or without its image, the page goes without. */
async function lookInside(context: Context, project: Project, lock: Lock): Promise<TeamReport['content']> {
  try {
    return await openVersion(context, project, requireVersion(lock, lock.current), async ({ image, ask }) => {
      const items = resolveVersionItems(lock, lock.current);
      const facts = { items, resolved: lock.resolved, architecture: image.architecture };
      const [packages, sizes] = await Promise.all([listComponents(ask, facts), measureImage(ask, image.size)]);
      return { packages, sizes };
    });
  } catch (error) {
    // 4: no engine. 5: no registry.
    if (!(error instanceof DevenvError) || ![4, 5].includes(error.exitCode)) throw error;
    context.progress.note(`The page has no packages and sizes: ${error.message}`);
    return undefined;
  }
}

function describeOne(lock: Lock, version: Version): ReportedVersion {
  const { number, kind, from, parent, date, message, size, layers, digest, items } = version;
  const before = lock.versions.find((other) => other.number === parent);
  return {
    ...{ number, kind, date, message, size, layers },
    ...(from !== undefined && { from }),
    ...(before !== undefined && { growth: size - before.size }),
    author: version.author.replace(/\s*<[^<>]*>\s*$/, '') || version.author,
    pushed: digest !== undefined,
    changes: describeVersion(lock, version),
    set: Object.entries(items.set).map(([id, value]) => [id, value, providerOf(id)?.describe(value) ?? '']),
    unset: items.unset,
  };
}

function describeService({ name, source, ports, profiles }: Service): ReportedService {
  const from = source.kind === 'image' ? source.image : 'built from the project';
  return { name, from, ports: ports.map(describePort), profiles };
}

const describePort = ({ container, host, protocol }: PortMapping): string =>
  `${host === container ? String(host) : `${String(host)} → ${String(container)}`}${protocol === 'tcp' ? '' : `/${protocol}`}`;
