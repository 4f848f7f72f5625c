import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ImageConfig } from '../../../model/image.ts';
import { checkConfig } from './check-config.ts';
import type { Connection } from '../connection/connection.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { refused } from '../connection/engine-failure.ts';
import { parseReference } from './reference.ts';
import { parseVariables } from '../../../model/shell/variables.ts';

/** Makes an image of one layer, with exactly this config, from a root file system as an uncompressed tar. */
export async function importImage(
  connection: Connection,
  tar: AsyncIterable<Uint8Array>,
  reference: string,
  config: ImageConfig,
): Promise<void> {
  const { repository, tag = 'latest' } = parseReference(reference);
  const { podman } = connection;
  // Podman 4 ignores `tag` here.
  const repo = podman ? `${repository}:${tag}` : repository;
  const call = {
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo, tag, changes: toChanges(config, podman) },
    upload: { type: 'application/x-tar', source: tar },
    purpose: `import ${reference}`,
  } as const;
  await followProgress(connection, call, refused, () => undefined);
  await checkConfig(connection, reference, config);
}

/**
 * An image's config as Dockerfile instructions, for an engine's `changes`.
 * Throws ENGINE_REFUSED for text that instructions cannot express. Podman
 * unquotes but does not unescape, and keeps the quotes of USER and WORKDIR.
 */
export function toChanges(config: ImageConfig, podman: boolean): string[] {
  const quote = (value: string): string => `"${podman ? checkLine(value) : escape(checkLine(value))}"`;
  const word = (value: string): string => (podman ? checkLine(value) : quote(value));
  return [
    ...[...parseVariables(config.env)].map(([name, value]) => `ENV ${checkName(name)}=${quote(value)}`),
    ...Object.entries(config.labels).map(([name, value]) => `LABEL ${checkName(name)}=${quote(value)}`),
    ...(config.user === '' ? [] : [`USER ${word(config.user)}`]),
    ...(config.workingDir === '' ? [] : [`WORKDIR ${word(config.workingDir)}`]),
    ...(config.entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(config.entrypoint)}`]),
    ...(config.cmd.length === 0 ? [] : [`CMD ${JSON.stringify(config.cmd)}`]),
  ];
}

function escape(value: string): string {
  return value.replace(/[\\"$]/g, '\\$&');
}

function checkLine(value: string): string {
  // oxlint-disable-next-line no-control-regex -- those are what is looked for
  if (/[\0-\x1f\x7f]/.test(value)) throw inexpressible(value);
  return value;
}

function checkName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(name)) throw inexpressible(name);
  return name;
}

function inexpressible(text: string): DevenvError {
  return new DevenvError('ENGINE_REFUSED', `${JSON.stringify(text)} cannot be written into an image's config.`);
}
