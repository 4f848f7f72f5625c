import { set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { asMap } from '../../../model/json.ts';
import { readYaml } from '../../../environment/yaml/read-yaml.ts';
import { toValue } from '../../../environment/yaml/to-value.ts';

/** In the order in which Compose looks. */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The services of a compose file that are not built from the project: what it needs beside itself. By reference. */
export function detectCompose(files: ProjectFiles): readonly Entry[] {
  const file = composeNames.find((path) => files.text(path) !== undefined);
  if (file === undefined) return [];
  const names = listServices(files.text(file) ?? '');
  const needed = names.filter(({ isBuilt }) => !isBuilt).map(({ name }) => name);
  if (needed.length === 0) return [];
  return [set(file, 'compose', needed.length === names.length ? file : { file, services: needed })];
}

function listServices(text: string): readonly { readonly name: string; readonly isBuilt: boolean }[] {
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
