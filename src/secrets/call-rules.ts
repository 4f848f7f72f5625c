import type { ContentRule } from './content-rule.ts';
import { makeLoginRule } from './make-login-rule.ts';

/** An argument and the comma after it. */
const argument = String.raw`(?:\\?"[^"\n]{0,200}"|'[^'\n]{0,200}'|[\w.:$>-]{1,60})\s{0,4},\s{0,20}`;

/** A password in a call, after `before` other arguments. */
function inCall(names: readonly string[], before: number): ContentRule {
  const name = names.join('|').replaceAll(/[(.[]/g, String.raw`\$&`);
  return makeLoginRule(
    names,
    new RegExp(
      String.raw`(?:${name})\s{0,20}(?:${argument}){${String(before)}}[a-zA-Z]{0,2}\\?["'](?<double>[^"'\s\\]{6,200})\\?["']`,
      'y',
    ),
  );
}

/** Passwords and keys in the calls of programs, by the name of what is called. */
export const callRules: readonly ContentRule[] = [
  inCall(
    [
      ...['NetworkCredential(', 'PasswordAuthentication(', 'PasswordCredentials(', 'PasswordToken(', 'auth=('],
      ...[
        'Auth=(',
        'BasicAuth(',
        'basicAuth(',
        'basic_auth(',
        'DigestAuth(',
        'BasicCredentials(',
        'PasswordCredential(',
      ],
      ...['cx_Oracle.connect(', 'simple_bind_s(', 'WiFi.begin(', 'db.auth(', "'auth' => ["],
      ...['PlainAuthenticator(', 'smtp.login(', 'server.login(', 'imap.login(', 'ftp.login(', 'withCredentials('],
    ],
    1,
  ),
  inCall(['new PDO(', 'mysqli(', 'mysqli_connect(', 'mysql_connect(', 'getConnection(', 'DBI->connect('], 2),
  inCall(['MySQLdb.connect(', 'pymysql.connect(', 'pymssql.connect(', 'PlainAuth('], 2),
  inCall(['jwt.sign(', 'jwt.verify(', 'jwt.encode(', 'JWT.encode('], 1),
  inCall(['red:auth(', 'redis.auth(', '->auth(', 'client.auth(', 'cookieParser('], 0),
  {
    // Clients of services, with their key.
    rule: 'login-argument',
    starts: ['Client', 'client', 'Api', 'API', 'search'].flatMap((name) => [`${name}("`, `${name}('`]),
    loose: true,
    check: 'random',
    pattern: /\w{3,6}\(\s{0,20}(?:["'][\w.:/-]{1,80}["'],\s{0,20})?["'](?<double>[A-Za-z0-9_-]{24,100})["']/y,
  },
  {
    rule: 'login-argument',
    starts: ['(key="', "(key='", ', key="', ", key='", '(key=\\"', ', key=\\"'],
    loose: true,
    check: 'random',
    pattern: /(?:\(|, )key=\\?["'](?<double>[A-Za-z0-9]{32,64})\\?["']/y,
  },
  makeLoginRule(
    ['CURLOPT_USERPWD'],
    /CURLOPT_USERPWD\s{0,4}(?:,|=>)\s{0,4}["'][^\s:"'$]{1,64}:(?<double>[^\s"'$]{6,200})["']/y,
  ),
];
