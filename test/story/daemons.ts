/** A daemon of Debian: its package, and the name of its service if that is another one. */
export interface Daemon {
  readonly package: string;
  readonly service?: string;
}

/** Those that `npm test` tries. */
export const few: readonly Daemon[] = [{ package: 'nginx-light', service: 'nginx' }];

/** Widely used ones that can be installed side by side. */
export const many: readonly Daemon[] = [
  ...few,
  { package: 'apache2' },
  { package: 'lighttpd' },
  { package: 'haproxy' },
  { package: 'varnish' },
  { package: 'squid' },
  { package: 'tinyproxy' },
  { package: 'privoxy' },
  { package: 'postgresql' },
  { package: 'mariadb-server', service: 'mariadb' },
  { package: 'redis-server' },
  { package: 'memcached' },
  { package: 'rabbitmq-server' },
  { package: 'mosquitto' },
  { package: 'beanstalkd' },
  { package: 'gearman-job-server' },
  { package: 'openssh-server', service: 'ssh' },
  { package: 'vsftpd' },
  { package: 'postfix' },
  { package: 'dovecot-imapd', service: 'dovecot' },
  { package: 'opendkim' },
  { package: 'bind9', service: 'named' },
  { package: 'unbound' },
  { package: 'dnsmasq' },
  { package: 'slapd' },
  { package: 'samba', service: 'smbd' },
  { package: 'cups' },
  { package: 'avahi-daemon' },
  { package: 'dbus' },
  { package: 'cron' },
  { package: 'rsyslog' },
  { package: 'supervisor' },
  { package: 'monit' },
  { package: 'fail2ban' },
  { package: 'stunnel4' },
  { package: 'tor' },
  { package: 'snmpd' },
  { package: 'chrony' },
  { package: 'uwsgi' },
];

/** Starts a service, waits, prints whether it runs, and stops it. */
export const tryService = `service "$1" start >/tmp/start-"$1" 2>&1 </dev/null; sleep 2
if service "$1" status >/tmp/status-"$1" 2>&1 </dev/null; then echo runs; else cat /tmp/start-"$1" /tmp/status-"$1"; fi
service "$1" stop >/dev/null 2>&1 </dev/null; true`;
