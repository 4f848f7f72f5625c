import { formatCount } from '../../model/format-count.ts';
import type { ReportedVersion } from '../../share/report/team-report.ts';
import { formatSize } from '../format-size.ts';
import { markup, type Markup } from './markup.ts';

const kinds = { build: 'built', commit: 'committed', rollback: 'rolled back' } as const;

/** The versions, newest first, with a search. */
export function renderVersions(versions: readonly ReportedVersion[], current: number): Markup {
  return markup`<div class="tools">
      <label for="find-version">Search versions</label
      ><input id="find-version" type="search" autocomplete="off" spellcheck="false" data-rows="timeline" />
      <p role="status" class="count" id="timeline-count">${formatCount(versions.length, 'version')}</p>
    </div>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Versions: list">
      <ol class="timeline" id="timeline" reversed>
        ${versions.toReversed().map((version) => renderVersion(version, version.number === current))}
      </ol>
    </div>`;
}

function renderVersion(version: ReportedVersion, isCurrent: boolean): Markup {
  const { number, kind, author, date, message, size, growth, pushed, changes } = version;
  const grown =
    growth === undefined || growth === 0 ? '' : ` (${growth > 0 ? '+' : '−'}${formatSize(Math.abs(growth))})`;
  return markup`<li class="version ${kind}${isCurrent && ' current'}">
    <h3>
      <span class="number"><span class="hidden">Version </span>${number}</span>
      ${message}${isCurrent && markup` <span class="badge">current</span>`}${!pushed && markup` <span class="badge quiet">not pushed</span>`}
    </h3>
    <p class="meta">
      ${author} ${kinds[kind]} it on <time datetime="${date}">${formatDay(date)}</time> · ${formatSize(size)}${grown}
    </p>
    ${
      changes.length > 0 &&
      markup`<ul class="changes">
        ${changes.map((change) => markup`<li class="${markOf(change)}">${change}</li>`)}
      </ul>`
    }
  </li> `;
}

/** By the sign that a change begins with. */
function markOf(change: string): string {
  const marks: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '~': 'changed' };
  return marks[change[0] ?? ''] ?? 'other';
}

/** Two choices of a version; the page's script shows the differences. */
export function renderCompare(versions: readonly ReportedVersion[], current: number): Markup {
  const before = versions.findLast(({ number }) => number < current)?.number ?? versions[0]?.number;
  const choose = (id: string, label: string, chosen: number | undefined): Markup =>
    markup`<div>
      <label for="${id}">${label}</label
      ><select id="${id}">
        ${versions
          .toReversed()
          .map(
            ({ number, message }) =>
              markup`<option value="${number}"${number === chosen && ' selected'}>${number} · ${message.slice(0, 60)}</option>`,
          )}
      </select>
    </div>`;
  return markup`<div class="tools pair">
      ${choose('before', 'From version', before)}${choose('after', 'To version', current)}
    </div>
    <div id="difference" aria-live="polite">
      <noscript
        ><p>This needs scripts in the browser; <code>devenv diff</code> says the same.</p></noscript
      >
    </div>`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-01-02T03:04:05Z` → `2 Jan 2026`. */
function formatDay(date: string): string {
  const [year = '', month = '', day = ''] = date.slice(0, 10).split('-');
  return `${String(Number(day))} ${months[Number(month) - 1] ?? month} ${year}`;
}
