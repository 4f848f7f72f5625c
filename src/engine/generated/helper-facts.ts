// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '6d030851b8bba0905782059f69924431630c4d3567e4d835db314e8e44019e92';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49744, arm64: 82536 };
