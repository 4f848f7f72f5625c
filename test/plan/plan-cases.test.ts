import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { describeOperation } from '../../src/plan/describe-operation.ts';
import type { Operation } from '../../src/plan/operation.ts';
import { planDestroy, planDown } from '../../src/plan/plan-end.ts';
import { planRestore } from '../../src/plan/plan-restore.ts';
import { planRollback } from '../../src/plan/plan-rollback.ts';
import { planReset, planUp } from '../../src/plan/plan-up.ts';
import { observeCase, optionsOf, type Given } from './observe-case.ts';

/**
 * A case is a file: what is unusual in the world as YAML, a line of dashes, the
 * plan. After a change that is meant, UPDATE_PLANS=1 writes the plans anew: read
 * the difference before it is committed.
 */
const folder = resolve(import.meta.dirname, 'cases');
const line = '\n---\n';

describe.each(readdirSync(folder))('%s', (topic) => {
  const files = readdirSync(join(folder, topic)).filter((file) => file.endsWith('.txt'));
  it.each(files)('%s', (file) => {
    const path = join(folder, topic, file);
    const text = readFileSync(path, 'utf8');
    const [given = '', expected = ''] = text.split(line);
    const plan = print((parse(given) ?? {}) as Given);
    if (process.env['UPDATE_PLANS'] === '1') writeFileSync(path, `${given.trimEnd()}${line}${plan}`);
    else expect(plan).toBe(expected);
  });
});

function planCase(given: Given): readonly Operation[] {
  const observed = observeCase(given);
  const containers = observed.workspace.containers.map(({ container }) => container);
  const services = observed.serviceContainers.map(({ service: name = '', container }) => {
    return { name, container, needs: given.services?.[name]?.needs ?? [] };
  });
  switch (given.command ?? 'up') {
    case 'up':
      return planUp(observed, optionsOf(given)).operations;
    case 'down':
      return planDown({ containers, services }).operations;
    case 'destroy': {
      const volumes = (given.data ?? []).map((volume) => ({ volume, name: `shop.${volume}` }));
      const networks = given.networks ?? (services.length > 0 ? ['shop'] : []);
      return planDestroy({
        containers,
        services,
        volumes,
        networks,
        keep: given.keep === 'workspace' ? undefined : given.keep,
      }).operations;
    }
    case 'reset':
      return planReset(observed, { container: 'c1', changed: given.changed ?? true, keep: given.keep !== undefined })
        .operations;
    case 'rollback':
      return planRollback({ target: 2, here: given.here ?? true, next: 5, declares: given.declares ?? false });
    case 'restore': {
      const { volumes = [], unnamed = [], fileSystem, keep = false } = given.snapshot ?? {};
      const wanted = [
        ...volumes.map((name) => ({ name, named: true })),
        ...unnamed.map((name) => ({ name, named: false })),
      ];
      return planRestore(observed, services, { snapshot: 2, volumes: wanted, fileSystem, keep }).operations;
    }
  }
}

function print(given: Given): string {
  try {
    const operations = planCase(given);
    return operations.length === 0 ? 'nothing to do\n' : operations.map((one) => `${printOperation(one)}\n`).join('');
  } catch (error) {
    if (error instanceof DevenvError) return `refused: ${error.code} ${error.message}\n`;
    throw error;
  }
}

/** What it waits for, number, target, act and cause. */
function printOperation(operation: Operation): string {
  const { id, after, cause } = operation;
  return `[${after.map((one) => `#${String(one)}`).join(' ')}] -> #${String(id)} ${describeOperation(operation)}, ${cause}`;
}
