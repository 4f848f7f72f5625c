interface Pushed {
  readonly pushed: readonly { readonly number: number; readonly reference: string }[];
  readonly absent: readonly number[];
  readonly skipped: readonly number[];
}

/** What was uploaded, what was not, and what comes next. */
export function renderPush({ pushed, absent, skipped }: Pushed): string {
  const lines = pushed.map(({ number, reference }) => `Pushed version ${String(number)} as ${reference}.`);
  if (pushed.length > 0) lines.push('Commit devenv-lock.yaml to git: teammates get what it names.');
  for (const number of absent)
    lines.push(`Version ${String(number)} is not on this machine. Ask its author to push it.`);
  if (pushed.length === 0 && absent.length === 0)
    lines.push('Nothing to push: the registry has every version of this line.');
  if (skipped.length > 0)
    lines.push(`Not pushed, because rolled back or rebased: ${skipped.join(', ')}. Upload with \`devenv push --all\`.`);
  return lines.join('\n');
}
