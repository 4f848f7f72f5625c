import type { ContentRule } from './content-rule.ts';

/** Words that make a name one of a file, a format and the like. */
const otherThings =
  'encr|file|path|dir|ur[il]|type|len|[_-]id\\b|name|expir|timeout|ttl|alg|method|polic|scheme|count|size|limit|max|min|format|fix|header|endpoint|host|port|class|field|regex|pattern|mode|version';

/** A type between a name and its quoted value: `: String =`, ` string =`, `[] =`, ` { get; set; } =`, ` :: Text` with the name again. */
const typed = String.raw`(?=[[: \t*{])(?=(?:&'|[^\n"'=]){1,80}=[ \t]{0,8}(?:field\(default=|String::from\()?[@LN]?["'])(?:\[[^\]\n]{0,8}\][ \t]{0,4}|[ \t]{0,4}:[ \t]{0,4}[&'\w<>?|.,[\] ]{2,60}?|[ \t]{1,4}\w{2,20}(?:[ \t]\w{2,20})?[ \t]{0,4}|\*[ \t]|[ \t]{0,4}\{[\w; ]{3,24}\}[ \t]{0,4}|[ \t]{1,4}::[^\n=]{2,60}\n\w{3,40}[ \t]{1,8}):?=[ \t]{0,8}(?=(?:field\(default=|String::from\()?[@LN]?["'])`;

/** Between the parts of a pair: `", "value": "`, `</key><string>`, `": {"value": "`, `" { default = "`. */
const paired = [
  String.raw`["']?[,\s]{1,40}["']?(?:parameter)?value["']?[ \t]{0,8}[:=>][ \t]{0,8}`,
  String.raw`(?:[ \t]\w{1,20}="[^"\n<>]{0,40}"){1,3}>`,
  // Values that PHP serialized: `"pass";s:14:"…"`, `token|s:40:"…"`.
  String.raw`(?:;|\|)s:\d{1,4}:(?=\\?")`,
  String.raw`>\s{0,20}<value>\s{0,20}`,
  String.raw`[.\w-]{0,20}</(?:name|key|param-name|env-entry-name)>\s{0,20}(?:<[\w-]{1,30}>[\w.]{1,60}</[\w-]{1,30}>\s{0,20})?<(?:value|string|data|param-value|env-entry-value)(?:[ \t][^<>\n]{0,60})?>\s{0,20}`,
  String.raw`[ \t]{0,4}[:=][ \t]{0,4}\{\s{0,40}["']?(?:value|default|defaultvalue|stringvalue|plaintext)["']?\s{0,4}[:=]\s{0,4}`,
  String.raw`[ \t]{1,4}\{(?:[^{}"]|"[^"\n]{0,100}"){1,100}?\bdefault[ \t]{1,8}=[ \t]{1,4}`,
  String.raw`["'],\s{0,4}default=`,
  String.raw`[ \t]{0,4}:[ \t]{0,4}[|>][+-]?\n[ \t]{1,20}`,
  String.raw`:[ \t]{0,8}\r?\n(?:[ \t]{1,20}(?!default)\w{1,30}: [^\n]{0,100}\n){1,5}[ \t]{1,20}default:[ \t]{1,4}`,
].join('|');

/** Between a name and its value, without a sign that it is one: a blank, the comma of a list, the bracket of a call. */
const beside = String.raw`(?<gap>[ \t]{1,8}|["']?[ \t]{0,4},\s{0,20}(?:<<)?(?=["'])|["'][ \t]{1,4}(?=["'])|[({]\s{0,4}(?=@?["']))`;

/** Between a name and its value: a sign of assignment, a type with one, or the parts of a pair. */
const assigned = String.raw`(?![\w-]{0,30}(?:${otherThings}))(?<more>[\w-]{1,40})?(?:\\?["'*])?\]?(?:${typed}|[ \t]{0,24}(?::[-=]|=>|[:=])[ \t]{0,8}(?:\[\s{0,8})?|>|${paired}|${beside})`;

/** In front of a value: `process.env.X ||`, an anchor of YAML, what makes a value of a text: `String::from(`, `SecretStr(`. */
const made = String.raw`(?:(?:process|import\.meta)\.env[\w.]{1,60}[ \t]{0,4}(?:\|\||\?\?)[ \t]{0,4}|(?:field\(default=|JSON\.stringify\(|Lazy::new\(\|\| |(?:System\.get_env|os\.getenv|getenv|env|os\.environ\.get|ENV\.fetch)\(["'][\w.-]{1,60}["'],[ \t]?|env::var\(["']\w{1,60}["']\)\.unwrap_or\(|(?:String::from|Secret\w{0,12}(?:::new|::from|\.of)?|new \w{1,20}|\[\]byte|Buffer\.from|Some|Just|b64decode)\())?`;

const value = String.raw`(?:${made}\\?[bBrRuU@LN]{0,2}(?:"(?<double>[^"\n]{8,200})"|'(?<single>[^'\n]{8,200})')|(?:[&!][\w-]{1,20}[ \t])?(?<bare>(?![:=])[^\s"'\`,;(){}<>[\]]{8,200}))`;

/** Names of what people choose; their values can be words with a number. */
const chosen = String.raw`passw(?:or)?d|passwort|kennwort|wachtwoord|contrase(?:n|\xf1|\xc3\xb1)a|mot_?de_?passe|mot de passe|senha(?![a-z])|pass_?phrase|pass(?![a-z])|bindpw|rootpw|masterauth|requirepass|pwd(?![a-z])|_?pw(?![a-z])|secret|authtok|psk(?![a-z])`;

const passwordNames = String.raw`(?:(?<chosen>${chosen})|token|credentials?|(?:api|auth|access|app|private|encryption|signing|master|session|cookie|licen[cs]e|jwt|hmac|account|shared|subscription|admin|service|server|storage|security|consumer|routing|integration|deploy|client|write)[_-]?key)`;

/** A short name in front of its value, for the starts. */
const beforeValue = (name: string): readonly string[] =>
  ['=', ':', '"', "'", ' =', ' :', '  ', '\t', '|', '\\"'].map((end) => name + end);

const keyOf = (name: string): readonly string[] => [`${name}key`, `${name}_key`, `${name}-key`];

/** Passwords and keys, by the name in front of them. */
export const namedValueRules: readonly ContentRule[] = [
  {
    rule: 'password',
    starts: ['define('],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: new RegExp(
      String.raw`define\(\s{0,4}["'][a-z0-9_]{0,40}(?:(?<chosen>pass\w{0,8}|pwd)|(?:secret|key|token|salt|pwd|pass)[a-z0-9_]{0,20})["']\s{0,4},\s{0,4}${value}`,
      'iy',
    ),
  },
  {
    // Words with a number.
    rule: 'password',
    starts: ['passphrase'],
    anyCase: true,
    loose: true,
    pattern:
      /passphrase["']?[ \t]{0,8}[:=][ \t]{0,8}["'](?<value>(?=[^"'\n]{0,100}\d)[^\s"'{}<>%$]{2,30}(?: [^\s"'{}<>%$]{1,30}){2,12})["']/iy,
  },
  {
    // Of WordPress: any characters.
    rule: 'password',
    starts: ["define('", "define( '"],
    loose: true,
    pattern: /define\( ?'(?:(?:SECURE_)?AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)',\s{0,8}'[^'\n]{40,100}'/y,
  },
  {
    rule: 'password',
    starts: [
      ...['passw', 'passphrase', 'pass_phrase', 'bindpw', 'rootpw', 'masterauth', 'requirepass', 'secret', 'token'],
      ...['credential', 'api_key', 'apikey', 'api-key', 'auth_key'],
      ...['authkey', 'access_key', 'access-key', 'accesskey', 'app_key', 'appkey', 'private_key', 'privatekey'],
      ...['encryption_key', 'encryptionkey', 'signing_key', 'signingkey', 'master_key', 'masterkey', 'session_key'],
      ...['cookie_key', 'license_key', 'licence_key', 'licensekey', 'jwt_key', 'hmac_key', 'authtok'],
      ...['kennwort', 'wachtwoord', 'contrase', 'mot_de_passe', 'mot de passe', 'motdepasse', 'senha:', 'senha='],
      ...['jwtkey', 'hmackey', 'sessionkey', 'cookiekey', 'pass ', 'pw="', 'pw: ', 'pw=', 'pass>'],
      ...['account', 'shared', 'subscription', 'admin', 'service', 'server', 'storage', 'security'].flatMap(keyOf),
      ...['consumer', 'routing', 'integration', 'deploy', 'client', 'write'].flatMap(keyOf),
      ...['pass', 'pwd', '_pw', 'psk'].flatMap(beforeValue),
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
    // 32 bytes in base64.
    rule: 'password',
    starts: ['key: "', 'key": "', 'key":"', 'key="', 'key = "', 'key: '],
    anyCase: true,
    loose: true,
    check: 'random',
    pattern: /(?<![\w-])key["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<double>[A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/iy,
  },
  {
    // A connection string, in source code too.
    rule: 'password',
    starts: [';pwd=', ';password=', '; pwd=', '; password=', ' password='],
    anyCase: true,
    loose: true,
    check: 'chosen',
    pattern:
      /(?:; ?(?:pwd|password)|(?<=\b(?:host|user|dbname|port|server)=[^\s;"'`]{1,64}) password)=(?<double>[^\s;"'`<>{}]{6,200})/iy,
  },
  {
    // Programs read these: any value is a password.
    rule: 'password',
    starts: ['ansible_', 'BORG_PASSPHRASE', 'RESTIC_PASSWORD', 'PGPASSWORD', 'MYSQL_PWD', 'SSHPASS', 'REDISCLI_AUTH'],
    loose: true,
    pattern:
      /(?:ansible_\w{1,20}_pass(?:word)?|[A-Z]{4,8}_?(?:PASSPHRASE|PASSWORD|PWD|PASS|AUTH))["']?[=:][ \t]{0,8}["']?(?<bare>(?![:=])[^\s"'`$,;(){}]{6,200})/y,
  },
  {
    // `validationKey="…"`, `"Key": "…"`: quoted and long.
    rule: 'password',
    starts: ['Key="', "Key='", 'Key": "', 'Key":"', 'Key = "', "Key = '", 'Key: "', 'Key"] = "', "Key: '"],
    loose: true,
    check: 'random',
    pattern:
      /(?<!(?:[Pp]ublic|[Oo]bject|[Cc]ache|[Pp]rimary|[Ff]oreign|[Ii]ndex|[Ss]ite|[Pp]artition|[Rr]ow|[Ss]torage|[Hh]ash))Key"?\]?\s?[:=]\s?["'](?<double>[A-Za-z0-9+/_=-]{32,200})["']/y,
  },
  {
    rule: 'password',
    starts: ['assword:'],
    loose: true,
    check: 'chosen',
    pattern: /(?<=\$\{[\w.-]{0,60}[pP])assword:(?<double>[^\s}"'$]{6,200})\}/y,
  },
  {
    rule: 'vault-secret',
    starts: ['secret_id'],
    loose: true,
    pattern: /secret_id["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/y,
  },
];
