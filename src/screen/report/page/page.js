/* The script of the team's page. It makes no text into HTML. */
(() => {
  const byId = (id) => document.getElementById(id);

  /** Shows the rows of a list that have all the words. */
  const search = (input) => {
    const rows = [...byId(input.dataset.rows).children];
    const count = byId(`${input.dataset.rows}-count`);
    const all = count.textContent;
    const texts = rows.map((row) => row.textContent.toLowerCase());
    let planned = 0;
    const show = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        const fits = words.every((word) => texts[index].includes(word));
        if (row.hidden === fits) row.hidden = !fits;
        if (fits) shown += 1;
      });
      count.textContent = words.length === 0 ? all : `${shown} of ${all}`;
    };
    input.addEventListener('input', () => {
      cancelAnimationFrame(planned);
      planned = requestAnimationFrame(show);
    });
    // A browser keeps the text of a page that is loaded again.
    if (input.value !== '') show();
  };
  document.querySelectorAll('input[data-rows]').forEach(search);

  const [before, after, place] = ['before', 'after', 'difference'].map(byId);
  if (!place) return;
  const versions = new Map(JSON.parse(byId('versions-data').textContent).map((version) => [version[0], version]));

  const make = (name, text, children = []) => {
    const element = document.createElement(name);
    if (text !== '') element.textContent = text;
    element.append(...children);
    return element;
  };

  /** Items of a version, by id: those of the versions that it extends, then its own. */
  const itemsOf = (number) => {
    const line = [];
    for (let version = versions.get(number); version !== undefined; version = versions.get(version[1])) {
      line.push(version);
      // Numbers fall, whatever the lock says.
      if (version[1] >= version[0]) break;
    }
    const items = new Map();
    for (const [, , , , set, unset] of line.reverse()) {
      for (const id of unset) items.delete(id);
      for (const [id, value, text] of set) items.set(id, [value, text]);
    }
    return items;
  };

  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const size = (bytes) => {
    let [value, unit] = [Math.abs(bytes), 0];
    while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
    return `${bytes < 0 ? '−' : '+'}${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
  };

  const compare = () => {
    const [from, to] = [Number(before.value), Number(after.value)];
    const [old, now] = [itemsOf(from), itemsOf(to)];
    const rows = [];
    for (const id of [...new Set([...old.keys(), ...now.keys()])].sort()) {
      const [was, is] = [old.get(id), now.get(id)];
      if (was && is && was[0] === is[0]) continue;
      const kind = was ? (is ? 'changed' : 'removed') : 'added';
      const cell = (item) => make('td', item ? item[1] || (kind === 'changed' ? 'other content' : 'yes') : '–');
      const mark = make('td', '', [make('span', kind)]);
      mark.firstChild.className = `mark ${kind}`;
      const name = make('th', id.replace(':', ' '));
      name.scope = 'row';
      rows.push(make('tr', '', [name, mark, cell(was), cell(is)]));
    }
    const grown = versions.get(to)[3] - versions.get(from)[3];
    const heading = ['Item', 'Change', `Version ${from}`, `Version ${to}`].map((text) => {
      const cell = make('th', text);
      cell.scope = 'col';
      return cell;
    });
    const what =
      rows.length === 0
        ? 'Both declare the same.'
        : `${rows.length} ${rows.length === 1 ? 'difference' : 'differences'} in what they declare.`;
    const summary = make('p', from === to ? 'Choose two versions.' : `${what} Image: ${size(grown)}.`);
    place.replaceChildren(summary);
    if (from === to) return;
    summary.append(' Changes by hand: ', make('code', `devenv diff ${from} ${to} --files`));
    if (rows.length === 0) return;
    const table = make('table', '', [make('thead', '', [make('tr', '', heading)]), make('tbody', '', rows)]);
    const scroll = make('div', '', [table]);
    scroll.className = 'scroll';
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', 'Differences: table');
    place.append(scroll);
  };
  before.addEventListener('change', compare);
  after.addEventListener('change', compare);
  compare();
})();
