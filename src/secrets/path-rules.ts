import { atPath as at, type PathRule } from './path-rule.ts';
import { toolPathRules } from './tool-path-rules.ts';

/** Names of samples, which are public. */
const sample = String.raw`(?:example|sample|template|tmpl|dist|defaults?|schema)`;

/** In order: the first whose path matches is applied. */
export const pathRules: readonly PathRule[] = [
  { rule: 'ssh-key', path: at(String.raw`id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?`), content: /PRIVATE KEY/ },
  { rule: 'gpg-key', path: at(String.raw`\.gnupg/(?:private-keys-v1\.d/[^/]+\.key|secring\.gpg)`) },
  {
    rule: 'npmrc',
    path: at(String.raw`\.npmrc|\.yarnrc(?:\.yml)?|etc/npmrc`),
    content:
      /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?[ \t]*[=:][ \t]*["']?(?<value>[^\s"'$][^\s"']*)/,
  },
  { rule: 'netrc', path: at(String.raw`[._]netrc|\.authinfo`), content: /\bpassword\s+(?<value>\S+)/ },
  {
    rule: 'pgpass',
    path: at(String.raw`\.pgpass`),
    content: /^[^#\r\n][^\r\n]*:[^\r\n]*:[^\r\n]*:[^\r\n]*:(?<value>[^\r\n]+)$/m,
  },
  {
    rule: 'git-credentials',
    path: at(String.raw`\.git-credentials|\.config/git/credentials`),
    content: /:\/\/(?<value>[^@\s/]+)@/,
  },
  {
    rule: 'docker-login',
    path: at(String.raw`\.docker/config\.json|\.dockercfg|\.dockerconfigjson|containers/auth\.json`),
    content: /"(?:auth|identitytoken|registrytoken|password)"\s*:\s*"(?<value>[^"]+)"/,
  },
  {
    rule: 'kube-config',
    path: at(String.raw`\.kube/config|kubeconfig|etc/kubernetes/[^/]+\.conf`),
    content:
      /\b(?:token|client-key-data|password|id-token|refresh-token|access-token)"?\s*:\s*["']?(?<value>[^\s"',}]+)/,
  },
  {
    rule: 'aws-credentials',
    path: at(String.raw`\.aws/(?:credentials|config|(?:sso|cli)/cache/[^/]+\.json)|\.boto|\.s3cfg`),
    content:
      /(?:secret_access_key|session_token|secret_key|accessToken|SecretAccessKey|SessionToken|clientSecret|refreshToken)"?\s*[=:]\s*"?(?<value>[^\s",}]+)/,
  },
  {
    rule: 'gcloud-credentials',
    path: at(
      String.raw`gcloud/(?:application_default_credentials\.json|credentials\.db|access_tokens\.db|legacy_credentials/.+)`,
    ),
  },
  {
    rule: 'azure-credentials',
    path: at(
      String.raw`\.azure/(?:accessTokens\.json|msal_token_cache\.(?:json|bin)|service_principal_entries\.(?:json|bin))`,
    ),
  },
  { rule: 'gh-login', path: at(String.raw`gh/hosts\.yml|\.config/hub`), content: /oauth_token:\s*(?<value>\S+)/ },
  {
    rule: 'glab-login',
    path: at(String.raw`glab-cli/config\.yml`),
    content: /\btoken:\s*(?:!!null\s*)?(?<value>[^\s#"']\S*)/,
  },
  {
    rule: 'terraform-login',
    path: at(String.raw`credentials\.tfrc\.json|\.terraformrc`),
    content: /\btoken"?\s*[:=]\s*"(?<value>[^"]+)"/,
  },
  {
    rule: 'rclone-config',
    path: at(String.raw`rclone\.conf|\.rclone\.conf`),
    content:
      /^[ \t]*(?:pass|password\d?|token|secret_access_key|client_secret|key|bearer_token)[ \t]*=[ \t]*(?<value>\S+)/m,
  },
  { rule: 'pypirc', path: at(String.raw`\.pypirc`), content: /^[ \t]*password[ \t]*[:=][ \t]*(?<value>\S+)/m },
  { rule: 'mysql-login', path: at(String.raw`\.my\.cnf`), content: /^[ \t]*password[ \t]*=[ \t]*(?<value>\S+)/m },
  { rule: 'mysql-login', path: at(String.raw`\.mylogin\.cnf`) },
  {
    rule: 'cargo-login',
    path: at(String.raw`\.cargo/credentials(?:\.toml)?`),
    content: /\btoken\s*=\s*"(?<value>[^"]+)"/,
  },
  { rule: 'gem-login', path: at(String.raw`\.gem/credentials`), content: /^:?[\w.:/-]+:[ \t]*(?<value>[^\s-]\S+)/m },
  {
    rule: 'maven-login',
    path: at(String.raw`\.m2/settings(?:-security)?\.xml`),
    content: /<(?:password|passphrase|master)>\s*(?<value>[^<\s$][^<]*)</,
  },
  {
    rule: 'gradle-login',
    path: at(String.raw`\.gradle/gradle\.properties`),
    content: /(?:password|token|secret|apikey)\w{0,40}[ \t]*=[ \t]*(?<value>\S+)/i,
  },
  {
    rule: 'nuget-login',
    path: at('[Nn][Uu][Gg][Ee][Tt]\\.[Cc][Oo][Nn][Ff][Ii][Gg]'),
    content: /key="(?:ClearTextPassword|Password)"\s+value="(?<value>[^"%]+)"/i,
  },
  { rule: 'composer-login', path: at(String.raw`\.?composer/auth\.json`), content: /:\s*"(?<value>[^"]{8,})"/ },
  {
    rule: 'composer-login',
    path: at(String.raw`(?<!containers/|\.codex/)auth\.json`),
    content:
      /"(?:(?:github|gitlab|bitbucket)-oauth|gitlab-token|http-basic|bearer)"\s*:\s*\{[^}]{0,400}:\s*"(?<value>[^"]{8,})"/,
  },
  { rule: 'vault-token', path: at(String.raw`\.vault-token`) },
  { rule: 'doctl-login', path: at(String.raw`doctl/config\.yaml`), content: /access-token:\s*(?<value>[^\s"']+)/ },
  { rule: 'fly-login', path: at(String.raw`\.fly/config\.yml`), content: /access_token:\s*(?<value>\S+)/ },
  { rule: 'huggingface-login', path: at(String.raw`\.?huggingface/(?:token|stored_tokens)`) },
  { rule: 'assistant-login', path: at(String.raw`\.claude/\.credentials\.json|\.codex/auth\.json`) },
  {
    rule: 'mail-login',
    path: at(String.raw`\.(?:msmtprc|mbsyncrc|fetchmailrc|getmailrc|offlineimaprc)`),
    content: /^[ \t]*(?:\S[^\r\n]*[ \t])?(?:password|pass|remotepass)[ \t=]+(?<value>\S+)/im,
  },
  {
    rule: 'smb-login',
    path: at(String.raw`\.?smbcredentials|\.cifs[^/]*`),
    content: /^[ \t]*password[ \t]*=[ \t]*(?<value>\S+)/m,
  },
  { rule: 's3fs-login', path: at(String.raw`\.passwd-s3fs|etc/passwd-s3fs`), content: /:(?<value>\S{20,})/ },
  { rule: 'htpasswd', path: at(String.raw`\.?htpasswd`), content: /^[^:\s]+:(?<value>\S{8,})/m },
  { rule: 'password-hash', path: /^\/etc\/g?shadow-?$/, content: /^[^:\r\n]+:(?<value>\$[^:\r\n]+):/m },
  {
    rule: 'wireguard-key',
    path: /^\/etc\/wireguard\/(?![^/]*pub)[^/]+$/,
    content: /^(?:(?:PrivateKey|PresharedKey)\s*=\s*)?(?<value>[\w+/]+=)\s*$/m,
  },
  {
    rule: 'wifi-password',
    path: /^\/etc\/(?:NetworkManager\/system-connections\/.+|wpa_supplicant\/.+\.conf)$/,
    content: /^[ \t]*(?:psk|password)\s*=\s*(?<value>\S+)/m,
  },
  {
    rule: 'rails-key',
    path: at(String.raw`config/(?:master|credentials/[^/]+)\.key`),
    content: /^(?<value>[0-9a-f]{32})\s*$/,
  },
  { rule: 'key-store', path: at(String.raw`[^/]+\.(?:p12|pfx|kdbx|kdb|jks|keystore|ppk|kwl)|keyrings/[^/]+\.keyring`) },
  {
    rule: 'wallet',
    path: at(String.raw`wallet\.dat|\.electrum/wallets/[^/]+|keystore/UTC--[^/]+|solana/id\.json`),
  },
  {
    rule: 'browser-logins',
    path: at(
      String.raw`\.mozilla/firefox/[^/]+/(?:logins\.json|key4\.db|cookies\.sqlite)|(?:google-chrome|chromium)/[^/]+/(?:Login Data|Cookies)`,
    ),
  },
  {
    rule: 'history',
    path: at(
      String.raw`\.(?:bash|zsh|sh|ksh|fish|psql|mysql|mariadb|sqlite|python|irb|pry|php|node_repl|ts_node_repl|rediscli|scala|julia|octave)_?hist(?:ory|file)?|\.(?:dbshell|mongosh/mongosh_repl_history|histfile|viminfo)|fish/fish_history`,
    ),
  },
  ...toolPathRules,
  {
    rule: 'env-file',
    path: new RegExp(`/(?!\\.env\\.(?:.+\\.)?${sample}$)(?:\\.env(?:\\.[^/]+)?|(?!${sample}\\.)[^/]+\\.env)$`),
    content: /^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*["']?(?<value>[^\s"'#$]\S*)/m,
  },
];
