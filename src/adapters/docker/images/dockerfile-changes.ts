import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ImageConfig } from '../../../model/image.ts';

/**
 * An image's config as Dockerfile instructions, which engines take as
 * `changes`. Throws ENGINE_REFUSED for text that those cannot say. Podman takes
 * the quotes off and keeps backslashes, so that there nothing may be escaped; after USER and WORKDIR it keeps the quotes too.
 */
export function toChanges(config: ImageConfig, podman: boolean): string[] {
  const quote = (value: string): string => `"${podman ? checkLine(value) : escape(checkLine(value))}"`;
  const word = (value: string): string => (podman ? checkLine(value) : quote(value));
  return [
    ...config.env.map((entry) => {
      const at = entry.indexOf('=');
      return `ENV ${checkName(entry.slice(0, at))}=${quote(entry.slice(at + 1))}`;
    }),
    ...Object.entries(config.labels).map(([name, value]) => `LABEL ${checkName(name)}=${quote(value)}`),
    ...(config.user === '' ? [] : [`USER ${word(config.user)}`]),
    ...(config.workingDir === '' ? [] : [`WORKDIR ${word(config.workingDir)}`]),
    ...(config.entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(config.entrypoint)}`]),
    ...(config.cmd.length === 0 ? [] : [`CMD ${JSON.stringify(config.cmd)}`]),
  ];
}

/** Inside double quotes a backslash saves the quote, the dollar sign and itself. */
function escape(value: string): string {
  return value.replace(/[\\"$]/g, '\\$&');
}

/** An instruction is one line. */
function checkLine(value: string): string {
  // eslint-disable-next-line no-control-regex -- those are what is looked for
  if (/[\0-\x1f\x7f]/.test(value)) throw unspeakable(value);
  return value;
}

function checkName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(name)) throw unspeakable(name);
  return name;
}

function unspeakable(text: string): DevenvError {
  return new DevenvError('ENGINE_REFUSED', `${JSON.stringify(text)} cannot be written into an image's config.`);
}
