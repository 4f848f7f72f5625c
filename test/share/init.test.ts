import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { constantFrom, dictionary, record, string, asyncProperty, assert, oneof, constant } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '../../src/environment/read-environment.ts';
import type { Context } from '../../src/ports/context.ts';
import { init } from '../../src/share/init.ts';
import { plan } from '../../src/workspace/plan.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const templates = new Map([['devenv.yaml', 'version: 1\nname: a\nbase: debian:12\n']]);
const node = { 'package.json': '{"engines":{"node":"20"}}', 'package-lock.json': '{}' };

/** A project without a repository, unless `verdict` says how git judges .env.local. */
function open(files: Readonly<Record<string, string>>, verdict = 'no repository'): FakeContext {
  const git = { judgeFile: () => Promise.resolve(verdict) } as unknown as Context['git'];
  const context = makeContext(files, { ports: { git } });
  context.fake.prompt.selects = (choices) => choices.map(({ value }) => value);
  return context;
}

const textOf = (context: FakeContext, path: string): string | undefined =>
  context.fake.files.files.get(`/shop/${path}`);

describe('init', () => {
  it('writes the template where no file says anything, as ever', async () => {
    const context = open({ LICENSE: 'x' });
    context.fake.prompt.interactive = false;
    expect(await init(context, { templates })).toMatchObject({ path: '/shop/devenv.yaml', entries: [] });
    expect(parse(textOf(context, 'devenv.yaml') ?? '')).toEqual({
      version: 1,
      name: 'shop',
      base: { bootstrap: 'bookworm' },
    });
  });

  it('shows what it would write, and writes it after a yes', async () => {
    const context = open(node, 'exposed');
    expect((await init(context, { templates })).changed).toEqual(['.gitignore', '.gitattributes']);
    expect(context.fake.prompt.asked).toEqual(['What belongs in devenv.yaml?', 'Make these changes?']);
    const text = textOf(context, 'devenv.yaml') ?? '';
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:/);
    expect(text).toContain('  node: { from: package.json } # package.json\n');
    expect(context.fake.progress.said).toEqual(
      expect.arrayContaining(
        text
          .trimEnd()
          .split('\n')
          .map((line) => `+${line}`),
      ),
    );
    expect(textOf(context, '.gitignore')).toBe('.env.local\n');
    expect(textOf(context, '.gitattributes')).toBe('devenv-lock.yaml merge=devenv\n');
  });

  it.each([
    ['of what the project says', node],
    ['of nothing', {}],
  ])('shows what it would write %s, and neither asks nor writes', async (_, files) => {
    const context = open(files, 'exposed');
    expect(await init(context, { templates, dryRun: true })).toMatchObject({ written: false });
    expect([textOf(context, 'devenv.yaml'), textOf(context, '.gitignore')]).toEqual([undefined, undefined]);
    expect([context.fake.prompt.asked, context.fake.progress.said]).toEqual([
      [],
      expect.arrayContaining(['+++ b/devenv.yaml', '+version: 1', '+++ b/.gitignore']),
    ]);
  });

  it('keeps the virtual environment of a hook out of git', async () => {
    const context = open({ 'pyproject.toml': '[project]\nname = "shop"\n' }, 'exposed');
    await init(context, { templates });
    expect(textOf(context, 'devenv.yaml')).toContain('python3 -m venv .venv');
    expect(textOf(context, '.gitignore')).toBe('.env.local\n.venv/\n');
  });

  it('gives the document of schemas/output/init.schema.json', async () => {
    const path = new URL('../../schemas/output/init.schema.json', import.meta.url);
    const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(path, 'utf8')) as object);
    const compose = 'services:\n  db: {image: "postgres:16", isolation: hyperv}\n';
    const result = await init(open({ ...node, 'compose.yaml': compose }, 'exposed'), { templates });
    expect([validate(result), validate.errors]).toEqual([true, null]);
    expect(validate({ ...result, more: 1 })).toBe(false);
  });

  it('adds a line to the files of git, and keeps what they have', async () => {
    const context = open(
      { ...node, '.gitignore': 'dist\r\nlogs', '.gitattributes': 'devenv-lock.yaml merge=devenv\n' },
      'exposed',
    );
    expect((await init(context, { templates })).changed).toEqual(['.gitignore']);
    expect(textOf(context, '.gitignore')).toBe('dist\r\nlogs\r\n.env.local\r\n');
  });

  it('writes only what the person takes', async () => {
    const context = open(node);
    context.fake.prompt.selects = () => [];
    await init(context, { templates });
    expect(parse(textOf(context, 'devenv.yaml') ?? '')).toEqual({
      version: 1,
      name: 'shop',
      base: { bootstrap: 'bookworm' },
    });
  });

  it.each([
    ['the person says no', true],
    ['there is nobody to ask', false],
  ])('writes nothing if %s', async (_, interactive) => {
    const context = open(node, 'exposed');
    Object.assign(context.fake.prompt, { interactive, agrees: false });
    await expect(init(context, { templates })).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect([...context.fake.files.files.keys()]).toEqual([...['/shop/package.json', '/shop/package-lock.json']]);
  });

  it.each([{}, node])('never overwrites a devenv.yaml', async (files) => {
    const context = open({ ...files, 'devenv.yaml': 'mine' });
    await expect(init(context, { templates })).rejects.toMatchObject({ code: 'CONFIG_EXISTS' });
    expect(textOf(context, 'devenv.yaml')).toBe('mine');
  });

  it('leaves out what devenv refuses, and says why', async () => {
    const compose = 'services:\n  db: {image: "postgres:16", isolation: hyperv}\n';
    const context = open({ ...node, 'compose.yaml': compose });
    const { refused } = await init(context, { templates });
    expect(refused).toEqual([
      {
        entry: expect.objectContaining({ path: ['compose'] }) as unknown,
        reason: expect.stringContaining('isolation') as unknown,
      },
    ]);
    expect(parse(textOf(context, 'devenv.yaml') ?? '')).not.toHaveProperty('compose');
  });

  it('writes a file that devenv reads and can plan, for any project', async () => {
    const nasty = constantFrom(
      ...[
        '',
        '{',
        '{"packageManager":"pnpm@9 && x","engines":{"node":{}}}',
        'services: {a: {image: "A B"}}\n',
        '\u0000\u202e',
      ],
      ...[
        'apt-get install -y ok $(x) \u202e # \n',
        '[tools]\nnode = "x\ny"\n',
        'go 1.22\ngo 9\n',
        '- a: *b\n',
        'FROM a\nEXPOSE 70000 8080/udp\n',
      ],
    );
    const text = oneof(
      nasty,
      string({ unit: 'binary', maxLength: 40 }),
      constant('services:\n  db: {image: "postgres:16"}\n'),
    );
    const workflow = string({ maxLength: 20 }).map((word) =>
      JSON.stringify({
        jobs: {
          [word]: {
            services: { [word]: { image: word, env: { [word]: word }, options: `--health-cmd "${word}"` } },
            steps: [
              { run: `apt-get install ${word}` },
              { uses: 'actions/setup-node@v4', with: { 'node-version': word } },
            ],
          },
        },
      }),
    );
    const known = constantFrom(
      ...[
        'package.json',
        '.nvmrc',
        'pyproject.toml',
        'requirements-a.txt',
        'go.mod',
        'Cargo.toml',
        'Gemfile',
        'composer.json',
      ],
      ...[
        'pom.xml',
        'Makefile',
        'Dockerfile',
        '.devcontainer/Dockerfile',
        'compose.yaml',
        '.env.example',
        'README.md',
        '.tool-versions',
      ],
    );
    const projects = record({ files: dictionary(known, text, { maxKeys: 8 }), workflow });
    await assert(
      asyncProperty(projects, async ({ files, workflow: ci }) => {
        const context = open({ ...files, '.github/workflows/ci.yml': ci });
        await init(context, { templates });
        const written = textOf(context, 'devenv.yaml') ?? '';
        await readEnvironment(context.files, '/shop', written, {});
        const planned = await plan(context, { workspace: 'main', clean: false });
        expect(planned.image.kind).toBe('build');
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
