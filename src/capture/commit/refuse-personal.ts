import type { BytePath } from '../../model/byte-path.ts';
import { findClashes, packageOfList } from '../../environment/personal-paths.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import type { Context } from '../../ports/context.ts';
import { listSome } from '../../model/format-count.ts';
import { collectContent } from '../../ports/changes.ts';

/** Bytes; longer than the list of any package. */
const longest = 32 * 1024 * 1024;

/**
 * Refuses to capture changes to files that the person's own layer changed
 * before. Throws PERSONAL_CLASH, and ENGINE_REFUSED if the engine's storage
 * does not tell these changes apart.
 */
export async function refusePersonal(
  context: Context,
  container: Container,
  personal: ReadonlySet<BytePath>,
): Promise<void> {
  if (personal.size === 0) return;
  const reader = await context.changes();
  const standing = { image: container.image };
  const found = await reader.list(container.id, standing);
  if (found === undefined) {
    throw new DevenvError(
      'ENGINE_REFUSED',
      'This engine does not tell the changes of your personal.yaml from those made since.',
      {
        state: 'Nothing was captured; the workspace is as it was.',
      },
    );
  }
  const lists = new Map<string, string>();
  const want = (path: string): 'all' | 'none' => (packageOfList(path) === undefined ? 'none' : 'all');
  for await (const entry of reader.read(container.id, { ...standing, want, words: [], limit: longest })) {
    if (entry.kind === 'deleted') continue;
    const name = packageOfList(entry.path);
    if (name !== undefined) lists.set(name, (await collectContent(entry.content)).toString('latin1'));
  }
  const clashes = findClashes(personal, [...found], lists);
  if (clashes.length === 0) return;
  throw new DevenvError(
    'PERSONAL_CLASH',
    `Changed in the workspace and by your personal.yaml: ${listSome(clashes)}. A version cannot have one without the other.`,
    { state: 'Nothing was captured; the workspace is as it was.', data: { clashes: clashes.slice(0, 1000) } },
  );
}
