import { DevenvError } from '../../../errors/devenv-error.ts';
import { maskValues } from '../../../model/mask-values.ts';
import type { DockerfileBuild } from '../../../ports/build/builder.ts';
import { refused } from '../connection/engine-failure.ts';
import type { Connection } from '../connection/connection.ts';
import type { Fields } from '../connection/fields.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { inspectImage } from '../images/images.ts';
import { parseReference } from '../images/reference.ts';
import { openBuildSession } from './build-session.ts';
import { explainFailedBuild } from './explain-failed-build.ts';
import { readTrace } from './read-trace.ts';
import { cleanText } from '../connection/clean-text.ts';

/** Milliseconds. A command of a Dockerfile may print nothing for long. */
const patience = 6 * 60 * 60_000;

/** Builds with BuildKit if the engine offers it, else with the engine's older builder. As `Builder.build`. */
export async function buildDockerfile(
  connection: Connection,
  build: DockerfileBuild,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { reference, context, secrets = {} } = build;
  parseReference(reference);
  const mask = (text: string): string => maskValues(text, build.hidden);
  const output = new BuildOutput((line) => build.onLine(mask(line)));
  const purpose = `build ${build.dockerfile}`;
  const send = async (how: Readonly<Record<string, string>>, source?: AsyncIterable<Uint8Array>): Promise<void> => {
    const call = {
      ...({
        method: 'POST',
        path: '/build',
        query: { ...describe(build, connection.buildKit), ...how },
        purpose,
        patience,
        signal,
      } as const),
      ...(source !== undefined && { upload: { type: 'application/x-tar', source } }),
    };
    const explain = (_: string, status: number, message: string): DevenvError =>
      explainFailedBuild(purpose, status, mask(message), output.lines().map(mask));
    await followProgress(connection, call, explain, (line) => {
      showLine(line, output);
    });
  };
  if (!connection.buildKit) {
    if (Object.keys(secrets).length > 0) throw new DevenvError('INTERNAL', 'This engine cannot mount build secrets.');
    await retryWhileRemoved(() => send({ version: '1', rm: 'true', forcerm: 'true' }, context()), connection.podman);
  } else {
    const session = await openBuildSession(connection, { context, secrets, purpose }, signal);
    try {
      await send({ version: '2', session: session.id, remote: session.remote });
    } catch (error) {
      throw session.failure() ?? error;
    } finally {
      session.close();
    }
  }
  const image = await inspectImage(connection, reference);
  if (image === undefined) throw refused(purpose, 200, 'its answer ended early');
  return image.id;
}

/** Podman looks for cached layers in all images, and fails if another command removes one of them meanwhile. */
async function retryWhileRemoved(build: () => Promise<void>, podman: boolean, tries = 3): Promise<void> {
  return build().catch((error: unknown) => {
    if (!podman || tries === 1 || !/\b(?:layer|image) not known\b/.test(String(error))) throw error;
    return retryWhileRemoved(build, podman, tries - 1);
  });
}

const describe = (
  { reference, dockerfile, target, args, proxies, labels, noCache, cachesOf }: DockerfileBuild,
  buildKit: boolean,
): Record<string, string> => ({
  ...{ t: reference, dockerfile, labels: JSON.stringify(labels) },
  buildargs: JSON.stringify({ ...proxies, ...args, ...(buildKit && { BUILDKIT_CACHE_MOUNT_NS: cachesOf }) }),
  ...(target !== undefined && { target }),
  ...(noCache === true && { nocache: 'true' }),
});

/** BuildKit sends encoded records, the older builders text. */
function showLine(line: Fields, output: BuildOutput): void {
  if (line.text('id') !== 'moby.buildkit.trace') output.write('', line.text('stream'));
  else for (const { source, text } of readTrace(Buffer.from(line.text('aux'), 'base64'))) output.write(source, text);
}

const kept = 40;
const longestLine = 2_000;

/** Output of a build, line by line. Keeps the last lines; its memory does not grow. */
export class BuildOutput {
  readonly #onLine: (line: string) => void;
  readonly #last: string[] = [];
  /** Command → the line that it has not ended. */
  readonly #open = new Map<string, string>();

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** `source`: the command that printed it, since commands run side by side. */
  write(source: string, text: string): void {
    const lines = `${this.#open.get(source) ?? ''}${text}`.split(/\r?\n|\r(?!$)/);
    this.#open.set(source, (lines.pop() ?? '').slice(-longestLine));
    for (const line of lines) this.#add(line);
  }

  /** The last lines, with unfinished ones. */
  lines(): readonly string[] {
    for (const rest of this.#open.values()) this.#add(rest);
    this.#open.clear();
    return this.#last;
  }

  #add(line: string): void {
    const text = cleanText(line, longestLine).trimEnd();
    if (text === '') return;
    this.#last.push(text);
    if (this.#last.length > kept) this.#last.shift();
    this.#onLine(text);
  }
}
