// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '3c391ef84ecbd01bccd2bfe9ee743a3cac4d0fb06a0c1bc75bc57464977ef506';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49744, arm64: 82536 };
