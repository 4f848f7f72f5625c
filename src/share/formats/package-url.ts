import type { Component } from '../../providers/billing.ts';
import type { Bill } from './bill.ts';

/**
 * The package URL of a component: `pkg:npm/%40scope/name@1.0.0`,
 * `pkg:deb/debian/jq@1.6-2.1?distro=debian-12`. Source: the package-url specification.
 */
export function packageUrl(
  { type, name, version, architecture, source, sha256 }: Component,
  system: Bill['system'],
): string {
  const isDebian = type === 'deb';
  const path = (isDebian && system.id !== '' ? `${system.id}/${name}` : name).split('/').map(encode).join('/');
  const distribution = [system.id, system.version].filter((word) => word !== '').join('-');
  const qualifiers = [
    ...(architecture === undefined ? [] : [['arch', architecture]]),
    ...(sha256 === undefined ? [] : [['checksum', `sha256:${sha256}`]]),
    ...(isDebian && distribution !== '' ? [['distro', distribution]] : []),
    ...(source === undefined ? [] : [['download_url', source]]),
  ].map(([key = '', value = '']) => `${key}=${encode(value)}`);
  const at = version === undefined ? '' : `@${encode(version)}`;
  return `pkg:${type}/${path}${at}${qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`}`;
}

/** Everything but letters, digits and `.-_~:` is encoded. */
const encode = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
