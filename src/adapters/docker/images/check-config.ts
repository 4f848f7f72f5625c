import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ImageConfig } from '../../../model/image.ts';
import type { Connection } from '../connection/connection.ts';
import { inspectImage, removeImage } from './images.ts';

/** Compares a new image's config with the wanted one. If they differ, removes the image and throws INTERNAL. */
export async function checkConfig(connection: Connection, reference: string, wanted: ImageConfig): Promise<void> {
  const image = await inspectImage(connection, reference);
  if (image === undefined) throw new DevenvError('ENGINE_REFUSED', `The engine did not keep the image ${reference}.`);
  const differences = compareConfigs(withoutPodman(connection, wanted), withoutPodman(connection, image.config));
  if (differences.length === 0) return;
  await removeImage(connection, reference);
  throw new DevenvError('INTERNAL', `The engine gave the new image another config: ${differences.join(', ')}.`, {
    data: { differences },
  });
}

function withoutPodman({ podman }: Connection, config: ImageConfig): ImageConfig {
  return podman
    ? { ...config, env: config.env.filter((entry) => !ofPodman.has(entry) && !entry.startsWith('HOSTNAME=')) }
    : config;
}

/** Podman adds these to every container, and so to every captured image. */
const ofPodman = new Set(['TERM=xterm', 'container=podman', 'container=oci']);

/** Names of what differs, never values, which may be secret. Ignores the order of `env`. */
function compareConfigs(wanted: ImageConfig, made: ImageConfig): string[] {
  const [wantedEnv, madeEnv] = [toMap(wanted.env), toMap(made.env)];
  return [
    ...compareMaps('env', wantedEnv, madeEnv),
    ...compareMaps('label', new Map(Object.entries(wanted.labels)), new Map(Object.entries(made.labels))),
    ...(['user', 'workingDir', 'entrypoint', 'cmd'] as const).filter(
      (key) => JSON.stringify(wanted[key]) !== JSON.stringify(made[key]),
    ),
  ];
}

function compareMaps(kind: string, wanted: Map<string, string>, made: Map<string, string>): string[] {
  const names = [...new Set([...wanted.keys(), ...made.keys()])].sort();
  return names.filter((name) => wanted.get(name) !== made.get(name)).map((name) => `${kind} ${name}`);
}

function toMap(env: readonly string[]): Map<string, string> {
  return new Map(env.map((entry) => [entry.replace(/=.*/s, ''), entry]));
}
