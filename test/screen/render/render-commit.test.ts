import { describe, expect, it } from 'vitest';
import type { Version } from '../../../src/model/version.ts';
import { renderCommit } from '../../../src/screen/render/render-commit.ts';

const version: Version = {
  ...{ number: 2, kind: 'commit', content: 'sha256:a', author: 'Ann', date: '2025-06-30T12:00:00Z' },
  ...{ message: 'Add jq', size: 1, layers: 1, items: { set: {}, unset: [] } },
};
const nothing = { declared: [], suggested: [], opaque: [] };
const result = { amend: false, version, paused: 420, leftOut: [], whole: false } as const;

describe('renderCommit', () => {
  it('says that nothing changed', () => {
    expect(renderCommit({ amend: false, paused: 0, leftOut: [], whole: false })).toBe(
      'Nothing to commit: the workspace has no uncommitted changes.',
    );
  });

  it.each([
    [1, '1 changed path'],
    [9, '9 changed paths'],
  ])('counts %i', (changes, text) => {
    expect(renderCommit({ ...result, changes, declaration: nothing })).toBe(
      `Committed version 2: Add jq (${text}, paused for 0.4 s)\nTo share it, run \`devenv push\`, then commit devenv-lock.yaml to git.`,
    );
  });

  it('names everything that the version does not contain or declare', () => {
    const dropped = { sockets: ['/srv/s'], acls: [], attributes: [], times: 1 };
    const opaque = [{ title: '/opt/x', reason: 'a file' }];
    const declaration = { declared: ['jq 1.6'], suggested: ['cron 3'], opaque };
    expect(
      renderCommit({ ...result, leftOut: ['/tmp/a'], dropped, declaration })
        .split('\n')
        .slice(1),
    ).toEqual([
      'Excluded: /tmp/a.',
      'No image keeps sockets: /srv/s.',
      'Times are kept in whole seconds (1 file).',
      'Declared in devenv.yaml: jq 1.6.',
      'Only in the image, although devenv.yaml could declare it: cron 3.',
      'Only in the image: /opt/x.',
      'To share it, run `devenv push`, then commit devenv.yaml and devenv-lock.yaml to git.',
    ]);
  });

  it('says of a new message alone no more than that', () => {
    expect(renderCommit({ ...result, amend: true })).toBe('Amended version 2: Add jq');
  });
});
