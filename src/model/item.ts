/**
 * One comparable thing that shapes an image: `apt:git`, `file:/etc/psqlrc`,
 * `run:protoc`, `base`, `user`. Environments are compared item by item.
 */
export interface Item {
  /** `provider` or `provider:name`; unique within an environment. */
  readonly id: string;
  /** A version request or a hash: equal if the item is unchanged. */
  readonly value: string;
}

/** Item id → value: the declarations of a version or of `devenv.yaml`. */
export type Items = Readonly<Record<string, string>>;

/** The difference between two sets of items. */
export interface ItemsDelta {
  readonly set: Items;
  readonly unset: readonly string[];
}
