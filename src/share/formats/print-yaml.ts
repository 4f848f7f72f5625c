import { Document, isScalar, visit } from 'yaml';

/** Texts that every YAML reader, of any version, takes for a text. */
const plain = /^[A-Za-z_/](?:[A-Za-z0-9_./@+-]|:(?=[A-Za-z0-9/@]))*(?: [A-Za-z0-9_./@+-]+)*$/;
/** Words that some readers take for another type. */
const taken = /^(?:true|false|null|yes|no|on|off|y|n|inf|nan)$/i;
/** Characters that editors hide, or that some readers take for the end of a line. */
const hidden = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|\p{Cs}/gu;
/** A script that reads better line by line. */
const script = /^[^\s\p{C}][^\p{C}\p{Zl}\p{Zp}]*(?:\n[^\p{C}\p{Zl}\p{Zp}]*)*\n?$/u;

/**
 * A value as YAML that readers of YAML 1.1 and 1.2 understand alike: texts that
 * could be anything else are quoted. `comment`: lines for the head of the file.
 */
export function printYaml(value: object, comment: readonly string[] = []): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (key, node) => {
      if (!isScalar(node) || typeof node.value !== 'string') return;
      const isScript = key === 'value' && node.value.includes('\n') && script.test(node.value);
      if (isScript) node.type = 'BLOCK_LITERAL';
      else if (!plain.test(node.value) || taken.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  const head = comment
    .flatMap((line) => line.split(/[\n\r]/))
    .map((line) => `# ${line}`.replace(hidden, '?').trimEnd());
  const text = document.toString({ lineWidth: 0, singleQuote: false, doubleQuotedMinMultiLineLength: 1e9 });
  return `${head.map((line) => `${line}\n`).join('')}${text.replace(hidden, escape)}`;
}

const escape = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
