import { readFile } from 'node:fs/promises';
import type { Action, Step } from '../../model/plan.ts';
import type { Context } from '../../ports/context.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { pinnedDownload, pinnedPackage, type Sources } from './pin-step.ts';
import { readFeatureFiles } from '../../observe/features/feature-files.ts';
import { openProjectFile } from './open-project-file.ts';
import { writeTar, type TarEntry } from '../../model/tar/tar.ts';
import { quoteWord } from '../../model/shell/quote-words.ts';

/** Inside a builder's /tmp, which is in no layer. */
const inbox = '.devenv-build';
/** The authorities of this machine, those with the image's own, and the settings with which apt trusts them. */
export const builderCa = {
  own: `/tmp/${inbox}/ca.crt`,
  all: `/tmp/${inbox}/all-ca.crt`,
  apt: `/tmp/${inbox}/apt.conf`,
};
/** Of what the action with that index fetches. */
export const fetchedPath = (index: number): string => `/tmp/${inbox}/${String(index)}`;

interface Filling extends Sources, Pick<Context, 'features' | 'files' | 'buildContexts'> {
  readonly step: Step;
  readonly folder: string;
  readonly hashes: Readonly<Record<string, string>>;
  readonly caFile: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Puts the inputs of a step into a builder that has not started: project files
 * at their places, downloads and certificate authorities where no layer has them.
 */
export async function fillBuilder(runtime: Runtime, builder: string, filling: Filling): Promise<void> {
  if (filling.step.actions.some(({ kind }) => kind === 'copy')) {
    await runtime.putArchive(builder, '/', writeTar(copies(filling)));
  }
  if (filling.step.actions.some(({ kind }) => kind !== 'copy')) {
    await runtime.putArchive(builder, '/tmp', writeTar(provisions(filling)));
  }
}

async function* copies({ step, files, folder, hashes }: Filling): AsyncGenerator<TarEntry> {
  for (const action of step.actions) {
    if (action.kind !== 'copy') continue;
    const { from, to, mode } = action.file;
    const file = await openProjectFile(files, folder, from, hashes[from]);
    yield { path: to.replace(/^\/+/, ''), mode: Number.parseInt(mode, 8), ...file };
  }
}

async function* provisions(filling: Filling): AsyncGenerator<TarEntry> {
  const { step, packages, downloads, caFile, signal } = filling;
  yield { path: `${inbox}/`, mode: 0o755, size: 0 };
  if (caFile !== undefined) {
    const bytes = await readFile(caFile);
    yield { path: `${inbox}/ca.crt`, mode: 0o644, size: bytes.byteLength, content: once(bytes) };
    const settings = Buffer.from(`Acquire::https::CAInfo "${builderCa.all}";\n`);
    yield { path: `${inbox}/apt.conf`, mode: 0o644, size: settings.byteLength, content: once(settings) };
  }
  for (const [index, action] of step.actions.entries()) {
    const path = `${inbox}/${String(index)}`;
    if (action.kind === 'unpack') {
      const tarball = await (await packages()).fetch(pinnedPackage(action), signal);
      yield { path, mode: 0o644, size: tarball.size, content: tarball };
    } else if (action.kind === 'download') {
      const { url, sha256 } = pinnedDownload(action);
      const file = await (await downloads()).fetch(url, sha256, signal);
      yield { path, mode: 0o644, size: file.size, content: file };
    } else if (action.kind === 'feature') {
      yield* featureFiles(action, path, filling);
    }
  }
}

/** The files of a Feature below `path`, and its options as a file that sh can read. */
async function* featureFiles(
  { source, digest, options }: Extract<Action, { kind: 'feature' }>,
  path: string,
  filling: Filling,
): AsyncGenerator<TarEntry> {
  const { files } = await readFeatureFiles(filling, filling.folder, source, digest, filling.signal);
  yield { path: `${path}/`, mode: 0o755, size: 0 };
  for (const { content, path: below, mode, link } of files)
    yield {
      path: `${path}/${below}`,
      mode,
      size: content.byteLength,
      content: [content],
      ...(link !== undefined && { link }),
    };
  const lines = Object.entries(options).map(([name, value]) => `${name}=${quoteWord(value)}\n`);
  const text = Buffer.from(lines.join(''));
  yield { path: `${path}/devcontainer-features.env`, mode: 0o644, size: text.byteLength, content: [text] };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
