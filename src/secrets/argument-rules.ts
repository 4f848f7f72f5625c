import type { ContentRule } from './content-rule.ts';

/** The arguments of a command line up to an option, over lines that end with a backslash. */
const argumentsBefore = String.raw`\s(?:(?!curl |login |redis-cli |mysql)[^\n|;&]|\\\n){0,400}?(?<=\s)`;

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
  {
    rule: 'login-argument',
    starts: ['mysql ', 'mysqldump ', 'mysqladmin '],
    loose: true,
    check: 'random',
    pattern: new RegExp(String.raw`mysql\w{0,5}${argumentsBefore}-p["']?(?<double>[^\s"'$-][^\s"'$]{5,200})`, 'y'),
  },
  {
    rule: 'login-argument',
    starts: ['smbclient ', 'ldapsearch ', 'ldapadd ', 'ldapmodify ', 'zip ', 'http ', 'https '],
    loose: true,
    check: 'random',
    pattern: new RegExp(
      String.raw`(?:smbclient${argumentsBefore}-U\s{0,4}["']?[^\s"'$%]{1,64}%|ldap\w{1,8}${argumentsBefore}-w\s{0,4}["']?|zip${argumentsBefore}-P\s{0,4}["']?|https?${argumentsBefore}(?:-a|--auth)[ =]["']?[^\s"'$:]{1,64}:)(?<double>[^\s"'$-][^\s"'$]{5,200})`,
      'y',
    ),
  },
  {
    rule: 'login-argument',
    starts: ['echo '],
    loose: true,
    check: 'random',
    pattern:
      /echo (?:-n )?["']?(?:[\w.-]{1,32}:)?(?<double>[^\s"'$:|]{6,200})["']?\s{0,4}\|\s{0,4}(?:sudo )?(?:chpasswd|sudo [^\n|]{0,40}-S|sudo -S)\b/y,
  },
  {
    rule: 'login-argument',
    starts: ['ConvertTo-SecureString ', 'rootpw --plaintext '],
    loose: true,
    check: 'random',
    pattern: /(?:ConvertTo-SecureString (?:-String )?["']|rootpw --plaintext )(?<double>[^\s"'$-][^\s"'$]{5,200})/y,
  },
];
