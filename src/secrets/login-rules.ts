import { argumentRules } from './argument-rules.ts';
import type { ContentRule } from './content-rule.ts';

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
];
