export const id = 315;
export const ids = [315];
export const modules = {

/***/ 1843:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ng: () => (/* binding */ connect),
  fA: () => (/* binding */ openSession)
});

// UNUSED EXPORTS: concurrency, logEvents

// EXTERNAL MODULE: ./.build/src/engine/pool.js
var pool = __webpack_require__(1938);
// EXTERNAL MODULE: ./.build/src/google/cloudresourcemanager.js
var cloudresourcemanager = __webpack_require__(7907);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
;// CONCATENATED MODULE: ./.build/src/google/endpoints.js
/** Google's APIs as this suite calls them: the host, and the variable with which gcloud and we move it elsewhere. */
const endpoints = {
    artifactregistry: { root: 'https://artifactregistry.googleapis.com/', override: 'ARTIFACTREGISTRY' },
    billingbudgets: { root: 'https://billingbudgets.googleapis.com/', override: 'BILLINGBUDGETS' },
    cloudbuild: { root: 'https://cloudbuild.googleapis.com/', override: 'CLOUDBUILD' },
    cloudresourcemanager: {
        root: 'https://cloudresourcemanager.googleapis.com/',
        override: 'CLOUDRESOURCEMANAGER',
    },
    compute: { root: 'https://compute.googleapis.com/', override: 'COMPUTE' },
    dns: { root: 'https://dns.googleapis.com/', override: 'DNS' },
    iam: { root: 'https://iam.googleapis.com/', override: 'IAM' },
    iamcredentials: { root: 'https://iamcredentials.googleapis.com/', override: 'IAMCREDENTIALS' },
    logging: { root: 'https://logging.googleapis.com/', override: 'LOGGING' },
    monitoring: { root: 'https://monitoring.googleapis.com/', override: 'MONITORING' },
    redis: { root: 'https://redis.googleapis.com/', override: 'REDIS' },
    run: { root: 'https://run.googleapis.com/', override: 'RUN' },
    secretmanager: { root: 'https://secretmanager.googleapis.com/', override: 'SECRETMANAGER' },
    servicenetworking: { root: 'https://servicenetworking.googleapis.com/', override: 'SERVICENETWORKING' },
    serviceusage: { root: 'https://serviceusage.googleapis.com/', override: 'SERVICEUSAGE' },
    sqladmin: { root: 'https://sqladmin.googleapis.com/', override: 'SQL' },
    storage: { root: 'https://storage.googleapis.com/', override: 'STORAGE' },
    sts: { root: 'https://sts.googleapis.com/', override: 'STS' },
};
/**
 * The API's root URL with a trailing slash: Google's, or the value of CLOUDSDK_API_ENDPOINT_OVERRIDES_<API>.
 * gcloud knows no override for STS, Service Networking and Billing Budgets; ours are named alike.
 * https://cloud.google.com/sdk/gcloud/reference/topic/configurations
 * With a region it is the host of that region, which an override replaces as a whole.
 */
function endpointOf(api, environment, region) {
    if (api === 'registry')
        return registryEndpoint(environment, region ?? '');
    const { root, override } = endpoints[api];
    const moved = environment[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${override}`];
    if (!moved)
        return region ? root.replace('https://', `https://${region}-`) : root;
    return moved.endsWith('/') ? moved : `${moved}/`;
}
/**
 * `https://LOCATION-docker.pkg.dev/`, or below AETHERCAST_REGISTRY_ENDPOINT as `HOST/`, for rehearsals in which no name
 * of Google's leads anywhere.
 */
function registryEndpoint(environment, location) {
    const host = `${location}-docker.pkg.dev`;
    const moved = environment.AETHERCAST_REGISTRY_ENDPOINT;
    return moved ? `${moved.replace(/\/$/, '')}/${host}/` : `https://${host}/`;
}

// EXTERNAL MODULE: ./.build/src/google/error.js
var google_error = __webpack_require__(1317);
;// CONCATENATED MODULE: ./.build/src/google/credentials.js




const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';
/**
 * Tokens of federated workloads live five minutes, the library's default of renewing five minutes ahead would
 * therefore exchange one for every call. https://github.com/googleapis/google-auth-library-nodejs
 */
const eagerRefresh = { eagerRefreshThresholdMillis: 30_000 };
function createCredentials(source, options) {
    let client;
    const accessToken = async () => {
        client ??=
            source.kind === 'federation'
                ? federated(source, options.environment)
                : ambient(options.project, options.environment);
        try {
            const answer = await (await client).getAccessToken();
            const token = typeof answer === 'string' ? answer : answer?.token;
            if (token)
                return token;
        }
        catch (error) {
            throw explain(error, source);
        }
        throw noCredentials();
    };
    return {
        accessToken,
        tokenOfCaller: async () => {
            const token = await withoutImpersonation(source, options.environment);
            return token ?? (await accessToken());
        },
        serviceAccount: () => source.kind === 'federation'
            ? Promise.resolve(source.serviceAccount)
            : serviceAccountOfFile(options.environment.GOOGLE_APPLICATION_CREDENTIALS),
    };
}
async function federated(source, environment) {
    // By its path: the library's index loads every kind of credentials that there is.
    const { IdentityPoolClient } = await __webpack_require__.e(/* import() */ 960).then(__webpack_require__.t.bind(__webpack_require__, 9960, 19));
    const impersonation = source.serviceAccount && {
        service_account_impersonation_url: `${endpointOf('iamcredentials', environment)}v1/projects/-/serviceAccounts/${source.serviceAccount}:generateAccessToken`,
    };
    return new IdentityPoolClient({
        type: 'external_account',
        audience: `//iam.googleapis.com/${source.provider}`,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${endpointOf('sts', environment)}v1/token`,
        subject_token_supplier: {
            getSubjectToken: () => source.idToken(`https://iam.googleapis.com/${source.provider}`),
        },
        scopes: [cloudPlatform],
        ...impersonation,
        ...eagerRefresh,
    });
}
async function ambient(project, environment) {
    await requireFile(environment.GOOGLE_APPLICATION_CREDENTIALS);
    const { GoogleAuth } = await Promise.all(/* import() */[__webpack_require__.e(960), __webpack_require__.e(492)]).then(__webpack_require__.t.bind(__webpack_require__, 492, 19));
    // Without a project the library asks Resource Manager for one before it hands out a token.
    return new GoogleAuth({
        ...(project ? { projectId: project } : {}),
        scopes: [cloudPlatform],
        clientOptions: eagerRefresh,
    });
}
/** google-github-actions/auth writes it into the workspace, where a checkout that comes after it takes it away. */
async function requireFile(path) {
    if (!path)
        return;
    await (0,promises_.access)(path).catch((cause) => {
        throw new failure/* Failure */.H('NO_CREDENTIALS', `GOOGLE_APPLICATION_CREDENTIALS names ${path}, which is not there.`, {
            next: 'Run google-github-actions/auth after actions/checkout: a checkout removes the file that it writes.',
            cause,
        });
    });
}
/** The repository's own token, where the credentials are those of a repository that acts as an account. */
async function withoutImpersonation(source, environment) {
    if (source.kind === 'federation') {
        const { serviceAccount, ...bare } = source;
        if (!serviceAccount)
            return undefined;
        return (await (await federated(bare, environment)).getAccessToken()).token ?? undefined;
    }
    const path = environment.GOOGLE_APPLICATION_CREDENTIALS;
    if (!path)
        return undefined;
    const file = JSON.parse(await (0,promises_.readFile)(path, 'utf8'));
    if (file.type !== 'external_account' || !file.service_account_impersonation_url)
        return undefined;
    const { ExternalAccountClient } = await Promise.all(/* import() */[__webpack_require__.e(960), __webpack_require__.e(492)]).then(__webpack_require__.t.bind(__webpack_require__, 492, 19));
    const { service_account_impersonation_url: _account, ...bare } = file;
    const client = ExternalAccountClient.fromJSON(bare);
    if (!client)
        return undefined;
    client.scopes = [cloudPlatform];
    return (await client.getAccessToken()).token ?? undefined;
}
async function serviceAccountOfFile(path) {
    if (!path)
        return undefined;
    const file = JSON.parse(await (0,promises_.readFile)(path, 'utf8'));
    const impersonated = /serviceAccounts\/([^:/]+):/.exec(file.service_account_impersonation_url ?? '')?.[1];
    return impersonated ?? file.client_email;
}
function noCredentials() {
    return new failure/* Failure */.H('NO_CREDENTIALS', 'There are no Google Cloud credentials in this job.', {
        next: 'Give the action workload_identity_provider (and service_account), or run google-github-actions/auth in a step before it, after the checkout.',
    });
}
/** Turns the token endpoints' words into the half of the trust that is wrong. */
function explain(error, source) {
    if (error instanceof failure/* Failure */.H)
        return error;
    const message = error instanceof Error ? error.message : String(error);
    if (/could not load the default credentials/i.test(message))
        return noCredentials();
    const answer = answerOf(error);
    const who = source.kind === 'federation' ? source.provider : 'the credentials in GOOGLE_APPLICATION_CREDENTIALS';
    if (/generateAccessToken|iamcredentials|serviceAccounts/.test(answer.url)) {
        return new failure/* Failure */.H('IMPERSONATION_REFUSED', `Google did not let this job act as the service account: ${answer.message}`, {
            next: 'Grant roles/iam.workloadIdentityUser on that service account to the principalSet of this repository. A new grant takes up to five minutes.',
            cause: error,
        });
    }
    if (/\/v1\/token/.test(answer.url)) {
        return new failure/* Failure */.H('FEDERATION_REFUSED', `Google did not accept this job's identity (${who}): ${answer.message}`, {
            next: "Compare the provider's attribute condition with this repository, event and environment, and use the project's number (not its id) in the provider's name.",
            cause: error,
        });
    }
    return error;
}
function answerOf(error) {
    const message = error instanceof Error ? error.message : String(error);
    if (typeof error !== 'object' || error === null || !('config' in error))
        return { url: '', message };
    const config = error.config;
    const url = String(config.url ?? '');
    const data = 'response' in error ? error.response : undefined;
    const text = typeof data?.data === 'string' ? data.data : JSON.stringify(data?.data ?? {});
    return {
        url,
        message: (0,google_error/* errorFromBody */.rN)({ api: 'sts', method: 'POST', path: url }, data?.status ?? 0, text, undefined)
            .message,
    };
}

;// CONCATENATED MODULE: ./.build/src/google/iamcredentials.js
/**
 * An identity token of the service account for one audience, good for an hour.
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
 */
async function generateIdToken({ transport }, serviceAccount, audience) {
    const answer = await transport.send({
        api: 'iamcredentials',
        method: 'POST',
        path: `v1/projects/-/serviceAccounts/${serviceAccount}:generateIdToken`,
        body: { audience, includeEmail: true },
        repeatable: true,
    });
    return answer.token;
}

// EXTERNAL MODULE: ./.build/src/google/serviceusage.js
var serviceusage = __webpack_require__(3625);
;// CONCATENATED MODULE: ./.build/src/google/rate.js
/**
 * The published defaults, and for Cloud Run those of a project that has hardly been used yet, which has the least.
 * https://cloud.google.com/secret-manager/quotas https://cloud.google.com/iam/quotas
 * https://cloud.google.com/service-usage/quotas https://cloud.google.com/run/quotas
 */
const quotas = {
    iam: { reads: 6_000, writes: 600 },
    cloudresourcemanager: { reads: 2_400 },
    secretmanager: { reads: 600, writes: 600 },
    serviceusage: { reads: 240, writes: 60 },
    run: { reads: 600, writes: 30 },
};
const minute = 60_000;
/** Left to the other jobs of the same project, which draw on the same quota. */
const share = 0.9;
/** Spreads this process's calls so that the quota of a minute is not used up by them alone. */
class RateLimiter {
    #clock;
    #buckets = new Map();
    constructor(clock) {
        this.#clock = clock;
    }
    /** Waits until the API grants another call of this kind. `cost` is what the call counts for. */
    async admit(api, kind, signal, cost = 1) {
        const perMinute = quotas[api]?.[kind];
        if (perMinute === undefined)
            return;
        const key = `${api} ${kind}`;
        const bucket = this.#buckets.get(key) ?? { left: perMinute * share, at: this.#clock.now() };
        this.#buckets.set(key, bucket);
        const now = this.#clock.now();
        const rate = (perMinute * share) / minute;
        bucket.left = Math.min(perMinute * share, bucket.left + (now - bucket.at) * rate) - cost;
        bucket.at = now;
        if (bucket.left < 0)
            await this.#clock.sleep(-bucket.left / rate, signal);
    }
}

;// CONCATENATED MODULE: ./.build/src/google/transport.js



const defaultAttempts = 6;
const attemptTimeout = 60_000;
/** Attempts against an exhausted quota: they are refilled every minute, and a minute may be long. */
const quotaAttempts = 15;
/** Seconds: a server that asks for more is not waited for in a job that costs money by the minute. */
const longestRetryAfter = 120;
/** Attempts while a just enabled API becomes usable: about five minutes. */
const enablingAttempts = 20;
const userAgent = 'aethercast-deploy (gzip)';
function createTransport(options) {
    const rate = new RateLimiter(options.clock);
    const { signal: _interruption, ...unstoppable } = options;
    const answer = (request, read) => withRetries(request, request.unstoppable ? unstoppable : options, rate, read);
    const textOf = (request) => answer(request, (response) => response.text());
    return {
        text: textOf,
        response: (request) => answer(request, (response) => Promise.resolve(response)),
        send: async (request) => {
            const text = await textOf(request);
            return (text === '' ? {} : parsed(request, text));
        },
    };
}
function parsed(request, text) {
    try {
        return JSON.parse(text);
    }
    catch (cause) {
        // A proxy's page, most likely: Google answers in JSON.
        throw new google_error/* NoAnswer */.W_(request, new Error(`the answer is not JSON: ${text.slice(0, 120)}`, { cause }));
    }
}
async function withRetries(request, options, rate, read) {
    for (let number = 1;; number++) {
        const kind = kindOf(request);
        if (kind)
            await rate.admit(request.api, kind, options.signal, request.cost);
        try {
            return await attemptOnce(request, number, options, read);
        }
        catch (error) {
            if (number >= attemptsFor(error, request, options))
                throw error;
            await options.clock.sleep(pause(number, error), options.signal);
        }
    }
}
/** A POST that says it may be repeated and ends in a verb of reading is a read in POST's clothes. */
function kindOf(request) {
    // Access to secret values has a quota of its own, 150 times that of other reads.
    if (request.path.endsWith(':access'))
        return undefined;
    if (request.method === 'GET' || request.method === 'HEAD')
        return 'reads';
    return /:(getIamPolicy|testIamPermissions|wait)$|entries:list$|\/wait$/.test(request.path)
        ? 'reads'
        : 'writes';
}
async function attemptOnce(request, number, options, read) {
    const token = await options.accessToken();
    const started = options.clock.now();
    const done = (http, requestId) => options.onAttempt?.({ request, number, http, milliseconds: options.clock.now() - started, requestId });
    const signal = attemptSignal(request, options.signal);
    let response;
    let answer;
    try {
        const doFetch = options.fetch ?? fetch;
        response = await doFetch(urlOf(request, options.environment), {
            method: request.method,
            headers: headersOf(request, token),
            signal,
            ...bodyOf(request),
        });
        answer = response.ok ? await read(response) : await response.text();
    }
    catch (error) {
        options.signal?.throwIfAborted();
        done(undefined);
        // What an aborted fetch throws does not say that it was the time.
        throw new google_error/* NoAnswer */.W_(request, signal.aborted ? signal.reason : error);
    }
    done(response.status, response.headers.get('x-goog-request-id') ?? undefined);
    if (!response.ok)
        throw (0,google_error/* errorFromBody */.rN)(request, response.status, String(answer), retryAfter(response));
    return answer;
}
function attemptSignal(request, signal) {
    const timeout = AbortSignal.timeout(request.timeout ?? attemptTimeout);
    return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
function urlOf(request, environment) {
    const root = endpointOf(request.api, environment, request.region);
    const url = new URL(request.path, root);
    // The access token must not follow an address that an answer made up.
    if (url.origin !== new URL(root).origin)
        throw new Error(`${url.origin} is not ${request.api} of Google`);
    for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value === undefined)
            continue;
        for (const one of Array.isArray(value) ? value : [value])
            url.searchParams.append(name, String(one));
    }
    return url.href;
}
function headersOf(request, token) {
    return {
        authorization: `Bearer ${token}`,
        'user-agent': userAgent,
        ...(request.accept ? { accept: request.accept } : {}),
        ...(request.stream ? { 'content-type': 'application/octet-stream' } : {}),
        ...(request.bytes ? { 'content-type': request.bytes.type } : {}),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
}
function bodyOf(request) {
    if (request.stream)
        return { body: request.stream, duplex: 'half' };
    if (request.bytes)
        return { body: Buffer.from(request.bytes.data) };
    return request.body === undefined ? {} : { body: JSON.stringify(request.body) };
}
function attemptsFor(error, request, options) {
    if (request.stream)
        return 1;
    if (error instanceof google_error/* GoogleError */.Wy && error.reason === 'SERVICE_DISABLED') {
        return options.justEnabled?.has(error.metadata.service ?? '') ? enablingAttempts : 1;
    }
    if (error instanceof google_error/* GoogleError */.Wy && (error.http === 429 || isQuota(error)))
        return options.attempts ?? quotaAttempts;
    return worthRepeating(error, request) ? (options.attempts ?? defaultAttempts) : 1;
}
function worthRepeating(error, request) {
    const repeatable = request.repeatable ?? request.method !== 'POST';
    if (error instanceof google_error/* NoAnswer */.W_)
        return repeatable;
    if (!(error instanceof google_error/* GoogleError */.Wy))
        return false;
    return repeatable && (error.http === 408 || error.http >= 500) && error.http !== 501;
}
/** Compute and Service Usage word an exhausted quota as 403. https://cloud.google.com/compute/docs/api/best-practices */
function isQuota(error) {
    return (error.http === 403 &&
        (error.reason === 'rateLimitExceeded' || error.reason === 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED'));
}
/** Exponential with full jitter, from 0.5 s to 20 s, unless the server says how long to wait. */
function pause(number, error) {
    if (error instanceof google_error/* GoogleError */.Wy && error.retryAfterSeconds !== undefined)
        return Math.min(error.retryAfterSeconds, longestRetryAfter) * 1000;
    const ceiling = Math.min(20_000, 500 * 2 ** number);
    return ceiling / 2 + (Math.random() * ceiling) / 2;
}
function retryAfter(response) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds : undefined;
}

// EXTERNAL MODULE: ./.build/src/lib/clock.js
var clock = __webpack_require__(4453);
// EXTERNAL MODULE: ./.build/src/report/sentences.js
var sentences = __webpack_require__(7888);
;// CONCATENATED MODULE: ./.build/src/report/log.js

/** The lines that the log shows for an event of the engine. */
function logLines(event) {
    switch (event.kind) {
        case 'observed':
            return [`looked at ${(0,sentences/* counted */.hS)(event.resources, 'resource')}`];
        case 'planned':
            return [
                `plan: ${(0,sentences/* totals */.Sd)(event.changes)}`,
                ...event.changes.flatMap((change) => [
                    `  ${(0,sentences/* lineOf */.cA)(change)}`,
                    ...(change.action === 'create' ? [] : change.fields.map((field) => `      ${(0,sentences/* fieldLine */.h0)(field)}`)),
                ]),
                ...event.left.map((one) => `  ${(0,sentences/* leftLine */.s6)(one)}: ${one.because}`),
            ];
        case 'started':
            return [];
        case 'applied':
            return [`  ✓ ${(0,sentences/* nameOf */.Vb)(event.address)} (${(0,sentences/* duration */.p0)(event.milliseconds)})`];
        case 'failed':
            return [
                `  ✗ ${(0,sentences/* nameOf */.Vb)(event.address)}: ${event.error instanceof Error ? event.error.message : String(event.error)}`,
            ];
    }
}

// EXTERNAL MODULE: ./.build/src/resources/context.js
var resources_context = __webpack_require__(1798);
;// CONCATENATED MODULE: ./.build/src/actions/session.js










/** Reads at once; writes on one policy or instance wait for each other by their own rules. */
const concurrency = 16;
async function openSession(inputs, deployment, host, options = {}) {
    const { google, clock, accessToken, deployer, justEnabled, credentials } = await connect(inputs, deployment.project, host);
    // A fresh project cannot even be asked for its number.
    if (options.enableFirst)
        await (0,serviceusage/* ensureServices */.bG)(google, deployment.project, options.enableFirst);
    const project = await (0,cloudresourcemanager/* getProject */.U)(google, deployment.project);
    const context = (0,resources_context/* createContext */.q6)({
        google,
        deployment,
        projectNumber: project.projectNumber ?? '',
        deployer,
        values: options.values ?? {},
        justEnabled,
        workspace: host.workspace,
        ...(options.prune === undefined ? {} : { prune: options.prune }),
    });
    const idToken = async (audience) => {
        if (!deployer)
            return undefined;
        const caller = createTransport({
            environment: host.environment,
            accessToken: maskedOnce(credentials.tokenOfCaller, host),
            clock,
            signal: host.signal,
        });
        const token = await generateIdToken({ transport: caller }, deployer, audience);
        host.mask(token);
        return token;
    };
    return { context, clock, pool: new pool/* Pool */.b(concurrency), emit: logEvents(host), accessToken, idToken };
}
/** Writes down what the engine does. */
function logEvents(host) {
    return (event) => {
        for (const line of logLines(event))
            host.info(line);
    };
}
/** The way to Google alone, for phases without a deployment file; nothing is sent yet. */
async function connect(inputs, project, host) {
    const clock = clockOf(host);
    const credentials = createCredentials(sourceOf(inputs, host), {
        project,
        environment: host.environment,
        clock,
    });
    const deployer = await credentials.serviceAccount();
    Object.assign(host.caller, { project, ...(deployer ? { principal: deployer } : {}) });
    const accessToken = maskedOnce(credentials.accessToken, host);
    const justEnabled = new Set();
    const google = {
        clock,
        signal: host.signal,
        transport: createTransport({
            environment: host.environment,
            accessToken,
            clock,
            signal: host.signal,
            onAttempt: (attempt) => host.debug(attemptLine(attempt)),
            justEnabled,
        }),
    };
    return { google, clock, accessToken, deployer, justEnabled, credentials };
}
/** Only rehearsals and tests set the scale: an emulator that plays an hour in a minute needs a client that waits alike. */
function clockOf(host) {
    const scale = Number(host.environment.AETHERCAST_TIME_SCALE ?? '1');
    return scale > 0 && scale !== 1 ? (0,clock/* scaledClock */.v)(scale) : clock/* systemClock */.m;
}
function sourceOf(inputs, host) {
    const { workload_identity_provider: provider, service_account: serviceAccount } = inputs;
    if (!provider) {
        if (serviceAccount) {
            throw new failure/* Failure */.H('INPUT_INVALID', 'service_account is given without workload_identity_provider.', {
                next: 'Give both, or neither to use the credentials that google-github-actions/auth left.',
            });
        }
        return { kind: 'environment' };
    }
    requireProviderName(provider);
    return {
        kind: 'federation',
        provider,
        ...(serviceAccount ? { serviceAccount } : {}),
        idToken: async (audience) => {
            const token = await host.idToken(audience).catch((cause) => {
                throw new failure/* Failure */.H('NO_ID_TOKEN', 'GitHub gave this job no identity token.', {
                    next: 'Add `permissions: id-token: write` to the job, and to the job that calls a reusable workflow. Pull requests from forks never get one.',
                    cause,
                });
            });
            host.mask(token);
            return token;
        },
    };
}
function requireProviderName(provider) {
    if (/^projects\/\d+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/.test(provider))
        return;
    throw new failure/* Failure */.H('INPUT_INVALID', `workload_identity_provider is not the full name of a provider: "${provider}".`, {
        next: 'It has the form projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER, with the number of the project.',
    });
}
function maskedOnce(accessToken, host) {
    const seen = new Set();
    return async () => {
        const token = await accessToken();
        if (!seen.has(token)) {
            seen.add(token);
            host.mask(token);
        }
        return token;
    };
}
function attemptLine({ request, number, http, milliseconds, requestId }) {
    const again = number > 1 ? ` (attempt ${number})` : '';
    const id = requestId ? ` request ${requestId}` : '';
    return `${request.method} ${request.api} ${request.path} → ${http ?? 'no answer'} in ${Math.round(milliseconds)} ms${again}${id}`;
}


/***/ }),

/***/ 1152:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  k: () => (/* binding */ checkVariables),
  e: () => (/* binding */ reservedVariables)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./.build/src/config/draft.js
var config_draft = __webpack_require__(1357);
// EXTERNAL MODULE: ./.build/src/config/nearest.js
var nearest = __webpack_require__(7976);
;// CONCATENATED MODULE: ./.build/src/config/retired-models.js
const lifecycle = 'https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions';
const deprecations = 'https://cloud.google.com/vertex-ai/generative-ai/docs/deprecations';
const retirements = [
    { pattern: /^gemini-1\.0-pro(-vision)?(-\d{3})?$/, date: '2025-04-09', source: deprecations },
    { pattern: /^(text|chat|code|codechat)-bison(-32k)?(@\d{3})?$/, date: '2025-04-09', source: deprecations },
    { pattern: /^(text-unicorn|code-gecko)(@\d{3})?$/, date: '2025-04-09', source: deprecations },
    { pattern: /^gemini-1\.5-(pro|flash)-001$/, date: '2025-05-24', source: lifecycle },
    { pattern: /^gemini-1\.5-(pro|flash)(-002)?$/, date: '2025-09-24', source: lifecycle },
    { pattern: /^gemini-2\.0-flash(-lite)?(-001)?$/, date: '2026-06-01', source: lifecycle },
    { pattern: /^gemini-2\.5-(pro|flash|flash-lite)$/, date: '2026-10-16', source: lifecycle },
    { pattern: /^imagen-[34]\.0(-fast|-ultra)?-generate-\d{3}$/, date: '2026-06-30', source: deprecations },
    {
        pattern: /^imagegeneration@\d{3}$/,
        date: '2025-09-24',
        source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/deprecations/imagen',
    },
];
/** The first retired model that a text names, as an id or at the end of a resource name. */
function retiredModelIn(text) {
    for (const id of text.split(/[^A-Za-z0-9.@_-]+/)) {
        const found = retirements.find((retirement) => retirement.pattern.test(id));
        if (found !== undefined)
            return { id, date: found.date, source: found.source };
    }
    return undefined;
}

// EXTERNAL MODULE: ./.build/src/config/tree.js
var tree = __webpack_require__(4384);
;// CONCATENATED MODULE: ./.build/src/config/check-variables.js





/** https://cloud.google.com/run/docs/container-contract#env-vars: Cloud Run sets these itself and refuses them. */
const reservedVariables = new Set([
    'PORT',
    'K_SERVICE',
    'K_REVISION',
    'K_CONFIGURATION',
]);
/** Everything about env:, secrets: and env_groups: that the schema cannot say. */
function checkVariables(draft) {
    const known = (0,config_draft/* knownSecrets */.xU)(draft);
    for (const block of (0,config_draft/* variableBlocks */.BL)(draft)) {
        checkKeyFile(block, draft);
        for (const [name, node] of block.env)
            checkEnv(name, node, draft);
        for (const [name, node] of block.secrets)
            checkSecretName(name, node, known, draft);
        checkNames(block, draft);
    }
    for (const key of Object.keys(draft.config.services))
        checkSecretFiles(key, known, draft);
    checkGroups(draft);
    checkBrokers(draft);
    checkWorkers(draft);
}
/** Cloud Run mounts each secret as a folder. https://cloud.google.com/run/docs/configuring/services/secrets#mounting-secrets */
function checkSecretFiles(key, known, draft) {
    const folders = new Map();
    for (const [file, node] of (0,config_draft/* secretFilesOf */.rH)(draft, key)) {
        checkSecretName(file, node, known, draft);
        const folder = external_node_path_.posix.dirname(file);
        const other = folders.get(folder) ?? node.text;
        folders.set(folder, other);
        if (other === node.text)
            continue;
        draft.findings.error({
            code: 'SECRET_FOLDER_SHARED',
            at: { place: node.keyPlace, path: node.path },
            message: `${folder} holds the secret ${other} already, and a folder can hold one`,
            fix: `put it into another folder, for example ${folder}-${external_node_path_.posix.basename(file).split('.')[0]}/${external_node_path_.posix.basename(file)}`,
        });
    }
}
/** https://cloud.google.com/docs/authentication/application-default-credentials#order */
function checkKeyFile({ env, secrets }, draft) {
    const name = 'GOOGLE_APPLICATION_CREDENTIALS';
    const node = env.get(name) ?? secrets.get(name);
    if (node === undefined)
        return;
    draft.findings.warning({
        code: 'KEY_FILE_VARIABLE',
        at: { place: node.keyPlace, path: node.path },
        message: "Google's libraries would look for a key file there, and not for the service account that Cloud Run gives them",
        fix: 'remove it, and name what the program needs under roles:',
    });
}
function checkNames(block, draft) {
    for (const [name, node] of [...block.env, ...block.secrets]) {
        if (!reservedVariables.has(name))
            continue;
        draft.findings.error({
            code: 'RESERVED_VARIABLE',
            at: { place: node.keyPlace, path: node.path },
            message: `Cloud Run sets ${name} itself and refuses it here`,
            fix: name === 'PORT' ? 'remove it; app.port says what PORT will be' : 'remove it',
        });
    }
    for (const [name, node] of block.secrets) {
        if (!block.env.has(name))
            continue;
        draft.findings.error({
            code: 'DUPLICATE_VARIABLE',
            at: { place: node.keyPlace, path: node.path },
            message: `${name} is under env: and under secrets:`,
            fix: 'keep one of the two',
        });
    }
}
function checkEnv(name, node, draft) {
    if (/^projects\/[^/]+\/secrets\/|^(sm|secret):\/\//.test(node.text)) {
        draft.findings.error({
            code: 'SECRET_PATH_IN_ENV',
            at: node,
            message: `the container would see the text ${JSON.stringify(node.text)}, not the value of the secret`,
            fix: `put ${name} under secrets: with the name of the secret alone`,
        });
    }
    checkModel(node, draft);
}
function checkModel(node, draft) {
    const retired = retiredModelIn(node.text);
    if (retired === undefined)
        return;
    draft.findings.error({
        code: 'RETIRED_MODEL',
        at: node,
        message: `${retired.id} was shut down on ${retired.date} and answers 404`,
        fix: `name a model that is still served, see ${retired.source}`,
    });
}
function checkSecretName(name, node, known, draft) {
    if (known.has(node.text))
        return;
    const problem = notASecretName(name, node.text);
    if (problem !== undefined) {
        draft.findings.error({ code: 'NOT_A_SECRET_NAME', at: node, ...problem });
        return;
    }
    draft.findings.error({
        code: 'UNDECLARED_SECRET',
        at: node,
        message: `there is no secret "${node.text}"`,
        fix: (0,nearest/* suggestion */.h)(node.text, [...known], `declare it: add ${node.text} under secrets: at the top of the file`),
    });
}
function notASecretName(variable, text) {
    const shown = JSON.stringify(text);
    const versioned = /^([A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*):(latest|\d+)$/.exec(text);
    if (versioned !== null) {
        return {
            message: `${shown} names a version of a secret`,
            fix: `write ${versioned[1]}; its version is pinned at each deployment`,
        };
    }
    const path = /^projects\/[^/]+\/secrets\/([^/]+)/.exec(text);
    if (path !== null)
        return { message: `${shown} is a path`, fix: `write ${path[1]}, the name alone` };
    if (!/^\d*$/.test(text) && /^[A-Za-z0-9_-]+$/.test(text))
        return undefined;
    return {
        message: `${shown} is a value, not the name of a secret`,
        fix: `put ${variable} under env:, or declare a secret under secrets: and name it here`,
    };
}
function checkGroups(draft) {
    const groups = [...(0,tree/* mapAt */.SC)(draft.written, ['env_groups']).keys(), ...Object.keys(draft.config.env_groups)];
    for (const [key, service] of (0,tree/* mapAt */.SC)(draft.tree, ['services'])) {
        const named = service.kind === 'map' ? service.entries.get('env_groups') : undefined;
        if (draft.config.services[key] === undefined || named?.kind !== 'list')
            continue;
        for (const item of named.items) {
            if (item.kind !== 'scalar' || groups.includes(item.text))
                continue;
            draft.findings.error({
                code: 'UNDECLARED_ENV_GROUP',
                at: item,
                message: `there is no group "${item.text}"`,
                fix: (0,nearest/* suggestion */.h)(item.text, [...new Set(groups)], `add ${item.text} under env_groups:`),
            });
        }
    }
}
/**
 * Celery workers take every message of their queue and drop the tasks that they do not know, so that two
 * applications on one broker lose each other's work. https://docs.celeryq.dev/en/stable/userguide/routing.html
 */
function checkBrokers(draft) {
    const users = new Map();
    for (const [key, service] of Object.entries(draft.config.services)) {
        if (service.worker === undefined)
            continue;
        for (const [name, variable] of (0,config_draft/* variablesOf */.ht)(draft, key)) {
            if (!brokerVariable.test(name))
                continue;
            const broker = brokerOf(variable.kind === 'secret', variable.node.text, draft);
            const other = users.get(broker);
            users.set(broker, other ?? key);
            if (other === undefined || other === key)
                continue;
            draft.findings.warning({
                code: 'SHARED_BROKER',
                at: variable.node,
                message: `the workers of ${other} and ${key} take messages from the same broker`,
                fix: `give each service its own database, for example \${redis.url}/1 and \${redis.url}/2`,
            });
        }
    }
}
/** A service that hands out tasks, on a broker that no worker of the file takes any from. */
function checkWorkers(draft) {
    const brokers = Object.keys(draft.config.services).flatMap((key) => [...(0,config_draft/* variablesOf */.ht)(draft, key)]
        .filter(([name]) => brokerVariable.test(name))
        .map(([, { kind, node }]) => ({ key, node, broker: brokerOf(kind === 'secret', node.text, draft) })));
    const worked = new Set(brokers.flatMap(({ key, broker }) => (draft.config.services[key]?.worker ? [broker] : [])));
    for (const { key, node, broker } of brokers) {
        if (worked.has(broker))
            continue;
        draft.findings.warning({
            code: 'BROKER_WITHOUT_WORKER',
            at: node,
            message: `${key} puts tasks on this broker, and no worker of the file takes them: they stay pending`,
            fix: `add worker: to services.${key}, or to the service whose tasks they are, with the same broker`,
        });
    }
}
const brokerVariable = /(^|_)BROKER_URL$/;
/** What tells two brokers apart: the text that the variable will hold, as far as the file says it. */
function brokerOf(isSecret, text, draft) {
    if (!isSecret)
        return text;
    const value = (0,tree/* mapAt */.SC)(draft.tree, ['secrets', text]).get('value');
    return value?.kind === 'scalar' ? value.text : `secret ${text}`;
}


/***/ }),

/***/ 1357:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Az: () => (/* binding */ allVariablesOf),
/* harmony export */   BL: () => (/* binding */ variableBlocks),
/* harmony export */   JA: () => (/* binding */ buildPaths),
/* harmony export */   Od: () => (/* binding */ scopeOf),
/* harmony export */   _M: () => (/* binding */ where),
/* harmony export */   ht: () => (/* binding */ variablesOf),
/* harmony export */   me: () => (/* binding */ sidecarVariablesOf),
/* harmony export */   pP: () => (/* binding */ whereKey),
/* harmony export */   rH: () => (/* binding */ secretFilesOf),
/* harmony export */   xU: () => (/* binding */ knownSecrets)
/* harmony export */ });
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(638);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4384);


function scopeOf(config, written, project, environment) {
    const keys = (section) => (0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .mapAt */ .SC)(written, [section]).keys();
    const services = new Set([...keys('services'), ...Object.keys(config.services)]);
    const database = databaseNames(config, project) ?? brokenDatabase(written);
    return {
        project,
        region: config.region,
        environment,
        name: config.name,
        buckets: new Map([...keys('buckets')].map((key) => [key, (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .bucketName */ .EL)(config, key, project)])),
        redis: written.entries.has('redis'),
        services: new Map([...services].map((key) => [key, appIn(config, written, key)])),
        ...(database && { database }),
    };
}
/** An app that is there but was refused counts, so that who refers to it is not blamed as well. */
function appIn(config, written, key) {
    const service = config.services[key];
    const worksOnly = service !== undefined && service.app === undefined && !(0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .mapAt */ .SC)(written, ['services', key]).has('app');
    return worksOnly ? undefined : (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .appName */ .JB)(config, key);
}
function databaseNames(config, project) {
    const database = config.database;
    if (database === undefined)
        return undefined;
    const instance = database.instance ?? `${config.name}-postgres`;
    return {
        instance,
        name: database.name ?? (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .sqlName */ .iA)(config),
        user: database.user ?? (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .sqlName */ .iA)(config),
        connectionName: `${project}:${config.region}:${instance}`,
        connectivity: database.connectivity,
    };
}
function brokenDatabase(written) {
    if (!written.entries.has('database'))
        return undefined;
    return { instance: '', name: '', user: '', connectionName: '', connectivity: 'public' };
}
function where(draft, ...path) {
    return (0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .whereAt */ .xW)(draft.tree, path);
}
/** The place of the key rather than of its value: for what a whole block lacks. */
function whereKey(draft, ...path) {
    const node = (0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .nodeAt */ .oB)(draft.tree, path);
    return node === undefined ? (0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .whereAt */ .xW)(draft.tree, path) : { place: node.keyPlace, path: node.path };
}
/** The names under `secrets:`, and those that the database brings. */
function knownSecrets(draft) {
    const brought = draft.scope.database === undefined ? [] : Object.values((0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .databaseSecrets */ .hu)(draft.config));
    return new Set([
        ...(0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .mapAt */ .SC)(draft.written, ['secrets']).keys(),
        ...Object.keys(draft.config.secrets),
        ...brought,
    ]);
}
function blockAt(draft, ...path) {
    return {
        path,
        env: scalarsAt(draft, [...path, 'env']),
        secrets: scalarsAt(draft, [...path, 'secrets']),
    };
}
function scalarsAt(draft, path) {
    const scalars = new Map();
    for (const [key, node] of (0,_tree_js__WEBPACK_IMPORTED_MODULE_0__/* .mapAt */ .SC)(draft.tree, path))
        if (node.kind === 'scalar')
            scalars.set(key, node);
    return scalars;
}
/** The files of a service that hold secrets: path → name of the secret. */
function secretFilesOf(draft, key) {
    return scalarsAt(draft, ['services', key, 'secret_files']);
}
/** Every place of the file that sets variables. */
function variableBlocks(draft) {
    return [
        ...Object.keys(draft.config.env_groups).map((key) => blockAt(draft, 'env_groups', key)),
        ...Object.entries(draft.config.services).flatMap(([key, { sidecars }]) => [
            blockAt(draft, 'services', key),
            ...Object.keys(sidecars).map((name) => blockAt(draft, 'services', key, 'sidecars', name)),
        ]),
    ];
}
/** The variables of one service: its groups in their order, then its own; the last that sets a variable wins. */
function variablesOf(draft, key) {
    const groups = draft.config.services[key]?.env_groups ?? [];
    const blocks = [
        ...groups.map((group) => blockAt(draft, 'env_groups', group)),
        blockAt(draft, 'services', key),
    ];
    return merged(blocks);
}
/** The variables of a sidecar: its own, and none of the service's. */
function sidecarVariablesOf(draft, key, name) {
    return merged([blockAt(draft, 'services', key, 'sidecars', name)]);
}
function merged(blocks) {
    const variables = new Map();
    for (const block of blocks) {
        for (const [name, node] of block.env)
            variables.set(name, { kind: 'env', node });
        for (const [name, node] of block.secrets)
            variables.set(name, { kind: 'secret', node });
    }
    return variables;
}
/** The variables of every container of a service. */
function allVariablesOf(draft, key) {
    const sidecars = Object.keys(draft.config.services[key]?.sidecars ?? {});
    return [variablesOf(draft, key), ...sidecars.map((name) => sidecarVariablesOf(draft, key, name))].flatMap((variables) => [...variables.values()]);
}
/** Paths of everything that is built from a Dockerfile: services, and sidecars of theirs. */
function buildPaths(config) {
    return Object.entries(config.services).flatMap(([key, { build, sidecars }]) => [
        ...(build === undefined ? [] : [['services', key, 'build']]),
        ...Object.entries(sidecars)
            .filter(([, sidecar]) => sidecar.build !== undefined)
            .map(([name]) => ['services', key, 'sidecars', name, 'build']),
    ]);
}


/***/ }),

/***/ 638:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EL: () => (/* binding */ bucketName),
/* harmony export */   Iw: () => (/* binding */ builderAccountId),
/* harmony export */   JB: () => (/* binding */ appName),
/* harmony export */   Jh: () => (/* binding */ frontendBucket),
/* harmony export */   Q0: () => (/* binding */ serviceAccountId),
/* harmony export */   dK: () => (/* binding */ buildBucket),
/* harmony export */   de: () => (/* binding */ serviceAccountEmail),
/* harmony export */   hu: () => (/* binding */ databaseSecrets),
/* harmony export */   iA: () => (/* binding */ sqlName),
/* harmony export */   ig: () => (/* binding */ workerName)
/* harmony export */ });
/** The names that resources get when the file does not say otherwise. */
function appName(config, key) {
    return config.services[key]?.app?.name ?? `${config.name}-${key}`;
}
function workerName(config, key) {
    return config.services[key]?.worker?.name ?? `${config.name}-${key}-worker`;
}
function serviceAccountId(config, key) {
    return config.services[key]?.service_account ?? `sa-${config.name}-${key}`;
}
function builderAccountId(config) {
    return config.builds.service_account ?? `sa-${config.name}-builder`;
}
function buildBucket(config, project) {
    return config.builds.bucket ?? `${config.name}-build-${bucketSafe(project)}`;
}
function bucketName(config, key, project) {
    return config.buckets[key]?.name ?? `${config.name}-${key}-${bucketSafe(project)}`;
}
function frontendBucket(config, project) {
    return config.frontend?.bucket ?? `${config.name}-frontend-${bucketSafe(project)}`;
}
/** Project ids of a domain, such as `example.com:web`, have characters that need a verified domain in bucket names. */
function bucketSafe(project) {
    return project.replaceAll(/[:.]/g, '-');
}
/** `sa@PROJECT.iam.gserviceaccount.com`; a domain's project is written `PROJECT.DOMAIN`. */
function serviceAccountEmail(id, project) {
    const [domain, name] = project.split(':');
    return `${id}@${name === undefined ? project : `${name}.${domain}`}.iam.gserviceaccount.com`;
}
/** The secrets that a database brings with it. */
function databaseSecrets(config) {
    const prefix = `${config.name}-pg`;
    return { user: `${prefix}-user`, password: `${prefix}-password`, name: `${prefix}-db` };
}
/** A name for things in SQL, which does not take hyphens without quotes. */
function sqlName(config) {
    return config.name.replaceAll('-', '_');
}


/***/ }),

/***/ 7976:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ suggestion),
/* harmony export */   pA: () => (/* binding */ nearest)
/* harmony export */ });
/* unused harmony export editDistance */
/** Number of single-character insertions, deletions, replacements and swaps of neighbours between two texts. */
function editDistance(a, b) {
    let beforePrevious = [];
    let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
    for (let row = 1; row <= a.length; row++) {
        const current = [row];
        for (let column = 1; column <= b.length; column++) {
            const same = a[row - 1] === b[column - 1];
            let cost = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (same ? 0 : 1));
            if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
                cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
            current.push(cost);
        }
        beforePrevious = previous;
        previous = current;
    }
    return previous[b.length] ?? 0;
}
/** The candidate that a typing mistake most likely meant, or undefined when none is close. */
function nearest(written, candidates) {
    const wanted = written.toLowerCase();
    // A third of the letters wrong is about where a suggestion stops helping and starts to mislead.
    let limit = Math.max(1, Math.floor(Math.max(written.length, 3) / 3));
    let best;
    for (const candidate of candidates) {
        if (Math.abs(candidate.length - wanted.length) > limit)
            continue;
        const distance = editDistance(wanted, candidate.toLowerCase());
        if (distance > limit || (best !== undefined && distance === limit))
            continue;
        best = candidate;
        limit = distance;
    }
    return best;
}
/** `did you mean "x"?`, or the known ones when none is near, or what `otherwise` says when there are none. */
function suggestion(written, candidates, otherwise) {
    const near = nearest(written, candidates);
    if (near !== undefined)
        return `did you mean "${near}"?`;
    if (candidates.length === 0)
        return otherwise;
    const shown = candidates.slice(0, 12).join(', ');
    return `known here: ${shown}${candidates.length > 12 ? ', …' : ''}`;
}


/***/ }),

/***/ 4384:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   SC: () => (/* binding */ mapAt),
/* harmony export */   cO: () => (/* binding */ withValue),
/* harmony export */   oB: () => (/* binding */ nodeAt),
/* harmony export */   pj: () => (/* binding */ plain),
/* harmony export */   xW: () => (/* binding */ whereAt)
/* harmony export */ });
/** The value at a path, or undefined. */
function nodeAt(root, path) {
    let node = root;
    for (const step of path) {
        if (node?.kind === 'map')
            node = node.entries.get(String(step));
        else if (node?.kind === 'list')
            node = node.items[Number(step)];
        else
            return undefined;
    }
    return node;
}
/** Where the value at a path was written, or else the nearest value around it: what a default belongs to. */
function whereAt(root, path) {
    for (let length = path.length; length > 0; length--) {
        const node = nodeAt(root, path.slice(0, length));
        if (node === undefined)
            continue;
        return { place: length === path.length ? node.place : node.keyPlace, path: node.path };
    }
    return { place: root.place, path: root.path };
}
function mapAt(root, path) {
    const node = nodeAt(root, path);
    return node?.kind === 'map' ? node.entries : new Map();
}
/** The same tree with another value at a path, or without it. */
function withValue(root, path, value) {
    const changed = changedNode(root, path, value);
    return changed?.kind === 'map' ? changed : root;
}
function changedNode(node, path, value) {
    const [step, ...rest] = path;
    if (step === undefined)
        return value;
    if (node.kind === 'map')
        return changedMap(node, String(step), rest, value);
    if (node.kind === 'list')
        return changedList(node, Number(step), rest, value);
    return node;
}
function changedMap(node, key, rest, value) {
    const entries = new Map(node.entries);
    const child = entries.get(key);
    const changed = child === undefined || rest.length === 0 ? value : changedNode(child, rest, value);
    if (changed === undefined)
        entries.delete(key);
    else
        entries.set(key, changed);
    return { ...node, entries };
}
function changedList(node, index, rest, value) {
    const items = node.items.flatMap((item, position) => {
        if (position !== index)
            return [item];
        const changed = changedNode(item, rest, value);
        return changed === undefined ? [] : [changed];
    });
    return { ...node, items };
}
/** Plain JavaScript values, as a schema wants them. */
function plain(node) {
    if (node.kind === 'scalar')
        return node.value;
    if (node.kind === 'list')
        return node.items.map(plain);
    return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}


/***/ }),

/***/ 1938:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ Pool)
/* harmony export */ });
/** Runs tasks with at most `limit` of them at a time, in the order in which they were added. */
class Pool {
    #limit;
    #waiting = [];
    #running = 0;
    constructor(limit) {
        this.#limit = limit;
    }
    async run(task) {
        if (this.#running < this.#limit)
            this.#running++;
        else
            await new Promise((resolve) => this.#waiting.push(resolve));
        try {
            return await task();
        }
        finally {
            // The place is handed over and not given back: a newcomer would take it before the one who waited wakes up.
            const next = this.#waiting.shift();
            if (next)
                next();
            else
                this.#running--;
        }
    }
}


/***/ }),

/***/ 7907:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ getProject)
/* harmony export */ });
function getProject(google, project) {
    return google.transport.send({
        api: 'cloudresourcemanager',
        method: 'GET',
        path: `v1/projects/${project}`,
    });
}


/***/ }),

/***/ 8630:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ lastEntries),
/* harmony export */   b: () => (/* binding */ textOf)
/* harmony export */ });
/** The newest entries that match the filter, oldest first. https://cloud.google.com/logging/docs/view/logging-query-language */
async function lastEntries(google, project, filter, count) {
    const page = await google.transport.send({
        api: 'logging',
        method: 'POST',
        path: 'v2/entries:list',
        body: { resourceNames: [`projects/${project}`], filter, orderBy: 'timestamp desc', pageSize: count },
        repeatable: true,
    });
    return (page.entries ?? []).reverse();
}
function textOf(entry) {
    return entry.textPayload ?? entry.jsonPayload?.message ?? JSON.stringify(entry.jsonPayload ?? {});
}


/***/ }),

/***/ 2071:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ listAll)
/* harmony export */ });
/** Reads a collection to its end: every page of a list method, the items taken out by `items`. */
async function listAll(transport, request, items) {
    const found = [];
    let pageToken;
    do {
        const page = await transport.send({ ...request, query: { ...request.query, pageToken } });
        found.push(...(items(page) ?? []));
        pageToken = page.nextPageToken || undefined;
    } while (pageToken);
    return found;
}


/***/ }),

/***/ 5275:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Li: () => (/* binding */ waitForExecution),
/* harmony export */   N6: () => (/* binding */ listJobs),
/* harmony export */   SZ: () => (/* binding */ replaceJob),
/* harmony export */   XX: () => (/* binding */ deleteJob),
/* harmony export */   _S: () => (/* binding */ createJob),
/* harmony export */   ax: () => (/* binding */ getJob),
/* harmony export */   b5: () => (/* binding */ runJob),
/* harmony export */   eX: () => (/* binding */ listExecutions),
/* harmony export */   wj: () => (/* binding */ waitUntilJobIsSettled)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1317);
/* harmony import */ var _operations_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(125);
/* harmony import */ var _paging_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2071);
/* harmony import */ var _run_operations_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3733);




function listJobs(google, at) {
    return (0,_paging_js__WEBPACK_IMPORTED_MODULE_3__/* .listAll */ ._)(google.transport, { api: 'run', method: 'GET', path: jobsPath(at), query: { pageSize: 500 } }, (page) => page.jobs);
}
/** All of them that Cloud Run still knows, the newest first. */
function listExecutions(google, at) {
    return (0,_paging_js__WEBPACK_IMPORTED_MODULE_3__/* .listAll */ ._)(google.transport, { api: 'run', method: 'GET', path: `${jobPath(at)}/executions`, query: { pageSize: 500 } }, (page) => page.executions);
}
/**
 * Deletes the job with its executions and waits until it is gone; that it is already is as good. With an etag somebody
 * else's change in between is refused as 409.
 */
async function deleteJob(google, at, etag) {
    await (0,_error_js__WEBPACK_IMPORTED_MODULE_0__/* .unlessGone */ .Wi)(google.transport
        .send({
        api: 'run',
        method: 'DELETE',
        path: jobPath(at),
        ...(etag ? { query: { etag } } : {}),
    })
        .then((started) => (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_2__/* .waitForRun */ .C)(google, started, `deleting ${at.name}`)));
}
function getJob(google, at) {
    return google.transport.send({ api: 'run', method: 'GET', path: jobPath(at) });
}
/** Creates the job and waits until it could be run. Throws OperationFailed with Google's message. */
async function createJob(google, at, body) {
    const started = await google.transport.send({
        api: 'run',
        method: 'POST',
        path: jobsPath(at),
        query: { jobId: at.name },
        body,
        repeatable: true,
    });
    await (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_2__/* .waitForRun */ .C)(google, started, `creating ${at.name}`);
}
/** Replaces the job; an `etag` in the body is compared. Throws OperationFailed with Google's message. */
async function replaceJob(google, at, body) {
    const started = await google.transport.send({
        api: 'run',
        method: 'PATCH',
        path: jobPath(at),
        body,
    });
    await (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_2__/* .waitForRun */ .C)(google, started, `deploying ${at.name}`);
}
/** Starts the job, and gives the full name of the execution. Not repeatable: a second sending would run it twice. */
async function runJob(google, at) {
    const started = await google.transport.send({
        api: 'run',
        method: 'POST',
        path: `${jobPath(at)}:run`,
        body: {},
    });
    const { name } = (started.metadata ?? {});
    // That the tasks failed, which a quick answer may tell already, is for whoever looks at the execution.
    if (!name)
        (0,_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .finished */ .xl)(started, `running ${at.name}`);
    return name ?? '';
}
/** Waits until all tasks have ended, well or not. `limit` in milliseconds. */
function waitForExecution(google, execution, limit) {
    return (0,_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .waitFor */ .fm)(async () => {
        const now = await google.transport.send({
            api: 'run',
            method: 'GET',
            path: `v2/${execution}`,
        });
        return now.completionTime ? now : undefined;
    }, { what: `running ${execution.split('/').at(-1) ?? execution}`, deadline: limit, ceiling: 3_000 }, google.clock, google.signal);
}
/** Waits until Cloud Run has done with the job what it was told, for better or worse. */
function waitUntilJobIsSettled(google, at) {
    return (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_2__/* .reconciled */ .j)(google, at.name, () => getJob(google, at));
}
function jobPath(at) {
    return `${jobsPath(at)}/${at.name}`;
}
function jobsPath(at) {
    return `v2/projects/${at.project}/locations/${at.region}/jobs`;
}


/***/ }),

/***/ 3733:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ waitForRun),
/* harmony export */   j: () => (/* binding */ reconciled)
/* harmony export */ });
/* harmony import */ var _operations_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(125);

/**
 * A container has at most four minutes to start, pulling an image and placing it on a network come on top; a job is
 * checked, its image and secrets looked up, and nothing is started.
 */
const deadline = 10 * 60_000;
/** The server answers as soon as the operation ends, or after this long. */
const waitSeconds = 30;
/**
 * Run's own wait verb answers when the operation ends, so that nothing is lost between two looks. Throws
 * OperationFailed with Google's message.
 */
async function waitForRun(google, started, what) {
    await (0,_operations_js__WEBPACK_IMPORTED_MODULE_0__/* .waitForRpc */ .I_)(started, (name) => google.transport.send({
        api: 'run',
        method: 'POST',
        path: `v2/${name}:wait`,
        body: { timeout: `${waitSeconds}s` },
        repeatable: true,
        timeout: (waitSeconds + 15) * 1000,
    }), { what, deadline, first: 100, ceiling: 2_000 }, google.clock, google.signal);
}
/** Looks until Cloud Run has done with the resource what it was told, for better or worse. */
function reconciled(google, name, look) {
    return (0,_operations_js__WEBPACK_IMPORTED_MODULE_0__/* .waitFor */ .fm)(async () => {
        const now = await look();
        return now.reconciling ? undefined : now;
    }, { what: `deploying ${name}`, deadline, ceiling: 2_000 }, google.clock, google.signal);
}


/***/ }),

/***/ 8282:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DD: () => (/* binding */ listWorkloads),
/* harmony export */   K2: () => (/* binding */ patchWorkload),
/* harmony export */   KS: () => (/* binding */ createWorkload),
/* harmony export */   V5: () => (/* binding */ deleteWorkload),
/* harmony export */   VW: () => (/* binding */ listRevisions),
/* harmony export */   e3: () => (/* binding */ getWorkload),
/* harmony export */   mk: () => (/* binding */ waitUntilReconciled),
/* harmony export */   qB: () => (/* binding */ getRevision)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1317);
/* harmony import */ var _paging_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2071);
/* harmony import */ var _run_operations_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3733);



function listWorkloads(google, at) {
    return (0,_paging_js__WEBPACK_IMPORTED_MODULE_2__/* .listAll */ ._)(google.transport, { api: 'run', method: 'GET', path: collectionPath(at), query: { pageSize: 500 } }, (page) => page[at.kind]);
}
function getWorkload(google, at) {
    return google.transport.send({ api: 'run', method: 'GET', path: `${collectionPath(at)}/${at.name}` });
}
/** Creates and waits until the first revision is ready. Throws OperationFailed with Google's message. */
async function createWorkload(google, at, body) {
    const id = at.kind === 'services' ? 'serviceId' : 'workerPoolId';
    const started = await google.transport.send({
        api: 'run',
        method: 'POST',
        path: collectionPath(at),
        query: { [id]: at.name },
        body,
        repeatable: true,
    });
    await (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .waitForRun */ .C)(google, started, `creating ${at.name}`);
}
/**
 * Changes the fields of the workload that `mask` names and waits until its newest revision is ready; without a mask
 * all of it is replaced. With an etag in the body somebody else's change in between is refused as 409. Throws
 * OperationFailed.
 */
async function patchWorkload(google, at, body, mask) {
    const started = await google.transport.send({
        api: 'run',
        method: 'PATCH',
        path: `${collectionPath(at)}/${at.name}`,
        ...(mask ? { query: { updateMask: mask.join(',') } } : {}),
        body,
    });
    await (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .waitForRun */ .C)(google, started, `deploying ${at.name}`);
}
/**
 * Deletes the workload with its revisions and its policy and waits until it is gone; that it is already is as good. With
 * an etag somebody else's change in between is refused as 409.
 */
async function deleteWorkload(google, at, etag) {
    await (0,_error_js__WEBPACK_IMPORTED_MODULE_0__/* .unlessGone */ .Wi)(google.transport
        .send({
        api: 'run',
        method: 'DELETE',
        path: `${collectionPath(at)}/${at.name}`,
        ...(etag ? { query: { etag } } : {}),
    })
        .then((started) => (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .waitForRun */ .C)(google, started, `deleting ${at.name}`)));
}
/** Waits until Cloud Run has done with the workload what it was told, for better or worse, and gives it as it is then. */
function waitUntilReconciled(google, at) {
    return (0,_run_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .reconciled */ .j)(google, at.name, () => getWorkload(google, at));
}
function getRevision(google, at, revision) {
    return google.transport.send({
        api: 'run',
        method: 'GET',
        path: `${collectionPath(at)}/${at.name}/revisions/${revision}`,
    });
}
function listRevisions(google, at) {
    return (0,_paging_js__WEBPACK_IMPORTED_MODULE_2__/* .listAll */ ._)(google.transport, {
        api: 'run',
        method: 'GET',
        path: `${collectionPath(at)}/${at.name}/revisions`,
        query: { pageSize: 500 },
    }, (page) => page.revisions);
}
function collectionPath(at) {
    return `v2/projects/${at.project}/locations/${at.region}/${at.kind}`;
}


/***/ }),

/***/ 3625:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bG: () => (/* binding */ ensureServices),
/* harmony export */   "in": () => (/* binding */ enabledServices)
/* harmony export */ });
/* unused harmony export enableServices */
/* harmony import */ var _operations_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(125);

/** Google refuses more than 20 in one batchEnable and reads as many at a time. https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const batch = 20;
/** Enabling takes up to about 75 s for the slow ones. */
const deadline = 10 * 60_000;
/** Which of these services (`run.googleapis.com`, ...) are enabled in the project. */
async function enabledServices(google, project, names) {
    const pages = await Promise.all(chunks(names).map((chunk) => google.transport.send({
        api: 'serviceusage',
        method: 'GET',
        path: `v1/projects/${project}/services:batchGet`,
        query: { names: chunk.map((name) => `projects/${project}/services/${name}`) },
    })));
    const enabled = pages.flatMap((page) => page.services ?? []).filter(({ state }) => state === 'ENABLED');
    return new Set(enabled.map((service) => service.name?.split('/').at(-1) ?? ''));
}
/** Enables those of them that are not. */
async function ensureServices(google, project, names) {
    const enabled = await enabledServices(google, project, names);
    await enableServices(google, project, names.filter((name) => !enabled.has(name)));
}
/** Enables them, 20 at a time, one batch after the other: Google refuses a second activation while one is running. */
async function enableServices(google, project, names) {
    for (const chunk of chunks(names)) {
        const started = await google.transport.send({
            api: 'serviceusage',
            method: 'POST',
            path: `v1/projects/${project}/services:batchEnable`,
            body: { serviceIds: chunk },
            repeatable: true,
            // https://cloud.google.com/service-usage/quotas
            cost: 5,
        });
        await (0,_operations_js__WEBPACK_IMPORTED_MODULE_0__/* .waitForRpc */ .I_)(started, (name) => google.transport.send({ api: 'serviceusage', method: 'GET', path: `v1/${name}` }), { what: `enabling ${chunk.length} APIs in ${project}`, deadline }, google.clock, google.signal);
    }
}
function chunks(names) {
    return Array.from({ length: Math.ceil(names.length / batch) }, (_, index) => names.slice(index * batch, (index + 1) * batch));
}


/***/ }),

/***/ 4453:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock),
/* harmony export */   v: () => (/* binding */ scaledClock)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);

const systemClock = {
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(milliseconds, undefined, signal ? { signal } : {}).catch((error) => {
            // Node wraps the reason in an AbortError of its own.
            signal?.throwIfAborted();
            throw error;
        });
    },
};
/**
 * A clock that runs `scale` times as fast as the system's: an hour of it passes in 3600/scale seconds.
 * Used by rehearsals, where both sides of the wire have to agree on how long things take.
 */
function scaledClock(scale, base = systemClock) {
    const start = base.now();
    return {
        now: () => start + (base.now() - start) * scale,
        sleep: (milliseconds, signal) => base.sleep(milliseconds / scale, signal),
    };
}


/***/ }),

/***/ 737:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ic: () => (/* binding */ revisionFilter),
/* harmony export */   jI: () => (/* binding */ executionFilter),
/* harmony export */   w$: () => (/* binding */ lastLines)
/* harmony export */ });
/* harmony import */ var _google_logging_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8630);

const shownLines = 20;
const longestLine = 500;
/** Log entries take some seconds from the container to where they can be read, in milliseconds. */
const laterLooks = [0, 2_000, 4_000];
/** Oldest first; empty when nothing is written that `filter` finds. Throws GoogleError. */
async function lastLines(google, project, filter) {
    for (const pause of laterLooks) {
        await google.clock.sleep(pause, google.signal);
        const entries = await (0,_google_logging_js__WEBPACK_IMPORTED_MODULE_0__/* .lastEntries */ .L)(google, project, filter, shownLines);
        if (entries.length > 0)
            return entries.map((entry) => printable((0,_google_logging_js__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b)(entry)));
    }
    return [];
}
/** https://cloud.google.com/run/docs/logging */
function revisionFilter(at, revision) {
    const [type, label] = at.kind === 'services'
        ? ['cloud_run_revision', 'service_name']
        : ['cloud_run_worker_pool', 'worker_pool_name'];
    return [
        `resource.type="${type}"`,
        `resource.labels.${label}="${at.name}"`,
        `resource.labels.revision_name="${revision}"`,
        `resource.labels.location="${at.region}"`,
        // What the front end notes of each request holds no words of the container's.
        `logName!="projects/${at.project}/logs/run.googleapis.com%2Frequests"`,
    ].join(' AND ');
}
/** The name alone finds the label `run.googleapis.com/execution_name`: a quoted word is looked for in all fields. */
function executionFilter(at, execution) {
    return [
        'resource.type="cloud_run_job"',
        `resource.labels.job_name="${at.name}"`,
        `"${execution}"`,
        // Not what Cloud Run itself notes of it, which the failure says already.
        `logName!="projects/${at.project}/logs/run.googleapis.com%2Fvarlog%2Fsystem"`,
        `resource.labels.location="${at.region}"`,
    ].join(' AND ');
}
/** What a container writes must not act on the terminal or on the runner. */
function printable(line) {
    return line
        .replaceAll(/\s+/g, ' ')
        .replaceAll(/\p{Cc}/gu, '')
        .slice(0, longestLine);
}


/***/ }),

/***/ 4873:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   tp: () => (/* binding */ table),
/* harmony export */   zH: () => (/* binding */ details)
/* harmony export */ });
/** A Markdown table. Cells are escaped: a name or a message of somebody else must not break out of its cell. */
function table(headers, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(headers), line(headers.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}
function cell(text) {
    return (text
        // Backslashes before a pipe would escape each other and set the pipe free.
        .replaceAll(/(\\*)\|/g, '$1$1\\|')
        .replaceAll(/\r\n?|\n/g, '<br>')
        .replaceAll(/<(?!br>)/g, '&lt;'));
}
function code(text) {
    return `\`${text.replaceAll('`', "'")}\``;
}
function details(summary, body) {
    return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}


/***/ }),

/***/ 7888:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Sd: () => (/* binding */ totals),
/* harmony export */   Vb: () => (/* binding */ nameOf),
/* harmony export */   cA: () => (/* binding */ lineOf),
/* harmony export */   eM: () => (/* binding */ deletedLine),
/* harmony export */   h0: () => (/* binding */ fieldLine),
/* harmony export */   hS: () => (/* binding */ counted),
/* harmony export */   p0: () => (/* binding */ duration),
/* harmony export */   s6: () => (/* binding */ leftLine)
/* harmony export */ });
const verbs = { create: 'create', update: 'change', replace: 'REPLACE', delete: 'DELETE' };
const marks = { create: '+', update: '~', replace: '!', delete: '-' };
/** `secret/db-password` as a person says it; `policy/bucket/media` is the `IAM policy of bucket media`. */
function nameOf(address) {
    const [kind = '', ...rest] = address.split('/');
    if (kind === 'policy')
        return `IAM policy of ${rest[0] === 'project' ? 'the project' : nameOf(rest.join('/'))}`;
    if (kind === 'apis')
        return 'APIs';
    return [kind.replaceAll('_', ' '), rest.join('/')].filter((part) => part !== '').join(' ');
}
/** One line for a change: `+ create secret aethercast-pg-password`. */
function lineOf(change) {
    const outside = change.outside ? ' (changed outside)' : '';
    return `${marks[change.action]} ${verbs[change.action]} ${nameOf(change.address)}${outside}`;
}
/** One line for what stays: `= leave router shop-network-router (ours)`. */
function leftLine({ address, whose }) {
    return `= leave ${nameOf(address)} (${whose})`;
}
/** What was deleted, and why. */
function deletedLine({ address, because }) {
    return `Deleted: ${nameOf(address)}, since ${because}.`;
}
/** What of a resource changes, shortest useful form. */
function fieldLine(field) {
    if (field.before === undefined)
        return `${field.field}: ${show(field.after)}`;
    return `${field.field}: ${show(field.before)} → ${show(field.after)}`;
}
function show(value) {
    if (value === undefined)
        return '(none)';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
/** `1.2 s`, `3 min 5 s`. */
function duration(milliseconds) {
    const seconds = milliseconds / 1000;
    if (seconds < 60)
        return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
function counted(number, word) {
    return `${number} ${word}${number === 1 ? '' : 's'}`;
}
/** `6 to create, 1 to change`; `nothing to do` when there is none. */
function totals(changes) {
    const counts = Object.entries(verbs).map(([action, verb]) => {
        const number = changes.filter((change) => change.action === action).length;
        return number === 0 ? undefined : `${number} to ${verb.toLowerCase()}`;
    });
    return counts.filter((part) => part !== undefined).join(', ') || 'nothing to do';
}


/***/ }),

/***/ 1798:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I6: () => (/* binding */ find),
/* harmony export */   Oo: () => (/* binding */ once),
/* harmony export */   RR: () => (/* binding */ listing),
/* harmony export */   b_: () => (/* binding */ perContext),
/* harmony export */   q6: () => (/* binding */ createContext)
/* harmony export */ });
/* unused harmony export zoneApi */
/* harmony import */ var _google_serviceusage_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3625);

/** Of the zone that internal calls may go by. */
const zoneApi = 'dns.googleapis.com';
function createContext(parts) {
    const { google, deployment, projectNumber } = parts;
    return {
        ...parts,
        prune: parts.prune ?? false,
        facts: { projectNumber },
        enabled: once(() => (0,_google_serviceusage_js__WEBPACK_IMPORTED_MODULE_0__/* .enabledServices */ ["in"])(google, deployment.project, [...new Set([...deployment.apis, zoneApi])])),
    };
}
/** Reads at the first call and remembers: every resource of a kind looks into one listing. */
function once(read) {
    let answer;
    return () => {
        answer ??= read();
        return answer;
    };
}
/** A listing that is empty while its API is not enabled: nothing can exist that was never made. */
function listing(context, api, read) {
    return once(async () => ((await context.enabled()).has(api) ? read() : []));
}
/** One for each context, made when it is first asked for: a listing that several kinds of resource look into. */
function perContext(make) {
    const made = new WeakMap();
    return (context) => {
        const known = made.get(context) ?? make(context);
        made.set(context, known);
        return known;
    };
}
/** One item by name: from the listing, or by a read of its own when that must be fresh. 404 means absent. */
async function find(fresh, list, matches, read, isAbsent) {
    if (!fresh)
        return (await list()).find(matches);
    return await read().catch((error) => {
        if (isAbsent(error))
            return undefined;
        throw error;
    });
}


/***/ }),

/***/ 7519:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ unlessDeleted)
/* harmony export */ });
/* harmony import */ var _google_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1317);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4105);


/**
 * Waits for a deployment of that workload. Throws CONCURRENT_CHANGE when somebody deletes it meanwhile: what Cloud Run
 * answers then says neither who it was nor what to do. It is not made anew at once, since whoever deleted it may want
 * it gone.
 */
async function unlessDeleted({ kind, name }, deployment) {
    return await deployment.catch((error) => {
        const isGone = error instanceof _google_error_js__WEBPACK_IMPORTED_MODULE_0__/* .GoogleError */ .Wy && error.http === 404 && error.path.endsWith(`/${kind}/${name}`);
        if (!isGone)
            throw error;
        throw new _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .Failure */ .H('CONCURRENT_CHANGE', `Somebody deleted ${name} while it was deployed.`, {
            next: `If ${name} is to be there, run again: it is made anew.`,
            cause: error,
        });
    });
}


/***/ })

};
