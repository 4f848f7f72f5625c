// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '4f675b711d925a0ff1a515f43fe4e5cbe065ae9c8f89e69a73b2c92dd63b8350';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 53856, arm64: 82552 };
