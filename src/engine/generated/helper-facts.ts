// Made of native/beside.c by `npm run helper`. Do not edit.
/** sha256 of native/beside.c. */
export const source = '46acf0b8c2653e005515146b821c090b3847dd6e93411002e4f2d11c48cb48fc';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49744, arm64: 82536 };
