// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '760715be408d916a8546c98a7e8776d66522af5826be79823c8614c97dbcf3f5';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 53856, arm64: 82552 };
