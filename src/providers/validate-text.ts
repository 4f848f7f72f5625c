import { DevenvError } from '../errors/devenv-error.ts';

/**
 * The last check before an argument list. devenv.yaml was validated before, but
 * text of a lock was not. Throws CONFIG_INVALID.
 */
export function validateText(pattern: RegExp, text: string, what: string): string {
  if (pattern.test(text) && text.length <= 256) return text;
  throw new DevenvError('CONFIG_INVALID', `${JSON.stringify(text.slice(0, 80))} is not a valid ${what}.`, {
    hint: 'Correct it in devenv.yaml; if it is not there, restore devenv-lock.yaml from git.',
  });
}
