import { DevenvError } from '../errors/devenv-error.ts';
import type { ImageConfig } from '../model/image.ts';

/**
 * An image's config as Dockerfile instructions, which engines take as
 * `changes`. Throws ENGINE_REFUSED for text that those cannot say.
 */
export function toChanges(config: ImageConfig): string[] {
  return [
    ...config.env.map((entry) => {
      const at = entry.indexOf('=');
      return `ENV ${checkName(entry.slice(0, at))}=${quote(entry.slice(at + 1))}`;
    }),
    ...Object.entries(config.labels).map(([name, value]) => `LABEL ${checkName(name)}=${quote(value)}`),
    ...(config.user === '' ? [] : [`USER ${quote(config.user)}`]),
    ...(config.workingDir === '' ? [] : [`WORKDIR ${quote(config.workingDir)}`]),
    ...(config.entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(config.entrypoint)}`]),
    ...(config.cmd.length === 0 ? [] : [`CMD ${JSON.stringify(config.cmd)}`]),
  ];
}

/** Inside double quotes a backslash saves the quote, the dollar sign and itself. */
function quote(value: string): string {
  // eslint-disable-next-line no-control-regex -- an instruction is one line
  if (/[\0-\x1f\x7f]/.test(value)) throw unspeakable(value);
  return `"${value.replace(/[\\"$]/g, '\\$&')}"`;
}

function checkName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(name)) throw unspeakable(name);
  return name;
}

function unspeakable(text: string): DevenvError {
  return new DevenvError('ENGINE_REFUSED', `${JSON.stringify(text)} cannot be written into an image's config.`);
}
