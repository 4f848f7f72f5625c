import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jsonData, markup } from '../../../src/screen/report/markup.ts';
import { renderReport } from '../../../src/screen/report/render-report.ts';
import { makeReport } from './make-report.ts';

describe('renderReport', () => {
  it('has a policy that allows its own style and script and nothing else', () => {
    const page = renderReport(makeReport(2));
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
    const hash = (element: string): string => {
      const [, text = ''] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy?.split('; ')).toEqual([
      ...["default-src 'none'", `style-src ${hash('style')}`, `script-src ${hash('script')}`],
      ...["base-uri 'none'", "form-action 'none'"],
    ]);
    expect(page).not.toMatch(
      /<(?:link|img|iframe|object|embed|base|form)\b|<script src|\son\w+=|\sstyle=|url\(|@import/i,
    );
  });

  it('names only addresses that a shell takes as they are', () => {
    const source = 'https://git.example.com/acme/$(id).git';
    expect(renderReport(makeReport(1, { source }))).not.toContain('git clone');
    expect(renderReport(makeReport(1))).toContain('git clone https://git.example.com/acme/shop-api.git shop-api');
  });

  it('is without packages, sizes and comparison if they are not known', () => {
    const report = { ...makeReport(1) };
    Reflect.deleteProperty(report, 'content');
    const page = renderReport(report);
    for (const id of ['packages', 'sizes', 'compare']) expect(page).not.toContain(`<section id="${id}"`);
  });

  it('is the same for the same report', () => {
    expect(renderReport(makeReport(5))).toBe(renderReport(makeReport(5)));
  });
});

describe('markup', () => {
  it('escapes what it is given, in text and in attributes', () => {
    const text = `<b title='x'>&"</b>`;
    expect(markup`<i title="${text}">${text}</i>`.text).toBe(
      '<i title="&lt;b title=&#39;x&#39;&gt;&amp;&quot;&lt;/b&gt;">&lt;b title=&#39;x&#39;&gt;&amp;&quot;&lt;/b&gt;</i>',
    );
    expect(markup`${'a\u202eb\u001b[31mc\nd'}`.text).toBe('a\ufffdbc d');
  });

  it('writes data that no text can end', () => {
    const { text } = jsonData(['</script><!--', '\u2028', 1]);
    expect(text).not.toMatch(/[<>\u2028]/);
    expect(JSON.parse(text)).toEqual(['</script><!--', '\ufffd', 1]);
  });
});
