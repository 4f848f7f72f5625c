import { sanitizeLine } from '../sanitize.ts';
import type { NamedValue } from '../../workspace/completion.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** A shell puts a word into the command line as it is: no other may be among them. At the start, `@` has a meaning for PowerShell, and `=` for zsh. */
const plainWord = /^[A-Za-z0-9_.,:%+/-][A-Za-z0-9_.,:@%+=/~-]*$/;

/** Candidates as the script of a shell reads them, one a line. Leaves out words with a meaning for a shell. */
export function renderCandidates(shell: Shell, candidates: readonly NamedValue[]): string {
  const clean = (text: string): string => sanitizeLine(text).replaceAll(/\s+/g, ' ');
  const plain = candidates.filter(
    // PowerShell makes two words of one with a comma.
    ({ word }) => plainWord.test(word) && !(shell === 'powershell' && word.includes(',')),
  );
  const lines = plain.map(({ word, summary }) => {
    if (shell === 'bash') return word;
    return shell === 'zsh' ? `${word.replaceAll(':', '\\:')}:${clean(summary)}` : `${word}\t${clean(summary)}`;
  });
  return lines.join('\n');
}

/** A script that completes command lines with the candidates of `devenv completion`, and files if there are none. */
export const renderCompletion = (shell: Shell): string => scripts[shell];

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# devenv completion for bash: source <(devenv completion bash)
_devenv() {
  local IFS=$'\\n'
  COMPREPLY=($(devenv completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _devenv devenv
`,
  zsh: `#compdef devenv
# devenv completion for zsh: source <(devenv completion zsh)
_devenv() {
  local -a items
  items=("\${(@f)$(devenv completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$items" ]]; then _describe devenv items; else _files; fi
}
compdef _devenv devenv
`,
  fish: `# devenv completion for fish: devenv completion fish | source
function __devenv_complete
  set -l items (devenv completion fish -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $items) -gt 0
    printf '%s\\n' $items
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c devenv -f -a '(__devenv_complete)'
`,
  // Older ones drop an empty argument: the last word follows a colon.
  powershell: `# devenv completion for PowerShell: devenv completion powershell > ~/devenv.ps1
Register-ArgumentCompleter -Native -CommandName devenv -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
  devenv completion powershell -- @words ":$wordToComplete" 2>$null | ForEach-Object {
    $word, $summary = $_ -split "\`t", 2
    if (-not $summary) { $summary = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $summary)
  }
}
`,
};
