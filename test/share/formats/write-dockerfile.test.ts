import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathFromBytes, pathFromText } from '../../../src/model/byte-path.ts';
import type { Step } from '../../../src/model/plan.ts';
import { writeDockerfile, type EjectSource } from '../../../src/share/formats/write-dockerfile.ts';
import { quoteWords } from '../../../src/model/shell/quote-words.ts';
import { aptInstall } from '../../../src/providers/debian/apt-commands.ts';
import { digest } from './make-source.ts';

const step = (...actions: Step['actions']): Step => ({ id: 'x', title: 'do it', cause: 'new', actions });

/** An image of a stranger can hold any text. */
const strange = [
  ...['x\nRUN touch /tmp/out', 'x\r\nRUN touch /tmp/out', 'x\\', '$HOME', '"', "it's", 'x\u001b[2J', ' ', ''],
];

const write = (change: Partial<EjectSource> = {}): string =>
  writeDockerfile({
    ...{ name: 'shop', number: 3, base: { image: `debian@${digest}` }, baseEnv: ['PATH=/bin'], steps: [], removed: [] },
    config: { env: ['PATH=/bin'], labels: {}, user: 'dev', workingDir: '/workspace', entrypoint: [], cmd: ['/bin/sh'] },
    ...change,
  });

/** Without the mounts, which are the same for each step. */
const short = (text: string): string => text.replaceAll(/--mount=type=(?:cache|bind,target=)\S* \\\n\s*/g, '');

describe('a Dockerfile of a version', () => {
  it.each(strange)('has no instruction of the words of an image: %j', (text) => {
    const config = { env: [`${text}=1`, `A=${text}`], labels: {}, user: text, workingDir: `/${text}` };
    const lines = write({ baseEnv: [`${text}=2`], config: { ...config, entrypoint: [text], cmd: [text] } }).split('\n');
    const known = /^(?:#.*|FROM|ENV|USER|WORKDIR|ENTRYPOINT|CMD)(?: |$)/;
    expect(lines.filter((line) => !known.test(line) && line !== '')).toEqual([]);
    expect(lines.filter((line) => /\p{Cc}|(?<!\\)(?:\\\\)*\\$|^ENV [^A-Za-z_]/u.test(line))).toEqual([]);
    expect(lines.filter((line) => /^(?:USER|WORKDIR) .*(?<!\\)[$"']/.test(line))).toEqual([]);
  });

  it('says base, steps, changes and configuration in order', () => {
    const sha256 = 'a'.repeat(64);
    const steps = [
      step({ kind: 'exec', argv: aptInstall('--', 'git=1:2.39', 'jq') }),
      step({ kind: 'copy', file: { from: 'a[1].txt', to: '/etc/$a', mode: '0640' } }),
      {
        ...step({ kind: 'exec', argv: ['sh', '-c', 'cat <<EOF\n$HOME\nEOF'], env: { A: 'b c' } }),
        env: { PATH: '${PATH}:/x' },
      },
      step({
        ...{ kind: 'download', name: 'jq', urls: { any: 'https://x.test/jq' }, sha256: { any: sha256 }, pins: {} },
        ...{ to: '/usr/bin/jq', argv: ['cp', '/usr/bin/jq'] },
      }),
    ];
    const removed = [pathFromText('/opt/old name'), pathFromBytes(Buffer.from([0x2f, 0xff]))];
    expect(
      short(
        write({
          steps,
          removed,
          archive: 'Dockerfile.changes.tar',
          config: {
            env: ['PATH=/bin:/x', 'B=say "$1"'],
            labels: {},
            user: 'dev',
            workingDir: '/workspace',
            entrypoint: [],
            cmd: ['/bin/sh'],
          },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "# Version 3 of shop, written by \`devenv export dockerfile\`.
      # Build it with BuildKit or Podman: docker build -f THIS_FILE .
      # What a RUN mounts is in no layer: the project, and the caches of package managers.

      FROM scratch AS downloads
      ADD ["https://x.test/jq","/0-jq"]

      FROM debian@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
      USER root
      WORKDIR /workspace

      # do it
      RUN apt-get update && \\
          DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -- \\
            git=1:2.39 \\
            jq

      # do it
      COPY --chmod=0640 ["a[[]1].txt","/etc/\\\\$a"]

      # do it
      RUN ["env","A=b c","sh","-c","cat <\\u003cEOF\\n\\
      $HOME\\n\\
      EOF"]
      ENV PATH="/bin:/x"

      # do it
      RUN --mount=type=bind,from=downloads,source=/0-jq,target=/tmp/.devenv-build/0 \\
          echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  /tmp/.devenv-build/0 | sha256sum -c - && \\
          env DEVENV_DOWNLOAD=/tmp/.devenv-build/0 cp /usr/bin/jq

      # what no step makes, such as changes by hand
      RUN printf '%b' '/opt/old\\0040name\\0000/\\0377\\0000' | xargs -0 rm -rf --
      ADD ["Dockerfile.changes.tar","/"]

      ENV B="say \\"\\$1\\""
      USER dev
      WORKDIR /workspace
      ENTRYPOINT []
      CMD ["/bin/sh"]
      "
    `);
  });

  it('takes a base that no registry has from an archive', () => {
    expect(write({ base: { archive: 'Dockerfile.base.tar' } })).toContain(
      'FROM scratch\nADD ["Dockerfile.base.tar","/"]\nENV PATH="/bin"\n',
    );
  });

  it('gives every command exactly its words, whatever they are', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<<EOF',
        '\\',
        '$HOME',
        '${A}',
        '`id`',
        '"',
        "'",
        '\n',
        '# x',
        '\u2028',
        ']',
        '--mount=type=bind',
        'one\n# two\n\n  #three\n \\\nfour \\',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(
          word.filter((one) => !/\p{Cs}/u.test(one)),
          { minLength: 1 },
        ),
        (argv) => {
          const [, text = ''] =
            /\nRUN ([^]*?)\n\nUSER /.exec(short(write({ steps: [step({ kind: 'exec', argv })] }))) ?? [];
          // As builders read it: a line that begins with # is a comment, then lines are joined.
          const joined = text
            .split('\n')
            .filter((line) => !/^\s*#/.test(line))
            .join('\n')
            .replaceAll(/\\[ \t]*\n/g, '');
          expect(joined).toMatch(/^[ -~]*$/);
          expect(joined).not.toMatch(/<<|\\[ \t]*$|^--/);
          if (joined.startsWith('[')) expect(JSON.parse(joined)).toEqual(argv);
          else expect([quoteWords(argv), argv[0] === 'sh' && argv[1] === '-c' && argv[2]]).toContain(joined);
        },
      ),
      { numRuns: 200 },
    );
  });
});
