import {
  createPrompt,
  isDownKey,
  isEnterKey,
  isSpaceKey,
  isUpKey,
  useKeypress,
  usePagination,
  usePrefix,
  useState,
} from '@inquirer/core';
import type { Assignment } from '../../ports/prompt.ts';

interface AssignConfig {
  readonly message: string;
  readonly entries: readonly Assignment[];
}

/** A list of entries with their options: space switches the option of an entry. Answers with an index for each. */
export const assign = createPrompt<readonly number[], AssignConfig>(({ message, entries }, done) => {
  const [status, setStatus] = useState<'idle' | 'done'>('idle');
  const [chosen, setChosen] = useState<readonly number[]>(entries.map(() => 0));
  const [active, setActive] = useState(0);
  const prefix = usePrefix({ status });
  useKeypress((key) => {
    const { options = [] } = entries[active] ?? {};
    if (isEnterKey(key)) {
      setStatus('done');
      done(chosen);
    } else if (isUpKey(key)) setActive(Math.max(active - 1, 0));
    else if (isDownKey(key)) setActive(Math.min(active + 1, entries.length - 1));
    else if (isSpaceKey(key)) setChosen(chosen.with(active, ((chosen[active] ?? 0) + 1) % options.length));
  });
  const width = Math.max(...entries.flatMap(({ options }) => options.map(({ length }) => length)));
  const page = usePagination({
    items: entries,
    active,
    pageSize: 15,
    loop: false,
    renderItem: ({ item: { title, options }, index, isActive }) => {
      const switches = options.length > 1 ? '' : ' ';
      return `${isActive ? '❯' : ' '} ${(options[chosen[index] ?? 0] ?? '').padEnd(width)}  ${title}${switches}`.trimEnd();
    },
  });
  const picked = chosen.map((option, index) => entries[index]?.options[option] ?? '');
  const counts = [...new Set(picked)].map((each) => `${String(picked.filter((one) => one === each).length)} ${each}`);
  return status === 'done'
    ? `${prefix} ${message} ${counts.join(', ')}`
    : `${prefix} ${message}\n${page}\n↑↓ move • space switch • ⏎ accept`;
});
