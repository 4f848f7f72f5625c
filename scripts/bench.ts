import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { race, type Measured } from './bench/measure.ts';
import { rows, type Row } from './bench/rows.ts';
import { openWorld } from './bench/world.ts';
import { everyKind } from '../test/lab/state.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, rounds: { type: 'string' }, engine: { type: 'string' } },
});

/** Those that the engine's own command line, which is the peer, can do all with. */
const kinds = Object.values(everyKind).filter((kind) => kind.startsWith('docker'));

interface Result {
  readonly row: string;
  readonly unit: 'ms' | 'bytes';
  readonly measured: readonly Measured[];
  readonly ratios: readonly { readonly text: string; readonly ratio: number; readonly most: number }[];
}

const show = (value: number, unit: string): string => `${value.toFixed(0)} ${unit}`.padStart(unit === 'ms' ? 9 : 16);

function judge({ name, budgets, limits = [], unit = 'ms' }: Row, measured: readonly Measured[]): Result {
  const median = (wanted: string): number => measured.find((one) => one.name === wanted)?.median ?? Number.NaN;
  const ratios = budgets.map(({ first, others, most }) => ({
    text: `${first} / ${others.join(' + ')}`,
    ratio: median(first) / others.reduce((sum, other) => sum + median(other), 0),
    most,
  }));
  const bounds = limits.map(({ name: wanted, most }) => ({
    text: `${wanted} / ${String(most)} ms`,
    ratio: median(wanted) / most,
    most: 1,
  }));
  return { row: name, unit, measured, ratios: [...ratios, ...bounds] };
}

function print({ row, unit, measured, ratios }: Result): void {
  console.log(`\n${row} (medians of ${String(measured[0]?.samples.length ?? 0)})`);
  for (const { name, median, samples } of measured) {
    console.log(
      `  ${name.padEnd(32)} ${show(median, unit)}   ${show(Math.min(...samples), unit)} to ${show(Math.max(...samples), unit)}`,
    );
  }
  for (const { text, ratio, most } of ratios) {
    console.log(`  ${ratio <= most ? 'ok  ' : 'MISS'} ${ratio.toFixed(2)} of at most ${most.toFixed(2)}: ${text}`);
  }
}

/**
 * Measures the named rows, or all, prints a table and with --json FILE writes every sample. Status 1 where a budget is
 * missed. `--engine docker-26-containerd`: on another of the lab's kinds of Docker.
 */
async function main(): Promise<void> {
  const wanted = positionals.length === 0 ? Object.keys(rows) : positionals;
  const results: Result[] = [];
  const kind = kinds.find((one) => one === values.engine);
  if (values.engine !== undefined && kind === undefined) {
    throw new Error(`no engine ${values.engine}; there are ${kinds.join(', ')}`);
  }
  await using world = await openWorld(kind);
  console.log(`devenv against its peers, on ${world.machine.kind}, Node ${process.version}`);
  for (const name of wanted) {
    const prepare = rows[name];
    if (prepare === undefined) throw new Error(`no row ${name}; there are ${Object.keys(rows).join(', ')}`);
    const row = await prepare(world);
    const result = judge(row, await race(row.contenders, Number(values.rounds ?? row.rounds ?? 10), row.rotate));
    print(result);
    results.push(result);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (results.some(({ ratios }) => ratios.some(({ ratio, most }) => !(ratio <= most)))) process.exitCode = 1;
}

await main();
