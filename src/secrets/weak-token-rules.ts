import type { ContentRule } from './content-rule.ts';
import { makeTokenRule, type TokenRow } from './make-token-rule.ts';

/** Character classes: letters and digits; these, `_` and `-`. */
const [a, w] = ['[A-Za-z0-9]', '[A-Za-z0-9_-]'];
const inHex = (prefix: string): readonly string[] => [...'0123456789abcdef'].map((digit) => prefix + digit);

/** Tokens with prefixes that programs hold as parts of words: not searched in packages. */
const rows: readonly TokenRow[] = [
  ['twilio-key', inHex('SK'), '[0-9a-f]{31}(?![0-9A-Za-z])'],
  ['kubeadm-token', ['--token '], '[a-z0-9]{6}\\.[a-z0-9]{16}(?![\\w.])'],
  ['nats-seed', ['SUA', 'SAA', 'SOA'], '[A-Z2-7]{55}(?![A-Za-z0-9])'],
  ['mailgun-key', ['key-'], '[a-f0-9]{32}(?![a-f0-9])'],
  ['firecrawl-key', ['fc-'], '[a-f0-9]{32}(?![a-f0-9])'],
  ['onepassword-key', ['A3-'], '[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}'],
  ['tencent-key', ['AKID'], `(?=[A-Za-z]{0,31}[0-9])${a}{32}(?!${a})`],
  ['twilio-key', inHex('AC'), '[0-9a-f]{31}["\',:\\s]{1,6}[0-9a-f]{32}(?![0-9A-Za-z])'],
  ['ai-key', ['sk-'], `(?:[a-f0-9]{32}|(?=[A-Za-z]{0,47}[0-9])${a}{48})(?!${w})`],
  ['elevenlabs-key', ['sk_'], '[a-f0-9]{48}(?![A-Za-z0-9])'],
  ['fireworks-key', ['fw_'], `(?=[A-Za-z]{0,21}[0-9])${a}{22,24}(?!\\w)`],
  ['resend-key', ['re_'], `(?=[A-Za-z_]{0,32}[0-9])${a}{8}_${a}{24}(?!\\w)`],
  ['dagger-token', ['dag_'], `${w}{1,40}_${a}{36,48}(?!\\w)`],
  ['airtable-token', ['pat'], `${a}{14}\\.[a-f0-9]{64}`],
  ['facebook-token', ['EAA'], `${a}{100,300}(?![A-Za-z0-9+/=])`],
  ['voyage-key', ['pa-'], `(?=[A-Za-z_-]{0,42}[0-9])${w}{43}(?!${w})`],
  ['octopus-key', ['API-'], '(?=[A-Z]{0,27}[0-9])[A-Z0-9]{26,32}(?!\\w)'],
  ['k3s-token', ['K10'], '[a-f0-9]{64}::[a-z]{1,20}:[a-z0-9]{16}'],
  ['vault-key', ['Unseal Key '], '[0-9]{1,2}: [A-Za-z0-9+/=]{40}'],
  ['ngrok-token', ['authtoken '], `${a}{20,40}_${a}{20,24}`],
  ['django-key', ['django-insecure-'], '[!-&(-~]{40}'],
];

/** The second and third character of the base64 of a number. */
const digitPairs = (seconds: string): readonly string[] =>
  [...seconds].flatMap((second) => [...'AEIMQUYcgk'].map((third) => second + third));

/** Tokens that are known by a mark which is not at their start, or by what is around them. */
export const weakTokenRules: readonly ContentRule[] = [
  ...rows.map((row) => ({ ...makeTokenRule(row), loose: true })),
  { rule: 'openai-key', starts: ['T3BlbkFJ'], pattern: /(?<=sk-[A-Za-z0-9_-]{20,100})T3BlbkFJ[A-Za-z0-9_-]{20}/y },
  { rule: 'terraform-token', starts: ['.atlasv1.'], pattern: /(?<=[A-Za-z0-9]{14})\.atlasv1\.[A-Za-z0-9_-]{60}/y },
  { rule: 'telegram-token', starts: [':AA'], pattern: /(?<=[0-9]{8,10}):AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/y },
  { rule: 'azure-devops-token', starts: ['AZDO'], pattern: /(?<=[A-Za-z0-9]{76})AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/y },
  {
    rule: 'azure-client-secret',
    starts: ['7Q~', '8Q~', '9Q~'],
    pattern: /(?<=[A-Za-z0-9_~.-]{3})[789]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/y,
  },
  {
    rule: 'mailchimp-key',
    starts: ['-us1', '-us2', '-us3', '-us4', '-us5', '-us6', '-us7', '-us8', '-us9'],
    pattern: /(?<=(?<![0-9a-f])[0-9a-f]{32})-us[1-9][0-9]?(?![0-9a-zA-Z])/y,
  },
  {
    rule: 'twitter-token',
    starts: ['AAAAAAAAAAAAAAAAAAAAA'],
    pattern: /AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9]{10,60}%[A-Za-z0-9%]{30}/y,
  },
  {
    // Lines of base64 have the same letters.
    rule: 'square-token',
    starts: ['EAAA'],
    pattern:
      /(?<![A-Za-z0-9+/=_-]|[A-Za-z0-9+/]{40}\r?\n)EAAA[A-Za-z0-9_-]{60}(?![A-Za-z0-9+/=_-]|\r?\n[A-Za-z0-9+/=]{40})/y,
  },
  { rule: 'adyen-key', starts: ['hmf', 'hmq'], pattern: /(?<=AQ[EF][A-Za-z0-9])hm[fq][A-Za-z0-9+/=]{20}/y },
  {
    rule: 'account-key',
    starts: ['accounts: [', '"accounts": ['],
    loose: true,
    pattern: /"?accounts"?: \[\s{0,20}["'](?:0x)?(?<value>[0-9a-f]{64})["']/y,
  },
  {
    rule: 'account-key',
    starts: ['"0x', "'0x"],
    loose: true,
    pattern: /(?<=(?:rivateKeyToAccount|Wallet|rivate_?[kK]ey)["'\s:=,(]{1,6})["']0x(?<value>[0-9a-f]{64})["']/y,
  },
  {
    // The recovery words of a wallet.
    rule: 'account-key',
    starts: ['nemonic', 'NEMONIC', 'seed_phrase', 'SEED_PHRASE', 'seedPhrase'],
    loose: true,
    pattern: /\w{6,12}["']?\s{0,4}[:=]\s{0,4}["'](?<value>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})["']/y,
  },
  {
    // A key of Ethereum, encrypted with a password.
    rule: 'account-key',
    starts: ['"ciphertext"'],
    loose: true,
    pattern: /"ciphertext"\s{0,4}:\s{0,4}"(?<value>[0-9a-f]{64})"(?=[^]{0,600}"mac")/y,
  },
  {
    rule: 'consul-key',
    starts: ['tokens {', '"tokens": {', '"tokens":{'],
    loose: true,
    pattern:
      /"?tokens"?:? ?\{\s{0,20}(?:"?enable\w{0,30}"?\s?[=:]\s?\w{4,5},?\s{1,20})?"?\w{1,30}"?\s{0,4}[=:]\s{0,4}"(?<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/y,
  },
  {
    rule: 'consul-key',
    starts: ['encrypt = "', '"encrypt": "'],
    loose: true,
    pattern: /"?encrypt"?(?: =|:) "(?<value>[A-Za-z0-9+/]{22,43}={1,2})"/y,
  },
  {
    rule: 'asana-token',
    starts: ['0/12', '1/12', '2/12'],
    loose: true,
    pattern: /(?<![\w/.-])[012]\/12\d{8,17}(?:\/1\d{9,18})?:(?<value>[0-9a-f]{32})(?!\w)/y,
  },
  { rule: 'newrelic-key', starts: ['NRAL'], pattern: /(?<=(?<![A-Za-z0-9])[a-z0-9]{36})NRAL(?![A-Za-z0-9])/y },
  {
    rule: 'mattermost-hook',
    starts: ['/hooks/'],
    loose: true,
    pattern: /\/hooks\/(?=[a-z]{0,25}[0-9])(?<value>[a-z0-9]{26})(?![\w-])/y,
  },
  {
    // The base64 of a number, which is the user of a bot.
    rule: 'discord-token',
    starts: [
      ...digitPairs('DTjz').flatMap((pair) => [`M${pair}`, `N${pair}`]),
      ...digitPairs('DT').map((pair) => `O${pair}`),
    ],
    pattern: /(?<![\w-])[MNO][A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/y,
  },
];
