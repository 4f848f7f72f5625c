// Made of native/beside.c by `npm run helper`. Do not edit.
/** sha256 of native/beside.c. */
export const source = '93acf5d929cd53e881f7d6167a955f8e6581b0f73f2b78dc9749ece13453aa66';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 49712, arm64: 82536 };
