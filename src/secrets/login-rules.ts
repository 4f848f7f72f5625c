import { argumentRules } from './argument-rules.ts';
import type { ContentRule } from './content-rule.ts';

/** Words that make a name one of a file, a format and the like. */
const otherThings =
  'encr|file|path|dir|ur[il]|type|len|[_-]id\\b|name|expir|timeout|ttl|alg|method|polic|scheme|count|size|limit|max|min|format|fix|header|endpoint|host|port|class|field|regex|pattern|mode|version';

/** Between a name and its value: `=`, `": "`, `=>`, `>`, `", "value": "` and the like. */
const assigned = String.raw`(?![\w-]{0,30}(?:${otherThings}))[\w-]{0,40}["']?\]?(?:[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}|>|["']?[,\s]{1,40}["']?value["']?[ \t]{0,8}[:=>][ \t]{0,8}|(?:[ \t]\w{1,20}="[^"\n<>]{0,40}"){1,3}>|[.\w-]{0,20}</name>\s{0,20}<value>|(?<gap>[ \t]{1,8}))`;

const value = String.raw`(?:\\?[bBrRuU@]{0,2}(?:"(?<double>[^"\n]{8,200})"|'(?<single>[^'\n]{8,200})')|(?<bare>[^\s"'\`,;(){}<>[\]]{8,200}))`;

const passwordNames = String.raw`(?:passw(?:or)?d|pass_?phrase|pass(?![a-z])|bindpw|rootpw|masterauth|requirepass|pwd(?![a-z])|_pw(?![a-z])|secret|token|credentials?|(?:api|auth|access|app|private|encryption|signing|master|session|cookie|licen[cs]e|jwt|hmac)[_-]?key)`;

/** A short name in front of its value, for the starts. */
const beforeValue = (name: string): readonly string[] => ['=', ':', '"', "'", ' =', ' :'].map((end) => name + end);

/** A key and its value in a Kubernetes secret. */
const secretEntry = String.raw`"?[\w.-]{1,253}"?:[ \t]{0,8}["']?(?<value>[^\s#{}$"'|>][^\s"'#]{3,8000})`;

/** The header of a request, in front of its scheme: `Authorization: `, `"Authorization", "value": "`. */
const header = String.raw`authorization["'\`]?(?:\s{0,4}[:=,]\s{0,4}|\s{1,4}|[,\s]{1,40}"value"\s{0,4}:\s{0,4})["'\`]?`;

/** Passwords and logins, by what is around them. Their values have no form of their own. */
export const loginRules: readonly ContentRule[] = [
  {
    rule: 'url-login',
    starts: ['://'],
    loose: true,
    pattern: /:\/\/[^\s/:@"'`<>]{0,64}:(?<value>[^\s/@"'`<>\\]{3,256})@[A-Za-z0-9[]/y,
  },
  {
    // Sentry's addresses have a public key there.
    rule: 'url-login',
    starts: ['://'],
    loose: true,
    check: 'random',
    pattern:
      /:\/\/(?<double>[A-Za-z0-9_-]{20,256})(?::x-oauth-basic|:)?@(?![^\s/]{0,100}(?:sentry|ingest))[A-Za-z0-9[]/y,
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
    pattern: new RegExp(String.raw`${header}Basic\s{1,4}(?<value>[A-Za-z0-9+/]{8,400}={0,2})`, 'iy'),
  },
  {
    rule: 'authorization',
    starts: ['authorization'],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: new RegExp(
      String.raw`${header}(?:Bearer|Bot|[a-z-]{0,16}(?:Key|Token|Splunk|OAuth|JWT|SSWS))[\s=]{1,4}(?<double>[A-Za-z0-9+/=._~-]{12,4000})`,
      'iy',
    ),
  },
  ...argumentRules,
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
      ...[
        'passw',
        'passphrase',
        'pass_phrase',
        'bindpw',
        'rootpw',
        'masterauth',
        'requirepass',
        'secret',
        'token',
        'credential',
        'api_key',
        'apikey',
        'api-key',
        'auth_key',
      ],
      ...['authkey', 'access_key', 'access-key', 'accesskey', 'app_key', 'appkey', 'private_key', 'privatekey'],
      ...['encryption_key', 'encryptionkey', 'signing_key', 'signingkey', 'master_key', 'masterkey', 'session_key'],
      ...['cookie_key', 'license_key', 'licence_key', 'licensekey', 'jwt_key', 'hmac_key'],
      ...beforeValue('pass'),
      ...beforeValue('pwd'),
      ...beforeValue('_pw'),
    ],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: new RegExp(`${passwordNames}${assigned}${value}`, 'iy'),
  },
  {
    rule: 'password',
    starts: ['_key', '_pat', '_auth', '_salt', 'key_base', 'secret.key'].flatMap(beforeValue),
    anyCase: true,
    loose: true,
    check: 'random',
    pattern:
      /(?:_key|_pat|_auth|_salt|key_base|secret\.key)["']?\]?[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}["']?(?<double>[A-Za-z0-9+/_=-]{20,200})(?![A-Za-z0-9+/_=.-])/iy,
  },
  {
    // A connection string, in source code too.
    rule: 'password',
    starts: [';pwd=', ';password=', '; pwd=', '; password='],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: /; ?(?:pwd|password)=(?<double>[^\s;"'`<>{}]{6,200})/iy,
  },
  {
    // Programs read these: any value is a password.
    rule: 'password',
    starts: ['ansible_', 'BORG_PASSPHRASE', 'RESTIC_PASSWORD', 'PGPASSWORD', 'MYSQL_PWD', 'SSHPASS', 'REDISCLI_AUTH'],
    loose: true,
    pattern:
      /(?:ansible_\w{1,20}_pass(?:word)?|[A-Z]{4,8}_?(?:PASSPHRASE|PASSWORD|PWD|PASS|AUTH))["']?[=:][ \t]{0,8}["']?(?<bare>[^\s"'`$,;(){}]{6,200})/y,
  },
  {
    // `validationKey="…"`, `"Key": "…"`: quoted and long.
    rule: 'password',
    starts: ['Key="', "Key='", 'Key": "', 'Key":"', 'Key = "', "Key = '", 'Key: "', "Key: '"],
    loose: true,
    check: 'random',
    pattern:
      /(?<!(?:[Pp]ublic|[Oo]bject|[Cc]ache|[Pp]rimary|[Ff]oreign|[Ii]ndex|[Ss]ite|[Pp]artition|[Rr]ow|[Ss]torage|[Hh]ash))Key"?\s?[:=]\s?["'](?<double>[A-Za-z0-9+/_=-]{32,200})["']/y,
  },
];
