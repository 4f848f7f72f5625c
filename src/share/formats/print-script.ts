import { quoteWords } from '../../model/shell/quote-words.ts';
import { aptInstall } from '../../providers/debian/apt-commands.ts';

/** Words after which a line of sh goes on. */
const opens = /(?:^|;|&&|\|\||\b(?:then|do|else)) *(?:then|do|else|[{(])$|\) *\{$|(?:;|&&|[|&])$/;

/** In them, an end of a line is more than a `;`, or `#` is no comment. */
const unfit = /<<|\\$|\bcase\b|\besac\b|\$0|(?:^|[\s;])#/m;

/**
 * A script of devenv's own as lines for the RUN of a Dockerfile, each joined to
 * the next; undefined if that would change its meaning. `argv`: `sh -c SCRIPT
 * devenv ARGUMENTS`. apt downloads into the caches of the builder, not into
 * those that workspaces share.
 */
export function printScript([program, option, script = '', name, ...rest]: readonly string[]): string | undefined {
  if (program !== 'sh' || option !== '-c' || name !== 'devenv') return undefined;
  const install = quoteWords(aptInstall('--'));
  const plain = script.replaceAll(install, 'apt-get update\n  apt-get install -y --no-install-recommends --');
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  if (unfit.test(plain) || !lines.every(closesQuotes)) return undefined;
  const all = rest.length > 0 ? [quoteWords(['set', '--', ...rest]), ...lines] : lines;
  return all.map((line, index) => (index === all.length - 1 || opens.test(line) ? line : `${line};`)).join(' \\\n    ');
}

/** True if every quote that the line opens is closed in it. */
const closesQuotes = (line: string): boolean => /^(?:[^'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")*$/.test(line);
