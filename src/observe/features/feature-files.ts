import { createHash } from 'node:crypto';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Digest } from '../../model/version.ts';
import type { Context } from '../../ports/context.ts';
import { isLocalSource } from '../../providers/features/name-of-source.ts';
import { ArchiveRefused } from '../../model/tar/tar-header.ts';
import { limits, unpackArchive, type FeatureFile } from './unpack-archive.ts';

interface FeatureContent {
  readonly digest: Digest;
  readonly files: readonly FeatureFile[];
}

type Ports = Pick<Context, 'features' | 'buildContexts'>;

/**
 * The files of a Feature: of its archive, or of a folder of the project. `digest`:
 * the content that they must have. Throws FEATURE_INVALID, CONTENT_MISMATCH,
 * FILE_UNREADABLE, and what FeatureArchives throws.
 */
export async function readFeatureFiles(
  ports: Ports,
  folder: string,
  source: string,
  digest: Digest | undefined,
  signal?: AbortSignal,
): Promise<FeatureContent> {
  if (isLocalSource(source)) return readFolder(ports, folder, source, digest);
  const archive = await (await ports.features()).fetch(source, digest, signal);
  try {
    return { digest: archive.digest, files: unpackArchive(archive.bytes) };
  } catch (error) {
    if (error instanceof ArchiveRefused) throw refused(source, `its archive is refused: ${error.message}`);
    throw error;
  }
}

async function readFolder(
  { buildContexts }: Ports,
  folder: string,
  source: string,
  wanted: Digest | undefined,
): Promise<FeatureContent> {
  const context = source.slice('./'.length);
  const all = { rules: 'feature', enters: () => true, takes: () => true, groupOf: () => '' };
  const files: FeatureFile[] = [];
  let size = 0;
  for await (const entry of (await buildContexts()).read({ project: folder, context, ...all })) {
    if (entry.link !== undefined) throw refused(source, `${entry.path} is a link`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.content ?? []) {
      if ((size += chunk.byteLength) > limits.bytes)
        throw refused(source, `it is larger than ${String(limits.bytes / 1024 ** 2)} MB`);
      chunks.push(chunk);
    }
    if (files.length >= limits.entries) throw refused(source, `it has more than ${String(limits.entries)} files`);
    // Equal in every clone: git keeps of a mode only whether a file can be run.
    const isRun = entry.path.endsWith('/') || (entry.mode & 0o100) !== 0;
    files.push({ path: entry.path, mode: isRun ? 0o755 : 0o644, content: Buffer.concat(chunks) });
  }
  const digest = hashFiles(files);
  if (wanted !== undefined && digest !== wanted)
    throw new DevenvError('CONTENT_MISMATCH', `The Feature ${source} changed while it was read.`, {
      hint: 'Run the same command again.',
    });
  return { digest, files };
}

/** git keeps no folders: they do not count. */
function hashFiles(files: readonly FeatureFile[]): Digest {
  const hash = createHash('sha256');
  for (const { path, mode, content } of files) {
    if (path.endsWith('/')) continue;
    hash.update(JSON.stringify([path, mode, createHash('sha256').update(content).digest('hex')]));
  }
  return `sha256:${hash.digest('hex')}`;
}

export const refused = (source: string, why: string): DevenvError =>
  new DevenvError('FEATURE_INVALID', `The Feature ${source} cannot be used: ${why}.`, {
    state: 'Nothing of the Feature was run.',
    data: { feature: source },
  });
