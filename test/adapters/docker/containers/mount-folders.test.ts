import { describe, expect, it } from 'vitest';
import { findMountFolders } from '../../../../src/adapters/docker/containers/mount-folders.ts';

const find = (paths: readonly string[], targets: readonly string[]): string[] => [...findMountFolders(paths, targets)];

describe('findMountFolders', () => {
  it('finds the folders that only lead to a mount', () => {
    const paths = ['/home', '/home/dev', '/home/dev/.m2', '/home/dev/.m2/repository'];
    expect(find(paths, ['/home/dev/.m2/repository'])).toEqual(['/home', '/home/dev', '/home/dev/.m2']);
  });

  it('leaves folders alone in which something else changed', () => {
    const paths = ['/home', '/home/dev', '/home/dev/.m2', '/home/dev/.m2/repository', '/home/dev/.bashrc'];
    expect(find(paths, ['/home/dev/.m2/repository'])).toEqual(['/home/dev/.m2']);
    expect(find([...paths, '/home/dev/.m2/settings.xml'], ['/home/dev/.m2/repository'])).toEqual([]);
  });

  it('does not mind what is mounted in a mount, nor a name that only begins alike', () => {
    expect(find(['/a', '/a/b', '/a/b/c'], ['/a/b', '/a/b/c'])).toEqual(['/a', '/a/b']);
    expect(find(['/a', '/a/bc'], ['/a/b'])).toEqual([]);
  });
});
