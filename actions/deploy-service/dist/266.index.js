export const id = 266;
export const ids = [266];
export const modules = {

/***/ 3266:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  GithubRecord: () => (/* binding */ GithubRecord)
});

// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(2413);
// EXTERNAL MODULE: ./.build/src/lib/clock.js
var lib_clock = __webpack_require__(4453);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
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
    const clock = options.clock ?? lib_clock/* systemClock */.m;
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

;// CONCATENATED MODULE: ./.build/src/actions/github-record.js




/** Milliseconds that the last word may take: GitHub kills an interrupted job soon after. */
const lastWord = { interrupted: 2_000, otherwise: 30_000 };
/** One record of a deployment on GitHub, whose states follow each other. */
class GithubRecord {
    #id;
    #token;
    #host;
    constructor(id, token, host) {
        this.#id = id;
        this.#token = token;
        this.#host = host;
    }
    /** Makes the record, queued. Throws GITHUB_REFUSED, and INPUT_INVALID where there is no commit. */
    static async open(token, { service, environment, image, commit, transient }, host) {
        const ref = commit ?? host.environment.GITHUB_SHA;
        if (!ref) {
            throw new failure/* Failure */.H('INPUT_INVALID', 'There is no commit to record: GITHUB_SHA is not set.', {
                next: 'Leave github_deployment out where this is no job of GitHub Actions.',
            });
        }
        const { id } = await createDeployment(connectJob(token, host), {
            ref,
            environment,
            task: `deploy:${service}`,
            description: `${service} to ${environment}`,
            payload: { service, ...(image ? { image } : {}), run: runUrl(host) ?? '' },
            production: environment === 'production',
            transient,
        });
        const record = new GithubRecord(id, token, host);
        await record.tell({ state: 'queued' });
        return record;
    }
    async tell(status, signal = this.#host.signal) {
        const logUrl = runUrl(this.#host);
        const github = connectJob(this.#token, { ...this.#host, signal });
        await setDeploymentState(github, this.#id, { ...status, ...(logUrl ? { logUrl } : {}) });
    }
    /** The last word; that it does not arrive is a warning, since the deployment is what it is. */
    async end(status) {
        const limit = this.#host.signal.aborted ? lastWord.interrupted : lastWord.otherwise;
        await this.tell(status, AbortSignal.timeout(limit)).catch((error) => {
            const why = error instanceof Error ? error.message : String(error);
            this.#host.warning(`The record of this deployment on GitHub stays as it was, since it could not be told: ${status.state}. ${why}`);
        });
    }
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


/***/ })

};
