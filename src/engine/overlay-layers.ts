import { Readable } from 'node:stream';
import { comparePaths } from '../model/compare-paths.ts';
import type { Image } from '../model/image.ts';
import type { ChangedEntry, FileReading } from '../ports/changes.ts';
import type { Engine } from '../ports/engine.ts';
import type { LayerPaths, Layers, LayersRequest, LayerWeight, MergeRequest } from '../ports/layers.ts';
import { commitCarrier, makeCarrier } from './carrier.ts';
import { DeltaWalk } from './delta-walk.ts';
import { findLayers } from './find-layers.ts';
import { ImageHelper } from './image-helper.ts';
import { readLayers } from './read-layers.ts';
import { listFolders, listUpper, type Upper } from './list-upper.ts';
import { stackLayers, type Layer, type Stack } from './stack-layers.ts';
import { toInput } from './to-input.ts';
import { writeDeletions } from './write-deletions.ts';

const layersTarget = '/.devenv-layers';
const outTarget = '/.devenv-out';

/**
 * Reads layers where an overlay file system has each as a folder, in a helper
 * beside the engine, and makes a new one folder to folder, in a carrier that
 * the engine commits.
 */
export class OverlayLayers implements Layers {
  readonly #engine: () => Promise<Engine>;

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  async weigh(request: LayersRequest): Promise<readonly LayerWeight[] | undefined> {
    const engine = await this.#engine();
    const folders = await findLayers(engine, request.beside, request.image, request.count);
    if (folders === undefined) return undefined;
    const helper = await startHelper(engine, request.image, folders, request.beside);
    try {
      return (await readStack(helper, folders.length)).weights;
    } finally {
      await helper.stop();
    }
  }

  async *read(request: LayersRequest, options: FileReading): AsyncGenerator<ChangedEntry> {
    yield* readLayers(await this.#engine(), request, options);
  }

  async merge({ image, count, below, reference, beside, only }: MergeRequest): Promise<Image | undefined> {
    const engine = await this.#engine();
    const folders = await findLayers(engine, beside, image, count);
    const carrier = folders && (await makeCarrier(engine, beside, below));
    if (folders === undefined || carrier === undefined) return undefined;
    let helper: ImageHelper | undefined;
    try {
      helper = await startHelper(engine, below, folders, beside, carrier.upper);
      const stack = await readStack(helper, folders.length);
      await fill(helper, stack, only === undefined ? await decideAll(helper, stack) : withoutSlash(only));
      const { config } = only === undefined ? image : below;
      return await commitCarrier(engine, carrier, { ...below, config }, reference);
    } finally {
      await Promise.all([helper?.stop(), engine.removeContainer(carrier.id)]);
    }
  }
}

/** The layers are in it side by side, by index. */
async function startHelper(
  engine: Engine,
  image: Image,
  folders: readonly string[],
  beside: string,
  out?: string,
): Promise<ImageHelper> {
  return ImageHelper.start(engine, {
    image: image.id,
    labels: { 'dev.teamvm.origin': beside },
    mounts: [
      ...folders.map((source, layer) => ({
        ...({ kind: 'bind', source, target: `${layersTarget}/${String(layer)}`, readOnly: true } as const),
      })),
      ...(out === undefined ? [] : [{ kind: 'bind', source: out, target: outTarget } as const]),
    ],
  });
}

async function readStack(helper: ImageHelper, count: number): Promise<Stack> {
  return stackLayers(splitLayers(await listUpper(helper, layersTarget), count));
}

function splitLayers({ rows, opaque }: Upper, count: number): readonly Layer[] {
  const layers = Array.from({ length: count }, (): { rows: Layer['rows'][number][]; opaque: Set<string> } => ({
    rows: [],
    opaque: new Set(),
  }));
  for (const row of rows) {
    const { layer, path } = splitPlace(row.path);
    if (path !== '') layers[layer]?.rows.push({ ...row, path });
  }
  for (const place of opaque) {
    const { layer, path } = splitPlace(place);
    layers[layer]?.opaque.add(path);
  }
  return layers;
}

/** `3/usr/bin` → 3 and `usr/bin`. */
function splitPlace(place: string): { readonly layer: number; readonly path: string } {
  const at = place.indexOf('/');
  return { layer: Number.parseInt(place, 10), path: at === -1 ? '' : place.slice(at + 1) };
}

/** All that the stack holds and what lies below it has not. */
async function decideAll(helper: ImageHelper, { rows, opaque }: Stack): Promise<LayerPaths> {
  const folders = [...rows.values()].filter(({ row }) => row.type === 'd').map(({ row }) => row.path);
  const below = await listFolders(helper, folders);
  for (const path of below.keys()) if (path.startsWith('.devenv-')) below.delete(path);
  const none = (): boolean => false;
  const walk = new DeltaWalk({ since: undefined, own: none, leadsToMount: none, leaveOut: none });
  const copy: string[] = [];
  const hide: string[] = [];
  for (const path of [...new Set([...rows.keys(), ...below.keys()])].sort(comparePaths)) {
    const [row, before] = [rows.get(path)?.row, below.get(path)];
    const twin = before && { same: before.facts === row?.facts, folder: before.type === 'd', differs: false };
    for (const { kind, path: decided } of walk.next({ path, row, opaque: opaque.has(path), twin }, true)) {
      if (kind === 'hidden') hide.push(decided);
      else if (kind !== 'left-out' && kind !== 'socket') copy.push(decided);
    }
  }
  return { copy, hide, leading: [] };
}

function withoutSlash({ copy, hide, leading }: LayerPaths): LayerPaths {
  const strip = (paths: readonly string[]): string[] => paths.map((path) => path.slice(1));
  return { copy: strip(copy), hide: strip(hide), leading: strip(leading) };
}

async function fill(helper: ImageHelper, { rows }: Stack, { copy, hide, leading }: LayerPaths): Promise<void> {
  if (hide.length > 0) {
    await helper.run('tar --extract --directory="$1" --file=-', [outTarget], {
      stdin: Readable.from(writeDeletions(hide)),
    });
  }
  // In the order of paths and not of layers: a folder comes before what is in it.
  const places = copy.flatMap((path) => {
    const entry = rows.get(path);
    return entry === undefined ? [] : [`${String(entry.layer)}/${path}`];
  });
  if (places.length > 0) await helper.run(copyFrom(offIndex), [layersTarget, outTarget], { stdin: toInput(places) });
  // Last, since whatever is put into a folder changes its time.
  if (leading.length > 0) await helper.run(copyFrom(), ['/', outTarget], { stdin: toInput(leading) });
}

/** Takes the layer's index off names, and off what hard links refer to; targets of symlinks stay. */
const offIndex = "--transform='s,^\\./[0-9]*/,./,S'";

const copyFrom = (transform = ''): string => `cd "$1" && (tar --create --format=posix \\
  --pax-option=delete=atime,delete=ctime --no-recursion --null --verbatim-files-from --files-from=- --numeric-owner \\
  --xattrs --xattrs-include='*' --xattrs-exclude='trusted.overlay.*' ${transform} --file=- || kill -9 $$) |
tar --extract --directory="$2" --numeric-owner --same-owner --preserve-permissions --delay-directory-restore \\
  --xattrs --xattrs-include='*' --file=-`;
