import type { Grammar } from './fragment.ts';

export const noPrototype = '(?!(?:__proto__|constructor|prototype)$)';
/** One part of a path: no slash, no control character, not `.` or `..`. */
export const segment = '(?!\\.{1,2}(?:/|$))[^/\\u0000-\\u001f\\u007f]+';

export const someText: Grammar = { pattern: '^(?=[^\\u0000]*$)[^]*\\S', expected: 'text that is not empty' };
export const entryName: Grammar = {
  pattern: `^${noPrototype}[a-z0-9][a-z0-9_.-]{0,62}$`,
  expected: 'a name of at most 63 lower-case letters, digits, "-", "_" and ".", starting with a letter or digit',
};
export const projectPath: Grammar = {
  pattern: `^(?!~)(?:\\./)?${segment}(?:/${segment})*$`,
  expected: 'the path of a file in the project, without "..", "~" or a leading "/"',
};
export const securityOption: Grammar = {
  pattern:
    '^(?:no-new-privileges(?:[=:](?:true|false))?|(?:seccomp|systempaths)[=:]unconfined|apparmor[=:][A-Za-z0-9_.-]{1,100}|label[=:](?:disable|(?:user|role|type|level|filetype):[A-Za-z0-9_.:,-]{1,100}))$',
  expected: 'no-new-privileges, seccomp=unconfined, apparmor=unconfined, systempaths=unconfined or label=disable',
};
