import { describe, expect, it } from 'vitest';
import { chooseDeclarations } from '../../../src/capture/write-back/choose-declarations.ts';
import type { Proposal } from '../../../src/capture/write-back/propose-declarations.ts';
import type { Drift } from '../../../src/model/drift.ts';
import { readProject } from '../../../src/observe/project.ts';
import type { Assignment } from '../../../src/ports/prompt.ts';
import { makeContext, type FakeContext } from '../../fakes/make-context.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:12\npackages: {apt: [git, hello]}\n';
const proposal: Proposal = {
  set: [{ id: 'apt:jq', value: '*', title: 'jq 1.6' }],
  unset: ['apt:hello'],
  opaque: [
    { title: '/opt/note', reason: 'a file' },
    { title: 'kim', reason: 'a user' },
  ],
};
const note = { kind: 'path', name: '/opt/note', change: 'added', paths: 1, bytes: 3 } as const;
const drift: Drift = {
  ...{ version: 1, seen: 'content', paths: 3, deletes: false },
  groups: [{ cause: 'opt', title: 'files under /opt', count: 1, paths: 1, items: [note] }],
};

async function choose(context: FakeContext) {
  return chooseDeclarations(context, await readProject(context), drift, proposal);
}

describe('chooseDeclarations', () => {
  it('shows one list of everything that goes in, each with what becomes of it', async () => {
    const context = makeContext({ 'devenv.yaml': yaml });
    let shown: readonly Assignment[] = [];
    context.fake.prompt.assigns = (entries) => {
      shown = entries;
      return entries.map(() => 0);
    };
    expect(await choose(context)).toMatchObject({
      delta: { set: { 'apt:jq': '*' }, unset: ['apt:hello'] },
      exclude: [],
    });
    expect(context.fake.prompt.asked).toEqual(['What goes into this version:']);
    expect(shown.map(({ title, options }) => [title, ...options])).toEqual([
      ['jq 1.6', 'declared', 'in the image'],
      ['apt:hello', 'no longer declared', 'declared'],
      ['/opt/note', 'in the image', 'left out'],
      ['kim', 'in the image'],
    ]);
    expect(context.fake.progress.said.join('\n')).toMatch(/Change of devenv\.yaml:[^]*\[git, jq\]/);
  });

  it('keeps packages undeclared and leaves files out as the person chose', async () => {
    const context = makeContext({ 'devenv.yaml': yaml });
    context.fake.prompt.assigns = () => [1, 1, 1, 0];
    expect(await choose(context)).toEqual({
      ...{ delta: { set: {}, unset: [] }, adopted: { set: {}, unset: [] }, exclude: ['/opt/note'] },
    });
  });

  it.each([
    [true, ['apt:jq']],
    [false, []],
  ])('asks yes or no without a terminal: %s', async (agrees, declared) => {
    const context = makeContext({ 'devenv.yaml': yaml });
    const { prompt } = context.fake;
    prompt.interactive = false;
    prompt.confirm = () => Promise.resolve(agrees);
    const { delta, exclude } = await choose(context);
    expect([Object.keys(delta.set), exclude]).toEqual([declared, []]);
  });

  it('declares what it can, and says what it cannot, if a list is behind an alias', async () => {
    const context = makeContext({
      'devenv.yaml': 'version: 1\nname: shop\nbase: debian:12\nx-all: &all [git]\npackages: {apt: *all, npm: [tldr]}\n',
    });
    const both = { ...proposal, unset: [], set: [...proposal.set, { id: 'npm:pnpm', value: '10', title: 'pnpm 10' }] };
    const project = await readProject(context);
    const { delta, adopted } = await chooseDeclarations(context, project, drift, both);
    expect([Object.keys(delta.set), Object.keys(adopted.set)]).toEqual([['npm:pnpm'], ['npm:pnpm']]);
    expect(context.fake.progress.said[0]).toBe(
      'packages.apt cannot be changed in devenv.yaml: it is not a plain list, map or value, or it is an alias. The version has the packages anyway.',
    );
  });
});
