import type { ContentRule } from './content-rule.ts';
import { makeLoginRule } from './make-login-rule.ts';

/** The arguments of a command line up to an option, over lines that end with a backslash. */
const argumentsBefore = String.raw`\s(?:(?!curl |login |redis-cli |mysql\w{0,5} )[^\n|;&]|\\\n){0,400}?(?<=\s)`;

/** A password behind an option of commands. */
function forOption(commands: readonly string[], option: string): ContentRule {
  return makeLoginRule(
    commands.map((command) => `${command} `),
    new RegExp(
      String.raw`(?<![\w-])(?:${commands.join('|')})${argumentsBefore}${option}["']?(?<double>[^\s"'$-][^\s"'$]{5,200})`,
      'y',
    ),
  );
}

/** Passwords in the arguments of commands: in scripts, in histories. */
export const argumentRules: readonly ContentRule[] = [
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
  makeLoginRule(
    ['mysql ', 'mysqldump ', 'mysqladmin ', 'mariadb ', 'mariadb-dump '],
    new RegExp(
      String.raw`(?:mysql\w{0,5}|mariadb[\w-]{0,6})${argumentsBefore}-p["']?(?<double>[^\s"'$-][^\s"'$]{5,200})`,
      'y',
    ),
  ),
  forOption(['smbclient'], String.raw`-U\s{0,4}["']?[^\s"'$%]{1,64}%`),
  forOption(['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldapwhoami', 'ldappasswd'], String.raw`-w\s{0,4}`),
  forOption(['zip', 'unzip', 'ipmitool', 'sqlcmd', 'bcp', 'isql', 'mongoimport'], String.raw`-P\s{0,4}`),
  forOption(['http', 'https'], String.raw`(?:-a|--auth)[ =]["']?[^\s"'$:]{1,64}:`),
  forOption(['7z a', '7z x', '7za a', '7za x', '7zz a', 'rar a', 'unrar x'], '-h?p'),
  forOption(
    ['mongo', 'mongosh', 'mongodump', 'mongorestore', 'mongoexport', 'cqlsh', 'evil-winrm'],
    String.raw`-p\s{0,4}`,
  ),
  forOption(['lftp', 'clickhouse-client', 'rdesktop', 'kafkacat'], String.raw`(?:-u\s{0,4}[^\s,]{1,64},|-p\s{0,4})`),
  forOption(['xfreerdp', 'wlfreerdp', 'xfreerdp3', 'mstsc'], '/p:'),
  forOption(['snmpwalk', 'snmpget', 'snmpset', 'snmptrap', 'snmpbulkwalk'], String.raw`-[AX]\s{1,4}`),
  forOption(['plink', 'pscp', 'psftp'], String.raw`-pw\s{1,4}`),
  forOption(['htpasswd'], String.raw`-\w{0,5}b\w{0,5}\s(?:[^\s-]\S{0,200}\s)?\S{1,64}\s`),
  forOption(['ttyd'], String.raw`(?:-c|--credential)[ =]["']?[^\s"'$:]{1,64}:`),
  forOption(['openssl'], String.raw`-k\s{1,4}`),
  forOption(['beeline', 'twine', 'impala-shell', 'trino', 'nmcli'], String.raw`(?:-p|password)\s{1,4}`),
  forOption(
    ['gh secret', 'gh variable', 'glab variable'],
    String.raw`set\s[^\n|;&]{0,100}(?:-b|-v|--body|--value)[ =]`,
  ),
  forOption(
    ['aws ssm', 'aws secretsmanager', 'aws rds'],
    String.raw`(?:--secret-string|SecureString\s[^\n|;&]{0,100}--value|--master-user-password)[ =]`,
  ),
  forOption(['mc alias set', 'mcli alias set', 'mc config host add'], String.raw`\S{1,64}\s\S{1,200}\s\S{1,128}\s`),
  forOption(['composer'], String.raw`http-basic\.\S{1,200}\s\S{1,64}\s`),
  forOption(['skopeo'], String.raw`--(?:src-|dest-)?creds[ =][^\s:"']{1,64}:`),
  forOption(['netlify'], String.raw`--auth[ =]`),
  forOption(['signtool'], String.raw`/p\s{1,4}`),
  forOption(['security unlock-keychain', 'security import', 'security create-keychain'], String.raw`-[pP]\s{1,4}`),
  forOption(['ssh-keygen'], String.raw`-[NP]\s{1,4}`),
  forOption(['pdftk'], String.raw`(?:user|owner)_pw\s{1,4}`),
  forOption(['mosquitto_pub', 'mosquitto_sub'], String.raw`-P\s{1,4}`),
  forOption(['sendemail', 'sendEmail'], String.raw`-xp\s{1,4}`),
  forOption(['mvn', 'sonar-scanner', 'gradlew'], '-Dsonar.login='),
  forOption(['net use'], String.raw`(?<=net use )\S{1,8}\s\\\\\S{1,100}\s(?:/user:\S{1,64}\s)?`),
  forOption(['etcdctl'], String.raw`--user[ =][^\s:"']{1,64}:`),
  forOption(['net user'], String.raw`(?<=net user )\S{1,64}\s`),
  makeLoginRule(
    ['echo '],
    /echo (?:-n )?["']?(?:[\w.-]{1,32}:)?(?<double>[^\s"'$:|]{6,200})["']?\s{0,4}\|\s{0,4}(?:sudo )?(?:chpasswd|sudo [^\n|]{0,40}-S|kinit|smbpasswd|vncpasswd|[^\n|;]{1,60}(?:--stdin|-stdin|with-token|passphrase-fd|secret create)|cryptsetup)\b/y,
  ),
  makeLoginRule(
    ['ConvertTo-SecureString ', 'rootpw --plaintext '],
    /(?:ConvertTo-SecureString (?:-String )?["']|rootpw --plaintext )(?<double>[^\s"'$-][^\s"'$]{5,200})/y,
  ),
  makeLoginRule(
    ['-storepass ', '-keypass ', 'storepass ', '-pass ', '-passin ', '-passout '],
    /(?<=[\s-][a-z-]{0,20})-?\w{0,10}pass(?:in|out)?\s{1,4}["']?(?:pass:)?(?<double>[^\s"'$-][^\s"'$]{5,200})/y,
  ),
  {
    // Any value with a digit.
    rule: 'login-argument',
    starts: ['--password=', '--passwd=', '--pass='],
    loose: true,
    pattern: /--pass(?:word|wd)?=["']?(?<value>(?=[^\s"']{0,100}\d)[\w.!#%^&*@~+?][^\s"'$`<>{}/]{7,200})/y,
  },
  {
    // A header of a request.
    rule: 'login-argument',
    starts: ['-H "', "-H '", '--header "', "--header '", '--header="'],
    loose: true,
    check: 'random',
    pattern:
      /-(?:H|-header)[ =]["'][\w-]{0,30}(?:key|token|secret|auth|password)[\w-]{0,10}:[ \t]{0,2}(?<double>[\w.~+/=-]{20,400})["']/iy,
  },
  {
    // For one app of an Apple account.
    rule: 'login-argument',
    starts: ['--password '],
    loose: true,
    pattern: /--password ["']?(?<value>[a-z]{4}(?:-[a-z]{4}){3})(?![\w-])/y,
  },
];
