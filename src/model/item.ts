/**
 * Item id (`base`, `apt:git`, `file:/etc/psqlrc`) → value, a version request or
 * a hash: the declarations of a version or of `devenv.yaml`.
 */
export type Items = Readonly<Record<string, string>>;

/** The difference between two sets of items. */
export interface ItemsDelta {
  readonly set: Items;
  readonly unset: readonly string[];
}
