import type { ContentRule } from './content-rule.ts';

/** Words that make a name one of a file, a format and the like. */
const otherThings =
  'encr|file|path|dir|ur[il]|type|len|[_-]id\\b|name|expir|timeout|ttl|alg|method|polic|scheme|count|size|limit|max|min|format|fix|header|endpoint|host|port|class|field|regex|pattern|mode|version';

/** Between a name and its value: `=`, `": "`, `=>`, `>`, `", "value": "` and the like. */
const assigned = String.raw`(?![\w-]{0,30}(?:${otherThings}))[\w-]{0,40}["']?\]?(?:[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}|>|["']?[,\s]{1,40}["']?value["']?[ \t]{0,8}[:=>][ \t]{0,8})`;

const value = String.raw`(?:"(?<double>[^"\n]{8,200})"|'(?<single>[^'\n]{8,200})'|(?<bare>[^\s"'\`,;(){}<>[\]]{8,200}))`;

const passwordNames = String.raw`(?:passw(?:or)?d|passphrase|pass(?![a-z])|pwd(?![a-z])|secret|token|credentials?|(?:api|auth|access|app|private|encryption|signing|master|session|cookie|licen[cs]e|jwt|hmac)[_-]?key)`;

/** A short name in front of its value, for the starts. */
const beforeValue = (name: string): readonly string[] => ['=', ':', '"', "'", ' =', ' :'].map((end) => name + end);

/** A key and its value in a Kubernetes secret. */
const secretEntry = String.raw`"?[\w.-]{1,253}"?:[ \t]{0,8}["']?(?<value>[^\s#{}$"'|>][^\s"'#]{3,8000})`;

/** The arguments of a command line up to an option, over lines that end with a backslash. */
const argumentsBefore = String.raw`\s(?:(?!curl |login |redis-cli |mysql)[^\n|;&]|\\\n){0,400}?(?<=\s)`;

/** Passwords and logins, by what is around them. Their values have no form of their own. */
export const loginRules: readonly ContentRule[] = [
  {
    rule: 'url-login',
    starts: ['://'],
    loose: true,
    pattern: /:\/\/[^\s/:@"'`<>]{0,64}:(?<value>[^\s/@"'`<>\\]{3,256})@[A-Za-z0-9[]/y,
  },
  {
    rule: 'netrc',
    starts: ['machine ', 'machine\t', 'default login'],
    holds: 'password',
    loose: true,
    pattern:
      /(?:machine\s{1,8}\S{1,253}|default)\s{1,8}(?:(?:login|account|port|protocol)\s{1,8}\S{1,128}\s{1,8}){0,3}password\s{1,8}(?<value>\S{3,256})/y,
  },
  {
    rule: 'docker-login',
    starts: ['"auth"'],
    loose: true,
    check: 'login',
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9+/]{8,400}={0,2})"/y,
  },
  {
    rule: 'docker-login',
    starts: ['"identitytoken"', '"registrytoken"'],
    loose: true,
    pattern: /"(?:identity|registry)token"\s{0,4}:\s{0,4}"(?<value>[^"\s]{16,4000})"/y,
  },
  { rule: 'docker-login', starts: ['eyJhdXRocyI6'], pattern: /eyJhdXRocyI6[A-Za-z0-9+/]{40}/y },
  {
    rule: 'authorization',
    starts: ['authorization'],
    anyCase: true,
    loose: true,
    check: 'login',
    pattern: /authorization["'`]?\s{0,4}[:=,]\s{0,4}["'`]?Basic\s{1,4}(?<value>[A-Za-z0-9+/]{8,400}={0,2})/iy,
  },
  {
    rule: 'authorization',
    starts: ['authorization'],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern:
      /authorization["'`]?\s{0,4}[:=,]\s{0,4}["'`]?(?:Bearer|Token)\s{1,4}(?<double>[A-Za-z0-9+/=._~-]{12,4000})/iy,
  },
  {
    rule: 'login-argument',
    starts: ['curl '],
    loose: true,
    pattern: new RegExp(
      String.raw`curl${argumentsBefore}(?:-u|--user|--proxy-user)[ =]?["']?[^\s"'$:]{1,64}:(?<value>[^\s"'$]{3,200})`,
      'y',
    ),
  },
  {
    rule: 'login-argument',
    starts: ['sshpass ', 'redis-cli '],
    loose: true,
    pattern: new RegExp(
      String.raw`(?:sshpass\s{1,4}-p|redis-cli${argumentsBefore}-a)\s{0,4}["']?(?<value>[^\s"'$-][^\s"'$]{3,200})`,
      'y',
    ),
  },
  {
    rule: 'login-argument',
    starts: [' login '],
    loose: true,
    pattern: new RegExp(
      String.raw` login${argumentsBefore}(?:-p|--password)[ =]["']?(?<value>[^\s"'$-][^\s"'$]{5,200})`,
      'y',
    ),
  },
  {
    rule: 'login-argument',
    starts: ['mysql ', 'mysqldump ', 'mysqladmin '],
    loose: true,
    check: 'random',
    pattern: new RegExp(String.raw`mysql\w{0,5}${argumentsBefore}-p["']?(?<double>[^\s"'$-][^\s"'$]{5,200})`, 'y'),
  },
  {
    rule: 'kubernetes-secret',
    starts: ['kind: Secret', '"kind": "Secret"', '"kind":"Secret"'],
    loose: true,
    pattern: new RegExp(
      String.raw`"?kind"?: {0,4}"?Secret\b"?(?=(?:(?!\n---|kind)[^]){0,3000}?(?:d|stringD)ata"?:\s{1,20}(?:\{\s{0,20})?${secretEntry})`,
      'y',
    ),
  },
  {
    // As kubectl prints it: the data come first.
    rule: 'kubernetes-secret',
    starts: ['apiVersion: v1', '"apiVersion": "v1"'],
    loose: true,
    pattern: new RegExp(
      String.raw`"?apiVersion"?: "?v1"?,?\s{1,20}"?data"?:\s{1,20}(?:\{\s{0,20})?${secretEntry}(?=(?:(?!\n---|apiVersion)[^]){0,4000}?\n {0,8}"?kind"?: "?Secret\b)`,
      'y',
    ),
  },
  {
    rule: 'password',
    starts: ['define('],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: new RegExp(
      String.raw`define\(\s{0,4}["'][a-z0-9_]{0,40}(?:pass|secret|key|token|salt|pwd)[a-z0-9_]{0,20}["']\s{0,4},\s{0,4}${value}`,
      'iy',
    ),
  },
  {
    rule: 'password',
    starts: [
      ...['passw', 'passphrase', 'secret', 'token', 'credential', 'api_key', 'apikey', 'api-key', 'auth_key'],
      ...['authkey', 'access_key', 'access-key', 'accesskey', 'app_key', 'appkey', 'private_key', 'privatekey'],
      ...['encryption_key', 'encryptionkey', 'signing_key', 'signingkey', 'master_key', 'masterkey', 'session_key'],
      ...['cookie_key', 'license_key', 'licence_key', 'licensekey', 'jwt_key', 'hmac_key'],
      ...beforeValue('pass'),
      ...beforeValue('pwd'),
    ],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: new RegExp(`${passwordNames}${assigned}${value}`, 'iy'),
  },
  {
    rule: 'password',
    starts: beforeValue('_key'),
    anyCase: true,
    loose: true,
    check: 'random',
    pattern:
      /_key["']?\]?[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}["']?(?<double>[A-Za-z0-9+/_=-]{20,200})(?![A-Za-z0-9+/_=.-])/iy,
  },
];
