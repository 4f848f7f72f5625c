import type { ContainerDetails } from '../../../model/container.ts';
import type { CaptureRequest, CaptureResult, Quiet } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import { ChangeList } from '../changes/change-list.ts';
import type { UpperComparison } from '../changes/compare-upper.ts';
import { captureWhole } from './capture-whole.ts';
import { commitCarrier } from './carrier.ts';
import { estimate, summarize } from './choose-way.ts';
import type { Row } from '../helper/row.ts';
import { isStillCompared, type CopyWays, type EarlyCopy } from './copy-ahead.ts';

interface StillWays extends CopyWays {
  /** Removes leftovers while the engine is busy with the capture. */
  readonly cleanUp: () => void;
  readonly early: EarlyCopy | undefined;
  /** What changed after an engine time and is not left out, by relative path. */
  readonly listChanged: (after: string) => Promise<ReadonlyMap<string, Row>>;
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
    if (early?.complete === true && changed !== undefined && isStillCompared(early.compared, changed, isCopied)) {
      early.compared.unkept.refuse();
      if (changed.size > 0) await fillAgain(early.compared);
      return summarize(early.compared);
    }
    const compared = quiet?.calm === true && isWhole && listed !== undefined ? listed : await compare();
    if (compared.changes === 0 && !compared.partial) return undefined;
    // After the engine was asked for the capture.
    setImmediate(cleanUp);
    if (compared.partial) return captureWhole(engine, details, request, quiet);
    compared.unkept.refuse();
    if (!isCopied(estimate(compared)))
      return { ...(await captureWhole(engine, details, request, quiet)), ...summarize(compared) };
    await fillAgain(compared);
    return summarize(compared);

    async function fillAgain(now: UpperComparison): Promise<void> {
      await fill(request.latest, now, changed).catch(async (error: unknown) => {
        // Before the container resumes: if the disk is full, its engine needs that space to resume it.
        await filler.remove();
        throw error;
      });
    }
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
    changed: ReadonlyMap<string, Row> | undefined,
  ): Promise<void> {
    if (early === undefined || changed === undefined) await filler.fill(entries, latest);
    else
      await filler.refill({
        before: early.compared.entries,
        after: entries,
        changed: new Set(changed.keys()),
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
): Promise<ReadonlyMap<string, Row>> {
  return quiet?.calm === true ? new Map() : listChanged(compared.began);
}
