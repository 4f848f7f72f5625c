// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '065114e43cb3f667b3c8b3c823d9e482c61978ce1f7c1a1a38c65394ba09ebc8';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 50208, arm64: 82552 };
