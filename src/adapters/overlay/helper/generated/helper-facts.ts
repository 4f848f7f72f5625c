// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '74b586846169e570f075798498b2b60884fd9d50c2181672393a1d46dc218d2f';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 50496, arm64: 82552 };
