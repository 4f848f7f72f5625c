import type { PathChange } from '../../../model/container.ts';
import type { Cause, DriftItem, ItemChange, PathCause } from '../../../model/drift.ts';
import type { Findings, Classification } from './classify-change.ts';

/** An item before its files are known. */
export type ItemHead = DriftItem extends infer I
  ? I extends DriftItem
    ? Omit<I, 'files' | 'paths' | 'bytes'>
    : never
  : never;

/** The item that a change belongs to. `counts`: false if the change counts for another item already. */
export interface ItemPlace {
  readonly cause: Cause;
  /** Unique within the cause. */
  readonly key: string;
  readonly head: ItemHead;
  readonly counts: boolean;
}

/** A path that is a separate item, or belongs to the item of a new folder. */
export interface OwnPlace {
  readonly cause: PathCause;
  readonly package?: string;
  readonly edited?: true;
}

/** Where a classified change goes: into items that have a name, or to its path. */
export function placeChange(classified: Classification, change: PathChange): readonly ItemPlace[] | OwnPlace {
  switch (classified.cause) {
    case 'apt':
    case 'apt-dependency':
      return [placeDebian(classified.debian)];
    case 'accounts':
      return classified.account === undefined ? { cause: 'etc' } : [placeAccount(classified.account)];
    case 'environment':
      // The bytes of the profile count once, with its first variable.
      return classified.variables.map(({ name, change: how }, index) => ({
        cause: 'environment',
        key: `${name}\0${change.path}`,
        head: { kind: 'variable', name, change: how, profile: change.path },
        counts: index === 0,
      }));
    case 'services': {
      const { name, package: brought } = classified;
      const head = { kind: 'service', name, change: kindOf(change) } as const;
      return [
        {
          ...{ cause: 'services', key: name, counts: true },
          head: { ...head, ...(brought !== undefined && { package: brought }) },
        },
      ];
    }
    case 'npm':
    case 'pip':
    case 'pipx':
    case 'cargo':
    case 'composer':
    case 'gem':
    case 'go':
    case 'runtime':
    case 'repository':
    case 'preference':
      return [placeTool(classified, change)];
    case 'package-files':
    case 'etc':
    case 'usr-local':
    case 'opt':
    case 'other':
    case 'records':
    case 'noise':
      return classified;
  }
}

/** Also used for a package none of whose files changed. */
export function placeDebian({ name, change, before, after, manual, recommends }: DebianFinding): ItemPlace {
  return {
    ...{ cause: manual ? 'apt' : 'apt-dependency', key: name, counts: true },
    head: {
      ...{ kind: 'package', name, change },
      ...(after !== undefined && { version: after.version }),
      ...(before !== undefined && before.version !== after?.version && { before: before.version }),
      ...(recommends === true && { recommends }),
      ...(after !== undefined && after.held !== (before?.held ?? false) && { held: after.held }),
    },
  };
}

type DebianFinding = Extract<Classification, { cause: 'apt' | 'apt-dependency' }>['debian'];

export function placeAccount({ kind, name, change }: Findings['accounts'][number]): ItemPlace {
  return { cause: 'accounts', key: `${kind}:${name}`, head: { kind, name, change }, counts: true };
}

type ToolCause = Extract<Classification, { found: unknown }>;

function placeTool({ cause, found: { tool, version, before, origin } }: ToolCause, change: PathChange): ItemPlace {
  return {
    ...{ cause, counts: true },
    key: `${tool.place}\0${tool.name}\0${tool.cause === 'runtime' ? (tool.version ?? '') : ''}`,
    head: {
      ...{ kind: 'package', name: tool.name, change: changeOf(version, before, change), place: tool.place },
      ...(version !== undefined && { version }),
      ...(before !== undefined && before !== version && { before }),
      ...(origin !== undefined && { origin }),
    },
  };
}

export const kindOf = ({ kind }: PathChange): ItemChange =>
  kind === 'added' ? 'added' : kind === 'deleted' ? 'removed' : 'changed';

function changeOf(version: string | undefined, before: string | undefined, change: PathChange): ItemChange {
  if (version !== undefined && before !== undefined) return 'changed';
  if (version !== undefined) return change.kind === 'deleted' ? 'changed' : 'added';
  return before === undefined ? kindOf(change) : 'removed';
}
