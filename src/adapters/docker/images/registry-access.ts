import { DevenvError, hasCode } from '../../../errors/devenv-error.ts';
import { asMap, parseJson } from '../../../model/json.ts';
import type { Digest } from '../../../model/version.ts';
import type { RegistryAuth } from '../../../ports/registry.ts';
import { serverOf } from '../../oci/docker-registry-auth.ts';
import { hashBytes } from '../../oci/hash-bytes.ts';
import { RegistryTokens, type OpenRegistry } from '../../oci/registry-tokens.ts';
import type { Scope } from '../../oci/token-request.ts';
import { describeWait, withRetries, type Attempt } from '../../with-retries.ts';
import type { Connection } from '../connection/connection.ts';
import { isInsecure } from './is-insecure.ts';
import { parseReference } from './reference.ts';
import { transferFailure } from './transfer-failure.ts';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
/** Bytes. Registries take manifests of up to 4 MB. */
const manifestLimit = 4 * 1024 ** 2;
const busy = /too ?many ?requests|\b429\b/i;
/**
 * The containerd store continues a download that broke off, wrong bytes included, and drops it once it is complete, or
 * while the next one reads it.
 */
const continued = /unexpected commit (?:digest|size)|failed to check image .*not found/;
const pauses = [1_000, 2_000, 4_000];

/** Gives an engine access to registries without giving it logins, as far as the registry and the engine allow. */
export class RegistryAccess {
  readonly #connection: Connection;
  readonly #tokens: RegistryTokens;

  constructor(connection: Connection, env = process.env) {
    this.#connection = connection;
    const { note, proxies } = connection;
    this.#tokens = new RegistryTokens({ isInsecure: (host) => isInsecure(connection, host), env, proxies, note });
  }

  /**
   * Runs `work`, a transfer by the engine, with what the registry of a reference
   * asks for. If the token expires during the transfer, it runs once more with
   * the login, but only for a registry that issues its tokens itself or is known
   * to take them from another host. Podman takes no tokens: it gets the login
   * once the registry has been checked.
   */
  async use<Result>(
    reference: string,
    login: RegistryAuth | undefined,
    { actions, signal }: Pick<Scope, 'actions' | 'signal'>,
    work: (auth?: RegistryAuth) => Promise<Result>,
  ): Promise<Result> {
    const patiently = (auth?: RegistryAuth): Promise<Result> => this.#repeat(reference, auth, signal, work);
    if (login === undefined) return patiently();
    const scope = { repository: repositoryIn(reference, login.server), actions, signal };
    const grant = await this.#tokens.grant(login, scope);
    if (grant === undefined) return patiently();
    if (this.#connection.podman) return patiently(login);
    try {
      return await patiently(grant.auth);
    } catch (error) {
      const denied = hasCode(error, 'REGISTRY_DENIED');
      const expired = grant.expires !== undefined && Date.now() >= grant.expires;
      if (!denied || !expired || !grant.mayHandOver) throw error;
      await this.#tokens.grant(login, scope);
      return patiently(login);
    }
  }

  /**
   * The digest of a reference in its registry; undefined if it has none. devenv
   * asks itself: Podman has no such call. Throws REGISTRY_DENIED,
   * REGISTRY_UNREACHABLE, REGISTRY_UNTRUSTED, CONTENT_MISMATCH.
   */
  async resolveDigest(reference: string, login: RegistryAuth | undefined): Promise<Digest | undefined> {
    const bytes = await this.readManifest(reference, login);
    return bytes && hashBytes(bytes);
  }

  /** The manifest or index of a reference, checked against the digest of the reference. Errors as resolveDigest. */
  async readManifest(reference: string, login: RegistryAuth | undefined): Promise<Uint8Array | undefined> {
    const server = login?.server ?? serverOf(reference);
    const { tag = 'latest', digest } = parseReference(reference);
    const repository = repositoryIn(reference, server);
    const registry = await this.#tokens.open(server, login, { repository, actions: 'pull' });
    const path = `/v2/${repository}/manifests/${digest ?? tag}`;
    const { status, bytes } = await registry.send(path, { accept: manifestTypes, limit: manifestLimit });
    if (status === 404) return undefined;
    if (status !== 200)
      throw transferFailure(`look ${reference} up`, reference, status, `StatusCode: ${String(status)}`);
    const found = hashBytes(bytes);
    if (digest !== undefined && digest !== found)
      throw transferFailure(`look ${reference} up`, reference, status, `digest mismatch: ${found}`);
    return bytes;
  }

  /** The tags of a repository, `most` at most. Errors as resolveDigest. */
  async listTags(repository: string, login: RegistryAuth | undefined, most: number): Promise<readonly string[]> {
    const { registry, path } = await this.#open(repository, login, 'pull');
    const tags: string[] = [];
    for (let next: string | undefined = `${path}/tags/list?n=1000`; next !== undefined && tags.length < most;) {
      const { status, bytes, headers } = await registry.send(next, { accept: '*/*', limit: manifestLimit });
      if (status === 404) return [];
      if (status !== 200) throw transferFailure('list tags', repository, status, `StatusCode: ${String(status)}`);
      const { tags: page } = asMap(parseJson(bytes.toString('utf8')));
      const found = Array.isArray(page) ? page.filter((tag) => typeof tag === 'string') : [];
      tags.push(...found);
      // Of the registry's own answer, only the query counts: it leads nowhere else.
      const query = /<[^>]*\?([^>]{1,2000})>;\s*rel="?next"?/.exec(String(headers['link'] ?? ''))?.[1];
      next = query === undefined || found.length === 0 ? undefined : `${path}/tags/list?${query}`;
    }
    return tags.slice(0, most);
  }

  /** Deletes a manifest and its tags. False if there is none. REGISTRY_DENIED if the registry deletes nothing. */
  async deleteManifest(repository: string, digest: Digest, login: RegistryAuth | undefined): Promise<boolean> {
    const { registry, path } = await this.#open(repository, login, 'pull,delete');
    const { status } = await registry.send(`${path}/manifests/${digest}`, { accept: '*/*', method: 'DELETE' });
    if (status >= 200 && status <= 299) return true;
    if (status === 404) return false;
    throw new DevenvError(
      'REGISTRY_DENIED',
      `The registry of ${repository} does not let this login delete (status ${String(status)}).`,
      {
        hint: 'Use a login that may delete. Many registries delete only on their own web page, or once their administrator allows it.',
        data: { status, repository },
      },
    );
  }

  async #open(
    repository: string,
    login: RegistryAuth | undefined,
    actions: Scope['actions'],
  ): Promise<{ readonly registry: OpenRegistry; readonly path: string }> {
    const server = login?.server ?? serverOf(repository);
    const name = repositoryIn(repository, server);
    return { registry: await this.#tokens.open(server, login, { repository: name, actions }), path: `/v2/${name}` };
  }

  /**
   * Repeats a transfer that the registry refused with 429, after the time that it asks for: engines do not tell that
   * time. Repeats once a download that began with the wrong bytes of an earlier one.
   */
  async #repeat<Result>(
    reference: string,
    auth: RegistryAuth | undefined,
    signal: AbortSignal | undefined,
    work: (auth?: RegistryAuth) => Promise<Result>,
  ): Promise<Result> {
    const server = serverOf(reference);
    let isContinued = false;
    const attempt = async (): Promise<Attempt<Result>> => {
      try {
        return { result: await work(auth) };
      } catch (error) {
        if (!isContinued && error instanceof DevenvError && continued.test(error.message)) {
          isContinued = true;
          return { failure: error };
        }
        // Podman has waited itself.
        if (this.#connection.podman || !(error instanceof DevenvError) || !busy.test(error.message)) throw error;
        const { repository, tag = 'latest', digest = tag } = parseReference(reference);
        const path = `/v2/${repositoryIn(repository, server)}/manifests/${digest}`;
        return { failure: error, wait: await this.#tokens.readWait(server, path, auth, signal) };
      }
    };
    const note = (wait: number): void => this.#connection.note(describeWait(server, wait));
    return withRetries(pauses, signal, attempt, note);
  }
}

/** The repository as its registry names it: `shop/env`, and `library/debian` on Docker Hub. */
function repositoryIn(reference: string, server: string): string {
  const { repository } = parseReference(reference);
  if (server.includes('://')) {
    const path = repository.replace(/^(index\.|registry-1\.)?docker\.io\//, '');
    return path.includes('/') ? path : `library/${path}`;
  }
  return repository.slice(repository.indexOf('/') + 1);
}
