import type { ContentRule } from './content-rule.ts';

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
    starts: ['SCRAM-SHA-'],
    loose: true,
    pattern: /SCRAM-SHA-(?:1|256|512)\$\d{3,6}:[A-Za-z0-9+/=]{8,64}\$(?<value>[A-Za-z0-9+/]{20,90})/y,
  },
];
