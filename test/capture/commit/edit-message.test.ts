import { describe, expect, it } from 'vitest';
import { editMessage } from '../../../src/capture/commit/edit-message.ts';
import type { Drift } from '../../../src/model/drift.ts';
import { makeContext, type FakeContext } from '../../fakes/make-context.ts';

const item = { kind: 'path', name: '/opt/note', change: 'added', paths: 1 } as const;
const drift: Drift = {
  ...{ version: 3, seen: 'content', paths: 2, deletes: false },
  groups: [
    { cause: 'opt', title: 'files under /opt', count: 1, paths: 1, items: [item] },
    { cause: 'noise', title: 'noise', count: 1, paths: 1, items: [{ ...item, name: '/tmp/x' }] },
  ],
};
const file = '/home/ada/state/COMMIT_MESSAGE';

/** A person whose editor leaves this text. `shown`: what the editor was opened with. */
function openEditor(text: string, variables: Record<string, string> = { EDITOR: 'edit --wait' }) {
  const context = makeContext({}, { ports: { variables } });
  const seen = { shown: '' };
  const { files, processes } = context.fake;
  processes.programs['edit'] = () => {
    seen.shown = files.files.get(file) ?? '';
    files.files.set(file, text);
    return {};
  };
  return { context, seen };
}

const edit = (context: FakeContext): Promise<string> => editMessage(context, drift);

describe('editMessage', () => {
  it('opens the editor with a summary of the changes, and takes what is written above it', async () => {
    const { context, seen } = openEditor('Add a note\n\nfor the others\n# Describe\n');
    expect(await edit(context)).toBe('Add a note\n\nfor the others');
    expect(context.fake.processes.ran).toEqual([`edit --wait ${file}`]);
    expect(seen.shown).toContain('# Changes since version 3:\n#   files under /opt: /opt/note\n');
    expect(seen.shown).not.toContain('/tmp/x');
    expect(seen.shown.split('\n').every((line) => line === '' || line.startsWith('#'))).toBe(true);
  });

  it('prefers VISUAL', async () => {
    const { context } = openEditor('x', { VISUAL: 'edit', EDITOR: 'other' });
    await edit(context);
    expect(context.fake.processes.ran).toEqual([`edit ${file}`]);
  });

  it.each(['', '\n\n', '# only comments\n'])('cancels for the empty message %j', async (text) => {
    await expect(edit(openEditor(text).context)).rejects.toMatchObject({
      code: 'USAGE',
      state: 'Nothing was committed.',
    });
  });

  it('cancels if the editor fails, or if there is none', async () => {
    const { context } = openEditor('x');
    context.fake.processes.programs['edit'] = () => ({ exitCode: 1 });
    await expect(edit(context)).rejects.toThrow('failed with status 1');
    await expect(edit(makeContext({}))).rejects.toThrow('No editor is installed');
  });
});
