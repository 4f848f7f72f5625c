import { pinOf, type Pins } from '../pins.ts';

const version = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/;
const backend = /^[a-z]+:[A-Za-z0-9._/-]{1,200}$/;
const checksum = /^[a-z0-9]{3,10}:[0-9a-f]{32,128}$/;
const address = /^https?:\/\/[A-Za-z0-9][!#-;=?-[\]_a-z{|}~]{3,1500}$/;
/** Of Ruby also the repositories that it comes from. */
const option = /^[a-z_]{1,40}="[A-Za-z0-9._+:/{}-]{0,300}"$/;

/**
 * The pins of one tool in a mise.lock, text of an image: `NAME` → version,
 * `NAME.backend`, `NAME.options`, and by platform, such as linux-x64, `NAME.url.PLATFORM`
 * and `NAME.checksum.PLATFORM`. Empty if there is no version.
 */
export function parseToolLock(name: string, text: string): Pins {
  const pins: Record<string, string> = {};
  const options: string[] = [];
  const set = (key: string, value: string, rule: RegExp): void => {
    if (rule.test(value)) pins[key] = value;
  };
  let [own, platform, inOptions] = [false, '', false];
  for (const line of text.split('\n')) {
    const header = /^\[+tools\."?([^".\]]+)"?(?:\.(?:"platforms\.([a-z0-9-]{1,40})"|(options)))?\]+$/.exec(line.trim());
    if (header !== null) [own, platform, inOptions] = [header[1] === name, header[2] ?? '', header[3] !== undefined];
    const [, key = '', value = ''] = /^([a-z_]+) = "([^"\\]*)"$/.exec(line.trim()) ?? [];
    const inline = /^options = \{(.*)\}$/.exec(line.trim())?.[1];
    if (own && inline !== undefined) options.push(...inline.split(', '));
    if (!own || key === '') continue;
    if (inOptions) options.push(`${key}="${value}"`);
    else if (platform === '' && key === 'version') set(name, value, version);
    else if (platform === '' && key === 'backend') set(`${name}.backend`, value, backend);
    else if (platform !== '' && key === 'url') set(`${name}.url.${platform}`, value, address);
    else if (platform !== '' && key === 'checksum') set(`${name}.checksum.${platform}`, value, checksum);
  }
  if (options.length > 0 && options.every((each) => option.test(each))) pins[`${name}.options`] = options.join(' ');
  return pinOf(pins, name) === undefined ? {} : pins;
}

/** A mise.lock that says what the lock knows of a tool: empty if it knows no source. `name`: validated; pins are not. */
export function printToolLock(name: string, pins: Pins): string {
  const [is = '', by = '', how = ''] = [name, `${name}.backend`, `${name}.options`].map(
    (key) => pinOf(pins, key) ?? '',
  );
  if (!version.test(is) || !backend.test(by)) return '';
  const options = how.split(' ').filter((each) => option.test(each));
  const platforms = Object.keys(pins).flatMap((key) => {
    const platform = key.startsWith(`${name}.url.`) ? key.slice(`${name}.url.`.length) : '';
    const [url = '', sum = ''] = [key, `${name}.checksum.${platform}`].map((each) => pinOf(pins, each) ?? '');
    if (!/^[a-z0-9-]{1,40}$/.test(platform) || !address.test(url)) return [];
    return [
      `[tools.${name}."platforms.${platform}"]`,
      ...(checksum.test(sum) ? [`checksum = "${sum}"`] : []),
      `url = "${url}"`,
    ];
  });
  if (platforms.length === 0) return '';
  return [
    ...['lockfile_version = 2', `[[tools.${name}]]`, `version = "${is}"`, `backend = "${by}"`],
    ...[`specifiers = ["${is}"]`, ...(options.length === 0 ? [] : [`options = {${options.join(', ')}}`])],
    ...platforms,
  ].join('\n');
}
