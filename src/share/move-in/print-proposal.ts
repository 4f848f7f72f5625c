import { Document, isMap, isScalar, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Entry, Value } from './proposal.ts';

const schema = 'https://unpkg.com/@teamvm/devenv@0/schemas/devenv.schema.json';

/** Top-level keys in the order in which people read them. */
const order = [
  ...['version', 'name', 'image', 'base', 'user', 'folder', 'tools', 'features', 'feature_order', 'packages', 'venvs'],
  ...['run', 'env', 'env_file', 'secrets', 'compose', 'services', 'ports', 'volumes', 'prepare', 'hooks', 'tasks'],
];

/** A line that is longer is written as a block. */
const widest = 60;

/** The text of a devenv.yaml. Each line has a comment with its source. `entries`: without clashes, see `keepFirst`. */
export function printProposal(name: string, entries: readonly Entry[]): string {
  const document = new Document({ version: 1, name });
  const root = document.contents as unknown as YAMLMap;
  const sorted = [...entries].sort((a, b) => rank(a) - rank(b));
  for (const entry of sorted) insert(document, root, entry);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  const spaced = text.replace(
    /^((?:#[^\n]*\n)?(?:base|tools|packages|run|env|compose|services|ports|hooks|tasks|features):)/gm,
    '\n$1',
  );
  return `# yaml-language-server: $schema=${schema}\n#\n# The working environment of this project, for everyone who works on it.\n# The comment behind a line names the file that it comes from.\n${spaced}`;
}

const rank = ({ path: [first = ''] }: Entry): number => {
  const index = order.indexOf(first);
  return index < 0 ? order.length : index;
};

function insert(document: Document, root: YAMLMap, { path, value, item, from }: Entry): void {
  const holder = item === true ? path : path.slice(0, -1);
  const key = path.at(-1) ?? '';
  let map: YAMLMap = root;
  for (const [index, part] of holder.entries()) {
    const isList = item === true && index === holder.length - 1;
    if (map.get(part) === undefined) map.set(document.createNode(part), document.createNode(isList ? [] : {}));
    map = map.get(part) as YAMLMap;
  }
  const node = createNode(document, value);
  // An empty line would end a comment, and a control character is none of YAML's.
  const source = ` ${from.replace(/[^\x20-\x7e\u00a0-\ud7ff]/g, '?').slice(0, 120)}`;
  const isBlock = !isScalar(node) && node.flow !== true;
  if (!isBlock) node.comment = source;
  if (item === true) {
    if (isBlock) node.commentBefore = source;
    (map as unknown as YAMLSeq).items.push(node);
    return;
  }
  const name = document.createNode(key) as Node & { commentBefore?: string };
  if (isBlock) name.commentBefore = source;
  map.set(name, node);
}

type Written = Node & { flow?: boolean; comment?: string | null; commentBefore?: string | null };

function createNode(document: Document, value: Value): Written {
  const isShort = JSON.stringify(value).length <= widest;
  const node = document.createNode(value, { flow: isShort }) as Written;
  if (isMap(node) && !isShort)
    for (const { value: inner } of node.items as { value: Written }[])
      if (!isScalar(inner)) inner.flow = JSON.stringify(inner.toJSON()).length <= widest;
  return node;
}
