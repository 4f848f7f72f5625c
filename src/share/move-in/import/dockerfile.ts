import { Import, type Imported } from './imported.ts';

/** What instructions mean that do not only build the image. */
const others: Readonly<Record<string, string>> = {
  CMD: 'the workspace runs whatever the command of the image is',
  ENTRYPOINT: 'the workspace runs whatever the entrypoint of the image is',
  HEALTHCHECK: 'the workspace is ready when it runs',
  VOLUME: 'write `volumes` in devenv.yaml for what has to stay',
};

/** A Dockerfile stays where it is and is the base; a change of it makes a new version. */
export function importDockerfile(text: string, file: string): Imported {
  const into = new Import(file);
  into.map('FROM', 'base', { dockerfile: file });
  const joined = text.replace(/\\\r?\n/g, ' ');
  let user: string | undefined;
  for (const [, word = '', rest = ''] of joined.matchAll(/^[ \t]*([A-Za-z]+)[ \t]+([^\n]*)$/gm)) {
    const instruction = word.toUpperCase();
    if (!/^[A-Z]{3,11}$/.test(instruction) || instruction === 'FROM') continue;
    const why = others[instruction];
    if (instruction === 'EXPOSE') exposePorts(into, rest);
    else if (instruction === 'USER') user = rest.trim();
    else if (why !== undefined) into.skip(instruction, why);
    else into.refer(instruction, 'base.dockerfile');
  }
  if (user !== undefined && /^[a-z_][\w-]*$/.test(user)) into.map('USER', 'user', user);
  else if (user !== undefined) into.refer('USER', 'base.dockerfile');
  return { entries: into.entries, fields: into.fields };
}

function exposePorts(into: Import, rest: string): void {
  for (const [port] of rest.matchAll(/\b\d{1,5}\b/g)) {
    if (Number(port) >= 1024 && Number(port) < 65_536) into.map('EXPOSE', 'ports', Number(port), true);
    else into.skip(`EXPOSE ${port}`, 'a port of the system; publish it under another number');
  }
}
