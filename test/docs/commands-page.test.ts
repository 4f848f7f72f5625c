import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './read-pages.ts';

describe('the help of commands', () => {
  const page = readFileSync(join(root, 'docs/reference/commands.md'), 'utf8');

  it('has lines of usage without empty forms', () => {
    const usages = page.match(/^USAGE\n[^]*?\n\n/gm) ?? [];
    expect(usages.length).toBeGreaterThan(30);
    for (const usage of usages) expect(usage).not.toMatch(/\|\s+\||\s\]|-f -o/);
  });

  it('aligns the first flag of a section with the others', () => {
    const sections = page.match(/^FLAGS\n[^]*?\n\n/gm)?.filter((section) => /^ {2}-\w, /m.test(section)) ?? [];
    expect(sections.length).toBeGreaterThan(3);
    for (const section of sections) expect(section).not.toMatch(/^ {2}--/m);
  });

  it('names a schema for the document of each command', () => {
    const sections = page.split(/^## devenv /m).filter((section) => /^ +--json /m.test(section));
    expect(sections.length).toBeGreaterThan(35);
    const without = sections.filter((section) => !section.includes('prints a document of [this schema]'));
    // The one prints a schema itself, and the other what a shell reads.
    expect(without.map((section) => section.split('\n')[0])).toEqual(['completion', 'config schema']);
  });
});
