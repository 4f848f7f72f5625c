import { parseArgs } from 'node:util';
import { everyKind, type MachineKind } from '../test/lab/state.ts';
import { openArena } from './endure/arena.ts';
import { interrupt, makeRandom, type Interruption } from './endure/interrupt.ts';
import { scenarios, type Scenario } from './endure/scenarios.ts';

/**
 * Interrupts commands of devenv at random moments and checks each time that no
 * work is lost: repeating the command succeeds, the marks that were written
 * into the workspace and its volume are where they have to be, and nothing is
 * left over. Prints one row for each interruption. Ends with status 1 where a
 * promise was broken; the row's seed and number repeat it.
 */
const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'docker-26' },
    kills: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
});
const kinds: readonly string[] = Object.values(everyKind);
if (!kinds.includes(values.kind)) throw new Error(`kinds: ${kinds.join(', ')}`);
const chosen = values.only === undefined ? scenarios : scenarios.filter(({ name }) => name === values.only);
if (chosen.length === 0) throw new Error(`scenarios: ${scenarios.map(({ name }) => name).join(', ')}`);

const random = makeRandom(Number(values.seed));
const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => from[Math.floor(random() * from.length)] as T;
/** Milliseconds that each command took when it ran to its end. */
const durations = new Map<string, number>();
const end = performance.now() + Number(values.seconds) * 1000;
let broken = 0;
let count = 0;

console.log(`${values.kind}, seed ${values.seed}`);
console.log('#\tcommand\tinterrupted\tended\tlast line\tfound');
await using arena = await openArena(values.kind as MachineKind);
while (count < Number(values.kills) && performance.now() < end) {
  count += 1;
  const scenario = pick(chosen);
  const interruption = chooseInterruption(scenario);
  try {
    const { ended, said, wrong } = await attempt(scenario, interruption);
    console.log([count, scenario.name, describe(interruption), ended, said, wrong.join('; ') || 'well'].join('\t'));
    if (wrong.length === 0) continue;
    broken += 1;
    await arena.renew();
  } catch (error) {
    broken += 1;
    console.log([count, scenario.name, describe(interruption), '', '', String(error)].join('\t'));
    await arena.renew();
  }
}
console.log(`${String(count)} interruptions, ${String(broken)} broke a promise`);
process.exitCode = broken === 0 ? 0 : 1;

function describe({ signal, after, ms }: Interruption): string {
  return `${signal} ${String(ms)} ms after ${after}`;
}

function chooseInterruption({ name, locks }: Scenario): Interruption {
  const signal = pick(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM', 'SIGSTOP'] as const);
  if (locks && random() < 0.3) return { signal, after: 'lock', ms: Math.round(random() * 100) };
  return { signal, after: 'start', ms: Math.round(random() * (durations.get(name) ?? 2_000)) };
}

async function attempt(scenario: Scenario, interruption: Interruption) {
  const checkMarks = await scenario.prepare(arena);
  const { status, said, took } = await interrupt(arena, scenario.command(arena), interruption);
  const wrong: string[] = [];
  if (status === 'hung') wrong.push('did not end within 60 s');
  if (interruption.signal === 'SIGSTOP' && status !== 0) wrong.push(`continued, it ended with ${String(status)}`);
  const versions = arena.versions();
  const begun = performance.now();
  if (status !== 0) {
    const again = await arena.tryDevenv(...scenario.command(arena));
    if (again.status !== 0 && !scenario.mayBeDone?.test(again.stderr)) {
      wrong.push(`repeated, it ended with ${String(again.status)}: ${again.stderr.trim().replaceAll('\n', ' / ')}`);
    }
    durations.set(scenario.name, performance.now() - begun);
  } else durations.set(scenario.name, took);
  if (arena.versions() < versions) wrong.push('a version was lost');
  const check = async (): Promise<readonly string[]> => [...(await checkMarks()), ...(await arena.findLeftovers())];
  wrong.push(...(await check().catch((error: unknown) => [String(error)])));
  return { ended: String(status), said, wrong };
}
