import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { DevenvError } from '../../errors/devenv-error.ts';
import { endOf, follow, startOf, type Splice } from './edit-tree.ts';
import { keyText } from '../yaml/key-text.ts';
import { insertEntry, insertKey } from './insert-item.ts';
import { printInline, quotingOf, type EditValue } from './print-inline.ts';
import { printPath, type Path } from '../problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { removeItem } from './remove-item.ts';
import { isSameValue, applyToValue, type Edit } from './apply-edit.ts';
import { toValue } from '../yaml/to-value.ts';

/**
 * Edits the text of devenv.yaml and keeps every other byte: comments, order,
 * quotes, line ends. Throws CONFIG_INVALID, with no edit applied, if the text
 * is written in a way that cannot be edited.
 */
export function editConfig(text: string, edits: readonly Edit[]): string {
  return edits.reduce(editOnce, text);
}

function editOnce(text: string, edit: Edit): string {
  const before = read(text);
  if (before === undefined) throw refuse(edit, 'the file is not valid YAML');
  const wanted = applyToValue(before, edit);
  if (isSameValue(before, wanted)) return text;
  // The tokens contain the offsets of list dashes.
  const root = parseDocument(text, {
    keepSourceTokens: true,
    schema: 'core',
    uniqueKeys: false,
    stringKeys: true,
  }).contents;
  const edited = splice(text, planEdit(text, root, edit));
  // The result must parse to the wanted value: the text may contain unexpected YAML.
  const after = read(edited);
  if (after === undefined || !isSameValue(after, wanted)) throw refuse(edit, 'it is written in an unusual way');
  return edited;
}

function read(text: string): unknown {
  const yaml = readYaml(text);
  return yaml.kind === 'read' ? toValue(yaml.root).value : undefined;
}

function splice(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: inserted }) => edited.slice(0, start) + inserted + edited.slice(end), text);
}

function planEdit(text: string, root: Node | null, edit: Edit): Splice[] {
  switch (edit.kind) {
    case 'add':
      return planAdd(text, root, edit.path, edit.value) ?? stop(edit);
    case 'set':
      return planSet(text, root, edit.path, edit.value) ?? stop(edit);
    case 'remove':
      return planRemove(text, root, edit.path, edit.value) ?? stop(edit);
  }
}

function planAdd(text: string, root: Node | null, path: Path, value: EditValue): Splice[] | undefined {
  const target = follow(root, path);
  if (target.kind !== 'found') return planMissing(text, root, path, [value]);
  return isSeq(target.node) ? insertEntry(text, target.node, value) : undefined;
}

function planSet(text: string, root: Node | null, path: Path, value: EditValue): Splice[] | undefined {
  const target = follow(root, path);
  if (target.kind !== 'found') return planMissing(text, root, path, value);
  const { node } = target;
  if (!isScalar(node)) return undefined;
  const start = startOf(node);
  const end = endOf(node, text);
  const isNumber = /^[0-9]+(?:\.[0-9]+)*$/;
  if (typeof value === 'string' && isNumber.test(value) && isNumber.test(text.slice(start, end))) {
    return [{ start, end, text: value }];
  }
  const eol = text[end - 1] === '\n' ? '\n' : '';
  return [{ start, end, text: `${printInline(value, quotingOf(node.type))}${eol}` }];
}

/** For a path whose end does not exist yet. */
function planMissing(text: string, root: Node | null, path: Path, value: EditValue): Splice[] | undefined {
  const target = follow(root, path);
  if (target.kind === 'missing') {
    const [key, ...below] = target.rest;
    return insertKey(text, target.map, String(key), nest(below, value));
  }
  if (target.kind !== 'empty') return undefined;
  const { pair, rest } = target;
  const printed = printInline(nest(rest, value));
  const { value: node } = pair;
  if (node !== null && endOf(node, text) > startOf(node)) {
    return [{ start: startOf(node), end: endOf(node, text), text: printed }];
  }
  const end = endOf(pair.key, text);
  const colon = /^[ \t]*:/.exec(text.slice(end))?.[0].length;
  if (colon === undefined) return [{ start: end, end, text: `: ${printed}` }];
  return [{ start: end + colon, end: end + colon, text: ` ${printed}` }];
}

const nest = (path: Path, value: EditValue): EditValue =>
  path.reduceRight<EditValue>((inner, key) => ({ [String(key)]: inner }), value);

function planRemove(text: string, root: Node | null, path: Path, value: string | undefined): Splice[] | undefined {
  const inner = value === undefined ? path.slice(0, -1) : path;
  const target = follow(root, inner);
  if (target.kind !== 'found') return undefined;
  const { node, pair } = target;
  if (value !== undefined) {
    if (!isSeq(node)) return undefined;
    const index = node.items.findIndex((item) => isScalar(item) && item.value === value);
    return removeItem(text, node, index, pair);
  }
  if (isSeq(node)) return removeItem(text, node, Number(path.at(-1)), pair);
  if (!isMap(node)) return undefined;
  const index = node.items.findIndex(({ key }) => keyText(key) === path.at(-1));
  return removeItem(text, node, index, pair);
}

function stop(edit: Edit): never {
  throw refuse(edit, 'it is not a plain list, map or value, or it is an alias');
}

const refuse = ({ path }: Edit, reason: string): DevenvError =>
  new DevenvError('CONFIG_INVALID', `${printPath(path)} cannot be changed in devenv.yaml: ${reason}`, {
    hint: 'Make the change by hand.',
    state: 'The file was not changed.',
    data: { path: printPath(path) },
  });
