import type { ContentRule } from './content-rule.ts';

/** A password in a CSV export of a browser or a password manager, after `before` other columns. */
const inColumn = (before: number): ContentRule => ({
  rule: 'password',
  starts: [
    ',password',
    ',Password',
    ',"password"',
    ';password',
    ';Password',
    ';"password"',
    '\tpassword',
    '\tPassword',
  ],
  loose: true,
  check: 'chosen',
  pattern: new RegExp(
    String.raw`(?<=(?:^|[\r\n\uFEFF])(?:[\w" ]{1,40}[,;\t]){${String(before - 1)}}[\w" ]{1,40})[,;\t]"?[Pp]assword"?(?:[,;\t][^\n]{0,200})?\r?\n(?:[^,;\t\n]{0,300}[,;\t]){${String(before)}}"?(?<double>[^\s,;"]{6,200})`,
    'y',
  ),
});

/** Logins in the lines of lists: hashes of passwords, cookies, `.pgpass` under other names. */
export const recordRules: readonly ContentRule[] = [
  {
    rule: 'password-hash',
    starts: ['$apr1$', '$2a$', '$2b$', '$2y$', '$1$', '$5$', '$6$', '$7$', '$y$', '$argon2'],
    loose: true,
    pattern:
      /(?<=(?<![\w.@+-])[\w.@+-]{1,64}:(?:\{[A-Z0-9-]{3,20}\})?)\$[a-z0-9]{1,8}\$(?:[\w./=,+-]{0,60}\$){0,3}(?<value>[\w./+]{20,100})/y,
  },
  {
    // In dumps of databases and in configurations of servers.
    rule: 'password-hash',
    starts: ['$2a$', '$2b$', '$2y$', '$1$', '$5$', '$6$', '$argon2'],
    loose: true,
    pattern:
      /(?<![\w$/.])\$(?:2[aby]\$\d\d\$[\w./]{53}|1\$[\w./]{1,8}\$[\w./]{22}|5\$(?:rounds=\d{1,9}\$)?[\w./]{1,16}\$[\w./]{43}|6\$(?:rounds=\d{1,9}\$)?[\w./]{1,16}\$[\w./]{86}|argon2id?\$v=\d\d\$m=\d{1,9},t=\d{1,4},p=\d{1,4}\$[\w+/]{8,64}\$[\w+/]{20,100})(?![\w./])/y,
  },
  {
    rule: 'password-hash',
    starts: ['password 7 ', 'secret 5 ', 'secret 7 ', 'secret 8 ', 'secret 9 ', 'key 7 '],
    loose: true,
    pattern: /(?:password|secret|key) [5-9] (?<value>[0-9A-F]{8,100}(?!\w)|\$\d\$\S{20,100})/y,
  },
  {
    rule: 'cookies',
    starts: [
      ...['session=', 'sessionid=', 'SESSID=', 'SESSIONID=', '.sid='],
      ...['session"', 'sessionid"', 'SESSID"', 'SESSIONID"', '.sid"'],
    ],
    loose: true,
    check: 'random',
    pattern:
      /(?:session(?:id)?|SESSID|SESSIONID|\.sid)(?:=|",\s{0,20}"value"\s{0,4}:\s{0,4}")(?<double>[\w%.~+/=-]{20,2000})/y,
  },
  ...[1, 2, 3, 4].map(inColumn),
  {
    rule: 'password',
    starts: ['| password |', '| Password |'],
    loose: true,
    check: 'chosen',
    pattern:
      /\| [Pp]assword \|[ \t]{0,8}\r?\n\|[-|: ]{1,400}\r?\n\|(?:[^|\n]{0,200}\|){1,8} {1,40}`?(?<double>[^\s|`]{6,200})`? {0,40}\|[ \t]{0,8}[\r\n]/y,
  },
  {
    rule: 'cookies',
    starts: ['HTTP Cookie File'],
    loose: true,
    pattern:
      /HTTP Cookie File(?:[^\n]{0,200}\n){1,10}?(?:#HttpOnly_)?[\w.-]{1,253}\t(?:TRUE|FALSE)\t[^\t\n]{0,200}\t(?:TRUE|FALSE)\t\d{1,12}\t[^\t\n]{1,200}\t(?<value>\S{16,4000})/y,
  },
  {
    rule: 'pgpass',
    starts: [':5432:'],
    loose: true,
    pattern: /(?<=(?<![\w.*-])[\w.*-]{1,100}):5432:[^:\s]{1,64}:[^:\s]{1,64}:(?<value>[^:\s$]{4,200})(?![^\r\n])/y,
  },
  {
    rule: 'password-hash',
    starts: ['pbkdf2_sha', 'bcrypt_sha256$', 'scrypt$'],
    loose: true,
    pattern: /(?:pbkdf2_sha\d{1,3}|bcrypt_sha256|scrypt)\$[\w$./]{4,60}\$(?<value>[\w./+]{27,100}={0,2})(?![\w./+])/y,
  },
  {
    rule: 'password-hash',
    starts: ['SCRAM-SHA-'],
    loose: true,
    pattern: /SCRAM-SHA-(?:1|256|512)\$\d{3,6}:[A-Za-z0-9+/=]{8,64}\$(?<value>[A-Za-z0-9+/]{20,90})/y,
  },
  {
    rule: 'password-hash',
    starts: ['-pbkdf2-'],
    loose: true,
    pattern: /-pbkdf2-(?<value>[0-9a-f]{40}),[0-9a-f]{8,64},\d/y,
  },
  {
    rule: 'password-hash',
    starts: ['Hash = '],
    loose: true,
    pattern: /Hash = (?<value>[0-9a-f]{64})\s{1,20}Salt = /y,
  },
  {
    // mysql.user in a dump.
    rule: 'password-hash',
    starts: [...'0123456789ABCDEF'].flatMap((digit) => [`'*${digit}`, `"*${digit}`]),
    loose: true,
    pattern: /["']\*(?<value>[0-9A-F]{40})["']/y,
  },
  {
    // security.json of Solr: user, hash and salt.
    rule: 'password-hash',
    starts: ['credentials":'],
    loose: true,
    pattern:
      /credentials":\s{0,20}\{\s{0,20}"[^"\n]{1,64}"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9+/]{43}=) [A-Za-z0-9+/]{20,60}={0,2}"/y,
  },
  {
    rule: 'password-hash',
    starts: ['{SSHA', '{SHA', '{SMD5}', '{CRYPT}', '{ARGON2', '{PBKDF2'],
    loose: true,
    pattern: /\{(?:S?SHA(?:256|384|512)?|SMD5|CRYPT|ARGON2\w{0,8}|PBKDF2[\w-]{0,10})\}(?<value>[\w$./+=,-]{20,200})/y,
  },
];
