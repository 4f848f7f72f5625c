import { DevenvError } from '../../errors/devenv-error.ts';
import { findNearest } from '../../errors/find-nearest.ts';
import type { Feature, FeatureOptions } from '../../model/features/feature.ts';
import { nameOfSource, tagOf } from './name-of-source.ts';

/** A Feature with the names of those that it depends on, before it has a place. */
export type Unordered = Omit<Feature, 'after'> & { readonly needs: readonly string[] };

/**
 * Orders Features as the specification of Dev Containers says: in rounds, each
 * of those whose dependencies are in place, and of these the ones that `order`
 * names first. Throws FEATURE_INVALID for a circle, CONFIG_INVALID for a name
 * in `order` that no Feature has.
 */
export function orderFeatures(features: readonly Unordered[], order: readonly string[]): readonly Feature[] {
  const aliases = new Map(features.map((feature) => [feature.name, aliasesOf(feature)]));
  const isCalled = (feature: Unordered, name: string): boolean =>
    aliases.get(feature.name)?.has(nameOfSource(name)) === true;
  const unknown = order.find((name) => !features.some((feature) => isCalled(feature, name)));
  if (unknown !== undefined) throw refuseOrder(unknown, features);
  const priorityOf = (feature: Unordered): number => {
    const index = order.findIndex((name) => isCalled(feature, name));
    return index === -1 ? 0 : order.length - index;
  };
  let waiting: readonly Feature[] = features.map(({ needs, ...feature }) => {
    const soft = features.filter((other) =>
      feature.metadata.installsAfter?.some((name) => other.name !== feature.name && isCalled(other, name)),
    );
    return { ...feature, after: [...new Set([...needs, ...soft.map(({ name }) => name)])].sort() };
  });
  const priorities = new Map(features.map((feature) => [feature.name, priorityOf(feature)]));
  const placed: Feature[] = [];
  while (waiting.length > 0) {
    const there = new Set(placed.map(({ name }) => name));
    const ready = waiting.filter(({ after }) => after.every((name) => there.has(name)));
    if (ready.length === 0) throw refuseCircle(waiting);
    const best = Math.max(...ready.map(({ name }) => priorities.get(name) ?? 0));
    const round = ready.filter(({ name }) => priorities.get(name) === best).sort(compare);
    placed.push(...round);
    waiting = waiting.filter((feature) => !round.includes(feature));
  }
  return placed;
}

/** All names of a Feature: that of its source, and those that it had before. */
function aliasesOf({ source, metadata }: Unordered): ReadonlySet<string> {
  const name = nameOfSource(source);
  const place = name.slice(0, name.lastIndexOf('/') + 1);
  return new Set([name, ...[metadata.id, ...(metadata.legacyIds ?? [])].map((id) => place + id)]);
}

/** By name, from the oldest to the newest tag, then by options. */
function compare(a: Feature, b: Feature): number {
  return (
    compareText(nameOfSource(a.source), nameOfSource(b.source)) ||
    compareTags(tagOf(a.source), tagOf(b.source)) ||
    Object.keys(b.options).length - Object.keys(a.options).length ||
    compareText(printOptions(a.options), printOptions(b.options)) ||
    compareText(a.digest, b.digest)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareTags(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'latest' || b === 'latest') return a === 'latest' ? 1 : -1;
  return new Intl.Collator('en', { numeric: true }).compare(a, b);
}

/** Names first, then values. */
export function printOptions(options: FeatureOptions): string {
  const entries = Object.entries(options).sort(([a], [b]) => compareText(a, b));
  return JSON.stringify([entries.map(([name]) => name), entries.map(([, value]) => value)]);
}

function refuseCircle(waiting: readonly Feature[]): DevenvError {
  const byName = new Map(waiting.map((feature) => [feature.name, feature]));
  const path: string[] = [];
  // Every waiting Feature waits for another waiting one, so following them leads into the circle.
  let name = waiting[0]?.name ?? '';
  while (!path.includes(name)) {
    path.push(name);
    name = byName.get(name)?.after.find((other) => byName.has(other)) ?? '';
  }
  const circle = [...path.slice(path.indexOf(name)), name];
  return new DevenvError('FEATURE_INVALID', `Features wait for each other in a circle: ${circle.join(' → ')}.`, {
    hint: 'Remove one of them from devenv.yaml, or tell their authors.',
    state: 'Nothing was built.',
    data: { circle },
  });
}

function refuseOrder(name: string, features: readonly Unordered[]): DevenvError {
  const known = features.map(({ source }) => nameOfSource(source));
  const nearest = findNearest(name, known);
  return new DevenvError('CONFIG_INVALID', `feature_order in devenv.yaml names ${name}, which no Feature has.`, {
    hint: nearest === undefined ? `Their names are: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}
