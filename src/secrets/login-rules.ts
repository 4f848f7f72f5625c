import { argumentRules } from './argument-rules.ts';
import { callRules } from './call-rules.ts';
import type { ContentRule } from './content-rule.ts';
import { makeLoginRule } from './make-login-rule.ts';

/** A key and its value in a Kubernetes secret. */
const secretEntry = String.raw`"?[\w.-]{1,253}"?:[ \t]{0,8}["']?(?<value>[^\s#{}$"'|>][^\s"'#]{3,8000})(?![^\s"'#])`;

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
    rule: 'bundler-login',
    starts: ['BUNDLE_'],
    loose: true,
    pattern: /BUNDLE_\w{2,80}__\w{2,10}["']?\s{0,2}[:=]\s{0,2}["']?[^\s:"'$]{1,64}:(?<value>[^\s"'$]{4,200})/y,
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
  makeLoginRule(
    ['assword:'],
    /assword:[^\n]{0,20}["'}]\s{0,8}(?:\{\s{0,8})?(?:exp_)?send(?:_\w{1,8})?\s{1,4}(?:--\s)?["'](?<double>[^\s"'$\\]{6,200})\\[rn]["']/y,
  ),
  // In notes.
  makeLoginRule(['assword `', 'assword: `'], /assword:? `(?<double>[^\s`]{6,200})`/y),
  makeLoginRule(['ogin: ', 'ogin '], /ogin:? [\w.@-]{1,40} \/ (?<double>[^\s/]{8,64})(?=\s|$)/y),
  // Of HTTPie.
  makeLoginRule(['raw_auth"'], /raw_auth": "[^\s:"]{1,64}:(?<double>[^\s"]{6,200})"/y),
  makeLoginRule(['createUser '], /createUser \S{1,64} (?:MD5|SHA[-\d]{0,4}) "?(?<double>[^\s"]{8,200})/y),
  makeLoginRule(
    ['stats auth ', ' login=', '  allow '],
    /(?:stats auth | login=| {2}allow )[^\s:"'$]{1,64}:(?<double>[^\s"'$]{6,200})/y,
  ),
  // Of cloud-init: users and passwords.
  makeLoginRule(
    ['chpasswd:'],
    /chpasswd:\s{1,20}(?:expire: \w{1,5}\s{1,20})?list:\s{1,4}\|?\s{1,20}(?:- )?[\w-]{1,32}:(?<double>[^\s"'$]{6,200})/y,
  ),
  makeLoginRule(
    ['IDENTIFIED BY ', 'identified by ', 'IDENTIFIED WITH ', "PASSWORD '", "password '"],
    /(?:identified (?:with \S{1,40} )?(?:by|as)(?: password)?|password)\s{1,4}["'](?<double>[^"'\s]{6,200})["']/iy,
  ),
  makeLoginRule(
    ['LoginModule required'],
    /LoginModule required[^;]{0,400}?\suser_\w{1,40}="(?<double>[^"\s]{6,200})"/y,
  ),
  // Of Nagios, of OpenWrt, of ProFTPD.
  makeLoginRule(
    ['$USER', 'option key ', 'SQLConnectInfo '],
    /(?:\$USER\d{1,2}\$=|option key |SQLConnectInfo \S{1,80} \S{1,64} )["']?(?<double>[^\s"'/$]{6,200})/y,
  ),
  {
    // Protected with the login of a person in Windows.
    rule: 'login-argument',
    starts: ['password 51:b:'],
    pattern: /password 51:b:[0-9A-F]{40}/y,
  },
  ...argumentRules,
  ...callRules,
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
];
