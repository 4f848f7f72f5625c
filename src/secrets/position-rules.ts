import type { ContentRule } from './content-rule.ts';

const argument = String.raw`(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[\w.:$>-]{1,60})\s{0,4},\s{0,20}`;

/** A call with a password at a position, after as many arguments. */
function inCall(names: readonly string[], before: number): ContentRule {
  const name = names.join('|').replaceAll(/[(.[]/g, String.raw`\$&`);
  return {
    rule: 'login-argument',
    starts: names,
    loose: true,
    check: 'chosen',
    pattern: new RegExp(
      String.raw`(?:${name})\s{0,20}(?:${argument}){${String(before)}}[a-zA-Z]{0,2}["'](?<double>[^"'\s]{6,200})["']`,
      'y',
    ),
  };
}

/** Passwords that nothing names: known by the call, the list or the conversation in which they stand. */
export const positionRules: readonly ContentRule[] = [
  inCall(
    [
      ...[
        'NetworkCredential(',
        'PasswordAuthentication(',
        'PasswordCredentials(',
        'PasswordToken(',
        'auth=(',
        'Auth=(',
      ],
      ...['BasicAuth(', 'basicAuth(', 'basic_auth(', 'DigestAuth(', 'BasicCredentials(', 'PasswordCredential('],
      ...['cx_Oracle.connect(', 'simple_bind_s(', 'WiFi.begin(', 'db.auth(', "'auth' => ["],
      ...['PlainAuthenticator(', 'smtp.login(', 'server.login(', 'imap.login(', 'ftp.login(', 'withCredentials('],
    ],
    1,
  ),
  inCall(['new PDO(', 'mysqli(', 'mysqli_connect(', 'mysql_connect(', 'getConnection(', 'DBI->connect('], 2),
  inCall(['MySQLdb.connect(', 'pymysql.connect(', 'pymssql.connect(', 'PlainAuth('], 2),
  {
    // Clients of services, with their key.
    rule: 'login-argument',
    starts: ['Client', 'client', 'Api', 'API', 'search'].flatMap((name) => [`${name}("`, `${name}('`]),
    loose: true,
    check: 'random',
    pattern: /\w{3,6}\(\s{0,20}(?:["'][\w.:/-]{1,80}["'],\s{0,20})?["'](?<double>[A-Za-z0-9_-]{24,100})["']/y,
  },
  inCall(['jwt.sign(', 'jwt.verify(', 'jwt.encode(', 'JWT.encode('], 1),
  inCall(['red:auth(', 'redis.auth(', '->auth(', 'client.auth(', 'cookieParser('], 0),
  {
    rule: 'login-argument',
    starts: ['assword:'],
    loose: true,
    check: 'chosen',
    pattern:
      /assword:[^\n]{0,20}["'}]\s{0,8}(?:\{\s{0,8})?(?:exp_)?send(?:_\w{1,8})?\s{1,4}(?:--\s)?["'](?<double>[^\s"'$\\]{6,200})\\[rn]["']/y,
  },
  {
    rule: 'login-argument',
    starts: ['createUser '],
    loose: true,
    check: 'chosen',
    pattern: /createUser \S{1,64} (?:MD5|SHA[-\d]{0,4}) "?(?<double>[^\s"]{8,200})/y,
  },
  {
    rule: 'login-argument',
    starts: ['CURLOPT_USERPWD'],
    loose: true,
    check: 'chosen',
    pattern: /CURLOPT_USERPWD\s{0,4}(?:,|=>)\s{0,4}["'][^\s:"'$]{1,64}:(?<double>[^\s"'$]{6,200})["']/y,
  },
  {
    rule: 'account-key',
    starts: ['"0x', "'0x"],
    loose: true,
    pattern: /(?<=(?:rivateKeyToAccount|Wallet|rivate_?[kK]ey)["'\s:=,(]{1,6})["']0x(?<value>[0-9a-f]{64})["']/y,
  },
  {
    // The recovery words of a wallet.
    rule: 'account-key',
    starts: ['nemonic', 'NEMONIC', 'seed_phrase', 'SEED_PHRASE', 'seedPhrase'],
    loose: true,
    pattern: /\w{6,12}["']?\s{0,4}[:=]\s{0,4}["'](?<value>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})["']/y,
  },
  {
    rule: 'login-argument',
    starts: ['stats auth ', ' login=', '  allow '],
    loose: true,
    check: 'chosen',
    pattern: /(?:stats auth | login=| {2}allow )[^\s:"'$]{1,64}:(?<double>[^\s"'$]{6,200})/y,
  },
  {
    // Of cloud-init: users and passwords.
    rule: 'login-argument',
    starts: ['chpasswd:'],
    loose: true,
    check: 'chosen',
    pattern:
      /chpasswd:\s{1,20}(?:expire: \w{1,5}\s{1,20})?list:\s{1,4}\|?\s{1,20}(?:- )?[\w-]{1,32}:(?<double>[^\s"'$]{6,200})/y,
  },
  {
    rule: 'login-argument',
    starts: ['IDENTIFIED BY ', 'identified by ', 'IDENTIFIED WITH ', "PASSWORD '", "password '"],
    loose: true,
    check: 'chosen',
    pattern:
      /(?:identified (?:with \S{1,40} )?(?:by|as)(?: password)?|password)\s{1,4}["'](?<double>[^"'\s]{6,200})["']/iy,
  },
  {
    rule: 'url-login',
    starts: ['oracle:thin:', 'sqlplus ', 'expdp ', 'impdp '],
    loose: true,
    pattern: /(?:oracle:thin:|(?:sqlplus|expdp|impdp) (?:-\w{1,8} ){0,3}["']?)\w{1,64}\/(?<value>[^\s@"'/$]{4,200})@/y,
  },
  {
    // A data source of Go, a default of Spring.
    rule: 'url-login',
    starts: ['@tcp(', '@unix('],
    loose: true,
    check: 'chosen',
    pattern: /(?<=["'`\s=][\w.-]{1,32}:(?<double>[^\s"'`@:/]{6,64}))@(?:tcp|unix)\(/y,
  },
  {
    rule: 'password',
    starts: ['assword:'],
    loose: true,
    check: 'chosen',
    pattern: /(?<=\$\{[\w.-]{0,60}[pP])assword:(?<double>[^\s}"'$]{6,200})\}/y,
  },
  {
    // For one app of an Apple account.
    rule: 'login-argument',
    starts: ['--password '],
    loose: true,
    pattern: /--password ["']?(?<value>[a-z]{4}(?:-[a-z]{4}){3})(?![\w-])/y,
  },
  {
    rule: 'vault-secret',
    starts: ['secret_id'],
    loose: true,
    pattern: /secret_id["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/y,
  },
  {
    rule: 'login-argument',
    starts: ['(key="', "(key='", ', key="', ", key='"],
    loose: true,
    check: 'random',
    pattern: /(?:\(|, )key=["'](?<double>[A-Za-z0-9]{32,64})["']/y,
  },
  {
    rule: 'login-argument',
    starts: ['LoginModule required'],
    loose: true,
    check: 'chosen',
    pattern: /LoginModule required[^;]{0,400}?\suser_\w{1,40}="(?<double>[^"\s]{6,200})"/y,
  },
  {
    // Of Nagios, of OpenWrt, of ProFTPD.
    rule: 'login-argument',
    starts: ['$USER', 'option key ', 'SQLConnectInfo '],
    loose: true,
    check: 'chosen',
    pattern: /(?:\$USER\d{1,2}\$=|option key |SQLConnectInfo \S{1,80} \S{1,64} )["']?(?<double>[^\s"'/$]{6,200})/y,
  },
  {
    // Protected with the login of a person in Windows.
    rule: 'login-argument',
    starts: ['password 51:b:'],
    pattern: /password 51:b:[0-9A-F]{40}/y,
  },
  {
    // A key of Ethereum, encrypted with a password.
    rule: 'account-key',
    starts: ['"ciphertext"'],
    loose: true,
    pattern: /"ciphertext"\s{0,4}:\s{0,4}"(?<value>[0-9a-f]{64})"(?=[^]{0,600}"mac")/y,
  },
  {
    rule: 'consul-key',
    starts: ['tokens {', '"tokens": {', '"tokens":{'],
    loose: true,
    pattern:
      /"?tokens"?:? ?\{\s{0,20}(?:"?enable\w{0,30}"?\s?[=:]\s?\w{4,5},?\s{1,20})?"?\w{1,30}"?\s{0,4}[=:]\s{0,4}"(?<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/y,
  },
  { rule: 'private-key', starts: ['GITCRYPTKEY'], pattern: /(?<=\0)GITCRYPTKEY\0/y },
  {
    rule: 'bundler-login',
    starts: ['BUNDLE_'],
    loose: true,
    pattern: /BUNDLE_\w{2,80}__\w{2,10}["']?\s{0,2}[:=]\s{0,2}["']?[^\s:"'$]{1,64}:(?<value>[^\s"'$]{4,200})/y,
  },
  {
    rule: 'asana-token',
    starts: ['0/12', '1/12', '2/12'],
    loose: true,
    pattern: /(?<![\w/.-])[012]\/12\d{8,17}(?:\/1\d{9,18})?:(?<value>[0-9a-f]{32})(?!\w)/y,
  },
];
