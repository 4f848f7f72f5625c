import { describe, expect, it } from 'vitest';
import { printSshdConfig } from '../../../src/session/ssh/sshd-config.ts';

describe('the configuration of an sshd for one connection', () => {
  it('sets each variable once, with the last value, on one line', () => {
    const { text } = printSshdConfig({ user: 'dev', env: ['A=1', 'B=say "hi" \\ #', 'A=2', 'EMPTY='] });
    expect(text.split('\n').filter((line) => line.startsWith('SetEnv'))).toEqual([
      String.raw`SetEnv "A=2" "B=say \"hi\" \\ #" "EMPTY="`,
    ]);
  });

  it('lets no value add a line, and says which one is left out', () => {
    const { text, leftOut } = printSshdConfig({
      user: 'dev',
      env: ['KEY=a\nPermitEmptyPasswords yes', 'B=b\rc', 'C=d'],
    });
    expect(text).not.toContain('PermitEmptyPasswords');
    expect([leftOut, text.endsWith('SetEnv "C=d"')]).toEqual([['KEY', 'B'], true]);
  });

  it('takes keys only', () => {
    const { text } = printSshdConfig({ user: 'dev', env: [] });
    expect(text).toMatch(/^PasswordAuthentication no$/m);
    expect(text).toMatch(/^AllowUsers dev$/m);
    expect(text).not.toContain('SetEnv');
  });
});
