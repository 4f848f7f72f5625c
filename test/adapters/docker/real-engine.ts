import { randomBytes } from 'node:crypto';
import { connectEngine } from '../../../src/adapters/docker/connection/connect-engine.ts';
import type { ContainerSpec } from '../../../src/model/container.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { importBase } from '../../lab/base.ts';
import type { Machine } from '../../lab/machine.ts';

/** An image that every engine of the lab has after `useEngine`. */
export const base = 'teamvm-lab-base:latest';

/** The client of one of the lab's engines, with the base in it. */
export async function useEngine(machine: Machine): Promise<Engine> {
  await importBase(machine, base);
  return connectEngine({ flag: machine.address, env: {}, home: machine.home });
}

/** A container that runs until the test's end. */
export async function startSleeper(
  engine: Engine,
  rest: Partial<ContainerSpec> = {},
): Promise<{ readonly id: string; readonly name: string } & AsyncDisposable> {
  const name = uniqueName();
  const id = await engine.runtime.create({
    name,
    image: base,
    command: ['sleep', 'infinity'],
    env: [],
    labels: {},
    user: '',
    workingDir: '/',
    mounts: [],
    network: 'none',
    stopTimeout: 0,
    ...rest,
  });
  await engine.runtime.start(id);
  return { id, name, [Symbol.asyncDispose]: () => engine.runtime.remove(id) };
}

/** Makes an image of the base with a line of a Dockerfile on top, by the engine's own command line. Gives its reference. */
export async function makeChanged(machine: Machine, change: string): Promise<string> {
  const [made, reference] = [uniqueName(), `localhost/${uniqueName()}:1`];
  await machine.cli(['create', '--name', made, base, 'true']);
  await machine.cli(['commit', '-c', change, made, reference]);
  await machine.cli(['rm', made]);
  return reference;
}

export function uniqueName(): string {
  return `engine-test-${randomBytes(4).toString('hex')}`;
}
