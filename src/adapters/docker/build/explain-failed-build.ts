import { DevenvError } from '../../../errors/devenv-error.ts';
import { asksForLogin } from '../../../model/network/asks-for-login.ts';
import { cleanText } from '../connection/clean-text.ts';
import { fullHint, isFull, refused } from '../connection/engine-failure.ts';
import { transferFailure } from '../images/transfer-failure.ts';

/** A command that failed, in the words of BuildKit, Docker's older builder and Podman. Commands hold any text: no part may be read twice. */
const command =
  /(?:process "(?<a>[^]*)" did not complete successfully: exit code: |The command '(?<b>[^]*)' returned a non-zero code: |STEP "(?:RUN )?(?<c>[^]*)": [^"\n]*exit status )(?<code>\d+)/;

/** Mistakes in the text of a Dockerfile. */
const syntax =
  /dockerfile parse error|unknown (instruction|flag)|failed to parse|parsing (dockerfile|main|reference)|requires? (at least|exactly|one|two)|syntax error|invalid (reference format|field|argument|from flag)|base name .* should not be blank|circular dependency|no build stage in current context|parse line|could not parse/i;

/** An image that the builder itself asked a registry for. */
const registry =
  /pull access denied|(resolve|load|resolving) (source )?metadata|initializing source docker|\/v2\/|\b(dial|read) tcp\b|no such host|manifest (for|unknown)|repository does not exist/i;

/** The engine's words about a failed build as a typed error. `lines`: the last ones of output. */
export function explainFailedBuild(
  purpose: string,
  status: number,
  message: string,
  lines: readonly string[],
): DevenvError {
  const failed = command.exec(message.slice(0, 20_000))?.groups;
  const output = lines.map((line) => `\n  ${line}`).join('');
  const state = 'Nothing of this build was kept, apart from the cache of the engine.';
  if (asksForLogin([message, ...lines])) {
    const why = `The engine could not ${purpose}: a proxy refused it. ${cleanText(message, 400)}${output}`;
    return new DevenvError('PROXY_DENIED', why, { state, data: { output: lines } });
  }
  if (failed !== undefined) {
    const line = cleanText(failed['a'] ?? failed['b'] ?? failed['c'] ?? '', 200).replace(/^\/bin\/sh -c /, '');
    const code = Number(failed['code']);
    return new DevenvError('STEP_FAILED', `The Dockerfile's command "${line}" ended with exit code ${code}.${output}`, {
      state,
      hint: lines.some(isFull)
        ? fullHint
        : 'Fix the cause and run the same command again: the engine reuses the instructions before it.',
      data: { exitCode: code, output: lines },
    });
  }
  const told = cleanText(message, 1_000);
  if (isFull(told)) return refused(purpose, status, told);
  if (syntax.test(told)) {
    return new DevenvError('DOCKERFILE_INVALID', `The engine could not ${purpose}: ${told}`, { state });
  }
  if (registry.test(told)) {
    const failure = transferFailure(purpose, 'an image that the Dockerfile names', status, told);
    if (failure.code !== 'ENGINE_REFUSED') return failure;
  }
  return new DevenvError('STEP_FAILED', `The engine could not ${purpose}: ${told}${output}`, {
    state,
    data: { output: lines },
  });
}
