export const id = 572;
export const ids = [572,378];
export const modules = {

/***/ 9338:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j$: () => (/* binding */ commonInputs),
/* harmony export */   vN: () => (/* binding */ githubTokenInput)
/* harmony export */ });
/* unused harmony export serviceInput */
/* harmony import */ var _github_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4378);

/** What every action takes. */
const commonInputs = {
    config: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
        description: 'The deployment file, relative to the workspace.',
        default: 'deploy.yaml',
    }),
    environment: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
        description: 'The environment of the file to work on. May be left out when the file has exactly one, or none.',
    }),
    project_id: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({ description: 'Google Cloud project, instead of the one that the file names.' }),
    region: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({ description: 'Region, instead of the one that the file names.' }),
    workload_identity_provider: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
        description: 'Full name of the Workload Identity provider, `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. Without it, the credentials that google-github-actions/auth left are used.',
    }),
    service_account: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
        description: 'E-mail of the service account to act as. Only together with `workload_identity_provider`.',
    }),
    dry_run: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.boolean)({ description: 'Show what would be done and do nothing.', default: 'false' }),
};
/** For the actions that tell GitHub, or ask it, something. */
const githubTokenInput = (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
    description: "Token for GitHub's API.",
    default: `\${{ github.token }}`,
    secret: true,
});
/** For the actions that work on one service. */
const serviceInput = (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
    description: 'The key of the service under `services:` in the file.',
    required: true,
});


/***/ }),

/***/ 1572:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  action: () => (/* binding */ action)
});

// EXTERNAL MODULE: ./.build/src/github/inputs.js
var inputs = __webpack_require__(4378);
// EXTERNAL MODULE: ./.build/src/actions/common-inputs.js
var common_inputs = __webpack_require__(9338);
// EXTERNAL MODULE: ./.build/src/google/denied.js
var denied = __webpack_require__(972);
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
                throw (0,denied/* explainGoogle */.n)(error, { principal, project });
            }
        },
    };
}

// EXTERNAL MODULE: ./.build/src/actions/rollout-inputs.js + 3 modules
var rollout_inputs = __webpack_require__(8900);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/inputs.js



const strategies = ['merge', 'overwrite'];
const withoutFile = 'Without a deployment file:';
/** The inputs of google-github-actions/deploy-cloudrun, by its names; project_id and region are common to all actions. */
const peerInputs = {
    service: (0,inputs.text)({
        description: 'With a deployment file: the key of the service under `services:`. Without one: the Cloud Run service, by its id or as projects/PROJECT/locations/REGION/services/ID.',
    }),
    job: (0,inputs.text)({ description: `${withoutFile} the Cloud Run job to deploy, instead of a service.` }),
    metadata: (0,inputs.text)({
        description: `${withoutFile} a Knative YAML file (Service, Job or WorkerPool) to deploy as it is, relative to the workspace.`,
    }),
    source: (0,inputs.text)({
        description: `${withoutFile} a folder with a Dockerfile, built with Cloud Build and deployed. Not together with \`image\`.`,
    }),
    suffix: (0,inputs.text)({ description: `${withoutFile} the end of the name of the new revision.` }),
    env_vars: (0,inputs.text)({
        description: `${withoutFile} environment variables, KEY=VALUE separated by commas or newlines; \`value_syntax\` says how quotes are read.`,
    }),
    env_vars_update_strategy: (0,inputs.choice)(strategies, {
        description: `${withoutFile} \`merge\` keeps the other variables, \`overwrite\` removes them.`,
        default: 'merge',
    }),
    secrets: (0,inputs.text)({
        description: `${withoutFile} secrets, KEY=SECRET:VERSION for a variable or /PATH=SECRET:VERSION for a file, separated by commas or newlines.`,
    }),
    secrets_update_strategy: (0,inputs.choice)(strategies, {
        description: `${withoutFile} \`merge\` keeps the other secrets, \`overwrite\` removes them. The secrets of a job are always overwritten.`,
        default: 'merge',
    }),
    labels: (0,inputs.text)({
        description: `${withoutFile} labels, KEY=VALUE separated by commas or newlines.`,
    }),
    skip_default_labels: (0,inputs.looseBoolean)({
        description: `${withoutFile} leave out the labels managed-by and commit-sha.`,
        default: 'false',
    }),
    timeout: (0,inputs.text)({ description: `${withoutFile} the longest time for a request, as 300, 300s or 5m.` }),
    flags: (0,inputs.text)({
        description: `${withoutFile} flags of gcloud run deploy. Those that have no counterpart here are refused by name.`,
    }),
    ...rollout_inputs/* trafficInputs */.bq,
    // Whatever is not "true" is false to deploy-cloudrun, and nothing is a mistake.
    no_traffic: (0,inputs.isTrue)({ description: rollout_inputs/* trafficInputs */.bq.no_traffic.description, default: 'false' }),
    wait: (0,inputs.looseBoolean)({
        description: `${withoutFile} run the job once it is deployed, and wait until it ends.`,
        default: 'false',
    }),
    update_traffic_flags: (0,inputs.text)({
        description: `${withoutFile} flags of gcloud run services update-traffic.`,
    }),
    gcloud_version: (0,inputs.text)({ description: 'Accepted and without effect: there is no gcloud here.' }),
    gcloud_component: (0,inputs.text)({ description: 'Accepted and without effect: there is no gcloud here.' }),
};
/** What deploy-cloudrun has not, or does not do as its documentation says. */
const ownInputs = {
    env_vars_file: (0,inputs.text)({
        description: `${withoutFile} a file of environment variables, YAML or KEY=VALUE lines, relative to the workspace. \`env_vars\` wins over it.`,
    }),
    value_syntax: (0,inputs.choice)(['plain', 'quoted'], {
        description: 'How env_vars, secrets and labels are read. `plain`: as deploy-cloudrun reads them, quotes protect nothing. `quoted`: as its documentation says, quotes protect commas and newlines and are taken off, `{}` removes all.',
        default: 'plain',
    }),
};
const dropInInputs = { ...peerInputs, ...ownInputs };
/** As every action has it; empty when no file is to be looked for. */
const configInput = (0,inputs.text)({
    description: 'The deployment file, relative to the workspace. Empty, or when the default is not there: works without one, as google-github-actions/deploy-cloudrun does.',
    default: common_inputs/* commonInputs */.j$.config.default ?? '',
    keepsEmpty: true,
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/mode.js




/** Inputs that mean nothing beside a deployment file, which says the same things in a place of its own. */
const withoutFileOnly = [
    'job',
    'metadata',
    'source',
    'suffix',
    'env_vars',
    'env_vars_file',
    'secrets',
    'labels',
    'timeout',
    'flags',
    'wait',
    'update_traffic_flags',
];
/**
 * Whether the action works as deploy-cloudrun does: when `config` is empty, or when the file of the default name is
 * not there and nothing is asked for that only a file can answer. A file that is named and missing, or an environment
 * of one, is a forgotten checkout or a slip, and never silently the other mode. Throws INPUT_INVALID for inputs that
 * the mode has no use for: to pass over them would deploy something else than asked for.
 */
function isDropIn(inputs, host) {
    const forFile = fileOnly(inputs);
    if (inputs.config === '') {
        refuse(forFile, 'an empty config', 'Give the file as `config`, or leave these inputs out.');
        return true;
    }
    const isDefault = inputs.config === common_inputs/* commonInputs */.j$.config.default;
    if (isDefault && forFile.length === 0 && !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(host.workspace, inputs.config)))
        return true;
    const forDropIn = withoutFileOnly.filter((name) => inputs[name]);
    refuse(forDropIn, `the deployment file ${inputs.config}`, "Set it in the file; or, to deploy without the file as deploy-cloudrun does, add `config: ''` to this step.");
    return false;
}
function fileOnly(inputs) {
    const { environment, release, commit, images, traffic, smoke_test } = inputs;
    return [
        ...(environment ? ['environment'] : []),
        ...(release ? ['release'] : []),
        ...(commit ? ['commit'] : []),
        ...(images ? ['images'] : []),
        ...(traffic === 'hold' ? ['traffic: hold'] : []),
        ...(smoke_test === 'auto' ? [] : [`smoke_test: ${smoke_test}`]),
    ];
}
function refuse(given, beside, next) {
    if (given.length === 0)
        return;
    throw new failure/* Failure */.H('INPUT_INVALID', `${given.join(', ')} cannot be given together with ${beside}.`, {
        next,
    });
}

// EXTERNAL MODULE: ./.build/src/actions/github-deployment.js
var github_deployment = __webpack_require__(9710);
// EXTERNAL MODULE: ./.build/src/actions/images-input.js
var images_input = __webpack_require__(9168);
;// CONCATENATED MODULE: ./.build/src/actions/deploy-service.js








const action = defineAction({
    description: 'Deploy one service to Cloud Run: its app as a service and its worker as a worker pool, a service or a job, by image digest.',
    inputs: {
        ...common_inputs/* commonInputs */.j$,
        config: configInput,
        image: (0,inputs.text)({
            description: 'Image to deploy, best by digest. Without it: the image that `build` made of the sources in this checkout, or the `image:` of the file.',
        }),
        images: (0,images_input/* imagesInput */.J)('Images by digest as JSON, by service and of sidecars by `SERVICE/SIDECAR`: the output `images` of actions/promote as it is. What is not in it is taken as without it.'),
        ...rollout_inputs/* rolloutInputs */.Ff,
        ...dropInInputs,
        ...github_deployment/* githubDeploymentInputs */.w,
    },
    outputs: {
        url: "URL of the service, or of this deployment's tag; empty for a worker without an app.",
        revision: 'The newest revision of the service.',
        previous_revision: 'The revision that served before.',
        worker_revision: 'The newest revision of the worker; empty for a job, which has none.',
        image: 'The image: with a deployment file by digest if it is in Artifact Registry, otherwise as it was named.',
        changed: '`true` when something was changed.',
        metadata: 'All of it as JSON: service, environment, workloads with name, kind, revision, previous_revision, image, url, traffic, changed, seconds, and the names of what differs.',
    },
    run: async (inputs, host) => {
        // Most of the code is of one of the two ways, and loading the other costs a deployment a fifth of its processor time.
        if (isDropIn(inputs, host)) {
            const { dropIn } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(315), __webpack_require__.e(268)]).then(__webpack_require__.bind(__webpack_require__, 4268));
            return await dropIn(inputs, host);
        }
        const { deployFromFile } = await Promise.all(/* import() */[__webpack_require__.e(75), __webpack_require__.e(815), __webpack_require__.e(315), __webpack_require__.e(209), __webpack_require__.e(570)]).then(__webpack_require__.bind(__webpack_require__, 3570));
        return await deployFromFile(inputs, host);
    },
});


/***/ }),

/***/ 9710:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ recorded),
/* harmony export */   w: () => (/* binding */ githubDeploymentInputs)
/* harmony export */ });
/* harmony import */ var _github_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4378);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4105);
/* harmony import */ var _common_inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9338);



const githubDeploymentInputs = {
    github_deployment: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.boolean)({
        description: 'Record the deployment on GitHub, with its states and the URL. Needs `deployments: write` under `permissions:` of the job.',
        default: 'false',
    }),
    github_environment: (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({
        description: 'Environment of GitHub that the record is of; that of the file if it is left out, and `production` without a file.',
    }),
    github_token: _common_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .githubTokenInput */ .vN,
};
/**
 * Runs `deploy` and records it on GitHub when that is asked for: queued at once, in progress from
 * `begin` on, then success with the URL, failure, or error when it is interrupted. Throws what `deploy` throws, and
 * GITHUB_REFUSED before it, since nobody asks for a record that cannot be. That the last word does not arrive is a
 * warning: the deployment is what it is. https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments
 */
async function recorded(inputs, deployment, host, deploy) {
    if (!inputs.github_deployment || inputs.dry_run)
        return await deploy(async () => undefined);
    // GitHub's client is a third of the code of this action, and most deployments have no record.
    const { GithubRecord } = await Promise.all(/* import() */[__webpack_require__.e(413), __webpack_require__.e(266)]).then(__webpack_require__.bind(__webpack_require__, 3266));
    const record = await GithubRecord.open(inputs.github_token ?? '', deployment, host);
    try {
        const outputs = await deploy(() => record.tell({ state: 'in_progress' }));
        await record.end(succeeded(outputs));
        return outputs;
    }
    catch (error) {
        await record.end(failed(error, host));
        throw error;
    }
}
function succeeded({ url, revision, worker_revision, image }) {
    const revisions = [revision, worker_revision].filter(Boolean).join(', ');
    const [, digest] = String(image ?? '').split('@');
    return {
        state: 'success',
        description: [revisions, digest ?? image].filter(Boolean).join(' '),
        ...(url ? { environmentUrl: String(url) } : {}),
    };
}
function failed(error, { signal }) {
    if (signal.aborted)
        return { state: 'error', description: 'The run was interrupted.' };
    const description = error instanceof _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .Failure */ .H ? `${error.code}: ${error.message}` : 'See the log of the run.';
    return { state: 'failure', description };
}


/***/ }),

/***/ 9168:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ imagesOfInput),
/* harmony export */   J: () => (/* binding */ imagesInput)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8816);
/* harmony import */ var _github_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4378);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4105);



/** Images by service, and of sidecars by `SERVICE/SIDECAR`, as one job hands them to the next. */
function imagesInput(description) {
    return (0,_github_inputs_js__WEBPACK_IMPORTED_MODULE_0__.text)({ description });
}
const images = zod__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().regex(/@sha256:[0-9a-f]{64}$/));
/** `undefined` when the input was left out. Throws INPUT_INVALID when it is anything but images by digest. */
function imagesOfInput(given) {
    if (given === undefined)
        return undefined;
    const parsed = images.safeParse(json(given));
    if (parsed.success)
        return parsed.data;
    throw new _lib_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .Failure */ .H('INPUT_INVALID', '`images` is no JSON of services and their images by digest.', {
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


/***/ }),

/***/ 8900:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ff: () => (/* binding */ rolloutInputs),
  Zb: () => (/* binding */ rolloutOf),
  bq: () => (/* binding */ trafficInputs)
});

// UNUSED EXPORTS: shiftOf

// EXTERNAL MODULE: ./.build/src/github/inputs.js
var inputs = __webpack_require__(4378);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
// EXTERNAL MODULE: ./.build/src/google/error.js
var google_error = __webpack_require__(1317);
// EXTERNAL MODULE: ./.build/src/google/policy.js
var google_policy = __webpack_require__(5857);
// EXTERNAL MODULE: ./.build/src/resources/revision-failed.js
var revision_failed = __webpack_require__(5744);
;// CONCATENATED MODULE: ./.build/src/release/own-grants.js
/**
 * Tells a refusal that will pass from one that stays: rights that were given a moment ago take minutes to count, and
 * Cloud Run then refuses a revision for want of a right that is already there.
 * https://cloud.google.com/iam/docs/access-change-propagation
 */



const accessor = 'roles/secretmanager.secretAccessor';
const actAs = 'roles/iam.serviceAccountUser';
/** Whether what was refused is in the policy by now. */
function refusalPasses(context) {
    return async (error) => {
        const missing = missingRight(context, error);
        if (!missing)
            return false;
        const { target, role, member } = missing;
        const policy = await (0,google_policy/* readPolicy */.T4)(context.google, target).catch(() => undefined);
        return (policy?.bindings ?? []).some((binding) => binding.role === role && !binding.condition && binding.members?.includes(member));
    };
}
/** There is no reason code that would name the secret, only Google's text. */
const secretDenied = /Permission denied on secret: projects\/[^/]+\/secrets\/([^/\s]+)\/.*?service account ([^\s,]+@[^\s,]+\.com)/s;
function missingRight({ deployment, deployer }, error) {
    const { project } = deployment;
    if (error instanceof revision_failed/* RevisionFailed */.B) {
        const [, secret, account] = secretDenied.exec(error.reason) ?? [];
        if (!secret || !account)
            return undefined;
        return {
            target: { kind: 'secret', project, secret },
            role: accessor,
            member: `serviceAccount:${account}`,
        };
    }
    if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 403 || !deployer)
        return undefined;
    if (!/iam\.serviceaccounts\.actAs/i.test(`${error.metadata.permission ?? ''} ${error.message}`))
        return undefined;
    const email = /([a-z0-9-]+@[a-z0-9.-]+\.iam\.gserviceaccount\.com)/.exec(`${error.metadata.resource ?? ''} ${error.message}`)?.[1];
    if (!email)
        return undefined;
    return {
        target: { kind: 'service_account', project, email },
        role: actAs,
        member: `serviceAccount:${deployer}`,
    };
}

;// CONCATENATED MODULE: ./.build/src/google/run-app.js
/** Requests to the addresses of Cloud Run services themselves, as their callers send them. */
const shownCharacters = 300;
/** A GET. Redirects are answers and not followed. Throws what keeps the service from answering at all. */
async function visit(url, options) {
    const timeout = AbortSignal.timeout(options.timeout);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    try {
        const response = await (options.fetch ?? fetch)(addressOf(url, options.environment), {
            redirect: 'manual',
            headers: headersOf(options),
            signal,
        });
        return { status: response.status, body: (await response.text()).slice(0, shownCharacters) };
    }
    catch (error) {
        // What an aborted fetch throws does not say that it was the time.
        signal.throwIfAborted();
        throw error;
    }
}
function headersOf({ idToken }) {
    return {
        'user-agent': 'aethercast-deploy',
        // The other header is left to the service, which may check it by its own rules.
        // https://cloud.google.com/run/docs/authenticating/service-to-service
        ...(idToken ? { 'x-serverless-authorization': `Bearer ${idToken}` } : {}),
    };
}
/**
 * Where the URL is reached: itself, or below AETHERCAST_RUN_APP_ENDPOINT as `HOST/PATH`, for rehearsals in which no
 * name of Google's leads anywhere.
 */
function addressOf(url, environment) {
    const endpoint = environment.AETHERCAST_RUN_APP_ENDPOINT;
    if (!endpoint)
        return url;
    const { host, pathname, search } = new URL(url);
    return `${endpoint.replace(/\/$/, '')}/${host}${pathname}${search}`;
}

;// CONCATENATED MODULE: ./.build/src/release/smoke.js
/** Asks a revision over HTTP whether it answers as it should, before it gets traffic. */

/** Milliseconds for one answer: an instance may have to start for it. */
const answerTimeout = 30_000;
/** Milliseconds between two requests. */
const pauses = { afterGood: 200, afterBad: 1_000 };
/** Throws an Error that says what came instead. */
async function smokeTest(url, test, options) {
    const { clock, signal } = options;
    const end = clock.now() + test.timeoutSeconds * 1000;
    const target = new URL(test.path, url).href;
    let inARow = 0;
    let last = 'nothing was tried';
    while (clock.now() < end) {
        const answer = await answerOf(target, test, options, end);
        signal?.throwIfAborted();
        if (answer === undefined) {
            inARow++;
            if (inARow >= test.successes)
                return;
        }
        else {
            inARow = 0;
            last = answer;
        }
        await clock.sleep(answer === undefined ? pauses.afterGood : pauses.afterBad, signal);
    }
    const wanted = test.status === undefined ? 'a status below 500' : `status ${test.status}`;
    const often = test.successes > 1 ? ` ${test.successes} times in a row` : '';
    throw new Error(`GET ${target} was to answer with ${wanted}${often} within ${test.timeoutSeconds} s, but ${last}.`);
}
/** What is wrong with the answer; nothing when it is good. */
async function answerOf(target, test, options, end) {
    const timeout = Math.max(1, Math.min(answerTimeout, end - options.clock.now()));
    try {
        const answer = await visit(target, { ...options, timeout });
        return isGood(answer, test) ? undefined : `it answered ${answer.status}${refusalHint(answer)}`;
    }
    catch (error) {
        options.signal?.throwIfAborted();
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        return `it did not answer (${cause instanceof Error ? cause.message : String(cause)})`;
    }
}
function isGood({ status }, test) {
    return test.status === undefined
        ? status < 500 && status !== 401 && status !== 403
        : status === test.status;
}
/** The body stays out: it may hold what no log should. */
function refusalHint({ status }) {
    if (status === 401 || status === 403)
        return ' (Cloud Run refuses the caller: the deployer needs roles/run.invoker, or the service answers so itself)';
    return '';
}

// EXTERNAL MODULE: ./.build/src/resources/traffic.js
var resources_traffic = __webpack_require__(5396);
;// CONCATENATED MODULE: ./.build/src/actions/rollout-inputs.js





/** What is said about traffic when a deployment file is deployed. */
const rolloutInputs = {
    traffic: (0,inputs.choice)(['shift', 'hold'], {
        description: 'With a deployment file: `shift` sends all traffic to the new revision once it has passed. `hold` leaves it where it is, and the new revision under the tag `next`, for the release of the whole set.',
        default: 'shift',
    }),
    smoke_test: (0,inputs.choice)(['auto', 'always', 'never'], {
        description: 'With a deployment file: whether a new revision is tried over HTTP before it gets traffic. `auto`: unless only the VPC reaches the service; `always`: also then, for runners inside it.',
        default: 'auto',
    }),
    commit: (0,inputs.text)({
        description: 'Commit that the image was built from, put on revisions and into their names; that of the run if it is left out.',
    }),
    release: (0,inputs.text)({
        description: 'Name of the release, put on revisions as a label; the short commit hash if it is left out.',
    }),
};
/** The inputs that deploy-cloudrun has as well. */
const trafficInputs = {
    no_traffic: (0,inputs.boolean)({ description: 'Give the new revision no traffic.', default: 'false' }),
    tag: (0,inputs.text)({ description: 'Traffic tag of the new revision; `url` is then the URL of this tag.' }),
    revision_traffic: (0,inputs.text)({
        description: 'Traffic by revision once the deployment is ready, REVISION=PERCENT,...; LATEST is the newest.',
    }),
    tag_traffic: (0,inputs.text)({
        description: 'Traffic by tag once the deployment is ready, TAG=PERCENT,.... Not together with revision_traffic.',
    }),
};
/** Where traffic goes. Throws INPUT_INVALID or TRAFFIC_INVALID when the inputs contradict each other. */
function shiftOf(inputs) {
    const { traffic, no_traffic, revision_traffic, tag_traffic } = inputs;
    const said = [
        traffic === 'hold' ? 'traffic: hold' : undefined,
        no_traffic ? 'no_traffic' : undefined,
        revision_traffic ? 'revision_traffic' : undefined,
        tag_traffic ? 'tag_traffic' : undefined,
    ].filter((name) => name !== undefined);
    // No traffic at first and shares afterwards is what deploy-cloudrun's users write, and comes to the shares.
    const contradiction = said.filter((name) => name !== 'no_traffic').length > 1 || said.includes('traffic: hold');
    if (said.length > 1 && contradiction) {
        throw new failure/* Failure */.H('INPUT_INVALID', `Only one of ${said.join(', ')} can be given.`, {
            next: 'Keep the one that says where traffic is to go.',
        });
    }
    if (revision_traffic)
        return { kind: 'revisions', shares: (0,resources_traffic/* parseShares */._i)('revision_traffic', revision_traffic) };
    if (tag_traffic)
        return { kind: 'tags', shares: (0,resources_traffic/* parseShares */._i)('tag_traffic', tag_traffic) };
    if (no_traffic)
        return { kind: 'none' };
    return { kind: traffic };
}
/** How the service comes to its new revision. Says in the log why a revision is not tried. */
function rolloutOf(inputs, service, { context, clock, idToken }, host) {
    const { app } = service;
    const tried = app && isTried(app, inputs.smoke_test, host) ? app.smoke : undefined;
    return {
        shift: shiftOf(inputs),
        ...(inputs.tag ? { tag: inputs.tag } : {}),
        ...(tried
            ? {
                test: async ({ revision, url, audience }) => {
                    const token = app?.authentication === 'iam' ? await idToken(audience) : undefined;
                    if (app?.authentication === 'iam' && !token) {
                        host.warning(`${app.name} checks who calls, and this job has no service account whose identity it could show: ${revision} is not tried. Give service_account to have it tried.`);
                        return;
                    }
                    const { environment, signal } = host;
                    await smokeTest(url, tried, { environment, signal, clock, idToken: token });
                    host.info(`  ✓ ${revision} answers at ${tried.path}`);
                },
            }
            : {}),
        passes: refusalPasses(context),
    };
}
function isTried(app, when, host) {
    if (!app.smoke || when === 'never')
        return false;
    if (app.ingress === 'all' || when === 'always')
        return true;
    host.info(`${app.name} is reached from the VPC alone (ingress: ${app.ingress}), so it is not tried from here; smoke_test: always does, on a runner inside it.`);
    return false;
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
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8816);
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


/***/ }),

/***/ 972:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ explainGoogle)
/* harmony export */ });
/* unused harmony export roleWith */
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4105);
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1317);
/* harmony import */ var _operations_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(125);



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
    if (error instanceof _error_js__WEBPACK_IMPORTED_MODULE_1__/* .GoogleError */ .Wy)
        return explainRefusal(error, who);
    if (error instanceof _operations_js__WEBPACK_IMPORTED_MODULE_2__/* .OperationFailed */ .FH) {
        if (isQuotaOfOperation(error))
            return quotaExhausted(who.project, error.what, error);
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('OPERATION_FAILED', `${capital(error.what)} failed: ${error.message}`, {
            next: 'Mend what the message names and run again: what is already done is kept.',
            cause: error,
        });
    }
    if (error instanceof _error_js__WEBPACK_IMPORTED_MODULE_1__/* .NoAnswer */ .W_) {
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('NO_ANSWER', error.message, {
            next: 'Run again: what is already done is kept, and whether this call had its effect is seen then.',
            cause: error,
        });
    }
    return error;
}
function explainRefusal(error, who) {
    const call = `${error.method} ${error.api} ${error.path}`;
    if (error.http === 401) {
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('UNAUTHENTICATED', `Google did not accept the access token (${call}).`, {
            next: 'Check that the credentials of this job belong to this project and have not expired.',
            cause: error,
        });
    }
    if (error.reason === 'SERVICE_DISABLED') {
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('API_DISABLED', error.message, {
            next: `Run provision, which enables it. An API that stays disabled is held back by an organization policy or by missing billing; try: gcloud services enable ${error.metadata.service ?? ''} --project ${who.project}`,
            cause: error,
        });
    }
    const constraint = orgPolicyConstraint(error);
    if (constraint) {
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('ORG_POLICY', `An organization policy (${constraint}) forbids it: ${error.message}`, {
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
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H(error.status || `HTTP_${error.http}`, `${call} was refused: ${error.message}`, {
        next: 'Mend what the message names and run again: what is already done is kept.',
        cause: error,
    });
}
/** RESOURCE_EXHAUSTED of google.rpc.Code, or Compute's own code, which stands before its message. */
function isQuotaOfOperation({ code, message }) {
    return code === 8 || /^(QUOTA_EXCEEDED|ZONE_RESOURCE_POOL_EXHAUSTED|RESOURCE_EXHAUSTED)\b/.test(message);
}
function quotaExhausted(project, what, cause) {
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('QUOTA_EXHAUSTED', `A quota of ${project} is used up (${what}): ${cause.message}`, {
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
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('PERMISSION_DENIED', `${principal} lacks ${permission ?? 'a permission'} for ${error.metadata.resource ?? call}: ${error.message}`, {
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


/***/ }),

/***/ 1317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W_: () => (/* binding */ NoAnswer),
/* harmony export */   Wi: () => (/* binding */ unlessGone),
/* harmony export */   Wy: () => (/* binding */ GoogleError),
/* harmony export */   c4: () => (/* binding */ isNotFound),
/* harmony export */   dh: () => (/* binding */ isConflict),
/* harmony export */   jy: () => (/* binding */ unlessExists),
/* harmony export */   rN: () => (/* binding */ errorFromBody)
/* harmony export */ });
/** What an API answered when it refused: the parts that decisions are made on, and those that a person needs. */
class GoogleError extends Error {
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
function isNotFound(error) {
    return error instanceof GoogleError && error.http === 404;
}
/** Whether somebody else wrote since the `etag` of the write was read, or made first what was to be made. */
function isConflict(error) {
    if (!(error instanceof GoogleError))
        return false;
    return error.http === 409 || error.http === 412 || error.status === 'FAILED_PRECONDITION';
}
/** Makes a create repeatable: that it is there already is not a failure, the next observation says whether it is as wanted. */
async function unlessExists(create) {
    await create.catch((error) => {
        if (!(error instanceof GoogleError && error.http === 409))
            throw error;
    });
}
/** Makes a delete repeatable: that it is gone already is as good. */
async function unlessGone(remove) {
    await remove.catch((error) => {
        if (!isNotFound(error))
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
    return new GoogleError(call, {
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


/***/ }),

/***/ 125:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FH: () => (/* binding */ OperationFailed),
/* harmony export */   I_: () => (/* binding */ waitForRpc),
/* harmony export */   fm: () => (/* binding */ waitFor),
/* harmony export */   xl: () => (/* binding */ finished)
/* harmony export */ });
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4105);

/** Looks until `look` gives something. Every wait of the suite goes through here, and none is without a deadline. */
async function waitFor(look, waiting, clock, signal) {
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
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('DEADLINE_EXCEEDED', `${waiting.what} did not finish within ${minutes} minutes.`, {
        next: `Look at ${waiting.console ?? 'it in the Google Cloud console'}, then run again: what is already done is kept.`,
    });
}
/** The operation ended in an error; `message` is Google's. */
class OperationFailed extends Error {
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
        throw new OperationFailed(what, operation.error.code ?? 0, operation.error.message ?? 'no message');
    }
    return operation.response;
}
/** Waits for an operation that is polled by its name below the API's version. */
async function waitForRpc(started, get, waiting, clock, signal) {
    if (started.done)
        return finished(started, waiting.what);
    const name = started.name ?? '';
    const ended = await waitFor(async () => {
        const now = await get(name);
        return now.done ? now : undefined;
    }, waiting, clock, signal);
    return finished(ended, waiting.what);
}


/***/ }),

/***/ 5857:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T4: () => (/* binding */ readPolicy),
/* harmony export */   VH: () => (/* binding */ changePolicy)
/* harmony export */ });
/* unused harmony exports testPermissions, isForbiddenMember */
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4105);
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1317);
/* harmony import */ var _operations_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(125);



/** With version 3, conditions of other people's bindings survive our write. https://cloud.google.com/iam/docs/policies#versions */
const policyVersion = 3;
function readPolicy(google, target) {
    return google.transport.send(readRequest(target));
}
/** Which of these permissions the caller holds on the resource. */
async function testPermissions(google, target, permissions) {
    const { api, path } = locationOf(target);
    const request = target.kind === 'bucket'
        ? { api, method: 'GET', path: `${path}/iam/testPermissions`, query: { permissions } }
        : { api, method: 'POST', path: `${path}:testIamPermissions`, body: { permissions }, repeatable: true };
    const answer = await google.transport.send(request);
    return answer.permissions ?? [];
}
/**
 * Changes a policy by read-modify-write. A concurrent writer is answered by reading again and starting over; a service
 * account that Google cannot see yet, because it was made a moment ago, by waiting for up to five minutes.
 */
async function changePolicy(google, target, modify, first) {
    let known = first;
    let refusal;
    await (0,_operations_js__WEBPACK_IMPORTED_MODULE_2__/* .waitFor */ .fm)(async () => {
        const policy = known ?? (await readPolicy(google, target));
        known = undefined;
        const wanted = { ...policy, version: policyVersion, bindings: modify(policy.bindings ?? []) };
        try {
            await google.transport.send(writeRequest(target, wanted));
            return true;
        }
        catch (error) {
            if (!isConcurrentChange(error) && !isUnseenMember(error))
                throw error;
            refusal = error;
            return undefined;
        }
    }, {
        what: `changing the IAM policy of ${nameOf(target)}`,
        deadline: 5 * 60_000,
        first: 200,
        ceiling: 10_000,
        expired: () => gaveUp(target, refusal),
    }, google.clock, google.signal);
}
/** Only what passes as a rule is tried again, so Google's last answer is the reason. */
function gaveUp(target, refusal) {
    const account = unseenMember(refusal);
    if (account === undefined) {
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('POLICY_CONTENDED', `Others changed the IAM policy of ${nameOf(target)} at each of our attempts for 5 minutes: ${refusal?.message}`, { next: 'Run again when whatever else changes it is done.', cause: refusal });
    }
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('SERVICE_ACCOUNT_NOT_VISIBLE', `The IAM policy of ${nameOf(target)} could not be changed for 5 minutes, since Google does not see an account: ${refusal?.message}`, {
        next: `A new account is known within a minute or two: run again. If that does not help, see whether it is there: gcloud iam service-accounts describe ${account}`,
        cause: refusal,
    });
}
function isConcurrentChange(error) {
    return (error instanceof _error_js__WEBPACK_IMPORTED_MODULE_1__/* .GoogleError */ .Wy && (error.http === 409 || error.http === 412) && !isForbiddenMember(error));
}
/**
 * An organization's policy excludes a member. It comes with the status of a precondition, and only the text tells it
 * from a concurrent change. https://cloud.google.com/storage/docs/public-access-prevention
 * https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
 */
function isForbiddenMember(error) {
    return (error instanceof _error_js__WEBPACK_IMPORTED_MODULE_1__/* .GoogleError */ .Wy &&
        /public access prevention|permitted customer|allowedPolicyMemberDomains/i.test(error.message));
}
/** The account of the refusal, if that is it. There is no reason code for it, only this text. */
function unseenMember(error) {
    if (error?.http !== 400)
        return undefined;
    return /service account (\S+) does not exist/i.exec(error.message)?.[1];
}
function isUnseenMember(error) {
    return error instanceof _error_js__WEBPACK_IMPORTED_MODULE_1__/* .GoogleError */ .Wy && unseenMember(error) !== undefined;
}
function readRequest(target) {
    const { api, path } = locationOf(target);
    switch (target.kind) {
        case 'project':
            return {
                api,
                method: 'POST',
                path: `${path}:getIamPolicy`,
                body: { options: { requestedPolicyVersion: policyVersion } },
                repeatable: true,
            };
        case 'service_account':
            return {
                api,
                method: 'POST',
                path: `${path}:getIamPolicy`,
                query: { 'options.requestedPolicyVersion': policyVersion },
                repeatable: true,
            };
        case 'bucket':
            return {
                api,
                method: 'GET',
                path: `${path}/iam`,
                query: { optionsRequestedPolicyVersion: policyVersion },
            };
        default:
            return {
                api,
                method: 'GET',
                path: `${path}:getIamPolicy`,
                query: { 'options.requestedPolicyVersion': policyVersion },
            };
    }
}
function writeRequest(target, policy) {
    const { api, path } = locationOf(target);
    if (target.kind === 'bucket')
        return { api, method: 'PUT', path: `${path}/iam`, body: policy };
    // The etag makes a second sending of the same policy harmless: it is refused as a concurrent change.
    return { api, method: 'POST', path: `${path}:setIamPolicy`, body: { policy }, repeatable: true };
}
function locationOf(target) {
    switch (target.kind) {
        case 'project':
            return { api: 'cloudresourcemanager', path: `v1/projects/${target.project}` };
        case 'service_account':
            return { api: 'iam', path: `v1/projects/${target.project}/serviceAccounts/${target.email}` };
        case 'bucket':
            return { api: 'storage', path: `storage/v1/b/${target.bucket}` };
        case 'secret':
            return { api: 'secretmanager', path: `v1/projects/${target.project}/secrets/${target.secret}` };
        case 'repository':
            return {
                api: 'artifactregistry',
                path: `v1/projects/${target.project}/locations/${target.location}/repositories/${target.repository}`,
            };
        case 'run_service':
            return {
                api: 'run',
                path: `v2/projects/${target.project}/locations/${target.region}/services/${target.service}`,
            };
    }
}
function nameOf(target) {
    return `${target.kind} ${locationOf(target).path.split('/').at(-1)}`;
}


/***/ }),

/***/ 5744:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ RevisionFailed)
/* harmony export */ });
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4105);
/* harmony import */ var _lib_sentence_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6210);


/**
 * A revision that did not become ready, or that failed its test; what served before goes on serving. Of a job, which has
 * no revisions, it is the job itself that could not be run.
 */
class RevisionFailed extends _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H {
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
            ? `Job ${parts.workload} cannot be run: ${(0,_lib_sentence_js__WEBPACK_IMPORTED_MODULE_1__/* .sentence */ .e)(parts.reason)}`
            : `Revision ${parts.revision} ${what}: ${(0,_lib_sentence_js__WEBPACK_IMPORTED_MODULE_1__/* .sentence */ .e)(parts.reason)} ${left}`, { next: 'Mend what the message names and run again.', cause });
        this.name = 'RevisionFailed';
        this.kind = parts.kind;
        this.workload = parts.workload;
        this.revision = parts.revision;
        this.reason = parts.reason;
        this.serving = parts.serving;
        this.stage = parts.stage;
    }
}


/***/ }),

/***/ 5396:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AR: () => (/* binding */ sharesOf),
/* harmony export */   Gb: () => (/* binding */ candidateTag),
/* harmony export */   MG: () => (/* binding */ firstTraffic),
/* harmony export */   Nw: () => (/* binding */ assignedShares),
/* harmony export */   Rd: () => (/* binding */ withTag),
/* harmony export */   UK: () => (/* binding */ trafficChange),
/* harmony export */   UN: () => (/* binding */ sameTraffic),
/* harmony export */   VJ: () => (/* binding */ withdrawn),
/* harmony export */   VK: () => (/* binding */ tagged),
/* harmony export */   _i: () => (/* binding */ parseShares),
/* harmony export */   mL: () => (/* binding */ asTraffic),
/* harmony export */   nb: () => (/* binding */ withoutTag),
/* harmony export */   o_: () => (/* binding */ resolvedTraffic),
/* harmony export */   qJ: () => (/* binding */ servingRevision),
/* harmony export */   qg: () => (/* binding */ trafficLine),
/* harmony export */   t_: () => (/* binding */ withShares)
/* harmony export */ });
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4105);

/** The tag that this suite puts on a revision that is not tried yet; it is taken off with the traffic. */
const candidateTag = 'next';
const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
/** What a new service gets: the API takes nothing else for it. */
function firstTraffic(tag) {
    return [{ type: latest, percent: 100, ...(tag ? { tag } : {}) }];
}
/** The targets with names in place of "latest". A share of a service without any ready revision is left out. */
function resolvedTraffic(have) {
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
function asTraffic(targets) {
    return targets.map(({ revision, percent, tag }) => ({
        type: revision ? byRevision : latest,
        ...(revision ? { revision } : {}),
        ...(percent > 0 ? { percent } : {}),
        ...(tag ? { tag } : {}),
    }));
}
/** The revision with the largest share, and nothing when none has one. */
function servingRevision(targets) {
    const shares = [...sharesOf(targets)].sort(([, a], [, b]) => b - a);
    return shares[0]?.[0];
}
/** Percent by revision, for those that have some. */
function sharesOf(targets) {
    const shares = new Map();
    for (const { revision, percent } of targets)
        if (revision && percent > 0)
            shares.set(revision, (shares.get(revision) ?? 0) + percent);
    return shares;
}
function tagged(targets, tag) {
    return targets.find((target) => target.tag === tag)?.revision;
}
/** With the tag on that revision and on no other. */
function withTag(targets, tag, revision) {
    return [...withoutTag(targets, tag), { revision, percent: 0, tag }];
}
/** Without the tag; the share of a target that had it stays. */
function withoutTag(targets, tag) {
    return targets.flatMap((target) => {
        if (target.tag !== tag)
            return [target];
        const { tag: _tag, ...rest } = target;
        return rest.percent > 0 ? [rest] : [];
    });
}
/** Without these tags on that revision; one that was elsewhere `before` goes back there. */
function withdrawn(targets, tags, revision, before) {
    return tags.reduce((left, tag) => {
        if (tagged(left, tag) !== revision)
            return left;
        const former = before.filter((target) => target.tag === tag).map((target) => ({ ...target, percent: 0 }));
        return [...withoutTag(left, tag), ...former];
    }, targets);
}
/** With these shares, which come to 100, in place of those that there are. */
function withShares(targets, shares) {
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
function assignedShares(now, asked) {
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
function sameTraffic(a, b) {
    return trafficLine(a) === trafficLine(b);
}
/** For a plan: the traffic in words when it differs. */
function trafficChange(have, want) {
    if (sameTraffic(have, want))
        return [];
    return [{ field: 'traffic', before: trafficLine(have), after: trafficLine(want) }];
}
/** `web-1 90 %, web-2 10 %, tag next on web-2`. */
function trafficLine(targets) {
    const shares = [...sharesOf(targets)].map(([revision, percent]) => `${revision} ${percent} %`);
    const tags = targets.flatMap(({ tag, revision }) => tag ? [`tag ${tag} on ${revision ?? 'the latest'}`] : []);
    return [...shares.sort(), ...tags.sort()].join(', ');
}
function invalid(problem) {
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .H('TRAFFIC_INVALID', `The traffic cannot be set: ${problem}.`, {
        next: 'Give NAME=PERCENT pairs with commas between them, for example web-4f2a9c1-1=90,LATEST=10.',
    });
}


/***/ })

};
