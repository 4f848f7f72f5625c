import { aptInstall } from './apt-commands.ts';
import { quoteWord } from '../../model/shell/quote-words.ts';

/** A line of shell that installs the certificate authorities that https needs, if the image has none and a package manager for them. */
export const ensureAuthorities = `[ -e /etc/ssl/certs/ca-certificates.crt ] || [ -n "\${SSL_CERT_FILE-}" ] || ! command -v apt-get >/dev/null || DEBIAN_FRONTEND=noninteractive ${aptInstall('--', 'ca-certificates').map(quoteWord).join(' ')}`;
