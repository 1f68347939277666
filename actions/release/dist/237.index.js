export const id = 237;
export const ids = [237];
export const modules = {

/***/ 6237:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  GithubRecord: () => (/* binding */ GithubRecord)
});

// EXTERNAL MODULE: ./.build/src/github/rest/connection.js
var connection = __webpack_require__(6524);
// EXTERNAL MODULE: ./.build/src/github/rest/deployments.js
var deployments = __webpack_require__(4370);
;// CONCATENATED MODULE: ./.build/src/github/run-url.js
/** Page of the run in which this happens; nothing outside of GitHub Actions. */
function runUrl({ environment }) {
    const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
    return GITHUB_RUN_ID && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}

// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
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
        const { id } = await (0,deployments/* createDeployment */.Yy)((0,connection/* connectJob */._I)(token, host), {
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
        await (0,deployments/* setDeploymentState */.fT)(github, this.#id, { ...status, ...(logUrl ? { logUrl } : {}) });
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
