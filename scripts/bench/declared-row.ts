import type { Row } from './rows.ts';
import type { World } from './world.ts';

/** The files that the Dockerfile's context has. */
const context = 3_000;

/** A warm `up` of a project with a Dockerfile as base and a compose file of six services, and of one without both. */
export async function warmDeclared(world: World): Promise<Row> {
  const services = Array.from(
    { length: 6 },
    (_, index) => `  s${String(index)}: {image: "${world.base}", command: sleep infinity}\n`,
  );
  const files = Array.from({ length: context }, (_, index) => [`src/${String(index % 50)}/f${String(index)}`, 'x\n']);
  const declared = await world.project('declared', {
    ...(Object.fromEntries(files) as Record<string, string>),
    Dockerfile: `FROM ${world.base}\nCOPY src /opt/src\n`,
    'compose.yaml': `services:\n${services.join('')}`,
    'devenv.yaml': 'version: 1\nname: declared\nbase: {dockerfile: Dockerfile}\ncompose: compose.yaml\n',
  });
  const plain = await world.project('plain', {
    'devenv.yaml': `version: 1\nname: plain\nbase: ${world.base}\nservices:\n${services.join('')}`,
  });
  for (const project of [declared, plain]) await world.devenv(project, 'up', '--yes');
  return {
    name: 'up, nothing to do, with a Dockerfile and a compose file',
    rotate: true,
    contenders: [
      { name: 'devenv up', run: () => world.devenv(declared, 'up') },
      { name: 'devenv up, with neither', run: () => world.devenv(plain, 'up') },
    ],
    budgets: [{ first: 'devenv up', others: ['devenv up, with neither'], most: 1.2 }],
    rounds: 20,
  };
}
