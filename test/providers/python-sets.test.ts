import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import { pipx } from '../../src/providers/python/pipx.ts';
import { requirements } from '../../src/providers/python/requirements.ts';
import { hashedPaths } from '../../src/providers/registry.ts';

const sum = 'a'.repeat(64);
const parse = (yaml: string) => parseConfig(`version: 1\nname: shop\nbase: debian:bookworm\n${yaml}`, 'devenv.yaml');

describe('requirement files and virtual environments', () => {
  it('shape the image by the content of their files', () => {
    const environment = parse(
      'packages: {pip: [flask, "-r requirements.txt"]}\nvenvs: {/opt/docs: ["-r docs/requirements.txt"]}\n',
    );
    expect(hashedPaths(environment)).toEqual(['docs/requirements.txt', 'requirements.txt']);
  });

  it.each([
    'packages: {pip: ["-r ../requirements.txt"]}',
    'packages: {pip: ["-r /etc/passwd"]}',
    'packages: {pip: ["-r"]}',
    'packages: {pip: ["--index-url https://x"]}',
    'packages: {pipx: ["-r requirements.txt"]}',
    'venvs: {docs: [flask]}',
    'venvs: {/opt: [flask]}',
    'venvs: {/opt/../etc: [flask]}',
    'venvs: {/opt/docs: ["flask; rm -rf /"]}',
  ])('refuse %s', (yaml) => {
    expect(() => parse(yaml)).toThrow(DevenvError);
  });

  const notes = `@\n# requirements.txt\nflask 3.0 ${sum}\n@\n# black\nblack 24.1.0 ${sum}\nclick 8.1 ${sum}\n`;

  it('are locked by the hashes that the image notes', () => {
    expect(requirements.origins.probe.parse(notes)).toMatchObject({
      'requirements.txt/flask': '3.0',
      'requirements.txt/flask.sha256': sum,
    });
    const wanted = { 'requirements:requirements.txt': '-r requirements.txt h1' };
    expect(requirements.pins(wanted, requirements.origins.probe.parse(notes))).toEqual({
      'requirements.txt/.of': '-r requirements.txt h1',
      'requirements.txt/flask': '3.0',
      'requirements.txt/flask.sha256': sum,
    });
  });

  it('have pins of pipx by the name of the program', () => {
    expect(pipx.probe.parse(notes)).toEqual({ black: '24.1.0' });
    const pins = pipx.pins({ 'pipx:black': '*' }, pipx.origins.probe.parse(notes), { black: '24.1.0' });
    expect(pins).toMatchObject({ black: '24.1.0', 'black/.of': '*', 'black/click.sha256': sum });
    expect(Object.keys(pins)).not.toContain('requirements.txt/flask');
  });

  it('pass over hostile notes', () => {
    for (const text of [`@\n# ../x y\nflask 3.0 ${sum}`, `@\n# x\nflask 3.0; ${sum}`, '@\n# x\nflask 3.0 zz', '# x'])
      expect(pipx.origins.probe.parse(text)).toEqual({});
  });
});

describe('a program that a person installed with pipx', () => {
  const metadata = '{"injected_packages": {}, "main_package": {"package": "black", "package_version": "24.1.0"}}';
  const lookUp = (place: string) => {
    const after = { files: new Map([[`${place}/venvs/black/pipx_metadata.json`, metadata]]) } as never;
    return pipx.recognition.index([], { files: new Map() } as never, after)(`${place}/venvs/black/lib/x.py`);
  };

  it('is one item, with its version', () => {
    expect(lookUp('/opt/pipx')).toEqual({
      tool: { cause: 'pipx', name: 'black', place: '/opt/pipx' },
      version: '24.1.0',
    });
  });

  it.each([
    ['/opt/pipx', 'item'],
    ['/home/dev/.local/share/pipx', 'opaque'],
  ])('in %s is declared as %s', (place, kind) => {
    const item = { kind: 'package', name: 'black', version: '24.1.0', place, change: 'added', paths: 1 } as const;
    const found = { item, version: '24.1.0', declared: undefined, pinned: false };
    expect(pipx.proposal.declare(found, 'none', {}).kind).toBe(kind);
  });
});
