import { describe, expect, it } from 'vitest';
import { isUnreachable } from '../../../src/model/network/is-unreachable.ts';

describe('isUnreachable', () => {
  it.each([
    ['apt', "Err:1 http://deb.example.test bookworm InRelease  Temporary failure resolving 'deb.example.test'"],
    ['apt', '  Could not connect to 127.0.0.1:3142 (127.0.0.1). - connect (111: Connection refused)'],
    ['apt', '  Cannot initiate the connection to deb.example.test:80 (2001:db8::1).'],
    ['npm', 'npm error code ENOTFOUND'],
    ['npm', 'npm ERR! errno ECONNREFUSED'],
    ['pip', "NewConnectionError('<HTTPSConnection object>: Failed to establish a new connection: [Errno -2] Name'"],
    ['pip', 'ReadTimeoutError("HTTPSConnectionPool(host=\'pypi.org\', port=443): Read timed out.")'],
    ['gem', 'Errno::ECONNREFUSED: Failed to open TCP connection to gems.example.test:443'],
    ['curl', 'curl: (6) Could not resolve host: example.test'],
    ['wget', 'wget: unable to resolve host address ‘example.test’'],
    ['git', 'fatal: unable to connect to example.test: Connection timed out'],
    ['cargo', '  [7] Could not connect to server (Failed to connect to index.example.test port 443)'],
    ['Go', 'dial tcp: lookup proxy.golang.org: no such host'],
    ['Go', 'dial tcp 10.0.0.1:443: i/o timeout'],
    ['composer', 'curl error 6 while downloading: Could not resolve host: repo.packagist.org'],
    ['mise', 'error sending request: client error (Connect): dns error'],
  ])('knows the words of %s', (_tool, line) => {
    expect(isUnreachable(['before', line])).toBe(true);
  });

  it.each([
    'ERROR: Could not find a version that satisfies the requirement six==9 (from versions: 1.16.0)',
    "E: Version '9' for 'git' was not found",
    'npm error 404 Not Found - GET https://registry.example.test/nosuch',
    'Setting up libconnection-perl (1.0) ...',
  ])('takes no other failure for it: %s', (line) => {
    expect(isUnreachable([line])).toBe(false);
  });
});
