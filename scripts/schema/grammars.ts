import { referencePattern } from '../../src/environment/image-reference.ts';
import type { Grammar } from '../../src/providers/fragment.ts';
import { noPrototype, projectPath, segment } from '../../src/providers/grammars.ts';

/** A part of a path that another one may follow after a colon. */
const plainSegment = segment.replace('[^/', '[^/:');

export const anyText: Grammar = { pattern: '^[^\\u0000]*$', expected: 'text without NUL' };

export const projectName: Grammar = {
  pattern: '^(?=.{1,63}$)[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$',
  expected: 'at most 63 lower-case letters and digits, with single ".", "_" or "-" between them',
};
export const image: Grammar = {
  pattern: referencePattern,
  expected: 'an image reference such as debian:bookworm-slim or registry.example.com/team/env',
};
export const suite: Grammar = { pattern: '^[a-z][a-z0-9.-]{1,63}$', expected: 'a Debian suite such as bookworm' };
export const mirror: Grammar = {
  pattern: '^https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?$',
  expected: 'the http or https address of a Debian mirror such as http://deb.debian.org/debian',
};
export const stage: Grammar = {
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
  expected: 'the name of a stage in the Dockerfile, as after "AS"',
};
export const contextFolder: Grammar = {
  pattern: `^(?:\\.|(?!~)(?:\\./)?${segment}(?:/${segment})*/?)$`,
  expected: 'a folder of the project without ".." or a leading "/", or "." for the project itself',
};
export const envName: Grammar = {
  pattern: `^${noPrototype}[A-Za-z_][A-Za-z0-9_]*$`,
  expected: 'the name of an environment variable: letters, digits and "_", not starting with a digit',
};
export const networkName: Grammar = {
  pattern: `^${noPrototype}[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`,
  expected: 'a name of at most 63 letters, digits, "-" and "_", starting with a letter or digit',
};
export const networkAlias: Grammar = {
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$',
  expected: 'a host name such as db.example.test',
};
export const taskName: Grammar = {
  pattern: `^${noPrototype}[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$`,
  expected: 'a name of at most 63 letters, digits, "-", "_", "." and ":", starting with a letter or digit',
};
export const taskFolder: Grammar = {
  pattern: `^\\.$|${projectPath.pattern}`,
  expected: 'the path of a folder in the project, or "."',
};
export const mount: Grammar = {
  pattern: `^(?:[a-z0-9][a-z0-9_.-]{0,62}|[.~]?(?:/${segment})+):(?:/${segment})+(?::ro)?$|^(?:/${plainSegment})+$`,
  expected: 'volume:/path, ./folder:/path, ~/folder:/path or /folder:/path, with :ro for read-only, or /path alone',
};
export const tmpfs: Grammar = {
  pattern: `^(?:/${plainSegment})+(?::(?:size=[0-9]{1,15}(?:[kmgt]b?)?|mode=[0-7]{3,4})(?:,(?:size=[0-9]{1,15}(?:[kmgt]b?)?|mode=[0-7]{3,4}))*)?$`,
  expected: 'a path such as /run, with :size=64m, :mode=755 or both if you like',
};
export const absolutePath: Grammar = {
  pattern: `^(?:/|(?:/${segment})+/?)$`,
  expected: 'an absolute path such as /srv/app',
};
export const containerUser: Grammar = {
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})?$',
  expected: 'a user such as postgres, 1000 or 1000:1000',
};
export const restart: Grammar = {
  pattern: '^(?:no|always|unless-stopped|on-failure(?::[0-9]{1,3})?)$',
  expected: 'no, always, unless-stopped, on-failure or on-failure:3',
};
export const containerFolder: Grammar = {
  pattern: `^(?:/${segment.replace('[^/', '[^/:')})+/?$`,
  expected: 'an absolute path without ":", such as /workspaces/shop',
};
export const port: Grammar = {
  pattern: '^(?:(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}:)?[0-9]{1,5}:)?[0-9]{1,5}(?:/(?:tcp|udp))?$',
  expected: 'a port such as 3000, 8080:80 or 127.0.0.1:8080:80',
};
export const exposed: Grammar = {
  pattern: '^[0-9]{1,5}(?:-[0-9]{1,5})?(?:/(?:tcp|udp))?$',
  expected: 'a port such as 9000 or 9000/udp',
};
export const serviceNetwork: Grammar = {
  pattern: '^(?:host|workspace|service:[a-z0-9][a-z0-9_.-]{0,62})$',
  expected: 'host, workspace or service:NAME',
};
export const composeName: Grammar = {
  pattern: `^${noPrototype}[A-Za-z0-9._-]{1,63}$`,
  expected: 'the name of a service of the compose file',
};
export const duration: Grammar = {
  pattern: '^[0-9]{1,6}(?:ms|s|m|h)$',
  expected: 'a duration such as 500ms, 2s or 1m',
};
export const bytes: Grammar = { pattern: '^[0-9]{1,15}(?:[kmgt]b?)?$', expected: 'a size such as 512m or 2g' };
export const capability: Grammar = {
  pattern: '^(?:CAP_)?[A-Z][A-Z0-9_]{1,40}$',
  expected: 'a capability such as SYS_PTRACE',
};
export const hostName: Grammar = {
  pattern: '^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$',
  expected: 'a host name such as api.example.test',
};
export const hostAddress: Grammar = {
  pattern: '^(?:host-gateway|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*)$',
  expected: 'an address such as 10.0.0.7, or host-gateway',
};
export const device: Grammar = {
  pattern: `^/dev(?:/${plainSegment})+(?::(?:/${plainSegment})+(?::[rwm]{1,3})?)?$`,
  expected: 'a device such as /dev/fuse, /dev/sdb:/dev/disk or /dev/sdb:/dev/disk:r',
};
export const limitName: Grammar = {
  pattern: '^(?:core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$',
  expected: 'a limit of Linux such as nofile, nproc or memlock',
};
export const glob: Grammar = {
  pattern: '^(?:/[^/\\u0000-\\u001f\\u007f]+)+/?$',
  expected: 'an absolute path or pattern such as /home/dev/.config/**',
};
export const tcpAddress: Grammar = { pattern: '^(?:[a-z0-9.-]+:)?[0-9]{1,5}$', expected: 'a port, or host:port' };
export const httpAddress: Grammar = {
  pattern: '^http://[^\\s\\u0000-\\u001f\\u007f]+$',
  expected: 'an address such as http://localhost:3000/health',
};
/** No login in a web address: it would stand in an image and in logs. */
export const directHost: Grammar = {
  pattern: '^[^\\s,]+$',
  expected: 'a host, domain, address or range such as .example.com or 10.0.0.0/8, or *',
};
export const directHosts: Grammar = {
  pattern: '^[^\\u0000]*$',
  expected: 'hosts, domains, addresses and ranges with commas between them, or *',
};
export const dotfiles: Grammar = {
  pattern:
    '^(?:https://[A-Za-z0-9][A-Za-z0-9.:-]*/\\S+|ssh://(?:[A-Za-z0-9][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.:-]*/\\S+|[A-Za-z0-9][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:\\S+|~?/[^\\u0000\\r\\n]+)$',
  expected: 'an absolute folder, ~/folder, or the https or ssh address of a git repository without a password',
};
