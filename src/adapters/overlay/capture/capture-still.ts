import type { ContainerDetails } from '../../../model/container.ts';
import type { CaptureRequest, CaptureResult, Quiet } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import { ChangeList } from '../changes/change-list.ts';
import type { UpperComparison } from '../changes/compare-upper.ts';
import { captureWhole } from './capture-whole.ts';
import { commitCarrier } from './carrier.ts';
import { estimate, summarize } from './choose-way.ts';
import type { CopyWays, EarlyCopy } from './copy-ahead.ts';

interface StillWays extends CopyWays {
  /** Removes leftovers while the engine is busy with the capture. */
  readonly cleanUp: () => void;
  readonly early: EarlyCopy | undefined;
  /** Relative paths that changed after an engine time and are not left out. */
  readonly listChanged: (after: string) => Promise<ReadonlySet<string>>;
}

/** Captures while the container stands still, as briefly as it can. */
export async function captureStill(
  engine: Pick<Engine, 'images' | 'builder'>,
  details: ContainerDetails,
  request: CaptureRequest,
  { compare, isCopied, filler, cleanUp, early, listChanged }: StillWays,
): Promise<CaptureResult | undefined> {
  const listed = request.listed instanceof ChangeList ? request.listed.compared : undefined;
  const isWhole = request.expected !== undefined && !request.expected.leavesOut && !isCopied(request.expected);
  const done = await request.still(async (quiet) => {
    const changed = early && (await findChanged(early, listChanged, quiet));
    if (early?.complete === true && changed?.size === 0) return summarize(early.compared);
    const compared = quiet?.calm === true && isWhole && listed !== undefined ? listed : await compare();
    if (compared.changes === 0 && !compared.partial) return undefined;
    // After the engine was asked for the capture.
    setImmediate(cleanUp);
    if (compared.partial) return captureWhole(engine, details, request, quiet);
    compared.unkept.refuse();
    if (!isCopied(estimate(compared)))
      return { ...(await captureWhole(engine, details, request, quiet)), ...summarize(compared) };
    await fill(request.latest, compared, changed).catch(async (error: unknown) => {
      // Before the container resumes: if the disk is full, its engine needs that space to resume it.
      await filler.remove();
      throw error;
    });
    return summarize(compared);
  });
  if (done === undefined || 'image' in done) return done;
  const { carrier } = await filler.prepare();
  const { config } = request.parent;
  const labelled = { ...config, labels: { ...config.labels, ...(await request.label?.()) } };
  const image = await commitCarrier(engine, carrier, { ...request.parent, config: labelled }, request.reference);
  await filler.discard();
  return { image, method: 'delta', onParent: true, ...done };

  async function fill(
    latest: number,
    { entries }: UpperComparison,
    changed: ReadonlySet<string> | undefined,
  ): Promise<void> {
    if (early === undefined || changed === undefined) await filler.fill(entries, latest);
    else
      await filler.refill({
        before: early.compared.entries,
        after: entries,
        changed,
        complete: early.complete,
        latest,
      });
  }
}

/** Nothing if the request says that nothing moved since before the copy. */
async function findChanged(
  { compared }: EarlyCopy,
  listChanged: StillWays['listChanged'],
  quiet: Quiet | undefined,
): Promise<ReadonlySet<string>> {
  return quiet?.calm === true ? new Set() : listChanged(compared.began);
}
