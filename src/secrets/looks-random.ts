/**
 * True if a value that is assigned to a password is likely one: it mixes
 * letters and digits, and is no path, address, call or name of a program.
 */
export function looksRandom(value: string, quoted: boolean): boolean {
  if (/\s/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (!/[0-9]/.test(value)) return isScrambled(value);
  const encoded = /^[A-Za-z0-9+/]{20,}={1,2}$/.test(value);
  if (!encoded && /^(?:[/~.]|[a-z]+:\/\/|0x[0-9a-f]+$|sha(?:256|512)?[:-]|v?\d+(?:\.\d+)+)/i.test(value)) return false;
  if (/^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+$/.test(value))
    return value.split(/[.:>-]+/).some(isScrambled);
  // Words in one: `x-aws-ec2-metadata-token`, `SignatureV4Credentials`, `arn:aws:iam::123:role/x`.
  if (
    /^[A-Za-z]+(?:[0-9]{1,2}[A-Za-z]*)?(?:[-_.:/][A-Za-z]+(?:[0-9]{1,2}[A-Za-z]*)?)+$/.test(value) &&
    !isScrambled(value)
  )
    return false;
  if (value.startsWith('arn:aws:')) return false;
  if (/[a-z]{3}/.test(value) && isInWords(value)) return isScrambled(value);
  // A word with a number is a name: `password: utf8mb4_general`, `token = token_type2`.
  if (/^[a-z]+(?:[_.-][a-z]+)*(?:[_-]?[0-9]{0,4})$/i.test(value) && !/[a-z][A-Z]|[A-Z][a-z]+[A-Z]/.test(value))
    return false;
  return quoted || value.length >= 10 || /[^\w.-]/.test(value);
}

/** True for words in one, each with a capital, abbreviations and short numbers. Not by one pattern, which would try each way to cut them. */
const isInWords = (value: string): boolean =>
  value.replace(/^[a-z]+/, '').replaceAll(/[A-Z]+[a-z]{2,}|[A-Z]{2,}|[A-Z]?[0-9]{1,4}/g, '') === '';

/** Letters that can be spoken, and numbers. */
const syllables =
  /[A-Z](?=[a-z]*[aeiouy])[a-z]{2,}|(?=[a-z]*[aeiouy])[a-z]{3,}|(?=[A-Z]*[AEIOUY])[A-Z]{4,}|[0-9]{4,}|[_-]/g;

/** True if most of a value is left without words, abbreviations and numbers: `SczKeVIzMbq`, not `getUserToken`. */
function isScrambled(value: string): boolean {
  if (value.length < 10 || !/[a-z]/.test(value) || !/[A-Z]/.test(value) || /[^\w!#%^&*@~+/=-]/.test(value))
    return false;
  const head = value.slice(0, 64);
  return 2 * head.replaceAll(syllables, '').length >= head.length;
}

/** True for a value that no text has as a word: scrambled letters, or long with many digits. */
export function looksStrong(value: string): boolean {
  if (!looksRandom(value, false) || /[^\w!#%^&*@~+/=.$-]/.test(value)) return false;
  const digits = value.match(/[0-9]/g)?.length ?? 0;
  return isScrambled(value) || (value.length >= 16 && digits >= value.length / 5);
}

/** Parts of names that have digits: of encodings, algorithms and protocols, and of fields that are counted. */
const numbered =
  /utf|base\d|sha\d|md\d|oauth|x509|scram|bcrypt|hmac|http|\dd$|(?:pass\w*|pwd|secret|token|text|field|input|value|key|user|type|test)[_-]?\d{0,3}$/i;

/** True for a password that a person may choose, in front of which its name stands: letters and digits in one word, `blueWhale77`. */
export function looksChosen(value: string): boolean {
  if (!/^[\w.!#%^&*@~+=$?-]{8,64}$/.test(value) || !/[A-Za-z]{2}/.test(value) || !/\d/.test(value)) return false;
  if (
    /^(?:[/~.$%@]|v?\d+(?:\.\d+)+|0x)|[\w-]\.[A-Za-z]{1,4}$|\.\w+\.|^[a-z_]\w*(?:\.[a-z_]\w*)+$|^[a-z]+(?:_[a-z]+)+\d?$/.test(
      value,
    )
  )
    return false;
  return !numbered.test(value);
}
