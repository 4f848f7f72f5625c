// Made of native/beside.c by `npm run helper`. Do not edit.
/** sha256 of native/beside.c. */
export const source = 'c970a706cf5331122d0a1751d9e7dae7a7aec7f42e64aafab6173c56b8b9b990';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49744, arm64: 82536 };
