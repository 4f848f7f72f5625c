import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/screen/report/render-report.ts';
import { installOnHost } from '../../lab/install-on-host.ts';
import { makeFolder } from '../../run-devenv.ts';
import { makeReport } from './make-report.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where pictures for a person are kept; none by default. */
const pictures = process.env['TEAMVM_TEST_PICTURES'];

/** Text that is everywhere in the hostile report, and must never be more than text. */
const evil = `"><img src=http://127.0.0.1:9/x onerror="document.title='owned'"></script><script>document.title='owned'</script>\u202e`;

function makeHostile() {
  const report = makeReport(3);
  const texts = (value: unknown): unknown => {
    if (typeof value === 'string')
      return /^2026-/.test(value) || ['build', 'commit'].includes(value) ? value : value + evil;
    if (Array.isArray(value)) return value.map(texts);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, texts(each)]));
    return value;
  };
  return texts(report) as ReturnType<typeof makeReport>;
}

describe('the page in a browser', () => {
  const folder = makeFolder();
  let browser: Browser;
  const write = (name: string, text: string): string => {
    const file = join(folder.path, name);
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  };
  const open = async (
    address: string,
    options: BrowserContextOptions = {},
  ): Promise<Page & { readonly said: string[]; readonly asked: string[] }> => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
    const [said, asked]: string[][] = [[], []];
    page.on('console', (message) => said?.push(message.text()));
    page.on('pageerror', (error) => said?.push(error.message));
    page.on('request', (request) => asked?.push(request.url()));
    await page.goto(address);
    return Object.assign(page, { said: said ?? [], asked: asked ?? [] });
  };

  beforeAll(async () => {
    await installOnHost([['chromium', 'chromium']]);
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    folder[Symbol.dispose]();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ] as const)('is accessible and fits in %s at %i pixels', async (colorScheme, width) => {
    const address = write('report.html', renderReport(makeReport(12)));
    const page = await open(address, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (
        globalThis as unknown as {
          axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run(),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `report-${colorScheme}-${String(width)}.png`), fullPage: true });
    await page.context().close();
  });

  it('asks for nothing but itself, also if every text in it is hostile, and lets no script load anything', async () => {
    const address = write('hostile.html', renderReport(makeHostile()));
    const page = await open(address);
    expect(page.said).toEqual([]);
    expect(page.asked).toEqual([address]);
    expect(await page.title()).toContain('<img src=http');
    expect(await page.locator('img, iframe, script:not([type]) ~ script').count()).toBe(0);
    await page.selectOption('#before', '1');
    expect(await page.locator('#difference tbody tr').count()).toBeGreaterThan(0);
    expect(await page.title()).not.toBe('owned');
    const blocked = await page.evaluate<string>(
      "fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.message)",
    );
    expect(blocked).toBe('Failed to fetch');
    expect(page.said.join()).toContain('Content Security Policy');
    await page.context().close();
  });

  it('compares any two versions and finds packages with the keyboard alone', async () => {
    const page = await open(write('report.html', renderReport(makeReport(12))));
    await page.focus('#before');
    await page.selectOption('#before', '11');
    expect(await page.locator('#difference tbody tr').allTextContents()).toEqual([
      'apt tool-12added–yes',
      'apt tool-2removedyes–',
    ]);
    await page.focus('#find-package');
    await page.keyboard.type('acme lint');
    await expect.poll(() => page.locator('#package-rows-count').textContent()).toBe('1 of 422 packages');
    expect(await page.locator('#package-rows tr:visible').count()).toBe(1);
    await page.context().close();
  });

  it('answers within a frame or two with 500 versions', async () => {
    const page = await open(write('large.html', renderReport(makeReport(500))));
    const longest = await page.evaluate<number>(`(async () => {
      let [longest, last, on] = [0, performance.now(), true];
      const watch = (now) => { longest = Math.max(longest, now - last); last = now; if (on) requestAnimationFrame(watch); };
      requestAnimationFrame(watch);
      const list = document.querySelector('.tall');
      for (let step = 1; step <= 30; step += 1) { list.scrollTop = list.scrollHeight * step / 30; await new Promise(requestAnimationFrame); }
      const field = document.getElementById('find-version');
      for (const text of ['n', 'no', 'node', '']) { field.value = text; field.dispatchEvent(new Event('input')); await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame); }
      on = false;
      return longest;
    })()`);
    expect(longest).toBeLessThan(250);
    if (pictures !== undefined) writeFileSync(join(pictures, 'frames.txt'), `${String(longest)} ms`);
    await page.context().close();
  });
});
