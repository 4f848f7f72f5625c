import type { ReportedService, TeamReport } from '../../share/report/team-report.ts';
import { formatSize } from '../format-size.ts';
import { script, style } from './generated/page.ts';
import { Markup, jsonData, markup } from './markup.ts';
import { renderPackages, renderSizes } from './render-content.ts';
import { renderScrollTable } from './render-scroll-table.ts';
import { renderCompare, renderVersions } from './render-versions.ts';

/** A whole page in one file. Its policy lets it load nothing and run nothing but its own script. */
export function renderReport(report: TeamReport): string {
  const { name, versions } = report;
  const policy = [
    ...["default-src 'none'", `style-src '${style.hash}'`, `script-src '${script.hash}'`],
    ...["base-uri 'none'", "form-action 'none'"],
  ].join('; ');
  const sections = listSections(report);
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${name}: environment</title>
        <style>${new Markup(style.text)}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <div class="page">
            <h1>${name}</h1>
            ${summarise(report)}
            <nav aria-label="Sections">
              <ul>
                ${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
              </ul>
            </nav>
          </div>
        </header>
        <main id="main" class="page">
          ${sections.map(
            ({ id, title, body }) =>
              markup`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${title}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer class="page">
          Written by devenv for version ${report.current}. This page loads nothing from anywhere.
        </footer>
        <script type="application/json" id="versions-data">${jsonData(
          versions.map(({ number, from, message, size, set, unset }) => [number, from ?? 0, message, size, set, unset]),
        )}</script>
        <script>${new Markup(script.text)}</script>
      </body>
    </html> `.text;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

function listSections(report: TeamReport): readonly Section[] {
  const { versions, current, content, services, ports } = report;
  const section = (id: string, title: string, body: Markup): Section => ({ id, title, body });
  return [
    section('start', 'Start', renderStart(report)),
    ...(services.length + ports.length > 0
      ? [section('services', 'Services and ports', renderServices(services, ports))]
      : []),
    section('versions', 'Versions', renderVersions(versions, current)),
    ...(versions.length > 1 ? [section('compare', 'Compare', renderCompare(versions, current))] : []),
    ...(content === undefined
      ? []
      : [
          section('sizes', 'Sizes', renderSizes(content.sizes)),
          section('packages', 'Packages', renderPackages(content.packages)),
        ]),
  ];
}

function summarise({ versions, current, content }: TeamReport): Markup {
  const version = versions.find(({ number }) => number === current);
  const people = new Set(versions.map(({ author }) => author)).size;
  const facts: readonly (readonly [string, string])[] = [
    ['Current version', String(current)],
    ['Versions', String(versions.length)],
    ['Authors', String(people)],
    ['Image', formatSize(version?.size ?? 0)],
    ...(content === undefined ? [] : ([['Packages', String(content.packages.length)]] as const)),
  ];
  return markup`<dl class="facts">
    ${facts.map(
      ([label, value]) =>
        markup`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Characters that mean nothing to a shell: people copy the line. */
const harmless = /^[\w:/.@~+%-]+$/;

function renderStart({ source = '', secrets, name }: TeamReport): Markup {
  const clone = harmless.test(source) && harmless.test(name) ? [`git clone ${source} ${name}`, `cd ${name}`] : [];
  const lines = [...clone, 'devenv up', 'devenv shell'].map((line) => markup`<span class="line">${line}</span>\n`);
  return markup`<p>${clone.length === 0 ? 'In a clone of the project:' : 'On a new machine:'}</p>
<pre tabindex="0" role="region" aria-label="Commands to start"><code>${lines}</code></pre>
${
  secrets.length > 0 &&
  markup`<p>${secrets.length === 1 ? 'You need a value for the secret' : 'You need values for the secrets'} ${secrets.map(
    (secret, index) => markup`${index > 0 && ', '}<code>${secret}</code>`,
  )}.</p>`
}`;
}

function renderServices(services: readonly ReportedService[], ports: readonly string[]): Markup {
  const rows = [...(ports.length > 0 ? [{ name: 'workspace', from: '', ports, profiles: [] }] : []), ...services];
  return renderScrollTable(
    'Services and ports',
    ['Name', 'Image', 'Ports', 'Started'],
    rows.map(({ name, from, ports: open, profiles }) => [
      markup`<strong>${name}</strong>`,
      from === '' ? markup`this environment` : markup`<code>${from}</code>`,
      markup`${open.length === 0 ? '–' : open.join(', ')}`,
      markup`${profiles.length === 0 ? 'always' : `with ${profiles.join(', ')}`}`,
    ]),
  );
}
