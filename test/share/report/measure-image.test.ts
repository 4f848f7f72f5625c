import { expect, it } from 'vitest';
import { measureImage, parseFolders, parsePackages } from '../../../src/share/report/measure-image.ts';

it('takes sizes of installed packages, and nothing else of what dpkg prints', () => {
  expect(parsePackages('ii \tgit\t36\nrc \tgone\t9\nii \t<b>\t1\nii \tnone\t\nhi \theld\t2\n')).toEqual([
    { name: 'git', size: 36_864, parts: [] },
    { name: 'held', size: 2048, parts: [] },
  ]);
});

it('makes a tree of what du prints, whatever names folders have', () => {
  const text =
    '8\t/usr/local/lib/a\n0\t/usr/local/lib/empty\n12\t/usr/local/lib\nnot a line\n16\t/usr/local\n4\t/opt/a b\n4\t/opt\n';
  expect(parseFolders(text)).toEqual([
    {
      ...{ name: '/usr/local', size: 16_384 },
      parts: [{ name: '/usr/local/lib', size: 12_288, parts: [{ name: '/usr/local/lib/a', size: 8192, parts: [] }] }],
    },
    { name: '/opt', size: 4096, parts: [{ name: '/opt/a b', size: 4096, parts: [] }] },
  ]);
});

it('counts what is left of the image as other files', async () => {
  const stdout = Buffer.from('ii \tgit\t1\n== folders ==\n1\t/opt\n');
  const ask = () => Promise.resolve({ exitCode: 0, stdout, stderr: Buffer.alloc(0), output: [] });
  expect(await measureImage(ask as never, 10_240)).toMatchObject({
    size: 10_240,
    parts: [
      { name: 'Debian packages', size: 1024 },
      { name: '/opt', size: 1024 },
      { name: 'Other files', size: 8192 },
    ],
  });
});
