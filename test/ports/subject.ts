import { randomBytes } from 'node:crypto';
import type { ContainerSpec } from '../../src/model/container.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { RegistryAuth } from '../../src/ports/registry.ts';

/** An engine under test, and its surroundings. */
export interface Subject {
  readonly engine: Engine;
  /** An image with the basic programs of Debian. */
  readonly base: string;
  /** A folder of the engine's machine. */
  readonly folder: string;
  /** A registry with a login. */
  readonly registry: { readonly host: string; readonly auth: RegistryAuth };
  /** An address at which no registry answers. */
  readonly closed: string;
  /** Returns in another second of the engine's clock: engines date images to the second. */
  readonly nextSecond: () => Promise<void>;
}

export const uniqueName = (): string => `contract-${randomBytes(4).toString('hex')}`;

/** The spec of a container of the base that sleeps; `rest` replaces parts of it. */
export function specOf({ base }: Subject, rest: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    ...{ name: uniqueName(), image: base, command: ['sleep', 'infinity'], env: [], labels: {} },
    ...{ user: '', workingDir: '/', mounts: [], network: 'none', stopTimeout: 0, ...rest },
  };
}

/** A container that is removed when it goes out of scope. */
export async function startContainer(
  subject: Subject,
  rest: Partial<ContainerSpec> = {},
): Promise<{ readonly id: string; readonly name: string } & AsyncDisposable> {
  const { runtime } = subject.engine;
  const spec = specOf(subject, rest);
  const id = await runtime.create(spec);
  await runtime.start(id);
  return { id, name: spec.name, [Symbol.asyncDispose]: () => runtime.remove(id) };
}
