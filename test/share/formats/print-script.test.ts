import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aptInstall } from '../../../src/providers/debian/apt-commands.ts';
import { user } from '../../../src/providers/user.ts';
import { printScript } from '../../../src/share/formats/print-script.ts';
import { quoteWords } from '../../../src/model/shell/quote-words.ts';

const runs = (...argv: readonly string[]) => spawnSync('sh', argv, { encoding: 'utf8' }).stdout;

/** As a builder reads it: continued lines are one. */
const join = (text = 'false'): string => text.replaceAll('\\\n', '');

describe('printScript', () => {
  it.each([
    ['if true; then\n  echo then\nelse\n  echo else\nfi', []],
    ['for one in "$@"; do\n  echo "$one" do\ndone\necho {\n(echo x) || true', ['a b', "it's"]],
    ['if [ "$#" = 2 ]; then echo two; fi\n\nsay() {\n  echo "say $1"\n}\nsay "$2" &&\n  say all |\n  cat', ['a', '$b']],
    ['set -eu\nif [ -n "$1" ]\nthen\n  false ||\n    echo kept\nfi\n{\n  echo in\n}\n(\n  echo sub\n)', ['x']],
    ['while read -r line; do\n  echo "$line;"\ndone </etc/hostname >/dev/null & wait\necho \'a; b\'', []],
  ])('means the same in one line: %j', (script, args) => {
    const argv = ['sh', '-c', script, 'devenv', ...args];
    expect(runs('-c', join(printScript(argv)))).toBe(runs(...argv.slice(1)));
  });

  it.each([
    ['cat <<EOF\na\nEOF'],
    ["echo 'two\nlines'"],
    ['echo "two\nlines"'],
    ['echo a \\\n  b'],
    ['echo a # said'],
    ['case $1 in\n  a) echo b ;;\nesac'],
    ['echo "$0"'],
  ])('leaves alone what one line cannot say: %j', (script) => {
    expect(printScript(['sh', '-c', script, 'devenv'])).toBeUndefined();
  });

  it('leaves scripts of devenv.yaml alone', () => {
    expect(printScript(['sh', '-c', 'echo\necho'])).toBeUndefined();
  });

  it('installs with apt itself', () => {
    const script = `set -e\nif true; then\n  ${quoteWords(aptInstall('--'))} sudo\nfi`;
    expect(printScript(['sh', '-c', script, 'devenv'])).toBe(
      'set -e; \\\n    if true; then \\\n      apt-get update; \\\n      apt-get install -y --no-install-recommends -- sudo; \\\n    fi',
    );
  });

  it('has a line for each line of the script that makes the user', () => {
    const steps = user.plan({ user: 'dev' }, {});
    if (!Array.isArray(steps)) throw new Error('the user needs a rebuild');
    const [action] = (steps as { actions: { argv: string[] }[] }[])[0]?.actions ?? [];
    const text = printScript(action?.argv ?? []) ?? '';
    expect(text).toContain('apt-get install -y --no-install-recommends -- $missing; \\\n');
    expect(text.split('\n').length).toBeLessThan(35);
    expect(spawnSync('sh', ['-n', '-c', join(text)]).status).toBe(0);
  });
});
