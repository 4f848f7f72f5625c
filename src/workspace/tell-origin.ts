import type { Observation } from '../containers/observe.ts';
import { findRecord } from '../containers/workspace-record.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Volume } from '../model/container.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';
import type { Context } from '../ports/context.ts';

/**
 * Refuses containers that another project left at this path: its folder was
 * moved away, or replaced by this one. Throws NAME_TAKEN.
 */
export function refuseForeign({ project, folder, identity }: Place, { containers, services }: Observation): void {
  const foreign = [...containers, ...services].find(({ labels: found }) => {
    const of = found[labels.identity];
    return of !== undefined && of !== identity && found[labels.project] !== project;
  });
  if (foreign === undefined) return;
  const other = foreign.labels[labels.project] ?? '';
  throw new DevenvError(
    'NAME_TAKEN',
    `The container ${foreign.name} belongs to the project ${other}, whose folder was at ${folder} before.`,
    {
      state: 'It was not touched.',
      hint: `Run \`devenv up\` where the folder of ${other} is now, which takes it over; or remove it with \`devenv destroy\` here.`,
      data: { container: foreign.name, project: other },
    },
  );
}

/** Says what was found of a moved project and what becomes of it, or that the container was removed by others. */
export async function tellOrigin(
  context: Context,
  { folder, workspace }: Place,
  { containers, former }: Observation,
): Promise<void> {
  if (former !== undefined) {
    const names = former.volumes.map((one) => one.labels[labels.volume] ?? one.name);
    const found = [
      ...(former.containers.length > 0 ? ['its workspace'] : []),
      ...names.map((name) => `the volume ${name}`),
    ];
    context.progress.note(
      `This project was at ${former.folder} before. devenv takes over what it left there: ${found.join(', ')}.`,
    );
  } else if (containers.length === 0 && (await findRecord(context, folder, workspace)) !== undefined)
    context.progress.note(
      'The container of this workspace was removed outside of devenv. What it held beyond its version is lost; versions and volumes are there.',
    );
}

/** A volume that was renamed in devenv.yaml starts empty: says where its data is. */
export function tellUnused({ progress }: Context, unused: readonly Volume[]): void {
  for (const { name, labels: found } of unused)
    progress.note(
      `The volume ${found[labels.volume] ?? name} of an earlier devenv.yaml still has its data (${name}). To use it, name volume and project as before; \`devenv destroy --volumes\` removes it.`,
    );
}
