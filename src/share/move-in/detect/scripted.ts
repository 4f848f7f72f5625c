import { add, set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { installHooks, versionOf } from './version-of.ts';

/** Ruby: its version, Bundler, its gems in the project's own vendor/bundle. */
export function detectRuby(files: ProjectFiles): readonly Entry[] {
  const text = files.text('Gemfile');
  if (text === undefined) return [];
  const written = /^ruby[ (]+["'](\d+\.\d+(?:\.\d+)?)["']/m.exec(text)?.[1];
  const version =
    versionOf(files, 'ruby', '.ruby-version') ??
    (written === undefined ? undefined : set(`Gemfile (ruby ${written})`, 'tools.ruby', written));
  const lock = files.has('Gemfile.lock') ? 'Gemfile.lock' : 'Gemfile';
  return [
    ...(version === undefined
      ? ['ruby-full', 'bundler'].map((name) => add('Gemfile', 'packages.apt', name))
      : [version]),
    ...['build-essential', 'libyaml-dev'].map((name) => add('Gemfile, for gems in C', 'packages.apt', name)),
    ...gemLibraries
      .filter(([gem]) => mentions(text, gem))
      .map(([gem, name]) => add(`Gemfile (${gem})`, 'packages.apt', name)),
    set('Gemfile', 'env.BUNDLE_PATH', 'vendor/bundle'),
    ...installHooks(lock, 'ruby', 'bundle install', [lock]),
  ];
}

/** Gems that compile against a library of Debian. */
const gemLibraries: readonly (readonly [gem: string, name: string])[] = [
  ['pg', 'libpq-dev'],
  ['mysql2', 'default-libmysqlclient-dev'],
  ['sqlite3', 'libsqlite3-dev'],
];

const mentions = (text: string, gem: string): boolean => new RegExp(`^[ \\t]*gem[ (]+["']${gem}["']`, 'm').test(text);

/** PHP: Debian's, with the extensions that composer.json asks for, and Composer. */
export function detectPhp(files: ProjectFiles): readonly Entry[] {
  const text = files.text('composer.json');
  if (text === undefined) return [];
  const extensions = new Set([...text.matchAll(/"ext-([a-z0-9_]{1,20})"\s*:/g)].map(([, name = '']) => name));
  const lock = files.has('composer.lock') ? ['composer.lock'] : ['composer.json'];
  return [
    ...['php-cli', 'composer', 'unzip'].map((name) => add('composer.json', 'packages.apt', name)),
    ...[...extensions]
      .filter((name) => debianExtensions.has(name))
      .map((name) => add(`composer.json (ext-${name})`, 'packages.apt', `php-${aliases[name] ?? name}`)),
    ...installHooks(lock[0] ?? '', 'php', 'composer install --no-interaction', lock),
  ];
}

const aliases: Readonly<Record<string, string>> = {
  ...{ dom: 'xml', simplexml: 'xml', xmlwriter: 'xml', xmlreader: 'xml', pdo_mysql: 'mysql', mysqli: 'mysql' },
  ...{ pdo_pgsql: 'pgsql', pdo_sqlite: 'sqlite3' },
};

/** Packages of bookworm; other extensions are in php-cli, or Debian does not have them. */
const debianExtensions = new Set([
  ...['bcmath', 'bz2', 'curl', 'gd', 'gmp', 'imagick', 'imap', 'intl', 'ldap', 'mbstring', 'memcached', 'mysql'],
  ...['pgsql', 'redis', 'soap', 'sqlite3', 'xml', 'xsl', 'zip', 'apcu', ...Object.keys(aliases)],
]);

const taskNames = ['test', 'build', 'lint', 'check', 'run'];

/** make, and the usual targets of a Makefile as tasks. */
export function detectMake(files: ProjectFiles): readonly Entry[] {
  const file = ['GNUmakefile', 'makefile', 'Makefile'].find((path) => files.text(path) !== undefined);
  if (file === undefined) return [];
  const text = files.text(file) ?? '';
  const targets = new Set([...text.matchAll(/^([a-z][\w-]{0,40})[ \t]*:(?![:=])/gm)].map(([, target = '']) => target));
  return [
    add(file, 'packages.apt', 'make'),
    ...taskNames.filter((name) => targets.has(name)).map((name) => set(file, `tasks.${name}`, `make ${name}`)),
  ];
}
