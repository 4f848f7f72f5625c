// Made of native/beside.c by `npm run helper`. Do not edit.
/** sha256 of native/beside.c. */
export const source = 'd3907d6acd1605668ca73ed5be3556a0148fb073fcc2eeced5974b31727e580a';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49712, arm64: 82536 };
