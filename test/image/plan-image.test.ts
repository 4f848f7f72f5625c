import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/model/environment.ts';
import type { Lock, Version } from '../../src/model/version.ts';
import { resolveDesiredItems } from '../../src/lock/desired-items.ts';
import { planImage } from '../../src/image/plan-image.ts';
import { describeBuild } from '../../src/image/plan-project.ts';
import { providers } from '../../src/providers/registry.ts';
import { reconcileItems } from '../../src/model/item.ts';
import { makeEnvironment } from '../providers/make-environment.ts';

const small = makeEnvironment({
  base: { kind: 'bootstrap', suite: 'bookworm', include: [] },
  packages: { apt: ['git'] },
  user: 'dev',
});

const digest = `sha256:${'0'.repeat(64)}` as const;

interface Step {
  readonly environment: Environment;
  readonly kind?: Version['kind'];
  readonly from?: number;
}

/** A lock with one version after the other, each made from the environment beside it. */
function lockOf(...steps: readonly Step[]): Lock {
  const versions = steps.map(({ environment, kind = 'build', from }, index): Version => {
    const below = from === undefined ? {} : itemsOf(steps[from - 1]?.environment ?? environment);
    return {
      number: index + 1,
      kind,
      ...(index > 0 && { parent: index }),
      ...(from !== undefined && { from }),
      content: digest,
      author: 'A <a@example.com>',
      date: '2026-01-01T00:00:00Z',
      message: 'm',
      size: 1,
      layers: 1,
      items: reconcileItems(below, itemsOf(environment)),
    };
  });
  return { name: 'shop', current: versions.length, shape: digest, resolved: {}, versions };
}

const itemsOf = (environment: Environment) => resolveDesiredItems(environment, {}, providers);

function planFor(environment: Environment, lock: Lock | undefined, clean = false): string {
  const desired = itemsOf(environment);
  return describeBuild(planImage({ environment, desired, lock, clean, pins: {}, providers })).join('\n');
}

const withRun = { ...small, run: [{ name: 'protoc', run: 'make install', inputs: [] }] };
const withJq = (environment: Environment): Environment => ({ ...environment, packages: { apt: ['git', 'jq'] } });

describe('planImage', () => {
  it('builds everything from the base when nothing is recorded', () => {
    expect(planFor(withRun, undefined)).toMatchInlineSnapshot(`
      "Build from the base:
        user: create user dev (new in devenv.yaml)
        apt: install git (new in devenv.yaml)
        run:protoc: run protoc (new in devenv.yaml)"
    `);
  });

  it('does nothing when the current version has all that is asked', () => {
    expect(planFor(small, lockOf({ environment: small }))).toMatchInlineSnapshot(
      `"Nothing to build: the current version has all that devenv.yaml asks for."`,
    );
  });

  it('runs one step on top when one package is added', () => {
    expect(planFor(withJq(withRun), lockOf({ environment: withRun }))).toMatchInlineSnapshot(`
      "Build on top of version 1:
        apt: install jq (new in devenv.yaml)"
    `);
  });

  it('rebuilds from the base when the base changes', () => {
    const changed: Environment = { ...small, base: { kind: 'image', image: 'debian:bookworm-slim' } };
    expect(planFor(changed, lockOf({ environment: small }))).toMatchInlineSnapshot(`
      "Build from the base, because the base changed:
        user: create user dev (new in devenv.yaml)
        apt: install git (new in devenv.yaml)"
    `);
  });

  it('goes back to the last version without a run entry that is removed', () => {
    const lock = lockOf(
      { environment: small },
      { environment: withRun, from: 1 },
      { environment: withJq(withRun), from: 2 },
    );
    expect(planFor(withJq(small), lock)).toMatchInlineSnapshot(`
      "Build on top of version 1, because run entry "protoc" was removed:
        apt: install jq (new in devenv.yaml)"
    `);
  });

  it('names the commits that going back loses', () => {
    const lock = lockOf(
      { environment: small },
      { environment: withRun, from: 1 },
      { environment: withRun, kind: 'commit', from: 2 },
    );
    expect(planFor(small, lock)).toMatchInlineSnapshot(`
      "Build on top of version 1, because run entry "protoc" was removed:
        no steps: only the record changes
        Version 3 is a commit: the new version loses its changes that devenv.yaml does not declare."
    `);
  });

  it('keeps a commit when adding on top of it', () => {
    const lock = lockOf({ environment: small }, { environment: small, kind: 'commit', from: 1 });
    expect(planFor(withJq(small), lock)).toMatchInlineSnapshot(`
      "Build on top of version 2:
        apt: install jq (new in devenv.yaml)"
    `);
  });

  it('starts from the base when a clean build is asked for, whatever is recorded', () => {
    expect(planFor(small, lockOf({ environment: small }), true)).toMatchInlineSnapshot(`
      "Build from the base, because a clean build was asked for:
        user: create user dev (new in devenv.yaml)
        apt: install git (new in devenv.yaml)"
    `);
  });
});
