import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostPort, PortMapping } from '../../src/model/workspace.ts';
import { choosePorts, isTaken } from '../../src/plan/publish.ts';

const port = (host: number, rest: Partial<PortMapping> = {}): PortMapping => ({
  ...{ address: '127.0.0.1', host, container: host, protocol: 'tcp' },
  ...rest,
});
const hosts = (wished: readonly PortMapping[], taken: readonly HostPort[]): number[] =>
  choosePorts(wished, taken).map(({ host }) => host);

describe('choosePorts', () => {
  it('gives what is wished where nobody has it', () => {
    expect(choosePorts([port(3000)], [port(3001)])).toEqual([{ ...port(3000), wished: 3000 }]);
  });

  it.each([
    ['another container has it', [port(3000)], [port(3000)], [3001]],
    ['it is open at every address', [port(3000)], [port(3000, { address: '0.0.0.0' })], [3001]],
    ['it is to be open at every address', [port(3000, { address: '0.0.0.0' })], [port(3000)], [3001]],
    ['the next ones are taken too', [port(3000)], [port(3000), port(3001)], [3002]],
    ['the next one is a wish, too', [port(3000), port(3001)], [port(3000)], [3002, 3001]],
    ['it is one of the system', [port(80)], [port(80)], [8080]],
    ['it is the last one', [port(65_535)], [port(65_535)], [10_000]],
  ])('moves a port where %s', (_, wished, taken, expected) => {
    expect(hosts(wished, taken)).toEqual(expected);
  });

  it('takes any free port where none is wished, and calls it the wished one', () => {
    const any = (container: number): PortMapping => port(0, { container });
    expect(choosePorts([any(3306), any(3306), any(60_000)], [port(13_306)])).toEqual([
      { ...any(3306), host: 13_307, wished: 13_307 },
      { ...any(3306), host: 13_308, wished: 13_308 },
      { ...any(60_000), host: 40_000, wished: 40_000 },
    ]);
  });

  it('moves nothing for another protocol or another address', () => {
    expect(hosts([port(3000)], [port(3000, { protocol: 'udp' }), port(3000, { address: '10.0.0.1' })])).toEqual([3000]);
  });

  it('never gives a port that is taken, nor one twice', () => {
    const some = fc.integer({ min: 1, max: 40 }).chain((base) =>
      fc.record({
        address: fc.constantFrom('127.0.0.1', '0.0.0.0', '10.0.0.1'),
        host: fc.constantFrom(base, 3000 + base, 65_536 - base),
        container: fc.constant(80),
        protocol: fc.constantFrom('tcp' as const, 'udp' as const),
      }),
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), fc.array(some, { maxLength: 60 }), (wished, taken) => {
        const chosen = choosePorts(wished, taken);
        for (const [index, one] of chosen.entries()) {
          expect(isTaken(one, [...taken, ...chosen.slice(0, index)])).toBe(false);
          expect(one.host).toBeLessThanOrEqual(65_535);
        }
      }),
    );
  });
});
