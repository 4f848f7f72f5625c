/** Keys of the devenv.yaml of the Nix world, which we do not have. */
const nixKeys = [
  'inputs',
  'imports',
  'allowUnfree',
  'allowBroken',
  'permittedInsecurePackages',
  'nixpkgs',
  'clean',
  'impure',
];

/** The key by which a devenv.yaml shows that it belongs to the Nix tool of the same name. Ours has a version. */
export function findForeignKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'version')) return undefined;
  return nixKeys.find((key) => Object.hasOwn(value, key));
}
