import { isMap, parseCommentedJson, type Keys } from '../../model/json.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import {
  featureMoments,
  type FeatureCommands,
  type FeatureMetadata,
  type FeatureMount,
  type FeatureOption,
} from '../../model/features/feature.ts';
import { securityOption } from '../grammars.ts';
import type { CommandLine } from '../../model/workspace.ts';

/** Characters of the metadata: a version records it. */
const limit = 32_768;

/**
 * Reads a devcontainer-feature.json, which may have comments. Leaves out
 * properties that devenv does not know. `source`: for errors. Throws
 * FEATURE_INVALID with the property.
 */
export function parseMetadata(text: string, source: string): FeatureMetadata {
  const metadata = new Reader(source, parseFile(text, source)).read();
  if (JSON.stringify(metadata).length > limit) throw invalid(source, `it is larger than ${String(limit / 1024)} kB`);
  return metadata;
}

function parseFile(text: string, source: string): Keys {
  const value = parseCommentedJson(text);
  if (isMap(value)) return value;
  throw invalid(source, 'it is not a JSON object');
}

class Reader {
  readonly #source: string;
  readonly #json: Keys;

  constructor(source: string, json: Keys) {
    this.#source = source;
    this.#json = json;
  }

  read(): FeatureMetadata {
    const { id, version, entrypoint } = this.#json;
    if (!isText(id) || !/^[A-Za-z0-9][\w.-]{0,99}$/.test(id)) this.#refuse('id', 'a name');
    const moments = featureMoments.flatMap((moment) => {
      const commands = this.#commands(moment);
      return commands === undefined ? [] : [[moment, commands] as const];
    });
    return omitEmpty({
      id,
      version: isText(version) && /^[\w.+-]{1,100}$/.test(version) ? version : undefined,
      options: this.#map('options', (option, at) => this.#option(option, at)),
      dependsOn: this.#map('dependsOn', (options, at) => this.#wanted(options, at)),
      installsAfter: this.#texts('installsAfter'),
      legacyIds: this.#texts('legacyIds'),
      containerEnv: this.#env(),
      mounts: this.#list('mounts', (mount, at) => this.#mount(mount, at)),
      init: this.#json['init'] === true ? true : undefined,
      privileged: this.#json['privileged'] === true ? true : undefined,
      capAdd: this.#texts('capAdd', /^[A-Za-z0-9_]{1,50}$/)?.map((name) => name.toUpperCase().replace(/^CAP_/, '')),
      securityOpt: this.#texts('securityOpt', new RegExp(securityOption.pattern)),
      entrypoint: isText(entrypoint) && entrypoint.trim() !== '' ? this.#text(entrypoint, 'entrypoint') : undefined,
      deprecated: this.#json['deprecated'] === true ? true : undefined,
      ...Object.fromEntries(moments),
    });
  }

  #refuse(at: string, expected: string): never {
    throw invalid(this.#source, `"${at}" is not ${expected}`);
  }

  #text(value: unknown, at: string): string {
    return isText(value) && !value.includes('\0') ? value : this.#refuse(at, 'text');
  }

  #list<T>(key: string, read: (value: unknown, at: string) => T): readonly T[] | undefined {
    const value = this.#json[key];
    if (value === undefined || value === null) return undefined;
    return Array.isArray(value) ? value.map((item) => read(item, key)) : this.#refuse(key, 'a list');
  }

  #texts(key: string, pattern = /^[!-~]{1,400}$/): readonly string[] | undefined {
    return this.#list(key, (value) =>
      isText(value) && pattern.test(value) ? value : this.#refuse(key, 'a list of names'),
    );
  }

  #map<T>(key: string, read: (value: unknown, at: string) => T): Readonly<Record<string, T>> | undefined {
    const value = this.#json[key];
    if (value === undefined || value === null) return undefined;
    if (!isMap(value)) this.#refuse(key, 'an object');
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        if (!/^(?!__proto__$)[!-~]{1,400}$/.test(name)) this.#refuse(key, 'an object with plain names');
        return [name, read(item, `${key}.${name}`)];
      }),
    );
  }

  #option(value: unknown, at: string): FeatureOption {
    if (!isMap(value)) this.#refuse(at, 'an object');
    const { type = 'string', default: standard, enum: values } = value;
    if (type !== 'string' && type !== 'boolean') this.#refuse(`${at}.type`, '"string" or "boolean"');
    return omitEmpty({
      type,
      default: standard === undefined ? undefined : this.#value(standard, `${at}.default`),
      enum: Array.isArray(values) ? values.map((one) => this.#text(one, `${at}.enum`)) : undefined,
    });
  }

  #wanted(value: unknown, at: string): Readonly<Record<string, string | boolean>> {
    if (isText(value)) return { version: value };
    if (!isMap(value)) this.#refuse(at, 'an object of options');
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#value(one, `${at}.${name}`)]));
  }

  #value(value: unknown, at: string): string | boolean {
    return typeof value === 'boolean' ? value : this.#text(value, at);
  }

  #env(): Readonly<Record<string, string>> | undefined {
    const env = this.#map('containerEnv', (value, at) => this.#text(value, at));
    const odd = Object.keys(env ?? {}).find((name) => !/^[A-Za-z_]\w{0,99}$/.test(name));
    return odd === undefined ? env : this.#refuse(`containerEnv.${odd}`, 'a variable');
  }

  /** An object, or a line such as `source=data,target=/data,type=volume`. */
  #mount(value: unknown, at: string): FeatureMount {
    const fields: unknown = isText(value)
      ? Object.fromEntries(value.split(',').map((part) => part.split(/=(.*)/s, 2).map((word) => word.trim())))
      : value;
    if (!isMap(fields)) this.#refuse(at, 'a list of mounts');
    const { type = 'volume', source = fields['src'], target = fields['dst'] ?? fields['destination'] } = fields;
    if (type !== 'volume' && type !== 'bind') this.#refuse(`${at}.type`, '"volume" or "bind"');
    const path = this.#text(target, `${at}.target`);
    if (!isPath(path)) this.#refuse(`${at}.target`, 'an absolute path');
    const from = this.#text(source, `${at}.source`);
    if (type === 'bind' && !isPath(from)) this.#refuse(`${at}.source`, "an absolute path of the engine's machine");
    return { type, source: from, target: withoutGaps(path) };
  }

  /** A line, a list of arguments, or an object of those. */
  #commands(key: string): FeatureCommands | undefined {
    const value = this.#json[key];
    if (value === undefined || value === null || value === '') return undefined;
    return isMap(value) ? this.#map(key, (command, at) => this.#command(command, at)) : this.#command(value, key);
  }

  #command(value: unknown, at: string): CommandLine {
    if (isText(value)) return this.#text(value, at);
    const isArgv = Array.isArray(value) && value.length > 0;
    return isArgv ? value.map((word) => this.#text(word, at)) : this.#refuse(at, 'a command');
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Absolute, without `..` and what a mount separates by. */
const isPath = (path: string): boolean =>
  /[^/]/.test(path) &&
  /^\/[^\0\n:,]{1,400}$/.test(path) &&
  !path.split('/').some((part) => part === '..' || part === '.');

/** One name for each place: `//run/secrets/` is `/run/secrets`. */
const withoutGaps = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;

/** Without fields that are undefined or empty. */
function omitEmpty<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept = Object.entries(fields).filter(
    ([, value]) => value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0),
  );
  return Object.fromEntries(kept) as T;
}

const invalid = (source: string, problem: string): DevenvError =>
  new DevenvError(
    'FEATURE_INVALID',
    `The devcontainer-feature.json of the Feature ${source} cannot be used: ${problem}.`,
    {
      state: 'Nothing of the Feature was run.',
      data: { feature: source },
    },
  );
