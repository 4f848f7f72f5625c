import type { Proxies } from './proxies.ts';

/** The proxy for a web address; undefined if it is reached without one. */
export function chooseProxy(proxies: Proxies, { protocol, hostname, port }: URL): string | undefined {
  const proxy = (protocol === 'https:' ? proxies.https : proxies.http) ?? proxies.all ?? '';
  if (proxy === '') return undefined;
  const host = normalise(hostname);
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  if (isLoopback(host) || proxies.direct.some((rule) => covers(rule, host, number))) return undefined;
  return proxy;
}

/**
 * Whether a rule of NO_PROXY covers a host: `example.com`, `.example.com` and
 * `*.example.com` mean the domain and everything in it; `10.0.0.0/8` and
 * `fd00::/8` mean the addresses of that range, which names are not looked up
 * for; `:8080` at the end means that port alone.
 */
function covers(rule: string, host: string, port: string): boolean {
  const [, name = rule, ofPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(rule) ?? [];
  if (ofPort !== undefined && ofPort !== port) return false;
  if (name === '*') return true;
  const wanted = normalise(name);
  const [network = '', bits] = wanted.split('/');
  const [range, address] = [parseAddress(network), parseAddress(host)];
  if (range !== undefined || address !== undefined)
    return range !== undefined && address !== undefined && isWithin(address, range, bits);
  const domain = wanted.replace(/^(?:\*?\.|\*$)/, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

const normalise = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\](?=\/|$)/, '$1')
    .replace(/\.$/, '');

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host);

/** The bytes of an IP address; undefined for a name. */
function parseAddress(text: string): readonly number[] | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte < 256) ? bytes : undefined;
  }
  if (!text.includes(':') || !URL.canParse(`http://[${text}]/`)) return undefined;
  // The URL has IPv4 in the last groups as hexadecimal groups.
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  return [...(before ?? []), ...missing, ...(after ?? [])].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function isWithin(address: readonly number[], range: readonly number[], bits: string | undefined): boolean {
  if (address.length !== range.length || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return false;
  const length = bits === undefined ? address.length * 8 : Number(bits);
  return address.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8));
    const mask = (255 << (8 - kept)) & 255;
    return ((byte ^ (range[index] ?? 0)) & mask) === 0;
  });
}
