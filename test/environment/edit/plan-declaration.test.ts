import { describe, expect, it } from 'vitest';
import { editConfig } from '../../../src/environment/edit/edit.ts';
import { parseConfig } from '../../../src/environment/parse.ts';
import { planDeclaration } from '../../../src/environment/edit/plan-declaration.ts';
import { resolveDesiredItems } from '../../../src/lock/desired-items.ts';
import { reconcileItems } from '../../../src/model/item.ts';
import { providers } from '../../../src/providers/registry.ts';

const text = `version: 1
name: shop
base: debian:bookworm-slim
tools: {node: "24"} # the runtime
packages:
  apt: [git, jq=1.6, "curl"]
  npm:
    - pnpm@10
    - "@acme/tool@1"
`;

const itemsOf = (written: string) => resolveDesiredItems(parseConfig(written, 'devenv.yaml'), {}, providers);

describe('planDeclaration', () => {
  it.each([
    [
      'add, change and remove',
      { node: '22', 'apt:git': '=1:2.39', 'apt:ripgrep': '*', 'npm:@acme/tool': '2' },
      ['apt:jq', 'npm:pnpm'],
    ],
    ['drop a runtime', {}, ['node']],
    ['drop a whole list', {}, ['npm:pnpm', 'npm:@acme/tool']],
    ['loosen a version', { 'apt:jq': '*', 'npm:pnpm': 'latest' }, []],
  ] as [string, Record<string, string>, string[]][])(
    'makes edits after which the file asks for exactly that: %s',
    (_name, set, unset) => {
      const before = itemsOf(text);
      const { edits, byHand } = planDeclaration(parseConfig(text, 'devenv.yaml'), { set, unset });
      const after = itemsOf(editConfig(text, edits));
      expect(byHand).toEqual([]);
      const wanted = Object.fromEntries(Object.entries({ ...before, ...set }).filter(([id]) => !unset.includes(id)));
      expect(reconcileItems(after, wanted)).toEqual({ set: {}, unset: [] });
    },
  );

  it('says in words what only a person can edit', () => {
    const delta = {
      set: { base: 'image debian:11', 'run:protoc': './install.sh\nabc', 'file:/etc/a': 'x 0644' },
      unset: ['run:other'],
    };
    expect(planDeclaration(parseConfig(text, 'devenv.yaml'), delta)).toEqual({
      edits: [],
      byHand: [
        'set the base to: image debian:11',
        'add the run entry "protoc" again: ./install.sh',
        'add the file for /etc/a again, with its content and mode of that version',
        'remove the run entry "other"',
      ],
    });
  });
});
