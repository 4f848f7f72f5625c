import { exportYaml, type Exported, type ExportSource } from './exported.ts';
import { listContainers, noteNetworks, type ExportedContainer, type Value, toDefault } from './list-containers.ts';
import { listCiSteps, wrapStep } from './list-ci-steps.ts';
import { toArgv } from '../../model/workspace.ts';
import { mapValues } from '../../model/json.ts';

/** A job of GitLab CI that runs in the image of the version, beside the services. */
export function writeGitlab(source: ExportSource): Exported {
  const { environment, image, task } = source;
  const { workspace, services, notes: unkept } = listContainers(source);
  const notes = [...unkept, ...noteNetworks(source)];
  const kept = services.filter((one) => {
    if (one.profiles.length > 0) return false;
    if (typeof one.image === 'string') return true;
    notes.push(`services.${one.name}: GitLab builds no service. It is left out.`);
    return false;
  });
  for (const { name, volumes } of kept)
    if (volumes.length > 0)
      notes.push(`services.${name}.volumes: a job starts with empty volumes and without files of the project.`);
  if (environment.secrets.length > 0)
    notes.push(
      `secrets: set ${environment.secrets.map(({ name }) => name).join(', ')} as masked variables of the project.`,
    );
  const steps = listCiSteps(environment, task).map(wrapStep);
  const variables = printVariables(workspace.env);
  const job = {
    image: { name: literal(image), entrypoint: [''] },
    ...(kept.length > 0 && { services: kept.map(printService) }),
    ...(Object.keys(variables).length > 0 && { variables }),
    script: steps.length > 0 ? steps : ['true'],
  };
  return exportYaml(source, 'devenv export gitlab', '.gitlab-ci.yml', [{ devenv: job }], notes);
}

/** A text in which GitLab replaces no variable. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

const printVariables = (env: Readonly<Record<string, Value>>): Record<string, string> =>
  mapValues(env, (value) => literal(toDefault(value)));

function printService({ name, image, env, command, entrypoint, aliases = [] }: ExportedContainer): object {
  const variables = printVariables(env);
  const words = command === undefined ? undefined : toArgv(command);
  const first = entrypoint ?? (typeof command === 'string' ? [''] : undefined);
  return {
    name: image,
    alias: [name, ...aliases].join(','),
    ...(first !== undefined && { entrypoint: first.map(literal) }),
    ...(words !== undefined && { command: words.map(literal) }),
    ...(Object.keys(variables).length > 0 && { variables }),
  };
}
