import type { Row } from './rows.ts';
import type { World } from './world.ts';

const packages = ['tree', 'jq', 'file', 'htop', 'lsof', 'bc', 'less', 'nano'];

/** Eight unrelated projects that build at once, each with a package of its own: none waits long for another. */
export async function eightBuilds(world: World): Promise<Row> {
  const projects = await Promise.all(
    packages.map((name) =>
      world.project(`eight-${name}`, {
        'devenv.yaml': `version: 1\nname: eight-${name}\nbase: ${world.base}\nuser: root\npackages: {apt: [${name}]}\n`,
        'build/Dockerfile': `FROM ${world.base}\nRUN apt-get update && apt-get install -y --no-install-recommends ${name}\n`,
      }),
    ),
  );
  const all = (build: (project: string) => Promise<string>) => async (): Promise<string> =>
    (await Promise.all(projects.map(build))).join('');
  return {
    name: 'eight builds at once',
    rotate: true,
    contenders: [
      {
        name: 'devenv build',
        run: all((project) => world.devenv(project, 'build', '--clean', '--no-cache', '--yes')),
      },
      {
        name: 'docker build',
        run: all((project) => world.docker(project, 'build', '--no-cache', '-q', '-t', 'eight', 'build')),
      },
    ],
    budgets: [{ first: 'devenv build', others: ['docker build'], most: 1.3 }],
    rounds: 3,
  };
}
