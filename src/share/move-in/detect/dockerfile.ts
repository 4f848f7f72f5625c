import { add, set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { findAptPackages } from '../find-apt-packages.ts';

/** Dockerfiles that are made for work on the project, and can be the base. */
export const developmentDockerfiles = ['.devcontainer/Dockerfile', 'Dockerfile.dev', 'Dockerfile.development'];

/** Official images of languages, with the tool that each has in its tag's version. */
const languages: Readonly<Record<string, string>> = { node: 'node', python: 'python', golang: 'go', rust: 'rust' };

/** The tools of the images that the Dockerfile starts from. */
const detectImages = (text: string): readonly Entry[] =>
  [...text.matchAll(/^FROM[ \t]+(?:--platform=\S+[ \t]+)?((node|python|golang|rust):(\d+(?:\.\d+){0,2})\S*)/gim)].map(
    ([, image = '', name = '', version = '']) =>
      set(`Dockerfile (FROM ${image})`, `tools.${languages[name.toLowerCase()] ?? name}`, version),
  );

/** What the project's Dockerfile says to an environment that is not built from it: tools, packages of apt and ports. */
export function detectDockerfile(files: ProjectFiles): readonly Entry[] {
  const text = files.text('Dockerfile');
  if (text === undefined) return [];
  const ports = [...text.matchAll(/^[ \t]*EXPOSE[ \t]([\d \t/tcp]+)$/gim)].flatMap(([, list = '']) =>
    [...list.matchAll(/\d{1,5}/g)].map(([port]) => Number(port)).filter((port) => port > 1023 && port < 65_536),
  );
  return [
    ...detectImages(text),
    ...findAptPackages(text).map((name) => add('Dockerfile', 'packages.apt', name)),
    ...[...new Set(ports)].map((port) => add('Dockerfile (EXPOSE)', 'ports', port)),
  ];
}

/** apt lines of the README. */
export const detectReadme = (files: ProjectFiles): readonly Entry[] =>
  ['README.md', 'CONTRIBUTING.md'].flatMap((path) =>
    findAptPackages(files.text(path) ?? '').map((name) => add(path, 'packages.apt', name)),
  );

/** A `.env` that each person makes from the example. */
export function detectEnvExample(files: ProjectFiles): readonly Entry[] {
  const example = ['.env.example', '.env.sample', '.env.template'].find(files.has);
  return example === undefined
    ? []
    : [add(`${example}: each person copies it to .env`, 'env_file', { path: '.env', required: false })];
}
