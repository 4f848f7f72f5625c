import { set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { asMap } from '../../../model/json.ts';
import { readYaml } from '../../../environment/yaml/read-yaml.ts';
import { toValue } from '../../../environment/yaml/to-value.ts';

/** In the order in which Compose looks. */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The services of a compose file that are not built from the project: what it needs beside itself. By reference. */
export function detectCompose(files: ProjectFiles): readonly Entry[] {
  const { file, services } = readCompose(files);
  const needed = services.filter(({ isBuilt }) => !isBuilt).map(({ name }) => name);
  if (needed.length === 0) return [];
  return [set(file, 'compose', needed.length === services.length ? file : { file, services: needed })];
}

/** All services of a compose file that builds each of them: for a project that says nothing else of what it is made with. */
export function detectBuiltServices(files: ProjectFiles): readonly Entry[] {
  const { file, services } = readCompose(files);
  return services.length > 0 && services.every(({ isBuilt }) => isBuilt) ? [set(file, 'compose', file)] : [];
}

interface ComposeService {
  readonly name: string;
  readonly isBuilt: boolean;
}

function readCompose(files: ProjectFiles): { readonly file: string; readonly services: readonly ComposeService[] } {
  const file = composeNames.find((path) => files.text(path) !== undefined) ?? '';
  return { file, services: listServices(files.text(file) ?? '') };
}

function listServices(text: string): readonly ComposeService[] {
  const yaml = readYaml(text);
  const { services } = asMap(yaml.kind === 'read' ? toValue(yaml.root).value : undefined);
  return Object.entries(asMap(services)).map(([name, service]) => {
    const { build, extends: other, depends_on: needs, image } = asMap(service);
    return {
      name,
      isBuilt: build !== undefined || (image === undefined && (other !== undefined || needs !== undefined)),
    };
  });
}
