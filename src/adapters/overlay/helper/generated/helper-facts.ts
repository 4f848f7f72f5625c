// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = 'fe2bf1c774d472b11295ba0f325afba48a0846b1712d5c646e0141c06fdf89ae';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 53856, arm64: 82552 };
