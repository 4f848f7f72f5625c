import { describe, expect, it } from 'vitest';
import { readExecDefaults } from '../../src/observe/find-workspace.ts';
import { labels } from '../../src/observe/labels.ts';
import type { Container } from '../../src/model/container.ts';

const good = { user: '1000:1000', env: ['A=b=c'], workingDir: '/workspace', settings: { mounts: [] } };
const carrying = (label: string | undefined): Container => ({
  ...{ id: 'c', name: 'foreign', image: 'i', state: 'running', created: 0, ports: [], networks: [] },
  labels: label === undefined ? {} : { [labels.exec]: label },
});

describe('readExecDefaults', () => {
  it('reads what devenv wrote', () => {
    expect(readExecDefaults(carrying(JSON.stringify(good)))).toEqual(good);
  });

  it.each([
    undefined,
    '',
    'null',
    '[]',
    '{',
    JSON.stringify({ ...good, user: 'root; id' }),
    JSON.stringify({ ...good, env: 'A=b' }),
    JSON.stringify({ ...good, env: ['=b'] }),
    JSON.stringify({ ...good, workingDir: 'relative' }),
    JSON.stringify({ ...good, settings: { mounts: 1 } }),
  ])('refuses a label that is not: %s', (label) => {
    expect(() => readExecDefaults(carrying(label))).toThrow(/devenv did not write its label/);
  });
});
