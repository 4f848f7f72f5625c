import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/model/environment.ts';
import type { Items } from '../../src/model/item.ts';
import type { Action } from '../../src/model/plan.ts';
import { aptGet } from '../../src/providers/debian/apt-commands.ts';
import { providers } from '../../src/providers/registry.ts';
import { makeEnvironment } from './make-environment.ts';

interface Case {
  readonly title: string;
  readonly environment: Partial<Environment>;
  readonly hashes?: Readonly<Record<string, string>>;
  /** What `items` gives, where the case is about that. */
  readonly wanted?: Items;
  readonly recorded?: Items;
  readonly pins?: Readonly<Record<string, string>>;
  readonly steps?: readonly unknown[];
  readonly rebuild?: string;
}

const folder = join(import.meta.dirname, 'cases');
const read = (path: string): Case => JSON.parse(readFileSync(path, 'utf8')) as Case;

describe.each(providers)('$name', (provider) => {
  const cases = readdirSync(join(folder, provider.name)).map((file) => read(join(folder, provider.name, file)));

  it.each(cases)('$title', ({ environment: parts, hashes = {}, wanted, recorded = {}, pins = {}, steps, rebuild }) => {
    const environment = makeEnvironment(parts);
    const items = provider.items(environment, hashes);
    if (wanted !== undefined) expect(items).toEqual(wanted);
    const planned = provider.plan(items, recorded, environment, pins);
    if ('kind' in planned) {
      expect(planned).toEqual({ kind: 'rebuild', cause: rebuild });
    } else {
      expect(planned.map((step) => ({ ...step, actions: step.actions.map(describeAction) }))).toEqual(steps);
    }
  });

  it('plans nothing for what it recorded itself', () => {
    for (const { environment: parts, hashes = {}, pins = {} } of cases) {
      const environment = makeEnvironment(parts);
      const items = provider.items(environment, hashes);
      expect(provider.plan(items, items, environment, pins)).toEqual([]);
    }
  });
});

const [, , aptScript] = aptGet();

/** One line: apt's long options and fixed scripts shortened. */
function describeAction(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return ['exec', ...action.argv.map((arg) => (arg === aptScript ? '' : arg.includes('\n') ? '<script>' : arg))]
        .join(' ')
        .replace('sh -c  apt-get', 'apt-get')
        .replace('sh -c <script> apt-get', 'install')
        .concat(action.settings === undefined ? '' : ` (settings of ${action.settings})`);
    case 'feature': {
      const { source, digest, options, env } = action;
      return `feature ${source} ${digest} ${JSON.stringify({ ...options, ...env })}`;
    }
    case 'download': {
      const { name, urls, sha256, pins, to, argv } = action;
      const words = argv
        .slice(4)
        .map((arg) => (arg === aptScript ? '<apt>' : arg))
        .join(' ');
      return `download ${name} ${JSON.stringify({ ...urls, ...sha256 })} ${JSON.stringify(pins)} to ${to}: ${words}`;
    }
    case 'copy':
      return `copy ${action.file.from} to ${action.file.to} ${action.file.mode}`;
    case 'unpack': {
      const { package: name, range, pins, to, paths } = action;
      return [`unpack ${name}@${range}`, JSON.stringify(pins), 'to', to, ...paths].join(' ');
    }
  }
}
