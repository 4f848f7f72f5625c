import { atPath as at, type PathRule } from './path-rule.ts';

/** Files in which single programs keep their logins. */
export const toolPathRules: readonly PathRule[] = [
  {
    rule: 'bundler-login',
    path: at(String.raw`\.bundle/config`),
    content: /^BUNDLE_\w+: "?(?<value>[^\s":]+:[^\s"]+|\w{20,})"?$/m,
  },
  {
    rule: 'subversion-login',
    path: at(String.raw`\.subversion/auth/svn\.\w+(?:\.\w+)*/[^/]+`),
    content: /\npass(?:word|phrase)\nV \d+\n(?<value>[^\n]+)\n/,
  },
  {
    rule: 'curl-login',
    path: at(String.raw`[._]curlrc`),
    content: /^[ \t]*-?-?(?:user|proxy-user|u)[\s=]+"?[^\s:="][^\s:"]*:(?<value>[^\s"]+)/m,
  },
  { rule: 'kaggle-login', path: at(String.raw`kaggle\.json`), content: /"key"\s*:\s*"(?<value>[^"]+)"/ },
  {
    rule: 'tool-login',
    path: at(String.raw`configstore/[^/]+\.json`),
    content: /"(?:api|api[_-]?key|\w*token|password)"\s*:\s*"(?<value>[^"]{16,})"/i,
  },
  {
    rule: 'vault-password',
    path: at(String.raw`\.?(?:ansible[_-]?)?vault[_-]?pass(?:word|phrase)?(?:[_-]?file)?(?:\.txt)?`),
    content: /^(?<value>\S.*)(?:[\r\n]\s*)?$/,
  },
  {
    rule: 'terraform-state',
    path: at(String.raw`[^/]+\.tfstate(?:\.backup)?`),
    content:
      /"(?:result|\w*password|\w*secret|secret_\w+|\w*token|private_key\w*|\w*access_key)"\s*:\s*"(?<value>[^"]{8,})"|"value"\s*:\s*"[^"]{4,}",[^{}]{0,200}"sensitive"\s*:\s*true/,
  },
  {
    rule: 'app-settings',
    path: at(String.raw`appsettings(?:\.\w+)?\.json`),
    content: /"\w*(?:Key|Secret|Password|Token)"\s*:\s*"(?<value>[A-Za-z0-9+/=_!@#-]{16,})"/,
  },
  {
    rule: 'app-settings',
    path: at(String.raw`(?:\.microsoft/usersecrets|Microsoft/UserSecrets)/[^/]+/secrets\.json`),
    content: /:\s*"(?<value>[^"]{4,})"/,
  },
  {
    rule: 'mail-login',
    path: at(String.raw`etc/postfix/sasl(?:/sasl)?_passwd`),
    content: /^[^#\s]\S*\s+[^\s:]+:(?<value>\S+)/m,
  },
  { rule: 'oracle-config', path: at(String.raw`\.oci/config`), content: /^pass_phrase\s*=\s*(?<value>\S+)/m },
  { rule: 'remote-login', path: at(String.raw`\.vnc/passwd`) },
  { rule: 'remote-login', path: at(String.raw`filezilla/\w+\.xml`), content: /<Pass\b[^<>]*>(?<value>[^<]+)</ },
  {
    rule: 'remote-login',
    path: at(String.raw`etc/ppp/(?:chap|pap)-secrets`),
    content: /^[^#\s]\S*\s+\S+\s+(?<value>\S+)/m,
  },
  { rule: 'one-time-password', path: at(String.raw`\.google_authenticator`) },
  { rule: 'tool-login', path: at(String.raw`\.erlang\.cookie|\.p4tickets|\.cvspass|zerotier-one/identity\.secret`) },
  { rule: 'tool-login', path: at(String.raw`\.hex/hex\.config`), content: /auth_key/ },
  { rule: 'tool-login', path: at(String.raw`\.flyrc`), content: /^[ \t]+value:\s*(?<value>\S+)/m },
  { rule: 'ssh-key', path: at(String.raw`id_dropbear|dropbear_\w+_host_key`) },
  { rule: 'tor-key', path: at(String.raw`hs_ed25519_secret_key`) },
  { rule: 'server-login', path: at(String.raw`pgbouncer/userlist\.txt`), content: /^"[^"]*"\s+"(?<value>[^"]+)"/m },
  { rule: 'server-login', path: at(String.raw`redis/\w+\.acl`), content: /^user[ \t][^\r\n]*[ \t][>#](?<value>\S+)/m },
  { rule: 'server-login', path: at(String.raw`davfs2?/secrets`), content: /^[^#\s]\S*\s+\S+\s+(?<value>\S+)/m },
  {
    rule: 'server-login',
    path: at(String.raw`rsyncd\.secrets|exim4/passwd\.client|dovecot/(?:users|passwd)`),
    content: /^[^#\s:]+:(?<value>[^\s:]+)/m,
  },
  {
    rule: 'server-login',
    path: at(String.raw`ipsec\.secrets`),
    content: /:\s*(?:PSK|EAP|XAUTH|NTLM)\s+"?(?<value>[^\s"]+)/,
  },
  {
    rule: 'server-login',
    path: at(String.raw`mongo[^/]*/(?:\.?key-?file|[^/]+\.key)|[^/]*mongo[^/]*key-?file[^/]*`),
    content: /^[A-Za-z0-9+/=\s]{32,}$/,
  },
  {
    rule: 'server-login',
    path: at(String.raw`[\w-]*(?:realm|users)\.properties`),
    content: /^[^#!\s:=]+\s*[:=]\s*(?<value>(?=[^\s,]*\d)[^\s,$]{6,})/m,
  },
  { rule: 'server-login', path: at(String.raw`(?:pam_|libnss-|nslcd-)?ldap\.secret`) },
  {
    rule: 'server-login',
    path: at(String.raw`openvpn/(?:[^/]+/)?[^/]*(?:login|auth|pass|cred)[^/]*`),
    content: /^\S+\r?\n(?<value>\S+)\s*$/,
  },
  { rule: 'server-login', path: at(String.raw`corosync/authkey|munge/munge\.key`) },
  {
    rule: 'server-login',
    path: at(String.raw`pam_radius_auth\.conf|raddb/server`),
    content: /^[^#\s]\S*\s+(?<value>\S{6,})/m,
  },
  { rule: 'tool-login', path: at(String.raw`hexchat/servlist\.conf`), content: /^P=(?<value>\S+)/m },
  { rule: 'server-login', path: at(String.raw`[^/]+\.psk`), content: /^(?<value>[0-9a-fA-F]{32,512})\s*$/ },
  {
    rule: 'tool-login',
    path: at(String.raw`encrypted_data_bag_secret|\.credentials_rsaparams|\.luarocks/upload_config\.lua`),
    content: /[A-Za-z0-9+/]{32}/,
  },
  {
    rule: 'wallet',
    path: at(String.raw`[^/]*(?:\bid|wallet|keypair|authority|deployer|payer)[^/]*\.json`),
    content: /^\s*\[(?:\s*\d{1,3}\s*,){63}\s*\d{1,3}\s*\]\s*$/,
  },
  { rule: 'app-settings', path: at(String.raw`app/etc/env\.php`), content: /'key'\s*=>\s*'(?<value>[^']{16,})'/ },
];
