import type { ContentRule } from './content-rule.ts';
import { loginRules } from './login-rules.ts';
import { namedValueRules } from './named-value-rules.ts';
import { recordRules } from './record-rules.ts';
import { tokenRules } from './token-rules.ts';
import { weakTokenRules } from './weak-token-rules.ts';

/** The base64 of a file that begins with a private key, in whole groups of characters. */
const encodedKeys = ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED ', 'PGP '].map((kind) => {
  const text = `-----BEGIN ${kind}PRIVATE KEY`;
  return btoa(text.slice(0, text.length - (text.length % 3)));
});

/** Every pattern is bounded in length: the pieces in which a file comes do not change a match. */
export const contentRules: readonly ContentRule[] = [
  {
    // With key material after it: TLS libraries and manuals have the first line alone.
    rule: 'private-key',
    starts: ['-----BEGIN '],
    holds: 'PRIVATE KEY',
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\r|\\n|["'+,]){1,16}(?:[A-Z][A-Za-z-]{2,30}: [^\n\\]{0,200}(?:\s|\\r|\\n){1,8}){0,8}[A-Za-z0-9+/=]{32}/y,
  },
  {
    rule: 'private-key',
    starts: encodedKeys,
    pattern: new RegExp(`(?:${encodedKeys.join('|').replaceAll('+', '\\+')})[A-Za-z0-9+/]{40}`, 'y'),
  },
  {
    rule: 'private-key',
    starts: ['---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----', '-----BEGIN OpenVPN Static key V1-----'],
    pattern:
      /-{4,5}BEGIN OpenVPN Static key V1-----\s{1,4}[0-9a-f]{32}|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\r?\n[\x20-\x7e]{8}/y,
  },
  {
    rule: 'private-key',
    starts: ['untrusted comment: '],
    pattern: /untrusted comment: [^\n]{0,80}secret key[^\n]{0,80}\n[A-Za-z0-9+/]{40}/y,
  },
  { rule: 'private-key', starts: ['GITCRYPTKEY'], pattern: /(?<=\0)GITCRYPTKEY\0/y },
  {
    rule: 'gpg-key',
    starts: ['Key: (private-key', 'Key: (protected-private-key', '(21:protected-private-key(', '(11:private-key('],
    pattern: /Key: \((?:protected-)?private-key|\((?:21:protected-|11:)private-key\(/y,
  },
  {
    rule: 'putty-key',
    starts: ['PuTTY-User-Key-File-'],
    pattern: /PuTTY-User-Key-File-[23]: [a-z0-9-]{3,40}\r?\nEncryption: /y,
  },
  {
    rule: 'wireguard-key',
    starts: ['PrivateKey = ', 'PrivateKey=', 'PresharedKey = ', 'PresharedKey='],
    pattern: /(?:Private|Preshared)Key[ \t]{0,8}=[ \t]{0,8}[A-Za-z0-9+/]{43}=/y,
  },
  {
    rule: 'jwk',
    starts: ['"kty"', '"d":"', '"d": "'],
    loose: true,
    pattern:
      /"kty"(?:(?!"kty")[^{}]){0,4000}?"(?:d|k)"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9_-]{20,2000})"|"d"\s{0,4}:\s{0,4}"[A-Za-z0-9_-]{32,2000}"(?:(?!"d"|"kty")[^{}]){0,4000}"kty"/y,
  },
  ...tokenRules,
  ...weakTokenRules,
  {
    rule: 'aws-secret-key',
    starts: ['secret_access_key', 'secretaccesskey', 'secret_key'],
    anyCase: true,
    pattern:
      /secret_?(?:access_?)?key["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<value>(?![^\s"']{0,40}EXAMPLEKEY)[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/iy,
  },
  { rule: 'azure-key', starts: ['AccountKey='], pattern: /AccountKey=(?<value>[A-Za-z0-9+/]{86}==)/y },
  { rule: 'azure-key', starts: ['SharedAccessKey='], pattern: /SharedAccessKey=(?<value>[A-Za-z0-9+/]{43}=)/y },
  { rule: 'azure-key', starts: ['?sig=', '&sig='], pattern: /[?&]sig=(?<value>[A-Za-z0-9%+/]{40,90}(?:%3D|=))/y },
  { rule: 'firebase-key', starts: ['APA91b'], pattern: /(?<=AAAA[A-Za-z0-9_-]{7}:)APA91b[A-Za-z0-9_-]{100}/y },
  {
    rule: 'jwt',
    starts: ['eyJ'],
    loose: true,
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20}/y,
  },
  ...loginRules,
  ...namedValueRules,
  ...recordRules,
];
