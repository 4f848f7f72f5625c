import { PassThrough } from 'node:stream';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Mount } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { CopyRequest, DataRequest, DataSession } from '../../../ports/snapshot-data.ts';
import { ImageHelper } from '../helper/image-helper.ts';

const storeTarget = '/.devenv-store';
const volumesTarget = '/.devenv-volumes';

/**
 * A helper with a workspace's volumes and a store. The copy of a volume is one
 * tar in the store, with holes, hard links and attributes; without sockets. If
 * each volume has a store, it is copied file by file, or shares the blocks of
 * its files where the file system can do that.
 */
export class VolumeSession implements DataSession {
  readonly #helper: ImageHelper;
  readonly #count: number;
  readonly #apart: boolean;
  #saver: Saver | undefined;

  private constructor(helper: ImageHelper, request: DataRequest | CopyRequest) {
    this.#helper = helper;
    this.#count = request.volumes.length;
    this.#apart = 'copies' in request;
  }

  static async open(engine: Engine, request: DataRequest | CopyRequest): Promise<VolumeSession> {
    const restores = 'purpose' in request && request.purpose === 'restore';
    const mounts: Mount[] = request.volumes.map((source, index) => ({
      ...{ kind: 'volume', source, target: `${volumesTarget}/${String(index)}`, readOnly: !restores },
    }));
    const stores: Mount[] =
      'copies' in request
        ? request.copies.map((source, index) => ({
            ...{ kind: 'volume', source, target: `${storeTarget}/${String(index)}` },
          }))
        : [{ kind: 'volume', source: request.store, target: storeTarget, readOnly: restores }];
    const helper = await ImageHelper.start(engine, {
      image: request.image,
      labels: { 'dev.teamvm.origin': request.beside },
      mounts: [...mounts, ...stores],
    });
    const session = new VolumeSession(helper, request);
    if (restores) return session;
    try {
      session.#saver = await session.#startSaver();
      return session;
    } catch (error) {
      await session.close().catch(() => undefined);
      throw error;
    }
  }

  async save(): Promise<readonly number[]> {
    const { go, output } = (this.#saver ??= await this.#startSaver());
    go.end('\n');
    let text = '';
    // The last line is the end of the last copy: containers need not wait for the end of the program.
    while (text.split('\n').length <= this.#count) {
      const next = await output.next();
      if (next.done === true) break;
      text += next.value.toString('latin1');
    }
    const sizes = text.split('\n').filter(Boolean).map(Number);
    if (sizes.length === this.#count && sizes.every(Number.isSafeInteger)) return sizes;
    throw new DevenvError('ENGINE_REFUSED', 'A helper beside the workspace did not copy every volume.');
  }

  async lay(transaction: string): Promise<void> {
    await this.#helper.run(script(layEach), this.#arguments(transaction));
  }

  async exchange(transaction: string): Promise<void> {
    await this.#helper.run(script(exchangeEach), this.#arguments(transaction));
  }

  async sweep(transaction: string): Promise<void> {
    await this.#helper.run(script(sweepEach), this.#arguments(transaction));
  }

  async close(): Promise<void> {
    await this.#saver?.output.return();
    await this.#helper.stop();
  }

  /** Starts the program ahead, since that takes the engine as long as a copy of 30 MB. */
  async #startSaver(): Promise<Saver> {
    const go = new PassThrough();
    const output = this.#helper.read(
      `echo\nread -r go || exit 0\n${this.#apart ? emptying : freeing}\n${script(this.#apart ? copyEach : saveEach)}`,
      this.#arguments(),
      go,
    );
    await output.next();
    return { go, output };
  }

  #arguments(transaction = ''): readonly string[] {
    return [volumesTarget, storeTarget, String(this.#count), transaction];
  }
}

/** A program in the helper that copies when it reads a line, and prints the size of each copy. */
interface Saver {
  readonly go: PassThrough;
  readonly output: AsyncGenerator<Buffer, void>;
}

/** Runs `each` in every volume's root, with `$copy` as its tar. Stops at the first failure. */
const script = (each: string): string => `set -e
volumes=$1 store=$2 count=$3 new=.devenv-new-$4 ready=.devenv-ready-$4 old=.devenv-old-$4 stamp=.devenv-stamp-$4
at=0
while [ "$at" -lt "$count" ]; do
  copy=$store/$at.tar
  cd "$volumes/$at"
  ${each}
  at=$((at + 1))
done`;

/** Records of 128 kB instead of 10 kB: each is a system call, and half of the time was spent there. */
const records = '--blocking-factor=256';

/** Frees a full disk at once: without space, an engine cannot record that a container resumed. */
const freeing = `trap '[ "$?" -eq 0 ] || rm -f -- "$store"/*.tar' EXIT`;

/** Status 1 means that a file changed meanwhile: a service that quiesces its data by itself may go on with other files. */
const saveEach = `tar --create --file="$copy" ${records} --format=posix --pax-option=delete=atime,delete=ctime --numeric-owner \\
    --sparse --acls --xattrs --xattrs-include='*' --warning=no-file-changed --warning=no-file-ignored \\
    --warning=no-file-removed . || [ "$?" -eq 1 ]
  stat --format=%s "$copy"`;

const emptying = `trap '[ "$?" -eq 0 ] || find "$store" -mindepth 2 -delete' EXIT`;

/** As for a tar, it is no failure if a service that quiesces its data by itself removes or replaces a file meanwhile. */
const copyEach = `said=$(cp --archive --reflink=auto --no-target-directory -- . "$store/$at" 2>&1) || {
    rest=$(printf '%s\\n' "$said" | grep -v -e ': No such file or directory$' -e 'replaced while being copied$') || rest=
    [ -z "$rest" ] || { printf '%s\\n' "$rest" >&2; exit 1; }
  }
  echo 0`;

/** A file keeps the time of the root, which changes with everything that is moved into it. */
const layEach = `mkdir "$new" "$old"
  tar --extract --file="$copy" ${records} --directory="$new" --numeric-owner --same-owner --preserve-permissions \\
    --delay-directory-restore --sparse --acls --xattrs --xattrs-include='*'
  touch --reference="$new" "$stamp"`;

/** The rename to "ready" records that nothing of the old content is left in place. */
const exchangeEach = `if [ -d "$new" ]; then
    find . -mindepth 1 -maxdepth 1 ! -name "$new" ! -name "$old" ! -name "$stamp" -exec mv --target-directory="$old" -- {} +
    mv --no-target-directory -- "$new" "$ready"
  fi
  if [ -d "$ready" ]; then
    find "$ready" -mindepth 1 -maxdepth 1 -exec mv --target-directory=. -- {} +
    cp --archive --no-target-directory -- "$ready" .
    rmdir -- "$ready"
  fi
  if [ -e "$stamp" ]; then touch --reference="$stamp" .; fi`;

const sweepEach = `time=$(stat --format=%y .)
  rm -rf -- "$new" "$ready" "$old" "$stamp"
  touch --date="$time" .`;
