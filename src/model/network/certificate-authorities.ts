/** Where distributions keep the authorities that all programs trust: Debian, Alpine and Arch; Red Hat; SUSE; Alpine as it comes. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/var/lib/ca-certificates/ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Variables that replace what a program trusts. */
const replacing = [
  ...['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'GIT_SSL_CAINFO', 'npm_config_cafile'],
  'CARGO_HTTP_CAINFO',
];
/** Variables that name more to trust. */
const adding = ['NODE_EXTRA_CA_CERTS', 'DENO_CERT'];

/** `own`: a file with the authorities of the machine; `all`: those of the image with them, as `joinAuthorities` writes it. */
export const listAuthorityVariables = (own: string, all: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...adding.map((name) => [name, own] as const), ...replacing.map((name) => [name, all] as const)]);

/**
 * A line for sh that writes the authorities of an image, whatever its
 * distribution, and those of the machine into one file. The image itself stays
 * as it is, and so does the version that comes of it.
 */
export const joinAuthorities = (own: string, all: string, root = ''): string =>
  `{ for each in ${bundles.map((path) => root + path).join(' ')}; do if [ -s "$each" ]; then cat "$each"; echo; break; fi; done; cat ${own}; } >${all}.new && mv ${all}.new ${all}`;
