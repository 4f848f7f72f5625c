import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../../src/screen/render/render-status.ts';
import type { Status } from '../../../src/workspace/status.ts';

const empty: Status = { name: 'shop', folder: '/src/shop', plan: { kind: 'none' }, services: [], ports: [] };
const step = { id: 'apt', title: 'install jq', cause: 'not in version 1', actions: [] };
const build = { kind: 'build', start: { kind: 'base' }, items: { set: {}, unset: [] }, loses: [] } as const;
const workspace = { container: 'c1', state: 'running', upToDate: true, unsaved: 0, drift: [], dueHooks: [] } as const;
const port = {
  of: 'workspace',
  address: '127.0.0.1',
  host: 3001,
  container: 3000,
  protocol: 'tcp',
  wished: 3000,
} as const;

describe('renderStatus', () => {
  it('names the command that is next in a new project', () => {
    expect(renderStatus(empty)).toBe(
      [
        'shop',
        '  version      none; `devenv up` builds the first',
        '  devenv.yaml  no pending changes',
        '  workspace    none; `devenv up` creates it',
      ].join('\n'),
    );
  });

  it.each([
    [[step], '1 pending change: install jq (`devenv plan`)'],
    [[step, { ...step, title: 'create user dev' }], '2 pending changes: install jq; create user dev (`devenv plan`)'],
    [[], 'pending changes that need no build (`devenv plan`)'],
  ])('counts what devenv.yaml changes', (steps, text) => {
    expect(renderStatus({ ...empty, plan: { ...build, steps } })).toContain(`devenv.yaml  ${text}`);
  });

  it.each([
    [{}, 'running'],
    [{ unsaved: 1 }, 'running, 1 uncommitted change (`devenv commit`)'],
    [{ state: 'exited', unsaved: 2 } as const, 'stopped, 2 uncommitted changes (`devenv commit`)'],
    [{ upToDate: false }, 'running, not at the current version (`devenv up` moves it)'],
  ])('describes a workspace that is %j', (part, text) => {
    expect(renderStatus({ ...empty, workspace: { ...workspace, ...part } })).toContain(`workspace    ${text}`);
  });

  it('says which hooks are due', () => {
    expect(renderStatus({ ...empty, workspace: { ...workspace, dueHooks: ['create', 'start'] } })).toContain(
      [
        '  hooks        create has not succeeded in this workspace (`devenv up` runs it)',
        '               start has not succeeded since the workspace started (`devenv up` runs it)',
      ].join('\n'),
    );
  });

  it('lists services and ports, one a line', () => {
    const services = [
      { name: 'db', state: 'running', ready: true },
      { name: 'web', state: 'running', ready: false },
      { name: 'mail', state: 'absent' },
      { name: 'seed', state: 'done' },
      { name: 'admin', state: 'absent', profiles: ['debug'] },
    ] as const;
    const ports = [
      { ...port, open: true },
      { ...port, host: 3000, open: false },
    ];
    expect(
      renderStatus({ ...empty, services, ports })
        .split('\n')
        .slice(4),
    ).toEqual([
      '  services     db: ready',
      '               web: running, not ready (`devenv logs web`)',
      '               mail: not created (`devenv up`)',
      '               seed: done',
      '               admin: not started (`devenv up --profile debug`)',
      '  ports        127.0.0.1:3001 → workspace 3000 (port 3000 is in use)',
      '               127.0.0.1:3000 → workspace 3000 (not listening)',
    ]);
  });
});
