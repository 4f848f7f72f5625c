import { describe, expect, it } from 'vitest';
import { npm } from '../../src/providers/npm.ts';
import { authorizeNpm, findNpmLogin, parseNpmrc } from '../../src/model/network/parse-npmrc.ts';

const npmrc = `; mine
registry = https://npm.corp.test/team/
@shop:registry="https://shop.corp.test"
//npm.corp.test/team/:_authToken=\${NPM_TOKEN}
//shop.corp.test/:username=kim
//shop.corp.test/:_password=aHVudGVyMjI=
//other.test/:_authToken=elsewhere
always-auth=true
ca[]=x
`;
const resolve = (mayLogIn: boolean, variables = {}, text = npmrc) =>
  npm.settings.resolve({ NPM_TOKEN: 'tok123', ...variables }, [text], mayLogIn);

describe('the settings of npm', () => {
  it('are the registries of this machine, without logins', () => {
    const { env, notes, secrets } = resolve(false);
    expect(env).toEqual({
      npm_config_registry: 'https://npm.corp.test/team/',
      'npm_config_@shop:registry': 'https://shop.corp.test',
    });
    expect(notes).toEqual([
      expect.stringMatching(/^The login for npm\.corp\.test is not used: .*`logins: \[npm\]`/),
      expect.stringMatching(/^The login for shop\.corp\.test is not used/),
    ]);
    expect(secrets).toEqual([]);
  });

  it('have the logins for these registries alone, if the person lets builds use them', () => {
    const { env, notes, secrets } = resolve(true);
    expect(env).toMatchObject({
      'npm_config_//npm.corp.test/team/:_authToken': 'tok123',
      'npm_config_//shop.corp.test/:username': 'kim',
      'npm_config_//shop.corp.test/:_password': 'aHVudGVyMjI=',
    });
    expect(JSON.stringify(env)).not.toContain('elsewhere');
    expect(notes).toEqual([]);
    expect(secrets).toEqual(expect.arrayContaining(['tok123', 'aHVudGVyMjI=']));
  });

  it('come from the variable first, and leave out a registry of this machine itself', () => {
    expect(resolve(false, { npm_config_registry: 'https://a.test/' }).env['npm_config_registry']).toBe(
      'https://a.test/',
    );
    expect(resolve(false, { npm_config_registry: 'http://localhost:4873/' }).env).not.toHaveProperty(
      'npm_config_registry',
    );
    expect(resolve(true, {}, '')).toEqual({ env: {}, notes: [], secrets: [] });
    expect(() => resolve(true, { npm_config_registry: 'file:///etc' })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });

  it('are used by each installation', () => {
    const [step] = [npm.plan({ 'npm:pnpm': '10' }, {}, {} as never, {})].flat();
    expect(step).toMatchObject({ actions: [{ kind: 'exec', settings: 'npm' }] });
  });
});

describe('a login of an .npmrc', () => {
  const find = (text: string, registry: string) => authorizeNpm(findNpmLogin(parseNpmrc(text, {}), registry));

  it.each([
    ['//a.test/:_authToken=x', 'https://a.test', 'Bearer x'],
    ['//a.test/:_authToken=x', 'https://a.test/team/npm', 'Bearer x'],
    ['//a.test/team/:_authToken=y\n//a.test/:_authToken=x', 'https://a.test/team/', 'Bearer y'],
    ['//a.test/team:_authToken=y', 'https://a.test/team', 'Bearer y'],
    ['//a.test:8080/:_auth=eDp5', 'http://a.test:8080/', 'Basic eDp5'],
    ['//a.test/:username=kim\n//a.test/:_password=aHVudGVyMjI=', 'https://a.test', `Basic ${btoa('kim:hunter22')}`],
    ['//a.test/team/:_authToken=x', 'https://a.test/', undefined],
    ['//a.test/:_authToken=x', 'https://b.a.test/', undefined],
    ['//a.test/:_authToken=x', 'https://a.test:8080/', undefined],
    ['_authToken=x', 'https://a.test/', undefined],
  ])('%j is for %s: %s', (text, registry, expected) => {
    expect(find(text, registry)).toBe(expected);
  });
});
