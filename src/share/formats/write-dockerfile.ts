import { pathToBytes, type BytePath } from '../../model/byte-path.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';
import { parseVariables } from '../../model/shell/variables.ts';
import { extendEnv } from '../../image/extend-env.ts';
import { printAction, printAdd, printJson } from './print-action.ts';

/** A version as a build from its base: what the steps do not make comes from an archive. */
export interface EjectSource {
  readonly name: string;
  readonly number: number;
  /** An image that others can get, or an archive beside the Dockerfile with all files. */
  readonly base: { readonly image: string } | { readonly archive: string };
  /** Variables of the base. */
  readonly baseEnv: readonly string[];
  /** Pinned. */
  readonly steps: readonly Step[];
  /** Paths that the steps make and the version does not have. */
  readonly removed: readonly BytePath[];
  /** The archive with everything that differs otherwise, from the project. */
  readonly archive?: string;
  /** Of the version. */
  readonly config: ImageConfig;
}

/** A Dockerfile that makes the file system of a version, for BuildKit or Podman, with the project as its context. */
export function writeDockerfile(source: EjectSource): string {
  const { base, steps, removed, archive, config } = source;
  const downloads: string[] = [];
  let env = source.baseEnv;
  const body: string[] = [];
  for (const step of steps) {
    body.push('', `# ${step.title.replaceAll(/[^ -~]/g, '?')}`);
    body.push(...step.actions.flatMap((action, index) => printAction(action, index, downloads)));
    const extended = extendEnv(env, step.env ?? {});
    body.push(...printEnv(extended.filter((entry) => !env.includes(entry))));
    env = extended;
  }
  const lines = [
    `# Version ${String(source.number)} of ${source.name}, written by \`devenv export dockerfile\`.`,
    '# Build it with BuildKit or Podman: docker build -f THIS_FILE .',
    '# What a RUN mounts is in no layer: the project, and the caches of package managers.',
    ...(downloads.length > 0 ? ['', 'FROM scratch AS downloads', ...downloads] : []),
    '',
    ...('image' in base
      ? [`FROM ${base.image}`]
      : [
          'FROM scratch',
          printAdd(base.archive, '/'),
          printEnv(source.baseEnv).join('\n'),
          'RUN mkdir -p /proc /sys /dev /run /tmp && chmod 1777 /tmp',
        ]),
    'USER root',
    'WORKDIR /workspace',
    ...body,
    ...(removed.length + Number(archive !== undefined) > 0
      ? ['', '# what no step makes, such as changes by hand']
      : []),
    ...printRemovals(removed),
    ...(archive === undefined ? [] : [printAdd(archive, '/')]),
    '',
    ...printEnv(config.env.filter((entry) => !env.includes(entry))),
    ...printWord('USER', config.user),
    ...printWord('WORKDIR', config.workingDir),
    `ENTRYPOINT ${printJson(config.entrypoint)}`,
    `CMD ${printJson(config.cmd)}`,
  ];
  return `${lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n')}\n`;
}

/** An instruction with one word, which may come from an image of a stranger; none if a Dockerfile cannot express it. */
const printWord = (instruction: string, word: string): string[] =>
  word.trim() === '' || /\p{Cc}/u.test(word) ? [] : [`${instruction} ${word.replaceAll(/[\\"'$]/g, String.raw`\$&`)}`];

/** `ENV` for `NAME=value`, without values of several lines and unusual names, which a Dockerfile cannot express. */
const printEnv = (env: readonly string[]): string[] =>
  [...parseVariables(env)]
    .filter(([name, value]) => /^[A-Za-z_][\w.-]*$/.test(name) && !/\p{Cc}/u.test(value.replaceAll('\t', '')))
    .map(([name, value]) => `ENV ${name}="${value.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`);

/** Bytes of paths in one command: a kernel takes 128 kB in a word. */
const longest = 30_000;

/** Removes paths of any bytes. */
function printRemovals(paths: readonly BytePath[]): string[] {
  const escape = (path: BytePath): string =>
    [...pathToBytes(path)]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[\w/.+-]/.test(character) && byte < 128 ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
      })
      .join('');
  const chunks: string[] = [];
  for (const path of paths) {
    const text = `${escape(path)}\\0000`;
    const last = chunks.at(-1);
    if (last !== undefined && last.length + text.length < longest) chunks[chunks.length - 1] = last + text;
    else chunks.push(text);
  }
  return chunks.map((chunk) => `RUN printf '%b' '${chunk}' | xargs -0 rm -rf --`);
}
