import { DevenvError, hasCode } from '../../../errors/devenv-error.ts';
import type { HostPort } from '../../../model/workspace.ts';

const words = /port is already allocated|address already in use|ports are not available|only one usage of each socket/i;

/** PORT_TAKEN if the engine could not open a host port, in `data.taken` if named; undefined for other errors. */
export function explainTakenPort(error: unknown): DevenvError | undefined {
  if (!hasCode(error, 'ENGINE_REFUSED') || !words.test(error.message)) return undefined;
  const taken = readPort(error.message);
  const place = taken === undefined ? 'A port' : `Port ${String(taken.host)} of ${taken.address}`;
  return new DevenvError('PORT_TAKEN', `${place} is taken by another program of the engine's machine.`, {
    cause: error,
    ...(taken !== undefined && { data: { taken } }),
  });
}

/** The first `address:port` after a word about opening it. */
function readPort(message: string): HostPort | undefined {
  const found =
    /(?:bind for|listen|bind host port(?: for)?|bind port|exposing port|for port)\s+(?:(?:tcp|udp)[46]?\s+)?(\d+(?:\.\d+){3}|\[[0-9a-f:]*\]|::)?:(\d{1,5})/i.exec(
      message,
    );
  if (found === null) return undefined;
  return {
    address: (found[1] ?? '0.0.0.0').replace(/^\[|\]$/g, ''),
    host: Number(found[2]),
    protocol: /\budp/i.test(message) ? 'udp' : 'tcp',
  };
}

/** A clear ENGINE_REFUSED if the engine has no graphics processors; undefined for other errors. */
export function explainNoGpu(error: unknown): DevenvError | undefined {
  if (!hasCode(error, 'ENGINE_REFUSED')) return undefined;
  if (!/could not select device driver|nvidia\.com\/gpu|nvidia-container-cli/.test(error.message)) return undefined;
  return new DevenvError('ENGINE_REFUSED', 'The engine has no graphics processors for containers.', {
    hint: "Install NVIDIA's container toolkit on the engine's machine, or remove `gpus` from devenv.yaml.",
    cause: error,
  });
}

/** A clear ENGINE_REFUSED if a folder to mount is not on the engine's machine; undefined for other errors. */
export function explainNoFolder(error: unknown): DevenvError | undefined {
  if (!hasCode(error, 'ENGINE_REFUSED')) return undefined;
  const [, folder] =
    /bind source path does not exist: (\/[^\n]*?)\.?(?:\n|$)/.exec(error.message) ??
    /(?:statfs|lstat|stat) (\/[^\n]*): no such file or directory/.exec(error.message) ??
    [];
  if (folder === undefined) return undefined;
  return new DevenvError('ENGINE_REFUSED', `There is no ${folder} on the engine's machine, which a volume mounts.`, {
    hint: 'Create it there, or remove the volume from devenv.yaml, and run the same command again.',
    cause: error,
  });
}
