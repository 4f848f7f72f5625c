import { parseImageReference } from '../../environment/image-reference.ts';
import { exportYaml, type Exported, type ExportSource } from './exported.ts';
import { listContainers, noteNetworks, type ExportedContainer, type Value, toDefault } from './list-containers.ts';
import { listCiSteps } from './list-ci-steps.ts';
import { mapValues } from '../../model/json.ts';

/** A workflow of GitHub Actions whose job runs in the image of the version, beside the services. */
export function writeGithub(source: ExportSource): Exported {
  const { environment, image, task } = source;
  const { workspace, services, notes: unkept } = listContainers(source);
  const notes = [...unkept, ...noteNetworks(source)];
  const kept = services.filter((one) => {
    if (one.profiles.length > 0) return false;
    if (typeof one.image === 'string' && one.command === undefined && one.entrypoint === undefined) return true;
    notes.push(`services.${one.name}: GitHub Actions gives a service no command and builds none. It is left out.`);
    return false;
  });
  const steps = listCiSteps(environment, task);
  const env = {
    ...mapValues(workspace.env, printValue),
    ...Object.fromEntries(environment.secrets.map(({ name }) => [name, `\${{ secrets.${name} }}`])),
  };
  const job = {
    'runs-on': 'ubuntu-latest',
    // The runner's own files belong to another user than that of the image.
    container: { image, options: '--user root', ...logIn(image), ...(Object.keys(env).length > 0 && { env }) },
    ...(kept.length > 0 && { services: Object.fromEntries(kept.map((one) => [one.name, printService(one, notes)])) }),
    steps: [
      { uses: 'actions/checkout@v4' },
      ...steps.map(({ name, line, env: variables, folder }) => ({
        name: literal(name),
        run: literal(line),
        shell: 'sh -e {0}',
        ...(folder !== undefined && { 'working-directory': literal(folder) }),
        ...(Object.keys(variables).length > 0 && { env: mapValues(variables, literal) }),
      })),
    ],
  };
  const workflow = {
    name: environment.name,
    on: { push: {}, pull_request: {} },
    permissions: { contents: 'read', ...(isGithubs(image) && { packages: 'read' }) },
    jobs: { devenv: job },
  };
  return exportYaml(source, 'devenv export github', 'devenv.yml', [workflow], notes);
}

/** A text in which GitHub evaluates nothing. */
const literal = (text: string): string => text.replaceAll('${{', "${{ '${{' }}");

const printValue = (value: Value): string => literal(toDefault(value));

const isGithubs = (image: string): boolean => {
  const reference = parseImageReference(image);
  return reference.kind === 'reference' && reference.registry === 'ghcr.io';
};

/** The job's own login for GitHub's registry; for others, the names of two secrets. */
const logIn = (image: string): object => ({
  credentials: isGithubs(image)
    ? { username: '${{ github.actor }}', password: '${{ github.token }}' }
    : { username: '${{ secrets.REGISTRY_USER }}', password: '${{ secrets.REGISTRY_PASSWORD }}' },
});

function printService({ name, image, env, ready, volumes, ports }: ExportedContainer, notes: string[]): object {
  const check = ready?.check.kind === 'command' ? ready.check.command : undefined;
  // The runner splits the options itself: only words without quotes are safe there.
  const isPlain = typeof check === 'string' && /^[\w .,:/=@%+-]+$/.test(check);
  if (check !== undefined && !isPlain)
    notes.push(`services.${name}.ready: GitHub Actions cannot say this command. The job does not wait for it.`);
  if (volumes.length > 0)
    notes.push(`services.${name}.volumes: a job starts with empty volumes and without files of the project.`);
  const seconds = Math.max(1, Math.ceil((ready?.interval ?? 1000) / 1000));
  return {
    image,
    ...(Object.keys(env).length > 0 && { env: mapValues(env, printValue) }),
    ...(ports.length > 0 && {
      ports: ports.map(
        ({ host, container, protocol }) => `${host === 0 ? '' : `${String(host)}:`}${String(container)}/${protocol}`,
      ),
    }),
    ...(isPlain && {
      options: `--health-cmd "${check}" --health-interval ${String(seconds)}s --health-retries ${String(ready?.retries ?? 30)}`,
    }),
  };
}
