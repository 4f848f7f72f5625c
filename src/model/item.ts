/**
 * One comparable thing that shapes an image: `apt:git`, `file:/etc/psqlrc`,
 * `run:protoc`, `base`, `user`. Environments are compared item by item.
 */
export interface Item {
  /** `provider` or `provider:name`; unique within an environment. */
  readonly id: string;
  /** What must be equal for the item to count as unchanged: a version request or a hash. */
  readonly value: string;
}

/** Item id → value. What a version declares, or what `devenv.yaml` asks for. */
export type Items = Readonly<Record<string, string>>;

/** How one set of items becomes another. */
export interface ItemsDelta {
  readonly set: Items;
  readonly unset: readonly string[];
}
