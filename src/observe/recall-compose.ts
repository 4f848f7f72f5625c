import { packTree, unpackTree, weighTree, type PackedTree } from '../environment/compose/pack-tree.ts';
import type { ParseTree } from '../environment/compose/read-compose.ts';
import { hashToHex } from '../lock/hash-json.ts';
import { asMap } from '../model/json.ts';
import type { Context } from '../ports/context.ts';
import { recallFile } from './recall-file.ts';

/** The compose files that one command read, by the hash of path and text. */
interface Parsed {
  readonly trees: Readonly<Record<string, PackedTree>>;
}

const parsed = recallFile<Parsed>('compose');

/** Bytes of all trees: a larger record could not be read. */
const limit = 1_000_000;

interface RecalledTrees {
  readonly parse: ParseTree;
  /** Keeps the trees of this command for the next one. */
  readonly keep: () => Promise<void>;
}

/**
 * Parses compose files as `recallConfig` does devenv.yaml. A tree is the text of its
 * file alone: variables are replaced later, so that no value of an `.env` file or of
 * the person is kept.
 */
export function recallCompose(ports: Pick<Context, 'files' | 'machine'>, folder: string): RecalledTrees {
  const used: Record<string, PackedTree> = {};
  let missed = false;
  let left = limit;
  let record: Promise<Partial<Parsed>> | undefined;
  return {
    parse: async (text, path, base) => {
      const hash = hashToHex(JSON.stringify([path, base, text]));
      record ??= parsed.read(ports, folder);
      const known = asMap((await record).trees)[hash] as PackedTree | undefined;
      if (known !== undefined) {
        used[hash] = known;
        return unpackTree(known, { path, folder: base });
      }
      missed = true;
      const { readTree } = await import('../environment/compose/read-tree.ts');
      const tree = readTree(text, path, base);
      left -= weighTree(tree, left);
      if (left >= 0) used[hash] = packTree(tree);
      return tree;
    },
    keep: async () => {
      if (!missed || left < 0 || Buffer.byteLength(JSON.stringify(used)) > limit) return;
      await parsed.write(ports, folder, { trees: used });
    },
  };
}
