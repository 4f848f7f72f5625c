import { describe, expect, it } from 'vitest';
import { foldersOf, indexOwners, mergeUsr } from '../../../../src/capture/drift/explain/own-paths.ts';
import { toEvidence } from './read-case.ts';

const owner = (path: string, lists: Record<string, string[]>, diversions = ''): readonly string[] => {
  const evidence = toEvidence({ lists, files: { '/var/lib/dpkg/diversions': diversions } });
  return indexOwners(new Set(foldersOf(path)), evidence)(path);
};

describe('indexOwners', () => {
  it('knows /bin/sh of a list as the /usr/bin/sh of an engine', () => {
    expect(owner('/usr/bin/sh', { dash: ['/bin', '/bin/sh'] })).toEqual(['dash']);
    expect(mergeUsr('/library/x')).toBe('/library/x');
  });

  it('gives a diverted file to the package whose file was moved, and its place to who moved it', () => {
    const lists = { dash: ['/bin/sh'], bash: ['/bin/sh'] };
    const diversions = '/bin/sh\n/bin/sh.distrib\ndash\n';
    expect(owner('/usr/bin/sh.distrib', lists, diversions)).toEqual(['bash']);
    expect(owner('/usr/bin/sh', lists, diversions)).toEqual(['dash']);
  });

  it('gives compiled Python to who owns the source', () => {
    const lists = { python: ['/usr/lib/python3/dist-packages/a/b.py'] };
    expect(owner('/usr/lib/python3/dist-packages/a/__pycache__/b.cpython-311.pyc', lists)).toEqual(['python']);
  });

  it('knows nothing of a path that no list has', () => {
    expect(owner('/usr/bin/own', { dash: ['/usr/bin/own2'] })).toEqual([]);
  });
});
