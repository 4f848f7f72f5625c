/** The form of one kind of secret, in any file. */
export interface ContentRule {
  readonly rule: string;
  /** A match starts with one of these, of 3 characters or more. Lower case if `anyCase`. */
  readonly starts: readonly string[];
  readonly anyCase?: boolean;
  /** A text in every match that is rarer than the starts: files without it are not read. */
  readonly holds?: string;
  /** Sticky, tried at a start. Group `value` is the secret; without it, the whole match is. */
  readonly pattern: RegExp;
  /** The form alone does not make a secret: skipped in installed packages and for placeholders. */
  readonly loose?: boolean;
}

/** A token with a fixed prefix. `masked` shows the prefix only. */
const token = (rule: string, starts: readonly string[], rest: string): ContentRule => ({
  rule,
  starts,
  pattern: new RegExp(`(?<![A-Za-z0-9_])(?:${starts.map(escapeRegExp).join('|')})${rest}`, 'y'),
});

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** After the name of a password or token: `"]? : "`, `=`, and the value in quotes or up to a blank. */
const assigned = String.raw`(?![\w-]{0,30}(?:encr|file|path|dir|ur[il]|type|len|[_-]id\b|name|expir|timeout|ttl|alg|method|polic|scheme|count|size|limit|max|min|format|fix|header|endpoint|host|port|class|field|regex|pattern|mode|version))[\w-]{0,40}["']?\]?[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}`;

/** Every pattern is bounded in length: the pieces in which a file comes do not change a match. */
export const contentRules: readonly ContentRule[] = [
  {
    // With key material after it: TLS libraries and manuals have the first line alone.
    rule: 'private-key',
    starts: ['-----BEGIN '],
    holds: 'PRIVATE KEY',
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\r|\\n|["'+,]){1,16}(?:[A-Z][A-Za-z-]{2,30}: [^\n\\]{0,200}(?:\s|\\r|\\n){1,8}){0,8}[A-Za-z0-9+/=]{32}/y,
  },
  { rule: 'putty-key', starts: ['PuTTY-User-Key-File-'], pattern: /PuTTY-User-Key-File-[23]: [a-z0-9-]{3,40}/y },
  token('age-key', ['AGE-SECRET-KEY-1'], '[A-Z0-9]{58}'),
  token('aws-access-key', ['AKIA', 'ASIA'], '(?![A-Z2-7]{9}EXAMPLE)[A-Z2-7]{16}(?![A-Za-z0-9])'),
  {
    rule: 'aws-secret-key',
    starts: ['secret_access_key', 'secretaccesskey', 'secret_key'],
    anyCase: true,
    pattern:
      /secret_?(?:access_?)?key["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<value>(?![^\s"']{0,40}EXAMPLEKEY)[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/iy,
  },
  token('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], '[A-Za-z0-9]{36}'),
  token('github-token', ['github_pat_'], '[A-Za-z0-9]{22}_[A-Za-z0-9]{59}'),
  token(
    'gitlab-token',
    ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glft-', 'glsoat-', 'glimt-', 'glcbt-', 'glagent-', 'gloas-'],
    '[A-Za-z0-9_-]{20}',
  ),
  token('npm-token', ['npm_'], '[A-Za-z0-9]{36}(?![A-Za-z0-9_])'),
  token('pypi-token', ['pypi-AgEIcHlwaS5vcmc', 'pypi-AgENdGVzdC5weXBpLm9yZw'], '[A-Za-z0-9_-]{50}'),
  token('rubygems-token', ['rubygems_'], '[a-f0-9]{48}'),
  token('cargo-token', ['cio'], '(?=[A-Za-z]{0,31}[0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9_])'),
  token('docker-token', ['dckr_pat_', 'dckr_oat_'], '[A-Za-z0-9_-]{27}'),
  token('slack-token', ['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-'], '[0-9]{8,14}-[A-Za-z0-9-]{10}'),
  token('slack-token', ['xapp-'], '[0-9]-[A-Z0-9]{8,14}-[0-9]{8,14}-[a-f0-9]{32}'),
  token('slack-webhook', ['hooks.slack.com/services/'], 'T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20}'),
  token('discord-webhook', ['discord.com/api/webhooks/'], '[0-9]{17,20}/[A-Za-z0-9_-]{60}'),
  token('stripe-key', ['sk_live_', 'rk_live_'], '[A-Za-z0-9]{16}'),
  token('google-api-key', ['AIza'], '[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'),
  token('google-client-secret', ['GOCSPX-'], '[A-Za-z0-9_-]{28}'),
  { rule: 'azure-key', starts: ['AccountKey='], pattern: /AccountKey=(?<value>[A-Za-z0-9+/]{86}==)/y },
  { rule: 'azure-key', starts: ['SharedAccessKey='], pattern: /SharedAccessKey=(?<value>[A-Za-z0-9+/]{43}=)/y },
  token('digitalocean-token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], '[a-f0-9]{64}'),
  token('huggingface-token', ['hf_'], '[A-Za-z]{34}(?![A-Za-z0-9_])'),
  token('anthropic-key', ['sk-ant-'], '[a-z]{3,8}[0-9]{2}-[A-Za-z0-9_-]{80}'),
  { rule: 'openai-key', starts: ['T3BlbkFJ'], pattern: /(?<=sk-[A-Za-z0-9_-]{20,100})T3BlbkFJ[A-Za-z0-9_-]{20}/y },
  token('sendgrid-key', ['SG.'], '[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}'),
  token('shopify-token', ['shpat_', 'shpca_', 'shppa_', 'shpss_'], '[a-fA-F0-9]{32}'),
  token('vault-token', ['hvs.', 'hvb.'], '[A-Za-z0-9_-]{24}'),
  { rule: 'terraform-token', starts: ['.atlasv1.'], pattern: /(?<=[A-Za-z0-9]{14})\.atlasv1\.[A-Za-z0-9_-]{60}/y },
  token('databricks-token', ['dapi'], '[a-f0-9]{32}(?![a-f0-9])'),
  token('grafana-token', ['glsa_'], '[A-Za-z0-9]{32}_[a-f0-9]{8}'),
  token('linear-key', ['lin_api_'], '[A-Za-z0-9]{40}'),
  token('supabase-token', ['sbp_'], '[a-f0-9]{40}'),
  token('pulumi-token', ['pul-'], '[a-f0-9]{40}(?![a-f0-9])'),
  token('planetscale-token', ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'], '[A-Za-z0-9_.=-]{32}'),
  token('postman-key', ['PMAK-'], '[a-f0-9]{24}-[a-f0-9]{34}'),
  token('newrelic-key', ['NRAK-'], '[A-Z0-9]{27}'),
  token('tailscale-key', ['tskey-'], '[a-z]{3,10}-[A-Za-z0-9]{8,20}-[A-Za-z0-9]{20}'),
  token('sentry-token', ['sntrys_', 'sntryu_'], '[A-Za-z0-9+/=_]{40}'),
  token('fly-token', ['fm2_'], '[A-Za-z0-9+/=]{100}'),
  token('doppler-token', ['dp.pt.', 'dp.st.', 'dp.ct.'], '[A-Za-z0-9_.-]{40}'),
  {
    rule: 'jwt',
    starts: ['eyJ'],
    loose: true,
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20}/y,
  },
  {
    rule: 'url-login',
    starts: ['://'],
    loose: true,
    pattern: /:\/\/[^\s/:@"'`<>]{0,64}:(?<value>[^\s/@"'`<>\\]{3,256})@[A-Za-z0-9[]/y,
  },
  {
    rule: 'password',
    starts: [
      'passw',
      'secret',
      'token',
      'api_key',
      'apikey',
      'api-key',
      'auth_key',
      'authkey',
      'access_key',
      'credential',
    ],
    anyCase: true,
    loose: true,
    pattern: new RegExp(
      `(?:passw(?:or)?d|secret|token|api[_-]?key|auth_?key|access_key|credentials?)${assigned}(?:"(?<double>[^"\\n]{8,200})"|'(?<single>[^'\\n]{8,200})'|(?<bare>[^\\s"'\`,;(){}<>[\\]]{8,200}))`,
      'iy',
    ),
  },
];
