import { DevenvError } from '../../errors/devenv-error.ts';
import type { RegistryAuth } from '../../ports/registry.ts';
import { explain } from '../docker/connection/engine-failure.ts';
import { noProxies, type Proxies } from '../../model/network/proxies.ts';
import { describeWait, readRetryAfter, withRetries, type Attempt } from '../with-retries.ts';
import { requestRegistry, type RegistryAnswer, type RegistryRequest } from './registry-request.ts';
import { defaultLifetime, readToken, refuseAnswer, requestToken, type Scope, type Token } from './token-request.ts';
import { parseChallenge, resolveRealm, type Challenge } from './token-realm.ts';

export interface RegistryTokensOptions {
  /** Whether the engine uses a registry without checking its certificate, or without TLS. Asked only if TLS fails. */
  readonly isInsecure: (host: string) => Promise<boolean>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absent: there are none. */
  readonly proxies?: (() => Promise<Proxies>) | undefined;
  /** As in `RegistryRequest`. */
  readonly refuse?: RegistryRequest['refuse'];
  /** Tells the person that a registry asks to wait. */
  readonly note: (line: string) => void;
}

/** What an engine gets to use a registry with. */
interface Grant extends Token {
  /** Whether an engine may get the login itself: the host of the tokens is the registry's, or known for it. */
  readonly mayHandOver: boolean;
}

/** A registry with what it asks for. */
export interface OpenRegistry {
  readonly url: URL;
  /** Repeats a request after 429 and 5xx. Follows no redirect. */
  readonly send: (
    path: string,
    request: Pick<RegistryRequest, 'limit' | 'timeout' | 'method'> & { readonly accept: string },
  ) => Promise<RegistryAnswer>;
}

const anonymous = { username: '', password: '' };

interface Endpoint {
  readonly url: URL;
  readonly insecure: boolean;
  readonly challenge: Challenge | undefined;
}

/** Docker Hub: the name in logins, and the host that serves its images. */
const hub = { server: 'https://index.docker.io/v1/', host: 'registry-1.docker.io' };

const pauses = [500, 1_000, 2_000];

/**
 * Exchanges logins for the tokens of registries, so that an engine gets a token
 * for one repository and never the login: an engine would send it to any host
 * that the registry names. Registries with plain logins (Basic) have no tokens;
 * the engine gets the login for them.
 */
export class RegistryTokens {
  readonly #options: RegistryTokensOptions;
  readonly #endpoints = new Map<string, Promise<Endpoint>>();
  readonly #grants = new Map<string, Grant>();

  constructor(options: RegistryTokensOptions) {
    this.#options = options;
  }

  /**
   * What to give to an engine; undefined if the registry asks for no login.
   * Throws REGISTRY_UNTRUSTED, REGISTRY_DENIED, REGISTRY_UNREACHABLE.
   */
  async grant(login: RegistryAuth, scope: Scope): Promise<Grant | undefined> {
    const { challenge, url, insecure } = await this.#find(login.server, scope.signal);
    if (challenge === undefined) return undefined;
    if (challenge.kind === 'basic') return { auth: login, mayHandOver: true };
    const key = JSON.stringify([login, scope.repository, scope.actions]);
    const known = this.#grants.get(key);
    // Used for half of its life: the engine needs time, too.
    if (known?.expires !== undefined && known.expires - Date.now() > defaultLifetime / 2) return known;
    const { url: realm, isNamed } = resolveRealm(challenge.realm, url, this.#options.env['TEAMVM_TOKEN_HOSTS']);
    const request = requestToken(realm, challenge.service, login, scope);
    const answer = await this.#send({ ...request, insecure, signal: scope.signal }, realm.host);
    const grant = { ...readToken(answer, login.server, realm.host), mayHandOver: !isNamed };
    this.#grants.set(key, grant);
    return grant;
  }

  /**
   * Milliseconds that a registry asks to wait before a manifest is read; 0 if it
   * does not, or cannot be asked. `auth`: what the engine used.
   */
  async readWait(server: string, path: string, auth: RegistryAuth | undefined, signal?: AbortSignal): Promise<number> {
    const { url, insecure } = await this.#find(server, signal);
    const token = auth?.registryToken;
    const headers = { ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
    const request = { url: new URL(path, url).href, insecure, headers, signal };
    const answer = await this.#request(request).catch(() => undefined);
    return answer?.status === 429 ? readRetryAfter(answer.headers['retry-after']) : 0;
  }

  /**
   * How to send requests about a repository: where its registry is, and what to
   * send along. Without a login, a registry may give a token for what is public.
   * Throws as `grant`.
   */
  async open(server: string, login: RegistryAuth | undefined, scope: Scope): Promise<OpenRegistry> {
    const { challenge, url, insecure } = await this.#find(server, scope.signal);
    const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    let authorization = challenge?.kind === 'basic' ? basic : undefined;
    if (challenge?.kind === 'bearer') {
      const grant = await this.grant(login ?? { ...anonymous, server }, scope);
      authorization = `Bearer ${grant?.auth.registryToken ?? ''}`;
    }
    return {
      url,
      send: (path, { accept, ...request }) => {
        const headers = { Accept: accept, ...(authorization !== undefined && { Authorization: authorization }) };
        return this.#send(
          { ...request, url: new URL(path, url).href, headers, insecure, signal: scope.signal },
          url.host,
        );
      },
    };
  }

  #find(server: string, signal: AbortSignal | undefined): Promise<Endpoint> {
    const host = server === hub.server ? hub.host : server;
    const found = this.#endpoints.get(host) ?? this.#reach(host, signal);
    this.#endpoints.set(host, found);
    found.catch(() => this.#endpoints.delete(host));
    return found;
  }

  /** Asks a registry how it wants logins: by TLS, and without it only if the engine does so, too. */
  async #reach(host: string, signal: AbortSignal | undefined): Promise<Endpoint> {
    const url = new URL(`https://${host}/v2/`);
    try {
      return await this.#ask(url, false, signal);
    } catch (error) {
      if (error instanceof DevenvError && error.code !== 'REGISTRY_UNREACHABLE') throw error;
      if (!(await this.#options.isInsecure(host))) throw error;
    }
    return this.#ask(url, true, signal).catch(() => this.#ask(new URL(`http://${host}/v2/`), true, signal));
  }

  async #ask(url: URL, insecure: boolean, signal: AbortSignal | undefined): Promise<Endpoint> {
    const { status, headers } = await this.#send({ url: url.href, insecure, signal }, url.host);
    if (status !== 401) return { url, insecure, challenge: undefined };
    const challenge = parseChallenge(headers['www-authenticate'] ?? '');
    if (challenge !== undefined) return { url, insecure, challenge };
    throw refuseAnswer(url.host, 'it asks for a login in a way that devenv does not know');
  }

  async #request(request: RegistryRequest): Promise<RegistryAnswer> {
    const { proxies, refuse } = this.#options;
    return requestRegistry({ ...request, refuse, proxies: (await proxies?.()) ?? noProxies });
  }

  /** Sends a request; repeats it after 429 and 5xx. */
  async #send(request: RegistryRequest, host: string): Promise<RegistryAnswer> {
    const attempt = async (): Promise<Attempt<RegistryAnswer>> => {
      const answer = await this.#request(request).catch((error: unknown) => {
        if (request.signal?.aborted === true) throw new DevenvError('INTERRUPTED', 'Interrupted.');
        if (error instanceof DevenvError) throw error;
        throw refuseAnswer(host, explain(error));
      });
      const { status, headers } = answer;
      if (status !== 429 && status < 500) return { result: answer };
      const failure = refuseAnswer(host, `it answered with status ${String(status)}`);
      return { failure, wait: readRetryAfter(headers['retry-after']) };
    };
    return withRetries(pauses, request.signal, attempt, (wait) => this.#options.note(describeWait(host, wait)));
  }
}
