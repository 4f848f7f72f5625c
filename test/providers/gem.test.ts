import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/environment/parse.ts';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { noEvidence } from '../../src/model/evidence.ts';
import { gem } from '../../src/providers/gem.ts';
import { makeEnvironment } from './make-environment.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const place = '/var/lib/gems/3.1.0';

describe('gem', () => {
  it('reads what lies where devenv installs, and nothing of Debian', () => {
    const output = [
      `${place}/specifications/tiny-1.0.gemspec`,
      `${place}/specifications/nokogiri-1.16.2-x86_64-linux.gemspec`,
      '/usr/local/bundle/specifications/rack-3.0.gemspec',
      '/usr/share/rubygems-integration/all/specifications/rake-13.0.6.gemspec',
      `${place}/specifications/e vil-1.gemspec`,
    ].join('\n');
    expect(gem.probe.parse(output)).toEqual({ tiny: '1.0', nokogiri: '1.16.2', rack: '3.0' });
  });

  it('reads its notes, and none that were tampered with', () => {
    const { parse } = gem.origins.probe;
    expect(parse(`tiny 1.0 ${a} dep\ndep 0.3 ${b} -\nold 1 - -\n`)).toEqual({
      ...{ tiny: '1.0', 'tiny.sha256': a, 'tiny.needs': 'dep' },
      ...{ dep: '0.3', 'dep.sha256': b },
    });
    for (const line of [`-r 1 ${a} -`, `tiny 1;id ${a} -`, `tiny 1 ${a}x -`, `tiny 1 ${a} a;b`])
      expect(parse(line)).toEqual({});
  });

  it('tells gems that a person installed from those that came along', () => {
    const spec = (name: string): string => `${place}/specifications/${name}.gemspec`;
    const changes = ['hand-2.0', 'helper-1.5'].map((name) => ({ path: spec(name), kind: 'added' as const }));
    const text = 'Gem::Specification.new do |s|\n  s.add_runtime_dependency(%q<helper>.freeze, [">= 0"])\nend\n';
    const find = gem.recognition.index(changes, noEvidence, {
      ...noEvidence,
      files: new Map([[spec('hand-2.0'), text]]),
    });
    expect(find(`${place}/gems/hand-2.0/lib/hand.rb`)).toMatchObject({ version: '2.0', origin: 'person' });
    expect(find(`${place}/gems/helper-1.5/lib/helper.rb`)).toMatchObject({ version: '1.5', origin: 'dependency' });
    expect(find('/etc/passwd')).toBeUndefined();
  });

  it('takes the sources of this machine, without logins', () => {
    const { env, notes } = gem.settings.resolve(
      {},
      [
        '---\n:backtrace: false\n:sources:\n- https://kim:token@gems.example.com/\n- "http://other.example.com"\n:verbose: true\n',
      ],
      false,
    );
    expect(env).toEqual({ DEVENV_GEM_SOURCES: 'https://gems.example.com/ http://other.example.com' });
    expect(notes).toEqual([expect.stringContaining('The login for https://gems.example.com/ is not used')]);
    expect(gem.settings.resolve({}, ['---\n:verbose: true\n'], false)).toEqual({ env: {}, notes: [], secrets: [] });
    expect(() => gem.settings.resolve({}, [':sources:\n- file:///etc\n'], false)).toThrow(DevenvError);
  });

  it.each(['-v', 'a;b', '$(id)', 'a b', 'a:', 'a:1;id', 'a@1', '../x', 'x'.repeat(300)])(
    'refuses the gem %j',
    (name) => {
      expect(() => gem.items(makeEnvironment({ packages: { gem: [name] } }))).toThrow(DevenvError);
      const yaml = `version: 1\nname: a\nbase: a\npackages: {gem: [${JSON.stringify(name)}]}\n`;
      expect(() => parseConfig(yaml, 'f')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    },
  );

  it('names the gem whose file is another one', () => {
    const line = 'The source has another file of hand 2.0 than devenv-lock.yaml names.';
    expect(gem.sources.mismatched(['x', line])).toEqual(['hand 2.0']);
  });
});
