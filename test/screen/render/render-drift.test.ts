import { expect, it } from 'vitest';
import { FileList } from '../../../src/capture/drift/explain/file-list.ts';
import type { Drift } from '../../../src/model/drift.ts';
import { renderDrift } from '../../../src/screen/render/render-drift.ts';

it('names every path, thousands at a time, each group below its own head', () => {
  const files = new FileList();
  for (let n = 0; n < 2500; n += 1) files.push({ path: `/opt/many/${String(n)}`, change: 'added', bytes: 0 });
  const motd = [{ path: '/etc/motd', change: 'modified', bytes: 5 }] as const;
  const item = { kind: 'path', change: 'added', bytes: 5 } as const;
  const drift: Drift = {
    ...{ version: 3, seen: 'content', paths: 2501, bytes: 10, deletes: false },
    groups: [
      {
        ...{ cause: 'opt', title: 'files under /opt', count: 1, paths: 2500 },
        items: [{ ...item, name: '/opt/many/', paths: 2500, files }],
      },
      {
        ...{ cause: 'etc', title: 'files under /etc', count: 1, paths: 1 },
        items: [{ ...item, name: '/etc/motd', change: 'changed', paths: 1, files: motd }],
      },
    ],
  };
  const pieces = [...renderDrift(drift, { files: true })];
  expect(pieces.length).toBeGreaterThan(3);
  const lines = pieces.join('\n').split('\n');
  expect(lines.slice(0, 5)).toEqual([
    '2501 changed paths (10 B) since version 3:',
    '',
    'files under /opt: 1 item, 2500 paths',
    '  +/opt/many/ (5 B)',
    '    + /opt/many/0 (0 B)',
  ]);
  expect(lines.slice(-4)).toEqual([
    '    + /opt/many/2499 (0 B)',
    '',
    'files under /etc: 1 item, 1 path',
    '  ~/etc/motd (5 B)',
  ]);
});
