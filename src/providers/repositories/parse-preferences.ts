const fields = ['package', 'pin', 'pin-priority'];

/**
 * The records of a file of /etc/apt/preferences.d in one form, without comments
 * and explanations. Undefined if one has other fields, or none. The text is
 * untrusted.
 */
export function parsePreferences(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => !/^(?:#|Explanation:)/i.test(line));
  const stanzas = lines
    .join('\n')
    .split(/\n\s*\n/)
    .filter((stanza) => stanza.trim() !== '');
  const records = stanzas.map((stanza) => {
    const rows = stanza.split('\n').filter((line) => line.trim() !== '');
    const found = new Map(
      rows.map((line): [string, string] => {
        const [, name = '', value = ''] = /^([A-Za-z-]+):(.*)$/s.exec(line) ?? [];
        return [name.toLowerCase(), value.replace(/[ \t\r]+/g, ' ').trim()];
      }),
    );
    const [packages, pin, priority] = fields.map((field) => found.get(field) ?? '');
    if (rows.length !== fields.length || !packages || !pin || !priority) return undefined;
    return `Package: ${packages}\nPin: ${pin}\nPin-Priority: ${priority}\n`;
  });
  return records.length === 0 || records.includes(undefined) ? undefined : records.join('\n');
}
