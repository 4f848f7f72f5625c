import { describe, expect, it } from 'vitest';
import { transferFailure } from '../../../../src/adapters/docker/images/transfer-failure.ts';

const failure = (message: string) => transferFailure('push the image', 'r.example.com/env:1', 500, message);

describe('transferFailure', () => {
  it('says what to do about a certificate for another name', () => {
    const { code, suggestions } = failure(
      'Get "https://r.example.com/v2/": tls: failed to verify certificate: x509: certificate is valid for a.test, not r.example.com',
    );
    expect([code, suggestions.join()]).toEqual([
      'REGISTRY_UNREACHABLE',
      expect.stringContaining('Check the name of the registry'),
    ]);
  });

  it.each([
    ['dial tcp: lookup r.exampel.com on 10.0.0.1:53: no such host', 'The engine finds no host r.exampel.com:5000: '],
    ['pinging container registry r: Temporary failure in name resolution', 'The engine finds no host '],
  ])('names a registry whose host is not known: %s', (words, start) => {
    const { code, message } = transferFailure('pull the image', 'r.exampel.com:5000/env:1', 500, words);
    expect([code, message.slice(0, start.length)]).toEqual(['REGISTRY_UNREACHABLE', start]);
  });

  it.each([
    ['r.example.com:5000/env:1', '`docker login r.example.com:5000`'],
    ['shop/env:1', '`docker login`'],
  ])('says how to log in for %s', (reference, login) => {
    const { suggestions } = transferFailure('push the image', reference, 500, 'no basic auth credentials');
    expect(suggestions.join()).toContain(login);
  });

  it.each([
    ['writing blob: Patch "http://r/v2/": write tcp 10.0.0.5:404->10.0.0.1:5000: write: broken pipe', 'unreachable'],
    ['Head "http://r/v2/": dial tcp 10.0.0.1:5000: connect: connection refused', 'unreachable'],
    ['read tcp 10.0.0.5:4->10.0.0.1:5000: use of closed network connection', 'unreachable'],
    ['denied: requested access to the resource is denied; write tcp', 'denied'],
    ['failed to verify: unexpected EOF of blob', 'mismatch'],
    ['disk quota exceeded', 'refused'],
    ['failed to register layer: ApplyLayer exit status 1 stderr: write /usr/a: no space left on device', 'refused'],
    ['failed commit on ref "layer-sha256:aa": write /var/lib/containerd/data: no space left on device', 'refused'],
    [
      'writing blob: storing blob to file "/var/tmp/storage1": write /var/tmp/storage1: no space left on device',
      'refused',
    ],
    ['failed to extract layer sha256:aa: mount callback failed: write /a: no space left on device: unknown', 'refused'],
    // Paths of the engine's disk hold any words.
    ['ApplyLayer: write /usr/share/500/timeout/certificate: no space left on device', 'refused'],
    ['failed to verify, corrupt: write /var/lib/x/404: disk quota exceeded', 'refused'],
    ['toomanyrequests: slow down', 'unreachable'],
    [
      "error parsing HTTP 418 response body: invalid character 'e' in literal true (expecting 'r'): \"tea\"",
      'unreachable',
    ],
    ['Head "http://r/v2/a/manifests/1": no realm specified for token auth challenge.', 'unreachable'],
    ['Head "http://r/v2/a/manifests/1": invalid token auth challenge realm: parse "::::"', 'unreachable'],
    ['initializing source docker://r/a:1: missing realm in bearer auth challenge', 'unreachable'],
    ['initializing source docker://r/a:1: parse "::::": missing protocol scheme', 'unreachable'],
    ["mediaType in manifest should be 'application/vnd.docker.distribution.manifest.v2+json' not ''", 'unreachable'],
    ['failed to resolve reference "r/a:1": rejecting 62914562 byte manifest for r/a:1: not found', 'unreachable'],
    ['initializing source docker://r/a:1: exceeded maximum allowed size of 4194304 bytes', 'unreachable'],
    ["children: invalid desc sha256:b6ae1fef: invalid character '[' exceeded max depth", 'unreachable'],
    [
      'failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:b7d0: not found',
      'unreachable',
    ],
    ['Get "/v2/a/b/manifests/1": stopped after 10 redirects', 'unreachable'],
    ["unexpected status from HEAD request to http://r/v2/a/manifests/1: 418 I'm a Teapot", 'unreachable'],
    ['reading manifest 1 in r/a: StatusCode: 418, tea', 'unreachable'],
    ['unknown: <html>', 'unreachable'],
    [
      'error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<html>"',
      'missing',
    ],
    ['reading manifest 1 in r/a: StatusCode: 404, <html>', 'missing'],
    ['layer sha256:aa does not exist', 'missing'],
    ['error pulling image configuration: download failed after attempts=1: unknown blob', 'missing'],
    ['unexpected end of JSON input', 'unreachable'],
  ])('tells what "%s" is', (message, kind) => {
    const codes: Record<string, string> = {
      unreachable: 'REGISTRY_UNREACHABLE',
      denied: 'REGISTRY_DENIED',
      mismatch: 'CONTENT_MISMATCH',
      refused: 'ENGINE_REFUSED',
      missing: 'IMAGE_NOT_FOUND',
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
