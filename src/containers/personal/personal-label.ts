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
  try {
    const parts = JSON.parse(found[labels.personal] ?? '') as Partial<PersonalParts> | null;
    const { packages, env, dotfiles } = parts ?? {};
    if (typeof packages !== 'object' || !Object.values(packages).every(isTexts) || !isTexts(env)) return undefined;
    return { packages, env, ...(typeof dotfiles === 'string' && { dotfiles }) };
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');
