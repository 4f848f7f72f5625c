// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = 'cd99b6f5b662482d94137e7d1e115612a21ce858bee62ea90cb37a03333a8b56';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 51008, arm64: 82552 };
