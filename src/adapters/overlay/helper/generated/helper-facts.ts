// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '486e82d0af67f920fc50b8afb4f49a989fdac1dd22da98fb2d308c1791b2fab3';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 53856, arm64: 82552 };
