import type { Container } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import type { PersonalThings } from './read-personal.ts';

/** What of a workspace is the person's own. No values of variables: they are nobody else's to see. */
export interface PersonalParts {
  /** Provider name → package specs. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Names. */
  readonly env: readonly string[];
  /** Where the dotfiles come from. */
  readonly dotfiles?: string;
}

export function printPersonal({ packages, env, dotfiles }: PersonalThings): string {
  const parts: PersonalParts = {
    ...{ packages, env: Object.keys(env) },
    ...(dotfiles !== undefined && { dotfiles: dotfiles.source }),
  };
  return JSON.stringify(parts);
}

/** Absent where a workspace has nothing personal, or its label was not written by devenv. */
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
