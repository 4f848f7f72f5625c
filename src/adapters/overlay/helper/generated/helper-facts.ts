// Made from native/ by `npm run helper`. Do not edit.
/** sha256 of the sources in native/. */
export const source = 'a4842bcb17874b46a9da5930d361b49ba3b61c56c73cc6d065b04e8b5540440f';

/** Bytes of each program. */
export const sizes: Readonly<Record<string, number>> = { amd64: 53856, arm64: 82552 };
