import { freemem } from 'node:os';
import type { TestProject } from 'vitest/node';
import { attachLab, startLab, type Lab } from './lab.ts';
import { everyKind } from './state.ts';

export type LabMachine = keyof typeof everyKind;

declare module 'vitest' {
  interface ProvidedContext {
    /** The lab of this test run, or why there is none. */
    lab: { readonly kind: 'running'; readonly folder: string } | { readonly kind: 'absent'; readonly reason: string };
    /** The machines that a project's tests use; absent: all. */
    machines?: readonly LabMachine[];
  }
}

/**
 * Starts the lab for tests on engines, or uses the running one that TEAMVM_LAB
 * names. Its files are in memory where 12 GB are free: engines and package
 * managers wait for a disk much of the time. The four labs of a whole run hold
 * about 4 GB. Without a lab a run in CI fails; other runs skip those tests and
 * print the reason.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env['TEAMVM_LAB'];
  const kinds = chooseKinds(project.getProvidedContext().machines);
  try {
    const lab = named ? attachRunning(named, kinds) : await startHere(kinds);
    project.provide('lab', { kind: 'running', folder: lab.folder });
    return async () => {
      if (!named) await lab.stop();
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env['CI']) throw new Error(`The tests need container engines: ${reason}`, { cause: error });
    const say = (): void =>
      console.error(`\n!!! SKIPPED: the tests on real engines. No engine is available: ${reason}\n`);
    say();
    project.provide('lab', { kind: 'absent', reason });
    return async () => say();
  }
}

const gibibyte = 2 ** 30;

type Kinds = Partial<typeof everyKind>;

function chooseKinds(names: readonly LabMachine[] | undefined): Kinds {
  return Object.fromEntries(Object.entries(everyKind).filter(([name]) => names?.includes(name as LabMachine) ?? true));
}

async function startHere(machines: Kinds): Promise<Lab> {
  if (process.platform !== 'linux') throw new Error(`the lab needs Linux, and this is ${process.platform}`);
  if (process.getuid?.() !== 0) throw new Error('the lab needs root, to make network namespaces and start engines');
  const begun = Date.now();
  const lab = await startLab<string>({ machines, ...(freemem() > 12 * gibibyte && { memory: '8g' }) });
  console.error(`The lab is up after ${((Date.now() - begun) / 1000).toFixed(1)} s: ${lab.folder}`);
  return lab;
}

function attachRunning(folder: string, kinds: Kinds): Lab {
  const lab = attachLab(folder);
  const missing = Object.keys(kinds).filter((name) => !(name in lab.machines));
  if (missing.length > 0) throw new Error(`the lab in ${folder} does not have the machines ${missing.join(', ')}`);
  const dead = Object.values(lab.machines).filter((machine) => !machine.running());
  if (dead.length > 0)
    throw new Error(`the lab in ${folder} has engines that do not run: ${dead.map(({ name }) => name).join(', ')}`);
  return lab;
}
