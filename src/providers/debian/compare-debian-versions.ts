/** Orders two versions of a Debian package as dpkg does: negative, zero or positive. */
export function compareDebianVersions(a: string, b: string): number {
  const [x, y] = [split(a), split(b)];
  return x.epoch - y.epoch || comparePart(x.upstream, y.upstream) || comparePart(x.revision, y.revision);
}

function split(version: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash === -1
    ? { epoch: Number(epoch), upstream: rest, revision: '' }
    : { epoch: Number(epoch), upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Runs of what is no digit and runs of digits, in turn. */
function comparePart(a: string, b: string): number {
  let [x, y] = [a, b];
  while (x !== '' || y !== '') {
    const [textA = '', textB = ''] = [/^\D*/.exec(x)?.[0], /^\D*/.exec(y)?.[0]];
    const order = compareText(textA, textB);
    if (order !== 0) return order;
    [x, y] = [x.slice(textA.length), y.slice(textB.length)];
    const [digitsA = '', digitsB = ''] = [/^\d*/.exec(x)?.[0], /^\d*/.exec(y)?.[0]];
    const [numberA, numberB] = [BigInt(digitsA || '0'), BigInt(digitsB || '0')];
    if (numberA !== numberB) return numberA < numberB ? -1 : 1;
    [x, y] = [x.slice(digitsA.length), y.slice(digitsB.length)];
  }
  return 0;
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = rank(a[index]) - rank(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** `~` comes before the end, letters before all other characters. */
function rank(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}
