// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = '5ef9aae3841d9fa2c56cf90c482eef709f09a7969a26d3f471018c4c62823117';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49744, arm64: 82536 };
