import type { Action } from '../../model/plan.ts';

/** A volume that builders share. */
export const gemCache = '/var/cache/devenv/gem';

/** argv of the script. `words`: validated. */
export const gemArgv = (
  mode: 'resolve' | 'locked' | 'remove' | 'list',
  words: readonly string[],
): readonly string[] => [...['sh', '-c', script, 'devenv', mode], ...words];

export const gemAction = (...call: Parameters<typeof gemArgv>): Action => ({
  kind: 'exec',
  argv: gemArgv(...call),
  env: { GEM_SPEC_CACHE: `${gemCache}/specs` },
  settings: 'gem',
});

/**
 * $1: the mode. `resolve` installs gems (`name`, `name:version`) and what they
 * need, after those of the lock. `locked` installs what the lock names and
 * nothing else. `list` prints what is installed: name, version, sha256 of its
 * file, and what it needs. A word with `@` is of the lock: `name:version@sha256`;
 * for `remove`, `name@` goes only if nothing needs it.
 */
const script = String.raw`set -eu
if ! command -v gem >/dev/null 2>&1; then
  if [ "$1" = list ]; then exit 0; fi
  echo 'There is no gem in this image. Add ruby to packages.apt in devenv.yaml, or use a base that has Ruby.'
  exit 1
fi
exec ruby - "$@" <<'END'
require 'rubygems'
require 'digest'
require 'tmpdir'

mode, *words = ARGV
$stdout.sync = true

def fail_with(text)
  puts text
  exit 1
end

def gem!(*args)
  exit 1 unless system('gem', *args, in: File::NULL)
end

def installed
  Gem::Specification.reset
  Dir[File.join(Gem.dir, 'specifications', '*.gemspec')].sort.map { |file| Gem::Specification.load(file) }.compact
end

def sum(spec)
  file = File.join(Gem.dir, 'cache', spec.file_name)
  File.exist?(file) ? Digest::SHA256.file(file).hexdigest : '-'
end

def needs(spec)
  spec.runtime_dependencies.map(&:name).uniq.sort
end

sources = ENV.fetch('DEVENV_GEM_SOURCES', '').split
from = sources.empty? ? [] : ['--clear-sources', *sources.flat_map { |each| ['--source', each] }]
asked, fixed = words.partition { |word| !word.include?('@') }

if %w[resolve locked].include?(mode)
  Dir.mktmpdir do |folder|
    Dir.chdir(folder) do
      fixed.each do |word|
        name, version, sha256 = word.split(/[:@]/, 3)
        next if installed.any? { |spec| spec.name == name && spec.version.to_s == version }
        gem!('fetch', name, '--version', version, *from)
        file = Dir["#{name}-#{version}*.gem"].first or fail_with("The source has no #{name} #{version}.")
        if !sha256.empty? && Digest::SHA256.file(file).hexdigest != sha256
          fail_with("The source has another file of #{name} #{version} than devenv-lock.yaml names.")
        end
        gem!('install', '--local', '--no-document', '--ignore-dependencies', '--force', file)
        File.delete(file)
      end
    end
  end
  gem!('install', '--no-document', '--conservative', *from, *asked) if mode == 'resolve'
  # The newest of a gem counts: older ones of an earlier request go.
  names = (asked + fixed).map { |word| word[/\A[^:@]+/] }
  wanted = (asked + fixed).to_h { |word| [word[/\A[^:@]+/], word[/:([^@]+)/, 1]] }
  installed.group_by(&:name).each do |name, specs|
    next unless names.include?(name) && specs.size > 1
    keep = wanted[name] || specs.map(&:version).max.to_s
    specs.each do |spec|
      next if spec.version.to_s == keep
      gem!('uninstall', name, '--version', spec.version.to_s, '--executables', '--ignore-dependencies')
      system('gem', 'pristine', name, '--version', keep, '--only-executables', in: File::NULL, out: File::NULL)
    end
  end
elsif mode == 'remove'
  gone, spare = words.partition { |word| !word.end_with?('@') }
  spare.map! { |word| word.delete_suffix('@') }
  loop do
    held = spare & installed.reject { |spec| (gone + spare).include?(spec.name) }.flat_map { |spec| needs(spec) }
    break if held.empty?
    spare -= held
  end
  (gone + spare).each do |name|
    next unless installed.any? { |spec| spec.name == name }
    gem!('uninstall', name, '--all', '--executables', '--ignore-dependencies')
  end
else
  names = installed.map(&:name)
  installed.each { |spec| needed = needs(spec) & names; puts [spec.name, spec.version, sum(spec), needed.empty? ? '-' : needed.join(',')].join(' ') }
end
END
`;
