import { Writable } from 'node:stream';
import type { ImageConfig } from '../../model/image.ts';
import type { Resolved } from '../../model/version.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { resolveBuilder } from './builder-spec.ts';

/** A question to an image, and how to read its answer. */
export interface ImageProbe {
  readonly name: string;
  readonly probe:
    | {
        readonly argv: readonly string[];
        readonly parse: (stdout: string) => Readonly<Record<string, string>>;
      }
    | 'none';
}

/** Far more than any package list: 100,000 packages are some 4 MB. */
const limit = 16 * 1024 * 1024;

/**
 * What an image has, by provider: name → exact version. A tool that the image
 * lacks answers nothing. `owner` as for buildStep: a dead probe goes with the
 * dead builders.
 */
export async function probeImage(
  runtime: Runtime,
  owner: string,
  reference: string,
  config: ImageConfig,
  probes: readonly ImageProbe[],
): Promise<Resolved> {
  const container = await runtime.create(resolveBuilder({ image: reference, config, owner, folder: undefined }));
  try {
    await runtime.start(container);
    const found = await Promise.all(
      probes.map(async ({ name, probe }): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> =>
        probe === 'none' ? [] : [[name, probe.parse(await ask(runtime, container, probe.argv))]],
      ),
    );
    return Object.fromEntries(found.flat());
  } finally {
    await runtime.remove(container).catch(() => undefined);
  }
}

/** What a program in a container prints; empty where it fails or is not there. */
async function ask(runtime: Runtime, container: string, argv: readonly string[]): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      done();
    },
  });
  const exitCode = await runtime.exec(container, { argv, user: '0', stdout });
  return exitCode === 0 && size <= limit ? Buffer.concat(chunks).toString('utf8') : '';
}
