import { describe } from 'vitest';
import { FakeEngine } from '../fakes/fake-engine.ts';
import { FakeChanges } from '../fakes/fake-changes.ts';
import { checkBuilder } from './builder.contract.ts';
import { checkChanges } from './changes.contract.ts';
import { checkExec } from './exec.contract.ts';
import { checkImages } from './images.contract.ts';
import { checkNetworks } from './networks.contract.ts';
import { checkRuntime } from './runtime.contract.ts';
import type { Subject } from './subject.ts';
import { checkVolumes } from './volumes.contract.ts';

describe('the engine in memory', () => {
  const engine = new FakeEngine();
  engine.images.add('base');
  const { host, auth } = engine.images.registry;
  const around = { base: 'base', folder: '/home/ada', registry: { host, auth }, closed: 'closed.test:9' };
  const nextSecond = (): Promise<void> => Promise.resolve();
  const subject = (): Subject => ({ engine, ...around, nextSecond });
  for (const check of [checkImages, checkBuilder, checkRuntime, checkExec, checkVolumes, checkNetworks]) check(subject);
  checkChanges(() => ({ ...subject(), changes: new FakeChanges(engine.runtime) }));
});
