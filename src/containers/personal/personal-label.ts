import { asMap, isMap, parseJson } from '../../model/json.ts';
import type { Container } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import type { PersonalThings } from './read-personal.ts';

/** The person's own parts of a workspace. No values of variables, which are private. */
export interface PersonalParts {
  /** Provider name → package specs. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Names. */
  readonly env: readonly string[];
  /** Source of the dotfiles. */
  readonly dotfiles?: string;
}

export function printPersonal({ packages, env, dotfiles }: PersonalThings): string {
  const parts: PersonalParts = {
    ...{ packages, env: Object.keys(env) },
    ...(dotfiles !== undefined && { dotfiles: dotfiles.source }),
  };
  return JSON.stringify(parts);
}

/** Absent if nothing is personal, or devenv did not write the label. */
export function readPersonalParts({ labels: found }: Pick<Container, 'labels'>): PersonalParts | undefined {
  const { packages, env, dotfiles } = asMap(parseJson(found[labels.personal]));
  if (!isMap(packages) || !Object.values(packages).every(isTexts) || !isTexts(env)) return undefined;
  const lists = packages as PersonalParts['packages'];
  return { packages: lists, env, ...(typeof dotfiles === 'string' && { dotfiles }) };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');
