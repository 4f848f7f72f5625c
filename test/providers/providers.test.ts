import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Environment } from '../../src/model/environment.ts';
import type { Items } from '../../src/model/item.ts';
import type { Step } from '../../src/model/plan.ts';
import { apt } from '../../src/providers/apt.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import { pip } from '../../src/providers/pip.ts';
import { pinFits } from '../../src/providers/pin-fits.ts';
import { hashedPaths, providers } from '../../src/providers/registry.ts';
import { user } from '../../src/providers/user.ts';
import { makeEnvironment } from './make-environment.ts';

const nasty = fc.constantFrom(
  '-oDebug::x=1',
  'curl; rm -rf /',
  '$(id)',
  '`id`',
  'a\nb',
  'a b',
  '--help',
  "'",
  '',
  'git-',
  '../../etc',
  '@x/../../y',
  'a@file:/etc',
  'ɡit',
  '__proto__',
  'constructor',
);
const text = fc.oneof(nasty, fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z]{1,9}(=1\.2|@10)?$/));

const environments = fc
  .record({
    tools: fc.dictionary(fc.oneof(fc.constantFrom('node', 'deno', 'bun', 'python'), text), text),
    packages: fc.record({
      apt: fc.array(text),
      npm: fc.array(text),
      pip: fc.array(text),
      gem: fc.array(text),
      go: fc.array(text),
      cargo: fc.array(text),
      composer: fc.array(text),
    }),
    files: fc.array(fc.record({ from: text, to: text, mode: text })),
    run: fc.array(fc.record({ name: text, run: text, inputs: fc.array(text) })),
    user: text,
  })
  .map((parts): Environment => makeEnvironment(parts));

/** As a hostile lock could have them. */
const recorded = fc.dictionary(
  fc
    .tuple(
      fc.constantFrom(
        'apt',
        'npm',
        'pip',
        'gem',
        'download',
        'repository',
        'deno',
        'tool',
        'go',
        'cargo',
        'composer',
        'pipx',
        'requirements',
      ),
      text,
    )
    .map(([name, rest]) => `${name}:${rest}`),
  text,
) as fc.Arbitrary<Items>;

const pins = fc.dictionary(
  fc.oneof(
    text,
    fc.constantFrom(
      'git',
      'node',
      'npm',
      'tiny',
      'tiny.needs',
      'tiny.sha256',
      'python',
      'python.backend',
      'python.url.linux-x64',
    ),
  ),
  text,
);

/** Names of their packages have a slash. */
const inFolder = new Set(['go', 'composer']);

const fixedScripts = new Set(
  [
    ...[user.plan({ user: 'dev' }, {})].flat(),
    ...[apt.plan({ 'apt:git': '*' }, {}, makeEnvironment(), {})].flat(),
    ...providers.flatMap((provider) => {
      const steps = provider.plan(
        {},
        { [`${provider.name}:${inFolder.has(provider.name) ? 'x.example/' : ''}x1`]: '*' },
        makeEnvironment(),
        {},
      );
      return 'kind' in steps ? [] : steps;
    }),
  ]
    .flatMap((step) => ('actions' in step ? step.actions : []))
    .flatMap((action) => (action.kind === 'exec' && action.argv[0] === 'sh' ? [action.argv[2]] : [])),
);

describe('argument lists', () => {
  it('never hold text that was not validated, and no text of a user is a script of ours', () => {
    fc.assert(
      fc.property(environments, recorded, pins, (environment, before, pinned) => {
        const commands = new Set(environment.run.map(({ run }) => run));
        for (const provider of providers) {
          for (const argv of planOrRefuse(provider, environment, before, pinned)) {
            if (argv[0] === 'sh' && argv.length === 3) {
              expect(commands).toContain(argv[2]);
              continue;
            }
            if (argv[0] === 'sh') expect(fixedScripts).toContain(argv[2]);
            // Options of apt-get stand before its packages.
            const from = argv[0] === 'sh' && argv[3] !== 'apt-get' ? 4 : argv.indexOf('--') + 1;
            for (const arg of from > 0 ? argv.slice(from) : []) {
              expect(arg).toMatch(/^[A-Za-z0-9@~_/.][A-Za-z0-9@~^*_./:=+!-]*$/);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ...['-r/etc/passwd', '--index-url=http://x', 'curl; rm -rf /', '$(id)', 'a b', 'a\nb', 'a-', '_a', 'x'.repeat(300)],
    ...[
      'tiny @ http://x',
      'git+https://x/y',
      './local',
      'tiny[extra]',
      'tiny>=1',
      'tiny==',
      'tiny==1;id',
      'tiny==1 --pre',
    ],
    // Its small letter is an ordinary k.
    '\u212Aeras',
  ])('refuses the Python package %j', (name) => {
    expect(() => pip.items(makeEnvironment({ packages: { pip: [name] } }))).toThrow(DevenvError);
    const yaml = `version: 1\nname: shop\nbase: debian\npackages: {pip: [${JSON.stringify(name)}]}\n`;
    expect(() => parseConfig(yaml, 'devenv.yaml')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it.each(['-oDebug::x', 'curl; rm -rf /', '$(id)', 'a b', 'a\nb', 'git-', 'Git', 'x'.repeat(300)])(
    'refuses the Debian package %j',
    (name) => {
      expect(() => apt.items(makeEnvironment({ packages: { apt: [name] } }))).toThrow(DevenvError);
    },
  );
});

function planOrRefuse(
  provider: (typeof providers)[number],
  environment: Environment,
  before: Items,
  pinned: Items,
): readonly (readonly string[])[] {
  try {
    const wanted = provider.items(environment, {});
    const own = Object.fromEntries(Object.entries(before).filter(([id]) => id.startsWith(`${provider.name}:`)));
    const steps = provider.plan(wanted, own, environment, pinned);
    if ('kind' in steps) return [];
    return steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'exec' ? [action.argv] : [])));
  } catch (error) {
    expect(error).toBeInstanceOf(DevenvError);
    return [];
  }
}

describe('apt', () => {
  it('downloads into a folder of its own, locks the update of lists alone, and keeps the lists of others', () => {
    const plan = (wanted: Items, before: Items) => apt.plan(wanted, before, makeEnvironment(), {});
    const plans = [plan({ 'apt:git': '*' }, {}), plan({}, { 'apt:git': '*' })];
    const steps: readonly Step[] = plans.flatMap((steps) => ('kind' in steps ? [] : steps));
    const execs = steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'exec' ? [action] : [])));
    const gets = execs.filter(({ argv }) => argv[3] === 'apt-get');
    expect([execs.length, gets.length]).toEqual([3, 2]);
    for (const { argv, env } of gets) {
      expect(argv.slice(0, 2)).toEqual(['sh', '-c']);
      expect(argv[2]).toContain('-o Dir::Cache::archives="$own/"');
      expect(argv.join(' ')).toContain('-o APT::Get::List-Cleanup=0');
      expect(env).toEqual({ DEBIAN_FRONTEND: 'noninteractive' });
    }
  });

  it('leaves the sudo of the workspace user alone', () => {
    const plan = (name: string): unknown => apt.plan({}, { 'apt:sudo': '*' }, makeEnvironment({ user: name }), {});
    expect(plan('dev')).toEqual([]);
    expect(plan('root')).toHaveLength(1);
  });
});

describe('hashedPaths', () => {
  it('names files, inputs and the scripts that commands start with, each once', () => {
    const environment = makeEnvironment({
      files: [{ from: 'config/psqlrc', to: '/etc/psqlrc', mode: '0644' }],
      run: [
        { name: 'a', run: './tools/a.sh --x', inputs: ['versions.txt'] },
        { name: 'b', run: './tools/a.sh&&./not-first.sh', inputs: [] },
        { name: 'c', run: './../outside.sh', inputs: [] },
        { name: 'd', run: 'sh ./other.sh', inputs: [] },
      ],
    });
    expect(hashedPaths(environment)).toEqual(['config/psqlrc', 'tools/a.sh', 'versions.txt']);
  });
});

describe('pinFits', () => {
  it.each([
    ['24', '24.21.0', true],
    ['24', '240.1.0', false],
    ['24.1', '24.10.0', false],
    ['24.1.0', '24.1.0', true],
    ['lts', '24.21.0', true],
    ['latest', '1.0.0', true],
    ['^10.2', '10.4.1', true],
    ['^10.2', '11.0.0', false],
    ['~10.2', '10.2.9', true],
    ['~10.2', '10.3.0', false],
    ['>=1', '2.0.0', false],
  ])('%s and %s: %s', (request, pin, fits) => {
    expect(pinFits(request, pin)).toBe(fits);
  });
});
