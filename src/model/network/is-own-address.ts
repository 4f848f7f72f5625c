/**
 * True for an address that only this machine answers: loopback, link-local,
 * unspecified, or the name `localhost`. A project can name any address, and must
 * not reach services of this machine by it.
 */
export function isOwnAddress(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  const four = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/.exec(bare);
  if (four !== null) return ['127', '0'].includes(four[1] ?? '') || (four[1] === '169' && four[2] === '254');
  return bare === '::1' || bare === '::' || /^fe[89ab][0-9a-f]:/.test(bare) || /^::ffff:(?:7f|0:|a9fe)/.test(bare);
}
