import { posix } from 'node:path';
import { quote } from '../problem.ts';
import { mergeNodes } from './merge-nodes.ts';
import { asMapNode, ComposeProblem, describeKind, type Entry, type MapNode, type Node } from './node.ts';

/** Reads another compose file of the project; `from`: where it is named. */
export type LoadFile = (path: string, from: Node) => Promise<MapNode>;

/** How much services may still take from each other: a few lines can extend a large service many times. */
interface ExtendsBudget {
  /** Values. */
  left: number;
}

const longestWay = 20;

/** A service with everything that it takes from those that it extends, in the same file or others. */
export async function resolveExtends(
  services: ReadonlyMap<string, Entry>,
  name: string,
  load: LoadFile,
  budget: ExtendsBudget,
  way: readonly string[] = [],
): Promise<MapNode> {
  const entry = services.get(name);
  if (entry === undefined) throw new Error(`no service ${name}`);
  const { value } = entry;
  if (value.kind !== 'map') throw new ComposeProblem(entry.key, `this is ${describeKind(value)}`, 'a map of keys');
  const here = `${value.file.path}: ${name}`;
  const extended = value.entries.get('extends');
  if (extended === undefined) return value;
  if (way.includes(here)) {
    const circle = [...way.slice(way.indexOf(here)), here].map((one) => quote(one)).join(' extends ');
    throw new ComposeProblem(extended.key, `services extend each other: ${circle}`);
  }
  if (way.length === longestWay)
    throw new ComposeProblem(extended.key, `more than ${String(longestWay)} services extend each other in a row`);
  const { file, service } = readTarget(extended.value);
  const target = file && posix.normalize(posix.join(value.file.folder, file.text));
  const others =
    target === undefined ? services : asMapNode((await load(target, file ?? value)).entries.get('services')?.value);
  if (!others.has(service.text))
    throw new ComposeProblem(
      service,
      `there is no service ${quote(service.text)}${target === undefined ? '' : ` in ${target}`}`,
    );
  const base = await resolveExtends(others, service.text, load, budget, [...way, here]);
  budget.left -= countNodes(base);
  if (budget.left < 0) throw new ComposeProblem(extended.key, 'services take too many values from each other');
  const entries = new Map(mergeNodes(base, value).entries);
  entries.delete('extends');
  return { ...value, entries };
}

function countNodes(node: Node): number {
  if (node.kind === 'list') return node.items.reduce((sum, item) => sum + countNodes(item), 1);
  // A long text counts as several values.
  if (node.kind === 'text') return 1 + node.text.length / 40;
  if (node.kind !== 'map') return 1;
  return [...node.entries.values()].reduce((sum, { value }) => sum + countNodes(value), 1);
}

type Text = Node & { readonly kind: 'text' };

function readTarget(node: Node): { readonly service: Text; readonly file?: Text | undefined } {
  if (node.kind === 'text') return { service: node };
  const map = asMapNode(node);
  const [service, file] = ['service', 'file'].map((key) => map.get(key)?.value);
  if (service?.kind !== 'text') throw new ComposeProblem(node, 'the service is missing', '"service"');
  return { service, file: file?.kind === 'text' ? file : undefined };
}
