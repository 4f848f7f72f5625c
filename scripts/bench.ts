import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildRevision } from './bench/build-revision.ts';
import { race, type Contender, type Measured } from './bench/measure.ts';
import { rows, types, type Row } from './bench/rows.ts';
import { openWorld, type Worlds } from './bench/world.ts';
import { everyKind } from '../test/lab/state.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    rounds: { type: 'string' },
    engine: { type: 'string' },
    before: { type: 'string' },
  },
});

/** Those that the engine's own command line, which is the peer, can do all with. */
const kinds = Object.values(everyKind).filter((kind) => kind.startsWith('docker'));

interface Result {
  readonly row: string;
  readonly unit: 'ms' | 'bytes';
  readonly measured: readonly Measured[];
  readonly ratios: readonly { readonly text: string; readonly ratio: number; readonly most: number }[];
  /** Time over that of the build before: by medians, and by best rounds, which other work on the machine disturbs least. */
  readonly changes: readonly { readonly name: string; readonly medians: number; readonly best: number }[];
}

const before = ', before';

const show = (value: number, unit: string): string => `${value.toFixed(0)} ${unit}`.padStart(unit === 'ms' ? 9 : 16);

function judge({ name, budgets, limits = [], unit = 'ms' }: Row, measured: readonly Measured[]): Result {
  const median = (wanted: string): number => measured.find((one) => one.name === wanted)?.median ?? Number.NaN;
  const ratios = budgets.map(({ first, others, most }) => ({
    text: `${first} / ${others.join(' + ')}`,
    ratio: median(first) / others.reduce((sum, other) => sum + median(other), 0),
    most,
  }));
  const bounds = limits.map(({ name: wanted, beyond, most }) => ({
    text: `${wanted} / ${beyond === undefined ? '' : `(${beyond} + `}${String(most)} ms${beyond === undefined ? '' : ')'}`,
    ratio: median(wanted) / (most + (beyond === undefined ? 0 : median(beyond))),
    most: 1,
  }));
  return { row: name, unit, measured, ratios: [...ratios, ...bounds], changes: compare(measured) };
}

function compare(measured: readonly Measured[]): Result['changes'] {
  return measured.flatMap(({ name, median, samples }) => {
    const old = measured.find((one) => one.name === name + before);
    if (old === undefined) return [];
    return [{ name, medians: median / old.median, best: Math.min(...samples) / Math.min(...old.samples) }];
  });
}

function print({ row, unit, measured, ratios, changes }: Result): void {
  console.log(`\n${row} (medians of ${String(measured[0]?.samples.length ?? 0)})`);
  for (const { name, median, samples } of measured) {
    console.log(
      `  ${name.padEnd(32)} ${show(median, unit)}   ${show(Math.min(...samples), unit)} to ${show(Math.max(...samples), unit)}`,
    );
  }
  for (const { text, ratio, most } of ratios) {
    console.log(`  ${ratio <= most ? 'ok  ' : 'MISS'} ${ratio.toFixed(2)} of at most ${most.toFixed(2)}: ${text}`);
  }
  for (const { name, medians, best } of changes) {
    console.log(`       ${medians.toFixed(2)} times before by medians, ${best.toFixed(2)} by best rounds: ${name}`);
  }
}

/** The row's contenders, and those of them that are devenv once more for the build before. */
async function enter(prepare: (typeof rows)[string], world: Worlds): Promise<{ row: Row; groups: Contender[][] }> {
  const row = await prepare(world);
  const split = (contenders: readonly Contender[]): Contender[][] =>
    row.rotate === true ? contenders.map((one) => [one]) : [[...contenders]];
  if (world.before === undefined) return { row, groups: split(row.contenders) };
  const { contenders } = await prepare(world.before);
  const old = contenders
    .filter(({ name }) => name.startsWith('devenv'))
    .map((one) => ({ ...one, name: one.name + before }));
  return { row, groups: [...split(row.contenders), ...split(old)] };
}

/**
 * Measures the named rows, or all, prints a table and with --json FILE writes every sample. Status 1 where a budget is
 * missed. `--engine docker-26-containerd`: on another of the lab's kinds of Docker. `--before REVISION`: in turn with
 * devenv as it was then, which it builds; `--before HEAD` shows how far two equal programs are apart here.
 */
async function main(): Promise<void> {
  const wanted = positionals.length === 0 ? Object.keys(rows) : positionals;
  const results: Result[] = [];
  const kind = kinds.find((one) => one === values.engine);
  if (values.engine !== undefined && kind === undefined) {
    throw new Error(`no engine ${values.engine}; there are ${kinds.join(', ')}`);
  }
  await using revision = values.before === undefined ? undefined : await buildRevision(values.before);
  const unknown = wanted.find((name) => rows[name] === undefined);
  if (unknown !== undefined) throw new Error(`no row ${unknown}; there are ${Object.keys(rows).join(', ')}`);
  if (revision !== undefined) console.log(`before: ${revision.commit}`);
  for (const name of wanted) {
    const prepare = rows[name];
    if (prepare === undefined) continue;
    await using world = await openWorld({ ...(kind && { kind }), before: revision?.bin, type: types[name] });
    if (results.length === 0)
      console.log(`devenv against its peers, on ${world.machine.kind}, Node ${process.version}`);
    const { row, groups } = await enter(prepare, world);
    const measured = await race(groups, Number(values.rounds ?? row.rounds ?? 10));
    await row.end?.();
    const result = judge(row, measured);
    print(result);
    results.push(result);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (results.some(({ ratios }) => ratios.some(({ ratio, most }) => !(ratio <= most)))) process.exitCode = 1;
}

await main();
