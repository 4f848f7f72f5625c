const characters = 'aQ3dW7eR9tY2uI5oP8sL4kJ6hG1fZ0xCvBnM';

/** As many letters and digits as asked for, always the same; made here so that no token stands in this file. */
export function random(length: number): string {
  return characters.repeat(Math.ceil(length / characters.length)).slice(0, length);
}

/** Without digits. */
export const letters = (length: number): string => 'SzKeVIzMbqWtRhBn'.repeat(4).slice(0, length);
export const hex = (length: number): string => '0a1b2c3d4e5f6978'.repeat(10).slice(0, length);
export const upper = (length: number): string => 'Q7W2E5R3TYUIOP4A6SDFG'.repeat(4).slice(0, length);
export const lower = (length: number): string => random(length).toLowerCase();
export const uuid = '0a1b2c3d-4e5f-4978-8a1b-2c3d4e5f6978';
export const pem = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${random(64)}\n${random(64)}\n-----END ${kind}PRIVATE KEY-----\n`;
