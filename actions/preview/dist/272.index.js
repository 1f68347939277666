export const id = 272;
export const ids = [272,378];
export const modules = {

/***/ 4272:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  action: () => (/* binding */ action)
});

// EXTERNAL MODULE: ./.build/src/github/inputs.js
var inputs = __webpack_require__(4378);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
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
async function error_unlessExists(create) {
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
function finished(operation, what) {
    if (operation.error) {
        throw new operations_OperationFailed(what, operation.error.code ?? 0, operation.error.message ?? 'no message');
    }
    return operation.response;
}
/** Waits for an operation that is polled by its name below the API's version. */
async function operations_waitForRpc(started, get, waiting, clock, signal) {
    if (started.done)
        return finished(started, waiting.what);
    const name = started.name ?? '';
    const ended = await operations_waitFor(async () => {
        const now = await get(name);
        return now.done ? now : undefined;
    }, waiting, clock, signal);
    return finished(ended, waiting.what);
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
function explainGoogle(error, who) {
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
                throw explainGoogle(error, { principal, project });
            }
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/github/rest/comments.js
/** GitHub's limit for the body of a comment, in characters. */
const longestBody = 65_536;
/** Hidden in a comment's text, it says which of our comments it is. */
function comments_hidden(marker) {
    return `<!-- aethercast-deploy: ${marker} -->`;
}
/**
 * The one comment of this kind on a pull request: made once, then edited, and left alone when nothing has changed.
 * Throws Failure GITHUB_REFUSED. Needs `pull-requests: write`.
 * https://docs.github.com/rest/issues/comments
 */
async function upsertComment(github, pullRequest, marker, markdown) {
    const { octokit, repository } = github;
    const body = withinLimit(`${comments_hidden(marker)}\n${markdown}`);
    const [first, ...others] = await ownComments(github, pullRequest, marker);
    for (const other of others)
        await octokit.rest.issues.deleteComment({ ...repository, comment_id: other.id });
    if (first === undefined) {
        const made = await octokit.rest.issues.createComment({ ...repository, issue_number: pullRequest, body });
        return { url: made.data.html_url };
    }
    if (first.body !== body) {
        await octokit.rest.issues.updateComment({ ...repository, comment_id: first.id, body });
    }
    return { url: first.html_url };
}
async function ownComments(github, pullRequest, marker) {
    const { octokit, repository } = github;
    const all = await octokit.paginate(octokit.rest.issues.listComments, {
        ...repository,
        issue_number: pullRequest,
        per_page: 100,
    });
    const marked = all.filter(({ body }) => body?.startsWith(comments_hidden(marker)));
    if (marked.length === 0)
        return [];
    const people = marked.filter(({ user }) => user?.type !== 'Bot');
    // Anybody can write the marker. Their comments are theirs, unless the token is that person's own.
    const self = people.length > 0 ? await loginOf(github) : undefined;
    return marked.filter(({ user }) => user?.type === 'Bot' || (self !== undefined && user?.login === self));
}
/** The person whose token it is; nobody for the token of a job. */
async function loginOf({ octokit }) {
    return await octokit.rest.users.getAuthenticated().then(({ data }) => data.login, () => undefined);
}
function withinLimit(body) {
    if (body.length <= longestBody)
        return body;
    const note = '\n\n… cut here: the rest is in the summary of the run.';
    const kept = body.slice(0, longestBody - note.length);
    // Whole lines: half a row would break the table.
    return kept.slice(0, kept.lastIndexOf('\n')) + note;
}

// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(2413);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
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
    const cause = error instanceof failure/* Failure */.H ? error.cause : error;
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
        description: cut(description),
        payload: payload,
        auto_merge: false,
        required_contexts: [],
        production_environment: production,
        transient_environment: transient,
    });
    if ('id' in data)
        return { id: data.id };
    throw new failure/* Failure */.H('GITHUB_REFUSED', `GitHub made no deployment of ${ref}: ${data.message ?? ''}`, {
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
        ...(description === undefined ? {} : { description: cut(description) }),
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
function cut(text) {
    return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}

;// CONCATENATED MODULE: ./.build/src/github/run-url.js
/** Page of the run in which this happens; nothing outside of GitHub Actions. */
function runUrl({ environment }) {
    const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
    return GITHUB_RUN_ID && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
/** The same of this attempt alone: a run that is repeated does its work again, and may come to something else. */
function attemptUrl(host) {
    const url = runUrl(host);
    return url && `${url}/attempts/${host.environment.GITHUB_RUN_ATTEMPT ?? '1'}`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
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
function preview_names_claimName(deployment, pullRequest) {
    return `${deployment}-${previewEnvironment(pullRequest)}-claim`;
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
            .map((each, at) => (at === address.end - index ? redis_databases_cut(each, address) : each)));
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
function redis_databases_cut(part, { length }) {
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

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
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
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++)
        value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
});
/** CRC32C (Castagnoli), which Secret Manager asks for and answers with. https://cloud.google.com/secret-manager/docs/data-integrity */
function crc32c_crc32c(data) {
    let crc = 0xffffffff;
    for (const byte of data)
        crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
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

;// CONCATENATED MODULE: ./.build/src/google/secretmanager.js




function listSecrets(google, project) {
    return paging_listAll(google.transport, { api: 'secretmanager', method: 'GET', path: `v1/projects/${project}/secrets`, query: { pageSize: 250 } }, (page) => page.secrets);
}
function secretmanager_getSecret(google, project, secret) {
    return google.transport.send({
        api: 'secretmanager',
        method: 'GET',
        path: `v1/projects/${project}/secrets/${secret}`,
    });
}
function secretmanager_createSecret(google, project, secret, labels) {
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
async function secretmanager_latestVersion(google, project, secret) {
    try {
        const answer = await google.transport.send({
            api: 'secretmanager',
            method: 'GET',
            path: `v1/projects/${project}/secrets/${secret}/versions/latest:access`,
        });
        const data = Buffer.from(answer.payload?.data ?? '', 'base64');
        const { dataCrc32c } = answer.payload ?? {};
        if (dataCrc32c && String(dataCrc32c) !== String(crc32c(data))) {
            throw new Error(`the value of secret ${secret} was damaged on its way`);
        }
        return { number: answer.name?.split('/').at(-1) ?? '', value: new Secret(data.toString('utf8')) };
    }
    catch (error) {
        // A disabled or destroyed version answers FAILED_PRECONDITION.
        if (isNotFound(error) || isDisabled(error))
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
        if (isNotFound(error))
            return undefined;
        throw error;
    });
    return version?.state === 'ENABLED' ? version.name?.split('/').at(-1) : undefined;
}
/** Adds a version of exactly these bytes and returns its number. */
async function secretmanager_addVersion(google, project, secret, value) {
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
async function secretmanager_enabledVersions(google, project, secret) {
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
async function secretmanager_disableVersion(google, project, secret, number) {
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

;// CONCATENATED MODULE: ./.build/src/google/serviceusage.js

/** Google refuses more than 20 in one batchEnable and reads as many at a time. https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const batch = 20;
/** Enabling takes up to about 75 s for the slow ones. */
const deadline = 10 * 60_000;
/** Which of these services (`run.googleapis.com`, ...) are enabled in the project. */
async function serviceusage_enabledServices(google, project, names) {
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
    const enabled = await serviceusage_enabledServices(google, project, names);
    await serviceusage_enableServices(google, project, names.filter((name) => !enabled.has(name)));
}
/** Enables them, 20 at a time, one batch after the other: Google refuses a second activation while one is running. */
async function serviceusage_enableServices(google, project, names) {
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
        await operations_waitForRpc(started, (name) => google.transport.send({ api: 'serviceusage', method: 'GET', path: `v1/${name}` }), { what: `enabling ${chunk.length} APIs in ${project}`, deadline }, google.clock, google.signal);
    }
}
function chunks(names) {
    return Array.from({ length: Math.ceil(names.length / batch) }, (_, index) => names.slice(index * batch, (index + 1) * batch));
}

;// CONCATENATED MODULE: ./.build/src/resources/apis.js
/**
 * The APIs that the deployment uses, enabled in its project. Only enabling is ours: an API that nothing of ours needs
 * any more may be in use by others. https://cloud.google.com/service-usage/docs/enable-disable
 */


const apis_apisAddress = 'apis';
/** `names` are some of the deployment's APIs; all of them unless told. */
function apis(context, names = context.deployment.apis) {
    const { google, deployment } = context;
    return {
        address: apis_apisAddress,
        dependsOn: [],
        remedy: 'An API that stays disabled is held back by an organization policy (gcp.restrictServiceUsage, serviceuser.services) or by a project without billing: look at both, then run again.',
        observe: (fresh) => (fresh ? enabledServices(google, deployment.project, names) : context.enabled()),
        diff: (enabled) => update(apis_apisAddress, 'what deploy.yaml uses', names
            .filter((api) => !enabled?.has(api))
            .map((api) => ({ field: api, before: 'disabled', after: 'enabled' }))),
        apply: async (changes) => {
            const missing = changes.flatMap((change) => change.fields.map(({ field }) => field));
            for (const api of missing)
                context.justEnabled.add(api);
            await enableServices(google, deployment.project, missing);
        },
    };
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
        enabled: once(() => serviceusage_enabledServices(google, deployment.project, [...new Set([...deployment.apis, zoneApi])])),
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
function context_listing(context, api, read) {
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
async function context_find(fresh, list, matches, read, isAbsent) {
    if (!fresh)
        return (await list()).find(matches);
    return await read().catch((error) => {
        if (isAbsent(error))
            return undefined;
        throw error;
    });
}

;// CONCATENATED MODULE: ./.build/src/config/template.js

/** Thrown when a template needs a fact that is not known yet. */
class template_UnknownFact extends Error {
    reference;
    constructor(reference) {
        super(`not known yet: ${nameOf(reference)}`);
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
function template_openReferences(template) {
    return template.parts.filter((part) => typeof part !== 'string');
}
/** Fills in a template that holds no secret. Throws UnknownFact. */
function resolveText(template, facts) {
    return template.parts
        .map((part) => {
        if (typeof part === 'string')
            return part;
        const value = requireFact(part, facts);
        if (value instanceof Secret)
            throw new TypeError(`${nameOf(part)} is a secret and has no place in plain text`);
        return value;
    })
        .join('');
}
/** Fills in a template that may hold secrets. Throws UnknownFact. */
function template_resolveSecret(template, facts) {
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
        throw new template_UnknownFact(reference);
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
function nameOf(reference) {
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

;// CONCATENATED MODULE: ./.build/src/google/redis.js




/** Creating takes three to ten minutes. */
const redis_deadline = (/* unused pure expression or super */ null && (20 * 60_000));
const collection = (at) => `v1/projects/${at.project}/locations/${at.region}/instances`;
function redis_listRedis(google, at) {
    return listAll(google.transport, { api: 'redis', method: 'GET', path: collection(at) }, (page) => page.instances);
}
function redis_getRedis(google, at) {
    return google.transport.send({ api: 'redis', method: 'GET', path: `${collection(at)}/${at.name}` });
}
async function redis_redisAuth(google, at) {
    const answer = await google.transport.send({
        api: 'redis',
        method: 'GET',
        path: `${collection(at)}/${at.name}/authString`,
    });
    return new Secret(answer.authString ?? '');
}
async function redis_createRedis(google, at, instance) {
    const started = await google.transport.send({
        api: 'redis',
        method: 'POST',
        path: collection(at),
        query: { instanceId: at.name },
        body: instance,
        repeatable: true,
    });
    await finish(google, started, `creating Memorystore instance ${at.name}`);
}
async function redis_patchRedis(google, at, instance, updateMask) {
    const started = await google.transport.send({
        api: 'redis',
        method: 'PATCH',
        path: `${collection(at)}/${at.name}`,
        query: { updateMask },
        body: instance,
    });
    await finish(google, started, `changing Memorystore instance ${at.name}`);
}
/** A new version is a call of its own, and cannot be taken back. */
async function redis_upgradeRedis(google, at, redisVersion) {
    const started = await google.transport.send({
        api: 'redis',
        method: 'POST',
        path: `${collection(at)}/${at.name}:upgrade`,
        body: { redisVersion },
    });
    await finish(google, started, `upgrading Memorystore instance ${at.name}`);
}
/** With what is in it. That it is gone already is as good. */
async function redis_deleteRedis(google, at) {
    await unlessGone(google.transport
        .send({ api: 'redis', method: 'DELETE', path: `${collection(at)}/${at.name}` })
        .then((started) => finish(google, started, `deleting Memorystore instance ${at.name}`)));
}
/** Waits for what an earlier run, or Google itself, is doing with it. */
function redis_waitUntilReady(google, at) {
    return waitFor(async () => {
        const instance = await redis_getRedis(google, at);
        return instance.state === 'READY' ? instance : undefined;
    }, { what: `getting Memorystore instance ${at.name} ready`, deadline: redis_deadline, ceiling: 10_000 }, google.clock, google.signal);
}
async function finish(google, started, what) {
    await waitForRpc(started, (name) => google.transport.send({ api: 'redis', method: 'GET', path: `v1/${name}` }), { what, deadline: redis_deadline, ceiling: 10_000 }, google.clock, google.signal);
}

;// CONCATENATED MODULE: ./.build/src/google/compute.js



const compute_deadline = (/* unused pure expression or super */ null && (10 * 60_000));
const scopePath = (at) => `compute/v1/projects/${at.project}/${at.scope}`;
function compute_listCompute(google, at) {
    return paging_listAll(google.transport, { api: 'compute', method: 'GET', path: `${scopePath(at)}/${at.kind}` }, (page) => page.items);
}
function compute_getCompute(google, at, name) {
    return google.transport.send({
        api: 'compute',
        method: 'GET',
        path: `${scopePath(at)}/${at.kind}/${name}`,
    });
}
function compute_insertCompute(google, at, body) {
    const request = {
        api: 'compute',
        method: 'POST',
        path: `${scopePath(at)}/${at.kind}`,
        body,
        repeatable: true,
    };
    return carryOut(google, at, request, `creating ${at.kind.replace(/e?s$/, '')} ${body.name}`);
}
function compute_patchCompute(google, at, name, body) {
    const request = {
        api: 'compute',
        method: 'PATCH',
        path: `${scopePath(at)}/${at.kind}/${name}`,
        body,
    };
    return carryOut(google, at, request, `changing ${at.kind.replace(/e?s$/, '')} ${name}`);
}
/** Refused while another resource uses it. That it is gone already is as good. */
async function deleteCompute(google, at, name) {
    const request = {
        api: 'compute',
        method: 'DELETE',
        path: `${scopePath(at)}/${at.kind}/${name}`,
    };
    await unlessGone(carryOut(google, at, request, `deleting ${at.kind.replace(/e?s$/, '')} ${name}`));
}
/** Not by PATCH: https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/setPrivateIpGoogleAccess */
function compute_setPrivateGoogleAccess(google, at, subnet, privateIpGoogleAccess) {
    const request = {
        api: 'compute',
        method: 'POST',
        path: `${scopePath(at)}/${at.kind}/${subnet}/setPrivateIpGoogleAccess`,
        body: { privateIpGoogleAccess },
        repeatable: true,
    };
    return carryOut(google, at, request, `changing subnetwork ${subnet}`);
}
async function carryOut(google, at, request, what) {
    const started = await google.transport.send(request);
    const ended = await waitFor(async () => {
        // Answers when the operation is done, or after two minutes. https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/wait
        const now = await google.transport.send({
            api: 'compute',
            method: 'POST',
            path: `${scopePath(at)}/operations/${started.name}/wait`,
            repeatable: true,
            timeout: 150_000,
        });
        return now.status === 'DONE' ? now : undefined;
    }, { what, deadline: compute_deadline, first: 100 }, google.clock, google.signal);
    const error = ended.error?.errors?.[0];
    if (error)
        throw new OperationFailed(what, 0, `${error.code}: ${error.message}`);
}

;// CONCATENATED MODULE: ./.build/src/resources/stamp.js
/**
 * A digest of what was asked for when a resource was last applied, kept by the resource itself: as a label, or as the
 * last word of its description where its kind takes no labels. There is no state file to compare with: when the stamp is
 * that of today's wish and a field is not, somebody changed the field by hand. What carries neither stays without a
 * claim; docs/decisions/0013 lists it.
 */


const label = 'spec';
/** What stands for a wish: sixteen hexadecimal digits. */
function stampOf(want) {
    return createHash('sha256').update(JSON.stringify(want)).digest('hex').slice(0, 16);
}
/** The wish with its own stamp among its labels, whose values take at most 63 lower-case letters and digits. */
function stamp_stamped(want) {
    return { ...want, labels: { ...want.labels, [label]: stampOf(want) } };
}
const lastWord = new RegExp(` ${label}=([0-9a-f]{16})$`);
/** A description that ends in the stamp of this wish. */
function stamp_stampedText(text, want) {
    return `${text} ${label}=${stampOf(want)}`;
}
/**
 * The differences without that of the stamp: by itself it is no reason to write, and nothing for a person to read. It
 * goes along with the labels of whatever is written.
 */
function stamp_unstamped(fields) {
    return fields.filter((change) => !isLabelStamp(change) && !isTextStamp(change));
}
function isLabelStamp({ field }) {
    return /(^|\.)(labels|userLabels)\.spec$/.test(field);
}
function isTextStamp({ field, before, after }) {
    const plain = (text) => String(text).replace(lastWord, '');
    return field === 'description' && plain(before) === plain(after);
}
/** The update of a stamped resource, marked when the difference came from outside. */
function updateStamped(address, why, fields, want, have) {
    return stamp_markOutside(update(address, why, fields), want, have);
}
/** Changes of a stamped resource, marked when what is there carries the stamp of today's wish. */
function stamp_markOutside(changes, want, have) {
    return marked(changes, want?.[label], have?.[label]);
}
/** The same for a resource whose stamp stands in its description. */
function stamp_markOutsideText(changes, want, have) {
    const stampIn = (text) => lastWord.exec(text ?? '')?.[1];
    return marked(changes, stampIn(want), stampIn(have));
}
function marked(changes, want, have) {
    if (want === undefined || want !== have)
        return changes;
    return changes.map((change) => ({ ...change, outside: true }));
}

;// CONCATENATED MODULE: ./.build/src/resources/network.js








const network_networkAddress = (name) => `network/${name}`;
const subnetAddress = (name) => `subnet/${name}`;
const routerAddress = (name) => `router/${name}`;
const network_networkPath = (project, name) => `projects/${project}/global/networks/${name}`;
/** The networks of the project. */
const network_ownNetworks = perContext((context) => context_listing(context, 'compute.googleapis.com', () => compute_listCompute(context.google, networksOf(context))));
const networksOf = ({ deployment }) => ({
    project: deployment.project,
    scope: 'global',
    kind: 'networks',
});
function network(context, wanted) {
    return network_computeResource(context, {
        address: network_networkAddress(wanted.name),
        dependsOn: [apisAddress],
        at: networksOf(context),
        list: network_ownNetworks(context),
        want: {
            name: wanted.name,
            autoCreateSubnetworks: false,
            routingConfig: { routingMode: 'REGIONAL' },
        },
        immutable: ['autoCreateSubnetworks'],
        why: 'the workloads need a VPC',
    });
}
function subnet(context, wanted) {
    const { project, region } = context.deployment;
    const at = { project, scope: `regions/${region}`, kind: 'subnetworks' };
    return network_computeResource(context, {
        address: subnetAddress(wanted.subnet),
        dependsOn: [network_networkAddress(wanted.name)],
        at,
        want: {
            name: wanted.subnet,
            network: network_networkPath(project, wanted.name),
            ipCidrRange: wanted.subnetRange,
            privateIpGoogleAccess: true,
        },
        immutable: ['network', 'ipCidrRange'],
        why: 'the workloads need a VPC',
        // The one field that is left to change, and Compute has a method of its own for it.
        change: () => setPrivateGoogleAccess(context.google, at, wanted.subnet, true),
    });
}
function router(context, wanted, names) {
    const { project, region } = context.deployment;
    return network_computeResource(context, {
        address: routerAddress(names.name),
        dependsOn: [network_networkAddress(wanted.name)],
        at: { project, scope: `regions/${region}`, kind: 'routers' },
        want: {
            name: names.name,
            network: network_networkPath(project, wanted.name),
            nats: [
                {
                    name: names.nat,
                    natIpAllocateOption: 'AUTO_ONLY',
                    sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
                },
            ],
        },
        immutable: ['network'],
        why: 'callers of internal services send all traffic through the VPC and still need the internet',
    });
}
/** The shape that all kinds of Compute share. */
function network_computeResource(context, wanted) {
    const { google, deployment } = context;
    const { address, at, want, immutable, why } = wanted;
    // Compute's parts take no labels here; the description says whose they are, and cannot be changed later.
    const description = stampedText(markText(deployment.labels), want);
    const list = wanted.list ?? listing(context, 'compute.googleapis.com', () => listCompute(google, at));
    return {
        address,
        dependsOn: wanted.dependsOn,
        observe: (fresh) => find(fresh, list, ({ name }) => name === want.name, () => getCompute(google, at, want.name), isNotFound),
        diff: (have) => {
            const fields = compare(want, have && relative(have));
            if (!have)
                return [create(address, why, fields)];
            const fixed = fields.filter(({ field }) => immutable.includes(field));
            const changes = fixed.length > 0 ? replace(address, why, fixed) : update(address, why, fields);
            return markOutsideText(changes, description, have.description);
        },
        apply: async (changes, have) => {
            if (have && wanted.change)
                await wanted.change();
            else if (have)
                await patchCompute(google, at, want.name, touchedParts(want, changes));
            else
                await unlessExists(insertCompute(google, at, { ...want, description }));
        },
    };
}
/** Compute answers with full URLs where it was given names below its root. */
function relative(have) {
    return Object.fromEntries(Object.entries(have).map(([key, value]) => [
        key,
        typeof value === 'string' ? value.replace(/^https?:\/\/[^/]+\/(compute\/v1\/)?/, '') : value,
    ]));
}

;// CONCATENATED MODULE: ./.build/src/google/servicenetworking.js


const servicenetworking_parent = 'v1/services/servicenetworking.googleapis.com';
const servicenetworking_deadline = (/* unused pure expression or super */ null && (10 * 60_000));
/** The private connections of a network; its name must hold the project's number. */
async function servicenetworking_listConnections(google, projectNumber, network) {
    const page = await google.transport.send({
        api: 'servicenetworking',
        method: 'GET',
        path: `${servicenetworking_parent}/connections`,
        query: { network: networkName(projectNumber, network) },
    });
    return page.connections ?? [];
}
async function servicenetworking_createConnection(google, projectNumber, network, range) {
    const started = await google.transport.send({
        api: 'servicenetworking',
        method: 'POST',
        path: `${servicenetworking_parent}/connections`,
        body: { network: networkName(projectNumber, network), reservedPeeringRanges: [range] },
        repeatable: true,
    });
    await servicenetworking_finish(google, started, network);
}
/** A network has one connection; further ranges are added by changing it. */
async function servicenetworking_addRange(google, projectNumber, network, ranges) {
    const started = await google.transport.send({
        api: 'servicenetworking',
        method: 'PATCH',
        path: `${servicenetworking_parent}/connections/-`,
        query: { force: true, updateMask: 'reservedPeeringRanges' },
        body: { network: networkName(projectNumber, network), reservedPeeringRanges: ranges },
    });
    await servicenetworking_finish(google, started, network);
}
/**
 * Refused while Cloud SQL or Memorystore still use it, which may go on for days after their deletion. That it is gone
 * already is as good. https://cloud.google.com/vpc/docs/configure-private-services-access#removing-connection
 */
async function deleteConnection(google, projectNumber, network) {
    await unlessGone(google.transport
        .send({
        api: 'servicenetworking',
        method: 'POST',
        path: `${servicenetworking_parent}/connections/servicenetworking-googleapis-com`,
        body: { consumerNetwork: networkName(projectNumber, network) },
        repeatable: true,
    })
        .then((started) => servicenetworking_finish(google, started, network, 'disconnecting')));
}
async function servicenetworking_finish(google, started, network, doing = 'connecting') {
    await waitForRpc(started, (name) => google.transport.send({ api: 'servicenetworking', method: 'GET', path: `v1/${name}` }), { what: `${doing} network ${network} and Google's services`, deadline: servicenetworking_deadline }, google.clock, google.signal);
}
function networkName(projectNumber, network) {
    return `projects/${projectNumber}/global/networks/${network}`;
}

;// CONCATENATED MODULE: ./.build/src/resources/private-services.js




const rangeAddress = (name) => `address_range/${name}`;
const private_services_peeringAddress = (network) => `peering/${network}`;
const why = 'Redis and private databases live in a network of Google that is peered with ours';
function addressRange(context, network, range) {
    const { project } = context.deployment;
    return computeResource(context, {
        address: rangeAddress(range.rangeName),
        dependsOn: [networkAddress(network.name)],
        at: { project, scope: 'global', kind: 'addresses' },
        want: {
            name: range.rangeName,
            purpose: 'VPC_PEERING',
            addressType: 'INTERNAL',
            prefixLength: range.prefixLength,
            network: networkPath(project, network.name),
        },
        immutable: ['purpose', 'addressType', 'prefixLength', 'network'],
        why,
    });
}
function peering(context, network, range) {
    const { google, projectNumber } = context;
    const address = private_services_peeringAddress(network.name);
    const read = () => listConnections(google, projectNumber, network.name);
    const list = listing(context, 'servicenetworking.googleapis.com', read);
    return {
        address,
        dependsOn: [rangeAddress(range.rangeName)],
        observe: async (fresh) => {
            if (fresh)
                return (await read())[0];
            // Google refuses to list the connections of a network that is not there.
            const isThere = (await ownNetworks(context)()).some(({ name }) => name === network.name);
            return isThere ? (await list())[0] : undefined;
        },
        diff: (have) => {
            const before = have?.reservedPeeringRanges ?? [];
            if (!have)
                return [create(address, why, [{ field: 'reservedPeeringRanges', after: [range.rangeName] }])];
            if (before.includes(range.rangeName))
                return [];
            const after = [...before, range.rangeName];
            return update(address, why, [{ field: 'reservedPeeringRanges', before, after }]);
        },
        apply: async (_changes, have) => {
            if (have) {
                const ranges = [...(have.reservedPeeringRanges ?? []), range.rangeName];
                await addRange(google, projectNumber, network.name, ranges);
            }
            else
                await createConnection(google, projectNumber, network.name, range.rangeName);
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/redis.js










const redis_redisAddress = (instance) => `redis/${instance}`;
const immutable = new Set(['tier', 'authorizedNetwork', 'connectMode', 'transitEncryptionMode']);
function redis(context, wanted) {
    const { google, deployment } = context;
    const at = { project: deployment.project, region: deployment.region, name: wanted.instance };
    const address = redis_redisAddress(wanted.instance);
    const why = because(deployment, wanted.place);
    const want = stamped({
        tier: wanted.tier,
        memorySizeGb: wanted.memoryGb,
        redisVersion: wanted.version,
        connectMode: 'PRIVATE_SERVICE_ACCESS',
        authEnabled: true,
        transitEncryptionMode: 'DISABLED',
        labels: { ...deployment.labels },
        ...(deployment.network
            ? { authorizedNetwork: networkPath(deployment.project, deployment.network.name) }
            : {}),
    });
    const list = listing(context, 'redis.googleapis.com', () => listRedis(google, at));
    return {
        address,
        dependsOn: [apisAddress, ...(deployment.network ? [peeringAddress(deployment.network.name)] : [])],
        observe: async (fresh) => {
            const have = await find(fresh, list, ({ name }) => name?.endsWith(`/instances/${wanted.instance}`) ?? false, () => getRedis(google, at), isNotFound);
            if (have?.host && have.state === 'READY') {
                context.facts.redis = { host: have.host, port: have.port ?? 6379, auth: await redisAuth(google, at) };
            }
            return have;
        },
        diff: (have) => {
            if (!have)
                return [create(address, why, compare(want, have))];
            if (have.state !== 'READY')
                return update(address, why, [{ field: 'state', before: have.state ?? '', after: 'READY' }]);
            const changes = differences(address, why, wanted, unstamped(compare(want, have)), have);
            return markOutside(changes, want.labels, have.labels);
        },
        apply: async (changes, have) => {
            if (changes.some(({ action }) => action === 'replace'))
                await deleteRedis(google, at);
            if (!have || changes.some(({ action }) => action === 'replace'))
                await unlessExists(createRedis(google, at, want));
            else
                await change(context, at, want, changes, have);
            await waitUntilReady(google, at);
        },
    };
}
function differences(address, why, wanted, fields, have) {
    const fixed = fields.filter(isFixed);
    const changes = fixed.length > 0 ? replace(address, why, fixed) : update(address, why, fields);
    if (!changes.some((one) => one.action === 'replace' || emptiesIt(one, have)))
        return changes;
    // What the services have in it is gone afterwards, so that it has to be asked for in so many words.
    const words = wanted.allowDataLoss ? why : `${why}; this empties it and needs allow_data_loss: true`;
    return changes.map((one) => ({ ...one, because: words, destructive: !wanted.allowDataLoss }));
}
function isFixed({ field, before, after }) {
    return immutable.has(field) || (field === 'redisVersion' && String(before) > String(after));
}
/** https://cloud.google.com/memorystore/docs/redis/scaling-instances: without a replica, nothing keeps the data. */
function emptiesIt({ fields }, have) {
    return (have.tier === 'BASIC' && fields.some(({ field }) => field === 'memorySizeGb' || field === 'redisVersion'));
}
/** Google takes a new version by itself, and everything else together. Labels of others stay. */
async function change({ google }, at, want, changes, have) {
    const touched = touchedFields(changes).filter((field) => field !== 'state');
    const patched = touched.filter((field) => field !== 'redisVersion');
    const body = { ...want, labels: { ...have.labels, ...want.labels } };
    if (patched.length > 0)
        await patchRedis(google, at, body, [...new Set([...patched, 'labels'])].join(','));
    if (touched.includes('redisVersion'))
        await upgradeRedis(google, at, want.redisVersion ?? '');
}

;// CONCATENATED MODULE: ./.build/src/google/sqladmin.js




const api = 'sqladmin';
/** Creating an instance takes from four to twenty minutes. */
const instanceDeadline = (/* unused pure expression or super */ null && (30 * 60_000));
const smallDeadline = (/* unused pure expression or super */ null && (5 * 60_000));
const base = (project) => `v1/projects/${project}`;
function sqladmin_listInstances(google, project) {
    return listAll(google.transport, { api, method: 'GET', path: `${base(project)}/instances` }, (page) => page.items);
}
function sqladmin_getInstance(google, project, instance) {
    return google.transport.send({ api, method: 'GET', path: `${base(project)}/instances/${instance}` });
}
function sqladmin_createInstance(google, project, instance) {
    return sqladmin_carryOut(google, project, { api, method: 'POST', path: `${base(project)}/instances`, body: instance, repeatable: true }, { what: `creating Cloud SQL instance ${instance.name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
function sqladmin_patchInstance(google, project, name, instance) {
    return sqladmin_carryOut(google, project, { api, method: 'PATCH', path: `${base(project)}/instances/${name}`, body: instance }, { what: `changing Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
/** States that an instance comes out of by itself. */
const passing = new Set(['PENDING_CREATE', 'MAINTENANCE', 'ONLINE_MAINTENANCE']);
function sqladmin_isPassing({ state }) {
    return passing.has(state ?? '');
}
/** Waits for an instance that somebody else, or an earlier run, is still creating, or that is being maintained. */
function sqladmin_waitUntilRunnable(google, project, name) {
    return waitFor(async () => {
        const instance = await sqladmin_getInstance(google, project, name);
        return sqladmin_isPassing(instance) ? undefined : instance;
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
    return sqladmin_carryOut(google, project, {
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
    return sqladmin_carryOut(google, project, {
        api,
        method: 'POST',
        path: `${base(project)}/instances/${instance}/users`,
        body: { name: user.name, password: user.password.reveal(), type: 'BUILT_IN' },
    }, { what: `creating database user ${user.name}`, deadline: smallDeadline });
}
function setPassword(google, project, instance, user) {
    return sqladmin_carryOut(google, project, {
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
    await unlessGone(sqladmin_carryOut(google, project, request, { what, deadline: smallDeadline }));
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
    await unlessGone(sqladmin_carryOut(google, project, { api, method: 'DELETE', path: `${base(project)}/instances/${name}`, ...(query && { query }) }, { what: `deleting Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 }));
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
async function sqladmin_carryOut(google, project, request, waiting) {
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

;// CONCATENATED MODULE: ./.build/src/resources/sql-settings.js






function sql_settings_wantedInstance(context, database) {
    const { deployment } = context;
    const isPrivate = database.connectivity === 'private';
    const want = {
        name: database.instance,
        region: deployment.region,
        databaseVersion: database.version,
        settings: {
            edition: database.edition,
            tier: database.tier,
            dataDiskSizeGb: String(database.diskGb),
            dataDiskType: 'PD_SSD',
            storageAutoResize: true,
            availabilityType: database.highAvailability ? 'REGIONAL' : 'ZONAL',
            deletionProtectionEnabled: database.deletionProtection,
            // With a public address and no authorized networks, only connectors with IAM's leave get in.
            connectorEnforcement: isPrivate ? 'NOT_REQUIRED' : 'REQUIRED',
            backupConfiguration: {
                enabled: database.backups,
                pointInTimeRecoveryEnabled: database.pointInTimeRecovery,
            },
            ipConfiguration: {
                ipv4Enabled: !isPrivate,
                sslMode: 'ENCRYPTED_ONLY',
                ...(isPrivate && deployment.network
                    ? { privateNetwork: networkPath(deployment.project, deployment.network.name) }
                    : {}),
            },
            databaseFlags: Object.entries(database.flags).map(([name, value]) => ({ name, value })),
            userLabels: { ...deployment.labels },
        },
    };
    const { labels } = stamped({ ...want, labels: want.settings.userLabels });
    return { ...want, settings: { ...want.settings, userLabels: labels } };
}
function sql_settings_instanceChanges(context, database, address, have) {
    const want = sql_settings_wantedInstance(context, database);
    const why = because(context.deployment, database.place);
    if (!have)
        return [create(address, why, compare(want, have))];
    if (isPassing(have)) {
        return update(address, why, [{ field: 'state', before: have.state ?? '', after: 'RUNNABLE' }]);
    }
    const fields = unstamped(sql_settings_differences(want, have));
    const fixed = fields.filter(sql_settings_isFixed);
    if (fixed.length > 0)
        return replace(address, why, fixed);
    const upgrade = fields.filter(({ field }) => field === 'databaseVersion');
    const others = fields.filter(({ field }) => field !== 'databaseVersion');
    const changes = [
        ...update(address, why, others),
        ...upgradeChange(address, why, upgrade, database.allowUpgrade),
    ];
    return markOutside(changes, labelsOf(want), labelsOf(have));
}
function labelsOf({ settings }) {
    return settings?.userLabels;
}
/** An upgrade cannot be taken back, so it has to be asked for in so many words. */
function upgradeChange(address, why, fields, allowed) {
    const words = allowed ? why : `${why}; an upgrade in place needs allow_upgrade: true`;
    return update(address, words, fields).map((change) => ({ ...change, destructive: !allowed }));
}
function sql_settings_differences(want, have) {
    const { databaseFlags: flags = [], ...settings } = want.settings;
    const fields = compare({ ...want, settings }, withShortNetwork(have)).filter(({ field, before, after }) => !isGrownDisk(field, before, after));
    return [...fields, ...flagChanges(flags, have.settings?.databaseFlags ?? [])];
}
/** Google writes the same network with and without its host. */
function withShortNetwork(have) {
    const ip = have.settings?.ipConfiguration;
    const privateNetwork = ip?.privateNetwork?.replace(/^.*(?=projects\/)/, '');
    return { ...have, settings: { ...have.settings, ipConfiguration: { ...ip, privateNetwork } } };
}
/** Cloud SQL grows a disk by itself and can never shrink it: a bigger one than asked for is as wanted. */
function isGrownDisk(field, before, after) {
    return field === 'settings.dataDiskSizeGb' && Number(before) > Number(after);
}
/** The list is ours as a whole, in whatever order Google gives it. */
function flagChanges(want, have) {
    const valuesOf = (flags) => new Map(flags.map(({ name = '', value = '' }) => [name, value]));
    const [wanted, had] = [valuesOf(want), valuesOf(have)];
    return [...new Set([...wanted.keys(), ...had.keys()])].sort().flatMap((name) => {
        const [before, after] = [had.get(name), wanted.get(name)];
        if (before === after)
            return [];
        return [
            {
                field: `settings.databaseFlags.${name}`,
                ...(before !== undefined && { before }),
                ...(after !== undefined && { after }),
            },
        ];
    });
}
/** What an instance keeps for life. */
function sql_settings_isFixed({ field, before, after }) {
    if (field === 'region')
        return true;
    if (field === 'settings.ipConfiguration.privateNetwork')
        return before !== undefined;
    return field === 'databaseVersion' && majorOf(before) > majorOf(after);
}
function majorOf(version) {
    return Number(/\d+/.exec(String(version))?.[0] ?? 0);
}
/**
 * The calls that make those changes, one after the other: settings, then the upgrade, which Google takes alone. PATCH
 * merges; the settings version makes two writers notice each other. Labels of others and a grown disk stay.
 */
function sql_settings_patches(want, have, changes) {
    const touched = changes.flatMap(({ fields }) => fields.map(({ field }) => field));
    const { settings: had } = have;
    const size = Math.max(Number(want.settings.dataDiskSizeGb), Number(had?.dataDiskSizeGb ?? 0));
    const settings = {
        ...want.settings,
        dataDiskSizeGb: String(size),
        userLabels: { ...had?.userLabels, ...want.settings.userLabels },
        ...(had?.settingsVersion ? { settingsVersion: had.settingsVersion } : {}),
    };
    return [
        ...(touched.some((field) => field.startsWith('settings.')) ? [{ settings }] : []),
        ...(touched.includes('databaseVersion') ? [{ databaseVersion: want.databaseVersion }] : []),
    ];
}

;// CONCATENATED MODULE: ./.build/src/resources/sql-instance.js







const sql_instance_sqlInstanceAddress = (name) => `sql_instance/${name}`;
function sqlInstance(context, database) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = sql_instance_sqlInstanceAddress(database.instance);
    const want = wantedInstance(context, database);
    const list = listing(context, 'sqladmin.googleapis.com', () => listInstances(google, project));
    return {
        address,
        dependsOn: [
            apisAddress,
            ...(database.connectivity === 'private' && deployment.network
                ? [peeringAddress(deployment.network.name)]
                : []),
        ],
        observe: async (fresh) => {
            const have = await find(fresh, list, ({ name }) => name === database.instance, () => getInstance(google, project, database.instance), isNotFound);
            if (have)
                requireUsable(have);
            const private_ = have?.ipAddresses?.find(({ type }) => type === 'PRIVATE')?.ipAddress;
            if (private_)
                context.facts.database = { ...context.facts.database, host: private_ };
            return have;
        },
        diff: (have) => instanceChanges(context, database, address, have),
        apply: async (changes, have) => {
            if (!have)
                await unlessExists(createInstance(google, project, want));
            else
                for (const patch of isPassing(have) ? [] : patches(want, have, changes))
                    await patchInstance(google, project, database.instance, patch);
            // Also waits for a creation of an earlier run, or of a call whose answer was lost.
            await waitUntilRunnable(google, project, database.instance).then(requireUsable, (error) => {
                throw isNotFound(error) ? nameReserved(database.instance, error) : error;
            });
        },
    };
}
/** Nothing can be made of an instance that is in one of the other states, so the plan ends here. */
function requireUsable(instance) {
    if (instance.state === undefined || instance.state === 'RUNNABLE' || isPassing(instance))
        return;
    throw new Failure('SQL_INSTANCE_NOT_RUNNABLE', `Cloud SQL instance ${instance.name} is in state ${instance.state}.`, { next: advice[instance.state] ?? 'Look at its operations in the console, then run again.' });
}
const rename = 'the name stays blocked for about a week, so give database.instance another name';
const advice = {
    FAILED: `Look at its operations in the console for the reason. Delete it, mend the reason and run again; ${rename}.`,
    PENDING_DELETE: `Somebody is deleting it. If that was meant, ${rename}.`,
    SUSPENDED: 'Google switched it off, mostly since nobody pays for the project: look at its billing account.',
};
/** Refused as existing, and yet not there. https://cloud.google.com/sql/docs/postgres/delete-instance */
function nameReserved(name, cause) {
    return new Failure('SQL_NAME_RESERVED', `An instance with the name ${name} was deleted a short time ago, and Google keeps the name for about a week.`, { next: 'Give database.instance another name, for example with a number at its end.', cause });
}

;// CONCATENATED MODULE: ./.build/src/resources/secret.js
/**
 * Secrets and their values. Ours: existence, labels, and that the newest version holds the wanted value. A version is
 * added only when the value differs; a generated value is made once and then left alone. Values are compared here and
 * appear in no change, log or error. https://cloud.google.com/secret-manager/docs/reference/rest
 */











/** A claim is a secret without a value, see claim.ts. */
const secret_claimAddress = (pullRequest) => `preview_claim/${pullRequest}`;
const secretAddress = (name) => `secret/${name}`;
/** The secrets of the project. */
const secret_ownSecrets = perContext((context) => context_listing(context, 'secretmanager.googleapis.com', () => listSecrets(context.google, context.deployment.project)));
function secrets(context) {
    const { deployment } = context;
    const list = secret_ownSecrets(context);
    return deployment.secrets.map((spec) => secret(context, spec, list));
}
/** Values of the environment that a preview copies, by the preview's secret. */
const copies = perContext(() => new Map());
/** Reads what the preview's secret is a copy of, so that it can be compared with. */
async function readCopied(context, spec) {
    if (spec.source.kind !== 'from_env' || spec.source.copyOf === undefined)
        return;
    if (context.values[spec.source.variable])
        return;
    const original = await latestVersion(context.google, context.deployment.project, spec.source.copyOf);
    if (original)
        copies(context).set(spec.name, original.value);
}
/** Variables that are missing for secrets that have no version yet; nothing can be made up for them. */
function missingValues(context, have) {
    return context.deployment.secrets.filter((spec) => {
        const known = have(secretAddress(spec.name));
        return (spec.source.kind === 'from_env' &&
            !context.values[spec.source.variable] &&
            !copies(context).has(spec.name) &&
            !known?.latest);
    });
}
function secret(context, spec, list) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = secretAddress(spec.name);
    const why = because(deployment, spec.place);
    const isPassword = deployment.database?.passwordSecret === spec.name;
    return {
        address,
        dependsOn: [apisAddress, ...valueDependencies(context, spec)],
        observe: async (fresh) => {
            await readCopied(context, spec);
            const found = await find(fresh, list, ({ name }) => name?.endsWith(`/secrets/${spec.name}`) ?? false, () => getSecret(google, project, spec.name), isNotFound);
            if (!found)
                return undefined;
            const latest = await latestVersion(google, project, spec.name);
            if (isPassword && latest)
                context.facts.database = { ...context.facts.database, password: latest.value };
            return { latest };
        },
        diff: (have) => {
            const fields = versionChange(context, spec, have?.latest);
            return have ? update(address, why, fields) : [create(address, why, fields)];
        },
        apply: async (_changes, have) => {
            if (!have)
                await unlessExists(createSecret(google, project, spec.name, deployment.labels));
            // A create that lost the race may find a version by now.
            const latest = have?.latest ?? (await latestVersion(google, project, spec.name));
            if (versionChange(context, spec, latest).length === 0)
                return;
            await addVersion(google, project, spec.name, newValue(context, spec));
            if (latest)
                await disableOld(context, spec);
        },
    };
}
/** Revisions pin versions: those that still serve keep working as long as `keep` reaches back to them. */
async function disableOld(context, spec) {
    const { google, deployment } = context;
    const enabled = await enabledVersions(google, deployment.project, spec.name);
    for (const number of enabled.slice(spec.keep)) {
        await disableVersion(google, deployment.project, spec.name, number);
    }
}
function versionChange(context, spec, latest) {
    const before = latest ? { before: `version ${latest.number}` } : {};
    const change = { field: 'value', ...before, after: 'a new version' };
    if (!latest)
        return [change];
    const want = knownValue(context, spec);
    return want === undefined || want.reveal() === latest.value.reveal() ? [] : [change];
}
/** The value that the newest version must hold; `undefined` when any will do or it cannot be told yet. */
function knownValue(context, spec) {
    switch (spec.source.kind) {
        case 'generate':
            return undefined;
        case 'from_env': {
            const given = context.values[spec.source.variable];
            return given ? new Secret(withoutNewline(given)) : copies(context).get(spec.name);
        }
        case 'value':
            try {
                return resolveSecret(spec.source.template, context.facts);
            }
            catch (error) {
                if (error instanceof UnknownFact)
                    return undefined;
                throw error;
            }
    }
}
function newValue(context, spec) {
    if (spec.source.kind === 'generate')
        return generate(spec.source.length, spec.source.alphabet);
    if (spec.source.kind === 'value')
        return resolveSecret(spec.source.template, context.facts);
    const given = knownValue(context, spec);
    if (!given)
        throw new Error(`no value for ${spec.source.variable}`);
    return given;
}
/** `echo` and multi-line secrets end in a newline that no password has. */
function withoutNewline(value) {
    return value.replace(/\r?\n$/, '');
}
const alphabets = {
    alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
    hex: '0123456789abcdef',
    base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
};
function generate(length, alphabet) {
    const letters = alphabets[alphabet];
    return new Secret(Array.from({ length }, () => letters[randomInt(letters.length)]).join(''));
}
/** What has to exist before the value can be told. */
function valueDependencies(context, spec) {
    if (spec.source.kind !== 'value')
        return [];
    const { redis, database, preview } = context.deployment;
    return openReferences(spec.source.template).flatMap((reference) => {
        if (reference.kind === 'redis' && redis)
            return [redisAddress(redis.instance)];
        if (reference.kind === 'redis_database' && preview)
            return [secret_claimAddress(preview.pullRequest)];
        if (reference.kind !== 'database' || !database)
            return [];
        return [
            reference.field === 'host'
                ? sqlInstanceAddress(database.instance)
                : secretAddress(database.passwordSecret),
        ];
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/claim.js







/**
 * How long a removal keeps a preview to itself. Long enough for all that one has, and short enough that a push need not
 * wait for long when the runner of a removal was lost.
 */
const removalSeconds = (/* unused pure expression or super */ null && (10 * 60));
/** Value in seconds since the epoch; it goes when the preview is admitted anew. */
const removalLabel = 'removed-until';
/** Values of labels take lower-case letters, digits, `-` and `_`, at most 63. */
function claimLabels(deployment, claim) {
    return {
        ...deployment.labels,
        'expires-at': String(claim.expiresAt),
        commit: claim.commit.slice(0, 12),
        ...(claim.redisDatabases.length > 0 && { redis: claim.redisDatabases.join('_') }),
    };
}
/** What a secret says as a claim of the deployment; `undefined` for any other secret. */
function readClaim(deployment, secret) {
    const labels = secret.labels ?? {};
    const pullRequest = Number(labels['pull-request']);
    if (labels.deployment !== deployment.name || !Number.isSafeInteger(pullRequest))
        return undefined;
    if (!secret.name?.endsWith(`/secrets/${preview_names_claimName(deployment.name, pullRequest)}`))
        return undefined;
    return {
        pullRequest,
        expiresAt: Number(labels['expires-at'] ?? 0),
        commit: labels.commit ?? '',
        redisDatabases: (labels.redis ?? '').split('_').filter(Boolean).map(Number),
        ...(labels[removalLabel] ? { removedUntil: Number(labels[removalLabel]) } : {}),
    };
}
/** Whether somebody removes the preview. `now` in milliseconds. */
function isBeingRemoved({ removedUntil = 0 }, now) {
    return removedUntil * 1000 > now;
}
/** The claims of all previews of the deployment, by pull request. */
const ownClaims = perContext((context) => async () => {
    const secrets = await secret_ownSecrets(context)();
    const claims = secrets.flatMap((secret) => readClaim(context.deployment, secret) ?? []);
    return claims.sort((a, b) => a.pullRequest - b.pullRequest);
});
/** The preview's claim as part of its estate: looked at, for what it was given, and never changed. */
function claim(context, preview) {
    const { google, deployment } = context;
    const name = claimName(deployment.name, preview.pullRequest);
    return {
        address: claimAddress(preview.pullRequest),
        dependsOn: [apisAddress],
        observe: async (fresh) => {
            const secret = await find(fresh, ownSecrets(context), (have) => have.name?.endsWith(`/secrets/${name}`) ?? false, () => getSecret(google, deployment.project, name), isNotFound);
            const have = secret && readClaim(deployment, secret);
            if (have)
                context.facts.redisDatabases = databaseNumbers(preview, have);
            return have;
        },
        diff: () => [],
        apply: async () => undefined,
    };
}
/** Number in the file → number on the instance, as far as the claim has them. */
function databaseNumbers(preview, have) {
    const wanted = preview.redisDatabases?.wanted ?? [];
    return new Map(wanted.flatMap((number, index) => {
        const given = have.redisDatabases[index];
        return given === undefined ? [] : [[number, given]];
    }));
}
/** Thrown for a preview without a claim. */
function notAdmitted({ pullRequest }) {
    return new Failure('PREVIEW_NOT_ADMITTED', `The preview of pull request ${pullRequest} was not admitted.`, {
        next: 'Run actions/preview with `stage: admit` first: it counts the previews and says where this one is to live.',
    });
}

;// CONCATENATED MODULE: ./.build/src/preview/admission.js






/** Decides with what is there; pure. `now` in milliseconds. */
function decide(preview, claims, commit, now) {
    const own = claims.find(({ pullRequest }) => pullRequest === preview.pullRequest);
    const holders = claims.filter(({ pullRequest }) => pullRequest !== preview.pullRequest);
    if (own === undefined && holders.length >= preview.max)
        return { kind: 'refused', why: 'full', holders };
    const redisDatabases = allot(preview, own, holders);
    if (redisDatabases === undefined)
        return { kind: 'refused', why: 'no_redis_databases', holders };
    const expiresAt = Math.floor(now / 1000) + preview.expireAfterSeconds;
    const claim = {
        pullRequest: preview.pullRequest,
        expiresAt,
        commit: commit.slice(0, 12),
        redisDatabases,
    };
    return { kind: 'admitted', claim, renewed: own !== undefined };
}
/** As many as the file names, those that it has first; `undefined` when there are not enough. */
function allot({ redisDatabases: needs }, own, holders) {
    if (needs === undefined)
        return [];
    const occupied = new Set([...needs.taken, ...holders.flatMap((holder) => holder.redisDatabases)]);
    const all = Array.from({ length: logicalDatabases }, (_, number) => number);
    const kept = (own?.redisDatabases ?? []).filter((number) => !occupied.has(number));
    const free = all.filter((number) => !occupied.has(number) && !kept.includes(number));
    const given = [...kept, ...free].slice(0, Math.max(kept.length, needs.wanted.length));
    return given.length < needs.wanted.length ? undefined : given;
}
/** How often an admission that crossed another one is made anew. */
const mostCrossings = 5;
/** Admits the preview of the context's deployment, or says why not. Renews its claim when it has one. */
async function admit(context, commit, { dryRun, onWait }) {
    const { google, deployment } = context;
    const { preview } = deployment;
    if (preview === undefined)
        throw new Error(`${deployment.environment} is no preview`);
    if (!(await context.enabled()).has('secretmanager.googleapis.com'))
        throw notDeployed(preview.base);
    for (let crossing = 0; crossing < mostCrossings; crossing++) {
        if (!dryRun)
            await untilRemoved(context, preview, onWait);
        const admission = decide(preview, await claimsOf(context), commit, google.clock.now());
        if (admission.kind === 'refused' || dryRun)
            return admission;
        if ((await write(context, admission.claim)) && stands(admission.claim, await claimsOf(context)))
            return admission;
    }
    throw new failure/* Failure */.H('ADMISSION_CROSSED', 'Other previews were admitted at the same time, again and again.', {
        next: 'Run again, and keep the concurrency group of the workflow, which lets one in after the other.',
    });
}
/** Milliseconds between two looks at a removal: it takes a minute or more. */
const lookAgain = 5_000;
/** What a removal is about to take must not be built on. It ends with the claim, or when its time is over. */
async function untilRemoved(context, { pullRequest }, onWait) {
    const { clock, signal } = context.google;
    const isGoing = async () => (await claimsOf(context)).some((claim) => claim.pullRequest === pullRequest && isBeingRemoved(claim, clock.now()));
    if (!(await isGoing()))
        return;
    onWait?.();
    do
        await clock.sleep(lookAgain, signal);
    while (await isGoing());
}
function notDeployed(base) {
    return new failure/* Failure */.H('BASE_NOT_DEPLOYED', `${base} is not deployed, and previews share most of it.`, {
        next: `Deploy ${base} first.`,
    });
}
/** Read past every cache: others write here. */
async function claimsOf({ google, deployment }) {
    const secrets = await listSecrets(google, deployment.project);
    return secrets
        .flatMap((secret) => readClaim(deployment, secret) ?? [])
        .sort((a, b) => a.pullRequest - b.pullRequest);
}
/** `false` when somebody else wrote or removed it at the same moment. */
async function write(context, claim) {
    const { google, deployment } = context;
    const { project } = deployment;
    const name = preview_names_claimName(deployment.name, claim.pullRequest);
    const labels = claimLabels(deployment, claim);
    const have = await secretmanager_getSecret(google, project, name).catch((error) => {
        if (error_isNotFound(error))
            return undefined;
        throw error;
    });
    if (have === undefined) {
        await error_unlessExists(secretmanager_createSecret(google, project, name, labels));
        return true;
    }
    const there = readClaim(deployment, have);
    if (there && isBeingRemoved(there, google.clock.now()))
        return false;
    try {
        await setSecretLabels(google, project, name, labels, have.etag);
        return true;
    }
    catch (error) {
        if (isConflict(error) || error_isNotFound(error))
            return false;
        throw error;
    }
}
/** Whether it is there as it was written, and nobody with a lower number was given one of its databases meanwhile. */
function stands(claim, all) {
    const own = all.find(({ pullRequest }) => pullRequest === claim.pullRequest);
    if (own?.commit !== claim.commit || own.removedUntil !== undefined)
        return false;
    const lower = all.filter(({ pullRequest }) => pullRequest < claim.pullRequest);
    return !lower.some((other) => other.redisDatabases.some((number) => claim.redisDatabases.includes(number)));
}

;// CONCATENATED MODULE: ./.build/src/google/run-operations.js

/**
 * A container has at most four minutes to start, pulling an image and placing it on a network come on top; a job is
 * checked, its image and secrets looked up, and nothing is started.
 */
const run_operations_deadline = (/* unused pure expression or super */ null && (10 * 60_000));
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
    }), { what, deadline: run_operations_deadline, first: 100, ceiling: 2_000 }, google.clock, google.signal);
}
/** Looks until Cloud Run has done with the resource what it was told, for better or worse. */
function run_operations_reconciled(google, name, look) {
    return waitFor(async () => {
        const now = await look();
        return now.reconciling ? undefined : now;
    }, { what: `deploying ${name}`, deadline: run_operations_deadline, ceiling: 2_000 }, google.clock, google.signal);
}

;// CONCATENATED MODULE: ./.build/src/google/run.js



function listWorkloads(google, at) {
    return paging_listAll(google.transport, { api: 'run', method: 'GET', path: collectionPath(at), query: { pageSize: 500 } }, (page) => page[at.kind]);
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
    await waitForRun(google, started, `creating ${at.name}`);
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
    await waitForRun(google, started, `deploying ${at.name}`);
}
/**
 * Deletes the workload with its revisions and its policy and waits until it is gone; that it is already is as good. With
 * an etag somebody else's change in between is refused as 409.
 */
async function deleteWorkload(google, at, etag) {
    await unlessGone(google.transport
        .send({
        api: 'run',
        method: 'DELETE',
        path: `${collectionPath(at)}/${at.name}`,
        ...(etag ? { query: { etag } } : {}),
    })
        .then((started) => waitForRun(google, started, `deleting ${at.name}`)));
}
/** Waits until Cloud Run has done with the workload what it was told, for better or worse, and gives it as it is then. */
function waitUntilReconciled(google, at) {
    return reconciled(google, at.name, () => getWorkload(google, at));
}
function getRevision(google, at, revision) {
    return google.transport.send({
        api: 'run',
        method: 'GET',
        path: `${collectionPath(at)}/${at.name}/revisions/${revision}`,
    });
}
function listRevisions(google, at) {
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

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
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
function mountsOf(service) {
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
const mostConflicts = 8;
/** The parts of a template that all of them share. */
function templateOf(context, service, release) {
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
function limitsOf(own) {
    return { cpu: own.cpu, memory: own.memory, ...(own.gpu ? { 'nvidia.com/gpu': '1' } : {}) };
}
/**
 * Without redundancy over zones, which has a quota of its own and costs more.
 * https://cloud.google.com/run/docs/configuring/services/gpu-zonal-redundancy
 */
function acceleratorOf(own) {
    return own.gpu
        ? { nodeSelector: { accelerator: own.gpu }, gpuZonalRedundancyDisabled: true }
        : { nodeSelector: undefined };
}
/** The `Ready` condition of a workload that did not become ready; `undefined` when all is well. */
function notReady(have) {
    const condition = have.terminalCondition;
    return condition && condition.state !== 'CONDITION_SUCCEEDED' ? condition : undefined;
}
function shortName(fullName) {
    return fullName?.split('/').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./.build/src/preview/live-services.js


/** All services of the deployment, in its order: two listings, whatever their number. */
async function liveServices(context) {
    const { google, deployment } = context;
    const { project, region, services } = deployment;
    if (!(await context.enabled()).has('run.googleapis.com'))
        return services.map(({ key }) => ({ key, state: 'not deployed' }));
    const [apps, pools] = await Promise.all([
        listWorkloads(google, { kind: 'services', project, region }),
        listWorkloads(google, { kind: 'workerPools', project, region }),
    ]);
    return services.map((service) => live(service, apps, pools));
}
function live({ key, app, worker }, apps, pools) {
    const service = app && apps.find(({ name }) => shortName(name) === app.name);
    const works = worker && workerAmong(worker, apps, pools);
    const there = [service, works].filter((one) => one !== undefined);
    // A job does not run until somebody starts it.
    const wanted = [app, worker?.runtime === 'job' ? undefined : worker].filter(Boolean);
    const complete = there.length === wanted.length;
    const commit = there[0]?.template?.labels?.release;
    const url = service?.urls?.[0] ?? service?.uri;
    return {
        key,
        state: !complete ? 'not deployed' : there.every(isReady) ? 'ready' : 'not ready',
        ...(url && app ? { url, reach: reachOf(app) } : {}),
        ...(commit ? { commit } : {}),
    };
}
function workerAmong({ name, runtime }, apps, pools) {
    if (runtime === 'job')
        return undefined;
    const among = runtime === 'pool' ? pools : apps;
    return among.find((one) => shortName(one.name) === name);
}
function isReady(workload) {
    return workload.reconciling !== true && notReady(workload) === undefined;
}
function reachOf({ ingress, authentication }) {
    if (ingress !== 'all')
        return 'inside the VPC';
    return authentication === 'none' ? 'everybody' : 'with a token';
}
/** Where a person would look first: the first address that answers everybody, or else the first one. */
function entrance(services) {
    const open = services.find(({ reach }) => reach === 'everybody');
    return (open ?? services.find(({ url }) => url))?.url;
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
function code(text) {
    return `\`${text.replaceAll('`', "'")}\``;
}
function details(summary, body) {
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
function lineOf(change) {
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

;// CONCATENATED MODULE: ./.build/src/report/preview-page.js


/** Rows that are seen at once; more are folded away, where they are one click off. */
const rowsAtOnce = 12;
/** Nobody reads more, and GitHub takes 65,536 characters in a comment. */
const mostRows = 200;
function previewPage(page) {
    const parts = [`### ${headline(page)}`, sentence(page), ...tableOf(page), ...facts(page)];
    return parts.filter((part) => part !== '').join('\n\n');
}
/** What the comment becomes when the preview is gone: its addresses lead nowhere any more. */
function removedPage(page) {
    const { name, pullRequest, why, open } = page;
    const back = open ? ' A push brings it back, with an empty database.' : '';
    return `### 🧹 Preview of ${name} for #${pullRequest} was removed\n\nEverything it had is gone: ${why}.${back}`;
}
const preview_page_marks = { queued: '🕒', in_progress: '🛠️', ready: '✅', failed: '❌', refused: '⛔' };
const words = {
    queued: 'is waiting to be built',
    in_progress: 'is being deployed',
    ready: 'is ready',
    failed: 'failed',
    refused: 'was refused',
};
function headline({ name, pullRequest, state }) {
    return `${preview_page_marks[state.kind]} Preview of ${name} for #${pullRequest} ${words[state.kind]}`;
}
function sentence({ state, run, commit }) {
    const at = `Commit ${commit.slice(0, 7)}${run ? `, [this run](${run})` : ''}.`;
    switch (state.kind) {
        case 'queued':
        case 'in_progress':
            return `${at} The table is as far as it has got.`;
        case 'ready':
            return at;
        case 'failed':
            return `${at} ${preview_page_failure(state)}`;
        case 'refused':
            return [`${at} ${state.why}`, ...state.holders.map(holderLine)].join('\n');
    }
}
function preview_page_failure({ jobs, missing = [] }) {
    if (jobs.length === 0 && missing.length > 0) {
        return `No job has failed, and yet this does not run: ${missing.map(code).join(', ')}. Push again, or run the workflow again.`;
    }
    const why = jobs.length === 0 ? 'The run says why.' : `The run says why: ${jobs.map(code).join(', ')}.`;
    return `${why} What was there before goes on serving.`;
}
function holderLine({ pullRequest, expiresAt }) {
    return `- #${pullRequest}, until ${moment(expiresAt)} unless something is pushed`;
}
function tableOf({ services, commit }) {
    if (services.length === 0)
        return [];
    const rows = services.map((service) => [
        service.key,
        addressOf(service),
        stateOf(service),
        commitOf(service, commit),
    ]);
    const head = ['service', 'address', 'state', 'commit'];
    const first = markdown_table(head, rows.slice(0, rowsAtOnce));
    const rest = rows.slice(rowsAtOnce, mostRows);
    const left = rows.length - rowsAtOnce - rest.length;
    return [
        first,
        ...(rest.length > 0 ? [details(`${counted(rest.length, 'more service')}`, markdown_table(head, rest))] : []),
        ...(left > 0 ? [`… and ${left} more.`] : []),
    ];
}
function addressOf({ url, reach = 'everybody' }) {
    if (url === undefined)
        return '';
    if (reach === 'everybody')
        return url;
    return `${url} (${reach === 'with a token' ? 'needs an identity token' : 'inside the VPC only'})`;
}
function stateOf({ state }) {
    return state === 'ready' ? 'ready' : state === 'not ready' ? '**not ready**' : 'not deployed yet';
}
/** A service whose sources were not touched goes on with what it has. */
function commitOf({ commit, state }, now) {
    if (commit === undefined || state === 'not deployed')
        return '';
    const short = /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 7) : commit;
    return now.startsWith(commit) ? short : `${short} (unchanged since)`;
}
function facts({ state, expiresAt, base, database }) {
    if (state.kind === 'refused')
        return [];
    const about = [
        ...(base
            ? [`It is a copy of ${code(base)}: one instance of each app at most, none while nobody calls.`]
            : []),
        ...(database ? [`Its own database is ${code(database)}.`] : []),
    ].join(' ');
    const until = expiresAt
        ? `It goes when the pull request is closed, or on ${moment(expiresAt)} if nothing is pushed before; the label \`persist\` keeps it until it is closed.`
        : '';
    return [about, until].filter((part) => part !== '');
}
/** `2026-12-02 10:00 UTC`. */
function moment(milliseconds) {
    return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
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
function names_serviceAccountEmail(id, project) {
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
        const email = names_serviceAccountEmail(serviceAccountId(draft.config, key), draft.project);
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
    const email = names_serviceAccountEmail(builderAccountId(draft.config), draft.project);
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

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
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
const schema_values_words = () => schemas/* array */.YOg(schema_values_text());
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
        const email = names_serviceAccountEmail(id, draft.project);
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
var dist = __webpack_require__(8815);
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
        checkStart(containersOf(key, part, service, beside), draft);
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
function containersOf(key, part, service, beside) {
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
const schema_parts_secrets = (where) => schemas/* record */.g1P(variableName(), schema_values_text())
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
const command = () => schema_values_words().optional().describe('Instead of the `ENTRYPOINT` of the image.');
const args = () => schema_values_words().optional().describe('Instead of the `CMD` of the image.');
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
    secrets: schema_parts_secrets('this container'),
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
const schema_network = schemas/* strictObject */.rej({
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
const schema_redis = schemas/* strictObject */.rej({
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
const schema_secret = schemas/* strictObject */.rej({
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
    secrets: schema_parts_secrets('the services that name the group'),
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
    secrets: schema_parts_secrets('app and worker'),
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
    network: schema_network,
    artifact_registry: artifactRegistry,
    builds,
    buckets: schemas/* record */.g1P(lowerCaseName(), bucket)
        .default({})
        .describe(`Cloud Storage buckets. The key is what \`\${buckets.<key>}\` and \`role@<key>\` use.`),
    database: database.optional(),
    redis: schema_redis.optional(),
    frontend: frontend.optional(),
    alerts: alerts.optional(),
    budget: budget.optional(),
    secrets: schemas/* record */.g1P(secretName(), schema_secret)
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
        throw invalid(file, findings);
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
function invalid(file, findings) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    return new failure/* Failure */.H('CONFIG_INVALID', `${file} has ${errors} problem${errors === 1 ? '' : 's'}.`, {
        next: 'Each is shown above with its line and its fix; nothing was sent to Google Cloud.',
    });
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

;// CONCATENATED MODULE: ./.build/src/google/cloudresourcemanager.js
function getProject(google, project) {
    return google.transport.send({
        api: 'cloudresourcemanager',
        method: 'GET',
        path: `v1/projects/${project}`,
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
            return [`looked at ${counted(event.resources, 'resource')}`];
        case 'planned':
            return [
                `plan: ${totals(event.changes)}`,
                ...event.changes.flatMap((change) => [
                    `  ${lineOf(change)}`,
                    ...(change.action === 'create' ? [] : change.fields.map((field) => `      ${fieldLine(field)}`)),
                ]),
                ...event.left.map((one) => `  ${leftLine(one)}: ${one.because}`),
            ];
        case 'started':
            return [];
        case 'applied':
            return [`  ✓ ${sentences_nameOf(event.address)} (${duration(event.milliseconds)})`];
        case 'failed':
            return [
                `  ✗ ${sentences_nameOf(event.address)}: ${event.error instanceof Error ? event.error.message : String(event.error)}`,
            ];
    }
}

;// CONCATENATED MODULE: ./.build/src/actions/session.js










/** Reads at once; writes on one policy or instance wait for each other by their own rules. */
const concurrency = 16;
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
    return { context, clock, pool: new pool_Pool(concurrency), emit: logEvents(host), accessToken, idToken };
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

;// CONCATENATED MODULE: ./.build/src/actions/previewing/preview-of.js


/** The GitHub environment of all previews: one for each could not be deleted by a job. */
const githubEnvironment = 'preview';
/** Tells the records and the comment of one preview from those of others. */
function taskOf(pullRequest) {
    return `preview-pr-${pullRequest}`;
}
function commentMarker({ name }) {
    return `preview ${name}`;
}
/** Throws INPUT_INVALID for an environment that is no preview. */
function requirePreview(deployment) {
    if (deployment.preview)
        return deployment.preview;
    throw new failure/* Failure */.H('INPUT_INVALID', `${deployment.environment} is no preview.`, {
        next: 'Give environment: pr-<number of the pull request>.',
    });
}
/** What every page of a preview says. */
function pageOf(deployment, preview, sha, host) {
    const run = runUrl(host);
    return {
        name: deployment.name,
        pullRequest: preview.pullRequest,
        commit: sha,
        base: preview.base,
        ...(deployment.database ? { database: deployment.database.name } : {}),
        ...(run ? { run } : {}),
    };
}

;// CONCATENATED MODULE: ./.build/src/actions/previewing/admit.js











/** Gives the preview its place, or says who has it. That there is none is no failure of the pull request. */
async function admitPreview(inputs, host) {
    const deployment = await loadConfig(inputs, host);
    const preview = requirePreview(deployment);
    const { context } = await openSession(inputs, deployment, host);
    const admission = await admit(context, inputs.sha, {
        dryRun: inputs.dry_run,
        onWait: () => host.info(`${deployment.environment} is being removed: it is made anew when that has ended`),
    });
    const admitted = admission.kind === 'admitted';
    const page = {
        ...pageOf(deployment, preview, inputs.sha, host),
        ...(admitted
            ? { state: { kind: 'queued' }, expiresAt: admission.claim.expiresAt * 1000 }
            : { state: refusal(deployment, admission) }),
        services: admitted ? await liveServices(context) : [],
    };
    const markdown = previewPage(page);
    await host.summarize(markdown);
    if (page.state.kind === 'refused')
        host.warning(page.state.why, { title: 'PREVIEW_REFUSED' });
    if (inputs.dry_run)
        return { admitted };
    const github = connectJob(inputs.github_token ?? '', host);
    if (admitted)
        await recordQueued(github, preview.pullRequest, inputs.sha, host);
    const { url } = await upsertComment(github, preview.pullRequest, commentMarker(deployment), markdown);
    host.info(`${admitted ? 'admitted' : 'refused'}: ${url}`);
    return { admitted };
}
/** Before anything is built: otherwise the pull request shows nothing for most of the run. */
async function recordQueued(github, pullRequest, sha, host) {
    const logUrl = runUrl(host);
    const { id } = await createDeployment(github, {
        ref: sha,
        environment: githubEnvironment,
        task: taskOf(pullRequest),
        description: `Preview of pull request ${pullRequest}`,
        payload: { pull_request: pullRequest },
        production: false,
        transient: true,
    });
    await setDeploymentState(github, id, { state: 'queued', ...(logUrl ? { logUrl } : {}) });
}
function refusal({ preview }, { why, holders }) {
    const there = `There ${holders.length === 1 ? 'is' : 'are'} ${counted(holders.length, 'preview')} already`;
    const sentence = why === 'full'
        ? `${there}, and previews.max allows ${preview?.max}. Close one of these pull requests, or push again when one is gone:`
        : `${there}, and Redis has too few logical databases left for one more. Close one of these pull requests, or set previews.redis: instance:`;
    return {
        kind: 'refused',
        why: sentence,
        holders: holders.map(({ pullRequest, expiresAt }) => ({ pullRequest, expiresAt: expiresAt * 1000 })),
    };
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
;// CONCATENATED MODULE: ./.build/src/github/event.js


const repository = schemas/* object */.Ikc({ id: schemas/* number */.aig() }).nullable();
const payload = schemas/* object */.Ikc({
    action: schemas/* string */.YjP().optional(),
    inputs: schemas/* record */.g1P(schemas/* string */.YjP(), coerce/* string */.Yj()).nullish(),
    pull_request: schemas/* object */.Ikc({
        number: schemas/* number */.aig(),
        draft: schemas/* boolean */.zMY().nullish(),
        labels: schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP() })).default([]),
        head: schemas/* object */.Ikc({ sha: schemas/* string */.YjP(), repo: repository }),
        base: schemas/* object */.Ikc({ sha: schemas/* string */.YjP(), repo: repository }),
    })
        .optional(),
});
/** Reads the payload that the runner left. What is missing or not as GitHub writes it counts as not there. */
async function readEvent(host) {
    const { GITHUB_EVENT_NAME: name = '', GITHUB_EVENT_PATH: file } = host.environment;
    const text = file ? await (0,external_node_fs_promises_.readFile)(file, 'utf8').catch(() => '{}') : '{}';
    const { data } = payload.safeParse(JSON.parse(text || '{}'));
    const pull = data?.pull_request;
    return {
        name,
        ...(data?.action === undefined ? {} : { action: data.action }),
        inputs: data?.inputs ?? {},
        ...(pull === undefined
            ? {}
            : {
                pullRequest: {
                    number: pull.number,
                    headSha: pull.head.sha,
                    baseSha: pull.base.sha,
                    fork: pull.head.repo === null || pull.head.repo.id !== pull.base.repo?.id,
                    draft: pull.draft === true,
                    labels: pull.labels.map((label) => label.name),
                },
            }),
    };
}

;// CONCATENATED MODULE: ./.build/src/github/rest/pull-requests.js

/** `undefined` when there is none of that number. Needs `pull-requests: read`. https://docs.github.com/rest/pulls/pulls */
async function getPullRequest({ octokit, repository }, number) {
    const answer = await connection_unlessAbsent(octokit.rest.pulls.get({ ...repository, pull_number: number }));
    return answer && read(answer.data);
}
/** Drafts included. */
async function listOpenPullRequests({ octokit, repository }) {
    const found = await octokit.paginate(octokit.rest.pulls.list, {
        ...repository,
        state: 'open',
        per_page: 100,
    });
    return found.map(read);
}
/** Paths of the files that a pull request adds, changes, renames or deletes; at most 3000, GitHub's limit. */
async function listChangedFiles({ octokit, repository }, pullRequest) {
    const found = await octokit.paginate(octokit.rest.pulls.listFiles, {
        ...repository,
        pull_number: pullRequest,
        per_page: 100,
    });
    return found.map(({ filename }) => filename);
}
/** Nothing happens when the label is not there. Needs `pull-requests: write`. */
async function removeLabel({ octokit, repository }, pullRequest, name) {
    await unlessAbsent(octokit.rest.issues.removeLabel({ ...repository, issue_number: pullRequest, name }));
}
function read({ number, title, state, draft, head, base, labels }) {
    return {
        number,
        title,
        open: state === 'open',
        draft: draft === true,
        headSha: head.sha,
        headRef: head.ref,
        baseRef: base.ref,
        fork: head.repo?.id !== base.repo.id,
        labels: labels.flatMap(({ name }) => name ?? []),
    };
}

;// CONCATENATED MODULE: ./.build/src/preview/gate.js

/** On a pull request of a fork, it says that a maintainer has looked at a commit. */
const approvalLabel = 'preview';
/** Throws PREVIEW_NOT_POSSIBLE for what a person asked for and cannot have. */
async function gate(question) {
    const { pullRequest, fork, open, asked, headSha } = question;
    if (!open)
        return refuse(question, `Pull request ${pullRequest} is closed.`, 'Reopen it first.');
    if (asked?.sha !== undefined && asked.sha !== headSha) {
        return refuse(question, `${asked.sha} is not the newest commit of pull request ${pullRequest}, which is ${headSha}.`, 'Look at that one, and start the workflow with all 40 digits of it.');
    }
    if (!fork)
        return { mode: 'preview', why: 'The commit is on a branch of the repository.' };
    return await gateOfFork(question);
}
async function gateOfFork(question) {
    const policy = await question.forks();
    switch (policy) {
        case 'off':
            return refuse(question, 'It comes from a fork, and previews.forks is off.', 'Push the commits to a branch of the repository, or set previews.forks.');
        case 'build-only':
            if (question.asked) {
                return refuse(question, 'It comes from a fork, and previews.forks is build-only.', 'Nothing of it can be deployed: its images are built by the runs of the pull request itself.');
            }
            return { mode: 'build-only', why: 'It comes from a fork: its images are built and thrown away.' };
        case 'label':
            return approved(question);
    }
}
function approved(question) {
    const { asked, headSha, labels, pullRequest } = question;
    const how = `Once a maintainer has looked at ${headSha}: set the label \`${approvalLabel}\` and start this workflow by hand with pull_request ${pullRequest} and sha ${headSha}.`;
    if (!asked)
        return { mode: 'none', why: `It comes from a fork. ${how}` };
    if (asked.sha === undefined)
        return refuse(question, 'It comes from a fork, and sha names no commit of it.', how);
    if (!labels.includes(approvalLabel))
        return refuse(question, `It comes from a fork and lacks the label ${approvalLabel}.`, how);
    return { mode: 'preview', why: `${asked.sha} was approved by its label and by whoever started this run.` };
}
/** A run of the pull request itself ends well with nothing done; a person who asked is told that it cannot be. */
function refuse({ asked }, why, next) {
    if (asked)
        throw new failure/* Failure */.H('PREVIEW_NOT_POSSIBLE', why, { next });
    return { mode: 'none', why: `${why} ${next}` };
}

;// CONCATENATED MODULE: ./.build/src/actions/previewing/gate.js







/** Whether the pull request may have a preview. Asks nobody but GitHub. */
async function openGate(inputs, host) {
    const { pull, byHand } = await gate_pullRequestOf(inputs, host);
    const environment = previewEnvironment(pull.number);
    const { mode, why } = await gate({
        ...pull,
        pullRequest: pull.number,
        forks: () => policyFor(environment, inputs, host),
        ...(byHand ? { asked: { sha: inputs.sha } } : {}),
    });
    host.info(`${mode}: ${why}`);
    await host.summarize(`### ${titles[mode]} for #${pull.number}\n\n${why}`);
    return {
        mode,
        environment,
        pull_request: pull.number,
        sha: pull.headSha,
        // Nothing of a fork comes near a credential but its images; a run by hand is on the branch that it was started for.
        ref: byHand && !pull.fork ? pull.headSha : host.environment.GITHUB_SHA,
        fork: pull.fork,
    };
}
const titles = { preview: 'A preview', 'build-only': 'Images, and no preview,', none: 'No preview' };
async function gate_pullRequestOf(inputs, host) {
    const { pullRequest } = await readEvent(host);
    if (pullRequest)
        return { pull: { ...pullRequest, open: true }, byHand: false };
    const number = Number(inputs.pull_request ?? '');
    if (!Number.isSafeInteger(number) || number < 1) {
        throw new failure/* Failure */.H('INPUT_INVALID', 'This run is not about a pull request, and pull_request names none.', {
            next: 'Give pull_request, a number.',
        });
    }
    const pull = await getPullRequest(connectJob(inputs.github_token ?? '', host), number);
    if (pull)
        return { pull, byHand: true };
    throw new failure/* Failure */.H('PREVIEW_NOT_POSSIBLE', `There is no pull request ${number}.`, {
        next: 'Give pull_request the number of one that is open.',
    });
}
/** From the file that is checked out, which for a fork's pull request is that of the branch it wants to get into. */
async function policyFor(environment, inputs, host) {
    const { preview } = await loadConfig({ ...inputs, environment }, host);
    return preview?.forks ?? 'off';
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./.build/src/google/artifactregistry.js



function listRepositories(google, project, location) {
    return listAll(google.transport, {
        api: 'artifactregistry',
        method: 'GET',
        path: `v1/projects/${project}/locations/${location}/repositories`,
        query: { pageSize: 1000 },
    }, (page) => page.repositories);
}
function getRepository(google, project, location, name) {
    return google.transport.send({
        api: 'artifactregistry',
        method: 'GET',
        path: `v1/projects/${project}/locations/${location}/repositories/${name}`,
    });
}
async function createRepository(google, at, repository) {
    const started = await google.transport.send({
        api: 'artifactregistry',
        method: 'POST',
        path: `v1/projects/${at.project}/locations/${at.location}/repositories`,
        query: { repositoryId: at.name },
        body: repository,
        repeatable: true,
    });
    await waitForRpc(started, (name) => google.transport.send({ api: 'artifactregistry', method: 'GET', path: `v1/${name}` }), { what: `creating Artifact Registry repository ${at.name}`, deadline: 5 * 60_000 }, google.clock, google.signal);
}
function patchRepository(google, at, repository, updateMask) {
    return google.transport.send({
        api: 'artifactregistry',
        method: 'PATCH',
        path: `v1/projects/${at.project}/locations/${at.location}/repositories/${at.name}`,
        query: { updateMask },
        body: repository,
    });
}
/** With every image in it. That it is gone already is as good. */
async function deleteRepository(google, at) {
    await unlessGone(google.transport
        .send({
        api: 'artifactregistry',
        method: 'DELETE',
        path: `v1/projects/${at.project}/locations/${at.location}/repositories/${at.name}`,
    })
        .then((started) => waitForRpc(started, (name) => google.transport.send({ api: 'artifactregistry', method: 'GET', path: `v1/${name}` }), { what: `deleting Artifact Registry repository ${at.name}`, deadline: 10 * 60_000 }, google.clock, google.signal)));
}
/** The digest (`sha256:...`) that a tag points to, `undefined` when there is no such tag. */
async function artifactregistry_digestOfTag(google, at, tag) {
    try {
        const found = await google.transport.send({
            api: 'artifactregistry',
            method: 'GET',
            path: `${packagePath(at)}/tags/${tag}`,
        });
        return found.version?.split('/').at(-1);
    }
    catch (error) {
        if (isNotFound(error))
            return undefined;
        throw error;
    }
}
function packagePath(at) {
    const image = encodeURIComponent(at.image);
    return `v1/projects/${at.project}/locations/${at.location}/repositories/${at.repository}/packages/${image}`;
}

;// CONCATENATED MODULE: ./.build/src/google/cloudbuild.js

const underWay = new Set(['STATUS_UNKNOWN', 'PENDING', 'QUEUED', 'WORKING']);
/** Starts a build and returns it as queued. Not repeatable: a second sending would be a second build. */
async function cloudbuild_createBuild(google, project, location, build) {
    const operation = await google.transport.send({
        api: 'cloudbuild',
        method: 'POST',
        path: `v1/projects/${project}/locations/${location}/builds`,
        body: build,
    });
    return operation.metadata?.build ?? {};
}
function getBuild(google, project, location, id) {
    return google.transport.send({
        api: 'cloudbuild',
        method: 'GET',
        path: `v1/projects/${project}/locations/${location}/builds/${id}`,
    });
}
/** Waits for the build's end, however it ends. The build itself is looked at, not its operation or its log. */
function cloudbuild_waitForBuild(google, at) {
    return waitFor(async () => {
        const build = await getBuild(google, at.project, at.location, at.id);
        return underWay.has(build.status ?? 'STATUS_UNKNOWN') ? undefined : build;
    }, { what: `build ${at.id}`, deadline: at.deadline, console: at.logUrl, ceiling: 5_000 }, google.clock, google.signal);
}
async function cloudbuild_cancelBuild(google, project, location, id) {
    await google.transport.send({
        api: 'cloudbuild',
        method: 'POST',
        path: `v1/projects/${project}/locations/${location}/builds/${id}:cancel`,
        body: {},
        repeatable: true,
        unstoppable: true,
    });
}

;// CONCATENATED MODULE: ./.build/src/google/storage.js



function listBuckets(google, project) {
    return listAll(google.transport, { api: 'storage', method: 'GET', path: 'storage/v1/b', query: { project } }, (page) => page.items);
}
function getBucket(google, bucket) {
    return google.transport.send({ api: 'storage', method: 'GET', path: `storage/v1/b/${bucket}` });
}
function createBucket(google, project, bucket) {
    return google.transport.send({
        api: 'storage',
        method: 'POST',
        path: 'storage/v1/b',
        query: { project },
        body: bucket,
        repeatable: true,
    });
}
function patchBucket(google, name, bucket) {
    return google.transport.send({
        api: 'storage',
        method: 'PATCH',
        path: `storage/v1/b/${name}`,
        body: bucket,
    });
}
/**
 * Uploads under a name that depends on the content, unless it is there already: `ifGenerationMatch=0` makes the
 * second upload a 412. https://cloud.google.com/storage/docs/request-preconditions
 */
async function storage_uploadOnce(google, bucket, name, bytes) {
    try {
        return await google.transport.send({
            api: 'storage',
            method: 'POST',
            path: `upload/storage/v1/b/${bucket}/o`,
            query: { uploadType: 'media', name, ifGenerationMatch: 0 },
            bytes,
            repeatable: true,
            timeout: 10 * 60_000,
        });
    }
    catch (error) {
        if (!(error instanceof GoogleError) || error.http !== 412)
            throw error;
        return getObject(google, bucket, name);
    }
}
function getObject(google, bucket, name) {
    return google.transport.send({
        api: 'storage',
        method: 'GET',
        path: `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
    });
}
/** The live objects; with `versions` those that were replaced or deleted in a versioned bucket too. */
function listObjects(google, bucket, { versions } = {}) {
    return listAll(google.transport, {
        api: 'storage',
        method: 'GET',
        path: `storage/v1/b/${bucket}/o`,
        query: { maxResults: 1000, versions },
    }, (page) => page.items);
}
/**
 * Writes an object with its metadata in one call, over what is there. With `md5Hash` in the metadata, Google refuses
 * content that was changed on the way. https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
async function writeObject(google, bucket, metadata, content) {
    const boundary = randomBytes(24).toString('hex');
    const part = (type) => `--${boundary}\r\nContent-Type: ${type}\r\n\r\n`;
    const data = Buffer.concat([
        Buffer.from(`${part('application/json; charset=UTF-8')}${JSON.stringify(metadata)}\r\n`),
        Buffer.from(part(metadata.contentType)),
        content,
        Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    await google.transport.send({
        api: 'storage',
        method: 'POST',
        path: `upload/storage/v1/b/${bucket}/o`,
        query: { uploadType: 'multipart' },
        bytes: { data, type: `multipart/related; boundary=${boundary}` },
        repeatable: true,
        timeout: 10 * 60_000,
    });
}
/** That it is gone already is as good. With a generation, that version of it and no other, live or not. */
async function deleteObject(google, bucket, name, generation) {
    await unlessGone(google.transport.send({
        api: 'storage',
        method: 'DELETE',
        path: `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
        query: { generation },
    }));
}
/** Google deletes an empty bucket alone: one that holds a live or an older version of anything is refused as 409. */
async function deleteBucket(google, bucket) {
    await unlessGone(google.transport.send({ api: 'storage', method: 'DELETE', path: `storage/v1/b/${bucket}` }));
}

// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: ./node_modules/tar-stream/index.js
var tar_stream = __webpack_require__(6118);
;// CONCATENATED MODULE: ./.build/src/build/archive.js





const compress = (0,external_node_util_.promisify)(external_node_zlib_.gzip);
/**
 * A .tar.gz of the files, the same bytes for the same sources: sorted, without times and owners.
 * https://reproducible-builds.org/docs/archives/
 */
async function archive_archiveOf(files, extra) {
    const tar = pack();
    const content = buffer(tar);
    for (const [name, content] of Object.entries(extra))
        tar.entry({ name, mtime: new Date(0), mode: 0o644 }, content);
    for (const file of files)
        await add(tar, file);
    tar.finalize();
    return await compress(await content, { level: 6 });
}
async function add(tar, file) {
    const header = { name: file.path, mtime: new Date(0), uid: 0, gid: 0 };
    if (file.kind === 'link')
        tar.entry({ ...header, type: 'symlink', linkname: file.target ?? '', mode: 0o777 });
    else
        tar.entry({ ...header, mode: file.executable ? 0o755 : 0o644 }, await readFile(file.absolute));
}

;// CONCATENATED MODULE: ./.build/src/build/docker.js
/**
 * Building with the docker of this machine, where there are no credentials to build with Cloud Build: what a fork's
 * Dockerfile runs then has nothing to steal and nowhere to push to.
 */

/** Arguments of `docker build` before the context; the Dockerfile as the builder finds it. */
function docker_buildArguments({ build }, name, dockerfile) {
    return [
        '-t',
        name,
        '-f',
        dockerfile,
        ...(build.target ? ['--target', build.target] : []),
        ...Object.entries(build.args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ];
}
/** The whole command, to be run in the folder of the checkout. */
function dockerBuild({ root }, source, name) {
    const { build } = source;
    return [
        'build',
        ...docker_buildArguments(source, name, posix.join(root, build.dockerfile)),
        posix.join(root, build.context),
    ];
}
/** Writes the image with its layers into a file, as an OCI layout. https://docs.docker.com/reference/cli/docker/image/save/ */
function dockerSave(name, file) {
    return ['save', '-o', file, name];
}

// EXTERNAL MODULE: ./node_modules/@balena/dockerignore/ignore.js
var ignore = __webpack_require__(4158);
;// CONCATENATED MODULE: ./.build/src/build/dockerignore.js

/** The package exports the function itself, while its types speak of a `default` within. */
const dockerignore_dockerignore = (/* unused pure expression or super */ null && (imported));

;// CONCATENATED MODULE: ./.build/src/build/source-tree.js






/** Files that google-github-actions/auth leaves in the workspace: they can mint credentials and never leave the runner. */
const alwaysIgnored = (/* unused pure expression or super */ null && (['**/gha-creds-*.json', '**/.git']));
/** Files that are read at once: of a context with a hundred thousand, all would be more than a process may open. */
const readsAtOnce = 64;
/**
 * The files of a context in byte order of their paths, without what the ignore file takes out. As with Docker,
 * `<Dockerfile>.dockerignore` beside the Dockerfile wins over `.dockerignore` at the root of the context.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
async function readSourceTree(context, dockerfile) {
    const patterns = await ignorePatterns(context, dockerfile);
    const ignore = dockerignore({ ignorecase: false }).add([...patterns, ...alwaysIgnored]);
    const paths = await walk(context, '', (path) => ignore.ignores(path));
    const exceptions = exceptionsOf(patterns);
    const pool = new Pool(readsAtOnce);
    const files = await Promise.all(paths.map((path) => pool.run(async () => ({
        ...(await readOne(context, path)),
        takenBack: exceptions.some((pattern) => posix.matchesGlob(path, pattern)),
    }))));
    return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
async function ignorePatterns(context, dockerfile) {
    for (const path of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
        const text = await readFile(path, 'utf8').catch(absentIfMissing);
        if (text !== undefined)
            return text.split(/\r?\n/);
    }
    return [];
}
/** The `!patterns` that name files. One that takes back all of a folder (`!app`, `!app/**`) names none of them. */
function exceptionsOf(patterns) {
    return patterns
        .map((pattern) => pattern.trim())
        .filter((pattern) => pattern.startsWith('!') && /[^*/]/.test(posix.basename(pattern)))
        .map((pattern) => posix.normalize(pattern.slice(1).trim()).replace(/^\/+/, ''));
}
/** Folders are walked even when ignored: a later `!pattern` may take a file in them back in. */
async function walk(context, folder, ignored) {
    const entries = await readdir(join(context, folder), { withFileTypes: true });
    const found = await Promise.all(entries.map((entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory())
            return entry.name === '.git' ? [] : walk(context, path, ignored);
        return ignored(path) ? [] : [path];
    }));
    return found.flat();
}
async function readOne(context, path) {
    const absolute = join(context, path);
    const stat = await lstat(absolute);
    if (stat.isSymbolicLink()) {
        const target = await readlink(absolute);
        return { path, kind: 'link', executable: false, target, sha256: source_tree_sha256(target), size: 0, absolute };
    }
    const content = await readFile(absolute);
    const executable = (stat.mode & 0o111) !== 0;
    return { path, kind: 'file', executable, sha256: source_tree_sha256(content), size: content.length, absolute };
}
function absentIfMissing(error) {
    if (isMissing(error))
        return undefined;
    throw error;
}
function source_tree_sha256(content) {
    return createHash('sha256').update(content).digest('hex');
}

;// CONCATENATED MODULE: ./.build/src/build/image.js










/** Where the images of a service are. */
function imageLocation(deployment, imageName) {
    const { name, location } = deployment.repository;
    return { project: deployment.project, location, repository: name, image: imageName };
}
/** The image that was built from these sources, if there is one. */
async function findImage(google, deployment, source) {
    const digest = await digestOfTag(google, imageLocation(deployment, source.build.imageName), source.tag);
    return digest ? { image: `${source.build.image}@${digest}`, digest, skipped: true } : undefined;
}
/** Uploads the sources, builds them with Cloud Build and returns the image by digest. */
async function buildImage(google, deployment, source, say) {
    const archive = await archiveOf(source.files, source.extra);
    const object = `source/${sha256(archive)}.tgz`;
    const { bucket } = deployment.builds;
    const uploaded = await uploadOnce(google, bucket, object, { data: archive, type: 'application/gzip' });
    say(`sources: ${source.files.length} files, ${Math.ceil(archive.length / 1024)} KiB, gs://${bucket}/${object}`);
    const request = requestOf(deployment, source, { bucket, object, generation: uploaded.generation ?? '' });
    return await tryBuild(google, deployment, source, request, say);
}
/** Failures of Cloud Build's own, which it documents as worth another try; a failing step never is. */
const image_passing = new Set(['LOGGING_FAILURE', 'FETCH_SOURCE_FAILED']);
const buildAttempts = 3;
async function tryBuild(google, deployment, source, request, say) {
    for (let attempt = 1;; attempt++) {
        const build = await runBuild(google, deployment, request, say);
        if (build.status === 'SUCCESS')
            return imageOf(source, build);
        const mayPass = build.status === 'EXPIRED' || image_passing.has(build.failureInfo?.type ?? '');
        if (!mayPass || attempt >= buildAttempts)
            throw await failureOf(google, deployment, source, build);
        say(`build ${build.id} ended with ${build.failureInfo?.type ?? build.status}: trying again`);
    }
}
async function runBuild(google, deployment, request, say) {
    const { project, region } = deployment;
    const started = await createBuild(google, project, region, request).catch((error) => {
        throw isRegionRestricted(error) ? regionRestricted(region, error) : error;
    });
    const id = started.id ?? '';
    say(`build ${id}: ${started.logUrl ?? ''}`);
    const deadline = (deployment.builds.timeoutSeconds + 15 * 60) * 1000;
    try {
        return await waitForBuild(google, {
            project,
            location: region,
            id,
            deadline,
            logUrl: started.logUrl ?? '',
        });
    }
    catch (error) {
        // A cancelled workflow must not go on paying for a build.
        if (google.signal?.aborted)
            await cancelBuild(google, project, region, id).catch(() => undefined);
        throw error;
    }
}
/** Of an account of the project by its id; another one is named in full. */
function image_emailOf(account, project) {
    return account.includes('@') ? account : serviceAccountEmail(account, project);
}
function requestOf(deployment, source, storageSource) {
    const { build, dockerfileName, tag } = source;
    const { builds, project } = deployment;
    const name = `${build.image}:${tag}`;
    return {
        source: { storageSource },
        steps: [
            {
                id: 'build',
                name: 'gcr.io/cloud-builders/docker',
                // Heredocs, mounts and ignore files of a Dockerfile's own are BuildKit's.
                env: ['DOCKER_BUILDKIT=1'],
                args: ['build', '--network', 'cloudbuild', ...buildArguments(source, name, dockerfileName), '.'].map(literal),
            },
        ],
        images: [name],
        // Without one of its own, a build in a new project runs as an account that may not push.
        serviceAccount: `projects/${project}/serviceAccounts/${image_emailOf(builds.serviceAccount, project)}`,
        options: {
            logging: 'CLOUD_LOGGING_ONLY',
            ...(builds.machineType ? { machineType: builds.machineType } : {}),
        },
        timeout: `${builds.timeoutSeconds}s`,
        tags: ['aethercast-deploy', build.imageName.replaceAll('/', '-')],
    };
}
/** Cloud Build takes `$NAME` for a substitution of its own. https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values#escaping_characters */
function literal(argument) {
    return argument.replaceAll('$', '$$$$');
}
function imageOf(source, build) {
    const digest = build.results?.images?.[0]?.digest ?? '';
    return {
        image: `${source.build.image}@${digest}`,
        digest,
        skipped: false,
        ...(build.id ? { buildId: build.id } : {}),
        ...(build.logUrl ? { logUrl: build.logUrl } : {}),
    };
}
const image_logLines = 30;
async function failureOf(google, deployment, source, build) {
    const filter = `resource.type="build" AND resource.labels.build_id="${build.id}"`;
    // What the log says helps, but that it cannot be read must not hide that the build failed.
    const log = await lastEntries(google, deployment.project, filter, image_logLines).catch(() => []);
    const step = build.steps?.find(({ status }) => status === 'FAILURE');
    const detail = build.failureInfo?.detail ?? build.statusDetail ?? step?.id ?? '';
    return new Failure('BUILD_FAILED', `Building ${source.build.imageName} ended with ${build.status}: ${detail}`, {
        next: `Mend the Dockerfile or its sources (${source.build.dockerfile}); the whole log is at ${build.logUrl ?? 'Cloud Build'}.`,
        details: log.map(textOf),
    });
}
/** There is no reason code for it, only this text. */
function isRegionRestricted(error) {
    return (error instanceof GoogleError && /quota restrictions, cannot run builds in this region/.test(error.message));
}
function regionRestricted(region, cause) {
    return new Failure('BUILD_REGION_RESTRICTED', `Google lets this project run no builds in ${region}.`, {
        next: 'New projects are restricted to a few regions: ask for Cloud Build quota in this one, or use another region.',
        cause,
    });
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
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
    const target = { ...to, digest: `sha256:${(0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex')}` };
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
        return Readable.from(source.body ?? []);
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
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
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

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./.build/src/preview/image-archive.js
/**
 * Images that another job has left as files: an OCI layout in an archive, as `docker save` writes it since version 25. What
 * is in it was made by nobody that is trusted: names are taken for what they are, and bytes for what they hash to.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */








const descriptor = schemas/* object */.Ikc({
    digest: schemas/* string */.YjP().regex(/^sha256:[0-9a-f]{64}$/),
    size: schemas/* int */.Whr().min(0),
    mediaType: schemas/* string */.YjP(),
    platform: schemas/* object */.Ikc({ os: schemas/* string */.YjP(), architecture: schemas/* string */.YjP() }).partial().optional(),
});
const index = schemas/* object */.Ikc({ manifests: schemas/* array */.YOg(descriptor).min(1) });
const manifest = schemas/* object */.Ikc({ config: descriptor, layers: schemas/* array */.YOg(descriptor) });
const image_archive_manifestTypes = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
];
const indexTypes = [
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.index.v1+json',
];
/** The image in an archive, unpacked into an empty folder. Throws IMAGE_ARCHIVE_INVALID. */
async function readImageArchive(file, folder) {
    await unpack(file, folder);
    const at = (digest) => (0,external_node_path_.join)(folder, digest.replace('sha256:', ''));
    const read = async (schema, path) => {
        const bytes = await (0,external_node_fs_promises_.readFile)(path).catch((cause) => {
            throw image_archive_invalid(file, 'a part that it names is missing', cause);
        });
        try {
            return { bytes, value: schema.parse(JSON.parse(bytes.toString('utf8'))) };
        }
        catch (cause) {
            throw image_archive_invalid(file, 'a part of it is not what it should be', cause);
        }
    };
    let { manifests } = (await read(index, (0,external_node_path_.join)(folder, 'index.json'))).value;
    let [chosen] = manifests;
    // With attestations, an index names the image beside them.
    for (let depth = 0; chosen && indexTypes.includes(chosen.mediaType) && depth < 2; depth++) {
        ({ manifests } = (await read(index, at(chosen.digest))).value);
        chosen = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64');
    }
    if (!chosen || !image_archive_manifestTypes.includes(chosen.mediaType))
        throw image_archive_invalid(file, 'it holds no image for linux/amd64');
    const { bytes, value } = await read(manifest, at(chosen.digest));
    requireDigest(file, chosen.digest, bytes);
    const blobs = [...value.layers, value.config].map(({ digest, size }) => ({ digest, size }));
    return {
        manifest: { bytes, type: chosen.mediaType },
        blobs: [...new Map(blobs.map((blob) => [blob.digest, blob])).values()],
        open: (digest) => (0,external_node_fs_.createReadStream)(at(digest)),
    };
}
/** Parts that are files and are called as the layout calls them; everything else, links above all, is left out. */
async function unpack(file, folder) {
    const archive = (0,tar_stream.extract)();
    const reading = (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(file), archive);
    try {
        for await (const entry of archive) {
            const name = partName(entry.header.name);
            if (entry.header.type === 'file' && name !== undefined)
                await (0,external_node_stream_promises_.pipeline)(entry, (0,external_node_fs_.createWriteStream)((0,external_node_path_.join)(folder, name)));
            else
                entry.resume();
        }
        await reading;
    }
    catch (cause) {
        throw image_archive_invalid(file, 'it cannot be read', cause);
    }
}
function partName(name) {
    if (name === 'index.json')
        return name;
    return /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
}
function requireDigest(file, digest, bytes) {
    const found = `sha256:${(0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex')}`;
    if (found !== digest)
        throw image_archive_invalid(file, 'its manifest is not the one that it names');
}
function image_archive_invalid(file, why, cause) {
    return new failure/* Failure */.H('IMAGE_ARCHIVE_INVALID', `${file} is no image: ${why}.`, {
        next: 'Write it with `docker save` of version 25 or newer.',
        cause,
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/previewing/push.js











/**
 * Pushes images that a job without credentials has built, by digest and without a tag: by its sources alone, under which
 * trusted images are found, none of them ever is.
 */
async function pushImages(inputs, host) {
    const deployment = await loadConfig(inputs, host);
    requirePreview(deployment);
    const folder = (0,external_node_path_.join)(host.workspace, inputs.images);
    const found = await (0,external_node_fs_promises_.readdir)(folder).catch(() => []);
    const built = deployment.services.filter(({ build }) => build);
    const missing = built.filter(({ key }) => !found.includes(`${key}.tar`)).map(({ key }) => key);
    if (missing.length > 0) {
        throw new failure/* Failure */.H('IMAGE_NOT_BUILT', `There is no image of ${missing.join(', ')} in ${inputs.images}.`, {
            next: 'A service that only the fork has cannot be deployed: push its commits to a branch of the repository.',
        });
    }
    const { context } = await openSession(inputs, deployment, host);
    const temporary = await (0,external_node_fs_promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'images-'));
    const images = {};
    try {
        for (const { key, build } of built) {
            const parts = (0,external_node_path_.join)(temporary, key);
            await (0,external_node_fs_promises_.mkdir)(parts);
            const image = await readImageArchive((0,external_node_path_.join)(folder, `${key}.tar`), parts);
            const to = imageLocation(deployment, build?.imageName ?? key);
            images[key] = inputs.dry_run ? '' : pinnedName(await pushImage(context.google, to, image));
            host.info(`${key}: ${images[key]}`);
            await (0,external_node_fs_promises_.rm)(parts, { recursive: true });
        }
    }
    finally {
        await (0,external_node_fs_promises_.rm)(temporary, { recursive: true, force: true });
    }
    const rows = Object.entries(images).map(([key, image]) => [key, code(image)]);
    await host.summarize(markdown_table(['service', 'image'], rows));
    return { images: JSON.stringify(images) };
}

;// CONCATENATED MODULE: ./.build/src/actions/previewing/report.js













/**
 * Tells the pull request how its preview fares, by what runs now and not by what jobs said about it. Throws PREVIEW_FAILED
 * at the end of a run in which something failed, so that a check of this job can be required.
 */
async function reportPreview(inputs, host) {
    const deployment = await loadConfig(inputs, host);
    const preview = requirePreview(deployment);
    const results = resultsOf(inputs);
    const { context } = await openSession(inputs, deployment, host);
    const claims = await ownClaims(context)();
    const claim = claims.find(({ pullRequest }) => pullRequest === preview.pullRequest);
    const github = connectJob(inputs.github_token ?? '', host);
    const records = await listDeployments(github, {
        environment: githubEnvironment,
        task: taskOf(preview.pullRequest),
    });
    if (isOvertaken(claim, await getPullRequest(github, preview.pullRequest), inputs.sha)) {
        host.info('A newer commit was pushed, or the pull request was closed: that run has the word.');
        if (!inputs.dry_run)
            await retire(github, records.filter(({ sha }) => sha === inputs.sha));
        return {};
    }
    const services = await liveServices(context);
    const state = report_stateOf(results, services);
    const url = entrance(services);
    const markdown = previewPage({
        ...pageOf(deployment, preview, inputs.sha, host),
        state,
        services,
        ...(claim ? { expiresAt: claim.expiresAt * 1000 } : {}),
    });
    await host.summarize(markdown);
    if (!inputs.dry_run) {
        await tell(github, deployment, { records, state, url, services, markdown, sha: inputs.sha }, host);
    }
    if (state.kind === 'failed')
        throw failed(state);
    return { url };
}
async function tell(github, deployment, told, host) {
    const { records, state, url, markdown, sha } = told;
    const own = records.find((record) => record.sha === sha);
    const logUrl = runUrl(host);
    if (own) {
        await setDeploymentState(github, own.id, {
            state: state.kind === 'ready' ? 'success' : state.kind === 'failed' ? 'failure' : 'in_progress',
            ...(url ? { environmentUrl: url } : {}),
            ...(logUrl ? { logUrl } : {}),
        });
    }
    // Only now: until then what an earlier commit deployed goes on serving.
    if (state.kind === 'ready')
        await retire(github, records.filter(({ id }) => id !== own?.id));
    const comment = await upsertComment(github, deployment.preview?.pullRequest ?? 0, commentMarker(deployment), markdown);
    host.info(`${state.kind}: ${comment.url}`);
}
/** Earlier commits have nothing that runs any more. What says so already is left alone. */
async function retire(github, records) {
    for (const { id } of records) {
        const [newest] = await listDeploymentStatuses(github, id);
        if (newest?.state !== 'inactive')
            await setDeploymentState(github, id, { state: 'inactive' });
    }
}
/** GitHub is asked as well: the run of a newer commit, and that of a close, wait until this one has ended. */
function isOvertaken(claim, pull, sha) {
    if (claim === undefined || !sha.startsWith(claim.commit))
        return true;
    return pull !== undefined && (!pull.open || pull.headSha !== sha);
}
const needs = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ result: schemas/* string */.YjP() }));
/** Result of each job by its id; `undefined` while more is to come. */
function resultsOf({ state, results }) {
    return state === 'in_progress' ? undefined : parseResults(results);
}
function report_stateOf(results, services) {
    if (results === undefined)
        return { kind: 'in_progress' };
    const bad = Object.entries(results).filter(([, { result }]) => result === 'failure' || result === 'cancelled');
    const jobs = bad.map(([job]) => job);
    // What no job has missed may have been removed behind their backs.
    const missing = services.filter(({ state }) => state !== 'ready').map(({ key }) => key);
    if (jobs.length === 0 && missing.length === 0)
        return { kind: 'ready' };
    return { kind: 'failed', jobs, ...(jobs.length === 0 ? { missing } : {}) };
}
function parseResults(text) {
    try {
        return needs.parse(JSON.parse(text));
    }
    catch (cause) {
        throw new failure/* Failure */.H('INPUT_INVALID', 'results is not what `toJSON(needs)` gives.', {
            next: `Write results: \${{ toJSON(needs) }}.`,
            cause,
        });
    }
}
function failed({ jobs, missing = [] }) {
    const message = jobs.length > 0
        ? `The preview was not deployed: ${jobs.join(', ')} failed.`
        : `The preview does not run as a whole: ${missing.join(', ')} is not ready.`;
    return new failure/* Failure */.H('PREVIEW_FAILED', message, {
        next: 'The jobs say why. Push again, or run the failed jobs again.',
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/preview.js








const action = defineAction({
    description: 'Decide whether a pull request gets a preview, give it its place, and tell the pull request how it fares.',
    inputs: {
        ...commonInputs,
        stage: (0,inputs.choice)(['gate', 'admit', 'push', 'report'], {
            description: '`gate`: whether the pull request may have a preview; needs no credentials. `admit`: whether there is room for one more, and where it lives. `push`: takes images of a fork into the registry. `report`: what has become of it.',
            default: 'gate',
        }),
        pull_request: (0,inputs.text)({
            description: 'With `gate`: number of the pull request, where the run was started by hand.',
        }),
        sha: (0,inputs.text)({
            description: 'The commit, 40 hex digits. With `gate`, in a run that was started by hand: the commit of a fork that a maintainer has looked at. With `admit` and `report`: what `gate` gave.',
        }),
        images: (0,inputs.text)({
            description: 'With `push`: folder of the images, `<service>.tar` each, relative to the workspace.',
            default: 'images',
        }),
        state: (0,inputs.choice)(['in_progress', 'done'], {
            description: 'With `report`: whether more is to come.',
            default: 'done',
        }),
        results: (0,inputs.text)({
            description: 'With `report`: `toJSON(needs)` of its job. The preview has failed when one of them has.',
            default: '{}',
        }),
        github_token: githubTokenInput,
    },
    outputs: {
        mode: 'Of `gate`: `preview`, `build-only`, or `none`.',
        environment: 'Of `gate`: the environment of the preview, `pr-<number>`.',
        pull_request: 'Of `gate`: the number of the pull request.',
        sha: 'Of `gate`: its newest commit.',
        ref: 'Of `gate`: what jobs with credentials check out: the pull request, or for a fork the branch that the run is on.',
        fork: 'Of `gate`: `true` when the commit is in another repository.',
        admitted: 'Of `admit`: `true` when it has a place.',
        images: 'Of `push`: the image of each service by digest, as JSON.',
        url: 'Of `report`: the address to look at first.',
    },
    run: async (inputs, host) => {
        switch (inputs.stage) {
            case 'gate':
                return await openGate(inputs, host);
            case 'admit':
                return await admitPreview({ ...inputs, sha: preview_commitOf(inputs, host) }, host);
            case 'push':
                return await pushImages({ ...inputs, sha: preview_commitOf(inputs, host) }, host);
            case 'report':
                return await reportPreview({ ...inputs, sha: preview_commitOf(inputs, host) }, host);
        }
    },
});
/** The commit of the pull request, and not the one that GitHub made of it and its base. */
function preview_commitOf({ sha, stage }, host) {
    const commit = sha ?? host.environment.GITHUB_SHA ?? '';
    if (/^[0-9a-f]{40}$/.test(commit))
        return commit;
    throw new failure/* Failure */.H('INPUT_INVALID', `sha is no commit: "${commit}".`, {
        next: `Pass the output sha of stage gate on to stage ${stage}.`,
    });
}


/***/ }),

/***/ 4378:
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
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4353);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2857);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4105);



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
