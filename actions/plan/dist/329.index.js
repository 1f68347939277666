export const id = 329;
export const ids = [329];
export const modules = {

/***/ 4329:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  GithubRecord: () => (/* binding */ GithubRecord)
});

// EXTERNAL MODULE: ./.build/src/github/rest/connection.js
var connection = __webpack_require__(6524);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
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
        const { id } = await createDeployment((0,connection/* connectJob */._I)(token, host), {
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
        const github = (0,connection/* connectJob */._I)(this.#token, { ...this.#host, signal });
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


/***/ })

};
