import { describe, expect, it } from 'vitest';
import { transferFailure } from '../../../../src/adapters/docker/images/transfer-failure.ts';

const failure = (message: string) => transferFailure('push the image', 'r.example.com/env:1', 500, message);

describe('transferFailure', () => {
  it.each([
    ['writing blob: Patch "http://r/v2/": write tcp 10.0.0.5:404->10.0.0.1:5000: write: broken pipe', 'unreachable'],
    ['Head "http://r/v2/": dial tcp 10.0.0.1:5000: connect: connection refused', 'unreachable'],
    ['read tcp 10.0.0.5:4->10.0.0.1:5000: use of closed network connection', 'unreachable'],
    ['denied: requested access to the resource is denied; write tcp', 'denied'],
    ['failed to verify: unexpected EOF of blob', 'mismatch'],
    ['disk quota exceeded', 'refused'],
  ])('tells what "%s" is', (message, kind) => {
    const codes: Record<string, string> = {
      unreachable: 'REGISTRY_UNREACHABLE',
      denied: 'REGISTRY_DENIED',
      mismatch: 'CONTENT_MISMATCH',
      refused: 'ENGINE_REFUSED',
    };
    expect(failure(message).code).toBe(codes[kind]);
  });

  it('keeps signatures of addresses to itself', () => {
    const { message } = failure('Put "https://store.example.com/blob?X-Signature=abcdef&x=1": broken pipe');
    expect(message).toContain('"https://store.example.com/blob"');
    expect(message).not.toContain('abcdef');
    expect(failure('odd answer of https://store.example.com/b?sig=abcdef').message).not.toContain('abcdef');
  });
});
