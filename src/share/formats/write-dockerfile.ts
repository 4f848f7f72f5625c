import { pathToBytes, type BytePath } from '../../model/byte-path.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { Action, Step } from '../../model/plan.ts';
import { cacheVolumes } from '../../observe/images/builder-spec.ts';
import { extendEnv } from '../../image/extend-env.ts';
import { pinnedDownload, pinnedPackage } from '../../image/steps/pin-step.ts';
import { aptInstall } from '../../providers/debian/apt-commands.ts';
import { quoteWords } from '../../model/shell/quote-words.ts';
import { printVariables } from '../../model/shell/variables.ts';

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
          add(base.archive, '/'),
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
    ...(archive === undefined ? [] : [add(archive, '/')]),
    '',
    ...printEnv(config.env.filter((entry) => !env.includes(entry))),
    ...printWord('USER', config.user),
    ...printWord('WORKDIR', config.workingDir),
    `ENTRYPOINT ${printJson(config.entrypoint)}`,
    `CMD ${printJson(config.cmd)}`,
  ];
  return `${lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n')}\n`;
}

/** ASCII alone, and no two `<`, in which builders see a heredoc. They replace no variables in RUN, ENTRYPOINT and CMD. */
const printJson = (words: readonly string[]): string =>
  JSON.stringify(words)
    .replaceAll(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('<<', String.raw`<\u003c`);

const bindProject = 'type=bind,target=/workspace';
const cache = (target: string): string => `type=cache,sharing=locked,target=${target}`;
const aptCaches = cacheVolumes
  .filter(({ name }) => name.startsWith('devenv-cache-apt'))
  .map(({ target }) => cache(target));

/** What is mounted while words run, and is in no layer: the project, apt's caches, and caches that the words name. */
const mountsOf = (words: readonly string[]): readonly string[] => [
  bindProject,
  ...aptCaches,
  ...cacheVolumes
    .map(({ target }) => target)
    .filter((target) => words.some((word) => word.includes(target)))
    .map(cache)
    .filter((mount) => !aptCaches.includes(mount)),
];

/** A RUN with one line for each mount. */
const printRun = (mounts: readonly string[], text: string): string =>
  ['RUN', ...mounts.map((mount) => `--mount=${mount} \\\n   `), text].join(' ');

const run = (words: readonly string[], mounts = mountsOf(words)): string =>
  printRun(mounts, printLine(words) ?? spread(printJson(words)));

/** A line that a builder gives to sh as it is. */
const isPlainLine = (line: string): boolean => /^[\w./("'{][ -~]*$/.test(line) && !/<<|[\\ ]$/.test(line);

/** Words as a line for sh; undefined if a builder would read it as something else. */
function printLine(words: readonly string[]): string | undefined {
  const [program, option, script, ...rest] = words;
  const isScript = program === 'sh' && option === '-c' && script !== undefined && rest.length === 0;
  const line = isScript ? script : quoteWords(words);
  return isPlainLine(line) ? line : undefined;
}

/** JSON in which each line of a text has a line. Builders drop lines that begin with `#`. */
const spread = (json: string): string =>
  json.replaceAll(
    /(?<!\\)((?:\\\\)*)\\n(\s*)(#?)(?!")/g,
    (_, escapes: string, space: string, mark: string) =>
      `${escapes}\\n\\\n${space}${mark === '' ? '' : String.raw`\u0023`}`,
  );

/** A path of the context without patterns and variables. */
const literalPath = (path: string): string => path.replaceAll(/[[*?]/g, '[$&]').replaceAll('$', String.raw`\$`);

const add = (archive: string, target: string): string => `ADD ${printPaths([literalPath(archive), target])}`;

/** Here variables are replaced after the JSON was read: a dollar sign is escaped, not encoded. */
const printPaths = (paths: readonly string[]): string => JSON.stringify(paths).replaceAll('<', String.raw`\u003c`);

function printAction(action: Action, index: number, downloads: string[]): string[] {
  const place = `/tmp/.devenv-build/${String(index)}`;
  /** Runs words with a file that was downloaded by the builder, if it has this sum. */
  const runWith = (
    name: string,
    url: string,
    check: string,
    commands: readonly string[],
    mounts: readonly string[],
  ): string => {
    const path = `/${String(downloads.length)}-${name.replaceAll(/[^\w.-]/g, '-')}`;
    downloads.push(`ADD ${printPaths([url, path])}`);
    const lines = [`echo ${check}`, ...commands];
    const all = [...mounts, `type=bind,from=downloads,source=${path},target=${place}`];
    if (lines.every(isPlainLine)) return printRun(all, lines.join(' && \\\n    '));
    return run(['sh', '-c', lines.join(' && ')], all);
  };
  switch (action.kind) {
    case 'copy': {
      const { from, to, mode } = action.file;
      return [`COPY --chmod=${mode} ${printPaths([literalPath(from), to.replaceAll('$', String.raw`\$`)])}`];
    }
    case 'exec': {
      const packages = takeAptPackages(action.argv);
      if (packages !== undefined) return [installPackages(packages)];
      const variables = printVariables(action.env ?? {});
      return [run(variables.length > 0 ? ['env', ...variables, ...action.argv] : action.argv)];
    }
    case 'download': {
      const { url, sha256 } = pinnedDownload(action);
      const words = quoteWords(['env', `DEVENV_DOWNLOAD=${place}`, ...action.argv]);
      return [runWith(action.name, url, `${sha256}  ${place} | sha256sum -c -`, [words], mountsOf([words]))];
    }
    case 'unpack': {
      const { name, version, integrity } = pinnedPackage(action);
      const url = `https://registry.npmjs.org/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
      const sum = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
      const parts = action.paths.map((path) => `package/${path}`);
      const tar = ['tar', '-x', '-z', '-o', '-f', place, '-C', action.to, '--strip-components=1', ...parts];
      const commands = [quoteWords(['mkdir', '-p', '--', action.to]), quoteWords(tar)];
      return [runWith(action.name, url, `${sum}  ${place} | sha512sum -c -`, commands, [])];
    }
    case 'feature':
      // The planner leaves these to the archive.
      return [];
  }
}

/** `args`: options, `--` and packages, of which each has a line. */
function installPackages(args: readonly string[]): string {
  const end = args.indexOf('--') + 1;
  const install = ['DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends', ...args.slice(0, end)];
  const packages = args.slice(end).map((one) => `  ${quoteWords([one])}`);
  return printRun(aptCaches, [`apt-get update && \\\n    ${install.join(' ')}`, ...packages].join(' \\\n    '));
}

/** The packages that a call of devenv's apt script installs. */
function takeAptPackages(argv: readonly string[]): readonly string[] | undefined {
  const start = aptInstall();
  return start.every((word, index) => argv[index] === word) ? argv.slice(start.length) : undefined;
}

/** An instruction with one word, which may come from an image of a stranger; none for what no Dockerfile can say. */
const printWord = (instruction: string, word: string): string[] =>
  word.trim() === '' || /\p{Cc}/u.test(word) ? [] : [`${instruction} ${word.replaceAll(/[\\"'$]/g, String.raw`\$&`)}`];

/** `ENV` for `NAME=value`. No Dockerfile has a word for the end of a line in a value, and for odd names. */
const printEnv = (env: readonly string[]): string[] =>
  env
    .map((entry): readonly [string, string] => {
      const [name = '', value = ''] = entry.split(/=(.*)/s, 2);
      return [name, value];
    })
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
