import type { Action } from '../../model/plan.ts';
import { cacheVolumes } from '../../observe/images/builder-spec.ts';
import { pinnedDownload, pinnedPackage } from '../../image/steps/pin-step.ts';
import { aptInstall } from '../../providers/debian/apt-commands.ts';
import { printScript } from './print-script.ts';
import { quoteWords } from '../../model/shell/quote-words.ts';
import { printVariables } from '../../model/shell/variables.ts';

/** ASCII alone, and no two `<`, in which builders see a heredoc. They replace no variables in RUN, ENTRYPOINT and CMD. */
export const printJson = (words: readonly string[]): string =>
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

const run = (words: readonly string[], mounts = mountsOf(words)): string => {
  const script = printScript(words);
  const isPlain = script?.split(' \\\n').every((line) => isPlainLine(line.trim())) === true;
  return printRun(mounts, isPlain ? script : (printLine(words) ?? spread(printJson(words))));
};

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

/** Unpacks an archive of the context. */
export const printAdd = (archive: string, target: string): string =>
  `ADD ${printPaths([literalPath(archive), target])}`;

/** Here variables are replaced after the JSON was read: a dollar sign is escaped, not encoded. */
const printPaths = (paths: readonly string[]): string => JSON.stringify(paths).replaceAll('<', String.raw`\u003c`);

/** The instructions of an action. `index`: its place in its step; `downloads`: gets the instructions that fetch files. */
export function printAction(action: Action, index: number, downloads: string[]): string[] {
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
