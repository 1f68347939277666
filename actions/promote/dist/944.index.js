export const id = 944;
export const ids = [944,378];
export const modules = {

/***/ 78944:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  action: () => (/* binding */ action)
});

// EXTERNAL MODULE: ./.build/src/github/inputs.js
var inputs = __webpack_require__(84378);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(92413);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./.build/src/lib/clock.js

const systemClock = {
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
        await (0,promises_.setTimeout)(milliseconds, undefined, signal ? { signal } : {}).catch((error) => {
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

// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(24105);
;// CONCATENATED MODULE: ./.build/src/github/rest/connection.js



const attempts = 6;
/** Milliseconds: a limit that lasts longer is not waited for in a job that costs money by the minute. */
const longestPause = 120_000;
/** Nothing is sent yet. Calls throw Failure GITHUB_REFUSED or GITHUB_UNREACHABLE. */
function connectGitHub(options) {
    const [owner = '', repo = ''] = options.repository.split('/');
    const octokit = (0,github/* getOctokit */.Q)(options.token, {
        baseUrl: options.apiUrl,
        request: {
            fetch: options.fetch ?? fetch,
            ...(options.signal ? { signal: options.signal } : {}),
        },
        // Octokit says on its own what a retry heals.
        log: { debug: () => { }, info: () => { }, warn: () => { }, error: () => { } },
    });
    const clock = options.clock ?? systemClock;
    octokit.hook.wrap('request', async (send, request) => {
        const path = `${request.method} ${request.url}`;
        for (let number = 1;; number++) {
            try {
                return await send(request);
            }
            catch (error) {
                options.signal?.throwIfAborted();
                const refusal = readRefusal(error);
                const pause = pauseBefore(refusal, request.method, number, clock.now());
                if (pause === undefined || number >= attempts)
                    throw asFailure(path, refusal, error);
                await clock.sleep(pause, options.signal);
            }
        }
    });
    return { octokit, repository: { owner, repo } };
}
/** The repository whose job this is. Throws Failure GITHUB_UNKNOWN outside of GitHub Actions. */
function connectJob(token, host, clock) {
    const { GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl } = host.environment;
    if (!repository) {
        throw new failure/* Failure */.H('GITHUB_UNKNOWN', 'GITHUB_REPOSITORY is not set: this is no job of GitHub Actions.', {
            next: 'Leave out what asks GitHub, or set GITHUB_REPOSITORY to OWNER/NAME.',
        });
    }
    return connectGitHub({
        token,
        repository,
        apiUrl: apiUrl || 'https://api.github.com',
        signal: host.signal,
        ...(clock ? { clock } : {}),
    });
}
/** Of GitHub's answer, `undefined` when the thing is not there. Other refusals are thrown on. */
async function connection_unlessAbsent(call) {
    return await call.catch((error) => {
        if (statusOf(error) === 404)
            return undefined;
        throw error;
    });
}
/** The HTTP status that a call of this client failed with. */
function statusOf(error) {
    const cause = error instanceof Failure ? error.cause : error;
    return readRefusal(cause).status;
}
function readRefusal(error) {
    const given = (error ?? {});
    const headers = given.response?.headers ?? {};
    // Octokit gives connection errors the status 500, but no response.
    const status = given.response !== undefined && typeof given.status === 'number' ? given.status : undefined;
    return { status, message: messageOf(given.response?.data) ?? String(given.message ?? error), headers };
}
function messageOf(data) {
    const { message, errors } = (data ?? {});
    if (typeof message !== 'string')
        return undefined;
    return Array.isArray(errors) && errors.length > 0 ? `${message} ${JSON.stringify(errors)}` : message;
}
/**
 * Milliseconds until the request may be sent again, `undefined` when it may not. What creates something is sent again
 * only when GitHub says that it was not looked at: both rate limits answer before anything happens.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function pauseBefore(refusal, method, number, now) {
    const limit = limitPause(refusal, number, now);
    if (limit !== undefined)
        return limit <= longestPause ? limit : undefined;
    const repeatable = method !== 'POST';
    const passing = refusal.status === undefined || refusal.status >= 500;
    return repeatable && passing ? backoff(number) : undefined;
}
function limitPause({ status, message, headers }, number, now) {
    if (status !== 403 && status !== 429)
        return undefined;
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    if (Number.isFinite(seconds))
        return seconds * 1000;
    if (headers['x-ratelimit-remaining'] === '0') {
        return Math.max(0, Number(headers['x-ratelimit-reset'] ?? 0) * 1000 - now);
    }
    // A secondary limit without a time: GitHub asks for at least a minute.
    return status === 429 || /secondary rate limit/i.test(message) ? 60_000 * number : undefined;
}
/** Exponential with jitter, from half a second on. */
function backoff(number) {
    const ceiling = Math.min(20_000, 500 * 2 ** number);
    return ceiling / 2 + (Math.random() * ceiling) / 2;
}
function asFailure(path, refusal, cause) {
    const { status, message, headers } = refusal;
    if (status === undefined) {
        return new failure/* Failure */.H('GITHUB_UNREACHABLE', `GitHub did not answer ${path}: ${message}`, {
            next: 'Run again; https://www.githubstatus.com says whether GitHub has a problem.',
            cause,
        });
    }
    const next = nextStep(status, headers['x-accepted-github-permissions']);
    return new failure/* Failure */.H('GITHUB_REFUSED', `GitHub refused ${path} with ${status}: ${message}`, { next, cause });
}
/** GitHub names the permissions that would have done. https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
function nextStep(status, accepted) {
    if (status === 401)
        return 'Leave the input `github_token` out: the token of the job is its default.';
    if (status === 403 || status === 404) {
        const needed = accepted
            ? `\`${accepted.replaceAll('=', ': ').replaceAll(/[,;]\s*/g, '`, `')}\``
            : 'what is missing';
        return `Add ${needed} under \`permissions:\` of the job, and of the job that calls a reusable workflow. Runs for pull requests from forks can only read.`;
    }
    return 'Run again; if it stays, the message above says what GitHub does not take.';
}

;// CONCATENATED MODULE: ./.build/src/google/error.js
/** What an API answered when it refused: the parts that decisions are made on, and those that a person needs. */
class error_GoogleError extends Error {
    api;
    method;
    path;
    /** HTTP status, for example 409. */
    http;
    /** `error.status`, for example `ALREADY_EXISTS`; empty in the older dialect. */
    status;
    /** `details[].reason` or `errors[].reason`, for example `SERVICE_DISABLED`. */
    reason;
    metadata;
    retryAfterSeconds;
    constructor(call, answer) {
        super(answer.message);
        this.name = 'GoogleError';
        this.api = call.api;
        this.method = call.method;
        this.path = call.path;
        this.http = answer.http;
        this.status = answer.status;
        this.reason = answer.reason;
        this.metadata = answer.metadata;
        this.retryAfterSeconds = answer.retryAfterSeconds;
    }
}
/** No answer came: whether the call had its effect is unknown. */
class NoAnswer extends Error {
    api;
    method;
    path;
    constructor(call, cause) {
        super(`${call.method} ${call.api} ${call.path}: no answer (${reasonOf(cause)})`, { cause });
        this.name = 'NoAnswer';
        this.api = call.api;
        this.method = call.method;
        this.path = call.path;
    }
}
function error_isNotFound(error) {
    return error instanceof error_GoogleError && error.http === 404;
}
/** Whether somebody else wrote since the `etag` of the write was read, or made first what was to be made. */
function isConflict(error) {
    if (!(error instanceof error_GoogleError))
        return false;
    return error.http === 409 || error.http === 412 || error.status === 'FAILED_PRECONDITION';
}
/** Makes a create repeatable: that it is there already is not a failure, the next observation says whether it is as wanted. */
async function unlessExists(create) {
    await create.catch((error) => {
        if (!(error instanceof error_GoogleError && error.http === 409))
            throw error;
    });
}
/** Makes a delete repeatable: that it is gone already is as good. */
async function error_unlessGone(remove) {
    await remove.catch((error) => {
        if (!error_isNotFound(error))
            throw error;
    });
}
/**
 * Reads Google's two error dialects, https://cloud.google.com/apis/design/errors#http_mapping, and that of Docker
 * registries, https://distribution.github.io/distribution/spec/api/#errors
 */
function errorFromBody(call, http, text, retryAfterSeconds) {
    const error = bodyError(text);
    const info = error.details?.find((detail) => detail['@type']?.endsWith('google.rpc.ErrorInfo'));
    return new error_GoogleError(call, {
        http,
        status: error.status ?? '',
        reason: info?.reason ?? error.errors?.[0]?.reason ?? '',
        message: withViolations(error) ?? (text.slice(0, 500) || `HTTP ${http}`),
        metadata: info?.metadata ?? {},
        retryAfterSeconds,
    });
}
/** Some messages say no more than that there are errors, and google.rpc.BadRequest beside them says which. */
function withViolations({ message, details = [] }) {
    const violations = details.flatMap((detail) => detail.fieldViolations ?? []);
    const unsaid = violations.filter(({ description = '' }) => !message?.includes(description));
    if (message === undefined || unsaid.length === 0)
        return message;
    return `${message}: ${unsaid.map(({ field, description }) => (field ? `${field}: ${description}` : description)).join('; ')}`;
}
function bodyError(text) {
    try {
        const parsed = JSON.parse(text);
        if (typeof parsed !== 'object' || parsed === null)
            return {};
        if (!('error' in parsed))
            return 'errors' in parsed ? registryError(parsed.errors) : {};
        // Token endpoints answer `{error: "invalid_grant", error_description}`, RFC 6749 section 5.2.
        if (typeof parsed.error === 'string') {
            const description = 'error_description' in parsed ? String(parsed.error_description) : parsed.error;
            return { status: parsed.error, message: description };
        }
        return parsed.error;
    }
    catch {
        return {};
    }
}
function registryError(errors) {
    const [first] = Array.isArray(errors) ? errors : [];
    return { ...(first?.code && { status: first.code }), ...(first?.message && { message: first.message }) };
}
function reasonOf(cause) {
    if (!(cause instanceof Error))
        return String(cause);
    const inner = cause.cause;
    return inner instanceof Error ? `${cause.message}: ${inner.message}` : cause.message;
}

;// CONCATENATED MODULE: ./.build/src/google/operations.js

/** Looks until `look` gives something. Every wait of the suite goes through here, and none is without a deadline. */
async function operations_waitFor(look, waiting, clock, signal) {
    const end = clock.now() + waiting.deadline;
    let pause = waiting.first ?? 250;
    for (;;) {
        const found = await look();
        if (found !== undefined)
            return found;
        if (clock.now() + pause > end)
            throw (await waiting.expired?.()) ?? expired(waiting);
        await clock.sleep(pause, signal);
        pause = Math.min(pause * 1.5, waiting.ceiling ?? 5_000);
    }
}
function expired(waiting) {
    const minutes = Math.round(waiting.deadline / 6_000) / 10;
    return new failure/* Failure */.H('DEADLINE_EXCEEDED', `${waiting.what} did not finish within ${minutes} minutes.`, {
        next: `Look at ${waiting.console ?? 'it in the Google Cloud console'}, then run again: what is already done is kept.`,
    });
}
/** The operation ended in an error; `message` is Google's. */
class operations_OperationFailed extends Error {
    /** A gRPC status code, or 0 where the API gives none. */
    code;
    what;
    constructor(what, code, message) {
        super(message);
        this.name = 'OperationFailed';
        this.what = what;
        this.code = code;
    }
}
/** The finished operation's response. Throws OperationFailed. */
function operations_finished(operation, what) {
    if (operation.error) {
        throw new operations_OperationFailed(what, operation.error.code ?? 0, operation.error.message ?? 'no message');
    }
    return operation.response;
}
/** Waits for an operation that is polled by its name below the API's version. */
async function waitForRpc(started, get, waiting, clock, signal) {
    if (started.done)
        return operations_finished(started, waiting.what);
    const name = started.name ?? '';
    const ended = await operations_waitFor(async () => {
        const now = await get(name);
        return now.done ? now : undefined;
    }, waiting, clock, signal);
    return operations_finished(ended, waiting.what);
}

;// CONCATENATED MODULE: ./.build/src/google/denied.js



/** The narrowest predefined role that holds a permission, by the permission's longest known beginning. */
const roles = [
    ['artifactregistry.repositories.downloadArtifacts', 'roles/artifactregistry.reader'],
    ['artifactregistry.repositories.uploadArtifacts', 'roles/artifactregistry.writer'],
    ['artifactregistry.tags', 'roles/artifactregistry.writer'],
    ['artifactregistry', 'roles/artifactregistry.admin'],
    ['cloudbuild', 'roles/cloudbuild.builds.editor'],
    ['cloudsql.instances.connect', 'roles/cloudsql.client'],
    ['cloudsql', 'roles/cloudsql.admin'],
    ['compute', 'roles/compute.networkAdmin'],
    ['iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser'],
    ['iam.serviceAccounts.getAccessToken', 'roles/iam.workloadIdentityUser'],
    ['dns', 'roles/dns.admin'],
    ['iam.workloadIdentityPool', 'roles/iam.workloadIdentityPoolAdmin'],
    ['iam', 'roles/iam.serviceAccountAdmin'],
    ['logging', 'roles/logging.viewer'],
    ['monitoring', 'roles/monitoring.editor'],
    ['redis', 'roles/redis.admin'],
    ['resourcemanager.projects.get', 'roles/browser'],
    ['resourcemanager', 'roles/resourcemanager.projectIamAdmin'],
    ['run', 'roles/run.admin'],
    ['secretmanager.versions.access', 'roles/secretmanager.secretAccessor'],
    ['secretmanager', 'roles/secretmanager.admin'],
    ['servicenetworking', 'roles/servicenetworking.networksAdmin'],
    ['serviceusage', 'roles/serviceusage.serviceUsageAdmin'],
    ['storage', 'roles/storage.admin'],
];
/** Turns what Google's client layer throws into a failure with a next step; anything else is passed on. */
function denied_explainGoogle(error, who) {
    if (error instanceof error_GoogleError)
        return explainRefusal(error, who);
    if (error instanceof operations_OperationFailed) {
        if (isQuotaOfOperation(error))
            return quotaExhausted(who.project, error.what, error);
        return new failure/* Failure */.H('OPERATION_FAILED', `${capital(error.what)} failed: ${error.message}`, {
            next: 'Mend what the message names and run again: what is already done is kept.',
            cause: error,
        });
    }
    if (error instanceof NoAnswer) {
        return new failure/* Failure */.H('NO_ANSWER', error.message, {
            next: 'Run again: what is already done is kept, and whether this call had its effect is seen then.',
            cause: error,
        });
    }
    return error;
}
function explainRefusal(error, who) {
    const call = `${error.method} ${error.api} ${error.path}`;
    if (error.http === 401) {
        return new failure/* Failure */.H('UNAUTHENTICATED', `Google did not accept the access token (${call}).`, {
            next: 'Check that the credentials of this job belong to this project and have not expired.',
            cause: error,
        });
    }
    if (error.reason === 'SERVICE_DISABLED') {
        return new failure/* Failure */.H('API_DISABLED', error.message, {
            next: `Run provision, which enables it. An API that stays disabled is held back by an organization policy or by missing billing; try: gcloud services enable ${error.metadata.service ?? ''} --project ${who.project}`,
            cause: error,
        });
    }
    const constraint = orgPolicyConstraint(error);
    if (constraint) {
        return new failure/* Failure */.H('ORG_POLICY', `An organization policy (${constraint}) forbids it: ${error.message}`, {
            next: `Ask whoever administers the organization for an exception for ${who.project}, or change what deploy.yaml asks for.`,
            cause: error,
        });
    }
    // Compute and Service Usage word an exhausted quota as 403.
    if (error.http === 429 || error.status === 'RESOURCE_EXHAUSTED' || /quota|rateLimit/i.test(error.reason)) {
        return quotaExhausted(who.project, call, error);
    }
    if (error.http === 403)
        return explainDenied(error, who, call);
    return new failure/* Failure */.H(error.status || `HTTP_${error.http}`, `${call} was refused: ${error.message}`, {
        next: 'Mend what the message names and run again: what is already done is kept.',
        cause: error,
    });
}
/** RESOURCE_EXHAUSTED of google.rpc.Code, or Compute's own code, which stands before its message. */
function isQuotaOfOperation({ code, message }) {
    return code === 8 || /^(QUOTA_EXCEEDED|ZONE_RESOURCE_POOL_EXHAUSTED|RESOURCE_EXHAUSTED)\b/.test(message);
}
function quotaExhausted(project, what, cause) {
    return new failure/* Failure */.H('QUOTA_EXHAUSTED', `A quota of ${project} is used up (${what}): ${cause.message}`, {
        next: `Wait some minutes and run again, or ask for more: https://console.cloud.google.com/iam-admin/quotas?project=${project}`,
        cause,
    });
}
/** The name of the violated constraint, which Google gives in the error's text or as its metadata. */
function orgPolicyConstraint(error) {
    if (![400, 403, 412].includes(error.http))
        return undefined;
    return /constraints?\/?\s*'?((?:constraints\/)?[a-z]+\.[A-Za-z.]+)/.exec(error.message)?.[1];
}
function explainDenied(error, who, call) {
    const permission = error.metadata.permission ?? permissionIn(error.message);
    const principal = who.principal ? `serviceAccount:${who.principal}` : 'the principal of this job';
    const role = permission && roleWith(permission);
    return new failure/* Failure */.H('PERMISSION_DENIED', `${principal} lacks ${permission ?? 'a permission'} for ${error.metadata.resource ?? call}: ${error.message}`, {
        next: role
            ? `Grant it: gcloud projects add-iam-policy-binding ${who.project} --member=${who.principal ? principal : 'PRINCIPAL'} --role=${role}`
            : 'Grant the permission that the message names and run again.',
        cause: error,
    });
}
/** Storage and Compute name the permission in their text alone, beside e-mail addresses and host names. */
function permissionIn(message) {
    const words = message.match(/\b[a-z]+(\.[A-Za-z]+){2,}/g) ?? [];
    return words.find((word) => roleWith(word) && !word.endsWith('.com'));
}
function roleWith(permission) {
    const lower = permission.toLowerCase();
    return roles.find(([beginning]) => lower.startsWith(beginning.toLowerCase()))?.[1];
}
function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
;// CONCATENATED MODULE: ./.build/src/lib/secret.js

const redacted = '***';
/**
 * A value that must never be printed. Every way in which JavaScript turns a value into text gives `***`;
 * the value itself comes out through `reveal()` alone, so that each place that handles it can be found.
 */
class secret_Secret {
    #value;
    constructor(value) {
        this.#value = value;
    }
    reveal() {
        return this.#value;
    }
    toString() {
        return redacted;
    }
    toJSON() {
        return redacted;
    }
    [external_node_util_.inspect.custom]() {
        return redacted;
    }
}

;// CONCATENATED MODULE: ./.build/src/google/crc32c.js
const polynomial = 0x82f63b78;
const crc32c_table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++)
        value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
});
/** CRC32C (Castagnoli), which Secret Manager asks for and answers with. https://cloud.google.com/secret-manager/docs/data-integrity */
function crc32c_crc32c(data) {
    let crc = 0xffffffff;
    for (const byte of data)
        crc = (crc32c_table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
}

;// CONCATENATED MODULE: ./.build/src/google/secretmanager.js




function listSecrets(google, project) {
    return listAll(google.transport, { api: 'secretmanager', method: 'GET', path: `v1/projects/${project}/secrets`, query: { pageSize: 250 } }, (page) => page.secrets);
}
function getSecret(google, project, secret) {
    return google.transport.send({
        api: 'secretmanager',
        method: 'GET',
        path: `v1/projects/${project}/secrets/${secret}`,
    });
}
function createSecret(google, project, secret, labels) {
    return google.transport.send({
        api: 'secretmanager',
        method: 'POST',
        path: `v1/projects/${project}/secrets`,
        query: { secretId: secret },
        body: { replication: { automatic: {} }, labels },
        repeatable: true,
    });
}
/** With all its versions and at once: nothing brings it back. That it is gone already is as good. */
async function deleteSecret(google, project, secret) {
    await unlessGone(google.transport.send({
        api: 'secretmanager',
        method: 'DELETE',
        path: `v1/projects/${project}/secrets/${secret}`,
    }));
}
/** Takes these labels in place of those that are there. Refused when somebody wrote since that `etag` was read. */
function setSecretLabels(google, project, secret, labels, etag) {
    return google.transport.send({
        api: 'secretmanager',
        method: 'PATCH',
        path: `v1/projects/${project}/secrets/${secret}`,
        query: { updateMask: 'labels' },
        body: { labels, ...(etag === undefined ? {} : { etag }) },
    });
}
/** The newest version and its value; `undefined` when there is no version or it is disabled or destroyed. */
async function latestVersion(google, project, secret) {
    try {
        const answer = await google.transport.send({
            api: 'secretmanager',
            method: 'GET',
            path: `v1/projects/${project}/secrets/${secret}/versions/latest:access`,
        });
        const data = Buffer.from(answer.payload?.data ?? '', 'base64');
        const { dataCrc32c } = answer.payload ?? {};
        if (dataCrc32c && String(dataCrc32c) !== String(crc32c_crc32c(data))) {
            throw new Error(`the value of secret ${secret} was damaged on its way`);
        }
        return { number: answer.name?.split('/').at(-1) ?? '', value: new secret_Secret(data.toString('utf8')) };
    }
    catch (error) {
        // A disabled or destroyed version answers FAILED_PRECONDITION.
        if (error_isNotFound(error) || isDisabled(error))
            return undefined;
        throw error;
    }
}
/**
 * The number of the newest enabled version, without its value: what a deployment pins. `undefined` when there is none.
 */
async function latestVersionNumber(google, project, secret) {
    const version = await google.transport
        .send({
        api: 'secretmanager',
        method: 'GET',
        path: `v1/projects/${project}/secrets/${secret}/versions/latest`,
    })
        .catch((error) => {
        if (error_isNotFound(error))
            return undefined;
        throw error;
    });
    return version?.state === 'ENABLED' ? version.name?.split('/').at(-1) : undefined;
}
/** Adds a version of exactly these bytes and returns its number. */
async function addVersion(google, project, secret, value) {
    const data = Buffer.from(value.reveal(), 'utf8');
    const version = await google.transport.send({
        api: 'secretmanager',
        method: 'POST',
        path: `v1/projects/${project}/secrets/${secret}:addVersion`,
        body: { payload: { data: data.toString('base64'), dataCrc32c: String(crc32c(data)) } },
    });
    return version.name?.split('/').at(-1) ?? '';
}
/** Numbers of the enabled versions, newest first. */
async function enabledVersions(google, project, secret) {
    const versions = await listAll(google.transport, {
        api: 'secretmanager',
        method: 'GET',
        path: `v1/projects/${project}/secrets/${secret}/versions`,
        query: { pageSize: 250, filter: 'state:ENABLED' },
    }, (page) => page.versions);
    return versions
        .filter(({ state }) => state === 'ENABLED')
        .map(({ name }) => name?.split('/').at(-1) ?? '')
        .sort((a, b) => Number(b) - Number(a));
}
/** A disabled version can be enabled again; nothing is lost. */
async function disableVersion(google, project, secret, number) {
    await google.transport.send({
        api: 'secretmanager',
        method: 'POST',
        path: `v1/projects/${project}/secrets/${secret}/versions/${number}:disable`,
        body: {},
        repeatable: true,
    });
}
function isDisabled(error) {
    return (typeof error === 'object' && error !== null && 'status' in error && error.status === 'FAILED_PRECONDITION');
}

;// CONCATENATED MODULE: ./.build/src/promote/approval.js
/** Holds what would be done against what was approved. Pure. */

/**
 * Throws PROMOTION_CHANGED when anything else would be done than was approved. Fewer migrations are no surprise: an
 * earlier attempt may have applied them, and the approver may have seen all there are. Others are one.
 */
function requireApproved(approval) {
    const { from, to, approved, now } = approval;
    const known = new Set(approval.approvedMigrations);
    const surprises = approval.migrations.filter((name) => !known.has(name));
    if (approved === now && surprises.length === 0)
        return;
    const what = approved === now
        ? `${surprises.join(', ')} would be migrated as well`
        : `it was ${approved ?? 'nothing'}, and is ${now} now`;
    throw new failure/* Failure */.H('PROMOTION_CHANGED', `What would be promoted from ${from} to ${to} is not what was approved: ${what}. Nothing was done.`, {
        next: 'The difference as it is now stands in the summary. Start the promotion again to have it approved.',
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
;// CONCATENATED MODULE: ./.build/src/google/registry.js
/**
 * The Docker registry protocol of Artifact Registry, by which images go from one project to another unchanged: what is
 * copied by digest has that digest. https://distribution.github.io/distribution/spec/api/ and
 * https://cloud.google.com/artifact-registry/docs/reference/docker-api
 */




/** The kinds of manifest there are: of an image and of an index of images, in Docker's words and in OCI's. */
const manifestTypes = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
].join(', ');
/** A layer may have gigabytes, and is read and written at the same time. */
const blobTimeout = 30 * 60_000;
const blobAttempts = 4;
/** Layers of one image under way at once. */
const blobsAtOnce = 4;
const reference = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::[^@/]+)?@(sha256:[0-9a-f]{64})$/;
/** Of `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:...`; `undefined` for anything else. */
function parsePinned(image) {
    const [, location, project, repository, name, digest] = reference.exec(image) ?? [];
    if (!location || !project || !repository || !name || !digest)
        return undefined;
    return { location, project, repository, image: name, digest };
}
/** `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:...`. */
function pinnedName({ location, project, repository, image, digest }) {
    return `${location}-docker.pkg.dev/${project}/${repository}/${image}@${digest}`;
}
/** Whether the registry has the image. Throws GoogleError when it may not be looked at. */
async function hasImage(google, at) {
    return await present(google, at, `manifests/${at.digest}`, manifestTypes);
}
/**
 * Copies the image, with everything that it names, under the same digest. What the target has is not sent again, so that
 * an interrupted copy goes on where it was; a blob that the target's registry has in the source's repository is mounted
 * and not sent through here. Throws GoogleError, and IMAGE_COPY_FAILED when bytes arrive that do not make their digest.
 */
async function copyImage(google, from, to) {
    const target = { ...to, digest: from.digest };
    if (await hasImage(google, target))
        return { sent: 0, bytes: 0 };
    const { bytes: text, type } = await readManifest(google, from);
    const manifest = JSON.parse(text.toString('utf8'));
    const counts = [];
    // The manifests of an index come before it, and blobs before what names them: a registry refuses dangling names.
    for (const child of manifest.manifests ?? [])
        counts.push(await copyImage(google, { ...from, digest: child.digest }, to));
    counts.push(...(await copyBlobs(google, from, to, blobsOf(manifest))));
    await google.transport.response({
        ...registryRequest(to, `manifests/${from.digest}`),
        method: 'PUT',
        bytes: { data: text, type },
    });
    counts.push({ sent: 1, bytes: text.byteLength });
    return counts.reduce((sum, one) => ({ sent: sum.sent + one.sent, bytes: sum.bytes + one.bytes }));
}
/** Sends the image under its digest and without a tag, by which alone it can be found. What is there is not sent again. */
async function pushImage(google, to, image) {
    const { bytes, type } = image.manifest;
    const target = { ...to, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
    if (await hasImage(google, target))
        return target;
    for (const blob of image.blobs)
        await uploadBlob(google, to, blob, () => Promise.resolve(image.open(blob.digest)));
    await google.transport.response({
        ...registryRequest(to, `manifests/${target.digest}`),
        method: 'PUT',
        bytes: { data: bytes, type },
    });
    return target;
}
/** Each once: layers of an image may repeat. */
function blobsOf({ config, layers = [] }) {
    const all = config ? [...layers, config] : layers;
    return [...new Map(all.map((blob) => [blob.digest, blob])).values()];
}
async function copyBlobs(google, from, to, blobs) {
    const left = [...blobs];
    const done = [];
    const work = async () => {
        for (let blob = left.shift(); blob; blob = left.shift())
            done.push(await copyBlob(google, from, to, blob));
    };
    await Promise.all(Array.from({ length: Math.min(blobsAtOnce, blobs.length) }, work));
    return done;
}
function copyBlob(google, from, to, blob) {
    const open = async () => {
        const source = await google.transport.response({
            ...registryRequest(from, `blobs/${blob.digest}`),
            method: 'GET',
            timeout: blobTimeout,
        });
        return external_node_stream_.Readable.from(source.body ?? []);
    };
    return uploadBlob(google, to, blob, open, from);
}
async function uploadBlob(google, to, blob, open, 
/** Where the registry may take it from by itself. */
from) {
    for (let attempt = 1;; attempt++) {
        // Asked before each attempt: the last one may have done it, and only its answer was lost.
        if (await present(google, to, `blobs/${blob.digest}`))
            return { sent: attempt === 1 ? 0 : 1, bytes: 0 };
        try {
            const address = await startUpload(google, to, blob.digest, from);
            if (!address)
                return { sent: 1, bytes: 0 };
            await sendBlob(google, to, blob, address, open);
            return { sent: 1, bytes: blob.size };
        }
        catch (error) {
            // What was sent halfway cannot be trusted: each attempt is an upload of its own.
            if (attempt >= blobAttempts || !mayPass(error))
                throw error;
            await google.clock.sleep(attempt * 1_000, google.signal);
        }
    }
}
function mayPass(error) {
    if (error instanceof NoAnswer)
        return true;
    // An upload is unknown once it is finished, by an attempt whose answer was lost.
    return error instanceof error_GoogleError && (error.http >= 500 || error.status === 'BLOB_UPLOAD_UNKNOWN');
}
/** The address to send the blob to; nothing when the registry took it over from the other repository. */
async function startUpload(google, to, digest, from) {
    const started = await google.transport.response({
        ...registryRequest(to, 'blobs/uploads/'),
        method: 'POST',
        // An upload that was begun and is not gone on with does no harm.
        repeatable: true,
        ...(from && from.location === to.location
            ? { query: { mount: digest, from: `${from.project}/${from.repository}/${from.image}` } }
            : {}),
    });
    await started.arrayBuffer();
    if (started.status === 201)
        return undefined;
    const address = started.headers.get('location');
    if (address)
        return address;
    throw copyFailed(digest, 'the registry gave no address to send it to');
}
async function sendBlob(google, to, blob, address, open) {
    const source = await open();
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const base = { api: 'registry', region: to.location };
    const sent = await google.transport.response({
        ...base,
        method: 'PATCH',
        path: address,
        stream: external_node_stream_.Readable.from(hashed(source, hash), { objectMode: false }),
        timeout: blobTimeout,
    });
    await sent.arrayBuffer();
    const digest = `sha256:${hash.digest('hex')}`;
    if (digest !== blob.digest)
        throw copyFailed(blob.digest, `its bytes have the digest ${digest}`);
    await google.transport.text({
        ...base,
        method: 'PUT',
        path: sent.headers.get('location') ?? address,
        query: { digest },
        timeout: blobTimeout,
    });
}
async function* hashed(source, hash) {
    for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
    }
}
async function readManifest(google, at) {
    const response = await google.transport.response({
        ...registryRequest(at, `manifests/${at.digest}`),
        method: 'GET',
        accept: manifestTypes,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const digest = `sha256:${(0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex')}`;
    if (digest !== at.digest)
        throw copyFailed(at.digest, `its manifest has the digest ${digest}`);
    return { bytes, type: response.headers.get('content-type') ?? '' };
}
async function present(google, at, path, accept) {
    const ask = (method) => google.transport.response({ ...registryRequest(at, path), method, ...(accept ? { accept } : {}) });
    try {
        await ask('HEAD');
        return true;
    }
    catch (error) {
        if (error_isNotFound(error))
            return false;
        // A refusal of HEAD has no body, and only the body says what is missing.
        if (error instanceof error_GoogleError && error.http === 403)
            await ask('GET');
        throw error;
    }
}
function registryRequest({ location, project, repository, image }, path) {
    return {
        api: 'registry',
        region: location,
        path: `v2/${project}/${repository}/${image}/${path}`,
    };
}
function copyFailed(digest, why) {
    return new failure/* Failure */.H('IMAGE_COPY_FAILED', `${digest} could not be copied: ${why}.`, {
        next: 'Run again: what has arrived is kept. If it stays, the image in the source registry is damaged.',
    });
}

;// CONCATENATED MODULE: ./.build/src/promote/copy.js



/**
 * Where each image is after the copy: in the registry of `to` under the same digest when it came from that of `from`,
 * and where it is otherwise, since nobody who tears down `from` can take that along.
 */
function targetImage(image, from, to) {
    const pinned = parsePinned(image);
    if (!pinned || !image.startsWith(`${from.repository.prefix}/`))
        return image;
    const { name, location } = to.repository;
    return pinnedName({ ...pinned, project: to.project, location, repository: name });
}
/** Copies what is not there yet. Throws PROMOTION_IMAGES_UNREADABLE when `from` keeps its images to itself. */
async function copyImages(google, images, from, to, deployer) {
    const copies = [];
    // One after the other: their layers are often the same, and what the first has brought the second need not.
    for (const image of new Set(Object.values(images))) {
        const target = targetImage(image, from, to);
        const [source, place] = [parsePinned(image), parsePinned(target)];
        if (target === image || !source || !place)
            continue;
        const copied = await copyImage(google, source, place).catch((error) => {
            throw unreadable(error, from, deployer);
        });
        const services = Object.keys(images).filter((key) => images[key] === image);
        copies.push({ services, from: image, to: target, ...copied });
    }
    return copies;
}
function unreadable(error, from, deployer) {
    const repository = `projects/${from.project}/locations/${from.repository.location}/repositories/${from.repository.name}`;
    if (!(error instanceof error_GoogleError) || error.http !== 403 || !error.message.includes(repository))
        return error;
    const member = deployer ? `serviceAccount:${deployer}` : 'PRINCIPAL';
    return new failure/* Failure */.H('PROMOTION_IMAGES_UNREADABLE', `The images of ${from.environment} cannot be read with the credentials of the environment that they go to: ${error.message}`, {
        next: `Grant it once: gcloud artifacts repositories add-iam-policy-binding ${from.repository.name} --project=${from.project} --location=${from.repository.location} --member=${member} --role=roles/artifactregistry.reader`,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./.build/src/lib/canonical-json.js

/** JSON in the one form that equal values have: keys sorted, nothing between them, absent what is undefined. */
function canonicalJson(value) {
    return JSON.stringify(sorted(value));
}
/** `sha256:...` of the value in its canonical form. */
function canonical_json_contentDigest(value) {
    return `sha256:${(0,external_node_crypto_.createHash)('sha256').update(canonicalJson(value)).digest('hex')}`;
}
function sorted(value) {
    if (Array.isArray(value))
        return value.map(sorted);
    if (typeof value !== 'object' || value === null)
        return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

;// CONCATENATED MODULE: ./.build/src/resources/workload-changes.js

function workload_changes_templateChanges(want, have) {
    const { containers: wanted = [], ...rest } = want;
    const { containers: had = [], ...hadRest } = have ?? {};
    const sidecars = Math.max(0, had.length - wanted.length);
    return [
        ...compare(rest, hadRest),
        ...wanted.flatMap((container, index) => containerChanges(container, had[index], prefixOf(container, index))),
        ...(sidecars > 0 ? [{ field: 'containers', before: had.length, after: wanted.length }] : []),
    ];
}
function prefixOf(container, index) {
    return index === 0 ? '' : `${container.name ?? `containers.${index}`}.`;
}
function containerChanges(want, have, prefix) {
    const { env: wantedEnv, image: wantedImage, ...rest } = want;
    const { env: hadEnv, image: hadImage, ...hadRest } = have ?? {};
    return [
        ...(wantedImage === hadImage
            ? []
            : [
                {
                    field: `${prefix}image`,
                    ...before(hadImage && shortImage(hadImage)),
                    after: shortImage(wantedImage),
                },
            ]),
        ...envChanges(wantedEnv ?? [], hadEnv ?? [], prefix),
        ...compare(rest, hadRest, prefix),
    ];
}
function envChanges(want, have, prefix) {
    const wanted = new Map(want.map((variable) => [variable.name ?? '', variable]));
    const had = new Map(have.map((variable) => [variable.name ?? '', variable]));
    const names = [...new Set([...wanted.keys(), ...had.keys()])].sort();
    return names.flatMap((name) => {
        const [now, then] = [wanted.get(name), had.get(name)];
        if (now && then && meaning(now) === meaning(then))
            return [];
        const field = `${prefix}env.${name}`;
        return [{ field, ...before(then && shown(then)), ...(now ? { after: after(now, then) } : {}) }];
    });
}
/** What two variables are equal by. */
function meaning({ value, valueSource }) {
    const reference = valueSource?.secretKeyRef;
    return reference ? `secret ${reference.secret}:${reference.version}` : `value ${value ?? ''}`;
}
function shown(variable) {
    const reference = variable.valueSource?.secretKeyRef;
    return reference ? `secret ${reference.secret}:${reference.version}` : 'a value';
}
function after(now, then) {
    const text = shown(now);
    return then && text === 'a value' && shown(then) === text ? 'another value' : text;
}
function before(text) {
    return text ? { before: text } : {};
}
/** `web@sha256:0123456789ab`. */
function shortImage(image) {
    const [reference = '', digest] = (image ?? '').split('@');
    const name = reference.split('/').at(-1) ?? reference;
    return digest ? `${name}@${digest.slice(0, 19)}` : name;
}

;// CONCATENATED MODULE: ./.build/src/google/paging.js
/** Reads a collection to its end: every page of a list method, the items taken out by `items`. */
async function paging_listAll(transport, request, items) {
    const found = [];
    let pageToken;
    do {
        const page = await transport.send({ ...request, query: { ...request.query, pageToken } });
        found.push(...(items(page) ?? []));
        pageToken = page.nextPageToken || undefined;
    } while (pageToken);
    return found;
}

;// CONCATENATED MODULE: ./.build/src/google/run-operations.js

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
async function run_operations_waitForRun(google, started, what) {
    await waitForRpc(started, (name) => google.transport.send({
        api: 'run',
        method: 'POST',
        path: `v2/${name}:wait`,
        body: { timeout: `${waitSeconds}s` },
        repeatable: true,
        timeout: (waitSeconds + 15) * 1000,
    }), { what, deadline, first: 100, ceiling: 2_000 }, google.clock, google.signal);
}
/** Looks until Cloud Run has done with the resource what it was told, for better or worse. */
function run_operations_reconciled(google, name, look) {
    return waitFor(async () => {
        const now = await look();
        return now.reconciling ? undefined : now;
    }, { what: `deploying ${name}`, deadline, ceiling: 2_000 }, google.clock, google.signal);
}

;// CONCATENATED MODULE: ./.build/src/google/run.js



function listWorkloads(google, at) {
    return paging_listAll(google.transport, { api: 'run', method: 'GET', path: collectionPath(at), query: { pageSize: 500 } }, (page) => page[at.kind]);
}
function run_getWorkload(google, at) {
    return google.transport.send({ api: 'run', method: 'GET', path: `${collectionPath(at)}/${at.name}` });
}
/** Creates and waits until the first revision is ready. Throws OperationFailed with Google's message. */
async function run_createWorkload(google, at, body) {
    const id = at.kind === 'services' ? 'serviceId' : 'workerPoolId';
    const started = await google.transport.send({
        api: 'run',
        method: 'POST',
        path: collectionPath(at),
        query: { [id]: at.name },
        body,
        repeatable: true,
    });
    await waitForRun(google, started, `creating ${at.name}`);
}
/**
 * Changes the fields of the workload that `mask` names and waits until its newest revision is ready; without a mask
 * all of it is replaced. With an etag in the body somebody else's change in between is refused as 409. Throws
 * OperationFailed.
 */
async function run_patchWorkload(google, at, body, mask) {
    const started = await google.transport.send({
        api: 'run',
        method: 'PATCH',
        path: `${collectionPath(at)}/${at.name}`,
        ...(mask ? { query: { updateMask: mask.join(',') } } : {}),
        body,
    });
    await waitForRun(google, started, `deploying ${at.name}`);
}
/**
 * Deletes the workload with its revisions and its policy and waits until it is gone; that it is already is as good. With
 * an etag somebody else's change in between is refused as 409.
 */
async function deleteWorkload(google, at, etag) {
    await error_unlessGone(google.transport
        .send({
        api: 'run',
        method: 'DELETE',
        path: `${collectionPath(at)}/${at.name}`,
        ...(etag ? { query: { etag } } : {}),
    })
        .then((started) => run_operations_waitForRun(google, started, `deleting ${at.name}`)));
}
/** Waits until Cloud Run has done with the workload what it was told, for better or worse, and gives it as it is then. */
function run_waitUntilReconciled(google, at) {
    return reconciled(google, at.name, () => run_getWorkload(google, at));
}
function getRevision(google, at, revision) {
    return google.transport.send({
        api: 'run',
        method: 'GET',
        path: `${collectionPath(at)}/${at.name}/revisions/${revision}`,
    });
}
function run_listRevisions(google, at) {
    return listAll(google.transport, {
        api: 'run',
        method: 'GET',
        path: `${collectionPath(at)}/${at.name}/revisions`,
        query: { pageSize: 500 },
    }, (page) => page.revisions);
}
function collectionPath(at) {
    return `v2/projects/${at.project}/locations/${at.region}/${at.kind}`;
}

;// CONCATENATED MODULE: ./.build/src/google/run-jobs.js




function listJobs(google, at) {
    return paging_listAll(google.transport, { api: 'run', method: 'GET', path: jobsPath(at), query: { pageSize: 500 } }, (page) => page.jobs);
}
/** All of them that Cloud Run still knows, the newest first. */
function listExecutions(google, at) {
    return paging_listAll(google.transport, { api: 'run', method: 'GET', path: `${jobPath(at)}/executions`, query: { pageSize: 500 } }, (page) => page.executions);
}
/**
 * Deletes the job with its executions and waits until it is gone; that it is already is as good. With an etag somebody
 * else's change in between is refused as 409.
 */
async function deleteJob(google, at, etag) {
    await error_unlessGone(google.transport
        .send({
        api: 'run',
        method: 'DELETE',
        path: jobPath(at),
        ...(etag ? { query: { etag } } : {}),
    })
        .then((started) => run_operations_waitForRun(google, started, `deleting ${at.name}`)));
}
function run_jobs_getJob(google, at) {
    return google.transport.send({ api: 'run', method: 'GET', path: jobPath(at) });
}
/** Creates the job and waits until it could be run. Throws OperationFailed with Google's message. */
async function run_jobs_createJob(google, at, body) {
    const started = await google.transport.send({
        api: 'run',
        method: 'POST',
        path: jobsPath(at),
        query: { jobId: at.name },
        body,
        repeatable: true,
    });
    await waitForRun(google, started, `creating ${at.name}`);
}
/** Replaces the job; an `etag` in the body is compared. Throws OperationFailed with Google's message. */
async function run_jobs_replaceJob(google, at, body) {
    const started = await google.transport.send({
        api: 'run',
        method: 'PATCH',
        path: jobPath(at),
        body,
    });
    await waitForRun(google, started, `deploying ${at.name}`);
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
        finished(started, `running ${at.name}`);
    return name ?? '';
}
/** Waits until all tasks have ended, well or not. `limit` in milliseconds. */
function waitForExecution(google, execution, limit) {
    return waitFor(async () => {
        const now = await google.transport.send({
            api: 'run',
            method: 'GET',
            path: `v2/${execution}`,
        });
        return now.completionTime ? now : undefined;
    }, { what: `running ${execution.split('/').at(-1) ?? execution}`, deadline: limit, ceiling: 3_000 }, google.clock, google.signal);
}
/** Waits until Cloud Run has done with the job what it was told, for better or worse. */
function run_jobs_waitUntilJobIsSettled(google, at) {
    return reconciled(google, at.name, () => run_jobs_getJob(google, at));
}
function jobPath(at) {
    return `${jobsPath(at)}/${at.name}`;
}
function jobsPath(at) {
    return `v2/projects/${at.project}/locations/${at.region}/jobs`;
}

;// CONCATENATED MODULE: ./.build/src/google/serviceusage.js

/** Google refuses more than 20 in one batchEnable and reads as many at a time. https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const batch = 20;
/** Enabling takes up to about 75 s for the slow ones. */
const serviceusage_deadline = 10 * 60_000;
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
        await waitForRpc(started, (name) => google.transport.send({ api: 'serviceusage', method: 'GET', path: `v1/${name}` }), { what: `enabling ${chunk.length} APIs in ${project}`, deadline: serviceusage_deadline }, google.clock, google.signal);
    }
}
function chunks(names) {
    return Array.from({ length: Math.ceil(names.length / batch) }, (_, index) => names.slice(index * batch, (index + 1) * batch));
}

;// CONCATENATED MODULE: ./.build/src/resources/context.js

/** Of the zone that internal calls may go by. */
const zoneApi = 'dns.googleapis.com';
function createContext(parts) {
    const { google, deployment, projectNumber } = parts;
    return {
        ...parts,
        prune: parts.prune ?? false,
        facts: { projectNumber },
        enabled: once(() => enabledServices(google, deployment.project, [...new Set([...deployment.apis, zoneApi])])),
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

;// CONCATENATED MODULE: ./.build/src/resources/run-listing.js
/** What Cloud Run has in the region of a deployment: one listing of each collection for all who look into it. */




const listedServices = perContext((site) => once(() => listed(site, 'services')));
const listedPools = perContext((site) => once(() => listed(site, 'workerPools')));
const listedJobs = perContext(({ google, deployment }) => once(() => whereEnabled(listJobs(google, deployment))));
function listed({ google, deployment: { project, region } }, kind) {
    return whereEnabled(listWorkloads(google, { kind, project, region }));
}
/** In a project that nothing was deployed to yet Cloud Run may not even be switched on. */
async function whereEnabled(listing) {
    return await listing.catch((error) => {
        if (error instanceof error_GoogleError && error.reason === 'SERVICE_DISABLED')
            return [];
        throw error;
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/traffic.js

/** The tag that this suite puts on a revision that is not tried yet; it is taken off with the traffic. */
const traffic_candidateTag = 'next';
const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
/** What a new service gets: the API takes nothing else for it. */
function traffic_firstTraffic(tag) {
    return [{ type: latest, percent: 100, ...(tag ? { tag } : {}) }];
}
/** The targets with names in place of "latest". A share of a service without any ready revision is left out. */
function traffic_resolvedTraffic(have) {
    const ready = have.latestReadyRevision?.split('/').at(-1);
    return (have.traffic ?? []).flatMap((target, index) => {
        const status = have.trafficStatuses?.[index];
        const follows = !target.revision;
        const name = target.revision?.split('/').at(-1) ?? status?.revision?.split('/').at(-1) ?? ready;
        const tag = target.tag ? { tag: target.tag } : {};
        const percent = target.percent ?? 0;
        if (follows && percent === 0)
            return target.tag ? [{ percent, ...tag }] : [];
        return name ? [{ revision: name, percent, ...tag }] : [];
    });
}
/** As the API takes them. */
function traffic_asTraffic(targets) {
    return targets.map(({ revision, percent, tag }) => ({
        type: revision ? byRevision : latest,
        ...(revision ? { revision } : {}),
        ...(percent > 0 ? { percent } : {}),
        ...(tag ? { tag } : {}),
    }));
}
/** The revision with the largest share, and nothing when none has one. */
function traffic_servingRevision(targets) {
    const shares = [...traffic_sharesOf(targets)].sort(([, a], [, b]) => b - a);
    return shares[0]?.[0];
}
/** Percent by revision, for those that have some. */
function traffic_sharesOf(targets) {
    const shares = new Map();
    for (const { revision, percent } of targets)
        if (revision && percent > 0)
            shares.set(revision, (shares.get(revision) ?? 0) + percent);
    return shares;
}
function traffic_tagged(targets, tag) {
    return targets.find((target) => target.tag === tag)?.revision;
}
/** With the tag on that revision and on no other. */
function traffic_withTag(targets, tag, revision) {
    return [...traffic_withoutTag(targets, tag), { revision, percent: 0, tag }];
}
/** Without the tag; the share of a target that had it stays. */
function traffic_withoutTag(targets, tag) {
    return targets.flatMap((target) => {
        if (target.tag !== tag)
            return [target];
        const { tag: _tag, ...rest } = target;
        return rest.percent > 0 ? [rest] : [];
    });
}
/** Without these tags on that revision; one that was elsewhere `before` goes back there. */
function traffic_withdrawn(targets, tags, revision, before) {
    return tags.reduce((left, tag) => {
        if (traffic_tagged(left, tag) !== revision)
            return left;
        const former = before.filter((target) => target.tag === tag).map((target) => ({ ...target, percent: 0 }));
        return [...traffic_withoutTag(left, tag), ...former];
    }, targets);
}
/** With these shares, which come to 100, in place of those that there are. */
function traffic_withShares(targets, shares) {
    const tags = targets.filter(({ tag }) => tag).map((target) => ({ ...target, percent: 0 }));
    return [
        ...[...shares].filter(([, percent]) => percent > 0).map(([revision, percent]) => ({ revision, percent })),
        ...tags,
    ];
}
/**
 * Shares asked for by a person: what they leave of 100 stays with the others, in the proportion that these have now.
 * So does `gcloud run services update-traffic --to-revisions`. Throws TRAFFIC_INVALID.
 */
function traffic_assignedShares(now, asked) {
    const given = [...asked.values()].reduce((sum, percent) => sum + percent, 0);
    if (given > 100)
        throw invalid(`the percentages come to ${given}, more than 100`);
    const others = [...now].filter(([revision]) => !asked.has(revision));
    const whole = others.reduce((sum, [, percent]) => sum + percent, 0);
    const left = 100 - given;
    if (left > 0 && whole === 0)
        throw invalid(`the percentages come to ${given}, and no other revision serves that could take the rest`);
    return new Map([...asked, ...proportional(others, whole, left)]);
}
/** Whole numbers in that proportion that come to `total`: the largest remainders are rounded up. */
function proportional(shares, whole, total) {
    if (total === 0)
        return [];
    const exact = shares.map(([name, share]) => ({ name, share: (share * total) / whole }));
    const missing = total - exact.reduce((sum, { share }) => sum + Math.floor(share), 0);
    const up = new Set([...exact]
        .sort((a, b) => (b.share % 1) - (a.share % 1))
        .slice(0, missing)
        .map(({ name }) => name));
    return exact.map(({ name, share }) => [name, Math.floor(share) + (up.has(name) ? 1 : 0)]);
}
/**
 * `A=10,B=90`, with a percent sign or without: revisions or tags with their shares. `LATEST` is the revision of this
 * deployment. Throws TRAFFIC_INVALID, naming the input.
 */
function parseShares(input, text) {
    const shares = new Map();
    for (const part of text.split(/[,\n]/).map((each) => each.trim())) {
        if (part === '')
            continue;
        const [, name = '', number = ''] = /^([A-Za-z][-A-Za-z0-9]*)\s*=\s*(\d{1,3})%?$/.exec(part) ?? [];
        if (name === '' || Number(number) > 100) {
            throw invalid(`${input}: "${part}" is not NAME=PERCENT with a whole percentage from 0 to 100`);
        }
        if (shares.has(name))
            throw invalid(`${input}: "${name}" stands there twice`);
        shares.set(name, Number(number));
    }
    return shares;
}
/** Whether requests go the same ways and every tag is on the same revision. */
function traffic_sameTraffic(a, b) {
    return trafficLine(a) === trafficLine(b);
}
/** For a plan: the traffic in words when it differs. */
function traffic_trafficChange(have, want) {
    if (traffic_sameTraffic(have, want))
        return [];
    return [{ field: 'traffic', before: trafficLine(have), after: trafficLine(want) }];
}
/** `web-1 90 %, web-2 10 %, tag next on web-2`. */
function trafficLine(targets) {
    const shares = [...traffic_sharesOf(targets)].map(([revision, percent]) => `${revision} ${percent} %`);
    const tags = targets.flatMap(({ tag, revision }) => tag ? [`tag ${tag} on ${revision ?? 'the latest'}`] : []);
    return [...shares.sort(), ...tags.sort()].join(', ');
}
function invalid(problem) {
    return new Failure('TRAFFIC_INVALID', `The traffic cannot be set: ${problem}.`, {
        next: 'Give NAME=PERCENT pairs with commas between them, for example web-4f2a9c1-1=90,LATEST=10.',
    });
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./.build/src/resources/volumes.js
/**
 * What is mounted into the containers of a workload: the Cloud SQL socket, secrets as files, buckets and folders in
 * memory. https://cloud.google.com/run/docs/reference/rest/v2/Volume
 */


/** In the order of their paths, so that the order in deploy.yaml makes no revision. */
function volumes_volumesOf({ deployment }, service, release) {
    return [
        ...(service.cloudSql && deployment.database
            ? [{ name: 'cloudsql', cloudSqlInstance: { instances: [deployment.database.connectionName] } }]
            : []),
        ...secretFolders(service).map(({ name, secret, files }) => ({
            name,
            secret: { secret, items: files.map((path) => ({ path, version: versionOf(release, secret) })) },
        })),
        ...(service.volumes ?? []).map((volume, index) => ({ name: volumes_nameOf(index), ...sourceOf(volume) })),
    ];
}
/** The same for every container of an instance. */
function volumes_mountsOf(service) {
    return [
        ...(service.cloudSql ? [{ name: 'cloudsql', mountPath: '/cloudsql' }] : []),
        ...secretFolders(service).map(({ name, folder }) => ({ name, mountPath: folder })),
        ...(service.volumes ?? []).map(({ path }, index) => ({ name: volumes_nameOf(index), mountPath: path })),
    ];
}
const volumes_nameOf = (index) => `volume-${index + 1}`;
/** What the other kinds have is wanted absent, since a volume that changes its kind keeps its name. */
function sourceOf({ source }) {
    if (source.kind === 'memory')
        return { emptyDir: { medium: 'MEMORY', sizeLimit: source.size }, gcs: undefined };
    const { bucket, readOnly, mountOptions } = source;
    return { gcs: { bucket, readOnly, mountOptions: [...mountOptions] }, emptyDir: undefined };
}
function secretFolders(service) {
    const entries = Object.entries(service.secretFiles ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const folders = new Map();
    for (const [file, { secret }] of entries) {
        const folder = posix.dirname(file);
        const known = folders.get(folder) ?? { secret, files: [] };
        folders.set(folder, { ...known, files: [...known.files, posix.basename(file)] });
    }
    return [...folders].map(([folder, rest], index) => ({ name: `secret-${index + 1}`, folder, ...rest }));
}

;// CONCATENATED MODULE: ./.build/src/resources/workload.js

/** How often a write is begun anew because somebody else wrote in between, or the name was taken. */
const workload_mostConflicts = 8;
/** The parts of a template that all of them share. */
function workload_templateOf(context, service, release) {
    const { deployment } = context;
    return {
        serviceAccount: emailOf(deployment, service),
        vpcAccess: service.vpc && deployment.network
            ? {
                egress: service.vpc.egress,
                networkInterfaces: [
                    {
                        network: `projects/${deployment.project}/global/networks/${deployment.network.name}`,
                        subnetwork: `projects/${deployment.project}/regions/${deployment.region}/subnetworks/${deployment.network.subnet}`,
                    },
                ],
            }
            : undefined,
        volumes: [...volumesOf(context, service, release)],
    };
}
/** E-mail of the account that the service runs as. */
function emailOf({ serviceAccounts, project }, { serviceAccount }) {
    const account = serviceAccounts.find(({ id }) => id === serviceAccount);
    return account?.email ?? `${serviceAccount}@${project}.iam.gserviceaccount.com`;
}
/** What one instance gets. A GPU is asked for as a limit here, and by its kind in the template. */
function workload_limitsOf(own) {
    return { cpu: own.cpu, memory: own.memory, ...(own.gpu ? { 'nvidia.com/gpu': '1' } : {}) };
}
/**
 * Without redundancy over zones, which has a quota of its own and costs more.
 * https://cloud.google.com/run/docs/configuring/services/gpu-zonal-redundancy
 */
function workload_acceleratorOf(own) {
    return own.gpu
        ? { nodeSelector: { accelerator: own.gpu }, gpuZonalRedundancyDisabled: true }
        : { nodeSelector: undefined };
}
/** The `Ready` condition of a workload that did not become ready; `undefined` when all is well. */
function workload_notReady(have) {
    const condition = have.terminalCondition;
    return condition && condition.state !== 'CONDITION_SUCCEEDED' ? condition : undefined;
}
function workload_shortName(fullName) {
    return fullName?.split('/').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./.build/src/promote/live.js




/** Reads the workloads of these services: a list of each kind that they have, and one call for each revision that serves. */
async function readLive(site, services) {
    const { google, deployment: at } = site;
    const has = (runtime) => services.some(({ worker }) => worker?.runtime === runtime);
    const [apps, pools, jobs] = await Promise.all([
        services.some(({ app }) => app) || has('service') ? listedServices(site)() : [],
        has('pool') ? listedPools(site)() : [],
        has('job') ? listedJobs(site)() : [],
    ]);
    return await Promise.all(services.map(async ({ key, app, worker }) => {
        const service = app && apps.find(({ name }) => workload_shortName(name) === app.name);
        const [liveApp, liveWorker] = await Promise.all([
            service && readApp(google, at, service),
            worker && readWorker(google, at, worker, { apps, pools, jobs }),
        ]);
        return { key, ...(liveApp && { app: liveApp }), ...(liveWorker && { worker: liveWorker }) };
    }));
}
async function readApp(google, at, service) {
    const shares = traffic_sharesOf(traffic_resolvedTraffic(service));
    const common = await readRevision(google, at, 'services', service, shares);
    const { revision } = common;
    const scaling = revision?.scaling;
    const url = service.urls?.[0] ?? service.uri;
    return {
        ...common.workload,
        scaling: `${scaling?.minInstanceCount ?? 0} to ${scaling?.maxInstanceCount ?? 'any number of'} instances`,
        ...(url && { url }),
    };
}
async function readWorker(google, at, { name, runtime }, { apps, pools, jobs }) {
    if (runtime === 'job') {
        const job = jobs.find((one) => workload_shortName(one.name) === name);
        return job && readJob(job);
    }
    if (runtime === 'service') {
        const service = apps.find((one) => workload_shortName(one.name) === name);
        return service && (await readApp(google, at, service));
    }
    const pool = pools.find((one) => workload_shortName(one.name) === name);
    if (!pool)
        return undefined;
    const { workload } = await readRevision(google, at, 'workerPools', pool, splitsOf(pool));
    return { ...workload, scaling: `${pool.scaling?.manualInstanceCount ?? 0} instances` };
}
/** It has one state and no revisions: what was written last is what the next execution takes. */
function readJob(job) {
    const { taskCount, parallelism, template } = job.template ?? {};
    const revision = `generation ${job.generation ?? 1}`;
    return {
        name: workload_shortName(job.name),
        shares: {},
        revision,
        newest: revision,
        notReady: job.reconciling ? beingChanged : (workload_notReady(job)?.message ?? ''),
        ...contentOf(template?.containers),
        scaling: tasksText(taskCount ?? 1, parallelism ?? undefined),
    };
}
/** How a job's executions go, in words. */
function tasksText(tasks, parallelism) {
    return `${tasks} tasks${parallelism ? `, ${parallelism} at a time` : ''}`;
}
/** A split without a revision follows the latest one that is ready. */
function splitsOf(pool) {
    const ready = workload_shortName(pool.latestReadyRevision);
    const shares = new Map();
    for (const { revision, percent } of pool.instanceSplits ?? [{ percent: 100 }]) {
        const name = workload_shortName(revision) || ready;
        if (name && percent)
            shares.set(name, (shares.get(name) ?? 0) + percent);
    }
    return shares;
}
async function readRevision(google, at, kind, workload, shares) {
    const name = workload_shortName(workload.name);
    const serving = [...shares].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
    const revision = serving ? await getRevision(google, { ...at, kind, name }, serving) : undefined;
    return {
        revision,
        workload: {
            name,
            shares: Object.fromEntries(shares),
            revision: serving,
            newest: workload_shortName(workload.latestCreatedRevision),
            notReady: notReadyOf(workload, revision),
            ...contentOf(revision?.containers),
        },
    };
}
/** What the containers are: that of the service itself first, as this suite deploys them, its sidecars by their names. */
function contentOf(containers = []) {
    const [own, ...sidecars] = containers;
    const variables = containers.flatMap((container) => {
        const prefix = container === own ? '' : `${container.name}.`;
        return (container.env ?? []).map(({ name = '', valueSource }) => ({
            name: `${prefix}${name}`,
            secret: valueSource?.secretKeyRef,
            isPlain: !valueSource,
        }));
    });
    return {
        image: own?.image ?? '',
        sidecars: Object.fromEntries(sidecars.map(({ name = '', image = '' }) => [name, image])),
        env: variables.flatMap(({ name, isPlain }) => (isPlain ? [name] : [])).sort(),
        secrets: Object.fromEntries(variables.flatMap(({ name, secret }) => secret ? [[name, `${workload_shortName(secret.secret)}:${secret.version ?? 'latest'}`]] : [])),
    };
}
const beingChanged = 'a change of it is still under way';
function notReadyOf(workload, revision) {
    if (workload.reconciling)
        return beingChanged;
    if (!revision)
        return 'no revision of it serves';
    const ready = revision.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.state === 'CONDITION_SUCCEEDED')
        return '';
    return ready?.message || `its revision ${workload_shortName(revision.name)} is not ready`;
}
/** Both workloads of a service that are there, each with its kind. */
function live_workloadsOf({ app, worker, }) {
    return [...(app ? [['app', app]] : []), ...(worker ? [['worker', worker]] : [])];
}

;// CONCATENATED MODULE: ./.build/src/promote/difference.js



/**
 * What the file asks for in the environment, with the images that were verified in the one before, by the names of
 * ImageSource. `versions` is the
 * newest version of each secret there; a secret without one gets its first when the environment is provisioned.
 */
function wantedServices(services, images, versions) {
    return services.map((service) => {
        const { key, app, worker } = service;
        const content = (part) => difference_contentOf(service, part, images, versions);
        return {
            key,
            ...(app && {
                app: {
                    ...content('app'),
                    name: app.name,
                    scaling: `${app.minInstances} to ${app.maxInstances} instances`,
                },
            }),
            ...(worker && { worker: { ...content('worker'), name: worker.name, scaling: scalingOf(worker) } }),
        };
    });
}
function difference_contentOf(service, part, images, versions) {
    const sidecars = (service.sidecars ?? []).filter(({ beside }) => beside.includes(part));
    const containers = [
        { prefix: '', ...service },
        ...sidecars.map((sidecar) => ({ prefix: `${sidecar.name}.`, ...sidecar })),
    ];
    return {
        image: images[service.key] ?? '',
        sidecars: Object.fromEntries(sidecars.map(({ name }) => [name, images[`${service.key}/${name}`]])),
        env: containers.flatMap(({ prefix, env }) => Object.keys(env).map((name) => `${prefix}${name}`)).sort(),
        secrets: Object.fromEntries(containers.flatMap(({ prefix, secrets }) => Object.entries(secrets).map(([name, { secret }]) => [
            `${prefix}${name}`,
            `${secret}:${versions[secret] ?? 'new'}`,
        ]))),
    };
}
function scalingOf({ runtime, instances, execution }) {
    if (runtime === 'job')
        return tasksText(execution?.tasks ?? 1, execution?.parallelism);
    return runtime === 'service' ? `${instances} to ${instances} instances` : `${instances} instances`;
}
/**
 * The images by the names of ImageSource, as the revisions have them that serve. App and worker of a service run the
 * same, and so do the sidecars beside both.
 */
function imagesOf(live) {
    return Object.fromEntries(live.flatMap((service) => {
        const workloads = live_workloadsOf(service).map(([, workload]) => workload);
        const sidecars = workloads.flatMap((workload) => Object.entries(workload.sidecars));
        return [
            [service.key, workloads[0]?.image ?? ''],
            ...sidecars.map(([name, image]) => [`${service.key}/${name}`, image]),
        ];
    }));
}
function differences(wanted, live) {
    return wanted.flatMap((service) => {
        const now = live.find(({ key }) => key === service.key);
        return ['app', 'worker'].flatMap((kind) => {
            const want = service[kind];
            if (!want)
                return [];
            const have = now?.[kind];
            const fields = fieldsOf(want, have);
            const difference = { service: service.key, kind, name: want.name, isNew: !have, fields };
            return fields.length > 0 ? [difference] : [];
        });
    });
}
function fieldsOf(want, have) {
    const wanted = flat(want);
    const had = have ? flat(have) : new Map();
    const names = [...new Set([...wanted.keys(), ...had.keys()])];
    return names.flatMap((field) => {
        const [after, before] = [wanted.get(field), had.get(field)];
        if (after === before || (after === ofFile && before !== undefined))
            return [];
        return [
            { field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
        ];
    });
}
const ofFile = 'as the file says';
function flat({ image, sidecars, env, secrets, scaling, }) {
    return new Map([
        ['image', shortImage(image)],
        ...Object.entries(sidecars).map(([name, own]) => [`${name}.image`, own === undefined ? ofFile : shortImage(own)]),
        ['scaling', scaling],
        ...env.map((name) => [`env.${name}`, 'a value']),
        ...Object.entries(secrets).map(([name, version]) => [`env.${name}`, `secret ${version}`]),
    ]);
}
/** `sha256:...`; two proposals of the same digest do the same. Migrations are held against their own list. */
function proposalDigest({ release, ...proposal }) {
    return canonical_json_contentDigest({ ...proposal, release: release.manifest });
}
function servingRevisions(live) {
    return Object.fromEntries(live.flatMap((service) => live_workloadsOf(service).map(([, { name, revision }]) => [name, revision])));
}

;// CONCATENATED MODULE: ./.build/src/promote/refusals.js
/** Why what runs in an environment is not taken on to the next one. Pure: each reason has its code and its sentence. */



const digest = /@sha256:[0-9a-f]{64}$/;
/** The release that the environment is held to have: the newest one that succeeded. */
function verifiedRelease(records) {
    return records.find(({ state }) => state === 'success');
}
/** All reasons at once; nothing when the set can be promoted. */
function refusals(candidate) {
    return [
        ...recordRefusals(candidate),
        ...candidate.wanted.flatMap((wanted) => workloadRefusals(candidate, wanted)),
        ...combinationRefusals(candidate),
    ];
}
/** Throws the first reason, with all of them as details. */
function requirePromotable(candidate) {
    const found = refusals(candidate);
    const [first, ...others] = found;
    const manifest = verifiedRelease(candidate.records)?.manifest;
    if (!first && manifest)
        return manifest;
    const { code, message, next } = first ?? noRecord(candidate);
    throw new failure/* Failure */.H(code, others.length === 0 ? message : `${message} (and ${others.length} more, above)`, {
        next,
        details: found.map((refusal) => `${refusal.code}: ${refusal.message} ${refusal.next}`),
    });
}
function recordRefusals({ from, records, checks }) {
    const verified = verifiedRelease(records);
    if (!verified)
        return [noRecord({ from })];
    const [newest] = records;
    const later = newest && newest !== verified
        ? [
            {
                code: 'PROMOTION_AFTER_FAILURE',
                message: `The last deployment to ${from} (${newest.sha.slice(0, 7)}, ${newest.createdAt}) ${newest.state === 'failed' ? 'failed' : 'did not finish'}, and came after the one on record (${verified.sha.slice(0, 7)}, ${verified.createdAt}).`,
                next: `Deploy to ${from} again, and promote when that has succeeded.`,
            },
        ]
        : [];
    const failed = checks.filter(({ state, at }) => state === 'failed' && at > verified.createdAt);
    return [
        ...later,
        ...failed.map(({ name, at }) => ({
            code: 'PROMOTION_CHECK_FAILED',
            message: `The check "${name}" of ${verified.sha.slice(0, 7)} failed at ${at}, after it was deployed to ${from}.`,
            next: 'Run the check again, or deploy a commit that passes it.',
        })),
    ];
}
function noRecord({ from }) {
    return {
        code: 'PROMOTION_NO_RECORD',
        message: `No successful deployment to ${from} is on record, so that nothing says which revisions were tested together.`,
        next: `Deploy to ${from} with the workflow deploy.yml of this suite: its last job writes the record.`,
    };
}
function workloadRefusals({ from, live }, wanted) {
    const service = live.find(({ key }) => key === wanted.key);
    return ['app', 'worker'].flatMap((kind) => {
        const name = wanted[kind];
        if (!name)
            return [];
        const workload = service?.[kind];
        return workload ? liveRefusals(from, workload) : [missing(from, name)];
    });
}
function missing(from, name) {
    return {
        code: 'PROMOTION_NOT_READY',
        message: `${name} is not ready in ${from}: it does not exist.`,
        next: `Deploy to ${from} first.`,
    };
}
function liveRefusals(from, workload) {
    const { name, shares, notReady, image, sidecars, revision } = workload;
    const loose = [image, ...Object.values(sidecars)].find((one) => !digest.test(one));
    const parts = Object.entries(shares).filter(([, percent]) => percent > 0);
    const all = [
        parts.length > 1
            ? {
                code: 'PROMOTION_TRAFFIC_SPLIT',
                message: `Several revisions of ${name} serve in ${from}: ${parts.map(([one, percent]) => `${one} ${percent} %`).join(', ')}.`,
                next: 'Give one revision all traffic, and promote then.',
            }
            : undefined,
        notReady
            ? {
                code: 'PROMOTION_NOT_READY',
                message: `${name} is not ready in ${from}: ${notReady}.`.replace(/\.\.$/, '.'),
                next: `Mend it, deploy to ${from} again, and promote then.`,
            }
            : undefined,
        revision && loose !== undefined
            ? {
                code: 'PROMOTION_NOT_PINNED',
                message: `${revision} of ${name} in ${from} runs ${loose || 'no image'}, which is not pinned: a tag may stand for another image tomorrow.`,
                next: `Deploy ${name} to ${from} with this suite, which pins every image to its digest.`,
            }
            : undefined,
    ];
    return all.filter((refusal) => refusal !== undefined);
}
/** The combination that serves has to be the one on record: only that was tested together. */
function combinationRefusals({ from, live, records }) {
    const manifest = verifiedRelease(records)?.manifest;
    if (!manifest)
        return [];
    const found = live.flatMap((service) => live_workloadsOf(service).flatMap(([kind, workload]) => {
        const recorded = manifest.services[service.key]?.[kind];
        return sameWorkload(workload, recorded) ? [] : [mixed(from, workload, recorded, manifest)];
    }));
    return found;
}
function sameWorkload(live, recorded) {
    if (live.revision !== recorded?.revision || live.image !== recorded.image)
        return false;
    return canonicalJson(live.sidecars) === canonicalJson(recorded.sidecars ?? {});
}
function mixed(from, { name, revision }, recorded, manifest) {
    const then = recorded ? `${recorded.revision} on record for ${manifest.sha.slice(0, 7)}` : 'none on record';
    return {
        code: 'PROMOTION_MIXED',
        message: `What serves in ${from} comes from different deployments: of ${name} it is ${revision || 'nothing'}, and ${then}.`,
        next: `Deploy all of ${from} from one commit, so that the set is tested together and on record, and promote then.`,
    };
}

;// CONCATENATED MODULE: ./.build/src/release/used-secrets.js
/** Each secret of the service once, at the first place that names it. */
function secretUses(service) {
    const uses = [
        ...Object.values(service.secrets),
        ...Object.values(service.secretFiles ?? {}),
        ...(service.sidecars ?? []).flatMap(({ secrets }) => Object.values(secrets)),
    ];
    return uses.filter(({ secret }, index) => uses.findIndex((one) => one.secret === secret) === index);
}
/** Names of the secrets that any container of the service reads, each once. */
function usedSecrets(service) {
    return secretUses(service).map(({ secret }) => secret);
}

;// CONCATENATED MODULE: ./.build/src/report/markdown.js
/** A Markdown table. Cells are escaped: a name or a message of somebody else must not break out of its cell. */
function markdown_table(headers, rows) {
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
function markdown_code(text) {
    return `\`${text.replaceAll('`', "'")}\``;
}
function markdown_details(summary, body) {
    return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

;// CONCATENATED MODULE: ./.build/src/report/sentences.js
const verbs = { create: 'create', update: 'change', replace: 'REPLACE', delete: 'DELETE' };
const marks = { create: '+', update: '~', replace: '!', delete: '-' };
/** `secret/db-password` as a person says it; `policy/bucket/media` is the `IAM policy of bucket media`. */
function sentences_nameOf(address) {
    const [kind = '', ...rest] = address.split('/');
    if (kind === 'policy')
        return `IAM policy of ${rest[0] === 'project' ? 'the project' : sentences_nameOf(rest.join('/'))}`;
    if (kind === 'apis')
        return 'APIs';
    return [kind.replaceAll('_', ' '), rest.join('/')].filter((part) => part !== '').join(' ');
}
/** One line for a change: `+ create secret aethercast-pg-password`. */
function sentences_lineOf(change) {
    const outside = change.outside ? ' (changed outside)' : '';
    return `${marks[change.action]} ${verbs[change.action]} ${sentences_nameOf(change.address)}${outside}`;
}
/** One line for what stays: `= leave router shop-network-router (ours)`. */
function leftLine({ address, whose }) {
    return `= leave ${sentences_nameOf(address)} (${whose})`;
}
/** What was deleted, and why. */
function deletedLine({ address, because }) {
    return `Deleted: ${sentences_nameOf(address)}, since ${because}.`;
}
/** What of a resource changes, shortest useful form. */
function sentences_fieldLine(field) {
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
function sentences_duration(milliseconds) {
    const seconds = milliseconds / 1000;
    if (seconds < 60)
        return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
function sentences_counted(number, word) {
    return `${number} ${word}${number === 1 ? '' : 's'}`;
}
/** `6 to create, 1 to change`; `nothing to do` when there is none. */
function sentences_totals(changes) {
    const counts = Object.entries(verbs).map(([action, verb]) => {
        const number = changes.filter((change) => change.action === action).length;
        return number === 0 ? undefined : `${number} to ${verb.toLowerCase()}`;
    });
    return counts.filter((part) => part !== undefined).join(', ') || 'nothing to do';
}

;// CONCATENATED MODULE: ./.build/src/report/plan-summary.js


/** More rows than this are counted instead of shown: the page has a limit, and so has a reader. */
const rowLimit = 200;
/** Each of these has sentences of its own, and a comment has a limit of its own. */
const leftLimit = 40;
/** The plan as a table, for the summary of a run, and below it what stays though nothing asks for it. */
function planTable(changes, left = []) {
    return [changesTable(changes), ...leftTable(left)].join('\n\n');
}
function changesTable(changes) {
    if (changes.length === 0)
        return 'Everything is as deploy.yaml asks for: nothing to do.';
    const rows = changes
        .slice(0, rowLimit)
        .map((change) => [lineOf(change), change.fields.map(fieldLine).join('\n'), change.because]);
    const rest = changes.length > rowLimit ? `\n\n… and ${changes.length - rowLimit} more.` : '';
    return `${table(['change', 'what', 'why'], rows)}${rest}`;
}
/** Nothing when nothing stays. */
function leftTable(left) {
    if (left.length === 0)
        return [];
    const rows = left.slice(0, leftLimit).map((one) => [leftLine(one), one.because, one.next]);
    const rest = left.length - rows.length;
    return [
        markdown_table(['left alone', 'why', 'what you can do'], rows),
        ...(rest > 0 ? [`… and ${rest} more, in the log.`] : []),
    ];
}
/** What became of the plan, for a run that applied it. */
function outcomeSummary(outcomes) {
    const of = (state) => outcomes.filter((outcome) => outcome.state === state);
    const applied = of('applied');
    const lines = [
        `${counted(applied.length, 'resource')} changed, ${of('unchanged').length} as they were, ` +
            `${of('failed').length} failed, ${of('not tried').length} not tried.`,
    ];
    if (applied.length > 0) {
        const rows = applied.map((outcome) => [
            nameOf(outcome.address),
            totals(outcome.changes),
            duration(outcome.endedAt - outcome.startedAt),
        ]);
        lines.push(details('What was done', table(['resource', 'change', 'time'], rows)));
    }
    const failed = of('failed').map((outcome) => [nameOf(outcome.address), plan_summary_messageOf(outcome.error)]);
    if (failed.length > 0)
        lines.push(table(['failed', 'why'], failed));
    const untried = of('not tried').map((outcome) => code(outcome.address));
    if (untried.length > 0)
        lines.push(`Not tried, since they depend on what failed: ${untried.join(', ')}`);
    return lines.join('\n\n');
}
function plan_summary_messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}

;// CONCATENATED MODULE: ./.build/src/report/promotion-page.js



/** More fields than this of one workload are folded: a new one has all of its variables. */
const openFields = 8;
function promotionPage(page) {
    const { from, to, sha, differences, services } = page;
    return [
        `### Promotion: ${from} → ${to}`,
        `${sentences_counted(services.length, 'service')} of ${markdown_code(sha.slice(0, 7))}, by the digests that run in ${from}; nothing is built.${page.reason ? `\nReason: ${inline(page.reason)}` : ''}`,
        differences.length === 0
            ? `Everything in ${to} is like that already.`
            : `${sentences_counted(differences.length, 'workload')} of ${to} would change:`,
        ...(differences.length === 0 ? [] : [markdown_table(['service', 'workload', 'what'], differences.map(rowOf))]),
        ...differences.filter(({ fields }) => fields.length > openFields).map(foldedFields),
        migrationsOf(page),
        ...page.goes.map(({ address, because }) => `Goes at the end: ${sentences_nameOf(address)}, since ${because}.`),
        ...leftTable(page.left),
        `What is approved is ${markdown_code(page.hash)} (release ${markdown_code(page.manifest)}). If anything of it is otherwise when the approval is given, nothing is done.`,
    ].join('\n\n');
}
function rowOf({ service, name, isNew, fields }) {
    const shown = fields.slice(0, openFields).map(sentences_fieldLine);
    const rest = fields.length > openFields ? [`… and ${fields.length - openFields} more, below`] : [];
    return [service, isNew ? `${name} (new)` : name, [...shown, ...rest].join('\n')];
}
function foldedFields({ name, fields }) {
    return markdown_details(`All of ${name}`, fields.map((field) => `- ${inline(sentences_fieldLine(field))}`).join('\n'));
}
function migrationsOf({ to, migrations, historySeen }) {
    if (migrations.length === 0)
        return `No migration would run in ${to}.`;
    const head = historySeen
        ? `${sentences_counted(migrations.length, 'migration')} would run in ${to}:`
        : `The database of ${to} cannot be looked at before the approval. At most these migrations run:`;
    return `${head}\n\n${migrations.map((name) => `- ${markdown_code(name)}`).join('\n')}`;
}
/** Of somebody else's text: on one line, and without HTML of its own. */
function inline(text) {
    return text.replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
}
/** What was copied from registry to registry. */
function copiesTable(copies) {
    if (copies.length === 0)
        return 'No image had to be copied.';
    return markdown_table(['service', 'image', 'copied'], copies.map(({ services, to, sent }) => [
        services.join(', '),
        to,
        sent === 0 ? 'was there' : sentences_counted(sent, 'part'),
    ]));
}

;// CONCATENATED MODULE: ./.build/src/actions/common-inputs.js

/** What every action takes. */
const commonInputs = {
    config: (0,inputs.text)({
        description: 'The deployment file, relative to the workspace.',
        default: 'deploy.yaml',
    }),
    environment: (0,inputs.text)({
        description: 'The environment of the file to work on. May be left out when the file has exactly one, or none.',
    }),
    project_id: (0,inputs.text)({ description: 'Google Cloud project, instead of the one that the file names.' }),
    region: (0,inputs.text)({ description: 'Region, instead of the one that the file names.' }),
    workload_identity_provider: (0,inputs.text)({
        description: 'Full name of the Workload Identity provider, `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. Without it, the credentials that google-github-actions/auth left are used.',
    }),
    service_account: (0,inputs.text)({
        description: 'E-mail of the service account to act as. Only together with `workload_identity_provider`.',
    }),
    dry_run: (0,inputs.boolean)({ description: 'Show what would be done and do nothing.', default: 'false' }),
};
/** For the actions that tell GitHub, or ask it, something. */
const githubTokenInput = (0,inputs.text)({
    description: "Token for GitHub's API.",
    default: `\${{ github.token }}`,
    secret: true,
});
/** For the actions that work on one service. */
const serviceInput = (0,inputs.text)({
    description: 'The key of the service under `services:` in the file.',
    required: true,
});

;// CONCATENATED MODULE: ./.build/src/actions/define.js

/** An action whose failures are worded for the person who has to mend them. */
function defineAction(action) {
    return {
        description: action.description,
        inputs: action.inputs,
        outputs: action.outputs,
        run: async (inputs, host) => {
            const given = inputs;
            try {
                return await action.run(given, host);
            }
            catch (error) {
                const { principal, project = 'PROJECT' } = host.caller;
                throw denied_explainGoogle(error, { principal, project });
            }
        },
    };
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 17 modules
var schemas = __webpack_require__(38816);
;// CONCATENATED MODULE: ./.build/src/actions/images-input.js



/** Images by service, and of sidecars by `SERVICE/SIDECAR`, as one job hands them to the next. */
function imagesInput(description) {
    return (0,inputs.text)({ description });
}
const images_input_images = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP().regex(/@sha256:[0-9a-f]{64}$/));
/** `undefined` when the input was left out. Throws INPUT_INVALID when it is anything but images by digest. */
function imagesOfInput(given) {
    if (given === undefined)
        return undefined;
    const parsed = images_input_images.safeParse(json(given));
    if (parsed.success)
        return parsed.data;
    throw new failure/* Failure */.H('INPUT_INVALID', '`images` is no JSON of services and their images by digest.', {
        next: 'Give the output `images` of actions/promote, as it is.',
    });
}
function json(given) {
    try {
        return JSON.parse(given);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(51455);
;// CONCATENATED MODULE: ./.build/src/config/names.js
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

;// CONCATENATED MODULE: ./.build/src/config/tree.js
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

;// CONCATENATED MODULE: ./.build/src/config/draft.js


function scopeOf(config, written, project, environment) {
    const keys = (section) => mapAt(written, [section]).keys();
    const services = new Set([...keys('services'), ...Object.keys(config.services)]);
    const database = databaseNames(config, project) ?? brokenDatabase(written);
    return {
        project,
        region: config.region,
        environment,
        name: config.name,
        buckets: new Map([...keys('buckets')].map((key) => [key, bucketName(config, key, project)])),
        redis: written.entries.has('redis'),
        services: new Map([...services].map((key) => [key, appIn(config, written, key)])),
        ...(database && { database }),
    };
}
/** An app that is there but was refused counts, so that who refers to it is not blamed as well. */
function appIn(config, written, key) {
    const service = config.services[key];
    const worksOnly = service !== undefined && service.app === undefined && !mapAt(written, ['services', key]).has('app');
    return worksOnly ? undefined : appName(config, key);
}
function databaseNames(config, project) {
    const database = config.database;
    if (database === undefined)
        return undefined;
    const instance = database.instance ?? `${config.name}-postgres`;
    return {
        instance,
        name: database.name ?? sqlName(config),
        user: database.user ?? sqlName(config),
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
    return whereAt(draft.tree, path);
}
/** The place of the key rather than of its value: for what a whole block lacks. */
function whereKey(draft, ...path) {
    const node = nodeAt(draft.tree, path);
    return node === undefined ? whereAt(draft.tree, path) : { place: node.keyPlace, path: node.path };
}
/** The names under `secrets:`, and those that the database brings. */
function knownSecrets(draft) {
    const brought = draft.scope.database === undefined ? [] : Object.values(databaseSecrets(draft.config));
    return new Set([
        ...mapAt(draft.written, ['secrets']).keys(),
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
    for (const [key, node] of mapAt(draft.tree, path))
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

;// CONCATENATED MODULE: ./.build/src/config/nearest.js
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

;// CONCATENATED MODULE: ./.build/src/config/access.js




/** Access that follows from what each service uses, its `roles:` and `invokers:`, and what builds need. */
function deriveGrants(draft, uses) {
    const grants = [];
    for (const [key, used] of uses) {
        const email = serviceAccountEmail(serviceAccountId(draft.config, key), draft.project);
        const member = `serviceAccount:${email}`;
        grants.push(...secretGrants(member, used));
        grants.push(...volumeGrants(member, key, draft));
        grants.push(...invokerGrants(key, draft));
        grants.push(...used.uses.flatMap((use) => grantFor(member, key, use, draft)));
        grants.push(...roleGrants(member, email, key, draft));
    }
    grants.push(...builderGrants(draft));
    return distinct(grants);
}
function secretGrants(member, used) {
    const sidecars = [...used.sidecars.values()].flatMap((container) => container.secrets);
    return [...used.secrets, ...used.secretFiles, ...sidecars].map(({ secret, path, place }) => ({
        member,
        role: 'roles/secretmanager.secretAccessor',
        on: { kind: 'secret', secret },
        because: `${path} reads the secret ${secret}`,
        place,
    }));
}
/** https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts#iam */
function volumeGrants(member, key, draft) {
    return Object.entries(draft.config.services[key]?.volumes ?? {}).flatMap(([path, volume]) => {
        if (volume.bucket === undefined || !draft.scope.buckets.has(volume.bucket))
            return [];
        const at = where(draft, 'services', key, 'volumes', path, 'bucket');
        return [
            {
                member,
                role: volume.read_only ? 'roles/storage.objectViewer' : 'roles/storage.objectUser',
                on: { kind: 'bucket', bucket: bucketName(draft.config, volume.bucket, draft.project) },
                because: `${at.path} mounts the bucket ${volume.bucket}${volume.read_only ? ' to read' : ''}`,
                place: at.place,
            },
        ];
    });
}
/** Those that the file names; the services that refer to it follow from their use. */
function invokerGrants(key, draft) {
    return (draft.config.services[key]?.app?.invokers ?? []).map((member, index) => {
        const at = where(draft, 'services', key, 'app', 'invokers', index);
        return {
            member,
            role: 'roles/run.invoker',
            on: { kind: 'run_service', service: appName(draft.config, key) },
            because: `${at.path} may call ${key}`,
            place: at.place,
        };
    });
}
function grantFor(member, key, used, draft) {
    const { use, path, place } = used;
    if (use.kind === 'database' && reachesDatabase(use)) {
        const on = { kind: 'project' };
        return [{ member, role: 'roles/cloudsql.client', on, because: `${path} uses the database`, place }];
    }
    if (use.kind !== 'service' || use.key === key)
        return [];
    // Without the invoker check there is nothing that a grant would open.
    if (authenticationOf(draft, use.key) === 'none')
        return [];
    return [
        {
            member,
            role: 'roles/run.invoker',
            on: { kind: 'run_service', service: appName(draft.config, use.key) },
            because: `${path} calls ${use.key}`,
            place,
        },
    ];
}
/** The fields of `${database...}` that are of use only to who connects. */
function reachesDatabase(use) {
    return use.kind === 'database' && ['host', 'connection_name', 'url'].includes(use.field);
}
function authenticationOf(draft, key) {
    const app = draft.config.services[key]?.app;
    return app?.authentication ?? (app?.public ? 'none' : 'iam');
}
function roleGrants(member, email, key, draft) {
    const node = nodeAt(draft.tree, ['services', key, 'roles']);
    if (node?.kind !== 'list')
        return [];
    return node.items.flatMap((item) => {
        const parsed = item.kind === 'scalar' ? parseRole(item, email, draft) : undefined;
        if (parsed === undefined)
            return [];
        return [{ member, ...parsed, because: `${item.path} asks for it`, place: item.place }];
    });
}
/** `role`, `role@bucket key` or `role@self`, with or without `roles/`; undefined with a finding otherwise. */
function parseRole(node, email, draft) {
    const match = /^(?:roles\/)?([a-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)+)(?:@(.*))?$/.exec(node.text);
    if (match === null) {
        draft.findings.error({
            code: 'INVALID_ROLE',
            at: node,
            message: `"${node.text}" is not a role that can be given here`,
            fix: 'write a predefined role such as aiplatform.user, storage.objectViewer@<bucket key> or iam.serviceAccountTokenCreator@self',
        });
        return undefined;
    }
    const role = `roles/${match[1]}`;
    const target = match[2];
    if (target === undefined)
        return { role, on: { kind: 'project' } };
    if (target === 'self')
        return { role, on: { kind: 'service_account', email } };
    if (draft.scope.buckets.has(target))
        return { role, on: { kind: 'bucket', bucket: bucketName(draft.config, target, draft.project) } };
    draft.findings.error({
        code: 'UNDECLARED_BUCKET',
        at: node,
        message: `there is no bucket "${target}"`,
        fix: suggestion(target, [...draft.scope.buckets.keys(), 'self'], `add ${target}: {} under buckets:`),
    });
    return undefined;
}
/** https://cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts */
function builderGrants(draft) {
    const [built] = buildPaths(draft.config);
    if (built === undefined)
        return [];
    const email = serviceAccountEmail(builderAccountId(draft.config), draft.project);
    const at = where(draft, ...built);
    const grant = (role, on, does) => ({
        member: `serviceAccount:${email}`,
        role,
        on,
        because: `${at.path} is built here: the build ${does}`,
        place: at.place,
    });
    const bucket = buildBucket(draft.config, draft.project);
    return [
        grant('roles/logging.logWriter', { kind: 'project' }, 'writes its log'),
        grant('roles/artifactregistry.writer', { kind: 'repository' }, 'pushes its image'),
        grant('roles/storage.objectViewer', { kind: 'bucket', bucket }, 'reads its source'),
    ];
}
function distinct(grants) {
    const seen = new Map();
    for (const grant of grants) {
        const key = JSON.stringify([grant.member, grant.role, grant.on]);
        if (!seen.has(key))
            seen.set(key, grant);
    }
    return [...seen.values()];
}

;// CONCATENATED MODULE: ./.build/src/config/alerts.js





/** `alerts:` and `budget:`: who is told of what. */
function alertsOf(draft) {
    const alerts = draft.config.alerts;
    if (alerts === undefined)
        return undefined;
    return {
        email: [...new Set(alerts.email)],
        errorLog: alerts.error_log,
        uptime: uptimeKeys(draft).flatMap((node) => uptimeCheck(draft, node)),
        place: whereKey(draft, 'alerts').place,
    };
}
function uptimeKeys(draft) {
    const list = nodeAt(draft.tree, ['alerts', 'uptime']);
    if (list?.kind !== 'list')
        return [];
    const scalars = list.items.filter((item) => item.kind === 'scalar');
    return [...new Map(scalars.map((item) => [item.text, item])).values()];
}
function uptimeCheck(draft, node) {
    const app = draft.config.services[node.text]?.app;
    if (app === undefined)
        return [];
    const path = app.uptime_path ?? app.startup_path ?? '/';
    return [{ service: node.text, app: appName(draft.config, node.text), path, place: node.place }];
}
function budgetOf(draft) {
    const budget = draft.config.budget;
    if (budget === undefined)
        return undefined;
    return {
        billingAccount: budget.billing_account,
        amount: budget.amount,
        ...(budget.currency !== undefined && { currency: budget.currency }),
        thresholds: [...new Set(budget.thresholds)].sort((a, b) => a - b),
        place: whereKey(draft, 'budget').place,
    };
}
/** Google's checkers come from the internet and bring no token. https://cloud.google.com/monitoring/uptime-checks */
function checkAlerts(draft) {
    for (const node of uptimeKeys(draft)) {
        const key = node.text;
        if (!draft.scope.services.has(key)) {
            const known = [...draft.scope.services].flatMap(([name, app]) => (app === undefined ? [] : [name]));
            draft.findings.error({
                code: 'UNDECLARED_SERVICE',
                at: node,
                message: `there is no service "${key}"`,
                fix: suggestion(key, known, `declare ${key} under services:`),
            });
            continue;
        }
        if (draft.scope.services.get(key) === undefined) {
            draft.findings.error({
                code: 'UPTIME_WITHOUT_APP',
                at: node,
                message: `${key} has no app: and so nothing that could be called`,
                fix: 'remove it from alerts.uptime',
            });
            continue;
        }
        const app = draft.config.services[key]?.app;
        if (app === undefined || (app.ingress === 'all' && authenticationOf(draft, key) === 'none'))
            continue;
        draft.findings.error({
            code: 'UPTIME_NOT_PUBLIC',
            at: node,
            message: `${key} is not open to everybody, so that every check would fail`,
            fix: `remove it from alerts.uptime, or set public: true for ${key}`,
        });
    }
}

;// CONCATENATED MODULE: ./.build/src/config/images.js
/** The service itself first. */
function imageSources(service) {
    const path = `services.${service.key}`;
    return [
        { name: service.key, path, ...from(service) },
        ...(service.sidecars ?? []).map((sidecar) => ({
            name: `${service.key}/${sidecar.name}`,
            path: `${path}.sidecars.${sidecar.name}`,
            sidecar: sidecar.name,
            ...from(sidecar),
        })),
    ];
}
function from({ build, image }) {
    return { ...(build && { build }), ...(image !== undefined && { image }) };
}
/** Whether anything of the service is built from a Dockerfile. */
function isBuilt(service) {
    return imageSources(service).some(({ build }) => build !== undefined);
}

;// CONCATENATED MODULE: ./.build/src/config/apis.js

/** What the suite itself talks to in every deployment. */
const always = [
    'artifactregistry',
    'cloudresourcemanager',
    'iam',
    'iamcredentials',
    'logging',
    'run',
    'serviceusage',
    'sts',
];
/** The first part of a role whose service has an API that is enabled per project. */
const apiOfRole = {
    aiplatform: 'aiplatform',
    bigquery: 'bigquery',
    cloudtasks: 'cloudtasks',
    cloudtrace: 'cloudtrace',
    cloudtranslate: 'translate',
    datastore: 'firestore',
    discoveryengine: 'discoveryengine',
    documentai: 'documentai',
    monitoring: 'monitoring',
    pubsub: 'pubsub',
    spanner: 'spanner',
    speech: 'speech',
};
/** The APIs that this deployment uses, sorted. */
function deriveApis(config, used, grants) {
    const builds = used.services.some(isBuilt);
    const apis = new Set([
        ...always,
        ...(builds ? ['cloudbuild', 'storage'] : []),
        ...(used.buckets.length > 0 || used.frontend ? ['storage'] : []),
        ...(used.secrets.length > 0 ? ['secretmanager'] : []),
        // Cloud Run looks for sql-component when it mounts the socket of an instance.
        ...(used.database ? ['sqladmin', 'sql-component'] : []),
        ...(used.redis ? ['redis'] : []),
        ...(used.network ? ['compute'] : []),
        ...(used.network?.privateServices ? ['servicenetworking'] : []),
        ...(used.network?.dns ? ['dns'] : []),
        ...(used.alerts ? ['monitoring'] : []),
        ...(used.budget ? ['billingbudgets'] : []),
        ...grants.flatMap((grant) => apiForRole(grant.role)),
        ...config.apis.map((api) => api.replace(/\.googleapis\.com$/, '')),
    ]);
    return [...apis].map((api) => `${api}.googleapis.com`).sort();
}
function apiForRole(role) {
    const service = /^roles\/([A-Za-z0-9]+)\./.exec(role)?.[1] ?? '';
    const api = Object.hasOwn(apiOfRole, service) ? apiOfRole[service] : undefined;
    return api === undefined ? [] : [api];
}

;// CONCATENATED MODULE: ./.build/src/config/redis-databases.js
/**
 * Logical databases of Redis in the texts of a file. An instance has 16, without a wall between them but the number at
 * the end of the address, so that copies on one instance must differ in that number.
 */
/** Memorystore keeps Redis' default. https://cloud.google.com/memorystore/docs/redis/supported-redis-configurations */
const logicalDatabases = 16;
function isLogicalDatabase(text) {
    return /^(\d|1[0-5])$/.test(text);
}
/** The same parts, with the number behind each address of Redis replaced by a reference; no number means 0. */
function withOwnDatabases(parts) {
    const result = [];
    for (let index = 0; index < parts.length; index++) {
        const part = parts[index] ?? '';
        const address = addressAt(parts, index);
        if (address === undefined) {
            result.push(part);
            continue;
        }
        result.push(...parts
            .slice(index, address.end + 1)
            .map((each, at) => (at === address.end - index ? cut(each, address) : each)));
        const inside = typeof parts[address.end] === 'string';
        const behind = inside ? String(parts[address.end]).slice(address.length) : parts[address.end + 1];
        const { number, rest } = numberIn(typeof behind === 'string' ? behind : '');
        result.push('/', { kind: 'redis_database', number }, ...(rest === '' ? [] : [rest]));
        index = inside || typeof behind !== 'string' ? address.end : address.end + 1;
    }
    return joined(result);
}
/** Texts side by side made one. */
function joined(parts) {
    const result = [];
    for (const part of parts) {
        const last = result.at(-1);
        if (typeof part === 'string' && typeof last === 'string')
            result[result.length - 1] = last + part;
        else if (part !== '')
            result.push(part);
    }
    return result;
}
function cut(part, { length }) {
    return typeof part === 'string' ? part.slice(0, length) : part;
}
function numberIn(behind) {
    const [whole = '', digits = '0'] = /^\/(\d*)/.exec(behind) ?? [];
    return { number: Number(digits), rest: behind.slice(whole.length) };
}
/** `${redis.url}`, or in a URL `${redis.host}:${redis.port}` and `${redis.host}:6379`, beginning at that part. */
function addressAt(parts, index) {
    const part = parts[index];
    if (isRedis(part, 'url'))
        return { end: index, length: 0 };
    if (!isRedis(part, 'host') || !isInUrl(parts, index))
        return undefined;
    const next = parts[index + 1];
    if (next === ':' && isRedis(parts[index + 2], 'port'))
        return { end: index + 2, length: 0 };
    const port = typeof next === 'string' ? /^:\d+/.exec(next)?.[0] : undefined;
    return port === undefined ? undefined : { end: index + 1, length: port.length };
}
function isInUrl(parts, index) {
    return parts.slice(0, index).some((part) => typeof part === 'string' && /\brediss?:\/\//.test(part));
}
function isRedis(part, field) {
    return typeof part === 'object' && part.kind === 'redis' && part.field === field;
}
/** Whether a text names the instance in a way that leaves its database to something else. */
function leavesDatabaseOpen({ parts }) {
    return parts.some((part, index) => {
        const address = addressAt(parts, index);
        if (address === undefined)
            return isRedis(part, 'host');
        const last = parts[address.end];
        const behind = typeof last === 'string' ? last.slice(address.length) : parts[address.end + 1];
        return typeof behind === 'string' && /^\/[^\d?#]/.test(behind);
    });
}
/** Numbers of the databases that the texts of an ordinary environment lead to; what is left open may be the first. */
function databasesIn(templates) {
    const open = templates.some(leavesDatabaseOpen) ? [0] : [];
    return ascending([...open, ...templates.flatMap(({ parts }) => withOwnDatabases(parts)).flatMap(numberOf)]);
}
/** Numbers of the file that the texts of a preview ask for. */
function ownDatabasesIn(templates) {
    return ascending(templates.flatMap(({ parts }) => parts).flatMap(numberOf));
}
function numberOf(part) {
    return typeof part === 'object' && part.kind === 'redis_database' ? [part.number] : [];
}
function ascending(numbers) {
    return [...new Set(numbers)].sort((a, b) => a - b);
}

;// CONCATENATED MODULE: ./.build/src/config/template.js

/** Thrown when a template needs a fact that is not known yet. */
class UnknownFact extends Error {
    reference;
    constructor(reference) {
        super(`not known yet: ${template_nameOf(reference)}`);
        this.reference = reference;
    }
}
/** `https://SERVICE-NUMBER.REGION.run.app`: known before the service exists. https://cloud.google.com/run/docs/triggering/https-request#deterministic */
function serviceHost(service, projectNumber, region) {
    return `${service}-${projectNumber}.${region}.run.app`;
}
function isSecretReference(reference) {
    return ((reference.kind === 'redis' && (reference.field === 'auth' || reference.field === 'url')) ||
        (reference.kind === 'database' && reference.field !== 'host'));
}
/** The references left open in a template. */
function openReferences(template) {
    return template.parts.filter((part) => typeof part !== 'string');
}
/** Fills in a template that holds no secret. Throws UnknownFact. */
function template_resolveText(template, facts) {
    return template.parts
        .map((part) => {
        if (typeof part === 'string')
            return part;
        const value = requireFact(part, facts);
        if (value instanceof Secret)
            throw new TypeError(`${template_nameOf(part)} is a secret and has no place in plain text`);
        return value;
    })
        .join('');
}
/** Fills in a template that may hold secrets. Throws UnknownFact. */
function resolveSecret(template, facts) {
    return new Secret(template.parts
        .map((part) => {
        if (typeof part === 'string')
            return part;
        const value = requireFact(part, facts);
        return value instanceof Secret ? value.reveal() : value;
    })
        .join(''));
}
function requireFact(reference, facts) {
    const known = lookUp(reference, facts);
    if (known === undefined)
        throw new UnknownFact(reference);
    return known;
}
function lookUp(reference, facts) {
    switch (reference.kind) {
        case 'project_number':
            return facts.projectNumber;
        case 'service': {
            if (facts.projectNumber === undefined)
                return undefined;
            const host = serviceHost(reference.service, facts.projectNumber, reference.region);
            return reference.field === 'host' ? host : `https://${host}`;
        }
        case 'redis':
            return facts.redis && redisValue(reference.field, facts.redis);
        case 'redis_database':
            return facts.redisDatabases?.get(reference.number)?.toString();
        case 'database': {
            const password = facts.database?.password;
            if (reference.field === 'host')
                return facts.database?.host;
            if (reference.field === 'password')
                return password;
            return password && new Secret(encodeURIComponent(password.reveal()));
        }
    }
}
function redisValue(field, redis) {
    switch (field) {
        case 'host':
            return redis.host;
        case 'port':
            return String(redis.port);
        case 'auth':
            return redis.auth;
        case 'url':
            return new Secret(`redis://:${encodeURIComponent(redis.auth.reveal())}@${redis.host}:${redis.port}`);
    }
}
function template_nameOf(reference) {
    switch (reference.kind) {
        case 'project_number':
            return 'project_number';
        case 'service':
            return `services.${reference.service}.${reference.field}`;
        case 'redis_database':
            return `redis.database.${reference.number}`;
        default:
            return `${reference.kind}.${reference.field}`;
    }
}

;// CONCATENATED MODULE: ./.build/src/config/references.js



/** Splits at `${...}`; `$${` stands for the characters `${`. */
function* pieces(text) {
    let rest = text;
    for (;;) {
        const found = /\$?\$\{/.exec(rest);
        if (found === null)
            break;
        if (found.index > 0)
            yield { kind: 'text', text: rest.slice(0, found.index) };
        const behind = rest.slice(found.index + found[0].length);
        if (found[0] === `$\${`) {
            yield { kind: 'text', text: `\${` };
            rest = behind;
            continue;
        }
        const end = behind.indexOf('}');
        if (end < 0) {
            yield { kind: 'unclosed' };
            return;
        }
        yield { kind: 'reference', name: behind.slice(0, end).trim() };
        rest = behind.slice(end + 1);
    }
    if (rest !== '')
        yield { kind: 'text', text: rest };
}
/** Binds a text in which every reference may stand: variables and the values of secrets. */
function bindText(node, scope, findings) {
    const parts = [];
    const uses = [];
    let secret;
    let complete = true;
    for (const piece of pieces(node.text)) {
        const answer = answerOf(piece, node, scope, findings);
        for (const part of answer.parts) {
            const last = parts.at(-1);
            if (typeof part === 'string' && typeof last === 'string')
                parts[parts.length - 1] = last + part;
            else
                parts.push(part);
            if (typeof part !== 'string' && isSecretReference(part) && piece.kind === 'reference')
                secret ??= piece.name;
        }
        if (answer.use !== undefined)
            uses.push(answer.use);
        if (answer.failed)
            complete = false;
    }
    const bound = scope.ownRedisDatabases ? withOwnDatabases(parts) : parts;
    const template = { parts: bound, place: node.place };
    return secret === undefined ? { template, uses, complete } : { template, uses, complete, secret };
}
/** Binds a text that must be known before anything is provisioned; undefined when it cannot, with a finding. */
function bindStatic(node, scope, findings) {
    const { template, complete } = bindText(node, scope, findings);
    if (!complete)
        return undefined;
    if (template.parts.every((part) => typeof part === 'string'))
        return template.parts.join('');
    findings.error({
        code: 'REFERENCE_NOT_KNOWN_YET',
        at: node,
        message: `${node.text} is known only once everything is provisioned`,
        fix: 'read it from a variable under env: or secrets: when the container runs',
    });
    return undefined;
}
function answerOf(piece, node, scope, findings) {
    if (piece.kind === 'text')
        return { parts: [piece.text] };
    if (piece.kind === 'unclosed') {
        findings.error({
            code: 'BAD_REFERENCE',
            at: node,
            message: `a \${ without its }`,
            fix: `close it with }, or write $\${ for the characters \${`,
        });
        return { parts: [], failed: true };
    }
    const answer = references_lookUp(piece.name, scope);
    if (typeof answer !== 'string')
        return answer;
    findings.error({
        code: 'UNKNOWN_REFERENCE',
        at: node,
        message: `\${${piece.name}} refers to nothing`,
        fix: answer,
    });
    return { parts: [], failed: true };
}
/** The answer, or how to correct a reference that has none. */
function references_lookUp(name, scope) {
    const [head = '', ...rest] = name.split('.');
    switch (head) {
        case 'project':
        case 'region':
        case 'environment':
        case 'name':
            return rest.length === 0 ? { parts: [scope[head]] } : `did you mean \${${head}}?`;
        case 'project_number':
            return rest.length === 0 ? { parts: [{ kind: 'project_number' }] } : `did you mean \${project_number}?`;
        case 'buckets':
            return bucketAnswer(rest, scope);
        case 'services':
            return serviceAnswer(rest, scope);
        case 'database':
            return scope.database === undefined
                ? 'declare the database: add database: {} at the top of the file'
                : (databaseAnswer(rest.join('.'), scope.database) ?? unknown(name, scope));
        case 'redis':
            if (!scope.redis)
                return 'declare Redis: add redis: { memory_gb: 1 } at the top of the file';
            return redisAnswer(rest, scope) ?? unknown(name, scope);
        default:
            return unknown(name, scope);
    }
}
function unknown(name, scope) {
    const near = nearest(name, knownReferences(scope));
    if (near !== undefined)
        return `did you mean \${${near}}?`;
    return `use one of the documented references, or write $\${${name}} for the characters \${${name}}`;
}
const databaseFields = ['host', 'port', 'name', 'user', 'instance', 'connection_name', 'password', 'url'];
const redisFields = ['host', 'port', 'auth', 'url', 'database.0'];
function knownReferences(scope) {
    return [
        ...['project', 'project_number', 'region', 'environment', 'name'],
        ...(scope.database ? databaseFields.map((field) => `database.${field}`) : []),
        ...(scope.redis ? redisFields.map((field) => `redis.${field}`) : []),
        ...[...scope.buckets.keys()].flatMap((key) => [`buckets.${key}`, `buckets.${key}.url`]),
        ...[...scope.services.keys()].flatMap((key) => [`services.${key}.url`, `services.${key}.host`]),
    ];
}
/** Suggests the nearest bucket or service, with the field that was asked for. */
function similar(written, [, ...fields], scope) {
    const known = [
        ...[...scope.buckets.keys()].map((key) => `buckets.${key}`),
        ...[...scope.services.keys()].map((key) => `services.${key}`),
    ];
    const near = nearest(written, known);
    return near && `did you mean \${${[near, ...fields].join('.')}}?`;
}
function bucketAnswer(rest, scope) {
    const [key = '', field = 'name', ...more] = rest;
    const bucket = scope.buckets.get(key);
    if (bucket === undefined)
        return similar(`buckets.${key}`, rest, scope) ?? `declare it: add ${key}: {} under buckets:`;
    if (more.length > 0 || !['name', 'url'].includes(field))
        return `use \${buckets.${key}} or \${buckets.${key}.url}`;
    return { parts: [field === 'url' ? `gs://${bucket}` : bucket] };
}
function serviceAnswer(rest, scope) {
    const [key = '', field = '', ...more] = rest;
    if (!scope.services.has(key))
        return similar(`services.${key}`, rest, scope) ?? `declare ${key} under services:`;
    const service = scope.services.get(key);
    if (service === undefined)
        return `${key} has no app: and so no address; give it one or remove the reference`;
    if (more.length > 0 || (field !== 'url' && field !== 'host'))
        return `use \${services.${key}.url} or \${services.${key}.host}`;
    return {
        parts: [{ kind: 'service', field, service, region: scope.region }],
        use: { kind: 'service', key },
    };
}
function redisAnswer([field = '', ...rest], scope) {
    if (field === 'database')
        return logicalDatabase(rest, scope);
    if (rest.length > 0)
        return undefined;
    if (field !== 'host' && field !== 'port' && field !== 'auth' && field !== 'url')
        return undefined;
    return { parts: [{ kind: 'redis', field }], use: { kind: 'redis' } };
}
/** `${redis.database.N}`, for programs that take the number of the database apart from its address. */
function logicalDatabase([number = '', ...rest], scope) {
    if (rest.length > 0 || !isLogicalDatabase(number))
        return undefined;
    const own = { kind: 'redis_database', number: Number(number) };
    return { parts: [scope.ownRedisDatabases ? own : number], use: { kind: 'redis' } };
}
function databaseAnswer(field, database) {
    const parts = databaseParts(field, database);
    return parts && { parts, use: { kind: 'database', field } };
}
function databaseParts(field, database) {
    switch (field) {
        case 'host':
            return [databaseHost(database)];
        case 'port':
            return ['5432'];
        case 'name':
        case 'user':
        case 'instance':
            return [database[field]];
        case 'connection_name':
            return [database.connectionName];
        case 'password':
            return [{ kind: 'database', field: 'password' }];
        case 'url':
            return databaseUrl(database);
        default:
            return undefined;
    }
}
/** With a public address, the folder of the socket that Cloud Run mounts. https://cloud.google.com/sql/docs/postgres/connect-run */
function databaseHost(database) {
    if (database.connectivity === 'public')
        return `/cloudsql/${database.connectionName}`;
    return { kind: 'database', field: 'host' };
}
/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS: a socket folder goes into the query. */
function databaseUrl(database) {
    const login = `postgresql://${encodeURIComponent(database.user)}:`;
    const password = { kind: 'database', field: 'password_urlencoded' };
    const name = encodeURIComponent(database.name);
    const host = databaseHost(database);
    if (typeof host === 'string')
        return [login, password, `@/${name}?host=${host}`];
    return [login, password, '@', host, `:5432/${name}`];
}
/** Texts that are bound later, when everything that can be named is known. */
const boundLater = /^(env_groups\.[^.]+\.env\.|secrets\.[^.]+\.value$|frontend\.config_json\.|services\.[^.]+\.(env|build\.args|(app|worker)\.(command|args)|sidecars\.[^.]+\.(env|build\.args|command|args))\.)/;
const neverBound = new Set(['version', 'name', 'project', 'region']);
/**
 * Fills in `${project}`, `${region}`, `${environment}` and `${name}` wherever names are made, before the schema
 * looks at them. A value that cannot be filled in is reported and left out.
 */
function expandNames(tree, names, findings) {
    const scope = { ...names, buckets: new Map(), redis: false, services: new Map() };
    const expand = (node, path) => {
        if (node.kind === 'list')
            return [{ ...node, items: node.items.flatMap((item, index) => expand(item, `${path}.${index}`)) }];
        if (node.kind === 'map')
            return [{ ...node, entries: expandEntries(node, `${path}.`) }];
        if (typeof node.value !== 'string' || !node.value.includes(`\${`))
            return [node];
        if (neverBound.has(path) || boundLater.test(path))
            return [node];
        const text = expandText(node, scope, findings);
        return text === undefined ? [] : [{ ...node, value: text, text }];
    };
    const expandEntries = (node, prefix) => new Map([...node.entries].flatMap(([key, value]) => expand(value, `${prefix}${key}`).map((expanded) => [key, expanded])));
    return { ...tree, entries: expandEntries(tree, '') };
}
function expandText(node, scope, findings) {
    const foreign = [...pieces(node.text)].some((piece) => piece.kind === 'reference' && /^(project_number|buckets|services|database|redis)\b/.test(piece.name));
    if (!foreign)
        return bindStatic(node, scope, findings);
    findings.error({
        code: 'REFERENCE_NOT_KNOWN_YET',
        at: node,
        message: `${node.text} uses something that is not known where names are made`,
        fix: `use \${project}, \${region}, \${environment} or \${name} here; other references go under env: or secrets:`,
    });
    return undefined;
}

;// CONCATENATED MODULE: ./.build/src/config/frontend.js






/** `frontend:`, a website in a public bucket. */
function frontendOf(draft) {
    const frontend = draft.config.frontend;
    if (frontend === undefined)
        return undefined;
    return {
        folder: tidy(frontend.folder),
        bucket: frontendBucket(draft.config, draft.project),
        location: frontend.location ?? draft.config.region,
        mainPage: frontend.main_page,
        notFoundPage: frontend.not_found_page ?? frontend.main_page,
        ...(frontend.config_json && { configJson: configJson(draft) }),
        immutable: frontend.immutable.map(tidy),
        place: whereKey(draft, 'frontend').place,
    };
}
function tidy(path) {
    return external_node_path_.posix.normalize(path).replace(/(.)\/$/, '$1');
}
function configJson(draft) {
    const values = [];
    for (const [key, node] of settings(draft)) {
        if (typeof node.value === 'number' || typeof node.value === 'boolean')
            values.push([key, node.value]);
        // Findings come from checkFrontend, once.
        else
            values.push([key, bindText(node, draft.scope, draft.findings).template]);
    }
    return Object.fromEntries(values);
}
function settings(draft) {
    return [...mapAt(draft.tree, ['frontend', 'config_json'])].flatMap(([key, node]) => node.kind === 'scalar' ? [[key, node]] : []);
}
/** Everybody reads the file, and browsers use what is in it. */
function checkFrontend(draft) {
    if (draft.config.frontend === undefined)
        return;
    checkBucket(draft);
    for (const [, node] of settings(draft)) {
        const { uses, secret } = bindText(node, draft.scope, draft.findings);
        const hidden = uses.find(({ kind }) => kind === 'redis' || kind === 'database');
        if (secret !== undefined || hidden !== undefined) {
            draft.findings.error({
                code: 'SECRET_IN_FRONTEND',
                at: node,
                message: 'everybody can read config.json, and no browser reaches the database or Redis',
                fix: 'remove it; let a service use it and name that service here',
            });
        }
        for (const use of uses)
            if (use.kind === 'service')
                checkReachable(use.key, node, draft);
    }
}
function checkReachable(key, node, draft) {
    const app = draft.config.services[key]?.app;
    if (app === undefined || (app.ingress === 'all' && authenticationOf(draft, key) === 'none'))
        return;
    draft.findings.warning({
        code: 'FRONTEND_CALLS_PRIVATE',
        at: node,
        message: `browsers cannot call ${key}: ${app.ingress === 'all' ? 'it asks for an identity token' : 'only the VPC reaches it'}`,
        fix: `set public: true for ${key}, or name a service that is public`,
    });
}
function checkBucket(draft) {
    const { config, project } = draft;
    const name = frontendBucket(config, project);
    const others = [
        buildBucket(config, project),
        ...Object.keys(config.buckets).map((key) => bucketName(config, key, project)),
    ];
    if (!others.includes(name))
        return;
    draft.findings.error({
        code: 'FRONTEND_BUCKET_SHARED',
        at: whereKey(draft, 'frontend', 'bucket'),
        message: `${name} is already used for something else, and everybody may read what is in the frontend's bucket`,
        fix: 'give frontend.bucket a name of its own',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/network.js

/**
 * How a service must send its traffic, or undefined when it needs no VPC. A call to an internal service is internal
 * only if it travels through the VPC, and its address is a public one, so the caller has to send everything there,
 * unless a private zone gives it an address that counts as private.
 * https://cloud.google.com/run/docs/securing/private-networking#from-other-services
 */
function egressOf(draft, key, used) {
    const own = draft.config.services[key]?.egress ?? 'derived';
    if (own === 'private-ranges')
        return 'PRIVATE_RANGES_ONLY';
    if (own === 'all-traffic' || draft.config.network.egress === 'all-traffic')
        return 'ALL_TRAFFIC';
    if (callsInternal(draft, key, used))
        return draft.config.network.internal_calls === 'dns' ? 'PRIVATE_RANGES_ONLY' : 'ALL_TRAFFIC';
    const needsPrivate = used.uses.some(({ use }) => use.kind === 'redis' || (reachesDatabase(use) && isPrivate(draft)));
    return needsPrivate ? 'PRIVATE_RANGES_ONLY' : undefined;
}
function callsInternal(draft, key, used) {
    return used.uses.some(({ use }) => use.kind === 'service' && use.key !== key && isInternal(draft, use.key));
}
/** Whether a private zone has to bring calls between services into the VPC. */
function needsZone(draft, uses) {
    const { egress, internal_calls: calls } = draft.config.network;
    if (egress === 'all-traffic' || calls !== 'dns')
        return false;
    return [...uses].some(([key, used]) => callsInternal(draft, key, used));
}
function isInternal(draft, key) {
    const app = draft.config.services[key]?.app;
    return app !== undefined && app.ingress !== 'all';
}
function isPrivate(draft) {
    return draft.scope.database?.connectivity === 'private';
}
/** What the router and its NAT are called, whether there are any or not. */
const routerNames = (network) => ({ name: `${network}-router`, nat: `${network}-nat` });
/** What the private zone is called, whether there is one or not. */
const zoneName = (network) => `${network}-run-app`;
/** The network, when a workload, Redis or the database lives in it. */
function deriveNetwork(draft, egresses, zone) {
    const services = draft.scope.redis || isPrivate(draft);
    if (!services && egresses.every((egress) => egress === undefined))
        return undefined;
    const name = draft.config.network.name ?? `${draft.config.name}-network`;
    return {
        name,
        subnet: `${name}-${draft.config.region}`,
        subnetRange: draft.config.network.subnet_range,
        ...(egresses.includes('ALL_TRAFFIC') && { router: routerNames(name) }),
        ...(zone && { dns: { zone: zoneName(name) } }),
        // A /16 is what Google recommends: each producer takes a block of its own for each region.
        // https://cloud.google.com/vpc/docs/configure-private-services-access
        ...(services && { privateServices: { rangeName: `${name}-services`, prefixLength: 16 } }),
    };
}

;// CONCATENATED MODULE: ./.build/src/config/schema-values.js

/*
 * The kinds of value that deploy.yaml is made of. The text given to a pattern or a union is the fix that a finding
 * shows when a value does not fit, so it says what to write.
 */
/** A text that YAML may have read as a number or as true/false; it is used as it was written. */
const schema_values_text = () => schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()], { error: 'write one value; "" is the empty text' });
const word = (pattern, fix) => schemas/* string */.YjP({ error: fix }).regex(pattern, fix);
const variableName = () => word(/^[A-Za-z_][A-Za-z0-9_]*$/, 'name variables with letters, digits and underscores, not starting with a digit');
/** https://cloud.google.com/run/docs/configuring/services/memory-limits: 128 MiB to 32 GiB. */
const memory = () => word(/^[1-9]\d*(\.\d+)?(Ki|Mi|Gi|k|M|G)$/, 'write a number with a unit, for example 512Mi or 1Gi');
/** https://cloud.google.com/run/docs/configuring/services/cpu */
const cpu = () => schemas/* union */.KCZ([schemas/* number */.aig().min(0.08).max(8), schemas/* string */.YjP().regex(/^([1-9]\d*m?|0\.\d+)$/)], {
    error: 'use 1, 2, 4, 6 or 8, or a fraction of one from 0.08 on',
});
const schema_values_duration = () => schemas/* union */.KCZ([schemas/* int */.Whr().positive(), schemas/* string */.YjP().regex(/^[1-9]\d*(s|m|h)?$/)], {
    error: 'write seconds, or a number with s, m or h, for example 300s or 5m',
});
/** How long something may lie idle: minutes mean nothing there. */
const age = () => word(/^[1-9]\d*(h|d)$/, 'write hours or days, for example 12h or 7d');
const words = () => schemas/* array */.YOg(schema_values_text());
const httpPath = () => word(/^\/\S*$/, 'start the path with /, for example /health');
const relativePath = () => word(/^[^/\\\s][^\\]*$/, 'write a path relative to the folder of this file, with / between its parts');
const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Seconds of a duration or an age that the schema accepted. */
function seconds(value) {
    const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(String(value)) ?? [];
    return Number(amount) * (unitSeconds[unit] ?? Number.NaN);
}
/** Thousandths of a CPU. */
function millicpu(value) {
    const written = String(value);
    return written.endsWith('m') ? Number(written.slice(0, -1)) : Math.round(Number(written) * 1000);
}
/** CPU as Cloud Run writes it back: whole ones as `2`, fractions as `500m`. */
function cpuQuantity(value) {
    const thousandths = millicpu(value);
    return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}
const memoryUnits = {
    Ki: 1024,
    Mi: 1024 ** 2,
    Gi: 1024 ** 3,
    k: 1000,
    M: 1000 ** 2,
    G: 1000 ** 3,
};
function memoryBytes(value) {
    const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(value) ?? [];
    return Number(amount) * (memoryUnits[unit ?? ''] ?? Number.NaN);
}

;// CONCATENATED MODULE: ./.build/src/config/texts.js


function listAt(draft, path) {
    const node = nodeAt(draft.tree, path);
    if (node?.kind !== 'list')
        return undefined;
    return node.items.flatMap((item) => item.kind === 'scalar' ? [bindStatic(item, draft.scope, draft.findings) ?? ''] : []);
}
function textsAt(draft, path) {
    const texts = [];
    for (const [key, node] of mapAt(draft.tree, path))
        if (node.kind === 'scalar')
            texts.push([key, bindStatic(node, draft.scope, draft.findings) ?? '']);
    return Object.fromEntries(texts);
}

;// CONCATENATED MODULE: ./.build/src/config/uses.js



/** Binds every text with references, each once, and gathers what each service uses. */
function bindAll(draft) {
    const bound = new Map();
    for (const block of variableBlocks(draft))
        for (const [name, node] of block.env)
            bound.set(node, bindVariable(name, node, draft));
    const secretValues = bindSecrets(draft);
    const known = knownSecrets(draft);
    const services = Object.keys(draft.config.services).map((key) => [
        key,
        usesOf(draft, key, bound, secretValues, known),
    ]);
    return { secretValues, services: new Map(services) };
}
function bindVariable(name, node, draft) {
    const bound = bindText(node, draft.scope, draft.findings);
    if (bound.secret !== undefined) {
        draft.findings.error({
            code: 'SECRET_IN_ENV',
            at: node,
            message: `\${${bound.secret}} is secret, and everybody who may look at the service can read env:`,
            fix: `put it under secrets: declare a secret with value: ${JSON.stringify(node.text)} and name it under secrets: as ${name}`,
        });
    }
    return bound;
}
function bindSecrets(draft) {
    const values = new Map();
    for (const name of Object.keys(draft.config.secrets)) {
        const value = mapAt(draft.tree, ['secrets', name]).get('value');
        if (value?.kind === 'scalar')
            values.set(name, bindText(value, draft.scope, draft.findings));
    }
    return values;
}
function usesOf(draft, key, bound, secretValues, known) {
    const uses = [];
    const containerOf = (variables) => {
        const env = new Map();
        const secrets = [];
        for (const [variable, { kind, node }] of variables) {
            const where = { path: node.path, place: node.place };
            const value = kind === 'env' ? bound.get(node) : secretValues.get(node.text);
            if (value !== undefined)
                uses.push(...value.uses.map((use) => ({ use, ...where })));
            if (kind === 'env' && value !== undefined)
                env.set(variable, value);
            if (kind === 'secret' && known.has(node.text))
                secrets.push({ variable, secret: node.text, ...where });
        }
        return { env, secrets };
    };
    const own = containerOf(variablesOf(draft, key));
    const sidecars = new Map(Object.keys(draft.config.services[key]?.sidecars ?? {}).map((name) => [
        name,
        containerOf(sidecarVariablesOf(draft, key, name)),
    ]));
    const secretFiles = [...secretFilesOf(draft, key)].flatMap(([file, node]) => {
        const where = { path: node.path, place: node.place };
        const value = secretValues.get(node.text);
        if (value !== undefined)
            uses.push(...value.uses.map((use) => ({ use, ...where })));
        return known.has(node.text) ? [{ file, secret: node.text, ...where }] : [];
    });
    return { ...own, sidecars, secretFiles, uses };
}

;// CONCATENATED MODULE: ./.build/src/config/workloads.js







/** One service with its app, its worker and what runs beside them: every default filled in. */
function serviceOf(draft, key, used, repository) {
    const service = draft.config.services[key];
    const egress = egressOf(draft, key, used);
    const usesDatabase = used.uses.some(({ use }) => reachesDatabase(use));
    return {
        key,
        serviceAccount: serviceAccountId(draft.config, key),
        ...(service?.build && {
            build: buildOf(draft, ['services', key, 'build'], service.build, { repository, name: key }),
        }),
        ...(service?.image !== undefined && { image: service.image }),
        ...workloads_variablesOf(used),
        ...(used.secretFiles.length > 0 && {
            secretFiles: Object.fromEntries(used.secretFiles.map(({ file, secret, place }) => [file, { secret, place }])),
        }),
        ...workloads_volumesOf(draft, key),
        ...sidecarsOf(draft, key, used, repository),
        ...marksOf(draft, key),
        cloudSql: usesDatabase && draft.scope.database?.connectivity === 'public',
        ...(egress && { vpc: { egress } }),
        ...(service?.app && { app: appOf(draft, key, service.app) }),
        ...(service?.worker && { worker: workerOf(draft, key, service.worker) }),
        place: whereKey(draft, 'services', key).place,
    };
}
function workloads_variablesOf({ env, secrets }) {
    return {
        env: Object.fromEntries([...env].map(([name, bound]) => [name, bound.template])),
        secrets: Object.fromEntries(secrets.map(({ variable, secret, place }) => [variable, { secret, place }])),
    };
}
function buildOf(draft, path, build, image) {
    const imageName = build.image ?? image.name;
    return {
        context: external_node_path_.posix.normalize(build.context).replace(/(.)\/$/, '$1'),
        dockerfile: external_node_path_.posix.normalize(build.dockerfile ?? `${build.context}/Dockerfile`),
        ...(build.target !== undefined && { target: build.target }),
        args: textsAt(draft, [...path, 'args']),
        image: `${image.repository.prefix}/${imageName}`,
        imageName,
        place: whereKey(draft, ...path).place,
    };
}
function workloads_volumesOf(draft, key) {
    const entries = Object.entries(draft.config.services[key]?.volumes ?? {}).sort(byName);
    const volumes = entries.flatMap(([path, volume]) => {
        const { place } = whereKey(draft, 'services', key, 'volumes', path);
        if (volume.memory !== undefined)
            return [{ path, source: { kind: 'memory', size: volume.memory }, place }];
        if (volume.bucket === undefined)
            return [];
        const bucket = bucketName(draft.config, volume.bucket, draft.project);
        const { read_only: readOnly, mount_options: mountOptions } = volume;
        return [{ path, source: { kind: 'bucket', bucket, readOnly, mountOptions }, place }];
    });
    return volumes.length > 0 ? { volumes } : {};
}
function sidecarsOf(draft, key, used, repository) {
    const service = draft.config.services[key];
    const sidecars = Object.entries(service?.sidecars ?? {})
        .sort(byName)
        .map(([name, sidecar]) => {
        const path = ['services', key, 'sidecars', name];
        const image = { repository, name: `${key}-${name}` };
        return {
            name,
            beside: sidecar.beside ?? ['app', 'worker'],
            ...(sidecar.build && { build: buildOf(draft, [...path, 'build'], sidecar.build, image) }),
            ...(sidecar.image !== undefined && { image: sidecar.image }),
            ...commandLine(draft, path),
            ...workloads_variablesOf(used.sidecars.get(name) ?? { env: new Map(), secrets: [] }),
            cpu: cpuQuantity(sidecar.cpu),
            memory: sidecar.memory,
            dependsOn: sidecar.depends_on,
            ...probesOf(sidecar, undefined),
            place: whereKey(draft, ...path).place,
        };
    });
    return sidecars.length > 0 ? { sidecars } : {};
}
const byName = ([a], [b]) => (a < b ? -1 : 1);
function marksOf(draft, key) {
    const labels = textsAt(draft, ['services', key, 'labels']);
    const annotations = textsAt(draft, ['services', key, 'annotations']);
    return {
        ...(Object.keys(labels).length > 0 && { labels }),
        ...(Object.keys(annotations).length > 0 && { annotations }),
    };
}
function appOf(draft, key, app) {
    return {
        name: appName(draft.config, key),
        port: app.port,
        cpu: cpuQuantity(app.cpu),
        memory: app.memory,
        ...(app.gpu && { gpu: app.gpu }),
        ...(app.concurrency !== undefined && { concurrency: app.concurrency }),
        timeoutSeconds: seconds(app.timeout),
        minInstances: app.min_instances,
        maxInstances: app.max_instances,
        ingress: app.ingress,
        authentication: authenticationOf(draft, key),
        sessionAffinity: app.session_affinity,
        cpuAlwaysAllocated: app.cpu_always_allocated || app.gpu !== undefined,
        ...commandLine(draft, ['services', key, 'app']),
        ...(app.startup_path !== undefined && { startupPath: app.startup_path }),
        ...(app.liveness_path !== undefined && { livenessPath: app.liveness_path }),
        ...probesOf(app, app.port),
        startupCpuBoost: app.startup_cpu_boost,
        ...(app.execution_environment && { executionEnvironment: app.execution_environment }),
        ...(app.description !== undefined && { description: app.description }),
        customAudiences: app.custom_audiences,
        defaultUrlDisabled: !app.default_url,
        http2: app.http2,
        dependsOn: app.depends_on,
        ...(app.smoke.enabled && app.default_url && { smoke: smokeOf(app) }),
        place: whereKey(draft, 'services', key, 'app').place,
    };
}
/** `port` is that of the container; a probe without one of either kind was found wrong. */
function probesOf(own, port) {
    const { startup_probe: startup, liveness_probe: liveness } = own;
    return {
        ...(startup && { startupProbe: probeOf(startup, port ?? 0) }),
        ...(liveness && { livenessProbe: probeOf(liveness, port ?? 0) }),
    };
}
function probeOf(probe, port) {
    const { path, grpc } = probe;
    return {
        kind: path !== undefined
            ? { http: { path } }
            : grpc !== undefined
                ? { grpc: { service: grpc } }
                : { tcp: true },
        port: probe.port ?? port,
        initialDelay: probe.initial_delay,
        period: probe.period,
        timeout: probe.timeout,
        failureThreshold: probe.failure_threshold,
    };
}
function smokeOf({ smoke, startup_path, startup_probe }) {
    const status = smoke.status ?? (smoke.path === undefined ? undefined : 200);
    return {
        path: smoke.path ?? startup_probe?.path ?? startup_path ?? '/',
        ...(status !== undefined && { status }),
        successes: smoke.successes,
        timeoutSeconds: seconds(smoke.timeout),
    };
}
function workerOf(draft, key, worker) {
    return {
        runtime: worker.runtime,
        name: workerName(draft.config, key),
        ...commandLine(draft, ['services', key, 'worker']),
        cpu: cpuQuantity(worker.cpu),
        memory: worker.memory,
        ...(worker.gpu && { gpu: worker.gpu }),
        instances: worker.instances,
        ...(worker.port !== undefined && { port: worker.port }),
        ...probesOf(worker, worker.port),
        dependsOn: worker.depends_on,
        ...(worker.runtime === 'job' && { execution: executionOf(worker) }),
        place: whereKey(draft, 'services', key, 'worker').place,
    };
}
/** https://cloud.google.com/run/docs/configuring/max-retries and task-timeout: Cloud Run's own. */
const executionDefaults = { tasks: 1, maxRetries: 3, timeout: '10m' };
function executionOf(worker) {
    return {
        tasks: worker.tasks ?? executionDefaults.tasks,
        ...(worker.parallelism !== undefined && { parallelism: worker.parallelism }),
        maxRetries: worker.max_retries ?? executionDefaults.maxRetries,
        timeoutSeconds: seconds(worker.timeout ?? executionDefaults.timeout),
    };
}
function commandLine(draft, path) {
    const command = listAt(draft, [...path, 'command']);
    const args = listAt(draft, [...path, 'args']);
    return { ...(command && { command }), ...(args && { args }) };
}

;// CONCATENATED MODULE: ./.build/src/config/assemble.js












/** Marks what was made by this suite, in the label that Google's own tools show first. */
const managedBy = 'aethercast-deploy';
/** Binds the references, derives access and network, and fills in every default. */
function assemble(draft, file, root) {
    const { config, project, environment } = draft;
    const bindings = bindAll(draft);
    const repository = repositoryOf(draft);
    const services = [...bindings.services].map(([key, used]) => serviceOf(draft, key, used, repository));
    const network = deriveNetwork(draft, services.map((service) => service.vpc?.egress), needsZone(draft, bindings.services));
    const database = databaseOf(draft);
    const redis = redisOf(draft);
    const frontend = frontendOf(draft);
    const alerts = alertsOf(draft);
    const budget = budgetOf(draft);
    const secrets = [...databaseSecretSpecs(database), ...secretSpecs(draft, bindings)];
    const buckets = bucketsOf(draft);
    const grants = deriveGrants(draft, bindings.services);
    const used = {
        ...(network && { network }),
        ...(database && { database }),
        ...(redis && { redis }),
        ...(frontend && { frontend }),
        ...(alerts && { alerts }),
        ...(budget && { budget }),
        secrets,
        buckets,
        services,
    };
    return {
        file,
        root,
        name: config.name,
        environment,
        project,
        region: config.region,
        labels: {
            'managed-by': managedBy,
            deployment: config.name,
            environment,
            ...(draft.repositoryId && { repository: draft.repositoryId }),
        },
        apis: deriveApis(config, used, grants),
        repository,
        builds: buildSettings(draft),
        serviceAccounts: serviceAccountsOf(draft),
        grants,
        ...used,
    };
}
function repositoryOf({ config, project }) {
    const name = config.artifact_registry.repository ?? config.name;
    const location = config.region;
    // A project of a domain, example.com:web, is written example.com/web in the name of an image.
    const prefix = `${location}-docker.pkg.dev/${project.replace(':', '/')}/${name}`;
    return { name, location, prefix, keep: config.artifact_registry.keep };
}
function buildSettings({ config, project }) {
    return {
        bucket: buildBucket(config, project),
        serviceAccount: builderAccountId(config),
        timeoutSeconds: seconds(config.builds.timeout),
        ...(config.builds.machine_type && { machineType: config.builds.machine_type }),
    };
}
function bucketsOf(draft) {
    return Object.entries(draft.config.buckets).map(([key, bucket]) => ({
        key,
        name: bucketName(draft.config, key, draft.project),
        location: bucket.location ?? draft.config.region,
        versioning: bucket.versioning,
        cors: bucket.cors.map((rule) => ({
            origins: rule.origins,
            methods: rule.methods,
            headers: rule.headers,
            maxAgeSeconds: seconds(rule.max_age),
        })),
        ...(bucket.delete_after_days !== undefined && { deleteAfterDays: bucket.delete_after_days }),
        place: whereKey(draft, 'buckets', key).place,
    }));
}
function databaseOf(draft) {
    const database = draft.config.database;
    const names = draft.scope.database;
    if (database === undefined || names === undefined)
        return undefined;
    const secrets = databaseSecrets(draft.config);
    return {
        ...names,
        version: database.version,
        allowUpgrade: database.allow_upgrade,
        edition: database.edition,
        tier: database.tier,
        diskGb: database.disk_gb,
        highAvailability: database.high_availability,
        backups: database.backups,
        pointInTimeRecovery: database.point_in_time_recovery,
        deletionProtection: database.deletion_protection,
        flags: textsAt(draft, ['database', 'flags']),
        ...(database.migrations !== undefined && { migrations: external_node_path_.posix.normalize(database.migrations) }),
        userSecret: secrets.user,
        passwordSecret: secrets.password,
        nameSecret: secrets.name,
        place: whereKey(draft, 'database').place,
    };
}
function redisOf(draft) {
    const redis = draft.config.redis;
    if (redis === undefined)
        return undefined;
    return {
        instance: redis.instance ?? `${draft.config.name}-redis`,
        tier: redis.tier,
        memoryGb: redis.memory_gb,
        version: redis.version,
        allowDataLoss: redis.allow_data_loss,
        place: whereKey(draft, 'redis').place,
    };
}
const passwordLength = 32;
/** As the schema's default for declared secrets. */
const keptVersions = 10;
function databaseSecretSpecs(database) {
    if (database === undefined)
        return [];
    const { place } = database;
    const fixed = (name, text) => ({
        name,
        keep: keptVersions,
        source: { kind: 'value', template: { parts: [text], place } },
        place,
    });
    return [
        fixed(database.userSecret, database.user),
        {
            name: database.passwordSecret,
            keep: keptVersions,
            source: { kind: 'generate', length: passwordLength, alphabet: 'alphanumeric' },
            place,
        },
        fixed(database.nameSecret, database.name),
    ];
}
function secretSpecs(draft, bindings) {
    return Object.entries(draft.config.secrets).flatMap(([name, secret]) => {
        const place = whereKey(draft, 'secrets', name).place;
        const { keep } = secret;
        const template = bindings.secretValues.get(name)?.template;
        if (template !== undefined)
            return [{ name, keep, source: { kind: 'value', template }, place }];
        if (secret.from_env !== undefined)
            return [{ name, keep, source: { kind: 'from_env', variable: secret.from_env }, place }];
        if (secret.generate === undefined)
            return [];
        const alphabet = secret.alphabet ?? 'alphanumeric';
        return [{ name, keep, source: { kind: 'generate', length: secret.generate, alphabet }, place }];
    });
}
function serviceAccountsOf(draft) {
    const accounts = new Map();
    const add = (id, displayName, place) => {
        const email = serviceAccountEmail(id, draft.project);
        if (!accounts.has(id))
            accounts.set(id, { id, email, displayName, place });
    };
    const keys = Object.keys(draft.config.services);
    for (const key of keys) {
        const { place } = where(draft, 'services', key, 'service_account');
        add(serviceAccountId(draft.config, key), `${draft.config.name} ${key}`, place);
    }
    if (buildPaths(draft.config).length > 0)
        add(builderAccountId(draft.config), `${draft.config.name} builds`, where(draft, 'builds').place);
    return [...accounts.values()];
}

;// CONCATENATED MODULE: ./.build/src/config/check-data.js


/** What the schema cannot say about secrets and the database. */
function checkData(draft) {
    checkSecrets(draft);
    checkDatabase(draft);
}
function checkSecrets(draft) {
    const brought = draft.scope.database === undefined ? [] : Object.values(databaseSecrets(draft.config));
    for (const [name, secret] of Object.entries(draft.config.secrets)) {
        const at = whereKey(draft, 'secrets', name);
        if (brought.includes(name)) {
            const message = `the database brings the secret ${name} with it`;
            const fix = 'remove it here; services may name it without a declaration';
            draft.findings.error({ code: 'DATABASE_SECRET_DECLARED', at, message, fix });
        }
        checkSource(name, secret, draft);
    }
}
function checkSource(name, secret, draft) {
    const sources = ['generate', 'from_env', 'value'].filter((kind) => secret[kind] !== undefined);
    if (sources.length !== 1) {
        draft.findings.error({
            code: 'SECRET_SOURCE',
            at: whereKey(draft, 'secrets', name),
            message: sources.length === 0 ? `${name} has no source` : `${name} has ${sources.join(' and ')}`,
            fix: 'give it exactly one of generate: 32, from_env: VARIABLE, value: "text"',
        });
    }
    if (secret.alphabet !== undefined && secret.generate === undefined) {
        draft.findings.error({
            code: 'SECRET_SOURCE',
            at: where(draft, 'secrets', name, 'alphabet'),
            message: 'alphabet belongs to generate',
            fix: 'remove alphabet',
        });
    }
    if (secret.value !== undefined && /[\r\n]$/.test(secret.value)) {
        draft.findings.error({
            code: 'SECRET_TRAILING_NEWLINE',
            at: where(draft, 'secrets', name, 'value'),
            message: 'the value ends with a line break, which would become part of the secret',
            fix: 'put it in quotes, or write |- instead of |',
        });
    }
}
/** https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr: the log is kept along with backups. */
function checkDatabase(draft) {
    const database = draft.config.database;
    if (database === undefined)
        return;
    if (!database.backups && database.point_in_time_recovery) {
        draft.findings.error({
            code: 'RECOVERY_WITHOUT_BACKUPS',
            at: where(draft, 'database', 'backups'),
            message: 'point_in_time_recovery needs backups',
            fix: 'set point_in_time_recovery: false, or backups: true',
        });
    }
    // https://cloud.google.com/sql/docs/postgres/high-availability
    if (database.high_availability && !database.point_in_time_recovery) {
        draft.findings.error({
            code: 'STANDBY_WITHOUT_RECOVERY',
            at: where(draft, 'database', 'point_in_time_recovery'),
            message: 'high_availability needs backups and point_in_time_recovery',
            fix: 'set point_in_time_recovery: true, or high_availability: false',
        });
    }
}

;// CONCATENATED MODULE: ./.build/src/config/check-names.js



/** Names that Google Cloud would refuse, and names that two things share. */
function checkNames(draft) {
    checkServiceAccounts(draft);
    checkRunNames(draft);
    checkBuckets(draft);
}
function checkServiceAccounts(draft) {
    const { config } = draft;
    for (const key of Object.keys(config.services)) {
        const at = whereGiven(draft, ['services', key, 'service_account'], ['services', key]);
        checkServiceAccount(draft, serviceAccountId(config, key), at, `services.${key}.service_account`);
    }
    if (buildPaths(config).length > 0) {
        const at = whereGiven(draft, ['builds', 'service_account'], ['name']);
        checkServiceAccount(draft, builderAccountId(config), at, 'builds.service_account');
    }
}
/** https://cloud.google.com/iam/docs/service-accounts-create: 6 to 30 characters. */
function checkServiceAccount(draft, id, at, key) {
    if (id.length >= 6 && id.length <= 30)
        return;
    draft.findings.error({
        code: 'SERVICE_ACCOUNT_ID',
        at,
        message: `the service account id ${id} has ${id.length} characters; 6 to 30 are possible`,
        fix: `set ${key} to a ${id.length > 30 ? 'shorter' : 'longer'} id`,
    });
}
/**
 * Ids of services and worker pools have fewer than 50 characters. That also keeps `<service>-<project number>`,
 * the first label of the URL, below the 63 characters of a DNS label.
 */
function checkRunNames(draft) {
    const { config } = draft;
    const services = new Map();
    const pools = new Map();
    const jobs = new Map();
    for (const [key, service] of Object.entries(config.services)) {
        const named = (part, name, taken) => {
            const at = whereGiven(draft, ['services', key, part, 'name'], ['services', key, part]);
            checkRunName(draft, name, at, `services.${key}.${part}.name`);
            checkTaken(draft, name, at, key, taken);
        };
        if (service.app !== undefined) {
            named('app', appName(config, key), services);
            checkTrialName(draft, key);
        }
        if (service.worker === undefined)
            continue;
        const taken = { pool: pools, service: services, job: jobs }[service.worker.runtime];
        named('worker', workerName(config, key), taken);
    }
}
function checkRunName(draft, name, at, key) {
    if (name.length < 50)
        return;
    draft.findings.error({
        code: 'RUN_NAME_TOO_LONG',
        at,
        message: `the Cloud Run name ${name} has ${name.length} characters; at most 49 are possible`,
        fix: `set ${key} to a shorter name`,
    });
}
/**
 * A revision without traffic is tried at `next---<service>-<project number>`, and a label of a host name has at most 63
 * characters. Numbers of projects have up to twelve digits; the file does not know them.
 */
const longestTriedName = 63 - 'next---'.length - '-123456789012'.length;
function checkTrialName(draft, key) {
    const name = appName(draft.config, key);
    if (name.length <= longestTriedName || name.length >= 50)
        return;
    draft.findings.warning({
        code: 'RUN_NAME_NOT_TRIED',
        at: whereGiven(draft, ['services', key, 'app', 'name'], ['services', key, 'app']),
        message: `the Cloud Run name ${name} has ${name.length} characters, which leaves no room for the address at which a new revision is tried: it gets traffic as soon as it has started`,
        fix: `set services.${key}.app.name to a name of at most ${longestTriedName} characters`,
    });
}
function checkTaken(draft, name, at, key, taken) {
    const other = taken.get(name);
    taken.set(name, other ?? key);
    if (other === undefined)
        return;
    draft.findings.error({
        code: 'DUPLICATE_RUN_NAME',
        at,
        message: `services.${other} and services.${key} would both be ${name} on Cloud Run`,
        fix: 'give one of the two another name',
    });
}
/** https://cloud.google.com/storage/docs/buckets#naming */
function checkBuckets(draft) {
    const { config, project } = draft;
    for (const key of Object.keys(config.buckets)) {
        const at = whereGiven(draft, ['buckets', key, 'name'], ['buckets', key]);
        checkBucketName(draft, bucketName(config, key, project), at);
    }
    if (buildPaths(config).length > 0)
        checkBucketName(draft, buildBucket(config, project), whereGiven(draft, ['builds', 'bucket'], ['name']));
    if (config.frontend !== undefined) {
        const at = whereGiven(draft, ['frontend', 'bucket'], ['frontend']);
        checkBucketName(draft, frontendBucket(config, project), at);
    }
}
function checkBucketName(draft, name, at) {
    const fits = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name) && !/^goog|google/.test(name);
    if (fits)
        return;
    draft.findings.error({
        code: 'BUCKET_NAME',
        at,
        message: `the bucket name ${name} is not possible`,
        fix: 'use 3 to 63 lower case letters, digits, - _ and . without "google" and without "goog" at the start',
    });
}
/** The place of a name that is in the file, or of the key that a derived name comes from. */
function whereGiven(draft, given, source) {
    if (nodeAt(draft.tree, given) !== undefined)
        return where(draft, ...given);
    const isText = nodeAt(draft.tree, source)?.kind === 'scalar';
    return isText ? where(draft, ...source) : whereKey(draft, ...source);
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
;// CONCATENATED MODULE: ./.build/src/config/source.js

const startOfFile = { line: 1, column: 1 };
/** Aliases let a small file describe a huge one; no honest deploy.yaml comes near this. */
const largestTree = 100_000;
/** Reads the text. Without a tree there is exactly one finding: what keeps the text from being read at all. */
function source_parseSource(text, findings) {
    const lines = new dist/* LineCounter */.HN();
    const document = readDocument(text, lines, findings);
    if (document === undefined)
        return undefined;
    const reader = new TreeReader(document, lines, findings);
    const root = reader.readRoot();
    if (root === undefined || reader.gaveUp)
        return undefined;
    return root;
}
function readDocument(text, lines, findings) {
    let document;
    try {
        document = (0,dist/* parseDocument */.Tp)(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    }
    catch {
        // The parser recurses, so that thousands of nested brackets exhaust its stack.
        const at = { place: startOfFile, path: '' };
        findings.error({
            code: 'YAML_SYNTAX',
            at,
            message: 'nested too deeply to be read',
            fix: 'write fewer nested levels',
        });
        return undefined;
    }
    const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
    if (broken !== undefined) {
        findings.error({
            code: 'YAML_SYNTAX',
            at: { place: placeAt(lines, openingQuote(document, broken) ?? broken.pos[0]), path: '' },
            message: `not valid YAML: ${broken.message}`,
            fix: syntaxFix(broken.code),
        });
        return undefined;
    }
    for (const error of document.errors) {
        findings.error({
            code: 'DUPLICATE_KEY',
            at: { place: placeAt(lines, error.pos[0]), path: '' },
            message: 'this key is already in the same map',
            fix: 'remove one of the two, or merge what they hold',
        });
    }
    return document;
}
/** The parser notices a missing quote where the text ends; the place to look at is where the quote was opened. */
function openingQuote(document, error) {
    if (error.code !== 'MISSING_CHAR')
        return undefined;
    let opened;
    (0,dist/* visit */.YR)(document, {
        Scalar: (_, { type, range }) => {
            const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
            if (quoted && range && range[0] < error.pos[0] && error.pos[0] <= range[2])
                opened = range[0];
        },
    });
    return opened;
}
function syntaxFix(code) {
    switch (code) {
        case 'TAB_AS_INDENT':
            return 'indent with spaces';
        case 'BAD_INDENT':
            return 'align the line with its neighbours, using spaces';
        case 'MULTIPLE_DOCS':
            return 'keep one document: remove the line ---';
        case 'MISSING_CHAR':
            return 'close the quote or the bracket that was opened';
        case 'BAD_ALIAS':
            return 'put the value in quotes if it starts with *';
        default:
            return 'correct the YAML at this place; a value with : # { [ * & in it often needs quotes';
    }
}
function placeAt(lines, offset) {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? startOfFile : { line, column: col };
}
function childPath(parent, key) {
    return parent === '' ? key : `${parent}.${key}`;
}
class TreeReader {
    #document;
    #lines;
    #findings;
    /** Aliased values being read, to notice one that contains itself. */
    #open = new Set();
    #count = 0;
    gaveUp = false;
    constructor(document, lines, findings) {
        this.#document = document;
        this.#lines = lines;
        this.#findings = findings;
    }
    readRoot() {
        const contents = this.#document.contents;
        const at = { place: startOfFile, path: '' };
        if (contents === null || ((0,dist/* isScalar */.jn)(contents) && contents.value === null)) {
            const fix = 'start with version: 1, name, region, project and services';
            this.#findings.error({ code: 'EMPTY_FILE', at, message: 'the file is empty', fix });
            return undefined;
        }
        const root = this.#read(contents, '', startOfFile);
        if (root.kind === 'map')
            return root;
        this.#findings.error({
            code: 'WRONG_TYPE',
            at: root,
            message: `found ${describe(root)} where the keys of the file are expected`,
            fix: 'start with version: 1, name, region, project and services',
        });
        return undefined;
    }
    #read(node, path, keyPlace) {
        this.#count += 1;
        if (this.#count > largestTree)
            return this.#giveUp('the file unfolds to too many values', path, keyPlace);
        if ((0,dist/* isAlias */.Vj)(node))
            return this.#readAlias(node, path, keyPlace);
        const place = this.#placeOf(node, keyPlace);
        if ((0,dist/* isCollection */.P3)(node)) {
            if (this.#open.has(node))
                return this.#giveUp('this alias contains itself', path, keyPlace);
            this.#open.add(node);
            const read = this.#readCollection(node, { path, place, keyPlace });
            this.#open.delete(node);
            return read;
        }
        const value = (0,dist/* isScalar */.jn)(node) ? node.value : null;
        if (typeof value === 'string')
            return { kind: 'scalar', value, text: value, path, place, keyPlace };
        const text = (0,dist/* isScalar */.jn)(node) ? (node.source ?? '') : '';
        const known = typeof value === 'number' || typeof value === 'boolean' ? value : null;
        return { kind: 'scalar', value: known, text, path, place, keyPlace };
    }
    #readAlias(alias, path, keyPlace) {
        const source = alias.resolve(this.#document);
        if (source !== undefined)
            return this.#read(source, path, keyPlace);
        const message = `*${alias.source} repeats a value that is not marked with &${alias.source}`;
        return this.#giveUp(message, path, this.#placeOf(alias, keyPlace), syntaxFix('BAD_ALIAS'));
    }
    #readCollection(node, written) {
        if ((0,dist/* isSeq */.oP)(node)) {
            const items = node.items.map((item, index) => this.#read(item, `${written.path}[${index}]`, this.#placeOf(item, written.place)));
            return { kind: 'list', items, ...written };
        }
        const entries = new Map();
        if ((0,dist/* isMap */.jh)(node))
            this.#readEntries(node, written, entries);
        return { kind: 'map', entries, ...written };
    }
    #readEntries(map, written, entries) {
        const inherited = [];
        for (const pair of map.items) {
            const keyPlace = this.#placeOf(pair.key, written.place);
            const key = (0,dist/* isScalar */.jn)(pair.key) ? (pair.key.source ?? String(pair.key.value)) : undefined;
            if (key === undefined || key === '__proto__') {
                this.#findings.error({
                    code: 'INVALID_NAME',
                    at: { place: keyPlace, path: written.path },
                    message: 'this cannot be a key',
                    fix: `use a plain name; a value that starts with { or [ or contains \${...} needs quotes`,
                });
                continue;
            }
            const value = this.#read(pair.value, childPath(written.path, key), keyPlace);
            if (key === '<<' && value.kind !== 'scalar')
                inherited.push(value);
            else if (!entries.has(key))
                entries.set(key, value);
        }
        // YAML's merge key: https://yaml.org/type/merge.html. Keys written in the map itself win.
        for (const source of inherited.flatMap((node) => (node.kind === 'list' ? node.items : [node]))) {
            if (source.kind !== 'map')
                continue;
            for (const [key, value] of source.entries)
                if (!entries.has(key))
                    entries.set(key, value);
        }
    }
    #placeOf(node, otherwise) {
        if (!(0,dist/* isScalar */.jn)(node) && !(0,dist/* isCollection */.P3)(node) && !(0,dist/* isAlias */.Vj)(node))
            return otherwise;
        if (node.range === undefined || node.range === null)
            return otherwise;
        if ((0,dist/* isScalar */.jn)(node) && node.value === null && node.source === '')
            return otherwise;
        return placeAt(this.#lines, node.range[0]);
    }
    #giveUp(message, path, place, fix = 'write the values out, without aliases') {
        if (!this.gaveUp) {
            this.#findings.error({ code: 'YAML_SYNTAX', at: { place, path }, message, fix });
        }
        this.gaveUp = true;
        return { kind: 'scalar', value: null, text: '', path, place, keyPlace: place };
    }
}
/** What a value is, in the words of a finding. */
function describe(node) {
    if (node.kind === 'map')
        return 'a map';
    if (node.kind === 'list')
        return 'a list';
    if (node.value === null)
        return node.text === '' ? 'nothing' : node.text;
    return typeof node.value === 'string' ? JSON.stringify(node.value) : node.text;
}

;// CONCATENATED MODULE: ./.build/src/config/environments.js



/** The environment of a file that has none. */
const onlyEnvironment = 'default';
const namePattern = /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/;
/** What identifies the file as a whole and so cannot differ per environment. */
const fixedKeys = ['version', 'name', 'environments', 'previews'];
/** The environment that another one starts from. */
function parentOf(root, name) {
    const parent = nodeAt(root, ['environments', name, 'extends']);
    return parent?.kind === 'scalar' && typeof parent.value === 'string' ? parent.value : undefined;
}
function environments_declaredEnvironments(root) {
    return [...mapAt(root, ['environments']).keys()];
}
/** Checks the section itself: names, kinds and chains. What the environments hold is checked once merged. */
function checkEnvironments(root, findings) {
    const section = root.entries.get('environments');
    if (section === undefined)
        return;
    if (section.kind !== 'map') {
        wrongType(section, 'write one key per environment, for example staging: { project: my-project }', findings);
        return;
    }
    for (const [name, environment] of section.entries) {
        checkName(name, environment, findings);
        if (environment.kind !== 'map') {
            const fix = 'write the keys of the environment, for example { project: my-project }';
            wrongType(environment, fix, findings);
            continue;
        }
        checkFixedKeys(environment, findings);
        checkExtends(name, environment, section, findings);
    }
}
function wrongType(node, fix, findings) {
    findings.error({ code: 'WRONG_TYPE', at: node, message: `found ${describe(node)}`, fix });
}
function checkName(name, environment, findings) {
    if (namePattern.test(name))
        return;
    findings.error({
        code: 'INVALID_NAME',
        at: { place: environment.keyPlace, path: environment.path },
        message: `"${name}" cannot be the name of an environment`,
        fix: 'use up to 30 lower case letters, digits and hyphens, starting with a letter',
    });
}
function checkFixedKeys(environment, findings) {
    for (const key of fixedKeys) {
        const node = environment.entries.get(key);
        if (node === undefined)
            continue;
        findings.error({
            code: 'UNKNOWN_KEY',
            at: { place: node.keyPlace, path: node.path },
            message: `"${key}" is the same for all environments`,
            fix: `move ${key} to the top of the file`,
        });
    }
}
function checkExtends(name, environment, section, findings) {
    const parent = environment.entries.get('extends');
    if (parent === undefined)
        return;
    if (parent.kind !== 'scalar' || typeof parent.value !== 'string') {
        wrongType(parent, 'name one environment, for example extends: staging', findings);
        return;
    }
    if (!section.entries.has(parent.value)) {
        const others = [...section.entries.keys()].filter((other) => other !== name);
        findings.error({
            code: 'UNKNOWN_ENVIRONMENT',
            at: parent,
            message: `there is no environment "${parent.value}" to extend`,
            fix: suggestion(parent.value, others, 'remove extends'),
        });
        return;
    }
    const chain = chainOf(section, name);
    if (chain.closes !== name)
        return;
    findings.error({
        code: 'EXTENDS_CYCLE',
        at: parent,
        message: `environments extend each other in a circle: ${[...chain.names, name].join(' → ')}`,
        fix: 'remove one extends of the circle',
    });
}
/** The environment, what it extends, and so on; `closes` is where the chain would go round again. */
function chainOf(section, name) {
    const names = [];
    for (let current = name; current !== undefined;) {
        if (names.includes(current))
            return { names, closes: current };
        const environment = section.entries.get(current);
        if (environment === undefined)
            break;
        names.push(current);
        const parent = environment.kind === 'map' ? environment.entries.get('extends') : undefined;
        current = parent?.kind === 'scalar' && typeof parent.value === 'string' ? parent.value : undefined;
    }
    return { names };
}
/** What one environment asks for. A name that is not declared gives what stands outside `environments:`. */
function mergeEnvironment(root, name, findings) {
    const base = { ...root, entries: without(root.entries, ['environments']) };
    const section = root.entries.get('environments');
    if (section?.kind !== 'map')
        return { name, tree: base };
    const overrides = chainOf(section, name)
        .names.map((step) => section.entries.get(step))
        .filter((node) => node?.kind === 'map');
    const tree = overrides.reverse().reduce((under, over) => layOver(under, over, findings), base);
    return { name, tree };
}
/** One environment's section over what it extends. */
function layOver(under, section, findings) {
    const over = { ...section, entries: without(section.entries, [...fixedKeys, 'extends']) };
    return mergeMaps(under, over, '', findings);
}
function without(entries, keys) {
    return new Map([...entries].filter(([key]) => !keys.includes(key)));
}
function mergeMaps(under, over, path, findings) {
    const entries = new Map(under.entries);
    for (const [key, value] of over.entries) {
        const existing = entries.get(key);
        if (takesAway(value)) {
            if (existing === undefined)
                nothingToTakeAway(key, value, [...entries.keys()], findings);
            entries.delete(key);
        }
        else if (value.kind === 'map' && path !== 'secrets') {
            const below = existing?.kind === 'map' ? existing : { ...value, entries: new Map() };
            // The map keeps the place of the base, so that what it lacks is reported where it was begun.
            entries.set(key, mergeMaps(below, value, childPath(path, key), findings));
        }
        else
            entries.set(key, value);
    }
    return { ...under, entries };
}
/** A key without a value is more likely a forgotten value than a wish to be rid of the key. */
function takesAway(value) {
    return value.kind === 'scalar' && value.value === null && value.text !== '';
}
function nothingToTakeAway(key, value, known, findings) {
    findings.error({
        code: 'NOTHING_TO_REMOVE',
        at: { place: value.keyPlace, path: value.path },
        message: `null takes a key away, and there is no "${key}" to take away`,
        fix: suggestion(key, known, 'remove this line'),
    });
}

;// CONCATENATED MODULE: ./.build/src/config/preview-names.js

/**
 * The names of a preview, the copy of an environment for one pull request. Each is the name that the environment's own
 * thing has, with the pull request in it: whoever knows the file and the number knows all names, and no two pull
 * requests share one.
 */
/** The environment that previews copy. */
const preview_names_templateEnvironment = 'preview';
const environmentPattern = /^pr-([1-9]\d{0,8})$/;
/** The pull request that an environment of this name is the preview of. */
function pullRequestOf(environment) {
    const number = environmentPattern.exec(environment)?.[1];
    return number === undefined ? undefined : Number(number);
}
function previewEnvironment(pullRequest) {
    return `pr-${pullRequest}`;
}
function previewNames(pullRequest) {
    const environment = previewEnvironment(pullRequest);
    const inFront = (limit) => (name) => fitted(`${environment}-`, name, '', limit);
    return {
        run: inFront(49),
        account: inFront(30),
        bucket: inFront(63),
        secret: inFront(255),
        redis: inFront(40),
        sql: (name) => fitted('', name, `_pr_${pullRequest}`, 63),
    };
}
const digestLength = 6;
/** The whole name where it fits; else its beginning with a digest of all of it, so that two long names stay two. */
function fitted(front, name, back, limit) {
    const whole = front + name + back;
    if (whole.length <= limit)
        return whole;
    const digest = (0,external_node_crypto_.createHash)('sha256').update(name).digest('hex').slice(0, digestLength);
    const joint = back === '' ? '-' : '_';
    const room = limit - front.length - back.length - digestLength - joint.length;
    return front + name.slice(0, room).replace(/[-_.]+$/, '') + joint + digest + back;
}
/** The secret without versions that stands for an admitted preview of the deployment with this `name`. */
function claimName(deployment, pullRequest) {
    return `${deployment}-${previewEnvironment(pullRequest)}-claim`;
}

;// CONCATENATED MODULE: ./.build/src/config/preview.js







/** The merged tree of a preview. Findings are those of laying its section over the rest. */
function previewTree(root, base, findings) {
    const section = nodeAt(root, ['environments', preview_names_templateEnvironment]);
    const merged = section?.kind === 'map' ? layOver(base, section, findings) : base;
    const written = (path) => section !== undefined && nodeAt(section, path) !== undefined;
    const small = smallest(merged, written);
    // Nobody is called out of bed for a preview, and nothing that it costs is told apart from its environment's.
    return withValue(withValue(small, ['alerts'], undefined), ['budget'], undefined);
}
/** Every app and worker at the size that costs least, but for what the section `preview` says itself. */
function smallest(tree, written) {
    let result = tree;
    const set = (path, block, value) => {
        if (!written(path))
            result = withValue(result, path, scalar(block, path, value));
    };
    for (const [key, service] of mapAt(tree, ['services'])) {
        const app = nodeAt(service, ['app']);
        const worker = nodeAt(service, ['worker']);
        if (app?.kind === 'map') {
            const at = (name) => ['services', key, 'app', name];
            set(at('min_instances'), app, 0);
            set(at('max_instances'), app, 1);
            // A GPU comes with the CPU always.
            if (!app.entries.has('gpu'))
                set(at('cpu_always_allocated'), app, false);
        }
        if (worker?.kind === 'map' && nodeAt(worker, ['instances']) !== undefined)
            set(['services', key, 'worker', 'instances'], worker, fewest(worker));
    }
    return result;
}
function fewest(worker) {
    const node = worker.entries.get('instances');
    return node?.kind === 'scalar' && node.value === 0 ? 0 : 1;
}
function scalar(block, path, value) {
    const { place, keyPlace } = block;
    return { kind: 'scalar', value, text: String(value), place, keyPlace, path: path.join('.') };
}
/** The same settings under the preview's own names; what it shares under those of the environment it extends. */
function previewConfig(config, { pullRequest, base }) {
    const names = previewNames(pullRequest);
    const { database, redis, frontend } = config;
    return {
        ...config,
        services: mapValues(config.services, (service, key) => ({
            ...service,
            service_account: names.account(serviceAccountId(config, key)),
            ...(service.app && { app: { ...service.app, name: names.run(appName(config, key)) } }),
            ...(service.worker && { worker: { ...service.worker, name: names.run(workerName(config, key)) } }),
        })),
        buckets: mapValues(config.buckets, (bucket, key) => ({
            ...bucket,
            name: names.bucket(bucketName(config, key, base.project)),
        })),
        ...(database && {
            database: {
                ...database,
                instance: base.database?.instance ?? database.instance,
                name: names.sql(database.name ?? sqlName(config)),
                user: names.sql(database.user ?? sqlName(config)),
            },
        }),
        ...(redis && { redis: { ...redis, instance: redisInstance(config, redis, base, pullRequest) } }),
        ...(frontend && {
            frontend: { ...frontend, bucket: names.bucket(frontendBucket(config, base.project)) },
        }),
        network: { ...config.network, name: base.network?.name ?? config.network.name },
        artifact_registry: { ...config.artifact_registry, repository: base.repository.name },
        builds: {
            ...config.builds,
            bucket: base.builds.bucket,
            service_account: base.builds.serviceAccount,
        },
    };
}
function redisInstance(config, redis, base, pullRequest) {
    const usual = base.redis?.instance ?? redis.instance ?? `${config.name}-redis`;
    return sharesRedis(config) ? usual : previewNames(pullRequest).redis(usual);
}
function sharesRedis({ previews }) {
    return previews.redis === 'databases';
}
function mapValues(record, change) {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
/** The secrets with `from_env` that services of the preview use, by whether previews may have them. */
function environmentSecrets(draft) {
    const used = new Set(Object.keys(draft.config.services).flatMap((key) => [
        ...allVariablesOf(draft, key).flatMap(({ kind, node }) => (kind === 'secret' ? [node.text] : [])),
        ...[...secretFilesOf(draft, key).values()].map(({ text }) => text),
    ]));
    return Object.entries(draft.config.secrets)
        .filter(([name, { from_env }]) => from_env !== undefined && used.has(name))
        .map(([name]) => ({ name, allowed: draft.config.previews.secrets.includes(name) }));
}
/** The assembled copy as a preview: labels, secrets of its own, and nothing of what it shares left to make. */
function asPreview(copy, draft, of) {
    const { base, pullRequest } = of;
    const { previews } = draft.config;
    const secret = previewNames(pullRequest).secret;
    const allowed = environmentSecrets(draft).flatMap((one) => (one.allowed ? [one.name] : []));
    const builder = base.builds.serviceAccount;
    const { database, network, ...rest } = copy;
    return {
        ...rest,
        labels: { ...copy.labels, 'pull-request': String(pullRequest) },
        ...(network && { network: base.network ?? network }),
        repository: base.repository,
        builds: base.builds,
        ...(database && { database: ownSecretsOf(database, secret) }),
        secrets: copy.secrets.flatMap((spec) => ownSecret(spec, allowed, secret)),
        serviceAccounts: copy.serviceAccounts.filter(({ id }) => id !== builder),
        grants: copy.grants.flatMap((grant) => {
            // The builder and its rights are the environment's.
            if (grant.member.startsWith(`serviceAccount:${builder}@`))
                return [];
            return grant.on.kind === 'secret'
                ? [{ ...grant, on: { ...grant.on, secret: secret(grant.on.secret) } }]
                : [grant];
        }),
        services: copy.services.map((service) => withOwnSecrets(service, secret)),
        preview: {
            pullRequest,
            base: base.environment,
            max: previews.max,
            expireAfterSeconds: seconds(previews.expire_after),
            forks: previews.forks,
            ...(previews.seed !== undefined && { seed: previews.seed }),
            ...redisDatabases(copy, draft.config, base),
        },
    };
}
function ownSecretsOf(database, secret) {
    return {
        ...database,
        userSecret: secret(database.userSecret),
        passwordSecret: secret(database.passwordSecret),
        nameSecret: secret(database.nameSecret),
    };
}
function ownSecret(spec, allowed, secret) {
    const { name, source } = spec;
    if (source.kind !== 'from_env')
        return [{ ...spec, name: secret(name) }];
    return allowed.includes(name) ? [{ ...spec, name: secret(name), source: { ...source, copyOf: name } }] : [];
}
function withOwnSecrets(service, secret) {
    const renamed = (uses) => mapValues(uses, (use) => ({ ...use, secret: secret(use.secret) }));
    return {
        ...service,
        secrets: renamed(service.secrets),
        ...(service.secretFiles && { secretFiles: renamed(service.secretFiles) }),
        ...(service.sidecars && {
            sidecars: service.sidecars.map((sidecar) => ({ ...sidecar, secrets: renamed(sidecar.secrets) })),
        }),
    };
}
function redisDatabases(copy, config, base) {
    if (copy.redis === undefined || !sharesRedis(config))
        return {};
    const wanted = ownDatabasesIn(textsOf(copy));
    const taken = databasesIn(textsOf(base));
    // A number that the file names apart from an address is known of the copy alone, and is the environment's too.
    return { redisDatabases: { wanted, taken: ascending([...taken, ...wanted]) } };
}
/** Every text that may lead to Redis. */
function textsOf(deployment) {
    return [
        ...deployment.services.flatMap(({ env, sidecars = [] }) => [env, ...sidecars.map((sidecar) => sidecar.env)].flatMap((variables) => Object.values(variables))),
        ...deployment.secrets.flatMap(({ source }) => (source.kind === 'value' ? [source.template] : [])),
    ];
}

;// CONCATENATED MODULE: ./.build/src/config/check-preview.js







/** What previews share with the environment that `preview` extends, so that its section cannot say otherwise. */
const shared = [
    ...['project', 'region', 'apis', 'network', 'artifact_registry', 'builds'].map((key) => ({
        path: [key],
        what: key.replace('_', ' '),
    })),
    ...[
        'instance',
        'version',
        'allow_upgrade',
        'edition',
        'tier',
        'disk_gb',
        'high_availability',
        'backups',
        'point_in_time_recovery',
        'deletion_protection',
        'connectivity',
        'flags',
    ].map((key) => ({ path: ['database', key], what: 'Cloud SQL instance' })),
];
/** Checks the section `preview` itself, for what has no effect there. */
function checkSection(root, base, findings) {
    const section = nodeAt(root, ['environments', preview_names_templateEnvironment]);
    if (section?.kind !== 'map')
        return;
    const ownRedis = isScalar(nodeAt(root, ['previews', 'redis']), 'instance');
    const redis = { path: ['redis'], what: 'Redis instance' };
    for (const { path, what } of ownRedis ? shared : [...shared, redis]) {
        const node = nodeAt(section, path);
        if (node === undefined || isNull(node))
            continue;
        findings.error({
            code: 'SHARED_WITH_PREVIEWS',
            at: { place: node.keyPlace, path: node.path },
            message: `previews share the ${what} of ${base}`,
            fix: `remove it here, or let ${preview_names_templateEnvironment} extend an environment of its own`,
        });
    }
}
function isScalar(node, value) {
    return node?.kind === 'scalar' && node.value === value;
}
function isNull(node) {
    return node.kind === 'scalar' && node.value === null;
}
/** Checks a preview for what it would miss, or share without meaning to. */
function checkPreview(draft) {
    checkAllowed(draft);
    checkNeeded(draft);
    checkSeed(draft);
    if (sharesRedis(draft.config))
        checkRedis(draft);
}
function checkSeed(draft) {
    const { previews, database } = draft.config;
    if (previews.seed === undefined || database?.migrations !== undefined)
        return;
    draft.findings.error({
        code: 'SEED_WITHOUT_MIGRATIONS',
        at: where(draft, 'previews', 'seed'),
        message: 'there are no migrations that make what the seed fills',
        fix: 'name their folder as database.migrations, or remove seed',
    });
}
function checkAllowed(draft) {
    const { secrets, previews } = draft.config;
    const known = Object.keys(secrets).filter((name) => secrets[name]?.from_env !== undefined);
    for (const [index, name] of previews.secrets.entries()) {
        if (known.includes(name))
            continue;
        const declared = secrets[name] !== undefined;
        draft.findings.error({
            code: declared ? 'SECRET_IS_OWN' : 'UNDECLARED_SECRET',
            at: where(draft, 'previews', 'secrets', index),
            message: declared
                ? `${name} is no secret with from_env: a preview has its own anyway`
                : `there is no secret "${name}"`,
            fix: declared ? 'remove it' : suggestion(name, known, 'remove it'),
        });
    }
}
/** At the variable that needs the secret: what to do about it depends on what the service does with it. */
function checkNeeded(draft) {
    const refused = environmentSecrets(draft).flatMap(({ name, allowed }) => (allowed ? [] : [name]));
    for (const node of namedSecrets(draft)) {
        if (!refused.includes(node.text))
            continue;
        draft.findings.error({
            code: 'SECRET_NOT_FOR_PREVIEWS',
            at: node,
            message: `previews need the secret ${node.text}, and previews.secrets does not name it`,
            fix: `add it to previews.secrets, or give ${preview_names_templateEnvironment} a harmless one under environments.${preview_names_templateEnvironment}.secrets`,
        });
    }
}
function namedSecrets(draft) {
    return Object.keys(draft.config.services).flatMap((key) => [
        ...allVariablesOf(draft, key).flatMap(({ kind, node }) => (kind === 'secret' ? [node] : [])),
        ...secretFilesOf(draft, key).values(),
    ]);
}
/** A program that takes the number of its database elsewhere would work on that of another preview. */
function checkRedis(draft) {
    for (const key of Object.keys(draft.config.services)) {
        const nodes = check_preview_textsOf(draft, key);
        if (nodes.some(({ text }) => /\$\{\s*redis\.database\./.test(text)))
            continue;
        for (const node of nodes) {
            // Findings of the references themselves have been given.
            const { template } = bindText(node, { ...draft.scope, ownRedisDatabases: false }, draft.findings);
            if (!leavesDatabaseOpen(template))
                continue;
            draft.findings.error({
                code: 'REDIS_DATABASE_OPEN',
                at: node,
                message: 'which logical database of Redis is meant stands somewhere else, so that previews would share it',
                fix: `write \${redis.url}/0, or give the number as \${redis.database.0}; or set previews.redis: instance`,
            });
        }
    }
}
function check_preview_textsOf(draft, key) {
    return allVariablesOf(draft, key).flatMap(({ kind, node }) => {
        if (kind === 'env')
            return [node];
        const value = nodeAt(draft.tree, ['secrets', node.text, 'value']);
        return value?.kind === 'scalar' ? [value] : [];
    });
}

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
    const known = knownSecrets(draft);
    for (const block of variableBlocks(draft)) {
        checkKeyFile(block, draft);
        for (const [name, node] of block.env)
            checkEnv(name, node, draft);
        for (const [name, node] of block.secrets)
            checkSecretName(name, node, known, draft);
        check_variables_checkNames(block, draft);
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
    for (const [file, node] of secretFilesOf(draft, key)) {
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
function check_variables_checkNames(block, draft) {
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
        fix: suggestion(node.text, [...known], `declare it: add ${node.text} under secrets: at the top of the file`),
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
    const groups = [...mapAt(draft.written, ['env_groups']).keys(), ...Object.keys(draft.config.env_groups)];
    for (const [key, service] of mapAt(draft.tree, ['services'])) {
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
                fix: suggestion(item.text, [...new Set(groups)], `add ${item.text} under env_groups:`),
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
        for (const [name, variable] of variablesOf(draft, key)) {
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
    const brokers = Object.keys(draft.config.services).flatMap((key) => [...variablesOf(draft, key)]
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
    const value = mapAt(draft.tree, ['secrets', text]).get('value');
    return value?.kind === 'scalar' ? value.text : `secret ${text}`;
}

;// CONCATENATED MODULE: ./.build/src/config/check-image.js


/** Exactly one of the two says where the image of a service or of a sidecar comes from. */
function checkImage(path, own, draft) {
    const key = String(path.at(-1));
    const isWritten = (part) => nodeAt(draft.written, [...path, part]) !== undefined;
    const built = own.build !== undefined || isWritten('build');
    const given = own.image !== undefined || isWritten('image');
    if (built && given) {
        draft.findings.error({
            code: 'IMAGE_AND_BUILD',
            at: where(draft, ...path, own.image === undefined ? 'build' : 'image'),
            message: `${key} has a ready image: and a build:`,
            fix: 'keep one of the two',
        });
    }
    else if (!built && !given) {
        draft.findings.error({
            code: 'NO_IMAGE',
            at: whereKey(draft, ...path),
            message: `${key} has neither build: nor image:`,
            fix: 'add build: { context: . } to build a Dockerfile, or image: with a ready image',
        });
    }
    if (own.image !== undefined)
        checkPinned(path, own.image, draft);
}
function checkPinned(path, image, draft) {
    const at = where(draft, ...path, 'image');
    if (/@sha256:[0-9a-f]{64}$/.test(image))
        return;
    if (!/^[a-z0-9][a-zA-Z0-9._:/@-]*$/.test(image) || image.includes('@')) {
        const message = `${JSON.stringify(image)} is not the name of an image`;
        const fix = 'write HOST/PATH/IMAGE@sha256:DIGEST, or :TAG for the digest';
        draft.findings.error({ code: 'INVALID_VALUE', at, message, fix });
        return;
    }
    // A colon in the last part begins the tag; an earlier one is the port of the registry.
    const tag = /:([^/]+)$/.exec(image)?.[1];
    if (tag !== undefined && tag !== 'latest')
        return;
    draft.findings.error({
        code: 'UNPINNED_IMAGE',
        at,
        message: tag === undefined ? `${image} has no tag, which means latest` : `${image} can change at any time`,
        fix: 'name a digest (@sha256:…) or a tag that is not moved',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/check-marks.js

/** What this suite writes itself: what a resource belongs to, and where a revision comes from. */
const ownLabels = new Set([
    'managed-by',
    'deployment',
    'environment',
    'service',
    'pull-request',
    'commit',
    'run',
    'actor',
    'release',
]);
/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services: namespaces of the system. */
const systemNamespace = /^([a-z0-9.-]+\.)?(run\.googleapis\.com|cloud\.googleapis\.com|serving\.knative\.dev|autoscaling\.knative\.dev)\//;
const labelKey = /^[a-z][a-z0-9_-]{0,62}$/;
const labelValue = /^[a-z0-9_-]{0,63}$/;
/** Labels and annotations that Cloud Run would refuse, or that this suite needs for itself. */
function checkMarks(key, draft) {
    for (const [name, node] of mapAt(draft.tree, ['services', key, 'labels']))
        checkLabel(name, node, draft);
    for (const [name, node] of mapAt(draft.tree, ['services', key, 'annotations'])) {
        if (!systemNamespace.test(name) && !name.startsWith('aethercast-deploy/'))
            continue;
        draft.findings.error({
            code: 'RESERVED_ANNOTATION',
            at: { place: node.keyPlace, path: node.path },
            message: `${name} is not for users to set`,
            fix: 'remove it; what Cloud Run sets by annotations has keys of its own under app: and worker:',
        });
    }
}
function checkLabel(name, node, draft) {
    const at = { place: node.keyPlace, path: node.path };
    if (ownLabels.has(name) || name.includes('/')) {
        draft.findings.error({
            code: 'RESERVED_LABEL',
            at,
            message: ownLabels.has(name)
                ? `this suite sets the label ${name} itself`
                : `${name} is in a namespace that is not for users`,
            fix: 'choose another name for the label',
        });
        return;
    }
    const value = node.kind === 'scalar' ? node.text : '';
    if (labelKey.test(name) && labelValue.test(value))
        return;
    draft.findings.error({
        code: 'INVALID_LABEL',
        at: labelKey.test(name) ? node : at,
        message: `${name}: ${value} is not possible as a label`,
        fix: 'use lower case letters, digits, hyphens and underscores, at most 63, the name beginning with a letter',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/check-size.js


const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
/** https://cloud.google.com/run/docs/configuring/services/gpu: what an instance with a GPU has at least. */
function checkGpu(path, own, draft) {
    if (own.gpu === undefined)
        return;
    if (millicpu(own.cpu) >= 4000 && memoryBytes(own.memory) >= 16 * gibibyte)
        return;
    draft.findings.error({
        code: 'GPU_SIZE',
        at: where(draft, ...path, 'gpu'),
        message: `${own.gpu} needs 4 CPUs and 16Gi of memory, found ${own.cpu} and ${own.memory}`,
        fix: 'set cpu: 4 and memory: 16Gi, or more',
    });
}
/** Least memory for a number of CPUs. https://cloud.google.com/run/docs/configuring/services/cpu */
const leastMemory = {
    4000: 2 * gibibyte,
    6000: 4 * gibibyte,
    8000: 4 * gibibyte,
};
/** CPUs needed above an amount of memory, the largest first. https://cloud.google.com/run/docs/configuring/services/memory-limits */
const leastCpu = [
    [24 * gibibyte, 8000],
    [16 * gibibyte, 6000],
    [8 * gibibyte, 4000],
    [4 * gibibyte, 2000],
    [gibibyte, 1000],
    [512 * mebibyte, 500],
];
function checkSize(path, cpu, memory, draft) {
    const size = memoryBytes(memory);
    const thousandths = millicpu(cpu);
    const refuse = (key, message, fix) => {
        draft.findings.error({ code: 'CPU_MEMORY', at: where(draft, ...path, key), message, fix });
    };
    if (thousandths > 1000 ? ![2000, 4000, 6000, 8000].includes(thousandths) : thousandths < 80) {
        refuse('cpu', `found ${cpu}`, 'use 1, 2, 4, 6 or 8, or a fraction of one from 0.08 on');
        return;
    }
    if (size < 128 * mebibyte || size > 32 * gibibyte) {
        refuse('memory', `found ${memory}`, 'use 128Mi to 32Gi');
        return;
    }
    const least = leastMemory[thousandths];
    if (least !== undefined && size < least) {
        const needed = `${least / gibibyte}Gi`;
        refuse('memory', `${memory} is too little for ${cpu} CPUs`, `set memory: ${needed} or more, or less cpu`);
    }
    const needed = leastCpu.find(([above]) => size > above)?.[1] ?? 0;
    if (thousandths < needed)
        refuse('cpu', `${cpu} CPU is too little for ${memory}`, `set cpu: ${needed / 1000} or more, or less memory`);
}
/** What an instance may have in all. */
const most = { millicpu: 8000, bytes: 32 * gibibyte };
/** The containers of an instance share its machine. https://cloud.google.com/run/docs/configuring/services/cpu */
function checkInstance(path, containers, draft) {
    const cpu = containers.reduce((sum, own) => sum + millicpu(own.cpu), 0);
    const bytes = containers.reduce((sum, own) => sum + memoryBytes(own.memory), 0);
    if (cpu <= most.millicpu && bytes <= most.bytes)
        return;
    const found = `${cpu / 1000} CPUs and ${Math.round((bytes / gibibyte) * 100) / 100}Gi`;
    draft.findings.error({
        code: 'INSTANCE_TOO_LARGE',
        at: whereKey(draft, ...path),
        message: `with its sidecars an instance would have ${found}; 8 CPUs and 32Gi are possible`,
        fix: 'lower cpu and memory of the containers',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/check-sidecars.js




/** The name of the container of the service itself, where it has sidecars. */
const main = 'main';
/** What Cloud Run would refuse about the containers of an instance, and sidecars that would run nowhere. */
function checkSidecars(key, service, draft) {
    const path = ['services', key];
    for (const [name, sidecar] of Object.entries(service.sidecars)) {
        const own = [...path, 'sidecars', name];
        check_sidecars_checkName(own, name, draft);
        checkImage(own, sidecar, draft);
        checkSize(own, sidecar.cpu, sidecar.memory, draft);
        checkProbePorts(own, sidecar, undefined, draft);
        for (const part of sidecar.beside ?? [])
            checkBeside(own, part, service, draft);
    }
    if (service.worker)
        checkProbePorts([...path, 'worker'], service.worker, service.worker.port, draft);
    for (const part of ['app', 'worker']) {
        const workload = service[part];
        if (workload === undefined)
            continue;
        const beside = Object.entries(service.sidecars).filter(([, sidecar]) => isBeside(sidecar, part));
        if (beside.length > 0) {
            checkInstance([...path, part], [workload, ...beside.map(([, sidecar]) => sidecar)], draft);
        }
        checkStart(check_sidecars_containersOf(key, part, service, beside), draft);
    }
}
function isBeside({ beside }, part) {
    return beside === undefined || beside.includes(part);
}
function check_sidecars_checkName(path, name, draft) {
    if (name !== main && name.length <= 63)
        return;
    draft.findings.error({
        code: 'SIDECAR_NAME',
        at: whereKey(draft, ...path),
        message: name === main
            ? `${main} is the name of the container of the service itself`
            : `the name has ${name.length} characters; at most 63 are possible`,
        fix: 'give the sidecar another name',
    });
}
function checkBeside(path, part, service, draft) {
    if (service[part] !== undefined)
        return;
    draft.findings.error({
        code: 'SIDECAR_WITHOUT_WORKLOAD',
        at: where(draft, ...path, 'beside'),
        message: `the service has no ${part} that it could run beside`,
        fix: `remove ${part} from beside, or add ${part}:`,
    });
}
/** Only a service has a port that a probe could take for granted. */
function checkProbePorts(path, own, port, draft) {
    for (const name of ['startup_probe', 'liveness_probe']) {
        const probe = own[name];
        if (probe === undefined || probe.port !== undefined || port !== undefined)
            continue;
        draft.findings.error({
            code: 'PROBE_NEEDS_PORT',
            at: whereKey(draft, ...path, name),
            message: 'the container has no port of its own that could be checked',
            fix: 'add port: with the one that the container listens on',
        });
    }
}
function check_sidecars_containersOf(key, part, service, beside) {
    const path = ['services', key, part];
    // A service has a startup probe whether or not the file says so; a pool has the one of the file alone.
    const served = part === 'app' || service.worker?.runtime === 'service';
    return new Map([
        [
            main,
            {
                path,
                dependsOn: service[part]?.depends_on ?? [],
                hasStartupProbe: served || service.worker?.startup_probe !== undefined,
            },
        ],
        ...beside.map(([name, sidecar]) => [
            name,
            {
                path: ['services', key, 'sidecars', name],
                dependsOn: sidecar.depends_on,
                hasStartupProbe: sidecar.startup_probe !== undefined,
            },
        ]),
    ]);
}
/** https://cloud.google.com/run/docs/configuring/services/containers#container-ordering */
function checkStart(containers, draft) {
    for (const [name, { path, dependsOn }] of containers) {
        for (const [index, other] of dependsOn.entries()) {
            const at = where(draft, ...path, 'depends_on', index);
            const found = containers.get(other);
            if (found === undefined) {
                const names = [...containers.keys()].filter((candidate) => candidate !== name);
                draft.findings.error({
                    code: 'UNKNOWN_CONTAINER',
                    at,
                    message: `there is no container "${other}" beside ${name}`,
                    fix: suggestion(other, names, 'name a key under sidecars:, or remove it'),
                });
            }
            else if (!found.hasStartupProbe) {
                draft.findings.error({
                    code: 'DEPENDS_ON_UNPROBED',
                    at,
                    message: `nothing says when ${other} has started, so ${name} cannot wait for it`,
                    fix: `add a startup_probe to ${found.path.join('.')}`,
                });
            }
        }
    }
    const circle = circleOf(containers);
    if (circle === undefined)
        return;
    const path = containers.get(circle[0] ?? '')?.path ?? [];
    draft.findings.error({
        code: 'DEPENDS_ON_CIRCLE',
        at: where(draft, ...path, 'depends_on'),
        message: `each would wait for the next: ${circle.join(' → ')}`,
        fix: 'remove one of these names from its depends_on',
    });
}
/** The names along the first circle, its first name at the end again. */
function circleOf(containers) {
    const done = new Set();
    const follow = (name, path) => {
        const start = path.indexOf(name);
        if (start >= 0)
            return [...path.slice(start), name];
        if (done.has(name))
            return undefined;
        for (const other of containers.get(name)?.dependsOn ?? []) {
            const circle = follow(other, [...path, name]);
            if (circle !== undefined)
                return circle;
        }
        done.add(name);
        return undefined;
    };
    for (const name of containers.keys()) {
        const circle = follow(name, []);
        if (circle !== undefined)
            return circle;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./.build/src/config/check-volumes.js





/** Folders that could not be mounted, or that would hide each other. */
function checkVolumes(key, service, draft) {
    for (const [path, volume] of Object.entries(service.volumes)) {
        checkKind(key, path, volume, draft);
        checkPlace(key, path, draft);
        if (volume.bucket !== undefined)
            check_volumes_checkBucket(key, path, volume.bucket, service, draft);
        if (volume.memory !== undefined)
            checkMemory(key, path, volume.memory, service, draft);
    }
}
function checkKind(key, path, volume, draft) {
    const own = ['services', key, 'volumes', path];
    if ((volume.bucket === undefined) === (volume.memory === undefined)) {
        draft.findings.error({
            code: 'VOLUME_KIND',
            at: whereKey(draft, ...own),
            message: `${path} is ${volume.bucket === undefined ? 'neither a bucket nor memory' : 'a bucket and memory'}`,
            fix: 'write either bucket: with a key under buckets:, or memory: with a size such as 256Mi',
        });
        return;
    }
    if (volume.bucket !== undefined)
        return;
    for (const name of ['read_only', 'mount_options']) {
        if (nodeAt(draft.tree, [...own, name]) === undefined)
            continue;
        draft.findings.error({
            code: 'VOLUME_KIND',
            at: whereKey(draft, ...own, name),
            message: `${name} is of buckets, and ${path} is memory`,
            fix: 'remove it',
        });
    }
}
/** The folder of the Cloud SQL socket is Cloud Run's; a folder in a folder would be hidden, or hide it. */
function checkPlace(key, path, draft) {
    const others = [
        '/cloudsql',
        ...[...secretFilesOf(draft, key).keys()].map((file) => external_node_path_.posix.dirname(file)),
        ...Object.keys(draft.config.services[key]?.volumes ?? {}).filter((other) => other !== path),
    ];
    const taken = others.find((other) => path === other || path.startsWith(`${other}/`));
    if (taken === undefined)
        return;
    draft.findings.error({
        code: 'VOLUME_PATH',
        at: whereKey(draft, 'services', key, 'volumes', path),
        message: `${taken} is mounted already`,
        fix: 'choose a folder that is in no other one, for example /mnt/data',
    });
}
function check_volumes_checkBucket(key, path, bucket, service, draft) {
    if (!draft.scope.buckets.has(bucket)) {
        draft.findings.error({
            code: 'UNDECLARED_BUCKET',
            at: where(draft, 'services', key, 'volumes', path, 'bucket'),
            message: `there is no bucket "${bucket}"`,
            fix: suggestion(bucket, [...draft.scope.buckets.keys()], `add ${bucket}: {} under buckets:`),
        });
    }
    // https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts
    if (service.app?.execution_environment !== 'gen1')
        return;
    draft.findings.error({
        code: 'VOLUME_NEEDS_GEN2',
        at: where(draft, 'services', key, 'app', 'execution_environment'),
        message: `the bucket at ${path} can be mounted in the second generation alone`,
        fix: 'remove execution_environment, or set it to gen2',
    });
}
/** What is written there is memory of the container: a volume of all of it leaves nothing to run in. */
function checkMemory(key, path, memory, service, draft) {
    for (const part of ['app', 'worker']) {
        const workload = service[part];
        if (workload === undefined || memoryBytes(memory) < memoryBytes(workload.memory))
            continue;
        draft.findings.error({
            code: 'VOLUME_EXCEEDS_MEMORY',
            at: where(draft, 'services', key, 'volumes', path, 'memory'),
            message: `${path} may take ${memory}, and the ${part} has ${workload.memory} for it and for itself`,
            fix: `make it smaller, or raise ${part}.memory`,
        });
        return;
    }
}

;// CONCATENATED MODULE: ./.build/src/config/check-worker.js




/** What Cloud Run would refuse about a worker, and keys that its runtime has no use for. */
function checkWorker(key, worker, draft) {
    const path = ['services', key, 'worker'];
    checkSize(path, worker.cpu, worker.memory, draft);
    checkGpu(path, worker, draft);
    checkRuntimeKeys(path, worker, draft);
    checks[worker.runtime](path, worker, draft);
}
const checks = {
    pool: checkPool,
    service: checkService,
    job: checkJob,
};
/** The runtimes that a key means something for; a key that is not here means something for all of them. */
const runtimesOf = {
    instances: ['pool', 'service'],
    startup_probe: ['pool', 'service'],
    liveness_probe: ['pool', 'service'],
    tasks: ['job'],
    parallelism: ['job'],
    max_retries: ['job'],
    timeout: ['job'],
};
function checkRuntimeKeys(path, { runtime }, draft) {
    for (const [name, runtimes] of Object.entries(runtimesOf)) {
        if (runtimes.includes(runtime) || nodeAt(draft.tree, [...path, name]) === undefined)
            continue;
        draft.findings.error({
            code: 'WORKER_RUNTIME_KEY',
            at: whereKey(draft, ...path, name),
            message: `${name} means nothing for a worker with runtime: ${runtime}`,
            fix: `remove it, or set runtime: ${runtimes.join(' or ')}`,
        });
    }
}
const leastPoolMemory = 512 * 1024 ** 2;
function checkPool(path, worker, draft) {
    refusePort(path, worker, draft);
    // https://cloud.google.com/run/docs/configuring/workerpools/memory-limits
    if (memoryBytes(worker.memory) >= leastPoolMemory)
        return;
    draft.findings.error({
        code: 'CPU_MEMORY',
        at: where(draft, ...path, 'memory'),
        message: `found ${worker.memory}; a worker pool needs at least 512Mi`,
        fix: 'set memory: 512Mi or more',
    });
}
function refusePort(path, { port, runtime }, draft) {
    if (port === undefined)
        return;
    draft.findings.error({
        code: 'WORKER_HAS_PORT',
        at: whereKey(draft, ...path, 'port'),
        message: `a worker ${runtime} receives no requests, so it has no port`,
        fix: 'remove port, set runtime: service for a worker with a health listener, or describe what listens under app:',
    });
}
/** Its instances run although nobody calls it, and work between the checks of its health. */
function checkService(path, worker, draft) {
    if (worker.port === undefined) {
        draft.findings.error({
            code: 'WORKER_NEEDS_PORT',
            at: whereKey(draft, ...path, 'runtime'),
            message: 'Cloud Run looks for a listener of every service, and this worker names no port',
            fix: 'add port: with the one that its health listener has, or leave out runtime for a worker pool, which needs none',
        });
    }
    if (worker.instances === 0) {
        draft.findings.error({
            code: 'WORKER_WITHOUT_INSTANCES',
            at: where(draft, ...path, 'instances'),
            message: 'a service without a kept instance starts one for a request alone, and nobody calls a worker',
            fix: 'set instances: 1 or more; a worker pool can have 0',
        });
    }
    if (millicpu(worker.cpu) >= 1000)
        return;
    draft.findings.error({
        code: 'CPU_ALWAYS_ALLOCATED',
        at: where(draft, ...path, 'cpu'),
        message: `a worker keeps its CPU between requests, and with ${worker.cpu} CPU it cannot`,
        fix: 'set cpu: 1 or more',
    });
}
/** https://cloud.google.com/run/docs/configuring/task-timeout */
const longestTask = 7 * 24 * 3600;
function checkJob(path, worker, draft) {
    refusePort(path, worker, draft);
    if (worker.timeout !== undefined && seconds(worker.timeout) > longestTask) {
        draft.findings.error({
            code: 'INVALID_VALUE',
            at: where(draft, ...path, 'timeout'),
            message: `found ${worker.timeout}`,
            fix: 'write at most 168h, which are seven days',
        });
    }
    if (worker.parallelism === undefined || worker.parallelism <= (worker.tasks ?? 1))
        return;
    draft.findings.error({
        code: 'INVALID_VALUE',
        at: where(draft, ...path, 'parallelism'),
        message: `${worker.parallelism} tasks at a time of ${worker.tasks ?? 1}`,
        fix: 'raise tasks or lower parallelism',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/check-workloads.js









/** What Cloud Run would refuse about a service, and what would not be what the user meant. */
function checkWorkloads(draft) {
    for (const [key, service] of Object.entries(draft.config.services)) {
        checkParts(key, service, draft);
        checkImage(['services', key], service, draft);
        if (service.app !== undefined)
            checkApp(key, service.app, draft);
        if (service.worker !== undefined)
            checkWorker(key, service.worker, draft);
        checkSidecars(key, service, draft);
        checkVolumes(key, service, draft);
        checkMarks(key, draft);
        checkEgress(key, service, draft);
    }
}
/** What the text has, whether or not the schema accepted it: a refused block was reported already. */
function isWritten(draft, key, part) {
    return nodeAt(draft.written, ['services', key, part]) !== undefined;
}
function checkParts(key, service, draft) {
    const runs = service.app !== undefined || service.worker !== undefined;
    if (runs || isWritten(draft, key, 'app') || isWritten(draft, key, 'worker'))
        return;
    draft.findings.error({
        code: 'NO_WORKLOAD',
        at: whereKey(draft, 'services', key),
        message: `${key} has neither app: nor worker:, so nothing would run`,
        fix: 'add app: for what answers requests, worker: for what works in the background',
    });
}
function checkEgress(key, service, draft) {
    if (service.egress !== 'private-ranges' || draft.config.network.internal_calls === 'dns')
        return;
    const called = internalCalls(key, draft);
    if (called.length === 0)
        return;
    draft.findings.error({
        code: 'EGRESS_TOO_NARROW',
        at: where(draft, 'services', key, 'egress'),
        message: `${key} calls ${called.join(', ')}, which only the VPC reaches, and the address of a service counts as public`,
        fix: 'remove egress, set it to all-traffic, or set network.internal_calls: dns',
    });
}
/** Services that `${services.X...}` in the variables names and that are internal. */
function internalCalls(key, draft) {
    const texts = [...variablesOf(draft, key).values()].map(({ node }) => node.text);
    return Object.entries(draft.config.services)
        .filter(([other, { app }]) => other !== key && app !== undefined && app.ingress !== 'all')
        .map(([other]) => other)
        .filter((other) => texts.some((text) => text.includes(`\${services.${other}.`)));
}
function checkApp(key, app, draft) {
    const path = ['services', key, 'app'];
    if (app.min_instances > app.max_instances) {
        draft.findings.error({
            code: 'MIN_ABOVE_MAX',
            at: where(draft, ...path, 'min_instances'),
            message: `min_instances is ${app.min_instances}, max_instances only ${app.max_instances}`,
            fix: 'raise max_instances or lower min_instances',
        });
    }
    if (seconds(app.timeout) > 3600) {
        draft.findings.error({
            code: 'INVALID_VALUE',
            at: where(draft, ...path, 'timeout'),
            message: `found ${app.timeout}`,
            fix: 'write at most 60m; longer work belongs into a worker',
        });
    }
    checkSize(path, app.cpu, app.memory, draft);
    checkGpu(path, app, draft);
    if (millicpu(app.cpu) < 1000)
        checkFraction(path, app, draft);
}
/** https://cloud.google.com/run/docs/configuring/services/cpu: what less than one CPU requires. */
function checkFraction(path, app, draft) {
    if (app.concurrency !== undefined && app.concurrency !== 1) {
        draft.findings.error({
            code: 'CPU_CONCURRENCY',
            at: where(draft, ...path, 'concurrency'),
            message: `with ${app.cpu} CPU an instance handles one request at a time, not ${app.concurrency}`,
            fix: 'set concurrency: 1, or cpu: 1',
        });
    }
    if (app.cpu_always_allocated) {
        draft.findings.error({
            code: 'CPU_ALWAYS_ALLOCATED',
            at: where(draft, ...path, 'cpu_always_allocated'),
            message: `with ${app.cpu} CPU the CPU cannot be kept between requests`,
            fix: 'set cpu: 1, or remove cpu_always_allocated',
        });
    }
}

;// CONCATENATED MODULE: ./.build/src/config/choose-environment.js





/** `undefined`, with a finding, when it cannot be told. An environment that is called `pr-7` itself wins. */
function chooseEnvironment(root, asked, findings) {
    const declared = environments_declaredEnvironments(root);
    if (asked === preview_names_templateEnvironment && choose_environment_previewBase(root) !== undefined) {
        templateChosen(root, findings);
        return undefined;
    }
    if (asked !== undefined && declared.includes(asked))
        return { kind: 'environment', name: asked };
    const pullRequest = pullRequestOf(asked ?? '');
    if (asked && pullRequest !== undefined)
        return choosePreview(root, asked, pullRequest, findings);
    const [first, ...others] = declared;
    if (first === undefined)
        return { kind: 'environment', name: asked || onlyEnvironment };
    if (!asked && others.length === 0)
        return { kind: 'environment', name: first };
    findings.error({
        code: asked ? 'UNKNOWN_ENVIRONMENT' : 'ENVIRONMENT_NOT_CHOSEN',
        at: whereEnvironments(root),
        message: asked ? `there is no environment "${asked}"` : 'the file has several environments',
        fix: asked ? suggestion(asked, declared, 'declare it') : `choose one of ${declared.join(', ')}`,
    });
    return undefined;
}
function choosePreview(root, name, pullRequest, findings) {
    const base = choose_environment_previewBase(root);
    if (base !== undefined)
        return { kind: 'preview', name, pullRequest, base };
    const example = environments_declaredEnvironments(root).find((other) => other !== preview_names_templateEnvironment) ?? 'staging';
    findings.error({
        code: 'NO_PREVIEW_TEMPLATE',
        at: whereTemplate(root) ?? whereEnvironments(root),
        message: `there is no environment that ${name} could be a copy of`,
        fix: `write preview: { extends: ${example} } under environments:`,
    });
    return undefined;
}
/** The environment that `preview` extends, when the file has both. */
function choose_environment_previewBase(root) {
    const base = parentOf(root, preview_names_templateEnvironment);
    const usable = base !== undefined && base !== preview_names_templateEnvironment && environments_declaredEnvironments(root).includes(base);
    return usable ? base : undefined;
}
/** By itself it has the names of the environment that it extends: deploying it would write over that one. */
function templateChosen(root, findings) {
    findings.error({
        code: 'PREVIEW_TEMPLATE_CHOSEN',
        at: whereTemplate(root) ?? whereEnvironments(root),
        message: `${preview_names_templateEnvironment} is what previews are copies of, and nothing by itself`,
        fix: 'choose pr-<number of the pull request>, for example pr-7',
    });
}
function whereTemplate(root) {
    const template = nodeAt(root, ['environments', preview_names_templateEnvironment]);
    return template && { place: template.keyPlace, path: template.path };
}
function whereEnvironments(root) {
    return { place: root.entries.get('environments')?.keyPlace ?? startOfFile, path: 'environments' };
}

;// CONCATENATED MODULE: ./.build/src/config/finding-list.js
/**
 * The findings of one file. The same file is checked once per environment, so that a problem of the part they
 * share comes up several times: only its first report is kept.
 */
class finding_list_FindingList {
    #file;
    #findings = new Map();
    constructor(file) {
        this.#file = file;
    }
    error(problem) {
        this.#add('error', problem);
    }
    warning(problem) {
        this.#add('warning', problem);
    }
    get hasErrors() {
        return [...this.#findings.values()].some((finding) => finding.severity === 'error');
    }
    /** In the order of the file. */
    sorted() {
        return [...this.#findings.values()].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column || a.code.localeCompare(b.code, 'en'));
    }
    #add(severity, problem) {
        const { code, at, message, fix } = problem;
        const key = `${code} ${at.place.line}:${at.place.column} ${at.path}`;
        if (this.#findings.has(key))
            return;
        this.#findings.set(key, {
            code,
            severity,
            file: this.#file,
            place: at.place,
            path: at.path,
            message,
            fix,
        });
    }
}

;// CONCATENATED MODULE: ./.build/src/config/schema-parts.js


/** What several sections of deploy.yaml are made of. `derived` says a default that depends on other keys. */
const derived = (description, value) => ({ description, 'x-default': value });
const lowerCaseName = () => word(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 'use lower case letters, digits and hyphens, starting with a letter and not ending with a hyphen');
const secretName = () => word(/^[A-Za-z0-9_-]{1,255}$/, 'name secrets with letters, digits, hyphens and underscores');
const env = (where) => schemas/* record */.g1P(variableName(), schema_values_text())
    .default({})
    .describe(`Environment variables of ${where}, in plain text. \`\${...}\` references are filled in.`);
const secrets = (where) => schemas/* record */.g1P(variableName(), schema_values_text())
    .default({})
    .describe(`Environment variables of ${where} that are read from Secret Manager: variable → name under \`secrets:\`. The version is pinned at each deployment.`);

;// CONCATENATED MODULE: ./.build/src/config/schema-workloads.js



/** What runs: the keys under `build`, `app`, `worker`, and of what stands beside them. */
const build = schemas/* strictObject */.rej({
    context: relativePath().default('.').describe('Folder that is sent to the build, relative to this file.'),
    dockerfile: relativePath()
        .optional()
        .meta(derived('The Dockerfile, relative to this file.', '`Dockerfile` in the context')),
    target: schemas/* string */.YjP().optional().describe('Stage of the Dockerfile to build.'),
    args: schemas/* record */.g1P(variableName(), schema_values_text()).default({}).describe('Build arguments (`ARG`).'),
    image: word(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'use lower case letters, digits, and . _ - / between them')
        .optional()
        .meta(derived('Name of the image in the repository.', 'the key of the service')),
})
    .describe('Build the image from a Dockerfile.');
const command = () => words().optional().describe('Instead of the `ENTRYPOINT` of the image.');
const args = () => words().optional().describe('Instead of the `CMD` of the image.');
const cpuKey = () => cpu().default(1).describe('CPUs of each instance: 1, 2, 4, 6, 8, or a fraction of one.');
const memoryKey = () => memory().default('512Mi').describe('Memory of each instance.');
const gpuKey = () => schemas/* enum */.k5n(['nvidia-l4'])
    .optional()
    .describe('A GPU of this kind for each instance. It needs 4 CPUs and 16Gi at least, and keeps the CPU between requests.');
const probeTimes = {
    initial_delay: schemas/* int */.Whr().min(0).max(3600).default(0).describe('Seconds before the first check.'),
    period: schemas/* int */.Whr().min(1).max(3600).default(10).describe('Seconds from one check to the next.'),
    timeout: schemas/* int */.Whr().min(1).max(3600).default(5).describe('Seconds for an answer; at most `period`.'),
};
const probeKind = {
    path: httpPath().optional().describe('HTTP: a path that answers 2xx or 3xx.'),
    grpc: schemas/* string */.YjP()
        .optional()
        .describe('gRPC: name of the service whose health is asked for; "" for the server as a whole.'),
    port: schemas/* int */.Whr()
        .min(1)
        .max(65535)
        .optional()
        .meta(derived('Port that is checked. Sidecars and worker pools have none of their own and must give it.', '`port`')),
};
const dependsOn = () => schemas/* array */.YOg(lowerCaseName())
    .default([])
    .describe('Containers that have to have started before: names under `sidecars:`, or `main` for the service itself. Each needs a startup probe.');
const startupProbe = schemas/* strictObject */.rej({
    ...probeKind,
    ...probeTimes,
    failure_threshold: schemas/* int */.Whr()
        .min(1)
        .default(24)
        .describe('Failed checks after which the start has failed; with `period` at most 240 seconds in all.'),
})
    .refine(({ timeout, period }) => timeout <= period, 'write a timeout that is at most the period')
    .refine(({ failure_threshold, period }) => failure_threshold * period <= 240, 'let failure_threshold times period be at most 240 seconds')
    .optional()
    .describe('How the start of an instance is watched: by `path`, by `grpc`, or else by whether the port accepts connections.');
const livenessProbe = schemas/* strictObject */.rej({
    ...probeKind,
    ...probeTimes,
    failure_threshold: schemas/* int */.Whr()
        .min(1)
        .default(3)
        .describe('Failed checks after which the instance is replaced.'),
})
    .refine(({ timeout, period }) => timeout <= period, 'write a timeout that is at most the period')
    .refine(({ path, grpc }) => (path === undefined) !== (grpc === undefined), 'give either path or grpc')
    .optional()
    .describe('How an instance is watched as long as it runs; one that fails is replaced.');
const smoke = schemas/* strictObject */.rej({
    enabled: schemas/* boolean */.zMY().default(true).describe('Whether a new revision is tried before it gets traffic.'),
    path: httpPath().optional().meta(derived('Path that is asked for.', '`startup_path`, or else `/`')),
    status: schemas/* int */.Whr()
        .min(200)
        .max(599)
        .optional()
        .meta(derived('Status that counts as good.', '200 if `path` is given, or else any below 500')),
    successes: schemas/* int */.Whr().min(1).max(100).default(1).describe('Good answers in a row that are asked for.'),
    timeout: schema_values_duration().default('60s').describe('How long they may take to come.'),
})
    .prefault({})
    .describe('How a new revision is tried over HTTP before it gets traffic. Services that only the VPC reaches are not tried, unless the action is told that it runs inside.');
const app = schemas/* strictObject */.rej({
    name: lowerCaseName().optional().meta(derived('Name of the Cloud Run service.', '`<name>-<key>`')),
    port: schemas/* int */.Whr().min(1).max(65535).default(8080).describe('Port that the container listens on.'),
    cpu: cpuKey(),
    memory: memoryKey(),
    gpu: gpuKey(),
    concurrency: schemas/* int */.Whr()
        .min(1)
        .max(1000)
        .optional()
        .meta(derived('Requests that one instance handles at a time.', '80, or 1 below one CPU')),
    timeout: schema_values_duration().default('300s').describe('How long a request may take; at most 60 minutes.'),
    min_instances: schemas/* int */.Whr().min(0).max(1000).default(0).describe('Instances that are kept warm.'),
    max_instances: schemas/* int */.Whr().min(1).max(1000).default(100).describe('Most instances that may run.'),
    ingress: schemas/* enum */.k5n(['all', 'internal', 'internal-and-cloud-load-balancing'])
        .default('all')
        .describe('From where the service can be reached.'),
    public: schemas/* boolean */.zMY()
        .default(false)
        .describe('For everybody: `ingress: all` and `authentication: none`, unless they say otherwise.'),
    authentication: schemas/* enum */.k5n(['iam', 'none'])
        .optional()
        .meta(derived('`iam`: callers need an identity token and `run.invoker`, which services that refer to this one are given. `none`: no check.', '`iam`; `none` if `public`')),
    session_affinity: schemas/* boolean */.zMY()
        .default(false)
        .describe('Send a client to the same instance while it lasts.'),
    http2: schemas/* boolean */.zMY()
        .default(false)
        .describe('Send requests to the container as HTTP/2 (h2c), as gRPC servers need.'),
    invokers: schemas/* array */.YOg(word(/^(user|group|serviceAccount|domain):\S+$/, 'write user:, group:, serviceAccount: or domain: and who it is, for example serviceAccount:scheduler@my-project.iam.gserviceaccount.com'))
        .default([])
        .describe('Who may call the service, beside the services of this file that refer to it.'),
    depends_on: dependsOn(),
    cpu_always_allocated: schemas/* boolean */.zMY().default(false).describe('Keep the CPU between requests.'),
    command: command(),
    args: args(),
    startup_path: httpPath()
        .optional()
        .meta(derived('Path that answers 2xx once the service has started.', 'the port accepts connections')),
    liveness_path: httpPath().optional().describe('Path that answers 2xx as long as the instance is well.'),
    startup_probe: startupProbe,
    liveness_probe: livenessProbe,
    startup_cpu_boost: schemas/* boolean */.zMY().default(true).describe('More CPU while an instance starts.'),
    execution_environment: schemas/* enum */.k5n(['gen1', 'gen2'])
        .optional()
        .meta(derived('Sandbox that containers run in.', "Cloud Run's choice")),
    description: schemas/* string */.YjP().max(512).optional().describe('What the service is for; shown in the console.'),
    custom_audiences: schemas/* array */.YOg(schemas/* string */.YjP())
        .default([])
        .describe('Further audiences that identity tokens of callers may be for, beside the URLs of the service.'),
    default_url: schemas/* boolean */.zMY()
        .default(true)
        .describe('Whether the service answers at its `run.app` address; without it only a load balancer reaches it.'),
    smoke,
    uptime_path: httpPath()
        .optional()
        .meta(derived('Path that `alerts.uptime` calls.', '`startup_path`, or else `/`')),
})
    .describe('What answers requests: a Cloud Run service.');
const worker = schemas/* strictObject */.rej({
    runtime: schemas/* enum */.k5n(['pool', 'service', 'job'])
        .default('pool')
        .describe('`pool`: a worker pool, for what pulls its work. `service`: a service with a health listener, for what cannot do without a port; its instances always run and have their CPU. `job`: a job, which is deployed and not run: a schedule or a person starts it.'),
    name: lowerCaseName()
        .optional()
        .meta(derived('Name of the worker pool, service or job.', '`<name>-<key>-worker`')),
    command: command(),
    args: args(),
    cpu: cpuKey(),
    memory: memoryKey(),
    gpu: gpuKey(),
    instances: schemas/* int */.Whr()
        .min(0)
        .max(1000)
        .default(1)
        .describe('How many instances run, always. Not for a `job`.'),
    port: schemas/* int */.Whr()
        .min(1)
        .max(65535)
        .optional()
        .describe('Port of the health listener of a `service`, which must have one.'),
    startup_probe: startupProbe,
    liveness_probe: livenessProbe,
    depends_on: dependsOn(),
    tasks: schemas/* int */.Whr().min(1).max(10_000).optional().meta(derived('Tasks of an execution of a `job`.', '1')),
    parallelism: schemas/* int */.Whr()
        .min(1)
        .max(10_000)
        .optional()
        .meta(derived('How many tasks of a `job` run at a time.', 'all of them')),
    max_retries: schemas/* int */.Whr()
        .min(0)
        .max(10)
        .optional()
        .meta(derived('How often a failed task of a `job` is tried again.', '3')),
    timeout: schema_values_duration()
        .optional()
        .meta(derived('How long a task of a `job` may take; at most seven days.', '10m')),
})
    .describe('What works in the background, with the image, variables and secrets of the service.');
const volume = schemas/* strictObject */.rej({
    bucket: schemas/* string */.YjP()
        .optional()
        .describe('A bucket: its key under `buckets:`. The service account is given access.'),
    read_only: schemas/* boolean */.zMY().default(false).describe('Of a bucket: nothing can be written.'),
    mount_options: schemas/* array */.YOg(schemas/* string */.YjP())
        .default([])
        .describe('Of a bucket: options of Cloud Storage FUSE, such as `implicit-dirs` or `only-dir=images`.'),
    memory: memory()
        .optional()
        .describe('A folder in memory of at most this size, empty at the start; it counts as memory of the instance.'),
})
    .meta({ oneOf: [{ required: ['bucket'] }, { required: ['memory'] }] });
const sidecar = schemas/* strictObject */.rej({
    image: schemas/* string */.YjP().optional().describe('A ready image with a tag or, better, a digest; instead of `build`.'),
    build: build.optional(),
    beside: schemas/* array */.YOg(schemas/* enum */.k5n(['app', 'worker']))
        .min(1)
        .optional()
        .meta(derived('Beside which it runs: `app`, `worker` or both.', 'both')),
    command: command(),
    args: args(),
    env: env('this container'),
    secrets: secrets('this container'),
    cpu: cpuKey(),
    memory: memoryKey(),
    depends_on: dependsOn(),
    startup_probe: startupProbe,
    liveness_probe: livenessProbe,
});

;// CONCATENATED MODULE: ./.build/src/config/schema.js




/*
 * Every key of deploy.yaml, with schema-workloads.ts. This is the only description of the file: the editor's schema, the
 * tables of docs/deploy-yaml.md and the checks all come from it.
 */
const network = schemas/* strictObject */.rej({
    name: lowerCaseName().optional().meta(derived('Name of the VPC network.', '`<name>-network`')),
    subnet_range: word(/^\d{1,3}(\.\d{1,3}){3}\/(8|9|1\d|2[0-6])$/, 'write a CIDR range of /26 or larger, for example 10.8.0.0/22')
        .default('10.8.0.0/22')
        .describe('Address range of the subnet; /26 or larger, as Direct VPC egress requires.'),
    egress: schemas/* enum */.k5n(['derived', 'all-traffic'])
        .default('derived')
        .describe('`derived`: callers of internal services send everything through the VPC, users of Redis or a private database what goes to private addresses, others nothing. `all-traffic`: everything of every service, for example to have fixed outgoing addresses.'),
    internal_calls: schemas/* enum */.k5n(['nat', 'dns'])
        .default('nat')
        .describe('How calls to internal services stay inside the VPC. `nat`: callers send everything through it, with Cloud NAT for the internet. `dns`: a private zone sends every `run.app` name to the VPC, and callers need no NAT; that also catches services of others.'),
})
    .prefault({})
    .describe('The VPC network. It is created when something needs it: Redis, a private database, internal calls.');
const artifactRegistry = schemas/* strictObject */.rej({
    repository: lowerCaseName().optional().meta(derived('Name of the Docker repository.', '`<name>`')),
    keep: schemas/* int */.Whr()
        .min(1)
        .max(1000)
        .default(10)
        .describe('How many versions of each image the clean-up keeps.'),
})
    .prefault({})
    .describe('Where images are kept.');
const builds = schemas/* strictObject */.rej({
    machine_type: schemas/* enum */.k5n(['E2_MEDIUM', 'E2_HIGHCPU_8', 'E2_HIGHCPU_32', 'N1_HIGHCPU_8', 'N1_HIGHCPU_32'])
        .optional()
        .meta(derived('Machine of Cloud Build.', "Cloud Build's own")),
    timeout: schema_values_duration().default('30m').describe('How long one build may take.'),
    service_account: lowerCaseName()
        .optional()
        .meta(derived('Service account that builds run as.', '`sa-<name>-builder`')),
    bucket: schemas/* string */.YjP().optional().meta(derived('Bucket of the source archives.', '`<name>-build-<project>`')),
})
    .prefault({})
    .describe('How images are built.');
const cors = schemas/* strictObject */.rej({
    origins: schemas/* array */.YOg(schemas/* string */.YjP())
        .min(1)
        .describe('Origins that may read, such as `https://example.com`, or `*`.'),
    methods: schemas/* array */.YOg(schemas/* string */.YjP()).default(['GET']).describe('HTTP methods that they may use.'),
    headers: schemas/* array */.YOg(schemas/* string */.YjP()).default([]).describe('Response headers that they may see.'),
    max_age: schema_values_duration().default('1h').describe('How long a browser may remember the answer.'),
});
const bucket = schemas/* strictObject */.rej({
    name: schemas/* string */.YjP()
        .optional()
        .meta(derived('Name of the bucket; names are shared by all of Google Cloud.', '`<name>-<key>-<project>`')),
    location: schemas/* string */.YjP().optional().meta(derived('A region, or `US`, `EU`, `ASIA`.', 'the region')),
    versioning: schemas/* boolean */.zMY().default(false).describe('Keep overwritten and deleted objects.'),
    cors: schemas/* array */.YOg(cors).default([]).describe('Which web pages may read the objects from a browser.'),
    delete_after_days: schemas/* int */.Whr().min(1).optional().describe('Delete objects that are older.'),
});
const frontend = schemas/* strictObject */.rej({
    folder: relativePath().describe('Folder of the files, relative to this file. Only changed files are written; files that are gone are deleted with the input `prune`.'),
    bucket: schemas/* string */.YjP()
        .optional()
        .meta(derived('Name of the bucket. Everybody may read it, so nothing else belongs into it.', '`<name>-frontend-<project>`')),
    location: schemas/* string */.YjP().optional().meta(derived('A region, or `US`, `EU`, `ASIA`.', 'the region')),
    main_page: relativePath().default('index.html').describe('File that stands for a folder.'),
    not_found_page: relativePath()
        .optional()
        .meta(derived('File that is shown for an address without one.', 'the main page')),
    config_json: schemas/* record */.g1P(schemas/* string */.YjP(), schema_values_text())
        .optional()
        .describe(`Written as \`config.json\` beside the files, for a page that reads where its services are, such as \`API_URL: "\${services.web.url}"\`.`),
    immutable: schemas/* array */.YOg(relativePath())
        .default([])
        .describe('Folders of the bucket whose files never change under their names, such as `assets`: browsers keep them for a year. All other files they ask for again, unless the name holds a hash.'),
})
    .describe('A website in a public bucket: static files, and the addresses of the services for them.');
const alerts = schemas/* strictObject */.rej({
    email: schemas/* array */.YOg(word(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'write an e-mail address'))
        .min(1)
        .describe('Who is told.'),
    error_log: schemas/* boolean */.zMY()
        .default(true)
        .describe('Tell when a service or a worker logs an error; at most once an hour.'),
    uptime: schemas/* array */.YOg(schemas/* string */.YjP())
        .default([])
        .describe('Services that are called every five minutes from several places of the world: keys under `services:`. They must be open to everybody. `app.uptime_path` says what is called.'),
})
    .describe('E-mail when something is wrong.');
const budget = schemas/* strictObject */.rej({
    billing_account: word(/^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/, 'write the id of a billing account, for example 01AB23-45CD67-89EF01').describe('The billing account that pays for the project. The deployer needs `roles/billing.costsManager` on it.'),
    amount: schemas/* int */.Whr().min(1).describe('What the project may cost in a month. Nothing is switched off at it.'),
    currency: word(/^[A-Z]{3}$/, 'write a currency of three letters, for example EUR')
        .optional()
        .meta(derived('The currency of the billing account, the only one possible.', 'that of the account')),
    thresholds: schemas/* array */.YOg(schemas/* number */.aig()
        .min(0.01, 'write fractions of the amount: 0.5 is half of it')
        .max(10, 'write fractions of the amount: 0.5 is half of it'))
        .min(1)
        .default([0.5, 0.9, 1])
        .describe('Fractions of the amount at which e-mail is sent, to `alerts.email` too.'),
})
    .describe('E-mail when the project becomes expensive.');
const database = schemas/* strictObject */.rej({
    instance: word(/^[a-z]([-a-z0-9]{0,96}[a-z0-9])?$/, 'use up to 98 lower case letters, digits and hyphens, starting with a letter')
        .optional()
        .meta(derived('Name of the Cloud SQL instance. The name of a deleted instance stays blocked for a week.', '`<name>-postgres`')),
    version: schemas/* enum */.k5n(['POSTGRES_13', 'POSTGRES_14', 'POSTGRES_15', 'POSTGRES_16', 'POSTGRES_17', 'POSTGRES_18'])
        .default('POSTGRES_17')
        .describe('Version of PostgreSQL. A higher one is an upgrade in place, see `allow_upgrade`.'),
    allow_upgrade: schemas/* boolean */.zMY()
        .default(false)
        .describe('Let a higher `version` be applied to an instance that is there. It is down for some minutes and cannot go back.'),
    edition: schemas/* enum */.k5n(['ENTERPRISE', 'ENTERPRISE_PLUS'])
        .default('ENTERPRISE')
        .describe('Edition of Cloud SQL.'),
    tier: word(/^db-[a-z0-9-]+$/, 'write a machine type of Cloud SQL, for example db-custom-2-7680')
        .default('db-custom-1-3840')
        .describe('Machine type: `db-custom-<CPUs>-<MiB>`, or `db-f1-micro` and `db-g1-small` for tests.'),
    disk_gb: schemas/* int */.Whr().min(10).max(65536).default(10).describe('Size of the disk in GB. It grows by itself.'),
    high_availability: schemas/* boolean */.zMY()
        .default(false)
        .describe('A standby in another zone; needs `backups` and `point_in_time_recovery`.'),
    backups: schemas/* boolean */.zMY().default(true).describe('A backup every day.'),
    point_in_time_recovery: schemas/* boolean */.zMY()
        .default(true)
        .describe('Keep the write-ahead log, to restore any moment; needs backups.'),
    deletion_protection: schemas/* boolean */.zMY().default(true).describe('Refuse to delete the instance.'),
    connectivity: schemas/* enum */.k5n(['public', 'private'])
        .default('public')
        .describe('`public`: a public address that only Cloud SQL connectors may use; services reach it over a socket. `private`: an address in the VPC.'),
    flags: schemas/* record */.g1P(schemas/* string */.YjP(), schema_values_text())
        .default({})
        .describe('Flags of PostgreSQL, such as `max_connections`. Those that are not here are taken away; some restart the instance.'),
    name: word(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, 'use up to 63 letters, digits and underscores')
        .optional()
        .meta(derived('Name of the database.', '`<name>`, with `_` for `-`')),
    user: word(/^[a-z_][a-z0-9_-]{0,62}$/, 'use up to 63 lower case letters, digits and underscores')
        .optional()
        .meta(derived('Name of the role that the services use.', '`<name>`, with `_` for `-`')),
    migrations: relativePath()
        .optional()
        .describe('Folder of the SQL files, relative to this file. They run in the order of their names, each once.'),
})
    .describe('A PostgreSQL database. It brings the secrets `<name>-pg-user`, `<name>-pg-password` and `<name>-pg-db` with it.');
const redis = schemas/* strictObject */.rej({
    instance: lowerCaseName().optional().meta(derived('Name of the Memorystore instance.', '`<name>-redis`')),
    tier: schemas/* enum */.k5n(['BASIC', 'STANDARD_HA']).default('BASIC').describe('`STANDARD_HA` has a replica.'),
    memory_gb: schemas/* int */.Whr().min(1).max(300).default(1).describe('Size in GB.'),
    version: schemas/* enum */.k5n(['REDIS_5_0', 'REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2'])
        .default('REDIS_7_2')
        .describe('Version of Redis.'),
    allow_data_loss: schemas/* boolean */.zMY()
        .default(false)
        .describe('Let changes be made that empty the instance: another size of a `BASIC` one, and another tier, which makes it anew.'),
})
    .describe(`A Redis (Memorystore). Who uses \`\${redis...}\` is connected to its network.`);
const secret = schemas/* strictObject */.rej({
    generate: schemas/* int */.Whr()
        .min(8)
        .max(4096)
        .optional()
        .describe('Make a random value of that many characters, once; it is never changed afterwards.'),
    alphabet: schemas/* enum */.k5n(['alphanumeric', 'hex', 'base64url'])
        .optional()
        .meta(derived('The characters that `generate` uses.', '`alphanumeric`')),
    from_env: variableName()
        .optional()
        .describe('Take the value from this environment variable of the provisioning job.'),
    value: schemas/* string */.YjP()
        .optional()
        .describe(`A text with \`\${...}\` references, such as \`\${redis.url}/3\`. Not for secrets in plain text.`),
    keep: schemas/* int */.Whr()
        .min(1)
        .default(10)
        .describe('How many versions stay enabled: when a new one is added, older ones are disabled.'),
})
    .meta({ oneOf: [{ required: ['generate'] }, { required: ['from_env'] }, { required: ['value'] }] });
const envGroup = schemas/* strictObject */.rej({
    env: env('the services that name the group'),
    secrets: secrets('the services that name the group'),
});
const service = schemas/* strictObject */.rej({
    service_account: lowerCaseName()
        .optional()
        .meta(derived('Id of the service account that app and worker run as.', '`sa-<name>-<key>`')),
    build: build.optional(),
    image: schemas/* string */.YjP().optional().describe('A ready image with a tag or, better, a digest; instead of `build`.'),
    env_groups: schemas/* array */.YOg(schemas/* string */.YjP())
        .default([])
        .describe('Names under `env_groups:`. Where they set the same variable, the later one wins, the service over all.'),
    env: env('app and worker'),
    secrets: secrets('app and worker'),
    secret_files: schemas/* record */.g1P(word(/^(\/[A-Za-z0-9._-]+){2,}$/, 'write the whole path of the file in the container, in a folder of its own, for example /etc/keys/signing.pem'), schema_values_text())
        .default({})
        .describe('Files that hold a secret: path in the containers of app and worker → name under `secrets:`. The version is pinned at each deployment. The folder holds nothing else, and one secret.'),
    volumes: schemas/* record */.g1P(word(/^(\/[A-Za-z0-9._-]+)+$/, 'write the whole path of a folder in the container, for example /mnt/media'), volume)
        .default({})
        .describe('Folders that are mounted into every container of app and worker: path → what is there.'),
    sidecars: schemas/* record */.g1P(lowerCaseName(), sidecar)
        .default({})
        .describe('Further containers in every instance, by name. They reach the others at `localhost`.'),
    labels: schemas/* record */.g1P(schemas/* string */.YjP(), schema_values_text())
        .default({})
        .describe('Labels of the service, the worker and their revisions, for example for the bill. A change makes a revision.'),
    annotations: schemas/* record */.g1P(schemas/* string */.YjP(), schema_values_text())
        .default({})
        .describe('Annotations of the service, the worker and their revisions. A change makes a revision.'),
    egress: schemas/* enum */.k5n(['derived', 'all-traffic', 'private-ranges'])
        .default('derived')
        .describe('What app and worker send through the VPC: what follows from their use (see `network.egress`), everything, or what goes to private addresses.'),
    roles: schemas/* array */.YOg(schemas/* string */.YjP())
        .default([])
        .describe('Roles that cannot be inferred from use: `role` on the project, `role@<bucket key>` on a bucket, `role@self` on its own service account. With or without `roles/`.'),
    app: app.optional(),
    worker: worker.optional(),
});
const previews = schemas/* strictObject */.rej({
    max: schemas/* int */.Whr()
        .min(1)
        .max(100)
        .default(5)
        .describe('How many previews there may be at a time. One more is refused, and told which ones there are.'),
    expire_after: age()
        .default('7d')
        .describe('A preview goes when nothing was pushed to its pull request for so long, unless that has the label `persist`.'),
    forks: schemas/* enum */.k5n(['off', 'label', 'build-only'])
        .default('off')
        .describe('What a pull request from a fork gets. `off`: nothing. `build-only`: its images are built, without any credential, and thrown away. `label`: a preview, once a maintainer has looked at a commit and asked for that one.'),
    secrets: schemas/* array */.YOg(secretName())
        .default([])
        .describe('Secrets with `from_env` that previews may have. The value comes from `secret_env`, or else from the secret of the environment that is copied.'),
    seed: relativePath()
        .optional()
        .describe('SQL file that fills the database of a preview, once, after the migrations.'),
    redis: schemas/* enum */.k5n(['databases', 'instance'])
        .default('databases')
        .describe('`databases`: logical databases of their own on the shared instance, of which it has 16. `instance`: an instance of its own for each preview.'),
})
    .prefault({})
    .describe('Previews: a copy of the environment `preview` for each pull request, `pr-<number>`. See docs/previews.md.');
const overridable = {
    project: word(/^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/, 'write a project id: 6 to 30 lower case letters, digits and hyphens')
        .optional()
        .describe('Project id, for a file without environments. The input `project_id` of the actions wins.'),
    region: word(/^[a-z]+-[a-z]+\d+$/, 'write a region of Google Cloud, for example us-central1').describe('Region of everything. Required, here or in the environments.'),
    apis: schemas/* array */.YOg(word(/^[a-z0-9.-]+$/, 'write the name of an API, for example texttospeech'))
        .default([])
        .describe('APIs to enable besides those that follow from the file, such as `texttospeech`.'),
    network,
    artifact_registry: artifactRegistry,
    builds,
    buckets: schemas/* record */.g1P(lowerCaseName(), bucket)
        .default({})
        .describe(`Cloud Storage buckets. The key is what \`\${buckets.<key>}\` and \`role@<key>\` use.`),
    database: database.optional(),
    redis: redis.optional(),
    frontend: frontend.optional(),
    alerts: alerts.optional(),
    budget: budget.optional(),
    secrets: schemas/* record */.g1P(secretName(), secret)
        .default({})
        .describe('Secrets in Secret Manager: name → where the value comes from; exactly one of `generate`, `from_env`, `value`.'),
    env_groups: schemas/* record */.g1P(lowerCaseName(), envGroup)
        .default({})
        .describe('Variables that several services share.'),
    services: schemas/* record */.g1P(lowerCaseName(), service).describe('The services: what runs.'),
};
const identity = {
    version: schemas/* literal */.euz(1).describe('Version of this format.'),
    name: lowerCaseName().describe('Prefix of every resource name.'),
};
/** One environment, merged: what the checks and everything after them work on. */
const configSchema = schemas/* strictObject */.rej({ ...identity, ...overridable, previews });
/** What an environment may say in place of the file. */
const overridableSchema = schemas/* strictObject */.rej(overridable);
const environmentKeys = {
    extends: schemas/* string */.YjP().optional().describe('Another environment that this one starts from.'),
};

;// CONCATENATED MODULE: ./.build/src/config/schema-findings.js





/** Each round leaves out at least one level of what was refused; the schema is not nearly as deep. */
const mostRounds = 100;
/**
 * Checks one merged environment against the schema. What does not fit is reported and then left out (a misspelled
 * key is read as the one it resembles), so that the checks that follow can look at the rest in the same go.
 */
function checkSchema(merged, findings) {
    let tree = merged;
    const refused = new Set();
    for (let round = 0; round < mostRounds; round++) {
        const result = configSchema.safeParse(plain(tree));
        if (result.success)
            return { config: result.data, tree };
        const repairs = result.error.issues.flatMap((issue) => report(issue, tree, refused, findings));
        tree = apply(repairs, tree);
    }
    throw new Error('the schema still refuses what is left of the file');
}
function apply(repairs, tree) {
    const done = new Set();
    let repaired = tree;
    // From the end, since leaving out a list item moves those behind it.
    for (const { path, value } of repairs.toReversed()) {
        const key = JSON.stringify(path);
        if (value === undefined && done.has(key))
            continue;
        done.add(key);
        repaired = withValue(repaired, path, value);
    }
    return repaired;
}
/** `refused` are the paths of values that were left out before: they are not missing. */
function report(issue, tree, refused, findings) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys')
        return issue.keys.flatMap((key) => reportUnknownKey(path, key, tree, findings));
    const node = nodeAt(tree, path);
    if (node === undefined) {
        if (!refused.has(JSON.stringify(path)))
            reportMissing(path, issue, tree, findings);
        return [standIn(path, tree)];
    }
    const emptied = issue.code === 'too_small' && isWithin(refused, path);
    refused.add(JSON.stringify(path));
    if (emptied)
        return [{ path }];
    if (issue.code === 'invalid_key') {
        findings.error({
            code: 'INVALID_NAME',
            at: atKey(node),
            message: `"${String(path.at(-1))}" cannot be used as a name here`,
            fix: issue.issues[0]?.message ?? 'choose another name',
        });
        return [{ path }];
    }
    findings.error({
        code: isWrongType(issue, node) ? 'WRONG_TYPE' : 'INVALID_VALUE',
        at: node,
        message: `found ${describe(node)}`,
        fix: fixOf(issue, node),
    });
    return [{ path }];
}
/** Whether something in that list was left out: then it is short of items for that reason alone. */
function isWithin(refused, path) {
    const inside = `${JSON.stringify(path).slice(0, -1)},`;
    return [...refused].some((other) => other.startsWith(inside));
}
function atKey(node) {
    return { place: node.keyPlace, path: node.path };
}
function reportUnknownKey(path, key, tree, findings) {
    const node = nodeAt(tree, [...path, key]);
    if (node === undefined)
        return [];
    const known = knownKeys(path);
    findings.error({
        code: 'UNKNOWN_KEY',
        at: atKey(node),
        message: `unknown key "${key}"`,
        fix: suggestion(key, known, 'remove it'),
    });
    const meant = nearest(key, known);
    const left = { path: [...path, key] };
    if (meant === undefined || meant === 'environments')
        return [left];
    if (nodeAt(tree, [...path, meant]) !== undefined)
        return [left];
    return [left, { path: [...path, meant], value: node }];
}
function knownKeys(path) {
    let schema = configSchema;
    for (const step of path)
        schema = schemaBelow(bare(schema), step);
    const found = bare(schema);
    const keys = found instanceof schemas/* ZodObject */.bvH ? Object.keys(found.shape) : [];
    return path.length === 0 ? [...keys, 'environments'] : keys;
}
function schemaBelow(schema, step) {
    if (schema instanceof schemas/* ZodObject */.bvH)
        return schema.shape[step];
    if (schema instanceof schemas/* ZodRecord */.b8S)
        return schema.valueType;
    if (schema instanceof schemas/* ZodArray */.naA)
        return schema.element;
    return undefined;
}
function bare(schema) {
    let current = schema;
    while (current instanceof schemas/* ZodOptional */.IiU ||
        current instanceof schemas/* ZodDefault */.XiL ||
        current instanceof schemas/* ZodPrefault */.xgV)
        current = current.unwrap();
    return current;
}
function reportMissing(path, issue, tree, findings) {
    const key = String(path.at(-1));
    const parent = path.slice(0, -1);
    const around = parent.length === 0 ? tree : whereAtKey(tree, parent);
    findings.error({
        code: 'MISSING_KEY',
        at: { place: around.place, path: childPath(around.path, key) },
        message: `"${key}" is missing`,
        fix: isOurs(issue) ? `add ${key}: ${issue.message}` : `add ${key}:`,
    });
}
/** Stand-ins for the few keys that must be there, so that the rest of the file can be checked without them. */
const standIns = { version: 1, name: 'app', region: 'us-central1' };
function standIn(path, tree) {
    if (path.length > 1)
        return { path: path.slice(0, -1) };
    const key = String(path[0]);
    const where = { place: tree.place, keyPlace: tree.place, path: key };
    const value = Object.entries(standIns).find(([name]) => name === key)?.[1];
    if (value === undefined)
        return { path, value: { kind: 'map', entries: new Map(), ...where } };
    const scalar = { kind: 'scalar', value, text: String(value), ...where };
    return { path, value: scalar };
}
function whereAtKey(tree, path) {
    const node = nodeAt(tree, path);
    return node === undefined ? whereAt(tree, path) : atKey(node);
}
function isWrongType(issue, node) {
    if (issue.code === 'too_small' || issue.code === 'too_big')
        return false;
    return issue.code === 'invalid_type' || node.kind !== 'scalar' || node.value === null;
}
/** The schema's own texts are fixes; zod's are not. They all begin in one of these ways. */
function isOurs(issue) {
    return !/^(Invalid|Too |Unrecognized|Number must|Expected)/.test(issue.message);
}
function fixOf(issue, node) {
    if (isOurs(issue))
        return issue.message;
    switch (issue.code) {
        case 'invalid_type':
            return typeFix(issue.expected);
        case 'invalid_value':
            return valueFix(node, issue.values.map(String));
        case 'too_small':
            return `write at least ${issue.minimum}${issue.origin === 'array' ? ' item' : ''}`;
        case 'too_big':
            return `write at most ${issue.maximum}`;
        default:
            return 'see docs/deploy-yaml.md for what fits here';
    }
}
function valueFix(node, values) {
    const written = node.kind === 'scalar' ? node.text : '';
    const near = nearest(written, values);
    return near === undefined ? `write ${values.join(', or ')}` : `did you mean ${near}?`;
}
function typeFix(expected) {
    switch (expected) {
        case 'string':
            return 'write a text; put quotes around what looks like a number or true/false';
        case 'int':
            return 'write a whole number';
        case 'number':
            return 'write a number';
        case 'boolean':
            return 'write true or false';
        case 'array':
            return 'write a list, for example [a, b]';
        default:
            return 'write a map, that is lines of "key: value"';
    }
}

;// CONCATENATED MODULE: ./.build/src/config/load.js



















/**
 * Reads a deploy.yaml for one environment, or for the preview `pr-<number>`. The other environments of the file are
 * checked as well, so that all its problems come up in one go. Bad input gives findings, never an exception.
 */
function parseDeployment(text, options) {
    const findings = new finding_list_FindingList(options.file);
    const root = source_parseSource(text, findings);
    if (root === undefined)
        return { findings: findings.sorted() };
    checkEnvironments(root, findings);
    const chosen = chooseEnvironment(root, options.environment, findings);
    const deployment = chosen === undefined ? undefined : readChosen(root, chosen, options, findings);
    for (const other of environments_declaredEnvironments(root))
        if (other !== chosen?.name)
            readEnvironment(root, other, otherOptions(options), findings);
    // Whoever says nothing about previews need not have them in order.
    const base = choose_environment_previewBase(root);
    if (chosen?.kind !== 'preview' && base !== undefined && root.entries.has('previews'))
        readPreview(root, { pullRequest: 1, base }, otherOptions(options), findings);
    if (deployment === undefined || findings.hasErrors)
        return { findings: findings.sorted() };
    return { deployment, findings: findings.sorted() };
}
/** The environments of a file, in its order; none when it has none or cannot be read. */
function environmentNames(text) {
    const root = parseSource(text, new FindingList(''));
    return root === undefined ? [] : declaredEnvironments(root);
}
/** The environments of a file that live in a project, in its order. Findings of the file are not looked at. */
function environmentsInProject(text, options, project) {
    const findings = new FindingList(options.file);
    const root = parseSource(text, findings);
    if (root === undefined)
        return [];
    const base = previewBase(root);
    return declaredEnvironments(root)
        .map((name) => ({
        name,
        deployment: name === templateEnvironment && base !== undefined
            ? readPreview(root, { pullRequest: 1, base }, options, findings)
            : readEnvironment(root, name, options, findings),
    }))
        .filter(({ deployment }) => deployment.project === project);
}
function readChosen(root, chosen, options, findings) {
    if (chosen.kind === 'preview')
        return readPreview(root, chosen, options, findings);
    return readEnvironment(root, chosen.name, options, findings);
}
function otherOptions({ file, root, regionOverride }) {
    return { file, root, standIn: true, ...(regionOverride !== undefined && { regionOverride }) };
}
const standInProject = 'some-project';
function readEnvironment(root, name, options, findings) {
    const tree = overridden(mergeEnvironment(root, name, findings).tree, options);
    if (!tree.entries.has('project') && !options.standIn)
        reportNoProject(root, name, findings);
    const draft = draftOf(tree, name, options, findings);
    return assemble(draft, options.file, options.root);
}
function readPreview(root, { pullRequest, base: name }, options, findings) {
    const base = readEnvironment(root, name, options, findings);
    const of = { pullRequest, base };
    checkSection(root, name, findings);
    const tree = overridden(previewTree(root, mergeEnvironment(root, name, findings).tree, findings), options);
    const draft = draftOf(tree, previewEnvironment(pullRequest), options, findings, of);
    checkPreview(draft);
    return asPreview(assemble(draft, options.file, options.root), draft, of);
}
function overridden(merged, options) {
    let tree = merged;
    if (options.projectOverride)
        tree = withValue(tree, ['project'], given('project', options.projectOverride));
    const useRegion = options.regionOverride && (!options.standIn || !tree.entries.has('region'));
    if (useRegion)
        tree = withValue(tree, ['region'], given('region', options.regionOverride ?? ''));
    return tree;
}
/** What the schema accepts of a tree, with everything that it says checked. */
function draftOf(tree, environment, options, findings, of) {
    const names = {
        project: acceptedText(tree, 'project') ?? standInProject,
        region: acceptedText(tree, 'region') ?? standIns.region,
        name: acceptedText(tree, 'name') ?? standIns.name,
        environment,
    };
    const { project } = names;
    const written = expandNames(tree, names, findings);
    const accepted = checkSchema(written, findings);
    const config = of === undefined ? accepted.config : previewConfig(accepted.config, of);
    const own = of !== undefined && sharesRedis(config);
    const draft = {
        config,
        tree: accepted.tree,
        written,
        project,
        environment,
        scope: { ...scopeOf(config, written, project, environment), ownRedisDatabases: own },
        findings,
        ...(options.repositoryId && { repositoryId: options.repositoryId }),
    };
    checkNames(draft);
    checkWorkloads(draft);
    checkData(draft);
    checkVariables(draft);
    checkFrontend(draft);
    checkAlerts(draft);
    return draft;
}
function reportNoProject(root, name, findings) {
    const section = root.entries.get('environments');
    const environment = section?.kind === 'map' ? section.entries.get(name) : undefined;
    findings.error({
        code: 'MISSING_PROJECT',
        at: { place: environment?.keyPlace ?? startOfFile, path: environment?.path ?? 'project' },
        message: environment ? `the environment ${name} has no project` : 'no project is named',
        fix: environment
            ? `add project: to environments.${name}, or give the input project_id`
            : 'add project: at the top of the file, or give the input project_id',
    });
}
function given(key, value) {
    return { kind: 'scalar', value, text: value, place: startOfFile, keyPlace: startOfFile, path: key };
}
/** What names are made from, unless the schema refuses it: then a stand-in keeps the names from being blamed. */
function acceptedText(tree, key) {
    const node = tree.entries.get(key);
    const value = node?.kind === 'scalar' ? node.value : undefined;
    return configSchema.shape[key].safeParse(value).data;
}

;// CONCATENATED MODULE: ./.build/src/actions/load-config.js




/** GitHub shows ten annotations of a kind for a step; the rest stands in the log and in the summary. */
const annotationLimit = 10;
/** Reads and checks the file. Throws CONFIG_INVALID after showing every problem at its line. */
async function loadConfig(inputs, host) {
    const { deployment, findings, file } = await readConfig(inputs, host);
    showFindings(findings, host);
    if (!deployment)
        throw load_config_invalid(file, findings);
    return deployment;
}
/** Reads and checks the file, without a word about what is wrong with it. Throws CONFIG_NOT_FOUND. */
async function readConfig(inputs, host) {
    const file = (0,external_node_path_.normalize)(inputs.config);
    const text = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(host.workspace, file), 'utf8').catch((cause) => {
        throw new failure/* Failure */.H('CONFIG_NOT_FOUND', `There is no ${file} in ${host.workspace}.`, {
            next: 'Check out the repository before this step (actions/checkout), or give the path as `config`.',
            cause,
        });
    });
    const repositoryId = inputs.repository_id ?? host.environment.GITHUB_REPOSITORY_ID;
    const loaded = parseDeployment(text, {
        file,
        root: (0,external_node_path_.dirname)(file),
        ...(inputs.environment ? { environment: inputs.environment } : {}),
        ...(inputs.project_id ? { projectOverride: inputs.project_id } : {}),
        ...(inputs.region ? { regionOverride: inputs.region } : {}),
        ...(repositoryId ? { repositoryId } : {}),
    });
    return { ...loaded, file };
}
/** Shows findings as lines of the log, and the first of each kind as annotations. */
function showFindings(findings, host) {
    for (const severity of ['error', 'warning']) {
        const some = findings.filter((finding) => finding.severity === severity);
        for (const [index, finding] of some.entries()) {
            const { file, place } = finding;
            if (index >= annotationLimit)
                host.info(findingLine(finding));
            else {
                host[severity](findingText(finding), {
                    file,
                    line: place.line,
                    column: place.column,
                    title: finding.code,
                });
            }
        }
    }
}
function findingLine(finding) {
    const { file, place, code } = finding;
    return `${file}:${place.line}:${place.column} ${code} ${findingText(finding)}`;
}
/** What is wrong and the fix, as one sentence. */
function findingText({ path, message, fix }) {
    const end = /[.!?:;]$/.test(message) ? '' : ';';
    return `${path ? `${path}: ` : ''}${message}${end} ${fix}`;
}
function load_config_invalid(file, findings) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    return new failure/* Failure */.H('CONFIG_INVALID', `${file} has ${errors} problem${errors === 1 ? '' : 's'}.`, {
        next: 'Each is shown above with its line and its fix; nothing was sent to Google Cloud.',
    });
}

// EXTERNAL MODULE: ./node_modules/pg/esm/index.mjs
var esm = __webpack_require__(83849);
;// CONCATENATED MODULE: ./.build/src/migrate/connect.js


/** Ends a migration session that hangs on somebody's lock, and frees our locks when this runner dies. */
const sessionSettings = `
  set lock_timeout = '5s';
  set statement_timeout = '30min';
  set idle_in_transaction_session_timeout = '5min';
  set client_connection_check_interval = '1s';
`;
/**
 * Runs `work` on a connection to the instance as the application's role, through Google's connector: TLS with a
 * certificate of an hour, and no address to allow. https://cloud.google.com/sql/docs/postgres/connect-connectors
 */
async function withConnection(login, work) {
    const { database } = login;
    const connector = await openConnector(login);
    const client = new esm/* default.Client */.Ay.Client({
        ...connector.options,
        user: database.user,
        password: login.password.reveal(),
        database: database.name,
        application_name: login.applicationName,
    });
    // A connection that breaks while idle must not end the process past every finally.
    client.on('error', () => undefined);
    try {
        await client.connect().catch((error) => {
            throw connect_isWrongPassword(error) ? error : unreachable(database, error);
        });
        await client.query(sessionSettings);
        return await work(client);
    }
    catch (error) {
        throw isLostConnection(error) ? lost(database, error) : error;
    }
    finally {
        await client.end().catch(() => undefined);
        connector.close();
    }
}
/** pg has no type of its own for it. */
function isLostConnection(error) {
    return (error instanceof Error &&
        !(error instanceof failure/* Failure */.H) &&
        /connection terminated|ECONNRESET|EPIPE/i.test(error.message));
}
function lost(database, cause) {
    return new failure/* Failure */.H('DATABASE_CONNECTION_LOST', `The connection to ${database.connectionName} broke during the migration.`, {
        next: 'Run again: a file that was not finished was rolled back, those before it stay applied.',
        cause,
    });
}
async function openConnector(login) {
    const [{ Connector, IpAddressTypes }, { OAuth2Client }] = await Promise.all([
        Promise.all(/* import() */[__webpack_require__.e(325), __webpack_require__.e(982)]).then(__webpack_require__.bind(__webpack_require__, 37982)),
        Promise.all(/* import() */[__webpack_require__.e(960), __webpack_require__.e(325), __webpack_require__.e(492)]).then(__webpack_require__.t.bind(__webpack_require__, 492, 19)),
    ]);
    const { database } = login;
    const auth = new OAuth2Client();
    auth.refreshHandler = async () => ({
        access_token: await login.accessToken(),
        expiry_date: Date.now() + 60_000,
    });
    auth.setCredentials({ access_token: await login.accessToken() });
    const connector = new Connector({
        // The connector brings a version of the library of its own; the client's methods are the same.
        auth: auth,
        sqlAdminAPIEndpoint: login.endpoint,
    });
    try {
        const options = await connector.getOptions({
            instanceConnectionName: database.connectionName,
            ipType: database.connectivity === 'private' ? IpAddressTypes.PRIVATE : IpAddressTypes.PUBLIC,
        });
        // Not closed when this fails: the connector would then reject where nobody can catch it.
        return { options, close: () => connector.close() };
    }
    catch (error) {
        throw unreachable(database, error);
    }
}
function unreachable(database, cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new failure/* Failure */.H('DATABASE_UNREACHABLE', `Cloud SQL instance ${database.connectionName} cannot be reached: ${message}`, {
        next: database.connectivity === 'private'
            ? 'It has a private address only: run this action on a runner in its network.'
            : 'Run provision first; whoever runs migrate needs roles/cloudsql.client.',
        cause,
    });
}
/** PostgreSQL's code for a wrong password. https://www.postgresql.org/docs/current/errcodes-appendix.html */
function connect_isWrongPassword(error) {
    return error instanceof esm/* default.DatabaseError */.Ay.DatabaseError && error.code === '28P01';
}

;// CONCATENATED MODULE: ./.build/src/migrate/checksum.js

function checksum_sha256(text) {
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex');
}
/** Keys of PostgreSQL's parse tree that say where something stands and not what it means. */
const positions = new Set(['location', 'stmt_location', 'stmt_len']);
/** Equal for two texts that mean the same: comments, case, white space and line ends do not count. */
function checksum_treeChecksum(tree) {
    return checksum_sha256(JSON.stringify(tree, (key, value) => (positions.has(key) ? undefined : value)));
}

;// CONCATENATED MODULE: ./.build/src/migrate/files.js





const naming = /^(\d+)[_-].+\.sql$/i;
/**
 * The migrations of a folder in the order of their numbers. Throws MIGRATIONS_INVALID for a folder that is not there, a
 * name without a number, or a number used twice: guessing an order would apply one twice or never.
 */
async function readMigrations(folder, shown) {
    const names = (await list(folder, shown)).filter((name) => /\.sql$/i.test(name));
    const problems = names
        .filter((name) => !naming.test(name))
        .map((name) => `${shown}/${name}: has no leading number`);
    const numbered = names.filter((name) => naming.test(name)).sort((a, b) => files_numberOf(a) - files_numberOf(b));
    for (const [index, name] of numbered.entries()) {
        const next = numbered[index + 1];
        if (next && files_numberOf(next) === files_numberOf(name))
            problems.push(`${shown}/${name} and ${next}: the same number`);
    }
    if (problems.length > 0) {
        throw new failure/* Failure */.H('MIGRATIONS_INVALID', `The migrations in ${shown} have no clear order.`, {
            next: 'Name each file NUMBER_what-it-does.sql with a number of its own, for example 002_add_users.sql.',
            details: problems,
        });
    }
    return await Promise.all(numbered.map(async (name) => {
        const sql = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, name), 'utf8');
        return {
            version: naming.exec(name)?.[1] ?? '',
            name,
            path: `${shown}/${name}`,
            sql,
            rawChecksum: checksum_sha256(sql),
        };
    }));
}
/** The file that fills a new database. Throws MIGRATIONS_INVALID when it is not there. */
async function readSeed(file, shown) {
    const sql = await readFile(file, 'utf8').catch((cause) => {
        throw new Failure('MIGRATIONS_INVALID', `There is no ${shown}.`, {
            next: '`previews.seed` is relative to the deployment file. Check out the repository before this step.',
            cause,
        });
    });
    return { version: seedVersion, name: basename(shown), path: shown, sql, rawChecksum: sha256(sql) };
}
async function list(folder, shown) {
    return await (0,external_node_fs_promises_.readdir)(folder).catch((cause) => {
        throw new failure/* Failure */.H('MIGRATIONS_INVALID', `There is no folder ${shown}.`, {
            next: '`database.migrations` is relative to the deployment file. Check out the repository before this step.',
            cause,
        });
    });
}
function files_numberOf(name) {
    return Number.parseInt(name, 10);
}

;// CONCATENATED MODULE: ./.build/src/migrate/history.js
/** Stands for the number of the file that fills a new database, which has none. */
const history_seedVersion = 'seed';
const history_table = 'public.aethercast_deploy_migrations';
/** What was applied; nothing when the table is not there yet. */
async function history_readHistory(client) {
    if (!(await isThere(client)))
        return [];
    const { rows } = await client.query(`select version, name, raw_checksum, tree_checksum from ${history_table} where version <> $1 order by applied_at, version`, [history_seedVersion]);
    return rows;
}
/** Whether the database was filled in its present life. */
async function history_isSeeded(client) {
    if (!(await isThere(client)))
        return false;
    const { rowCount } = await client.query(`select from ${history_table} where version = $1`, [history_seedVersion]);
    return rowCount === 1;
}
async function isThere(client) {
    // Not to_regclass, which fails for a role that may not look into the schema yet.
    const known = await client.query(`select exists (select from pg_catalog.pg_tables where schemaname || '.' || tablename = $1) as there`, [history_table]);
    return known.rows[0]?.there ?? false;
}
async function history_ensureHistory(client) {
    await client.query(`create table if not exists ${history_table} (
    version text primary key,
    name text not null,
    raw_checksum text not null,
    tree_checksum text not null,
    applied_at timestamptz not null default now(),
    milliseconds integer not null,
    applied_by text not null default current_user,
    commit text not null,
    actor text not null,
    run text not null
  )`);
}
async function history_record(client, applied, origin) {
    await client.query(`insert into ${history_table} (version, name, raw_checksum, tree_checksum, milliseconds, commit, actor, run)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
        applied.version,
        applied.name,
        applied.raw_checksum,
        applied.tree_checksum,
        Math.round(applied.milliseconds),
        origin.commit,
        origin.actor,
        origin.run,
    ]);
}

;// CONCATENATED MODULE: ./.build/src/migrate/lock.js


/** Any constant does; it has to be the same for every run. The two halves spell "aeth" and "migr". */
const key = (/* unused pure expression or super */ null && ([0x61657468, 0x6d696772]));
const lock_deadline = (/* unused pure expression or super */ null && (10 * 60_000));
/**
 * Runs `work` as the only migration of this database. The lock is asked for again and again and never waited for in
 * the server: a session that waits there holds a transaction open, which CREATE INDEX CONCURRENTLY of the holder would
 * wait for in turn. Throws MIGRATION_LOCKED with the holder's name.
 */
async function lock_withLock(client, clock, signal, work) {
    await waitFor(() => tryLock(client), {
        what: 'waiting for the migration lock',
        deadline: lock_deadline,
        expired: () => locked(client),
        ceiling: 2_000,
    }, clock, signal);
    try {
        return await work();
    }
    finally {
        // On a connection that broke it fails, and the lock is gone with the connection.
        await client.query('select pg_advisory_unlock($1, $2)', [...key]).catch(() => undefined);
    }
}
async function tryLock(client) {
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as got', [
        ...key,
    ]);
    return rows[0]?.got ? true : undefined;
}
async function locked(client) {
    const { rows } = await client.query(`select a.pid, a.application_name, (now() - a.backend_start)::text as since
     from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.granted`, [...key]);
    const holder = rows[0];
    const who = holder
        ? `${holder.application_name} (pid ${holder.pid}, connected for ${holder.since})`
        : 'an unknown session';
    return new Failure('MIGRATION_LOCKED', `Another migration of this database has been running for ten minutes: ${who}.`, {
        next: 'Wait for it and run again. If its run is dead, the lock goes with its connection.',
    });
}

// EXTERNAL MODULE: external "node:url"
var external_node_url_ = __webpack_require__(73136);
;// CONCATENATED MODULE: ./.build/src/migrate/node-globals.js


/**
 * libpg-query looks for its WebAssembly beside `__dirname`, which modules do not have. Imported before it; written
 * with fileURLToPath, since the bundler would take `new URL('.', import.meta.url)` for an asset.
 */
const globals = globalThis;
globals.__dirname ??= (0,external_node_path_.dirname)((0,external_node_url_.fileURLToPath)(import.meta.url));

// EXTERNAL MODULE: ./node_modules/libpg-query/wasm/index.cjs
var wasm = __webpack_require__(2627);
;// CONCATENATED MODULE: ./.build/src/migrate/statements.js




/** Parses with PostgreSQL's own grammar. Throws MIGRATION_SYNTAX with the line, MIGRATION_MIXED, MIGRATION_TRANSACTION. */
async function statements_parseMigration(file) {
    const tree = await parseSql(file);
    const raw = (tree.stmts ?? []);
    const bytes = Buffer.from(file.sql, 'utf8');
    const inner = withoutFrame(raw);
    const statements = inner.map((statement) => statementOf(bytes, statement));
    refuseTransactions(file, inner, statements);
    refuseMixed(file, statements);
    return { statements, checksum: treeChecksum(raw) };
}
async function parseSql(file) {
    if (file.sql.trim() === '')
        return { stmts: [] };
    try {
        return (await parse(file.sql));
    }
    catch (error) {
        if (!hasSqlDetails(error))
            throw error;
        const line = lineAt(file.sql, error.sqlDetails?.cursorPosition ?? 0);
        throw new Failure('MIGRATION_SYNTAX', `${file.path}:${line} ${error.message}`, {
            next: 'Mend the SQL. psql commands that begin with a backslash and COPY ... FROM stdin are not SQL and cannot be run here.',
            cause: error,
        });
    }
}
/** BEGIN at the head and COMMIT at the foot say what is done anyway: a file is one transaction. */
function withoutFrame(raw) {
    const [first, last] = [raw.at(0), raw.at(-1)].map(transactionControl);
    const opens = first === 'TRANS_STMT_BEGIN' || first === 'TRANS_STMT_START';
    return opens && last === 'TRANS_STMT_COMMIT' ? raw.slice(1, -1) : raw;
}
/** Any other COMMIT would keep half of the file should the rest fail. Savepoints may stay. */
function refuseTransactions(file, raw, statements) {
    const at = raw.findIndex((statement) => {
        const control = transactionControl(statement);
        return control !== undefined && !/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(control);
    });
    if (at < 0)
        return;
    throw new Failure('MIGRATION_TRANSACTION', `${file.path}:${statements[at]?.line} begins or ends a transaction within the file.`, { next: 'Each file is a transaction of its own: take the statement out, or make two files of this one.' });
}
function transactionControl(raw) {
    const kind = raw?.stmt?.TransactionStmt?.kind;
    return kind === undefined ? undefined : String(kind);
}
/** The parser counts bytes; a statement begins after the comments and blank lines before it. */
function statementOf(bytes, raw) {
    const start = raw.stmt_location ?? 0;
    const text = bytes.subarray(start, raw.stmt_len ? start + raw.stmt_len : bytes.length).toString('utf8');
    const leading = /^(\s|--[^\n]*\n?|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
    const before = bytes.subarray(0, start).toString('utf8') + leading;
    return { sql: text, line: before.split('\n').length, ...outsideTransaction(raw.stmt ?? {}) };
}
/** Statements that PostgreSQL refuses in a transaction block. https://www.postgresql.org/docs/current/sql-commands.html */
function outsideTransaction(node) {
    const [kind = '', body = {}] = Object.entries(node)[0] ?? [];
    switch (kind) {
        case 'IndexStmt':
            return body.concurrent ? { outside: 'CREATE INDEX CONCURRENTLY', ...concurrentIndexOf(body) } : {};
        case 'DropStmt':
            return body.concurrent ? { outside: 'DROP INDEX CONCURRENTLY' } : {};
        case 'VacuumStmt':
            return body.is_vacuumcmd ? { outside: 'VACUUM' } : {};
        case 'ReindexStmt':
            return ['REINDEX_OBJECT_SCHEMA', 'REINDEX_OBJECT_SYSTEM', 'REINDEX_OBJECT_DATABASE'].includes(String(body.kind)) || JSON.stringify(body.params ?? '').includes('concurrently')
                ? { outside: 'REINDEX' }
                : {};
        case 'DiscardStmt':
            return body.target === 'DISCARD_ALL' ? { outside: 'DISCARD ALL' } : {};
        case 'AlterTableStmt':
            return /"subtype":"AT_DetachPartition".*"concurrent":true/.test(JSON.stringify(body.cmds ?? ''))
                ? { outside: 'DETACH PARTITION CONCURRENTLY' }
                : {};
        case 'CreatedbStmt':
        case 'DropdbStmt':
        case 'CreateTableSpaceStmt':
        case 'DropTableSpaceStmt':
        case 'AlterSystemStmt':
        case 'CreateSubscriptionStmt':
        case 'DropSubscriptionStmt':
            return { outside: kind.replace('Stmt', '') };
        default:
            return {};
    }
}
function concurrentIndexOf(body) {
    if (typeof body.idxname !== 'string')
        return {};
    const { schemaname } = (body.relation ?? {});
    return { concurrentIndex: { name: body.idxname, ...(schemaname ? { schema: schemaname } : {}) } };
}
/** Half in a transaction and half outside of it cannot be undone when the second half fails. */
function refuseMixed(file, statements) {
    const alone = statements.find(({ outside }) => outside);
    if (!alone || statements.length === 1)
        return;
    throw new Failure('MIGRATION_MIXED', `${file.path}:${alone.line} ${alone.outside} cannot run in a transaction with other statements.`, {
        next: 'Move it to a file of its own, with the next number.',
    });
}
/** Of a position in characters as PostgreSQL counts them, from 1: an emoji is one, to JavaScript it is two. */
function lineAt(text, position) {
    return [...text].slice(0, position).filter((character) => character === '\n').length + 1;
}

;// CONCATENATED MODULE: ./.build/src/migrate/rebuild.js

/**
 * The database of a preview holds nothing that anybody would miss, while its pull request may still change what it
 * applied: then the database is emptied and begun anew. No other database is ever looked at in this way.
 */
/** Why what was applied is no beginning of these files any more; `undefined` when it is one. */
async function rebuild_outgrown(files, history) {
    const byNumber = new Map(files.map((file) => [Number(file.version), file]));
    for (const row of history) {
        const file = byNumber.get(Number(row.version));
        if (file === undefined)
            return `${row.name}, which was applied, is gone`;
        if (file.rawChecksum === row.raw_checksum)
            continue;
        const { checksum } = await parseMigration(file);
        if (checksum !== row.tree_checksum)
            return `${row.name} was changed since it was applied`;
    }
    const applied = new Set(history.map(({ version }) => Number(version)));
    const newest = Math.max(-1, ...applied);
    const late = files.find(({ version }) => Number(version) < newest && !applied.has(Number(version)));
    return late && `${late.name} came in before number ${newest}, which was applied`;
}
/**
 * Takes away all that the role owns in the database: with a role of its own, that is everything that was made in it.
 * Not DROP DATABASE, which waits for everybody to leave. https://www.postgresql.org/docs/current/sql-drop-owned.html
 */
async function rebuild_emptyDatabase(client, database) {
    const { rows } = await client.query('select current_database() as name');
    if (rows[0]?.name !== database)
        throw new Error(`connected to ${rows[0]?.name}, not to ${database}`);
    await client.query('drop owned by current_user cascade');
}

;// CONCATENATED MODULE: ./.build/src/migrate/migrate.js






/** Brings the database to the newest migration: each file once, in order, under a lock, its history row with it. */
async function migrate(client, options) {
    return await withLock(client, options.clock, options.signal, async () => {
        const found = await readHistory(client);
        const reason = options.rebuild === undefined ? undefined : await outgrown(options.files, found);
        const history = reason === undefined ? found : [];
        const pending = [
            ...(await pendingOf(options, history)),
            ...(await pendingSeed(options, reason === undefined && (await isSeeded(client)))),
        ];
        if (options.dryRun || pending.length === 0)
            return { applied: [], pending: pending.map(({ file }) => file.name) };
        if (reason !== undefined && options.rebuild !== undefined) {
            options.say(`${reason}: emptying ${options.rebuild} and beginning anew`);
            await emptyDatabase(client, options.rebuild);
        }
        await ensureRights(client, options);
        await ensureHistory(client);
        const applied = [];
        for (const one of pending) {
            options.signal.throwIfAborted();
            const milliseconds = await migrate_apply(client, one, options);
            options.say(`applied ${one.file.name} (${Math.round(milliseconds)} ms)`);
            applied.push({ name: one.file.name, milliseconds });
        }
        return { applied, pending: [] };
    });
}
/** Files that the history does not have, by name, in their order; only reads, and holds no lock. */
async function unapplied(client, files) {
    const done = new Set((await history_readHistory(client)).map(({ version }) => Number(version)));
    return files.filter(({ version }) => !done.has(Number(version))).map(({ name }) => name);
}
/** All files are parsed before the first is applied: a mistake in the third must not leave two done. */
async function pendingOf(options, history) {
    const done = new Map(history.map((row) => [Number(row.version), row]));
    const newest = Math.max(-1, ...done.keys());
    const pending = [];
    for (const file of options.files) {
        const row = done.get(Number(file.version));
        if (row) {
            await requireSame(file, row, options);
            continue;
        }
        if (Number(file.version) < newest)
            throw outOfOrder(file, newest);
        pending.push({ file, parsed: await parseMigration(file) });
    }
    return pending;
}
async function pendingSeed({ seed }, seeded) {
    return seed === undefined || seeded ? [] : [{ file: seed, parsed: await parseMigration(seed) }];
}
/** A new comment or another line ending is no other migration: then the trees are the same. */
async function requireSame(file, row, options) {
    if (file.rawChecksum === row.raw_checksum)
        return;
    const { checksum } = await parseMigration(file);
    if (checksum === row.tree_checksum) {
        options.warn(`${file.name} was changed in its layout or comments since it was applied; its SQL is the same.`, file.path);
        return;
    }
    throw new Failure('MIGRATION_CHANGED', `${file.path} was changed after it had been applied.`, {
        next: 'Put it back as it was, and make the change in a new file with the next number.',
    });
}
function outOfOrder(file, newest) {
    return new Failure('MIGRATION_OUT_OF_ORDER', `${file.path} comes before number ${newest}, which is applied already.`, {
        next: 'Give it the next number: it came in from a branch that another one overtook.',
    });
}
/** Since PostgreSQL 15 nobody but the database's owner may create in `public`. https://www.postgresql.org/docs/15/release-15.html */
async function ensureRights(client, { role, say }) {
    if (await mayCreate(client, role))
        return;
    const refusal = await client
        .query(`grant usage, create on schema public to ${client.escapeIdentifier(role)}`)
        .then(() => undefined, (error) => error);
    // Asked again, since a grant without the right to give it may be no more than a warning.
    if (!(await mayCreate(client, role)))
        throw notOwner(role, refusal);
    say(`granted ${role} the right to create in schema public`);
}
async function mayCreate(client, role) {
    const { rows } = await client.query(`select has_schema_privilege($1, 'public', 'create') and has_schema_privilege($1, 'public', 'usage') as may`, [role]);
    return rows[0]?.may ?? false;
}
function notOwner(role, cause) {
    return new Failure('SCHEMA_NOT_OWNED', `${role} may not create in schema public and cannot give itself the right.`, {
        next: `The role or the database was not made through the Admin API, as provision makes them. As the owner of the database: GRANT USAGE, CREATE ON SCHEMA public TO "${role}";`,
        cause,
    });
}
/** SQLSTATEs that pass: somebody else holds a lock, or two transactions wait for each other. */
const passing = new Set(['55P03', '40P01']);
const migrate_attempts = 5;
async function migrate_apply(client, one, options) {
    for (let attempt = 1;; attempt++) {
        const started = performance.now();
        try {
            await applyOnce(client, one, options, () => performance.now() - started);
            return performance.now() - started;
        }
        catch (error) {
            const mayPass = error instanceof StatementFailed && passing.has(error.sqlstate) && attempt < migrate_attempts;
            if (!mayPass)
                throw error instanceof StatementFailed ? failed(one.file, error) : error;
            options.say(`${one.file.name}:${error.statement.line} waits for a lock (${error.message}); trying again`);
            await options.clock.sleep(attempt * 1_000, options.signal);
        }
    }
}
async function applyOnce(client, { file, parsed }, { origin }, elapsed) {
    const row = () => ({
        version: file.version,
        name: file.name,
        raw_checksum: file.rawChecksum,
        tree_checksum: parsed.checksum,
        milliseconds: elapsed(),
    });
    const [only] = parsed.statements;
    if (only?.outside) {
        await runOutside(client, only);
        await record(client, row(), origin);
        return;
    }
    await client.query('begin');
    try {
        for (const statement of parsed.statements)
            await run(client, statement);
        await record(client, row(), origin);
        await client.query('commit');
    }
    catch (error) {
        // On a connection that broke it fails too, and must not hide why.
        await client.query('rollback').catch(() => undefined);
        throw error;
    }
}
/**
 * An index whose concurrent building failed stays behind as INVALID, and IF NOT EXISTS would take it for done.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 */
async function runOutside(client, statement) {
    const index = statement.concurrentIndex && indexName(client, statement.concurrentIndex);
    const before = index && (await validity(client, index));
    // Built by a run that died before it could write its history row: there is nothing left to do.
    if (before === true)
        return;
    if (before === false)
        await client.query(`drop index concurrently ${index}`);
    await run(client, statement);
    if (index && (await validity(client, index)) === false) {
        throw new StatementFailed(statement, '', `index ${index} was left invalid`);
    }
}
function indexName(client, index) {
    const parts = index.schema === undefined ? [index.name] : [index.schema, index.name];
    return parts.map((part) => client.escapeIdentifier(part)).join('.');
}
async function validity(client, index) {
    const { rows } = await client.query('select indisvalid from pg_index where indexrelid = to_regclass($1)', [index]);
    return rows[0]?.indisvalid;
}
class StatementFailed extends Error {
    statement;
    sqlstate;
    constructor(statement, sqlstate, message, cause) {
        super(message, { cause });
        this.statement = statement;
        this.sqlstate = sqlstate;
    }
}
async function run(client, statement) {
    try {
        await client.query(statement.sql);
    }
    catch (error) {
        if (!(error instanceof pg.DatabaseError))
            throw error;
        const hint = error.hint ? ` (${error.hint})` : '';
        throw new StatementFailed(statement, error.code ?? '', `${error.message}${hint}`, error);
    }
}
function failed(file, error) {
    const sqlstate = error.sqlstate ? ` [${error.sqlstate}]` : '';
    return new Failure('MIGRATION_FAILED', `${file.path}:${error.statement.line} ${error.message}${sqlstate}`, {
        next: 'Nothing of this file was kept and the files before it stay applied: mend it and run again.',
        cause: error.cause,
    });
}

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

;// CONCATENATED MODULE: ./.build/src/google/sqladmin.js




const api = 'sqladmin';
/** Creating an instance takes from four to twenty minutes. */
const instanceDeadline = (/* unused pure expression or super */ null && (30 * 60_000));
const smallDeadline = (/* unused pure expression or super */ null && (5 * 60_000));
const base = (project) => `v1/projects/${project}`;
function listInstances(google, project) {
    return listAll(google.transport, { api, method: 'GET', path: `${base(project)}/instances` }, (page) => page.items);
}
function getInstance(google, project, instance) {
    return google.transport.send({ api, method: 'GET', path: `${base(project)}/instances/${instance}` });
}
function createInstance(google, project, instance) {
    return carryOut(google, project, { api, method: 'POST', path: `${base(project)}/instances`, body: instance, repeatable: true }, { what: `creating Cloud SQL instance ${instance.name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
function patchInstance(google, project, name, instance) {
    return carryOut(google, project, { api, method: 'PATCH', path: `${base(project)}/instances/${name}`, body: instance }, { what: `changing Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
/** States that an instance comes out of by itself. */
const sqladmin_passing = new Set(['PENDING_CREATE', 'MAINTENANCE', 'ONLINE_MAINTENANCE']);
function isPassing({ state }) {
    return sqladmin_passing.has(state ?? '');
}
/** Waits for an instance that somebody else, or an earlier run, is still creating, or that is being maintained. */
function waitUntilRunnable(google, project, name) {
    return waitFor(async () => {
        const instance = await getInstance(google, project, name);
        return isPassing(instance) ? undefined : instance;
    }, { what: `getting Cloud SQL instance ${name} ready`, deadline: instanceDeadline, ceiling: 15_000 }, google.clock, google.signal);
}
async function listDatabases(google, project, instance) {
    const page = await google.transport.send({
        api,
        method: 'GET',
        path: `${base(project)}/instances/${instance}/databases`,
    });
    return page.items ?? [];
}
function createDatabase(google, project, instance, name) {
    return carryOut(google, project, {
        api,
        method: 'POST',
        path: `${base(project)}/instances/${instance}/databases`,
        body: { name, charset: 'UTF8' },
    }, { what: `creating database ${name}`, deadline: smallDeadline });
}
async function listUsers(google, project, instance) {
    const page = await google.transport.send({
        api,
        method: 'GET',
        path: `${base(project)}/instances/${instance}/users`,
    });
    return page.items ?? [];
}
function createUser(google, project, instance, user) {
    return carryOut(google, project, {
        api,
        method: 'POST',
        path: `${base(project)}/instances/${instance}/users`,
        body: { name: user.name, password: user.password.reveal(), type: 'BUILT_IN' },
    }, { what: `creating database user ${user.name}`, deadline: smallDeadline });
}
function sqladmin_setPassword(google, project, instance, user) {
    return carryOut(google, project, {
        api,
        method: 'PUT',
        path: `${base(project)}/instances/${instance}/users`,
        query: { name: user.name },
        body: { name: user.name, password: user.password.reveal() },
    }, { what: `setting the password of database user ${user.name}`, deadline: smallDeadline });
}
/** Fails while somebody is connected to it. That it is gone already is as good. */
async function deleteDatabase(google, project, instance, name) {
    const path = `${base(project)}/instances/${instance}/databases/${name}`;
    await remove(google, project, { path }, `deleting database ${name}`);
}
/** Fails while it owns anything in any database of the instance. That it is gone already is as good. */
async function deleteUser(google, project, instance, name) {
    const path = `${base(project)}/instances/${instance}/users`;
    await remove(google, project, { path, query: { name } }, `deleting database user ${name}`);
}
async function remove(google, project, at, what) {
    const request = { api, method: 'DELETE', ...at };
    await unlessGone(carryOut(google, project, request, { what, deadline: smallDeadline }));
}
/**
 * Deletes the instance with its databases, users and all its backups but the final one, which Cloud SQL takes first
 * and keeps apart from the instance; if it cannot be taken, the instance stays. The name stays blocked for about a
 * week. That it is gone already is as good. https://cloud.google.com/sql/docs/postgres/backup-recovery/final-backup
 */
async function deleteInstance(google, project, name, backup) {
    const query = backup && {
        enableFinalBackup: true,
        finalBackupDescription: backup.description,
        finalBackupTtlDays: backup.days,
    };
    await unlessGone(carryOut(google, project, { api, method: 'DELETE', path: `${base(project)}/instances/${name}`, ...(query && { query }) }, { what: `deleting Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 }));
}
/** The final backups of an instance of that name, which may be gone by now. */
async function finalBackups(google, project, instance) {
    const found = await listAll(google.transport, {
        api,
        method: 'GET',
        path: `${base(project)}/backups`,
        query: { filter: `instance:${instance} AND type:FINAL` },
    }, (page) => page.backups);
    return found.filter((backup) => backup.type === 'FINAL' && backup.instance?.split('/').at(-1) === instance);
}
async function carryOut(google, project, request, waiting) {
    const started = await startInTurn(google, project, request, waiting);
    const ended = await waitFor(async () => {
        const now = await google.transport.send({
            api,
            method: 'GET',
            path: `${base(project)}/operations/${started.name}`,
        });
        return now.status === 'DONE' ? now : undefined;
    }, waiting, google.clock, google.signal);
    const error = ended.error?.errors?.[0];
    if (error)
        throw new OperationFailed(waiting.what, 0, `${error.code}: ${error.message}`);
}
/** An instance does one thing at a time: a call that comes too early is sent again until its turn has come. */
function startInTurn(google, project, request, waiting) {
    return waitFor(async () => {
        try {
            return await google.transport.send(request);
        }
        catch (error) {
            if (error instanceof GoogleError && error.http === 409 && error.reason === 'operationInProgress')
                return undefined;
            throw error;
        }
    }, { ...waiting, first: 500, expired: () => busy(google, project, request, waiting) }, google.clock, google.signal);
}
/** Only a refused call is sent again, so when the time is up the instance was busy all along. */
async function busy(google, project, request, waiting) {
    const instance = /\/instances\/([^/]+)/.exec(request.path)?.[1] ?? '';
    const { items = [] } = await google.transport.send({
        api,
        method: 'GET',
        path: `${base(project)}/operations`,
        query: { instance },
    });
    const running = items.find(({ status }) => status !== 'DONE');
    const by = running?.user ? ` of ${running.user}` : '';
    const what = running ? `its operation ${running.operationType}${by}` : 'another operation';
    return new Failure('SQL_INSTANCE_BUSY', `Cloud SQL instance ${instance} is still busy with ${what} after ${waiting.deadline / 60_000} minutes, and does one at a time: ${waiting.what} has not begun.`, {
        next: `Run again when it is done: gcloud sql operations list --instance=${instance} --project=${project}`,
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/database-login.js





/** The application's role and its password. Throws SECRET_MISSING when nothing has been provisioned. */
async function loginOf(session, host) {
    const { google, deployment } = session.context;
    const { database, project } = deployment;
    if (!database)
        throw new Error('no database');
    const secret = await latestVersion(google, project, database.passwordSecret);
    if (!secret) {
        throw new failure/* Failure */.H('SECRET_MISSING', `Secret ${database.passwordSecret} in ${project} has no version.`, {
            next: 'Run provision first: it makes the password and the role.',
        });
    }
    host.mask(secret.value.reveal());
    return {
        database,
        password: secret.value,
        accessToken: session.accessToken,
        endpoint: endpointOf('sqladmin', host.environment),
        applicationName: `aethercast-deploy ${host.environment.GITHUB_REPOSITORY ?? ''} run ${host.environment.GITHUB_RUN_ID ?? ''}`.trim(),
    };
}
/**
 * A provisioning that died between writing the secret and making the role, or a new version of the secret, leaves the
 * role with another password. The secret is what services use, so the role follows it.
 */
async function withRightPassword(session, login, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!isWrongPassword(error))
            throw error;
        const { google, deployment } = session.context;
        const { database, password } = login;
        await setPassword(google, deployment.project, database.instance, { name: database.user, password });
        return await work();
    }
}

;// CONCATENATED MODULE: ./.build/src/actions/pending-migrations.js







/**
 * Compares the folder with the history in the database, only reading. All of them are pending when there is no database
 * yet, and may be when the job may not look into it: whoever approves a deployment need not be let into its database.
 */
async function pendingMigrations(deployment, open, host) {
    const { database, root } = deployment;
    if (!database?.migrations)
        return { names: [], seen: true };
    const shown = (0,external_node_path_.join)(root, database.migrations);
    const files = await readMigrations((0,external_node_path_.join)(host.workspace, shown), shown);
    const all = files.map(({ name }) => name);
    try {
        const login = await loginOf(await open(), host);
        return { names: await withConnection(login, (client) => unapplied(client, files)), seen: true };
    }
    catch (error) {
        host.signal.throwIfAborted();
        if (isNotProvisioned(error))
            return { names: all, seen: true };
        if (!isClosed(error))
            throw error;
        host.info(`the history of migrations cannot be read: ${error instanceof Error ? error.message : ''}`);
        return { names: all, seen: false };
    }
}
function isNotProvisioned(error) {
    if (error instanceof failure/* Failure */.H)
        return error.code === 'SECRET_MISSING';
    return error instanceof error_GoogleError && (error.reason === 'SERVICE_DISABLED' || error.http === 404);
}
function isClosed(error) {
    if (error instanceof failure/* Failure */.H)
        return error.code === 'DATABASE_UNREACHABLE';
    return error instanceof error_GoogleError && error.http === 403;
}

;// CONCATENATED MODULE: ./.build/src/github/rest/checks.js
/**
 * What GitHub knows of a commit's checks: the newest of each name. Needs `checks: read` and `statuses: read`.
 * https://docs.github.com/rest/checks/runs https://docs.github.com/rest/commits/statuses
 */
async function listChecks(github, sha) {
    const [runs, statuses] = await Promise.all([checkRuns(github, sha), commitStatuses(github, sha)]);
    return [...runs, ...statuses];
}
async function checkRuns({ octokit, repository }, sha) {
    const found = await octokit.paginate(octokit.rest.checks.listForRef, {
        ...repository,
        ref: sha,
        filter: 'latest',
        per_page: 100,
    });
    return found.map(({ name, status, conclusion, completed_at, started_at }) => ({
        name,
        state: status !== 'completed' ? 'running' : passed(conclusion) ? 'passed' : 'failed',
        at: completed_at ?? started_at ?? '',
    }));
}
function passed(conclusion) {
    return conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped';
}
async function commitStatuses({ octokit, repository }, sha) {
    const { data } = await octokit.rest.repos.getCombinedStatusForRef({
        ...repository,
        ref: sha,
        per_page: 100,
    });
    return data.statuses.map(({ context, state, updated_at }) => ({
        name: context,
        state: state === 'pending' ? 'running' : state === 'success' ? 'passed' : 'failed',
        at: updated_at,
    }));
}

;// CONCATENATED MODULE: ./.build/src/github/rest/deployments.js


const longestDescription = 140;
/**
 * Records a deployment. GitHub's own defaults would merge the default branch into the commit, and refuse while any
 * check of it is not green: both are switched off. Needs `deployments: write`.
 * https://docs.github.com/rest/deployments/deployments#create-a-deployment
 */
async function createDeployment({ octokit, repository }, { ref, environment, task, description, payload, production, transient }) {
    const { data } = await octokit.rest.repos.createDeployment({
        ...repository,
        ref,
        environment,
        task,
        description: deployments_cut(description),
        payload: payload,
        auto_merge: false,
        required_contexts: [],
        production_environment: production,
        transient_environment: transient,
    });
    if ('id' in data)
        return { id: data.id };
    throw new Failure('GITHUB_REFUSED', `GitHub made no deployment of ${ref}: ${data.message ?? ''}`, {
        next: 'Run again.',
    });
}
/** Other records of the environment keep their state: GitHub's default would retire them. */
async function setDeploymentState({ octokit, repository }, id, { state, description, environmentUrl, logUrl }) {
    await octokit.rest.repos.createDeploymentStatus({
        ...repository,
        deployment_id: id,
        state,
        auto_inactive: false,
        ...(description === undefined ? {} : { description: deployments_cut(description) }),
        ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
        ...(logUrl === undefined ? {} : { log_url: logUrl }),
    });
}
/** The newest first. Needs `deployments: read`. */
async function listDeployments({ octokit, repository }, filter) {
    const found = await octokit.paginate(octokit.rest.repos.listDeployments, {
        ...repository,
        ...filter,
        per_page: 100,
    });
    return found.map(readRecord);
}
/** The newest first. */
async function listDeploymentStatuses({ octokit, repository }, id) {
    const found = await octokit.paginate(octokit.rest.repos.listDeploymentStatuses, {
        ...repository,
        deployment_id: id,
        per_page: 100,
    });
    return found.map(({ state, created_at, environment_url }) => ({
        state,
        createdAt: created_at,
        environmentUrl: environment_url ?? '',
    }));
}
/** GitHub deletes only what is inactive, so it is made so first. Nothing happens when it is gone. */
async function deleteDeployment(github, id) {
    const { octokit, repository } = github;
    const retired = await unlessAbsent(setDeploymentState(github, id, { state: 'inactive' }).then(() => true));
    if (retired)
        await unlessAbsent(octokit.rest.repos.deleteDeployment({ ...repository, deployment_id: id }));
}
function readRecord({ id, sha, environment, task, payload, created_at }) {
    return { id, sha, environment, task, payload: asObject(payload), createdAt: created_at };
}
/** A payload comes back as it was sent: an object, or a text that holds one. */
function asObject(payload) {
    if (typeof payload !== 'string')
        return payload;
    try {
        return JSON.parse(payload);
    }
    catch {
        return payload;
    }
}
function deployments_cut(text) {
    return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}

;// CONCATENATED MODULE: ./.build/src/promote/manifest.js
/**
 * The release manifest: which revisions, images and secret versions served together, and which commit they were made
 * from. It is named by its content, and stands in the payload of a GitHub deployment.
 */



const workload = schemas/* object */.Ikc({
    name: schemas/* string */.YjP(),
    revision: schemas/* string */.YjP(),
    /** `REPOSITORY/IMAGE@sha256:...`. */
    image: schemas/* string */.YjP(),
    /** The same of its sidecars, by their names; absent where there are none. */
    sidecars: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).optional(),
    /** `NAME` → `SECRET:VERSION`, of a sidecar `SIDECAR.NAME`; never a value. */
    secrets: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()),
});
const manifest = schemas/* object */.Ikc({
    schema: schemas/* literal */.euz(1),
    /** `sha256:...` of the rest but `run`, in canonical JSON. */
    manifest: schemas/* string */.YjP(),
    /** The commit. */
    sha: schemas/* string */.YjP(),
    /** Address of the run that deployed. */
    run: schemas/* string */.YjP(),
    services: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ app: workload.optional(), worker: workload.optional() })),
});
function manifestOf(live, source) {
    const services = Object.fromEntries(live.map((service) => [
        service.key,
        Object.fromEntries(workloadsOf(service).map(([kind, one]) => [kind, recorded(one)])),
    ]));
    const content = { schema: 1, sha: source.sha, services };
    return { ...content, manifest: contentDigest(content), run: source.run };
}
function recorded({ name, revision, image, sidecars, secrets }) {
    return { name, revision, image, ...(Object.keys(sidecars).length > 0 && { sidecars }), secrets };
}
/** Anybody with the right to write deployments may have written it: what is no manifest, or not its own, is none. */
function manifest_readManifest(payload) {
    const parsed = manifest.safeParse(payload);
    if (!parsed.success)
        return undefined;
    const { manifest: name, run: _run, ...content } = parsed.data;
    return canonical_json_contentDigest(content) === name ? parsed.data : undefined;
}

;// CONCATENATED MODULE: ./.build/src/actions/release-records.js



/** The task of deployment records that say what an environment came to run. */
const releaseTask = 'deploy';
/**
 * The records of an environment, newest first, down to the newest one that succeeded. Those without a manifest are not
 * of this suite: GitHub makes some by itself for jobs that name the environment.
 */
async function readRecords(github, environment) {
    const found = [];
    for (const record of await listDeployments(github, { environment, task: releaseTask })) {
        const manifest = manifest_readManifest(record.payload);
        if (!manifest)
            continue;
        const statuses = await listDeploymentStatuses(github, record.id);
        found.push(recordOf(record, manifest, statuses));
        if (found.at(-1)?.state === 'success')
            break;
    }
    return found;
}
function recordOf({ sha, createdAt }, manifest, statuses) {
    return { state: stateOf(statuses.map(({ state }) => state)), sha, createdAt, manifest };
}
/** GitHub makes the record of an earlier success inactive when a later one succeeds: it succeeded all the same. */
function stateOf(states) {
    const last = states.find((state) => state !== 'inactive');
    if (last === 'success')
        return 'success';
    return last === 'failure' || last === 'error' ? 'failed' : 'unfinished';
}
/**
 * The checks of a commit without those of this very workflow: a promotion that failed must not forbid the next one.
 * Jobs of a called workflow are named `JOB OF THE CALLER / JOB`.
 */
async function foreignChecks(github, sha, job) {
    const checks = await listChecks(github, sha);
    const own = checks.find(({ name, state }) => state === 'running' && name.split(' / ').at(-1) === job);
    const caller = own?.name.split(' / ').slice(0, -1).join(' / ');
    return checks.filter(({ name }) => name !== own?.name && !(caller && name.startsWith(`${caller} / `)));
}

;// CONCATENATED MODULE: ./.build/src/engine/apply.js

/**
 * Makes the estate as planned: every resource as soon as those it depends on are as wanted, all else in parallel.
 * What fails stops only what depends on it. Gives one outcome for every resource, in the order of the estate.
 */
async function apply_applyPlan(resources, plan, options) {
    refuseDestructive(plan.changes, options);
    const running = new Map();
    const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
    const run = (resource) => {
        const known = running.get(resource.address);
        if (known !== undefined)
            return known;
        const needed = resource.dependsOn.flatMap((address) => byAddress.get(address) ?? []).map(run);
        const outcome = settle(resource, Promise.all(needed), plan, options);
        running.set(resource.address, outcome);
        return outcome;
    };
    return await Promise.all(resources.map(run));
}
async function settle(resource, needed, plan, options) {
    const before = await needed;
    const startedAt = options.clock.now();
    const end = (state, changes, error) => ({
        address: resource.address,
        state,
        changes,
        startedAt,
        endedAt: options.clock.now(),
        ...(error === undefined ? {} : { error }),
    });
    const planned = plan.entries.get(resource.address)?.changes ?? [];
    if (options.signal?.aborted || before.some(({ state }) => state === 'failed' || state === 'not tried')) {
        return end(planned.length === 0 ? 'unchanged' : 'not tried', planned);
    }
    const moved = before.some(({ state }) => state === 'applied');
    if (planned.length === 0 && !moved)
        return end('unchanged', []);
    try {
        const changes = await options.pool.run(async () => 
        // Asked again: the run may have been interrupted while this one waited for its turn.
        options.signal?.aborted ? undefined : await bringAbout(resource, plan, moved, options));
        if (changes === undefined)
            return end(planned.length === 0 ? 'unchanged' : 'not tried', planned);
        return end(changes.length === 0 ? 'unchanged' : 'applied', changes);
    }
    catch (error) {
        options.emit({ kind: 'failed', at: options.clock.now(), address: resource.address, error });
        return end('failed', planned, error);
    }
}
/** Applies what differs now and looks again until nothing does. */
async function bringAbout(resource, plan, moved, options) {
    const entry = plan.entries.get(resource.address);
    const have = moved ? await resource.observe(true) : entry?.have;
    const changes = moved ? resource.diff(have) : (entry?.changes ?? []);
    if (changes.length === 0)
        return [];
    refuseDestructive(changes, options);
    const started = options.clock.now();
    options.emit({ kind: 'started', at: started, address: resource.address, changes });
    await resource.apply(changes, have);
    await requireConverged(resource, options);
    const at = options.clock.now();
    options.emit({ kind: 'applied', at, address: resource.address, milliseconds: at - started });
    return changes;
}
/** Google's reads are eventually consistent: a difference counts when it stays for this long, in milliseconds. */
const looksAgainAfter = (/* unused pure expression or super */ null && ([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000]));
async function requireConverged(resource, options) {
    for (const pause of [...looksAgainAfter, undefined]) {
        const left = resource.diff(await resource.observe(true));
        if (left.length === 0)
            return;
        if (pause === undefined)
            throw didNotConverge(resource, left);
        await options.clock.sleep(pause, options.signal);
    }
}
function didNotConverge({ address, remedy }, left) {
    const fields = left.flatMap((change) => change.fields);
    return new Failure('DID_NOT_CONVERGE', `${address} is not as asked for, although every call to change it succeeded.`, {
        next: remedy ??
            'Run again; if it stays, another tool changes the same resource, or Google changed a value that this suite sets.',
        details: fields.map(({ field, before, after }) => `${field}: is ${JSON.stringify(before)}, wanted ${JSON.stringify(after)}`),
    });
}
function refuseDestructive(changes, options) {
    const destructive = changes.filter((change) => change.destructive);
    if (destructive.length === 0 || options.allowDestructive)
        return;
    throw new Failure('DESTRUCTIVE_CHANGE', `The plan would change what cannot be undone: ${destructive.map(({ address }) => address).join(', ')}.`, {
        next: 'Change deploy.yaml back, or make the change by hand after saving the data.',
        details: destructive.flatMap(({ address, fields, because }) => [
            `${address}: ${because}`,
            ...fields.map(({ field, before, after }) => `  ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`),
        ]),
    });
}

;// CONCATENATED MODULE: ./.build/src/engine/plan.js
/** Observes all resources at once and compares. Reads only. */
async function makePlan(resources, options) {
    requireSound(resources);
    const observed = await Promise.all(resources.map(async (resource) => ({
        resource,
        have: await options.pool.run(() => resource.observe(false)),
    })));
    options.emit({ kind: 'observed', at: options.clock.now(), resources: resources.length });
    // Only now: what one resource observed may be a fact that another one's wishes rest on.
    const entries = new Map(observed.map(({ resource, have }) => [resource.address, { have, changes: resource.diff(have) }]));
    const changes = [...entries.values()].flatMap((entry) => entry.changes);
    const left = observed.flatMap(({ resource, have }) => resource.stays?.(have) ?? []);
    options.emit({ kind: 'planned', at: options.clock.now(), changes, left });
    return { changes, left, entries };
}
/** An address used twice or a circle of dependencies is a defect of ours, found before anything is read. */
function requireSound(resources) {
    const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
    if (byAddress.size !== resources.length) {
        const seen = new Set();
        const twice = resources.find(({ address }) => seen.size === seen.add(address).size);
        throw new Error(`the estate names ${twice?.address} twice`);
    }
    const settled = new Set();
    const visit = (address, path) => {
        if (settled.has(address))
            return;
        if (path.includes(address))
            throw new Error(`the estate goes in a circle: ${[...path, address].join(' → ')}`);
        for (const needed of byAddress.get(address)?.dependsOn ?? [])
            visit(needed, [...path, address]);
        settled.add(address);
    };
    for (const address of byAddress.keys())
        visit(address, []);
}

;// CONCATENATED MODULE: ./.build/src/engine/pool.js
/** Runs tasks with at most `limit` of them at a time, in the order in which they were added. */
class pool_Pool {
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

;// CONCATENATED MODULE: ./.build/src/resources/mark.js
/**
 * Whose a resource is, as it says itself: by labels where its kind has them, by a line in its description where not.
 * Nothing is ever deleted by its name alone.
 */
const manager = 'aethercast-deploy';
/** Whether the mark is that of this deployment in this environment. */
function mark_isOurs({ labels }, mark) {
    const own = markOfLabels(labels);
    if (!own || !mark)
        return false;
    const isSameRepository = !own.repository || !mark.repository || own.repository === mark.repository;
    return own.deployment === mark.deployment && own.environment === mark.environment && isSameRepository;
}
/** The description of a resource that carries no labels, from those that it would carry. */
function markText(labels) {
    const { deployment = '', environment = '', repository } = labels;
    const owner = repository ? ` repository=${repository}` : '';
    return `${manager} deployment=${deployment} environment=${environment}${owner}`;
}
/** `undefined` for what this suite did not make. */
function markOfLabels(labels) {
    const { deployment, environment, repository } = labels ?? {};
    if (labels?.['managed-by'] !== manager || !deployment || !environment)
        return undefined;
    return { deployment, environment, ...(repository ? { repository } : {}) };
}
/** `undefined` for what this suite did not make. */
function markOfText(description) {
    const [first, ...words] = (description ?? '').split(' ');
    if (first !== manager)
        return undefined;
    const pairs = words.map((word) => word.split('=')).map(([key = '', value = '']) => [key, value]);
    return markOfLabels({ 'managed-by': manager, ...Object.fromEntries(pairs) });
}

;// CONCATENATED MODULE: ./.build/src/resources/marks.js
const remembered = {
    labels: 'aethercast-deploy/labels',
    annotations: 'aethercast-deploy/annotations',
};
/** Worker pools and jobs are workers in any case; of services those that say so, and nothing else tells. */
const partAnnotation = 'aethercast-deploy/part';
/** Whether a Cloud Run service was deployed as a worker. */
function isWorkerService({ annotations }) {
    return annotations?.[partAnnotation] === 'worker';
}
/** For comparing: what is wanted of the workload, and as `undefined` what earlier deployments left from the file. */
function marks_wantedMarks(deployment, service, have, part) {
    return {
        labels: { ...absent('labels', service, have), ...ourLabels(deployment, service) },
        annotations: {
            ...absent('annotations', service, have),
            ...ourAnnotations(service),
            [partAnnotation]: part === 'worker' ? part : undefined,
        },
    };
}
/** For comparing: what is wanted of the revision. Where it comes from is not compared. */
function marks_wantedRevisionMarks(service, have) {
    return {
        labels: { ...absent('labels', service, have), ...service.labels },
        annotations: { ...absent('annotations', service, have), ...service.annotations },
    };
}
/** To be sent. */
function marks_sentMarks(deployment, service, have, part) {
    const wanted = marks_wantedMarks(deployment, service, have, part);
    return {
        labels: marks_present({ ...have?.labels, ...wanted.labels }),
        annotations: marks_present({ ...have?.annotations, ...wanted.annotations }),
    };
}
/** To be sent with the revision: with where it comes from. */
function marks_sentRevisionMarks(deployment, service, release) {
    return {
        labels: { ...ourLabels(deployment, service), ...release.origin },
        annotations: { ...service.annotations },
    };
}
function ourLabels(deployment, service) {
    return { ...service.labels, ...deployment.labels, service: service.key };
}
function ourAnnotations(service) {
    const names = (kind) => Object.keys(service[kind] ?? {})
        .sort()
        .join(',') || undefined;
    return {
        ...service.annotations,
        [remembered.labels]: names('labels'),
        [remembered.annotations]: names('annotations'),
    };
}
/** What an earlier deployment put there from the file, and the file asks for no longer. */
function absent(kind, service, have) {
    const before = have?.annotations?.[remembered[kind]]?.split(',') ?? [];
    const gone = before.filter((name) => name !== '' && service[kind]?.[name] === undefined);
    return Object.fromEntries(gone.map((name) => [name, undefined]));
}
function marks_present(entries) {
    return Object.fromEntries(Object.entries(entries).filter((entry) => entry[1] !== undefined));
}

;// CONCATENATED MODULE: ./.build/src/resources/probes.js
/** Seconds; a cold process takes longer than the one second that is Cloud Run's own. */
const timeoutSeconds = 5;
/** Direct VPC egress may take a minute or more to come up with an instance, and a container may take four to start. */
const patientStartup = { periodSeconds: 10, timeoutSeconds, failureThreshold: 24 };
/** Of a container that listens; without a word of the user's its port must accept connections. */
function probes_servedProbes(app) {
    const { port, startupProbe, startupPath, livenessProbe, livenessPath } = app;
    return {
        startupProbe: startupProbe
            ? probe(startupProbe)
            : {
                ...patientStartup,
                ...(startupPath
                    ? { httpGet: { path: startupPath, port }, tcpSocket: undefined, grpc: undefined }
                    : { tcpSocket: { port }, httpGet: undefined, grpc: undefined }),
            },
        livenessProbe: livenessProbe
            ? probe(livenessProbe)
            : livenessPath
                ? { httpGet: { path: livenessPath, port }, timeoutSeconds, grpc: undefined }
                : undefined,
    };
}
/** Of a container that need not listen: none but what the user asks for. */
function probes_sidecarProbes(own) {
    return {
        startupProbe: own.startupProbe && probe(own.startupProbe),
        livenessProbe: own.livenessProbe && probe(own.livenessProbe),
    };
}
function probe({ kind, port, ...times }) {
    return {
        httpGet: 'http' in kind ? { path: kind.http.path, port } : undefined,
        grpc: 'grpc' in kind ? { service: kind.grpc.service, port } : undefined,
        tcpSocket: 'tcp' in kind ? { port } : undefined,
        initialDelaySeconds: times.initialDelay,
        periodSeconds: times.period,
        timeoutSeconds: times.timeout,
        failureThreshold: times.failureThreshold,
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/containers.js




/** The name of the container of the service itself where there are others. */
const containers_main = 'main';
/**
 * The service's own container first. `own` is what it has beside image, command and environment; `allocation` says for
 * all of them when they have their CPU.
 */
function containers_containersOf(context, service, release, workload, own, allocation = {}) {
    const sidecars = (service.sidecars ?? []).filter(({ beside }) => beside.includes(workload.part));
    const first = {
        ...(sidecars.length > 0 ? { name: containers_main } : {}),
        image: release.image,
        ...programOf(workload),
        env: environmentOf(context, service, release),
        volumeMounts: mountsOf(service),
        dependsOn: [...(workload.dependsOn ?? [])],
        ...own,
        resources: { ...own.resources, ...allocation },
    };
    return [
        first,
        ...sidecars.map((sidecar) => sidecarContainer(context, service, release, sidecar, allocation)),
    ];
}
function sidecarContainer(context, service, release, sidecar, allocation) {
    const image = release.sidecarImages?.[sidecar.name];
    if (!image)
        throw new Error(`the image of ${sidecar.name} was not looked up`);
    return {
        name: sidecar.name,
        image,
        ...programOf(sidecar),
        env: environmentOf(context, sidecar, release),
        volumeMounts: mountsOf(service),
        dependsOn: [...sidecar.dependsOn],
        resources: { limits: { cpu: sidecar.cpu, memory: sidecar.memory }, ...allocation },
        ...sidecarProbes(sidecar),
    };
}
function programOf(own) {
    return { command: [...(own.command ?? [])], args: [...(own.args ?? [])] };
}
/** Sorted by name, so that the order in deploy.yaml makes no revision. */
function environmentOf(context, own, release) {
    const plain = Object.entries(own.env).map(([name, template]) => ({
        name,
        value: resolveText(template, context.facts),
    }));
    const secret = Object.entries(own.secrets).map(([name, reference]) => ({
        name,
        valueSource: {
            secretKeyRef: { secret: reference.secret, version: versionOf(release, reference.secret) },
        },
    }));
    return [...plain, ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

// EXTERNAL MODULE: ./.build/src/lib/sentence.js
var lib_sentence = __webpack_require__(76210);
;// CONCATENATED MODULE: ./.build/src/resources/revision-failed.js


/**
 * A revision that did not become ready, or that failed its test; what served before goes on serving. Of a job, which has
 * no revisions, it is the job itself that could not be run.
 */
class revision_failed_RevisionFailed extends failure/* Failure */.H {
    kind;
    workload;
    /** Short name. */
    revision;
    /** Google's message, or what the test found. */
    reason;
    /** The revision that goes on serving; absent when there is none. */
    serving;
    stage;
    constructor(parts, cause) {
        const what = parts.stage === 'start' ? 'did not become ready' : 'failed its test';
        const left = parts.serving
            ? `${parts.serving} goes on serving.`
            : `${parts.workload} has no earlier revision that could serve.`;
        super(parts.stage === 'start' ? 'REVISION_FAILED' : 'SMOKE_TEST_FAILED', parts.kind === 'jobs'
            ? `Job ${parts.workload} cannot be run: ${(0,lib_sentence/* sentence */.e)(parts.reason)}`
            : `Revision ${parts.revision} ${what}: ${(0,lib_sentence/* sentence */.e)(parts.reason)} ${left}`, { next: 'Mend what the message names and run again.', cause });
        this.name = 'RevisionFailed';
        this.kind = parts.kind;
        this.workload = parts.workload;
        this.revision = parts.revision;
        this.reason = parts.reason;
        this.serving = parts.serving;
        this.stage = parts.stage;
    }
}

;// CONCATENATED MODULE: ./.build/src/resources/revision-name.js

const shortShaLength = 7;
const mostCharacters = 63;
/** The first free name of the workload for this commit; `after` are names that Google already refused as taken. */
async function revision_name_nextRevisionName(google, at, commit, known) {
    const listed = await listRevisions(google, at);
    const names = [...listed.map(({ name }) => name?.split('/').at(-1) ?? ''), ...known];
    return revisionName(at.name, commit, names);
}
/** Pure: the name that follows the highest number that these names have for the commit. */
function revisionName(workload, commit, names) {
    const beginning = `${workload}-${commit.toLowerCase().slice(0, shortShaLength)}-`;
    const numbers = names
        .filter((name) => name.startsWith(beginning))
        .map((name) => Number(name.slice(beginning.length)))
        .filter(Number.isInteger);
    const number = String(Math.max(0, ...numbers) + 1);
    // Ids of workloads have fewer than 50 characters, which leaves room for four digits.
    return `${beginning}${number}`.slice(0, mostCharacters);
}

;// CONCATENATED MODULE: ./.build/src/resources/new-revision.js
/**
 * Makes a new revision of a service or a worker pool and waits until it is ready. The name is chosen here, so that
 * after a lost answer it can be told whether the revision that is there is ours.
 */







/** Rights may take seven minutes to count. https://cloud.google.com/iam/docs/access-change-propagation */
const longestPassing = (/* unused pure expression or super */ null && (7 * 60_000));
const passingPauses = { first: 5_000, ceiling: 30_000 };
/** Gives the workload with its new revision ready. Throws RevisionFailed, or what Google refused. */
async function new_revision_makeRevision(context, have, wanted) {
    const { clock, signal } = context.google;
    const end = clock.now() + longestPassing;
    let pause = passingPauses.first;
    let now = have;
    for (;;) {
        try {
            return await makeOnce(context, now, wanted);
        }
        catch (error) {
            if (clock.now() + pause > end || !(await wanted.passes(error)))
                throw error;
            await clock.sleep(pause, signal);
            pause = Math.min(pause * 1.5, passingPauses.ceiling);
            now = await new_revision_read(context, wanted.at);
        }
    }
}
async function makeOnce(context, have, wanted) {
    const { google } = context;
    const { at } = wanted;
    const taken = [];
    let now = have;
    for (let conflict = 0; conflict < mostConflicts; conflict++) {
        const known = [shortName(now?.latestCreatedRevision ?? undefined), ...taken];
        const name = now
            ? await nextRevisionName(google, at, wanted.commit, known)
            : await nameOfFirst(context, wanted);
        try {
            await write(context, at, wanted.request(name, now), now);
            return await whenReady(context, wanted, name);
        }
        catch (error) {
            if (error instanceof OperationFailed)
                throw new_revision_failed(wanted, name, error.message, error);
            if (!(error instanceof GoogleError) || error.http !== 409)
                throw error;
            now = await new_revision_read(context, at);
            // The first sending had its effect, and only its answer was lost.
            if (now && shortName(now.latestCreatedRevision ?? undefined) === name) {
                return await whenReady(context, wanted, name);
            }
            if (error.status === 'ALREADY_EXISTS')
                taken.push(name);
        }
    }
    throw new Failure('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
        next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
    });
}
/** A service that was deleted and is made again may still have its old revisions' names for a while. */
async function nameOfFirst(context, wanted) {
    return await nextRevisionName(context.google, wanted.at, wanted.commit, []).catch((error) => {
        if (isNotFound(error))
            return `${wanted.at.name}-${wanted.commit.toLowerCase().slice(0, 7)}-1`;
        throw error;
    });
}
async function write({ google }, at, { body, mask }, now) {
    if (now)
        await patchWorkload(google, at, { ...body, etag: now.etag }, mask);
    else
        await createWorkload(google, at, body);
}
async function whenReady(context, wanted, name) {
    await waitUntilReconciled(context.google, wanted.at);
    const now = await getWorkload(context.google, wanted.at);
    const problem = notReady(now);
    if (problem)
        throw new_revision_failed(wanted, name, problem.message ?? 'Google gives no reason.', undefined);
    return now;
}
function new_revision_failed({ at, serving }, revision, reason, cause) {
    return new RevisionFailed({ kind: at.kind, workload: at.name, revision, reason, serving, stage: 'start' }, cause);
}
async function new_revision_read({ google }, at) {
    return await getWorkload(google, at).catch((error) => {
        if (isNotFound(error))
            return undefined;
        throw error;
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/amend.js
/** Changes of a service or a worker pool beside its template, which make no revision. */




/** Sends what differs, and begins anew when somebody else wrote in between. Gives the workload as it is then. */
async function amend_amend(context, at, have, wanted) {
    let now = have;
    for (let conflict = 0;; conflict++) {
        const mask = wanted.touched(now);
        if (mask.length === 0)
            return now;
        const fields = Object.entries(wanted.body(now)).filter(([field]) => mask.includes(field));
        const body = { ...Object.fromEntries(fields), etag: now.etag };
        try {
            await patchWorkload(context.google, at, body, mask);
            return (await read(context, at)) ?? now;
        }
        catch (error) {
            if (!(error instanceof GoogleError) || error.http !== 409 || conflict >= mostConflicts)
                throw error;
            now = (await read(context, at)) ?? now;
        }
    }
}

;// CONCATENATED MODULE: ./.build/src/resources/deleted-meanwhile.js


/**
 * Waits for a deployment of that workload. Throws CONCURRENT_CHANGE when somebody deletes it meanwhile: what Cloud Run
 * answers then says neither who it was nor what to do. It is not made anew at once, since whoever deleted it may want
 * it gone.
 */
async function deleted_meanwhile_unlessDeleted({ kind, name }, deployment) {
    return await deployment.catch((error) => {
        const isGone = error instanceof GoogleError && error.http === 404 && error.path.endsWith(`/${kind}/${name}`);
        if (!isGone)
            throw error;
        throw new Failure('CONCURRENT_CHANGE', `Somebody deleted ${name} while it was deployed.`, {
            next: `If ${name} is to be there, run again: it is made anew.`,
            cause: error,
        });
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/wanted-traffic.js



/** The tag under which the new revision is tried: the user's, or ours where the host name has room for it. */
function wanted_traffic_trialTag(context, at, direction) {
    if (direction.tag)
        return direction.tag;
    // A label of a host name has at most 63 characters. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags
    const label = `${candidateTag}---${at.name}-${context.projectNumber}`;
    return label.length <= 63 ? candidateTag : undefined;
}
/** What traffic is wanted when the newest revision is as wanted and has passed. Pure. */
function wanted_traffic_wantedTraffic(context, at, have, direction) {
    const newest = shortName(have.latestCreatedRevision);
    const now = resolvedTraffic(have);
    const kept = direction.tag ? withTag(now, direction.tag, newest) : now;
    const bare = direction.tag === candidateTag ? kept : withoutTag(kept, candidateTag);
    const { shift } = direction;
    switch (shift.kind) {
        case 'shift':
            return withShares(bare, new Map([[newest, 100]]));
        case 'hold': {
            const tag = wanted_traffic_trialTag(context, at, direction);
            if (sharesOf(now).get(newest) === 100 || !tag)
                return bare;
            return withTag(bare, tag, newest);
        }
        case 'none':
            return bare;
        case 'revisions':
            return withShares(bare, assignedShares(sharesOf(now), namedShares(shift.shares, newest)));
        case 'tags':
            return withShares(bare, assignedShares(sharesOf(now), tagShares(shift.shares, kept)));
    }
}
function namedShares(shares, newest) {
    return added([...shares].map(([name, percent]) => [name === 'LATEST' ? newest : name, percent]));
}
function tagShares(shares, targets) {
    return added([...shares].map(([tag, percent]) => {
        const revision = tagged(targets, tag);
        if (revision)
            return [revision, percent];
        const tags = targets.flatMap((target) => target.tag ?? []);
        throw new Failure('TRAFFIC_INVALID', `The service has no tag "${tag}".`, {
            next: `It has: ${tags.join(', ') || 'none'}.`,
        });
    }));
}
/** Two tags may be on one revision. */
function added(pairs) {
    const sums = new Map();
    for (const [revision, percent] of pairs)
        sums.set(revision, (sums.get(revision) ?? 0) + percent);
    return sums;
}

;// CONCATENATED MODULE: ./.build/src/resources/rollout.js
/**
 * Brings a service to a new revision without ever sending traffic to one that has not passed: the revision is made
 * with no traffic and a tag, tried at the tag's address, and only then traffic moves to it, by name. A first revision
 * has to serve at once, since Google takes nothing else. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration
 */












/**
 * Throws RevisionFailed when the new revision does not start or does not pass; what served goes on serving. Throws
 * CONCURRENT_CHANGE when somebody else deploys or deletes the service meanwhile.
 */
async function rollout_rollOut(context, found, wanted) {
    await unlessDeleted(wanted.at, bringToTraffic(context, found, wanted));
}
async function bringToTraffic(context, found, wanted) {
    const { at, rollout } = wanted;
    const have = await settled(context, at, found);
    const before = have ? withoutTag(resolvedTraffic(have), candidateTag) : [];
    const isNew = !have || wanted.needsRevision(have);
    const staged = isNew
        ? await stage(context, have, before, wanted)
        : await amend(context, at, have, { touched: wanted.touched, body: (now) => wanted.body('', now) });
    if (!isNew && sameTraffic(resolvedTraffic(staged), wantedTraffic(context, at, staged, rollout)))
        return;
    const tried = await tryOut(context, staged, before, wanted);
    await shift(context, tried, wanted);
}
/** A run that died may have left an operation under way. */
async function settled(context, at, have) {
    if (!have?.reconciling)
        return have;
    await waitUntilReconciled(context.google, at);
    return await read(context, at);
}
async function stage(context, have, before, wanted) {
    const { at, rollout, commit } = wanted;
    const tag = rollout.test || rollout.shift.kind === 'hold' ? trialTag(context, at, rollout) : rollout.tag;
    try {
        return await makeRevision(context, have, {
            at,
            commit,
            passes: rollout.passes,
            serving: servingRevision(before),
            request: (name, now) => {
                const traffic = trafficWith(now, name, tag);
                const body = { ...wanted.body(name, now), traffic };
                return now ? { body, mask: [...wanted.touched(now), 'template', 'traffic'] } : { body };
            },
        });
    }
    catch (error) {
        if (error instanceof RevisionFailed && servingRevision(before))
            await untag(context, before, wanted, error);
        throw error;
    }
}
/** What has traffic keeps it, under its name: "latest" would move with the new revision. */
function trafficWith(now, name, tag) {
    const targets = now ? withoutTag(resolvedTraffic(now), candidateTag) : [];
    if (!servingRevision(targets))
        return firstTraffic(tag);
    return asTraffic(tag ? withTag(targets, tag, name) : targets);
}
async function tryOut(context, staged, before, wanted) {
    const { at, rollout } = wanted;
    const { test } = rollout;
    if (!test)
        return staged;
    const ready = await reachable(context, staged, wanted);
    const revision = shortName(ready.latestCreatedRevision);
    const tag = trialTag(context, at, rollout);
    const url = addressOf(ready, revision, tag);
    // Nothing to try it at: its host name would be too long.
    if (!url && !tag)
        return ready;
    if (!url) {
        throw new Failure('TRIAL_NOT_POSSIBLE', `Cloud Run gives no address for the tag ${tag} of ${at.name}.`, {
            next: `Traffic was not moved to ${revision}. Run again.`,
        });
    }
    try {
        await test({ revision, url, audience: ready.urls?.[0] ?? ready.uri ?? url });
        return ready;
    }
    catch (error) {
        context.google.signal?.throwIfAborted();
        const serving = servingRevision(before);
        const other = serving === revision ? undefined : serving;
        const reason = error instanceof Error ? error.message : String(error);
        const failure = new RevisionFailed({ kind: at.kind, workload: at.name, revision, reason, serving: other, stage: 'test' }, error);
        if (other)
            await untag(context, before, wanted, failure);
        // Whoever deploys meanwhile takes the tag, and deleting the service takes its address: then it was not the revision.
        requireNewest(await getWorkload(context.google, at), at, revision);
        throw failure;
    }
}
/** With a tag on the newest revision, if it serves nothing by which it could be reached. */
async function reachable(context, staged, wanted) {
    const { at, rollout } = wanted;
    const revision = shortName(staged.latestCreatedRevision);
    const now = resolvedTraffic(staged);
    const tag = trialTag(context, at, rollout);
    if (!tag || sharesOf(now).get(revision) === 100 || tagged(now, tag) === revision)
        return staged;
    return await setTraffic(context, at, staged, (have) => withTag(resolvedTraffic(have), tag, revision));
}
function addressOf(have, revision, tag) {
    if (sharesOf(resolvedTraffic(have)).get(revision) === 100)
        return have.urls?.[0] ?? have.uri;
    return have.trafficStatuses?.find((target) => target.tag === tag)?.uri;
}
async function shift(context, tried, wanted) {
    const { at, rollout } = wanted;
    const revision = shortName(tried.latestCreatedRevision);
    await setTraffic(context, at, tried, (now) => {
        requireNewest(now, at, revision);
        return wantedTraffic(context, at, now, rollout);
    });
}
function requireNewest(now, at, revision) {
    if (shortName(now.latestCreatedRevision) === revision)
        return;
    throw new Failure('CONCURRENT_CHANGE', `Somebody else deployed ${at.name} in the meantime.`, {
        next: `Traffic was not moved to ${revision}. Let one deployment of this service run at a time (\`concurrency:\` in the workflow), and run again.`,
    });
}
/** Takes the failed revision's tag off; what others have changed since `before` stays. */
async function untag(context, before, { at, rollout }, failure) {
    const tags = [candidateTag, ...(rollout.tag ? [rollout.tag] : [])];
    try {
        const have = await read(context, at);
        const without = (now) => withdrawn(resolvedTraffic(now), tags, failure.revision, before);
        if (have)
            await setTraffic(context, at, have, without);
    }
    catch (error) {
        context.google.signal?.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        const reason = `${sentence(failure.reason)} Its tag could not be taken off: ${sentence(why)}`;
        throw new RevisionFailed({ ...failure, reason }, failure.cause);
    }
}
/** Sets the traffic that `wanted` makes of the service as it is; begins anew when somebody else wrote in between. */
async function setTraffic(context, at, have, wanted) {
    let now = have;
    for (let conflict = 0; conflict < mostConflicts; conflict++) {
        const targets = wanted(now);
        if (sameTraffic(resolvedTraffic(now), targets))
            return now;
        const body = { etag: now.etag, traffic: asTraffic(targets) };
        try {
            await patchWorkload(context.google, at, body, ['traffic']).catch((error) => {
                // Google reports the failure of the newest revision again, whatever was asked for: what counts is read below.
                if (!(error instanceof OperationFailed))
                    throw error;
            });
        }
        catch (error) {
            if (!(error instanceof GoogleError) || error.http !== 409)
                throw error;
        }
        await waitUntilReconciled(context.google, at);
        now = (await read(context, at)) ?? now;
        if (sameTraffic(resolvedTraffic(now), targets))
            return requireRouted(now, at, targets);
    }
    throw new Failure('CONCURRENT_CHANGE', `Somebody else keeps changing the traffic of ${at.name}.`, {
        next: 'Let one deployment of this service run at a time, and run again.',
    });
}
function requireRouted(now, at, targets) {
    const failed = notReady(now);
    const newest = shortName(now.latestCreatedRevision);
    const wanted = sharesOf(targets).has(newest);
    if (!failed || !wanted)
        return now;
    throw new Failure('TRAFFIC_NOT_SET', `The traffic of ${at.name} could not be set: ${failed.message ?? ''}`, {
        next: 'Run again; what served before goes on serving.',
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/run-service.js












const runServiceAddress = (name) => `service/${name}`;
function serviceLocation({ deployment }, app) {
    return { kind: 'services', project: deployment.project, region: deployment.region, name: app.name };
}
const ingress = {
    all: 'INGRESS_TRAFFIC_ALL',
    internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
};
const executionEnvironment = {
    gen1: 'EXECUTION_ENVIRONMENT_GEN1',
    gen2: 'EXECUTION_ENVIRONMENT_GEN2',
};
function run_service_runService(context, service, app, release, rollout, { part, after } = { part: 'app', after: [] }) {
    const { deployment } = context;
    const { template, ...settings } = wantOf(context, service, app, part, release);
    const outer = (have) => ({
        ...settings,
        ...wantedMarks(deployment, service, have, part),
    });
    const address = runServiceAddress(app.name);
    const why = because(deployment, app.place);
    const at = serviceLocation(context, app);
    const inner = (have) => [
        ...templateChanges(template ?? {}, have?.template),
        ...compare(wantedRevisionMarks(service, have), have?.template, 'revision.'),
        ...retryOf(have),
    ];
    return {
        address,
        dependsOn: after,
        observe: () => read(context, at),
        diff: (have) => {
            const fields = [...compare(outer(have), have), ...inner(have)];
            if (!have)
                return [create(address, why, fields)];
            const moves = inner(have).length > 0
                ? []
                : trafficChange(resolvedTraffic(have), wantedTraffic(context, at, have, rollout));
            return update(address, why, [...fields, ...moves]);
        },
        apply: (_changes, have) => rollOut(context, have, {
            at,
            commit: release.commit,
            rollout,
            needsRevision: (now) => inner(now).length > 0,
            touched: (now) => [
                ...new Set(compare(outer(now), now).map(({ field }) => field.split('.')[0] ?? field)),
            ],
            body: (name, now) => ({
                ...settings,
                ...sentMarks(deployment, service, now, part),
                template: { ...template, revision: name, ...sentRevisionMarks(deployment, service, release) },
            }),
        }),
    };
}
/** A revision that did not become ready is not asked again: another one is made. */
function retryOf(have) {
    const failed = have && notReady(have);
    return failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
}
function wantOf(context, service, app, part, release) {
    const port = { containerPort: app.port, name: app.http2 ? 'h2c' : 'http1' };
    return {
        ingress: ingress[app.ingress],
        invokerIamDisabled: app.authentication === 'none',
        description: app.description,
        customAudiences: [...(app.customAudiences ?? [])],
        defaultUriDisabled: app.defaultUrlDisabled ?? false,
        template: {
            ...templateOf(context, service, release),
            ...acceleratorOf(app),
            timeout: `${app.timeoutSeconds}s`,
            ...(app.concurrency === undefined ? {} : { maxInstanceRequestConcurrency: app.concurrency }),
            sessionAffinity: app.sessionAffinity,
            ...(app.executionEnvironment
                ? { executionEnvironment: executionEnvironment[app.executionEnvironment] }
                : {}),
            scaling: { minInstanceCount: app.minInstances, maxInstanceCount: app.maxInstances },
            containers: containersOf(context, service, release, { ...app, part }, { ports: [port], resources: { limits: limitsOf(app) }, ...servedProbes(app) }, { cpuIdle: !app.cpuAlwaysAllocated, startupCpuBoost: app.startupCpuBoost ?? true }),
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/run-job.js












const runJobAddress = (name) => `job/${name}`;
function run_job_workerJob(context, service, worker, release, { passes, after }) {
    const { deployment } = context;
    const { template: task, ...execution } = run_job_executionOf(context, service, worker, release);
    const address = runJobAddress(worker.name);
    const why = because(deployment, worker.place);
    const at = { project: deployment.project, region: deployment.region, name: worker.name };
    const bodyOf = (have) => ({
        ...kept(have),
        ...sentMarks(deployment, service, have),
        template: { ...execution, ...sentRevisionMarks(deployment, service, release), template: task },
    });
    return {
        address,
        dependsOn: after,
        observe: () => run_job_readJob(context, at),
        diff: (have) => {
            const fields = [
                ...compare(wantedMarks(deployment, service, have), have),
                ...compare(execution, have?.template),
                ...compare(wantedRevisionMarks(service, have), have?.template, 'execution.'),
                ...templateChanges(task ?? {}, have?.template?.template),
                ...run_job_retryOf(have),
            ];
            return have ? update(address, why, fields) : [create(address, why, fields)];
        },
        apply: (_changes, have) => run_job_write(context, at, have, bodyOf, passes),
    };
}
function run_job_executionOf(context, service, worker, release) {
    const { tasks = 1, parallelism = 0, maxRetries = 0, timeoutSeconds = 0 } = worker.execution ?? {};
    return {
        taskCount: tasks,
        parallelism,
        template: {
            ...templateOf(context, service, release),
            ...acceleratorOf(worker),
            maxRetries,
            timeout: `${timeoutSeconds}s`,
            containers: containersOf(context, service, release, { ...worker, part: 'worker' }, { resources: { limits: limitsOf(worker) } }),
        },
    };
}
/** What others have set beside what is ours: a write replaces the whole job. */
function kept(have) {
    const { binaryAuthorization, launchStage, client, clientVersion } = have ?? {};
    return JSON.parse(JSON.stringify({ binaryAuthorization, launchStage, client, clientVersion }));
}
/** A job that could not be run is not looked at again by itself: it is written once more. */
function run_job_retryOf(have) {
    const failed = have && notReady(have);
    return failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
}
/** As for revisions: rights may take seven minutes to count. */
const run_job_longestPassing = (/* unused pure expression or super */ null && (7 * 60_000));
const passingPause = 10_000;
async function run_job_write(context, at, found, bodyOf, passes) {
    const { google } = context;
    const end = google.clock.now() + run_job_longestPassing;
    let have = found;
    for (let conflict = 0; conflict < mostConflicts;) {
        try {
            await send(context, at, have, bodyOf(have));
            return;
        }
        catch (error) {
            if (error instanceof GoogleError && error.http === 409)
                conflict++;
            else if (google.clock.now() + passingPause > end || !(await passes(error)))
                throw error;
            else
                await google.clock.sleep(passingPause, google.signal);
            have = await run_job_readJob(context, at);
        }
    }
    throw new Failure('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
        next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
    });
}
/** Throws RevisionFailed when Cloud Run takes the job and says that it could not be run. */
async function send({ google }, at, have, body) {
    try {
        await (have ? replaceJob(google, at, { ...body, etag: have.etag }) : createJob(google, at, body));
    }
    catch (error) {
        if (error instanceof OperationFailed)
            throw run_job_failed(at, error.message, error);
        throw error;
    }
    const problem = notReady(await waitUntilJobIsSettled(google, at));
    if (problem)
        throw run_job_failed(at, problem.message ?? 'Google gives no reason.', undefined);
}
function run_job_failed(at, reason, cause) {
    return new RevisionFailed({ kind: 'jobs', workload: at.name, revision: at.name, reason, serving: undefined, stage: 'start' }, cause);
}
async function run_job_readJob({ google }, at) {
    return await getJob(google, at).catch((error) => {
        if (isNotFound(error))
            return undefined;
        throw error;
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/worker-pool.js












const workerPoolAddress = (name) => `worker_pool/${name}`;
/**
 * Cloud Run keeps the instances of the old revision until the new one is ready. With `hold` they stay beyond that: the
 * new revision has no instances until the release of the whole set.
 */
function worker_pool_workerPool(context, service, worker, release, rollout) {
    const { google, deployment } = context;
    const { template, ...settings } = worker_pool_wantOf(context, service, worker, release);
    const address = workerPoolAddress(worker.name);
    const why = because(deployment, worker.place);
    const at = {
        kind: 'workerPools',
        project: deployment.project,
        region: deployment.region,
        name: worker.name,
    };
    const inner = (have) => {
        const failed = have && notReady(have);
        const retry = failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
        const marks = compare(wantedRevisionMarks(service, have), have?.template, 'revision.');
        return [...templateChanges(template ?? {}, have?.template), ...marks, ...retry];
    };
    const splitsOf = (have) => rollout.hold && have?.latestReadyRevision ? heldSplits(have) : latestSplits;
    const wantedOuter = (have) => ({
        ...settings,
        ...wantedMarks(deployment, service, have),
        ...(rollout.hold && have ? {} : { instanceSplits: splitsOf(have) }),
    });
    const touched = (have) => [
        ...new Set(compare(wantedOuter(have), have).map(({ field }) => field.split('.')[0] ?? field)),
    ];
    const bodyOf = (name, have) => ({
        ...settings,
        ...sentMarks(deployment, service, have),
        instanceSplits: splitsOf(have),
        template: { ...template, revision: name, ...sentRevisionMarks(deployment, service, release) },
    });
    const deploy = async (found) => {
        if (found?.reconciling)
            await waitUntilReconciled(google, at);
        const have = found?.reconciling ? await read(context, at) : found;
        if (have && inner(have).length === 0) {
            await amend(context, at, have, { touched, body: (now) => bodyOf('', now) });
            return;
        }
        await makeRevision(context, have, {
            at,
            commit: release.commit,
            passes: rollout.passes,
            serving: shortName(have?.latestReadyRevision) || undefined,
            request: (name, now) => {
                const body = bodyOf(name, now);
                return now ? { body, mask: [...new Set([...touched(now), 'template', 'instanceSplits'])] } : { body };
            },
        });
    };
    return {
        address,
        dependsOn: rollout.after,
        observe: () => read(context, at),
        diff: (have) => {
            const fields = [...compare(wantedOuter(have), have), ...inner(have)];
            return have ? update(address, why, fields) : [create(address, why, fields)];
        },
        apply: (_changes, found) => unlessDeleted(at, deploy(found)),
    };
}
const latestSplits = [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }];
/** What runs now, by name: "latest" would move with the new revision. */
function heldSplits(have) {
    const named = (have.instanceSplits ?? []).filter(({ revision }) => revision);
    if (named.length > 0)
        return named;
    const revision = shortName(have.latestReadyRevision);
    return [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION', revision, percent: 100 }];
}
function worker_pool_wantOf(context, service, worker, release) {
    return {
        scaling: { manualInstanceCount: worker.instances },
        template: {
            ...templateOf(context, service, release),
            ...acceleratorOf(worker),
            containers: containersOf(context, service, release, { ...worker, part: 'worker' }, { resources: { limits: limitsOf(worker) }, ...sidecarProbes(worker) }),
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/worker-service.js

/** Cloud Run's own. */
const requestTimeout = 300;
const defaultPort = 8080;
/**
 * Held back it has no tag: a revision that can be reached has its instances, and would work beside the old one.
 */
function worker_service_workerService(context, service, worker, release, { passes, hold, after }) {
    const shift = { kind: hold ? 'none' : 'shift' };
    return runService(context, service, asApp(worker), release, { shift, passes }, { part: 'worker', after });
}
function asApp(worker) {
    const { name, cpu, memory, gpu, command, args, startupProbe, livenessProbe, dependsOn, place } = worker;
    return {
        name,
        port: worker.port ?? defaultPort,
        cpu,
        memory,
        ...(gpu && { gpu }),
        ...(command && { command }),
        ...(args && { args }),
        ...(startupProbe && { startupProbe }),
        ...(livenessProbe && { livenessProbe }),
        ...(dependsOn && { dependsOn }),
        timeoutSeconds: requestTimeout,
        minInstances: worker.instances,
        maxInstances: worker.instances,
        ingress: 'internal',
        authentication: 'iam',
        sessionAffinity: false,
        cpuAlwaysAllocated: true,
        place,
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/worker.js




function workerResource(context, service, worker, release, rollout) {
    switch (worker.runtime) {
        case 'pool':
            return workerPool(context, service, worker, release, rollout);
        case 'service':
            return workerService(context, service, worker, release, rollout);
        case 'job':
            return workerJob(context, service, worker, release, rollout);
    }
}
function workerAddress({ runtime, name }) {
    switch (runtime) {
        case 'pool':
            return workerPoolAddress(name);
        case 'service':
            return runServiceAddress(name);
        case 'job':
            return runJobAddress(name);
    }
}

;// CONCATENATED MODULE: ./.build/src/resources/retired-workload.js











const kinds = { pool: 'worker pool', service: 'service', job: 'job' };
/** All workloads of the region that the file does not ask for, whoever made them. */
async function unaskedWorkloads(site) {
    const [pools, services, jobs] = await Promise.all([
        listedPools(site)(),
        listedServices(site)(),
        listedJobs(site)(),
    ]);
    const asked = askedAddresses(site);
    return [
        ...pools.map((have) => unasked(site, 'pool', have)),
        ...services.map((have) => unasked(site, 'service', have)),
        ...jobs.map((have) => unasked(site, 'job', have)),
    ].filter(({ address }) => !asked.has(address));
}
function askedAddresses({ deployment }) {
    return new Set(deployment.services.flatMap(({ app, worker }) => [
        ...(app ? [runServiceAddress(app.name)] : []),
        ...(worker ? [workerAddress(worker)] : []),
    ]));
}
function unasked({ deployment }, runtime, have) {
    const name = workload_shortName(have.name);
    const ours = mark_isOurs(deployment, markOfLabels(have.labels));
    return {
        runtime,
        name,
        address: workerAddress({ runtime, name }),
        isOurs: ours,
        service: ours ? have.labels?.service : undefined,
        isWorker: runtime !== 'service' || isWorkerService(have),
        since: sinceOf(have),
    };
}
function sinceOf({ updateTime, template }) {
    const commit = template?.labels?.commit;
    const from = commit ? `, from commit ${commit.slice(0, 7)}` : '';
    return updateTime ? `last changed on ${updateTime.slice(0, 10)}${from}` : '';
}
function retiredWorkload(site, found, fate) {
    const { runtime, name, address } = found;
    const { list, read, remove } = accessOf(site, found);
    const isGoing = (have) => found.isOurs && fate.stays === undefined && !have.running;
    return {
        address,
        dependsOn: fate.after,
        observe: async (fresh) => {
            const have = await find(fresh, list, (one) => workload_shortName(one.name) === name, read, error_isNotFound);
            if (!have || runtime !== 'job' || !found.isOurs)
                return have;
            const executions = await listExecutions(site.google, locationOf(site, found));
            return { ...have, running: executions.some(({ completionTime }) => !completionTime) };
        },
        diff: (have) => (have && isGoing(have) ? [removal(address, fate)] : []),
        stays: (have) => (have && !isGoing(have) ? [staying(site, found, fate)] : []),
        apply: async (_changes, have) => {
            await remove(have?.etag).catch(async (error) => {
                if (!isConflict(error))
                    throw error;
                const now = await read().catch(retired_workload_unlessAbsent);
                // It is gone, or going: an earlier sending of the same had its effect.
                if (now && !now.deleteTime)
                    throw changedMeanwhile(name, error);
            });
        },
    };
}
function removal(address, { because, destructive }) {
    return { address, action: 'delete', fields: [], because, destructive };
}
function staying(site, found, { because, stays, running }) {
    const { address } = found;
    if (!found.isOurs) {
        return {
            address,
            whose: 'foreign',
            because: 'it is called like the worker and was not made by this deployment; it may take the same messages',
            next: `If the worker of this file replaces it: \`${commandOf(site, found)}\`.`,
        };
    }
    if (stays !== undefined) {
        return { address, whose: 'ours', because, next: `${stays} By hand: \`${commandOf(site, found)}\`.` };
    }
    return {
        address,
        whose: 'ours',
        because: `${because}, and an execution of it is still running`,
        next: running,
    };
}
function commandOf({ deployment: { project, region } }, { runtime, name }) {
    const collection = { pool: 'worker-pools', service: 'services', job: 'jobs' }[runtime];
    return `gcloud run ${collection} delete ${name} --project=${project} --region=${region}`;
}
function changedMeanwhile(name, cause) {
    return new failure/* Failure */.H('CONCURRENT_CHANGE', `${name} was to be deleted, and somebody has just changed it.`, {
        next: 'It was left as it is. Run again: what deploy.yaml asks for then decides.',
        cause,
    });
}
function retired_workload_unlessAbsent(error) {
    if (error_isNotFound(error))
        return undefined;
    throw error;
}
function locationOf({ deployment: { project, region } }, { name }) {
    return { project, region, name };
}
function accessOf(site, found) {
    const { google } = site;
    const where = locationOf(site, found);
    if (found.runtime === 'job') {
        return {
            list: listedJobs(site),
            read: () => run_jobs_getJob(google, where),
            remove: (etag) => deleteJob(google, where, etag),
        };
    }
    const kind = found.runtime === 'pool' ? 'workerPools' : 'services';
    return {
        list: found.runtime === 'pool' ? listedPools(site) : listedServices(site),
        read: () => run_getWorkload(google, { kind, ...where }),
        remove: (etag) => deleteWorkload(google, { kind, ...where }, etag),
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/former-workers.js


/** `hold`: what runs now is to stay as it is until the release of the whole set. */
async function formerWorkers(site, service, hold) {
    const { worker } = service;
    if (!worker)
        return [];
    const found = await unaskedWorkloads(site);
    return found
        .filter((one) => isFormerOf(service, one) || (!one.isOurs && one.name === worker.name))
        .map((one) => retiredWorkload(site, one, fateOf(service.key, worker, one, hold)));
}
/** Whether a deployment of the service replaces it. */
function isFormerOf({ key, worker }, found) {
    return worker !== undefined && found.isOurs && found.isWorker && found.service === key;
}
function fateOf(key, worker, found, hold) {
    const { name, runtime } = worker;
    // A job that is new runs nothing by itself: what is there can go on until nothing is held back any more.
    const isHeld = hold && runtime === 'job';
    return {
        because: found.name === name
            ? `${name} is a ${kinds[runtime]} now (services.${key}.worker.runtime)`
            : `the worker of services.${key} is ${kinds[runtime]} ${name} now`,
        after: [workerAddress(worker)],
        stays: isHeld ? 'The next deployment that is not held back deletes it.' : undefined,
        running: 'The first deployment after its end deletes it.',
        // The file asked for the other one, and a worker keeps nothing: its records of revisions or executions go.
        destructive: false,
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/removed-workloads.js


async function removed_workloads_removedWorkloads(site, { stays, withoutFormer }) {
    const { deployment } = site;
    const isFormer = (one) => deployment.services.some((service) => isFormerOf(service, one));
    const found = await unaskedWorkloads(site);
    return found
        .filter((one) => one.isOurs && !(withoutFormer && isFormer(one)))
        .map((one) => retiredWorkload(site, one, {
        because: [whyRemoved(deployment, one), one.since].filter((part) => part !== '').join('; '),
        after: [],
        stays,
        running: 'A release with `prune: true` after its end deletes it.',
        destructive: true,
    }));
}
function whyRemoved({ file, services }, { service: key, isWorker }) {
    const service = services.find((one) => one.key === key);
    if (!key)
        return `${file} does not ask for it`;
    if (!service)
        return `${file} has no service ${key} any more`;
    const { app, worker } = service;
    if (isWorker) {
        return worker
            ? `the worker of services.${key} is ${kinds[worker.runtime]} ${worker.name} now`
            : `services.${key} has no worker any more`;
    }
    return app ? `the app of services.${key} is ${app.name} now` : `services.${key} has no app any more`;
}

;// CONCATENATED MODULE: ./.build/src/actions/require-done.js



/** Throws unless every resource of the run is as wanted; the message names those that are not. */
function require_done_requireDone({ deployer, deployment }, outcomes, signal) {
    const failed = outcomes.filter(({ state }) => state === 'failed');
    const [first] = failed;
    // Interrupted between two steps: nothing failed, and yet not all was done.
    if (first === undefined && outcomes.some(({ state }) => state === 'not tried'))
        signal.throwIfAborted();
    if (first === undefined)
        return;
    if (failed.length === 1)
        throw first.error;
    const who = { principal: deployer, project: deployment.project };
    const untried = outcomes.filter(({ state }) => state === 'not tried').length;
    throw new Failure('APPLY_INCOMPLETE', `${counted(failed.length, 'resource')} failed (${failed.map(({ address }) => nameOf(address)).join(', ')}), ${untried} not tried.`, {
        next: 'Mend what the lines above name and run again: what is already done is kept.',
        details: failed.map(({ address, error }) => `${nameOf(address)}: ${inFull(explainGoogle(error, who))}`),
    });
}
function inFull(error) {
    if (error instanceof Failure)
        return `${error.code}: ${error.message} ${error.next}`;
    return error instanceof Error ? error.message : String(error);
}

;// CONCATENATED MODULE: ./.build/src/google/cloudresourcemanager.js
function getProject(google, project) {
    return google.transport.send({
        api: 'cloudresourcemanager',
        method: 'GET',
        path: `v1/projects/${project}`,
    });
}

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
    const { IdentityPoolClient } = await __webpack_require__.e(/* import() */ 960).then(__webpack_require__.t.bind(__webpack_require__, 29960, 19));
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
    const { GoogleAuth } = await Promise.all(/* import() */[__webpack_require__.e(960), __webpack_require__.e(325), __webpack_require__.e(492)]).then(__webpack_require__.t.bind(__webpack_require__, 492, 19));
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
    await (0,external_node_fs_promises_.access)(path).catch((cause) => {
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
    const file = JSON.parse(await (0,external_node_fs_promises_.readFile)(path, 'utf8'));
    if (file.type !== 'external_account' || !file.service_account_impersonation_url)
        return undefined;
    const { ExternalAccountClient } = await Promise.all(/* import() */[__webpack_require__.e(960), __webpack_require__.e(325), __webpack_require__.e(492)]).then(__webpack_require__.t.bind(__webpack_require__, 492, 19));
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
    const file = JSON.parse(await (0,external_node_fs_promises_.readFile)(path, 'utf8'));
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
    const answer = credentials_answerOf(error);
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
function credentials_answerOf(error) {
    const message = error instanceof Error ? error.message : String(error);
    if (typeof error !== 'object' || error === null || !('config' in error))
        return { url: '', message };
    const config = error.config;
    const url = String(config.url ?? '');
    const data = 'response' in error ? error.response : undefined;
    const text = typeof data?.data === 'string' ? data.data : JSON.stringify(data?.data ?? {});
    return {
        url,
        message: errorFromBody({ api: 'sts', method: 'POST', path: url }, data?.status ?? 0, text, undefined)
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
        throw new NoAnswer(request, new Error(`the answer is not JSON: ${text.slice(0, 120)}`, { cause }));
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
        throw new NoAnswer(request, signal.aborted ? signal.reason : error);
    }
    done(response.status, response.headers.get('x-goog-request-id') ?? undefined);
    if (!response.ok)
        throw errorFromBody(request, response.status, String(answer), retryAfter(response));
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
    if (error instanceof error_GoogleError && error.reason === 'SERVICE_DISABLED') {
        return options.justEnabled?.has(error.metadata.service ?? '') ? enablingAttempts : 1;
    }
    if (error instanceof error_GoogleError && (error.http === 429 || isQuota(error)))
        return options.attempts ?? quotaAttempts;
    return worthRepeating(error, request) ? (options.attempts ?? defaultAttempts) : 1;
}
function worthRepeating(error, request) {
    const repeatable = request.repeatable ?? request.method !== 'POST';
    if (error instanceof NoAnswer)
        return repeatable;
    if (!(error instanceof error_GoogleError))
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
    if (error instanceof error_GoogleError && error.retryAfterSeconds !== undefined)
        return Math.min(error.retryAfterSeconds, longestRetryAfter) * 1000;
    const ceiling = Math.min(20_000, 500 * 2 ** number);
    return ceiling / 2 + (Math.random() * ceiling) / 2;
}
function retryAfter(response) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds : undefined;
}

;// CONCATENATED MODULE: ./.build/src/report/log.js

/** The lines that the log shows for an event of the engine. */
function logLines(event) {
    switch (event.kind) {
        case 'observed':
            return [`looked at ${sentences_counted(event.resources, 'resource')}`];
        case 'planned':
            return [
                `plan: ${sentences_totals(event.changes)}`,
                ...event.changes.flatMap((change) => [
                    `  ${sentences_lineOf(change)}`,
                    ...(change.action === 'create' ? [] : change.fields.map((field) => `      ${sentences_fieldLine(field)}`)),
                ]),
                ...event.left.map((one) => `  ${leftLine(one)}: ${one.because}`),
            ];
        case 'started':
            return [];
        case 'applied':
            return [`  ✓ ${sentences_nameOf(event.address)} (${sentences_duration(event.milliseconds)})`];
        case 'failed':
            return [
                `  ✗ ${sentences_nameOf(event.address)}: ${event.error instanceof Error ? event.error.message : String(event.error)}`,
            ];
    }
}

;// CONCATENATED MODULE: ./.build/src/actions/session.js










/** Reads at once; writes on one policy or instance wait for each other by their own rules. */
const session_concurrency = 16;
async function openSession(inputs, deployment, host, options = {}) {
    const { google, clock, accessToken, deployer, justEnabled, credentials } = await connect(inputs, deployment.project, host);
    // A fresh project cannot even be asked for its number.
    if (options.enableFirst)
        await ensureServices(google, deployment.project, options.enableFirst);
    const project = await getProject(google, deployment.project);
    const context = createContext({
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
    return { context, clock, pool: new pool_Pool(session_concurrency), emit: session_logEvents(host), accessToken, idToken };
}
/** Writes down what the engine does. */
function session_logEvents(host) {
    return (event) => {
        for (const line of logLines(event))
            host.info(line);
    };
}
/** The way to Google alone, for phases without a deployment file; nothing is sent yet. */
async function connect(inputs, project, host) {
    const clock = clockOf(host);
    const credentials = createCredentials(session_sourceOf(inputs, host), {
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
    return scale > 0 && scale !== 1 ? scaledClock(scale) : systemClock;
}
function session_sourceOf(inputs, host) {
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

;// CONCATENATED MODULE: ./.build/src/actions/removals.js








/** What a person can do about those that stay. */
const staysUntil = {
    asked: 'A deployment with `prune: true` deletes it, once all traffic is on the new release.',
    whole: 'This release is of some services, and the others may still call it: one of all services with `prune: true` deletes it.',
    success: 'A release that succeeds deletes it, with `prune: true`.',
    closed: 'It goes with the preview, once the pull request is closed.',
};
/** Reads only. `stays` says what a person can do when they are not to go. */
async function planRemovals(site, stays, host) {
    const resources = await removedWorkloads(site, { stays, withoutFormer: false });
    return { resources, plan: await planOf(resources, site, host) };
}
/** What a promotion of these services takes away and leaves: the workers that it replaces, and what is not asked for. */
async function planPromotedRemovals(site, services, stays, host) {
    const found = await Promise.all([
        ...services.map((service) => formerWorkers(site, service, false)),
        removed_workloads_removedWorkloads(site, { stays, withoutFormer: true }),
    ]);
    return await planOf(found.flat(), site, host);
}
/** Nothing is said where there is nothing. */
async function planOf(resources, { google: { clock } }, host) {
    const emit = resources.length > 0 ? session_logEvents(host) : () => undefined;
    return await makePlan(resources, { pool: new pool_Pool(session_concurrency), clock, emit });
}
/** Deletes what the plan says. Throws when something of it could not be deleted; `tell` learns of the outcomes first. */
async function applyRemovals({ resources, plan }, { clock, deployer }, { deployment }, host, tell) {
    if (plan.changes.length === 0)
        return [];
    const outcomes = await applyPlan(resources, plan, {
        pool: new Pool(concurrency),
        clock,
        emit: logEvents(host),
        signal: host.signal,
        // Planned only when `prune` asks for it.
        allowDestructive: true,
    });
    await tell(outcomes);
    requireDone({ deployer, deployment }, outcomes, host.signal);
    return outcomes.filter(({ state }) => state === 'applied').map(({ address }) => address);
}
/** Where nobody asks, nobody looks at the table: code of an earlier release that goes on working is worth a warning. */
function warnOfLeft(left, file, host) {
    const [first] = left;
    if (!first)
        return;
    const names = left.map(({ address }) => nameOf(address)).join(', ');
    host.warning(`${counted(left.length, 'workload')} of this deployment ${left.length === 1 ? 'runs' : 'run'} on though ${file} does not ask for it: ${names}. ${first.next}`, { file, title: 'WORKLOAD_LEFT' });
}

;// CONCATENATED MODULE: ./.build/src/actions/promote.js






















const promote_inputs = {
    ...commonInputs,
    environment: (0,inputs.text)({ description: 'The environment of the file to promote to.', required: true }),
    from: (0,inputs.text)({ description: 'The environment of the file whose release is promoted.', required: true }),
    stage: (0,inputs.choice)(['find', 'compare', 'verify', 'copy'], {
        description: '`find` gives the commit on record, to check out. `compare` refuses what cannot be promoted and shows the difference. `verify` does so again and holds it against `hash` and `migrations`. `copy` brings the `images` into the registry of the environment.',
        default: 'compare',
    }),
    services: (0,inputs.text)({
        description: 'Keys of the services to take along, with commas or blanks between them; all if it is left out.',
    }),
    reason: (0,inputs.text)({ description: 'Why, for the summary.' }),
    hash: (0,inputs.text)({ description: 'For `verify`: the output `hash` of the comparison that was approved.' }),
    migrations: (0,inputs.text)({ description: 'For `verify`: the output `migrations` of that comparison.' }),
    prune: (0,inputs.boolean)({
        description: 'For `compare` and `verify`: of a promotion whose release is to delete what the file does not ask for any more; it is shown, and part of what is approved.',
        default: 'false',
    }),
    images: imagesInput('For `copy`: the output `images` of the comparison.'),
    github_token: githubTokenInput,
};
const action = defineAction({
    description: 'Take what runs in one environment to the next by digest: refuse what was not tested together, show the difference, hold it against what was approved, copy the images.',
    inputs: promote_inputs,
    outputs: {
        sha: 'The commit on record, which deploy.yaml and migrations are taken from.',
        hash: 'Digest of all that is shown: `verify` refuses when it has become another one.',
        images: 'Images by service, as JSON: those that run in `from`; after `copy`, where they are then.',
        services: 'Keys of the services, as a JSON list for `strategy.matrix`.',
        migrations: 'Names of the migrations that would run, as a JSON list.',
        changed: '`true` when anything would change.',
    },
    run: async (given, host) => {
        if (given.from === given.environment) {
            throw new failure/* Failure */.H('INPUT_INVALID', `from and environment are both ${given.from}.`, {
                next: 'Give the environment that is promoted from, and the one after it.',
            });
        }
        switch (given.stage) {
            case 'find':
                return await promote_find(given, host);
            case 'compare':
            case 'verify':
                return await promote_compare(given, host);
            case 'copy':
                return await copy(given, host);
        }
    },
});
/** The commit that the newest verified record is about; whether it can be promoted is for `compare` to say. */
async function promote_find(given, host) {
    const github = connectJob(given.github_token ?? '', host);
    const records = await readRecords(github, given.from);
    const sha = verifiedRelease(records)?.manifest?.sha;
    if (sha)
        return { sha };
    throw new failure/* Failure */.H('PROMOTION_NO_RECORD', promote_noRecord(given.from), {
        next: `Deploy to ${given.from} with the workflow deploy.yml of this suite: its last job writes the record.`,
    });
}
function promote_noRecord(from) {
    return `No successful deployment to ${from} is on record, so that nothing says which revisions were tested together.`;
}
async function promote_compare(given, host) {
    const [from, to] = [
        await loadConfig({ ...given, environment: given.from }, host),
        await loadConfig(given, host),
    ];
    const services = chosen(to, given.services);
    const github = connectJob(given.github_token ?? '', host);
    const records = await readRecords(github, given.from);
    const sha = verifiedRelease(records)?.sha;
    const [live, checks] = await Promise.all([
        within(from, given, host, ({ google }) => readLive({ google, deployment: from }, from.services)),
        sha ? foreignChecks(github, sha, host.environment.GITHUB_JOB) : [],
    ]);
    const release = requirePromotable({
        from: given.from,
        live,
        wanted: from.services.map(names),
        records,
        checks,
    });
    const images = imagesOfServices(services, imagesOf(live));
    const seen = await within(to, given, host, async ({ google }) => {
        const site = { google, deployment: to };
        return {
            live: await readLive(site, services),
            beside: await planPromotedRemovals(site, services, staysOf(given, to, services), host),
            versions: await secretVersions(google, to, services),
            pending: await promote_pendingOf(given, to, host),
        };
    });
    const targets = Object.fromEntries(Object.entries(images).map(([key, image]) => [key, targetImage(image, from, to)]));
    const proposal = {
        from: given.from,
        to: to.environment,
        release,
        services: services.map(({ key }) => key),
        differences: differences(wantedServices(services, targets, seen.versions), seen.live),
        replaced: servingRevisions(seen.live),
        goes: seen.beside.changes.map(({ address }) => address).sort(),
    };
    const hash = proposalDigest(proposal);
    await host.summarize(page(given, { ...proposal, beside: seen.beside }, hash, seen.pending));
    if (given.stage === 'verify') {
        requireApproved({
            ...proposal,
            approved: given.hash,
            now: hash,
            approvedMigrations: namesOf(given.migrations),
            migrations: seen.pending.names,
        });
    }
    host.info(`${sentences_counted(proposal.differences.length, 'workload')} of ${to.environment} would change (${hash})`);
    return {
        sha: release.sha,
        hash,
        images: JSON.stringify(images),
        services: JSON.stringify(proposal.services),
        migrations: JSON.stringify(seen.pending.names),
        changed: proposal.differences.length > 0 || seen.pending.names.length > 0 || proposal.goes.length > 0,
    };
}
/** What a person can do about workloads that the file does not ask for; nothing when the release deletes them. */
function staysOf(given, to, services) {
    if (!given.prune)
        return staysUntil.asked;
    return services.length === to.services.length ? undefined : staysUntil.whole;
}
/** Of these services, by the names of ImageSource. */
function imagesOfServices(services, serving) {
    const keys = new Set(services.map(({ key }) => key));
    return Object.fromEntries(Object.entries(serving).filter(([name]) => keys.has(serviceKeyOf(name))));
}
/** `web` of `web/proxy`. */
const serviceKeyOf = (name) => name.split('/')[0] ?? name;
function page(given, proposal, hash, pending) {
    const { release, beside, ...rest } = proposal;
    return promotionPage({
        ...rest,
        sha: release.sha,
        manifest: release.manifest,
        hash,
        ...(given.reason ? { reason: given.reason } : {}),
        migrations: pending.names,
        historySeen: pending.seen,
        goes: beside.changes,
        left: beside.left,
    });
}
function namesOf(list) {
    try {
        const parsed = JSON.parse(list ?? '[]');
        if (Array.isArray(parsed))
            return parsed.map(String);
    }
    catch {
        // Said below, as of any other wrong form.
    }
    throw new failure/* Failure */.H('INPUT_INVALID', '`migrations` is no JSON list.', {
        next: 'Give the output `migrations` of the comparison, as it is.',
    });
}
async function copy(given, host) {
    const [from, to] = [
        await loadConfig({ ...given, environment: given.from }, host),
        await loadConfig(given, host),
    ];
    const images = imagesOfInput(given.images);
    if (!images) {
        throw new failure/* Failure */.H('INPUT_INVALID', 'images is required for the stage copy.', {
            next: 'Give the output `images` of the comparison.',
        });
    }
    const { google, deployer } = await connect(given, to.project, host);
    const copies = given.dry_run ? [] : await copyImages(google, images, from, to, deployer);
    for (const { from: source, to: target, sent } of copies)
        host.info(`${sent === 0 ? 'is there' : `copied ${sentences_counted(sent, 'part')}`}: ${source} → ${target}`);
    await host.summarize(`### Images for ${to.environment}\n\n${copiesTable(copies)}`);
    const targets = Object.entries(images).map(([key, image]) => [key, targetImage(image, from, to)]);
    return {
        images: JSON.stringify(Object.fromEntries(targets)),
        services: JSON.stringify([...new Set(Object.keys(images).map(serviceKeyOf))]),
    };
}
/** Refusals of either project are to name that one. */
async function within({ project }, given, host, work) {
    const connection = await connect(given, project, host);
    return await work(connection).catch((error) => {
        throw denied_explainGoogle(error, { principal: connection.deployer, project });
    });
}
function chosen({ services, file }, list) {
    const keys = (list ?? '').split(/[\s,]+/).filter((key) => key !== '');
    const unknown = keys.filter((key) => !services.some((service) => service.key === key));
    if (unknown.length > 0) {
        throw new failure/* Failure */.H('INPUT_INVALID', `${file} has no service ${unknown.join(', ')}.`, {
            next: `It has: ${services.map(({ key }) => key).join(', ')}.`,
        });
    }
    return keys.length === 0 ? services : services.filter(({ key }) => keys.includes(key));
}
function names({ key, app, worker }) {
    return { key, ...(app && { app: app.name }), ...(worker && { worker: worker.name }) };
}
/** The newest version of each secret that is used; none where Secret Manager is not even switched on. */
async function secretVersions(google, { project }, services) {
    const used = new Set(services.flatMap(usedSecrets));
    const found = await Promise.all([...used].map(async (secret) => {
        const version = await latestVersionNumber(google, project, secret).catch((error) => {
            if (error instanceof error_GoogleError && error.reason === 'SERVICE_DISABLED')
                return undefined;
            throw error;
        });
        return [secret, version];
    }));
    return Object.fromEntries(found);
}
async function promote_pendingOf(given, to, host) {
    if (!to.database?.migrations)
        return { names: [], seen: true };
    return await pendingMigrations(to, () => openSession(given, to, host), host);
}


/***/ }),

/***/ 84378:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   assignments: () => (/* binding */ assignments),
/* harmony export */   boolean: () => (/* binding */ boolean),
/* harmony export */   choice: () => (/* binding */ choice),
/* harmony export */   isTrue: () => (/* binding */ isTrue),
/* harmony export */   looseBoolean: () => (/* binding */ looseBoolean),
/* harmony export */   readInputs: () => (/* binding */ readInputs),
/* harmony export */   text: () => (/* binding */ text)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(24353);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38816);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(24105);



function text(options) {
    const trimmed = zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().trim();
    return spec(options, options.keepsEmpty ? trimmed : trimmed.transform(absentIfEmpty));
}
function boolean(options) {
    return spec(options, zod__WEBPACK_IMPORTED_MODULE_2__/* ["enum"] */ .k5n(['true', 'True', 'TRUE', 'false', 'False', 'FALSE'], { error: 'must be true or false' })
        .transform((word) => word.toLowerCase() === 'true'));
}
/** As `boolean`, with the short words that google-github-actions take as well. */
function looseBoolean(options) {
    return spec(options, zod__WEBPACK_IMPORTED_MODULE_2__/* ["enum"] */ .k5n(['1', 't', 'T', 'true', 'True', 'TRUE', '0', 'f', 'F', 'false', 'False', 'FALSE'], {
        error: 'must be true or false',
    })
        .transform((word) => word === '1' || word.toLowerCase().startsWith('t')));
}
/** True for `true` in any case, false for everything else; never a problem. */
function isTrue(options) {
    return spec(options, zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().transform((word) => word.trim().toLowerCase() === 'true'));
}
/** One of the words. */
function choice(words, options) {
    return spec(options, zod__WEBPACK_IMPORTED_MODULE_2__/* ["enum"] */ .k5n(words, { error: `must be one of ${words.join(', ')}` }));
}
/** Lines of `NAME=value`; a value is everything after the first `=`, and each is masked. */
function assignments(options) {
    return { ...spec(options, zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP()), parse: parseAssignments };
}
function spec(options, schema) {
    return {
        description: options.description,
        ...(options.default === undefined ? {} : { default: options.default }),
        required: options.required ?? false,
        secret: options.secret ?? false,
        ...(options.keepsEmpty ? { keepsEmpty: true } : {}),
        parse: (given) => {
            const result = schema.safeParse(given);
            return result.success
                ? { value: result.data }
                : { problem: result.error.issues[0]?.message ?? 'is not valid' };
        },
    };
}
function absentIfEmpty(value) {
    return value === '' ? undefined : value;
}
function parseAssignments(given) {
    const lines = given.split('\n').filter((line) => line.trim() !== '');
    const bad = lines.findIndex((line) => !/^\s*[A-Za-z_][A-Za-z0-9_]*=/.test(line));
    // The line itself may hold a secret and is not shown.
    if (bad >= 0)
        return { problem: `line ${bad + 1} is not NAME=value` };
    return {
        value: Object.fromEntries(lines.map((line) => {
            const at = line.indexOf('=');
            return [line.slice(0, at).trim(), line.slice(at + 1)];
        })),
    };
}
/** Reads all inputs and reports all problems at once. Throws INPUT_INVALID; nothing has happened by then. */
function readInputs(specs) {
    const problems = [];
    const values = Object.entries(specs).map(([name, input]) => {
        const written = (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4)(name, { trimWhitespace: !input.secret });
        const given = written || (input.keepsEmpty && isWritten(name) ? '' : defaultOf(input));
        if (input.secret)
            maskLines(given);
        if (given === '' && input.required)
            problems.push(`${name} is required: ${input.description}`);
        const parsed = input.parse(given);
        if ('problem' in parsed)
            problems.push(`${name} ${parsed.problem}${input.secret ? '' : `, found "${given}"`}`);
        return [name, 'value' in parsed ? parsed.value : undefined];
    });
    if (problems.length > 0) {
        throw new _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .Failure */ .H('INPUT_INVALID', `The action's inputs have ${count(problems.length, 'problem')}.`, {
            next: 'Correct the `with:` of this step.',
            details: problems,
        });
    }
    return Object.fromEntries(values);
}
/** The runner fills in the default; outside of it nobody does, and an expression has no value there. */
function defaultOf({ default: given = '' }) {
    return given.startsWith(`\${{`) ? '' : given;
}
function isWritten(name) {
    return process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] !== undefined;
}
/** Masks each line and, of `NAME=value`, the value: the runner compares line by line. */
function maskLines(value) {
    for (const line of value.split('\n').map((each) => each.trim())) {
        if (line === '')
            continue;
        const assigned = /^[A-Za-z_][A-Za-z0-9_]*=(.+)$/.exec(line)?.[1];
        (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq)(assigned ?? line);
    }
}
function count(number, word) {
    return `${number} ${word}${number === 1 ? '' : 's'}`;
}


/***/ })

};
