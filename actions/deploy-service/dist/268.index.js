export const id = 268;
export const ids = [268];
export const modules = {

/***/ 4268:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  dropIn: () => (/* binding */ dropIn)
});

// EXTERNAL MODULE: ./.build/src/google/denied.js
var denied = __webpack_require__(972);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
// EXTERNAL MODULE: ./.build/src/report/markdown.js
var markdown = __webpack_require__(4873);
// EXTERNAL MODULE: ./.build/src/actions/github-deployment.js
var github_deployment = __webpack_require__(9710);
// EXTERNAL MODULE: ./.build/src/actions/session.js + 6 modules
var session = __webpack_require__(1843);
// EXTERNAL MODULE: ./.build/src/google/error.js
var google_error = __webpack_require__(1317);
// EXTERNAL MODULE: ./.build/src/google/run-jobs.js
var run_jobs = __webpack_require__(5275);
// EXTERNAL MODULE: ./.build/src/release/container-log.js
var container_log = __webpack_require__(737);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/key-values.js
const separators = new Set([',', '\n', '\r', '\u2028', '\u2029']);
const quotes = new Set(['"', "'"]);
function parseKeyValues(given, syntax) {
    const text = given.trim();
    if (text === '{}')
        return { value: braces(syntax) };
    const reader = new Reader(text, syntax);
    try {
        return { value: { entries: reader.entries(), clears: false, remarks: reader.remarks() } };
    }
    catch (error) {
        if (error instanceof GrammarError)
            return { problem: error.message };
        throw error;
    }
}
function braces(syntax) {
    const remark = '{} removes nothing, as with deploy-cloudrun; with `value_syntax: quoted` it removes all';
    return { entries: new Map(), clears: syntax === 'quoted', remarks: syntax === 'plain' ? [remark] : [] };
}
/** What is wrong and where, never what is written there: it may be a password. */
class GrammarError extends Error {
}
class Reader {
    #text;
    #syntax;
    #at = 0;
    #comments = 0;
    /** Names whose value begins with a quote, which `plain` hands on. */
    #quoted = [];
    /** Places of names that look like the rest of a value. */
    #fragments = [];
    constructor(text, syntax) {
        this.#text = text;
        this.#syntax = syntax;
    }
    entries() {
        const found = new Map();
        while (this.#at < this.#text.length) {
            if (this.#skipComment())
                continue;
            const start = this.#at;
            const key = this.#plain((character) => character === '=').trim();
            if (this.#text[this.#at] === '=') {
                if (key === '')
                    throw new GrammarError(`has "=" without a name before it at character ${this.#at + 1}`);
                this.#at++;
                found.set(key, this.#value(key));
            }
            else if (key !== '')
                found.set(key, '');
            if (key !== '' && /["'{}[\]]/.test(key))
                this.#fragments.push(start + 1);
            this.#at++;
        }
        return found;
    }
    remarks() {
        const remarks = [];
        if (this.#comments > 0)
            remarks.push(`${this.#comments} lines that begin with # are taken as comments`);
        if (this.#syntax === 'quoted')
            return remarks;
        if (this.#quoted.length > 0) {
            remarks.push(`the value of ${this.#quoted.join(', ')} begins with a quote: as with deploy-cloudrun, quotes protect nothing and are part of the value; with \`value_syntax: quoted\` they protect commas and newlines and are taken off`);
        }
        if (this.#fragments.length > 0) {
            remarks.push(`what begins at character ${this.#fragments.join(', ')} looks like the rest of a value that a comma has cut; write "\\," for the comma, or set \`value_syntax: quoted\` and quote the value`);
        }
        return remarks;
    }
    #skipComment() {
        const before = this.#text.slice(0, this.#at);
        const atLineStart = before === '' || /[\n\r\u2028\u2029][^\S\n\r\u2028\u2029]*$/.test(before);
        const comment = /^\s*#[^\n\r\u2028\u2029]*/.exec(this.#text.slice(this.#at));
        if (!atLineStart || !comment)
            return false;
        this.#at += comment[0].length + 1;
        this.#comments++;
        return true;
    }
    #value(key) {
        const blank = /^[^\S\n\r\u2028\u2029]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
        const first = this.#text[this.#at + blank] ?? '';
        if (quotes.has(first)) {
            if (this.#syntax === 'quoted') {
                this.#at += blank;
                return this.#quotedValue(first);
            }
            this.#quoted.push(shownName(key));
        }
        return this.#plain(() => false).trim();
    }
    /** Up to a separator or what `stops`, without the backslashes. */
    #plain(stops) {
        let taken = '';
        for (; this.#at < this.#text.length; this.#at++) {
            const character = this.#text[this.#at] ?? '';
            if (separators.has(character) || stops(character))
                break;
            if (character === '\\')
                taken += this.#escaped();
            else
                taken += character;
        }
        return taken;
    }
    #escaped() {
        const next = this.#text[++this.#at];
        if (next === undefined)
            throw new GrammarError(`ends in a backslash, at character ${this.#at}`);
        return next;
    }
    #quotedValue(quote) {
        const opened = this.#at + 1;
        let taken = '';
        for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
            const character = this.#text[this.#at];
            if (character === undefined)
                throw new GrammarError(`has a quote at character ${opened} that is not closed`);
            // As in a shell, nothing is special between single quotes.
            taken += character === '\\' && quote === '"' ? this.#escaped() : character;
        }
        this.#at++;
        const rest = this.#plain(() => false);
        if (rest.trim() === '')
            return taken;
        throw new GrammarError(`goes on after the closing quote of the value that begins at character ${opened}`);
    }
}
/** Names as the log may show them: what a comma cut off a value is not one. */
function shownName(name) {
    return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? name : '(not a name)';
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/changes.js

/** One line for each thing that `after` has otherwise than `before`; nothing of `before` means that all is new. */
function changesOf(before, after) {
    if (!before)
        return [`new ${after.kind}`];
    return [
        ...containersOf(after).flatMap((container, index) => containerChanges(containersOf(before)[index] ?? {}, container, index)),
        ...fieldChanges(before.task, after.task, ['containers', 'labels', 'revision']),
        ...(after.kind === 'job' ? fieldChanges(before.template, after.template, ['template', 'labels']) : []),
        ...fieldChanges(resourceOf(before), resourceOf(after), [
            'template',
            'labels',
            'etag',
            'traffic',
            'client',
        ]),
        ...nameChanges('label', resourceOf(before).labels ?? {}, resourceOf(after).labels ?? {}),
    ];
}
function containersOf({ task }) {
    return task.containers ?? [];
}
function resourceOf(draft) {
    return draft.kind === 'service' ? draft.service : draft.job;
}
function containerChanges(before, after, index) {
    const which = index === 0 ? '' : `${after.name ?? `container ${index + 1}`}: `;
    const image = before.image === after.image ? [] : [`image ${before.image ?? '(none)'} → ${after.image ?? '(none)'}`];
    return [
        ...image,
        ...variableChanges(before.env ?? [], after.env ?? []),
        ...fieldChanges(before, after, ['image', 'env', 'name']),
    ].map((line) => `${which}${line}`);
}
/** A name without a value may be what a comma cut off the value before it: it is not shown. */
function variableChanges(before, after) {
    const byName = (variables) => Object.fromEntries(variables.map((variable) => {
        const isGiven = variable.valueSource !== undefined || (variable.value ?? '') !== '';
        const name = variable.name ?? '';
        return [isGiven ? shownName(name) : '(a name without a value)', variable];
    }));
    return nameChanges('env', byName(before), byName(after));
}
function nameChanges(what, before, after) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => {
        if (!(name in before))
            return [`${what} ${name} added`];
        if (!(name in after))
            return [`${what} ${name} removed`];
        return same(before[name], after[name]) ? [] : [`${what} ${name} changed`];
    });
}
function fieldChanges(before, after, but) {
    const [old, now] = [before, after];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
        .filter((field) => !but.includes(field) && !same(old[field], now[field]))
        .map((field) => `${field} changed`);
}
function same(a, b) {
    return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/draft.js

/** What the server alone writes. The etag stays: it makes a write fail that would undo somebody else's. */
const outputs = [
    'name',
    'uid',
    'generation',
    'createTime',
    'updateTime',
    'deleteTime',
    'expireTime',
    'creator',
    'lastModifier',
    'reconciling',
    'observedGeneration',
    'terminalCondition',
    'conditions',
    'latestReadyRevision',
    'latestCreatedRevision',
    'trafficStatuses',
    'uri',
    'urls',
    'satisfiesPzs',
    'threatDetectionEnabled',
    'executionCount',
    'latestCreatedExecution',
];
/** A draft that begins with what is there, so that whatever nobody asks to change stays. */
function serviceDraft({ project, region }, have) {
    const service = have ? writable(have) : {};
    withoutBreakglass(service);
    service.template ??= {};
    const { template } = service;
    // The name is that of the revision there is, and no two have the same.
    delete template.revision;
    template.containers ??= [newContainer()];
    return {
        kind: 'service',
        project,
        region,
        service,
        template,
        task: template,
        container: mainContainer(template),
    };
}
function jobDraft({ project, region }, have) {
    const job = have ? writable(have) : {};
    withoutBreakglass(job);
    job.template ??= {};
    const { template } = job;
    template.template ??= {};
    const task = template.template;
    task.containers ??= [{}];
    return { kind: 'job', project, region, job, template, task, container: mainContainer(task) };
}
/** As gcloud makes the container of a new service: processors only while there are requests, and more of them at start. */
function newContainer() {
    return { resources: { cpuIdle: true, startupCpuBoost: true } };
}
function writable(have) {
    const kept = Object.entries(structuredClone(have)).filter(([key]) => !outputs.includes(key));
    return Object.fromEntries(kept);
}
/** Why the policy for images was passed by is said for one deployment; gcloud takes it away, too. */
function withoutBreakglass(resource) {
    if (!resource.binaryAuthorization)
        return;
    const { breakglassJustification: _why, ...policy } = resource.binaryAuthorization;
    if (Object.keys(policy).length > 0)
        resource.binaryAuthorization = policy;
    else
        delete resource.binaryAuthorization;
}
/** The one with the port, or the first. */
function mainContainer(task) {
    const containers = task.containers ?? [];
    const main = containers.find(({ ports }) => (ports ?? []).length > 0) ?? containers[0];
    if (!main)
        throw new Error('a draft has at least one container');
    return main;
}
/** The container of that name, made when there is none. A single one without a name takes it. */
function containerNamed(draft, name) {
    const containers = draft.task.containers ?? [];
    const found = containers.find((container) => container.name === name);
    if (found)
        return found;
    const [only] = containers;
    if (containers.length === 1 && only && !only.name && !only.image) {
        only.name = name;
        return only;
    }
    const made = { name };
    draft.task.containers = [...containers, made];
    return made;
}
/** Takes containers away by name; whoever waited for one of them no longer does. Throws when none is left. */
function removeContainers(draft, names) {
    const isRemoved = (name) => name !== undefined && names.includes(name);
    draft.task.containers = (draft.task.containers ?? []).filter(({ name }) => !isRemoved(name));
    if (draft.task.containers.length === 0) {
        throw new failure/* Failure */.H('INPUT_INVALID', 'flags: --remove-containers would take the last container away.', {
            next: 'Name the containers that are to go, and leave one.',
        });
    }
    for (const container of draft.task.containers) {
        if (container.dependsOn)
            container.dependsOn = container.dependsOn.filter((name) => !isRemoved(name));
    }
    draft.container = mainContainer(draft.task);
}
/** The container's resources. Where they are named at all, what is not said of the processor means "always". */
function resourcesOf(draft) {
    draft.container.resources ??= draft.kind === 'service' ? { cpuIdle: true } : {};
    return draft.container.resources;
}
function setLimit(draft, name, value) {
    const resources = resourcesOf(draft);
    const { [name]: _old, ...others } = resources.limits ?? {};
    resources.limits = value === undefined ? others : { ...others, [name]: value };
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/failed.js


/** The failure with its log lines; that they cannot be read must not hide what failed. */
async function failureWithLog(google, failed) {
    const { code, message, next, project, filter, cause } = failed;
    const lines = await (0,container_log/* lastLines */.w$)(google, project, filter).catch((error) => {
        google.signal?.throwIfAborted();
        return [`(its log cannot be read: ${error instanceof Error ? error.message : String(error)})`];
    });
    return new failure/* Failure */.H(code, message, { next, cause, details: lines });
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/job.js
/** Deploys a job as `gcloud run jobs deploy` does, and runs it when asked to. */







/** Times that somebody else may change the job between our look and our write. */
const attempts = 5;
async function deployJob(google, place, name, order) {
    const at = { ...place, name };
    const { draft, before } = await writeJob(google, at, order);
    await requireReady(google, at);
    const { run } = order.orders;
    const execution = run ? await execute(google, at, draft, run === 'and wait') : undefined;
    return { ...shown(place, name, draft, before), ...(execution ? { execution } : {}) };
}
/** The same without a write. */
async function planJob(google, place, name, order) {
    const before = await read(google, { ...place, name });
    return shown(place, name, drafted(place, before, order), before);
}
function shown(place, name, draft, before) {
    return {
        region: place.region,
        kind: 'job',
        name,
        url: '',
        image: draft.container.image ?? '',
        changes: changesOf(before && jobDraft(place, before), draft),
        remarks: [],
    };
}
/** A write that is sent twice changes nothing the second time: all of the job is in it. */
async function writeJob(google, at, order) {
    const before = await read(google, at);
    let have = before;
    for (let attempt = 1;; attempt++) {
        const draft = drafted(at, have, order);
        try {
            await (have ? (0,run_jobs/* replaceJob */.SZ)(google, at, draft.job) : (0,run_jobs/* createJob */._S)(google, at, draft.job));
            return { draft, before };
        }
        catch (error) {
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409 || attempt >= attempts)
                throw error;
            const now = await read(google, at);
            if (now?.etag === have?.etag)
                throw error;
            have = now;
        }
    }
}
function drafted(place, have, { edits }) {
    const draft = jobDraft(place, have);
    for (const edit of edits)
        edit(draft);
    draft.job.client = 'aethercast-deploy';
    return draft;
}
async function requireReady(google, at) {
    const { terminalCondition } = await (0,run_jobs/* waitUntilJobIsSettled */.wj)(google, at);
    if (!terminalCondition || terminalCondition.state === 'CONDITION_SUCCEEDED')
        return;
    throw new failure/* Failure */.H('JOB_FAILED', `Job ${at.name} cannot be run: ${terminalCondition.message ?? 'Google gives no reason.'}`, { next: 'Mend what the message names and run again.' });
}
/** Milliseconds that an execution may take to be given its tasks and to be counted, beside the tasks themselves. */
const grace = 15 * 60_000;
/** Cloud Run's own: ten minutes for a task, and three more tries. */
const defaultTimeout = 600;
const defaultRetries = 3;
async function execute(google, at, draft, waits) {
    const execution = await (0,run_jobs/* runJob */.b5)(google, at);
    const name = execution.split('/').at(-1) ?? execution;
    if (!waits)
        return name;
    const ended = await (0,run_jobs/* waitForExecution */.Li)(google, execution, longest(draft));
    if (succeeded(ended))
        return name;
    const message = ended.conditions?.find(({ type }) => type === 'Completed')?.message;
    throw await failureWithLog(google, {
        code: 'EXECUTION_FAILED',
        message: `Execution ${name} of job ${at.name} failed: ${message ?? `${ended.failedCount ?? 0} tasks failed, ${ended.cancelledCount ?? 0} were cancelled.`}`,
        next: 'Mend what the container wrote above and run again.',
        project: at.project,
        filter: (0,container_log/* executionFilter */.jI)(at, name),
    });
}
function succeeded(ended) {
    return !ended.failedCount && !ended.cancelledCount && (ended.succeededCount ?? 0) >= (ended.taskCount ?? 1);
}
function longest({ template, task }) {
    const seconds = Number.parseInt(task.timeout ?? '', 10) || defaultTimeout;
    const tries = 1 + (template.template?.maxRetries ?? defaultRetries);
    const tasks = template.taskCount ?? 1;
    const rounds = template.parallelism ? Math.ceil(tasks / template.parallelism) : 1;
    return seconds * tries * rounds * 1000 + grace;
}
async function read(google, at) {
    return await (0,run_jobs/* getJob */.ax)(google, at).catch((error) => {
        if ((0,google_error/* isNotFound */.c4)(error))
            return undefined;
        throw error;
    });
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./.build/src/google/knative.js
/**
 * Run's Knative view, for YAML that is written in it: it is handed on as it is, so that nothing of it is lost in
 * translation. Its paths are served by the host of a region alone.
 * https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services
 */

const collections = {
    Service: 'apis/serving.knative.dev/v1/namespaces/{project}/services',
    Job: 'apis/run.googleapis.com/v1/namespaces/{project}/jobs',
    WorkerPool: 'apis/run.googleapis.com/v1/namespaces/{project}/workerpools',
};
/** The object as it is, or `undefined` when there is none. */
async function getKnative(google, at) {
    try {
        return await google.transport.send({
            api: 'run',
            region: at.region,
            method: 'GET',
            path: `${collectionOf(at)}/${at.name}`,
        });
    }
    catch (error) {
        if ((0,google_error/* isNotFound */.c4)(error))
            return undefined;
        throw error;
    }
}
/** Creates the object. A repetition of a create that had its effect is refused with 409. */
async function createKnative(google, at, body) {
    await google.transport.send({
        api: 'run',
        region: at.region,
        method: 'POST',
        path: collectionOf(at),
        body,
        repeatable: true,
    });
}
/** Replaces the object; a `resourceVersion` in it that is not the newest is refused with 409. */
async function replaceKnative(google, at, body) {
    await google.transport.send({
        api: 'run',
        region: at.region,
        method: 'PUT',
        path: `${collectionOf(at)}/${at.name}`,
        body,
    });
}
function collectionOf({ kind, project }) {
    return collections[kind].replace('{project}', project);
}

// EXTERNAL MODULE: ./.build/src/google/run.js
var run = __webpack_require__(8282);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/traffic.js

const latest = 'LATEST';
const toLatest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const toRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
/** The traffic after these orders. Throws TRAFFIC_INVALID when an order names a tag that is not there. */
function withOrders(targets, orders) {
    return orders.reduce(withOrder, separated(targets));
}
function withOrder(targets, order) {
    switch (order.kind) {
        case 'to revisions':
            return withPercentages(targets, order.percentages);
        case 'to tags':
            return withPercentages(targets, revisionsOf(targets, order.percentages));
        case 'set tags':
            return [...targets.filter(({ tag }) => !tag), ...tagged(order.tags)];
        case 'update tags':
            return [...targets.filter(({ tag }) => !tag || !order.tags.has(tag)), ...tagged(order.tags)];
        case 'remove tags':
            return targets.filter(({ tag }) => !tag || !order.names.includes(tag));
    }
}
/** As gcloud keeps them: what carries percentages and what carries tags, each for itself. */
function separated(targets) {
    const all = targets.length > 0 ? targets : [target(latest, 100)];
    const percent = new Map();
    for (const one of all) {
        if (one.percent)
            percent.set(keyOf(one), (percent.get(keyOf(one)) ?? 0) + one.percent);
    }
    const tags = all.filter(({ tag }) => tag).map((one) => ({ ...target(keyOf(one)), tag: one.tag }));
    return [...[...percent].map(([key, share]) => target(key, share)), ...tags];
}
/** Revisions that are not named share what is left, in proportion to what they have now. */
function withPercentages(targets, wanted) {
    const left = 100 - [...wanted.values()].reduce((sum, one) => sum + one, 0);
    const others = targets.filter((one) => !one.tag && one.percent && !wanted.has(keyOf(one)));
    if (left > 0 && others.length === 0) {
        throw new failure/* Failure */.H('TRAFFIC_INVALID', `The percentages add up to ${100 - left}, and no other revision has traffic.`, {
            next: 'Give percentages that add up to 100.',
        });
    }
    return [
        ...[...wanted].filter(([, share]) => share > 0).map(([key, share]) => target(key, share)),
        ...(left > 0 ? shares(others, left) : []),
        ...targets.filter(({ tag }) => tag),
    ];
}
/** `left` percent in whole numbers: what rounding leaves over goes to those that lost most by it. */
function shares(others, left) {
    const total = others.reduce((sum, { percent }) => sum + (percent ?? 0), 0);
    const exact = others.map((one) => ({ key: keyOf(one), share: ((one.percent ?? 0) * left) / total }));
    const rounded = exact.map(({ key, share }) => ({ key, share: Math.floor(share), lost: share % 1 }));
    let over = left - rounded.reduce((sum, { share }) => sum + share, 0);
    for (const one of [...rounded].sort((a, b) => b.lost - a.lost))
        if (over-- > 0)
            one.share++;
    return rounded.filter(({ share }) => share > 0).map(({ key, share }) => target(key, share));
}
function revisionsOf(targets, wanted) {
    const found = new Map();
    for (const [tag, share] of wanted) {
        const target = targets.find((one) => one.tag === tag);
        if (!target) {
            const known = targets.flatMap((one) => one.tag ?? []);
            throw new failure/* Failure */.H('TRAFFIC_INVALID', `No revision has the tag ${tag}.`, {
                next: known.length > 0 ? `There are: ${known.join(', ')}.` : 'The service has no tags.',
            });
        }
        found.set(keyOf(target), (found.get(keyOf(target)) ?? 0) + share);
    }
    return found;
}
function tagged(tags) {
    return [...tags].map(([tag, key]) => ({ ...target(key), tag }));
}
/** No traffic to what comes: what LATEST has now goes to the revision that is the latest now, by name. */
function pinned(targets, ready) {
    const all = targets.length > 0 ? targets : [target(latest, 100)];
    const named = all.map((one) => keyOf(one) === latest && one.percent ? { ...target(ready, one.percent) } : one);
    const tags = all.filter((one) => keyOf(one) === latest && one.percent && one.tag);
    return separated([...named, ...tags.map(({ tag }) => ({ ...target(latest), tag }))]);
}
/** The tag on that revision, and on no other. */
function withTag(targets, tag, revision) {
    return withOrder(separated(targets), { kind: 'update tags', tags: new Map([[tag, revision]]) });
}
/** Percent of the traffic that the revision gets. */
function shareOf(targets, revision, isLatest) {
    return targets
        .filter((one) => keyOf(one) === revision || (isLatest && keyOf(one) === latest))
        .reduce((sum, { percent }) => sum + (percent ?? 0), 0);
}
function keyOf({ type, revision }) {
    return type === toLatest || !revision ? latest : (revision.split('/').at(-1) ?? revision);
}
function target(key, percent) {
    const share = percent ? { percent } : {};
    return key === latest ? { type: toLatest, ...share } : { type: toRevision, revision: key, ...share };
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/service-traffic.js
/** The step that deploy-cloudrun runs after a deployment: `gcloud run services update-traffic`. */



/** Times that somebody else may change the service between our look and our write. */
const service_traffic_attempts = 5;
/**
 * After the deployment, as deploy-cloudrun does: a revision that did not become ready never gets here. Gives the service
 * as it is then, and nothing when there was nothing to do.
 */
async function directTraffic(google, at, orders) {
    if (orders.length === 0)
        return undefined;
    for (let attempt = 1;; attempt++) {
        const have = await (0,run/* getWorkload */.e3)(google, at);
        const traffic = [...withOrders(have.traffic ?? [], orders)];
        try {
            const body = { traffic, ...(have.etag ? { etag: have.etag } : {}) };
            await (0,run/* patchWorkload */.K2)(google, at, body, ['traffic']);
            return await (0,run/* getWorkload */.e3)(google, at);
        }
        catch (error) {
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409 || attempt >= service_traffic_attempts)
                throw error;
        }
    }
}
/** Of the service; of a tag only when that tag was asked for. */
function urlOf(service, tag) {
    const own = tag ? service.trafficStatuses?.find((status) => status.tag === tag)?.uri : undefined;
    return own ?? service.uri ?? service.urls?.[0] ?? '';
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/metadata.js
/** Deploys a file in the form of Knative as it is, as `gcloud run services replace` does. */









/** Times that somebody else may change the object between our look and our write. */
const metadata_attempts = 5;
async function deployMetadata(google, place, { object, knative }, traffic) {
    const { name } = object.metadata;
    const isNew = await writeObject(google, { kind: knative, ...place, name }, object);
    const common = {
        region: place.region,
        name,
        image: '',
        changes: [isNew ? 'new' : 'replaced'],
        remarks: [],
    };
    if (knative === 'Job') {
        await requireReady(google, { ...place, name });
        return { ...common, kind: 'job', url: '' };
    }
    const at = { kind: knative === 'Service' ? 'services' : 'workerPools', ...place, name };
    const deployed = await metadata_requireReady(google, at);
    const redirected = knative === 'Service' ? await directTraffic(google, at, traffic) : undefined;
    const now = redirected ?? deployed;
    const revision = now.latestReadyRevision?.split('/').at(-1);
    return {
        ...common,
        kind: knative === 'Service' ? 'service' : 'worker pool',
        url: knative === 'Service' ? urlOf(now, undefined) : '',
        image: now.template?.containers?.[0]?.image ?? '',
        ...(revision ? { revision } : {}),
    };
}
/** Whether the object was new. The project's number stands for its id in objects that Google gives out. */
async function writeObject(google, at, object) {
    const wanted = withoutOutputs(object);
    let isNew;
    for (let attempt = 1;; attempt++) {
        const have = await getKnative(google, at);
        isNew ??= have === undefined;
        const namespace = wanted.metadata?.namespace ?? have?.metadata?.namespace ?? at.project;
        const { resourceVersion } = have?.metadata ?? {};
        const metadata = { ...wanted.metadata, namespace, ...(resourceVersion ? { resourceVersion } : {}) };
        try {
            await (have ? replaceKnative : createKnative)(google, at, { ...wanted, metadata });
            return isNew;
        }
        catch (error) {
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409 || attempt >= metadata_attempts)
                throw error;
            // Nobody changed anything: it is the file itself that is refused.
            if (have && (0,external_node_util_.isDeepStrictEqual)(have, await getKnative(google, at)))
                throw refusal(error, object);
        }
    }
}
/** What a described service carries in its metadata that Google alone writes. */
const writtenByGoogle = new Set([
    'creationTimestamp',
    'deletionTimestamp',
    'generation',
    'selfLink',
    'uid',
    'cloud.googleapis.com/location',
    'run.googleapis.com/creator',
    'run.googleapis.com/ingress-status',
    'run.googleapis.com/lastModifier',
    'run.googleapis.com/operation-id',
    'run.googleapis.com/urls',
    'serving.knative.dev/creator',
    'serving.knative.dev/lastModifier',
]);
function withoutOutputs({ status: _status, metadata, ...object }) {
    const own = (part) => Object.fromEntries(Object.entries(part).filter(([key]) => !writtenByGoogle.has(key)));
    if (!metadata)
        return object;
    const { annotations, labels, ...others } = metadata;
    const kept = {
        ...own(others),
        ...(annotations ? { annotations: own(annotations) } : {}),
        ...(labels ? { labels: own(labels) } : {}),
    };
    return { ...object, metadata: kept };
}
/** What gcloud describes names the revision there is, and whoever changes that file has to take the name out. */
function refusal(error, object) {
    const { template } = (object.spec ?? {});
    const revision = template?.metadata?.name;
    if (error.status !== 'ALREADY_EXISTS' || !revision)
        return error;
    return new failure/* Failure */.H('REVISION_NAME_TAKEN', `The file names its revision ${revision}, which is there already.`, {
        next: 'Take spec.template.metadata.name out of the file, or give another name; every revision needs its own.',
        cause: error,
    });
}
async function metadata_requireReady(google, at) {
    const now = await (0,run/* waitUntilReconciled */.mk)(google, at);
    const { terminalCondition } = now;
    if (!terminalCondition || terminalCondition.state === 'CONDITION_SUCCEEDED')
        return now;
    const revision = now.latestCreatedRevision?.split('/').at(-1) ?? '';
    throw await failureWithLog(google, {
        code: 'REVISION_FAILED',
        message: `Revision ${revision} did not become ready: ${terminalCondition.message ?? 'Google gives no reason.'}`,
        next: 'Mend what the message names, with what the container wrote above, and run again.',
        project: at.project,
        filter: (0,container_log/* revisionFilter */.Ic)(at, revision),
    });
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./.build/src/config/check-variables.js + 1 modules
var check_variables = __webpack_require__(1152);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/check-values.js
/** What Cloud Run would refuse of names that a step gives, found before anything is sent. Values are never repeated. */

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create: fewer than 50 characters. */
const longestName = 49;
/** Of a revision, which is a label of a host name. */
const longestRevision = 63;
/** Of a service, job or worker pool; `what` says where it is given. */
function nameProblems(what, given, name) {
    if (given === '')
        return [];
    if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
        return [`${what} "${given}" is no name: lower-case letters, digits and hyphens, beginning with a letter`];
    }
    if (name.length <= longestName)
        return [];
    return [`${what} "${name}" has ${name.length} characters; at most ${longestName} are possible`];
}
/** Of the suffix of a revision's name. */
function suffixProblems(service, suffix) {
    if (suffix === undefined)
        return [];
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(suffix)) {
        return [`suffix "${suffix}" may hold lower-case letters, digits and hyphens, and ends in no hyphen`];
    }
    const room = longestRevision - service.length - 1;
    if (suffix.length <= room)
        return [];
    return [`suffix has ${suffix.length} characters; with ${service}- before it at most ${room} are possible`];
}
/** Of a traffic tag: it begins a host name. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags */
function tagProblems(tag) {
    if (tag === undefined || /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(tag))
        return [];
    return [`tag "${tag}" is no tag: lower-case letters, digits and hyphens, beginning with a letter`];
}
function variableProblems(input, names) {
    return [...names]
        .filter((name) => check_variables/* reservedVariables */.e.has(name))
        .map((name) => `${input}: Cloud Run sets ${name} itself and refuses it; remove it`);
}
/** International letters are letters too. https://cloud.google.com/run/docs/configuring/services/labels */
function labelProblems(labels) {
    return Object.entries(labels).flatMap(([key, value]) => {
        const isValid = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key) &&
            /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value);
        if (isValid)
            return [];
        return [
            `labels: ${JSON.stringify(key)} and its value may hold lower-case letters, digits, _ and -, 63 characters at most`,
        ];
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flag-words.js
function parseFlagWords(text) {
    const words = [];
    let word = '';
    let quote;
    for (const [at, character] of [...text].entries()) {
        if (quote) {
            if (character === quote.mark && !word.endsWith('\\'))
                quote = undefined;
        }
        else if (character === '"' || character === "'")
            quote = { mark: character, at };
        else if (character === ' ' || character === '\r' || character === '\n') {
            if (word !== '')
                words.push(word);
            word = '';
            continue;
        }
        word += character;
    }
    if (quote) {
        const name = quote.mark === '"' ? 'double' : 'single';
        return { problem: `has a ${name} quote at character ${quote.at + 1} that is not closed` };
    }
    if (word !== '')
        words.push(word);
    return { words: words.map(flagWord) };
}
function flagWord(written) {
    const word = withoutQuotes(written);
    if (!word.startsWith('-'))
        return { name: '', value: written };
    // An equals sign between quotes is part of the value that they begin.
    const equals = /^[^="']*=/.exec(word)?.[0].length ?? 0;
    return equals === 0 ? { name: word } : { name: word.slice(0, equals - 1), value: word.slice(equals) };
}
/** Without the quotes that enclose the whole of it; one with a backslash before it closes nothing. */
function withoutQuotes(word) {
    const enclosed = /^(["'])((?:(?!\1).|(?<=\\)\1)*)\1$/s.exec(word);
    return enclosed && !enclosed[2]?.endsWith('\\') ? (enclosed[2] ?? '') : word;
}
/**
 * The items of a list flag: separated by commas, or by what stands between two carets at its beginning. Quotes
 * around an item protect it. https://cloud.google.com/sdk/gcloud/reference/topic/escaping
 */
function listItems(value) {
    const inner = withoutQuotes(value);
    const custom = /^\^(.+?)\^/s.exec(inner);
    if (custom)
        return inner.slice(custom[0].length).split(custom[1] ?? ',');
    if (inner === '')
        return [];
    const items = [];
    let item = '';
    let quote = '';
    for (const character of inner) {
        if (quote !== '') {
            if (character === quote && !item.endsWith('\\'))
                quote = '';
        }
        else if (character === '"' || character === "'")
            quote = character;
        if (character === ',' && quote === '') {
            items.push(withoutQuotes(item));
            item = '';
        }
        else
            item += character;
    }
    return [...items, withoutQuotes(item)];
}
/** `A=1,B=2` as pairs. Throws for an item without `=`, naming its place. */
function pairs(value) {
    return listItems(value).map((item, index) => {
        const equals = item.indexOf('=');
        if (equals < 1)
            throw new FlagProblem(`item ${index + 1} is not KEY=VALUE`);
        return [item.slice(0, equals), item.slice(equals + 1)];
    });
}
/** What is wrong with a flag's value; never repeats the value, which may hold what nobody should read. */
class FlagProblem extends Error {
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flag-values.js
/** Values of flags, as gcloud takes them; quotes around the whole of one are not part of it. */

function integer(written) {
    const value = withoutQuotes(written);
    if (!/^\d+$/.test(value))
        throw new FlagProblem('must be a whole number');
    return Number(value);
}
/** A number, or `undefined` for `default`: the server's own choice. */
function integerOrDefault(written) {
    return withoutQuotes(written) === 'default' ? undefined : integer(written);
}
/** `300`, `300s`, `5m`, `1h2m3s` as Google's `300s`. https://cloud.google.com/sdk/gcloud/reference/topic/datetimes */
function duration(written) {
    const value = withoutQuotes(written);
    if (/^\d+$/.test(value))
        return `${value}s`;
    const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(value);
    if (!parts || value === '')
        throw new FlagProblem('must be a duration, as 300, 300s, 5m or 1h30m');
    const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
    return `${(((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)}s`;
}
function oneOf(written, words) {
    const found = words[withoutQuotes(written).toLowerCase()];
    if (found === undefined)
        throw new FlagProblem(`must be one of ${Object.keys(words).join(', ')}`);
    return found;
}
/** Traffic in percent by revision or tag, `a=10,b=90`. Throws for more than 100 in all. */
function percentages(text) {
    const found = new Map();
    for (const part of text.split(/[,\n]/).map((one) => one.trim())) {
        if (part === '')
            continue;
        const match = /^([A-Za-z][A-Za-z0-9-]*)\s*=\s*(\d{1,3})$/.exec(part);
        if (!match)
            throw new FlagProblem(`must be NAME=PERCENT pairs with commas between them, found "${part}"`);
        found.set(match[1] ?? '', Number(match[2]));
    }
    const sum = [...found.values()].reduce((total, one) => total + one, 0);
    if (found.size === 0)
        throw new FlagProblem('must be NAME=PERCENT pairs with commas between them');
    if (sum > 100)
        throw new FlagProblem(`assigns ${sum} percent, 100 is all there is`);
    return found;
}

// EXTERNAL MODULE: ./.build/src/config/nearest.js
var nearest = __webpack_require__(7976);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flag-reader.js

/** Flags about gcloud itself: they change nothing of the deployment. `takes` as in the table. */
const aboutGcloud = {
    '--async': 'nothing',
    '--configuration': 'value',
    '--flatten': 'value',
    '--format': 'value',
    '--log-http': 'nothing',
    '--no-user-output-enabled': 'nothing',
    '--platform': 'value',
    '--quiet': 'nothing',
    '--trace-token': 'value',
    '--user-output-enabled': 'nothing',
    '--verbosity': 'value',
    '-q': 'nothing',
};
/** Goes through the words, giving each flag to its reader and collecting what is wrong. */
class FlagReader {
    problems = [];
    remarks = [];
    #input;
    #words;
    #advice;
    #at = 0;
    /** `advice` says what to do about a flag that is not known. */
    constructor(input, text, advice) {
        this.#input = input;
        this.#advice = advice;
        const parsed = parseFlagWords(text);
        if ('problem' in parsed)
            this.problems.push(`${input} ${parsed.problem}`);
        this.#words = 'words' in parsed ? parsed.words : [];
    }
    /** `read` takes the flag's value with `next` and answers whether it knew the flag. */
    each(read) {
        while (this.#at < this.#words.length) {
            const word = this.#words[this.#at++];
            if (!word)
                break;
            const before = this.#at;
            try {
                this.#one(word, read);
            }
            catch (error) {
                if (!(error instanceof FlagProblem))
                    throw error;
                this.problems.push(`${this.#input}: ${word.name} ${error.message}`);
                // The value of a flag that was refused before it was read is no flag of its own.
                if (this.#at === before && word.value === undefined && this.#words[this.#at]?.name === '')
                    this.#at++;
            }
        }
    }
    #one(word, read) {
        const { name } = word;
        if (name === '') {
            this.problems.push(`${this.#input}: word ${this.#at} belongs to no flag`);
            return;
        }
        let taken = false;
        const next = () => {
            taken = true;
            const value = word.value ?? this.#following();
            if (value === undefined)
                throw new FlagProblem('needs a value');
            return value;
        };
        if (!this.#isAboutGcloud(name, next) && !read(name, next))
            throw new FlagProblem(this.#advice(name));
        if (!taken && word.value !== undefined)
            throw new FlagProblem('takes no value');
    }
    #isAboutGcloud(name, next) {
        const takes = aboutGcloud[name];
        if (!takes)
            return false;
        const given = takes === 'value' ? withoutQuotes(next()) : '';
        if (name === '--platform' && given !== 'managed')
            throw new FlagProblem('must be managed: nothing else is deployed to here');
        if (name === '--async')
            this.remarks.push(`${this.#input}: --async has no effect, the end is waited for`);
        return true;
    }
    #following() {
        const following = this.#words[this.#at];
        if (following?.name !== '')
            return undefined;
        this.#at++;
        return following.value;
    }
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flag-kinds.js

const both = ['service', 'job'];
const services = ['service'];
const jobs = ['job'];
/** A flag of one value; when it stands there more than once, the last counts. */
function value(edit, on = both) {
    return { takes: 'value', on, edit: (given, context) => edit(wordsOf(given).at(-1) ?? '', context) };
}
/** The same, of which an empty value changes nothing: a variable that is not set must not take a setting away. */
function setting(edit, on = both) {
    return value((text, context) => {
        const given = withoutQuotes(text);
        return given === '' ? undefined : edit(given, context);
    }, on);
}
/** A flag that does its work each time that it stands there. */
function each(edit, on = both) {
    return {
        takes: 'value',
        on,
        edit: (given) => {
            const edits = wordsOf(given).map(edit);
            return (draft) => {
                for (const one of edits)
                    one(draft);
            };
        },
    };
}
/** A flag of items with commas between them; when it stands there more than once, all of them count. */
function list(edit, on = both) {
    return { takes: 'value', on, edit: (given) => edit(wordsOf(given).flatMap(listItems)) };
}
/** A flag of pairs KEY=VALUE, as `list`. */
function entries(edit, on = both) {
    return { takes: 'value', on, edit: (given) => edit(given.flatMap(pairsOf)) };
}
/** The pairs of what a flag was given. Throws FlagProblem. */
function pairsOf(given) {
    return typeof given === 'string' ? pairs(given) : given;
}
function wordsOf(given) {
    return given.filter((one) => typeof one === 'string');
}
function nothing(edit, on = both) {
    return { takes: 'nothing', on, edit: (_given, context) => edit(context) };
}
function switched(edit, on = both) {
    return { takes: 'switch', on, edit: (given, context) => edit(given.at(-1) !== 'no', context) };
}
function containerEdit(change) {
    return (draft) => change(draft.container, draft);
}
/** A change of what only services have; the table lets such flags through for services alone. */
function serviceEdit(change) {
    return (draft) => {
        if (draft.kind === 'service')
            change(draft);
    };
}
function jobEdit(change) {
    return (draft) => {
        if (draft.kind === 'job')
            change(draft);
    };
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flag-uses.js
/** What `flags` and the inputs that stand for flags come to together, as gcloud takes them. */




/**
 * Flags do their work in the order that gcloud has for them, whatever the order in which they are written: variables,
 * secrets and mounts are removed before others are added, so that `--remove-env-vars=A` beside an `env_vars` with A
 * leaves A; labels are removed last. Flags that are not here do not get in each other's way.
 */
const order = [
    '--image',
    ...['--clear-env-vars', '--remove-env-vars', '--env-vars-file', '--set-env-vars', '--update-env-vars'],
    ...['--remove-volume-mount', '--clear-volume-mounts', '--remove-volume', '--clear-volumes'],
    ...['--clear-secrets', '--remove-secrets', '--set-secrets', '--update-secrets'],
    ...['--add-volume', '--add-volume-mount'],
    ...['--clear-labels', '--update-labels', '--remove-labels'],
    ...['--vpc-connector', '--vpc-egress', '--clear-vpc-connector'],
    ...['--network', '--subnet', '--network-tags', '--clear-network-tags', '--clear-network'],
    ...['--port', '--use-http2', '--cpu-throttling', '--remove-containers'],
];
/** Of each of these gcloud takes flags of one line alone; of a network and a connector Cloud Run takes one. */
const alternatives = [
    [['--clear-env-vars'], ['--env-vars-file'], ['--set-env-vars'], ['--update-env-vars', '--remove-env-vars']],
    [['--clear-secrets'], ['--set-secrets'], ['--update-secrets', '--remove-secrets']],
    ['add', 'clear', 'remove', 'set'].map((verb) => [`--${verb}-cloudsql-instances`]),
    ['add', 'clear', 'remove', 'set'].map((verb) => [`--${verb}-custom-audiences`]),
    [['--clear-labels'], ['--remove-labels']],
    [['--clear-network'], ['--network', '--subnet', '--network-tags', '--clear-network-tags']],
    [['--network-tags'], ['--clear-network-tags']],
    [['--vpc-connector'], ['--network', '--subnet', '--network-tags']],
    [['--binary-authorization'], ['--clear-binary-authorization']],
    [['--key'], ['--clear-key']],
];
/** A key of these can be given once: the second value would silently be the only one. */
const variables = ['--set-env-vars', '--update-env-vars', '--set-secrets', '--update-secrets'];
/** Problems name flags, inputs and keys, and never a value. */
function editsOf(uses, context) {
    const containers = [...Map.groupBy(uses, ({ container }) => container)].sort(([a], [b]) => Number(a !== '') - Number(b !== ''));
    const problems = containers.flatMap(([, ofOne]) => [...contradictions(ofOne), ...repeatedKeys(ofOne)]);
    const edits = [];
    for (const [container, ofOne] of containers) {
        const flags = [...Map.groupBy(ofOne, ({ name }) => name)].sort(([a], [b]) => rank(a) - rank(b));
        for (const [name, given] of flags) {
            try {
                const edit = editOf(given, context);
                if (edit)
                    edits.push(edit);
            }
            catch (error) {
                if (!(error instanceof FlagProblem))
                    throw error;
                problems.push(`${placeOf(name, given)} ${error.message}`);
            }
        }
        if (container !== '')
            edits.push(backToMain);
    }
    return { edits, problems };
}
function editOf(uses, context) {
    return uses[0]?.flag.edit(uses.map(({ given }) => given), context);
}
function rank(name) {
    return name === '--container' ? -2 : order.indexOf(name);
}
function backToMain(draft) {
    draft.container = mainContainer(draft.task);
}
function contradictions(uses) {
    return alternatives.flatMap((lines) => {
        const [first, second] = lines.flatMap((line) => uses.find(({ name }) => line.includes(name)) ?? []);
        if (!first || !second)
            return [];
        const [one, other] = first.input === 'flags' ? [first, second] : [second, first];
        return [
            `flags: ${one.name} cannot be given together with ${said(other)}; say all of it with one of them`,
        ];
    });
}
function repeatedKeys(uses) {
    const by = new Map();
    const problems = [];
    for (const use of uses.filter(({ name }) => variables.includes(name))) {
        for (const key of keysOf(use.given)) {
            const before = by.get(key);
            if (before) {
                const shown = key.startsWith('/') ? key : shownName(key);
                problems.push(`${shown} is in ${said(before)} and in ${said(use)}; it can be one of them`);
            }
            by.set(key, use);
        }
    }
    return problems;
}
/** Whatever is wrong with the pairs is told when the flag is read. */
function keysOf(given) {
    try {
        return pairsOf(given).map(([key]) => key);
    }
    catch (error) {
        if (error instanceof FlagProblem)
            return [];
        throw error;
    }
}
function said({ name, input }) {
    return input === 'flags' ? name : input;
}
function placeOf(name, uses) {
    return uses.some(({ input }) => input === 'flags') ? `flags: ${name}` : `${uses[0]?.input}:`;
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/variables.js
/** Environment variables and secrets of a draft: added to what is there, or in its place. */




/** A key that held a secret becomes a plain variable, and the other way round: the new entry takes the old one's place. */
function updateVariables(given) {
    return ({ container }) => {
        for (const [name, value] of given)
            put(container, { name, value });
    };
}
/** Secrets under variables' names stay: they are the business of `secrets`. */
function setVariables(given) {
    const entries = [...given];
    return (draft) => {
        draft.container.env = (draft.container.env ?? []).filter(isSecret);
        updateVariables(entries)(draft);
    };
}
function removeVariables(names) {
    return ({ container }) => {
        container.env = (container.env ?? []).filter((one) => isSecret(one) || !names.includes(one.name ?? ''));
    };
}
function updateSecrets(uses) {
    return (draft) => {
        for (const { key, secret, version } of uses.filter((use) => !isFile(use)))
            put(draft.container, { name: key, valueSource: { secretKeyRef: { secret, version } } });
        const files = Map.groupBy(uses.filter(isFile), ({ key }) => external_node_path_.posix.dirname(key));
        for (const [folder, inIt] of files)
            mountSecret(draft, folder, inIt);
        dropUnusedVolumes(draft, (volume) => volume.secret !== undefined);
    };
}
function setSecrets(uses) {
    return (draft) => {
        const { container, task } = draft;
        container.env = (container.env ?? []).filter((one) => !isSecret(one));
        const secret = new Set((task.volumes ?? []).filter((volume) => volume.secret).map(({ name }) => name));
        container.volumeMounts = (container.volumeMounts ?? []).filter(({ name }) => !secret.has(name));
        dropUnusedVolumes(draft, (volume) => volume.secret !== undefined);
        updateSecrets(uses)(draft);
    };
}
function removeSecrets(keys) {
    return (draft) => {
        const { container } = draft;
        container.env = (container.env ?? []).filter((one) => !isSecret(one) || !keys.includes(one.name ?? ''));
        for (const key of keys.filter((one) => one.startsWith('/')))
            unmountSecret(draft, key);
        dropUnusedVolumes(draft, (volume) => volume.secret !== undefined);
    };
}
/** To gcloud connections to Cloud SQL are no volumes: flags about volumes leave them alone. */
function isCloudSql({ cloudSqlInstance }) {
    return cloudSqlInstance !== undefined;
}
/** Volumes of that sort that no container mounts any more. */
function dropUnusedVolumes(draft, sort) {
    const mounted = new Set((draft.task.containers ?? []).flatMap(({ volumeMounts }) => (volumeMounts ?? []).map(({ name }) => name)));
    draft.task.volumes = (draft.task.volumes ?? []).filter((one) => !sort(one) || mounted.has(one.name));
}
/**
 * `SECRET:VERSION`, or a full name with or without `/versions/`. Throws for anything else, most often the secret's
 * value where its name belongs, and therefore never repeats it.
 */
function parseSecret(key, written) {
    const shown = key.startsWith('/') ? key : shownName(key);
    const full = /^projects\/([^/]+)\/secrets\/([A-Za-z0-9_-]+)(?::|\/versions\/)([A-Za-z0-9_-]+)$/.exec(written);
    if (full)
        return { key, secret: `projects/${full[1]}/secrets/${full[2]}`, version: full[3] ?? '' };
    const short = /^([A-Za-z0-9_-]{1,255}):([A-Za-z0-9_-]+)$/.exec(written);
    if (!short) {
        throw new FlagProblem(`${shown} does not name a secret of Secret Manager and a version, as in ${shown}=my-secret:latest`);
    }
    if (key.startsWith('/') && (external_node_path_.posix.dirname(key) === '/' || key.endsWith('/'))) {
        throw new FlagProblem(`${shown} is not the path of a file in a folder, as in /etc/keys/api-key`);
    }
    return { key, secret: short[1] ?? '', version: short[2] ?? '' };
}
function put(container, variable) {
    const env = container.env ?? [];
    const at = env.findIndex(({ name }) => name === variable.name);
    container.env = at < 0 ? [...env, variable] : env.with(at, variable);
}
function isFile({ key }) {
    return key.startsWith('/');
}
function isSecret(variable) {
    return variable.valueSource !== undefined;
}
/** A folder can hold versions of one secret alone: that is how Cloud Run mounts them. Throws FlagProblem. */
function requireOneSecretAFolder(uses) {
    const secretOf = new Map();
    for (const { key, secret } of uses.filter(isFile)) {
        const folder = external_node_path_.posix.dirname(key);
        if ((secretOf.get(folder) ?? secret) !== secret)
            throw new FlagProblem(`${folder} can hold versions of one secret alone; use another folder for ${key}`);
        secretOf.set(folder, secret);
    }
}
/**
 * The files, all of one secret, in a folder. Throws INPUT_INVALID when something else is mounted there already that
 * would have to go, or that would get the contents of this secret.
 */
function mountSecret(draft, folder, uses) {
    const { container, task } = draft;
    const secret = uses[0]?.secret ?? '';
    const items = uses.map(({ key, version }) => ({ path: external_node_path_.posix.basename(key), version }));
    const mount = (container.volumeMounts ?? []).find(({ mountPath }) => mountPath === folder);
    const there = mount && (task.volumes ?? []).find(({ name }) => name === mount.name);
    const others = (there?.secret?.items ?? []).filter((one) => !items.some(({ path }) => path === one.path));
    const isSame = there?.secret?.secret === secret;
    if (there && !isSame && (!there.secret || others.length > 0))
        throw folderTaken(folder, there);
    const volume = {
        name: volumeName(task, folder),
        secret: { ...(isSame ? there?.secret : {}), secret, items: [...items, ...others] },
    };
    task.volumes = [...(task.volumes ?? []), volume];
    const mounts = (container.volumeMounts ?? []).filter((one) => one !== mount);
    container.volumeMounts = [...mounts, { name: volume.name, mountPath: folder }];
}
function folderTaken(folder, { name, secret }) {
    const files = (secret?.items ?? []).map(({ path }) => `${folder}/${path}`).join(', ');
    const what = secret ? `${files} of the secret ${secret.secret}` : `the volume ${name}`;
    return new failure/* Failure */.H('INPUT_INVALID', `${folder} holds ${what}, and a folder can hold versions of one secret alone.`, {
        next: secret
            ? `Name another folder, or take away what is there with \`--remove-secrets=${files.replaceAll(' ', '')}\` in \`flags\`.`
            : 'Name another folder.',
    });
}
/** Other containers may mount the same volume, so that what changes is a volume of its own. */
function unmountSecret({ container, task }, key) {
    const mount = (container.volumeMounts ?? []).find(({ mountPath }) => mountPath === external_node_path_.posix.dirname(key));
    const volume = mount && (task.volumes ?? []).find(({ name }) => name === mount.name);
    if (!mount || !volume?.secret)
        return;
    const items = (volume.secret.items ?? []).filter(({ path }) => path !== external_node_path_.posix.basename(key));
    const mounts = (container.volumeMounts ?? []).filter((one) => one !== mount);
    container.volumeMounts = mounts;
    if (items.length === 0)
        return;
    const left = { name: volumeName(task, external_node_path_.posix.dirname(key)), secret: { ...volume.secret, items } };
    task.volumes = [...(task.volumes ?? []), left];
    container.volumeMounts = [...mounts, { ...mount, name: left.name ?? '' }];
}
function volumeName(task, folder) {
    const taken = new Set((task.volumes ?? []).map(({ name }) => name));
    const slug = folder
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 50);
    let name = `secret-${slug}`;
    for (let number = 2; taken.has(name); number++)
        name = `secret-${slug}-${number}`;
    return name;
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flags-container.js
/** Flags that change one container. https://cloud.google.com/sdk/gcloud/reference/run/deploy#CONTAINER-FLAGS */





const gpu = 'nvidia.com/gpu';
/** Cloud Run's own. */
const defaultPort = 8080;
const containerFlags = {
    '--add-volume-mount': each(addVolumeMount),
    '--args': list((items) => containerEdit((container) => {
        container.args = [...items];
    })),
    '--clear-env-vars': nothing(() => setVariables([])),
    '--clear-secrets': nothing(() => setSecrets([])),
    '--clear-volume-mounts': nothing(() => containerEdit((container, { task }) => {
        const cloudSql = (task.volumes ?? []).filter(isCloudSql).map(({ name }) => name);
        container.volumeMounts = (container.volumeMounts ?? []).filter(({ name }) => cloudSql.includes(name));
    })),
    '--command': list((items) => containerEdit((container) => {
        container.command = [...items];
    })),
    '--container': value((text) => (draft) => {
        draft.container = containerNamed(draft, withoutQuotes(text));
    }),
    '--cpu': setting((cpu) => (draft) => setLimit(draft, 'cpu', cpu)),
    '--cpu-boost': switched((on) => (draft) => {
        resourcesOf(draft).startupCpuBoost = on;
    }, ['service']),
    '--cpu-throttling': switched((on) => (draft) => {
        resourcesOf(draft).cpuIdle = on;
    }, ['service']),
    '--depends-on': list((items) => containerEdit((container) => {
        container.dependsOn = [...items];
    })),
    '--env-vars-file': value((text, { variables }) => setVariables(variables(withoutQuotes(text)))),
    '--gpu': setting((text) => {
        const count = integerOrDefault(text);
        return (draft) => {
            setLimit(draft, gpu, count ? String(count) : undefined);
            if (!count)
                delete draft.task.nodeSelector;
            // A graphics processor needs the others all the time. https://cloud.google.com/run/docs/configuring/services/gpu
            if (count && draft.kind === 'service')
                resourcesOf(draft).cpuIdle = false;
        };
    }),
    '--image': value((text, { orders }) => {
        const image = withoutQuotes(text);
        orders.image = image;
        return containerEdit((container) => {
            container.image = image;
        });
    }),
    '--liveness-probe': value((text) => {
        const probe = probeOf(text);
        return containerEdit((container) => {
            container.livenessProbe = probe;
        });
    }, ['service']),
    '--memory': setting((memory) => (draft) => setLimit(draft, 'memory', memory)),
    '--port': value((text) => {
        const port = integerOrDefault(text);
        return containerEdit((container) => {
            const [old] = container.ports ?? [];
            const ports = port === undefined ? {} : { containerPort: port };
            const name = old?.name ? { name: old.name } : {};
            container.ports = port === undefined && !old?.name ? [] : [{ ...name, ...ports }];
            // Cloud Run's own probe looks at the port, and is read back as if somebody had asked for it.
            const probed = container.startupProbe?.tcpSocket;
            if (probed?.port !== (old?.containerPort ?? defaultPort))
                return;
            if (port === undefined)
                delete probed.port;
            else
                probed.port = port;
        });
    }, ['service']),
    '--remove-env-vars': list(removeVariables),
    '--remove-secrets': list(removeSecrets),
    '--remove-volume-mount': list((paths) => containerEdit((container) => {
        container.volumeMounts = (container.volumeMounts ?? []).filter(({ mountPath }) => !paths.includes(mountPath ?? ''));
    })),
    '--set-env-vars': entries((pairs) => (pairs.length > 0 ? setVariables(pairs) : undefined)),
    '--set-secrets': entries((pairs) => (pairs.length > 0 ? setSecrets(secretUses(pairs)) : undefined)),
    '--startup-probe': value((text) => {
        const probe = probeOf(text);
        return containerEdit((container) => {
            container.startupProbe = probe;
        });
    }, ['service']),
    '--update-env-vars': entries(updateVariables),
    '--update-secrets': entries((pairs) => updateSecrets(secretUses(pairs))),
    '--use-http2': switched((on) => containerEdit((container) => {
        const [port] = container.ports ?? [];
        container.ports = [{ containerPort: port?.containerPort ?? defaultPort, name: on ? 'h2c' : 'http1' }];
    }), ['service']),
    '--workdir': value((text) => containerEdit((container) => {
        container.workingDir = withoutQuotes(text);
    })),
};
function secretUses(given) {
    const uses = given.map(([key, secret]) => parseSecret(key, secret));
    requireOneSecretAFolder(uses);
    return uses;
}
/** `httpGet.path=/ready,periodSeconds=10`; empty takes the probe away. */
function probeOf(text) {
    const probe = {};
    for (const [key, setting] of pairs(text)) {
        const [group = '', field] = key.split('.');
        switch (group) {
            case 'httpGet':
                probe.httpGet = { ...probe.httpGet, ...probeTarget(key, field, setting, ['path', 'port']) };
                break;
            case 'tcpSocket':
                probe.tcpSocket = { ...probe.tcpSocket, ...probeTarget(key, field, setting, ['port']) };
                break;
            case 'grpc':
                probe.grpc = { ...probe.grpc, ...probeTarget(key, field, setting, ['port', 'service']) };
                break;
            case 'initialDelaySeconds':
            case 'timeoutSeconds':
            case 'periodSeconds':
            case 'failureThreshold':
                probe[group] = integer(setting);
                break;
            default:
                throw new FlagProblem(`does not know the key ${key}`);
        }
    }
    return Object.keys(probe).length > 0 ? probe : undefined;
}
function probeTarget(key, field, setting, known) {
    if (field === undefined || !known.includes(field))
        throw new FlagProblem(`does not know the key ${key}`);
    return { [field]: field === 'port' ? integer(setting) : setting };
}
function addVolumeMount(text) {
    const given = Object.fromEntries(pairs(text));
    const { volume: name, 'mount-path': mountPath } = given;
    if (!name || !mountPath)
        throw new FlagProblem('needs volume= and mount-path=');
    return (draft) => {
        const { container } = draft;
        const others = (container.volumeMounts ?? []).filter((one) => one.mountPath !== mountPath);
        container.volumeMounts = [...others, { name, mountPath }];
        dropUnusedVolumes(draft, (volume) => volume.secret !== undefined && volume.name !== name);
    };
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/labels.js
/** Adds labels to the service or job and to what it runs: gcloud puts them on both. */
function updateLabels(labels) {
    return (draft) => eachHolder(draft, (have) => ({ ...have, ...labels }));
}
function removeLabels(keys) {
    return (draft) => eachHolder(draft, (have) => Object.fromEntries(Object.entries(have).filter(([key]) => !keys.includes(key))));
}
function clearLabels() {
    return (draft) => eachHolder(draft, () => ({}));
}
function eachHolder(draft, change) {
    const resource = draft.kind === 'service' ? draft.service : draft.job;
    for (const holder of [resource, draft.template])
        holder.labels = change(holder.labels ?? {});
}
/** https://github.com/google-github-actions/deploy-cloudrun#inputs: `skip_default_labels` leaves them out. */
function defaultLabels(environment) {
    const commit = environment.GITHUB_SHA?.toLowerCase();
    return { 'managed-by': 'github-actions', ...(commit ? { 'commit-sha': commit } : {}) };
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flags-workload.js
/** Flags that change a service or job as a whole. https://cloud.google.com/sdk/gcloud/reference/run/deploy */






const environments = { gen1: 'EXECUTION_ENVIRONMENT_GEN1', gen2: 'EXECUTION_ENVIRONMENT_GEN2' };
const egresses = {
    'private-ranges-only': 'PRIVATE_RANGES_ONLY',
    'all-traffic': 'ALL_TRAFFIC',
    all: 'ALL_TRAFFIC',
};
const ingresses = {
    all: 'INGRESS_TRAFFIC_ALL',
    internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
};
const workloadFlags = {
    '--add-cloudsql-instances': list((items) => cloudSql((have) => [...have, ...items])),
    '--add-custom-audiences': list((items) => audiences((have) => [...have, ...items]), services),
    '--add-volume': each(addVolume),
    '--allow-unauthenticated': switched((on, { orders }) => {
        orders.everybody = on;
        return undefined;
    }, services),
    '--binary-authorization': value((text) => (draft) => {
        const resource = draft.kind === 'service' ? draft.service : draft.job;
        const policy = withoutQuotes(text);
        resource.binaryAuthorization = policy === 'default' ? { useDefault: true } : { policy };
    }),
    '--breakglass': value((text) => (draft) => {
        const resource = draft.kind === 'service' ? draft.service : draft.job;
        resource.binaryAuthorization = {
            ...resource.binaryAuthorization,
            breakglassJustification: withoutQuotes(text),
        };
    }),
    '--clear-binary-authorization': nothing(() => (draft) => {
        delete (draft.kind === 'service' ? draft.service : draft.job).binaryAuthorization;
    }),
    '--clear-cloudsql-instances': nothing(() => cloudSql(() => [])),
    '--clear-custom-audiences': nothing(() => audiences(() => []), services),
    '--clear-key': nothing(() => ({ task }) => {
        delete task.encryptionKey;
    }),
    '--clear-labels': nothing(clearLabels),
    '--clear-network': nothing(() => leaveVpc('networkInterfaces')),
    '--clear-network-tags': nothing(() => changeNetwork('tags', [])),
    '--clear-volumes': nothing(() => ({ task }) => {
        task.volumes = (task.volumes ?? []).filter(isCloudSql);
    }),
    '--clear-vpc-connector': nothing(() => leaveVpc('connector')),
    '--concurrency': value((text) => {
        const most = integerOrDefault(text);
        return serviceEdit(({ template }) => {
            if (most === undefined)
                delete template.maxInstanceRequestConcurrency;
            else
                template.maxInstanceRequestConcurrency = most;
        });
    }, services),
    '--default-url': switched((on) => serviceEdit(({ service }) => {
        service.defaultUriDisabled = !on;
    }), services),
    '--deploy-health-check': switched((on) => serviceEdit(({ template }) => {
        template.healthCheckDisabled = !on;
    }), services),
    '--description': value((text) => serviceEdit(({ service }) => {
        service.description = withoutQuotes(text);
    }), services),
    '--execute-now': nothing(({ orders }) => {
        orders.run ??= 'and go on';
        return undefined;
    }, jobs),
    '--execution-environment': value((text) => {
        const environment = oneOf(text, environments);
        return ({ task }) => {
            task.executionEnvironment = environment;
        };
    }),
    '--gpu-type': setting((accelerator) => ({ task }) => {
        task.nodeSelector = { accelerator };
    }),
    '--gpu-zonal-redundancy': switched((on) => ({ task }) => {
        task.gpuZonalRedundancyDisabled = !on;
    }),
    '--iap': switched((on) => serviceEdit(({ service }) => {
        service.iapEnabled = on;
    }), services),
    '--ingress': value((text) => {
        const ingress = oneOf(text, ingresses);
        return serviceEdit(({ service }) => {
            service.ingress = ingress;
        });
    }, services),
    '--invoker-iam-check': switched((on) => serviceEdit(({ service }) => {
        service.invokerIamDisabled = !on;
    }), services),
    '--key': value((text) => ({ task }) => {
        task.encryptionKey = withoutQuotes(text);
    }),
    '--max': value((text) => scaling('maxInstanceCount', text), services),
    '--max-instances': value((text) => revisionScaling('maxInstanceCount', text), services),
    '--max-retries': value((text) => {
        const most = integer(text);
        return jobEdit(({ task }) => {
            task.maxRetries = most;
        });
    }, jobs),
    '--min': value((text) => scaling('minInstanceCount', text), services),
    '--min-instances': value((text) => revisionScaling('minInstanceCount', text), services),
    '--network': value((text) => changeNetwork('network', withoutQuotes(text))),
    '--network-tags': list((tags) => changeNetwork('tags', [...tags])),
    '--parallelism': value((text) => {
        const most = integerOrDefault(text);
        return jobEdit(({ template }) => {
            template.parallelism = most;
        });
    }, jobs),
    '--project': value((text, { orders }) => {
        orders.project = withoutQuotes(text);
        return undefined;
    }),
    '--region': value((text, { orders }) => {
        orders.region = withoutQuotes(text);
        return undefined;
    }),
    '--remove-cloudsql-instances': list((items) => cloudSql((have, full) => have.filter((one) => !items.map(full).includes(full(one))))),
    '--remove-containers': list((names) => (draft) => removeContainers(draft, names)),
    '--remove-custom-audiences': list((items) => audiences((have) => have.filter((one) => !items.includes(one))), services),
    '--remove-labels': list(removeLabels),
    '--remove-volume': list((names) => ({ task }) => {
        task.volumes = (task.volumes ?? []).filter(({ name }) => !names.includes(name ?? ''));
    }),
    '--revision-suffix': setting((suffix, { orders }) => {
        orders.suffix = suffix;
        return undefined;
    }, services),
    '--scaling': value((text) => {
        const count = withoutQuotes(text) === 'auto' ? undefined : integer(text);
        return serviceEdit(({ service }) => {
            const { manualInstanceCount: _old, ...others } = service.scaling ?? {};
            service.scaling =
                count === undefined
                    ? { ...others, scalingMode: 'AUTOMATIC' }
                    : { ...others, scalingMode: 'MANUAL', manualInstanceCount: count };
        });
    }, services),
    '--service-account': setting((account) => ({ task }) => {
        task.serviceAccount = account;
    }),
    '--session-affinity': switched((on) => serviceEdit(({ template }) => {
        template.sessionAffinity = on;
    }), services),
    '--set-cloudsql-instances': list((items) => cloudSql(() => items)),
    '--set-custom-audiences': list((items) => audiences(() => items), services),
    '--subnet': value((text) => changeNetwork('subnetwork', withoutQuotes(text))),
    '--tag': setting((tag, { orders }) => {
        orders.tag = tag;
        return undefined;
    }, services),
    '--task-timeout': value((text) => {
        const longest = duration(text);
        return ({ task }) => {
            task.timeout = longest;
        };
    }, jobs),
    '--tasks': value((text) => {
        const count = integer(text);
        return jobEdit(({ template }) => {
            template.taskCount = count;
        });
    }, jobs),
    '--timeout': value((text) => {
        const longest = duration(text);
        return ({ task }) => {
            task.timeout = longest;
        };
    }, services),
    '--traffic': switched((on, { orders }) => {
        orders.noTraffic = !on;
        return undefined;
    }, services),
    '--update-labels': entries((pairs) => updateLabels(Object.fromEntries(pairs))),
    '--vpc-connector': setting((connector) => ({ task }) => {
        const { networkInterfaces: _other, ...others } = task.vpcAccess ?? {};
        task.vpcAccess = { ...others, connector };
    }),
    '--vpc-egress': value((text) => {
        const egress = oneOf(text, egresses);
        return ({ task }) => {
            task.vpcAccess = { ...task.vpcAccess, egress };
        };
    }),
    '--wait': nothing(({ orders }) => {
        orders.run = 'and wait';
        return undefined;
    }, jobs),
};
function audiences(change) {
    return serviceEdit(({ service }) => {
        service.customAudiences = [...new Set(change(service.customAudiences ?? []))];
    });
}
/** Instances of the service as a whole. */
function scaling(field, text) {
    const count = integerOrDefault(text);
    return serviceEdit(({ service }) => {
        const { [field]: _old, ...others } = service.scaling ?? {};
        service.scaling = count === undefined ? others : { ...others, [field]: count };
    });
}
/** Instances of each revision. */
function revisionScaling(field, text) {
    const count = integerOrDefault(text);
    return serviceEdit(({ template }) => {
        const { [field]: _old, ...others } = template.scaling ?? {};
        template.scaling = count === undefined ? others : { ...others, [field]: count };
    });
}
/** A network instead of a connector: a workload has one or the other. What is empty goes, and with the last of it the network. */
function changeNetwork(field, given) {
    return (draft) => {
        const { connector, ...others } = draft.task.vpcAccess ?? {};
        const { [field]: _old, ...kept } = others.networkInterfaces?.[0] ?? {};
        const network = given.length > 0 ? { ...kept, [field]: given } : kept;
        if (Object.keys(network).length > 0)
            draft.task.vpcAccess = { ...others, networkInterfaces: [network] };
        else if (!connector)
            leaveVpc('networkInterfaces')(draft);
    };
}
/** The way into the VPC is taken away with what goes that way; the other way, if there is one, stays. */
function leaveVpc(way) {
    return ({ task }) => {
        const { [way]: _way, egress: _egress, ...others } = task.vpcAccess ?? {};
        if (Object.keys(others).length > 0)
            task.vpcAccess = others;
        else
            delete task.vpcAccess;
    };
}
/** Cloud SQL is a volume at /cloudsql in the v2 view. `change` gets the instances there are. */
function cloudSql(change) {
    return (draft) => {
        const { task, container, project, region } = draft;
        // gcloud takes an instance without project and region for one of the same.
        const full = (instance) => instance.includes(':') ? instance : `${project}:${region}:${instance}`;
        const volume = (task.volumes ?? []).find((one) => one.cloudSqlInstance);
        const have = volume?.cloudSqlInstance?.instances ?? [];
        const instances = [...new Set(change(have, full).map(full))];
        const others = (task.volumes ?? []).filter((one) => one !== volume);
        const name = volume?.name ?? 'cloudsql';
        if (instances.length === 0) {
            task.volumes = others;
            for (const one of task.containers ?? []) {
                one.volumeMounts = (one.volumeMounts ?? []).filter((mount) => mount.name !== name);
            }
            return;
        }
        task.volumes = [...others, { name, cloudSqlInstance: { instances } }];
        const mounts = container.volumeMounts ?? [];
        if (!mounts.some((mount) => mount.name === name))
            container.volumeMounts = [...mounts, { name, mountPath: '/cloudsql' }];
    };
}
/** `name=data,type=cloud-storage,bucket=b`. https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts */
function addVolume(text) {
    const { name, type, ...given } = Object.fromEntries(pairs(text));
    if (!name || !type)
        throw new FlagProblem('needs name= and type=');
    const volume = { name, ...volumeSource(type, given) };
    return ({ task }) => {
        task.volumes = [...(task.volumes ?? []).filter((one) => one.name !== name), volume];
    };
}
function volumeSource(type, given) {
    const readOnly = given.readonly === 'true';
    switch (type) {
        case 'cloud-storage':
            return {
                gcs: {
                    bucket: given.bucket ?? '',
                    readOnly,
                    ...(given['mount-options'] ? { mountOptions: given['mount-options'].split(';') } : {}),
                },
            };
        case 'in-memory':
            return {
                emptyDir: { medium: 'MEMORY', ...(given['size-limit'] ? { sizeLimit: given['size-limit'] } : {}) },
            };
        case 'nfs': {
            const [server = '', path = ''] = (given.location ?? '').split(/:(.*)/s);
            return { nfs: { server, path, readOnly } };
        }
        case 'cloudsql':
            return { cloudSqlInstance: { instances: (given.instances ?? '').split(';') } };
        case 'secret':
            return {
                secret: {
                    secret: given.secret ?? '',
                    items: [{ path: given.path ?? given.secret ?? '', version: given.version ?? 'latest' }],
                },
            };
        default:
            throw new FlagProblem(`has no volume type ${type}; there are cloud-storage, in-memory, nfs, cloudsql, secret`);
    }
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flags.js
/** `flags`: what gcloud would have been told, as changes of the draft. */






const table = { ...containerFlags, ...workloadFlags };
const aliases = { '--labels': '--update-labels' };
/** What gcloud knows and we have no counterpart for, with what to do instead. */
const refused = {
    ...named('give workload_identity_provider, or run google-github-actions/auth before this step', [
        '--access-token-file',
    ]),
    ...named('give service_account, or run google-github-actions/auth before this step', ['--account']),
    ...named('give service_account with workload_identity_provider', ['--impersonate-service-account']),
    ...named('Cloud Run functions are not deployed here', [
        '--allow-unencrypted-build',
        '--no-allow-unencrypted-build',
        '--automatic-updates',
        '--no-automatic-updates',
        '--base-image',
        '--clear-base-image',
        '--function',
    ]),
    ...named('use a Dockerfile with ARG, and actions/build', [
        '--build-env-vars-file',
        '--clear-build-env-vars',
        '--remove-build-env-vars',
        '--set-build-env-vars',
        '--update-build-env-vars',
    ]),
    ...named('use actions/build with a deployment file', [
        '--build-service-account',
        '--clear-build-service-account',
        '--build-worker-pool',
        '--clear-build-worker-pool',
    ]),
    ...named('set it in a metadata file', [
        '--encryption-key-shutdown-hours',
        '--clear-encryption-key-shutdown-hours',
        '--mesh',
        '--post-key-revocation-action-type',
        '--clear-post-key-revocation-action-type',
    ]),
    '--billing-project': 'the quota of the project itself is used',
    '--cluster': 'GKE is not deployed to here',
    '--dry-run': 'use the input dry_run',
    '--flags-file': 'write the flags out',
    '--ignore-file': 'what is left out of a build stands in .dockerignore',
    '--namespace': 'GKE is not deployed to here; give project_id for another project',
    '--source': 'use the input source',
};
function named(advice, flags) {
    return Object.fromEntries(flags.map((flag) => [flag, advice]));
}
/**
 * Reads `flags`, and joins to them the inputs that stand for flags; their orders go into the context. Problems name the
 * flag and never its value.
 */
function readFlags(text, kind, context, inputs = []) {
    const reader = new FlagReader('flags', text, flagAdvice);
    const uses = [...inputs];
    let container = '';
    reader.each((written, next) => {
        const found = flagOf(aliases[written] ?? written);
        if (!found)
            return false;
        const { name, flag, no } = found;
        if (!flag.on.includes(kind))
            throw new FlagProblem(`is not for a ${kind}`);
        const given = flag.takes === 'value' ? next() : no ? 'no' : '';
        if (name === '--container')
            container = withoutQuotes(given);
        uses.push({ name, flag, input: 'flags', container: name in containerFlags ? container : '', given });
        return true;
    });
    const { edits, problems } = editsOf(uses, context);
    return { edits, problems: [...reader.problems, ...problems], remarks: reader.remarks };
}
/** An input that stands for a flag of that name. */
function useOf(name, input, given) {
    const flag = table[name];
    if (!flag)
        throw new Error(`no flag ${name}`);
    return { name, flag, input, container: '', given };
}
function flagOf(name) {
    const flag = table[name];
    if (flag)
        return { name, flag, no: false };
    const positive = `--${name.slice('--no-'.length)}`;
    const switched = name.startsWith('--no-') ? table[positive] : undefined;
    return switched?.takes === 'switch' ? { name: positive, flag: switched, no: true } : undefined;
}
/** The flags of `gcloud run services replace` are those of gcloud itself. */
function readMetadataFlags(text, context) {
    const reader = new FlagReader('flags', text, flagAdvice);
    reader.each((name, next) => {
        if (name !== '--project' && name !== '--region') {
            if (!flagOf(aliases[name] ?? name))
                return false;
            throw new FlagProblem('has no effect on a metadata file; set it in the file');
        }
        table[name]?.edit([next()], context);
        return true;
    });
    return { edits: [], problems: reader.problems, remarks: reader.remarks };
}
/** What to do about a flag that is not known. */
function flagAdvice(name) {
    const instead = refused[name];
    if (instead)
        return `is not supported; ${instead}`;
    const negatives = Object.keys(table)
        .filter((one) => table[one]?.takes === 'switch')
        .map((one) => `--no-${one.slice(2)}`);
    const near = (0,nearest/* nearest */.pA)(name, [...Object.keys(table), ...Object.keys(aliases), ...negatives]);
    return `is not a flag that is known here${near ? `; did you mean ${near}?` : ''}`;
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/flags-traffic.js
/** `update_traffic_flags`, beside the input that says where traffic goes. */





/**
 * The flags of `gcloud run services update-traffic`. `traffic` is what revision_traffic or tag_traffic says, `place` where
 * the service was deployed to.
 */
function readTrafficFlags(text, traffic, place) {
    const reader = new FlagReader('update_traffic_flags', text, flagAdvice);
    const tags = [];
    let joined = traffic;
    reader.each((name, next) => {
        switch (name) {
            case '--to-revisions':
            case '--to-tags':
                joined = withMore(joined, name, next());
                return true;
            case '--to-latest':
                throw new FlagProblem('does not go together with revision_traffic and tag_traffic; give LATEST=100 to revision_traffic');
            case '--set-tags':
                tags.push({ kind: 'set tags', tags: new Map(pairsOf(next())) });
                return true;
            case '--update-tags':
                tags.push({ kind: 'update tags', tags: new Map(pairsOf(next())) });
                return true;
            case '--remove-tags':
                tags.push({ kind: 'remove tags', names: listItems(next()) });
                return true;
            case '--clear-tags':
                tags.push({ kind: 'set tags', tags: new Map() });
                return true;
            case '--project':
                requireSame(next(), [place.project]);
                return true;
            case '--region':
                requireSame(next(), place.regions);
                return true;
            default:
                return false;
        }
    });
    return { orders: [...inOrder(tags), joined], problems: [...reader.problems, ...flags_traffic_contradictions(tags)] };
}
/** What is removed is removed first. */
function inOrder(tags) {
    const removes = (order) => order.kind === 'remove tags';
    return [...tags.filter(removes), ...tags.filter((order) => !removes(order))];
}
function flags_traffic_contradictions(tags) {
    const sets = tags.filter(({ kind }) => kind === 'set tags').length;
    return sets > 1 || (sets === 1 && tags.length > 1)
        ? [
            'update_traffic_flags: one of --set-tags, --clear-tags, and --update-tags with --remove-tags can be given',
        ]
        : [];
}
/** gcloud adds to what the input says what the flag of the same name says. */
function withMore(traffic, name, text) {
    const input = traffic.kind === 'to revisions' ? 'revision_traffic' : 'tag_traffic';
    const own = traffic.kind === 'to revisions' ? '--to-revisions' : '--to-tags';
    if (name !== own)
        throw new FlagProblem(`does not go together with ${input}; give one of them`);
    const more = percentages(withoutQuotes(text));
    const twice = [...more.keys()].find((key) => traffic.percentages.has(key));
    if (twice !== undefined)
        throw new FlagProblem(`assigns traffic to ${twice}, and so does ${input}`);
    const all = new Map([...traffic.percentages, ...more]);
    return { ...traffic, percentages: percentages([...all].map((pair) => pair.join('=')).join(',')) };
}
/** Traffic of another service than the one that was just deployed is a slip. */
function requireSame(value, deployed) {
    if (!deployed.includes(withoutQuotes(value)))
        throw new FlagProblem(`must be that of the deployment, ${deployed.join(', ')}`);
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/full-name.js
/** What is no full name is taken for an id; `job` are the names of jobs, which are in another collection. */
function parseFullName(what, given) {
    const text = given.trim();
    const [, project, region, collection, id] = /^projects\/([^/]+)\/locations\/([^/]+)\/(services|jobs)\/([^/]+)$/.exec(text) ?? [];
    if (!project || !region || !id || collection !== `${what}s`)
        return { id: text };
    return { id, project, region };
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/metadata-file.js




const kinds = ['Service', 'Job', 'WorkerPool'];
/** Throws FlagProblem. */
function readMetadata(workspace, file) {
    const object = parsed(workspace, file);
    const { metadata } = object;
    const name = metadata?.name;
    if (!name)
        throw new FlagProblem(`${file} is missing 'metadata.name'`);
    if (typeof name !== 'string')
        throw new FlagProblem(`${file}: metadata.name is no text; write it in quotes`);
    const knative = kinds.find((kind) => kind === object.kind);
    if (!knative) {
        throw new FlagProblem(`${file}: unknown metadata type "${object.kind ?? ''}", expected "Job", "Service" or "WorkerPool"`);
    }
    return { file, knative, object: { ...object, metadata: { ...metadata, name } } };
}
function parsed(workspace, file) {
    let content;
    try {
        const text = (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(workspace, file), 'utf8');
        requireNoExpression(text, file);
        content = (0,dist/* parse */.qg)(text);
    }
    catch (error) {
        if (error instanceof FlagProblem)
            throw error;
        throw new FlagProblem(`metadata names ${file}, which cannot be read: ${reasonOf(error)}`);
    }
    if (typeof content !== 'object' || content === null || Array.isArray(content))
        throw new FlagProblem(`${file} is not a YAML map`);
    return content;
}
/** Cloud Run would take an expression for an image's name or for a value, as it stands there. */
function requireNoExpression(text, file) {
    const line = text.split('\n').findIndex((one) => /^[^#]*\$\{\{/.test(one)) + 1;
    if (line === 0)
        return;
    throw new FlagProblem(`${file} holds an expression of GitHub's in line ${line}, and those are evaluated in workflows alone; write its value into the file in a step before`);
}
function reasonOf(error) {
    if (error instanceof dist/* YAMLParseError */.XT && error.code === 'MULTIPLE_DOCS')
        return 'it holds several documents, and one step deploys one';
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/variables-file.js




/**
 * A file of variables: a YAML or JSON map, or lines of KEY=VALUE. A line is one variable: commas need no backslash, and
 * may have one, since files that version 2 of deploy-cloudrun read are full of them. Throws FlagProblem, which holds
 * no value.
 */
function readVariablesFile(workspace, file) {
    let text;
    try {
        text = (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(workspace, file), 'utf8');
    }
    catch {
        throw new FlagProblem(`names ${file}, which cannot be read in ${workspace}`);
    }
    return fromYaml(text) ?? fromLines(text, file);
}
/** Nothing when it is no map, as text of KEY=VALUE lines never is. */
function fromYaml(text) {
    let content;
    try {
        content = (0,dist/* parse */.qg)(text, { schema: 'failsafe' });
    }
    catch {
        return undefined;
    }
    if (typeof content !== 'object' || content === null || Array.isArray(content))
        return undefined;
    const entries = Object.entries(content);
    return entries.every(([, value]) => typeof value === 'string') ? entries : undefined;
}
function fromLines(text, file) {
    return text.split(/\r?\n/).flatMap((line, index) => {
        if (line.trim() === '' || line.trim().startsWith('#'))
            return [];
        const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)$/.exec(line);
        if (!match)
            throw new FlagProblem(`names ${file}, whose line ${index + 1} is neither KEY: value nor KEY=value`);
        return [[match[1] ?? '', lineValue((match[2] ?? '').trim())]];
    });
}
function lineValue(written) {
    const isQuoted = written.length > 1 && /^(["']).*\1$/.test(written);
    return isQuoted ? written.slice(1, -1) : written.replaceAll('\\,', ',');
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/request.js
/** The inputs as one request, complete and checked: nothing is sent to Google before. */














/** deploy-cloudrun's own default. */
const defaultRegion = 'us-central1';
/** Throws INPUT_INVALID with every problem; none of them repeats a value of env_vars, secrets or flags. */
function readRequest(inputs, host) {
    const reader = new RequestReader(inputs, host);
    const request = reader.read();
    if (reader.problems.length === 0)
        return request;
    const count = reader.problems.length;
    throw new failure/* Failure */.H('INPUT_INVALID', `The action's inputs have ${count === 1 ? '1 problem' : `${count} problems`}: ${reader.problems[0]}.`, { next: 'Correct the `with:` of this step.', details: reader.problems });
}
class RequestReader {
    problems = [];
    #remarks = [];
    #inputs;
    #host;
    constructor(inputs, host) {
        this.#inputs = inputs;
        this.#host = host;
    }
    read() {
        const inputs = this.#inputs;
        this.#checkTogether();
        const target = this.#target();
        const kind = target.kind === 'job' ? 'job' : 'service';
        const orders = {
            ...(inputs.tag ? { tag: inputs.tag } : {}),
            ...(inputs.suffix ? { suffix: inputs.suffix } : {}),
            ...(inputs.no_traffic ? { noTraffic: true } : {}),
            ...(inputs.image ? { image: inputs.image } : {}),
            ...(inputs.wait ? { run: 'and wait' } : {}),
        };
        const context = {
            orders,
            variables: (file) => readVariablesFile(this.#host.workspace, file),
        };
        const uses = this.#uses(kind);
        const flags = target.kind === 'metadata'
            ? readMetadataFlags(inputs.flags ?? '', context)
            : readFlags(inputs.flags ?? '', kind, context, uses);
        this.problems.push(...flags.problems);
        this.#remarks.push(...flags.remarks);
        if (target.kind === 'service') {
            this.problems.push(...suffixProblems(target.name, orders.suffix), ...tagProblems(orders.tag));
        }
        this.#checkImage(orders);
        this.#checkIgnored();
        const place = this.#place(orders);
        const traffic = this.#traffic(target.kind, place);
        return {
            target,
            ...place,
            source: target.kind === 'metadata' ? undefined : inputs.source,
            edits: flags.edits,
            orders,
            urlTag: inputs.tag,
            traffic,
            remarks: this.#remarks,
        };
    }
    #checkTogether() {
        const { revision_traffic, tag_traffic, source, image, service, job, metadata } = this.#inputs;
        if (revision_traffic && tag_traffic)
            this.problems.push('only one of `revision_traffic` and `tag_traffic` can be set');
        if (source && image)
            this.problems.push('only one of `source` and `image` can be set');
        if (service && job)
            this.problems.push('only one of `service` and `job` can be set');
        if ((revision_traffic || tag_traffic) && !service && !metadata)
            this.problems.push('no service name set: traffic is that of a service');
        if (!service && !job && !metadata)
            this.problems.push('one of `service`, `job` and `metadata` is required');
        for (const name of ['gcloud_version', 'gcloud_component']) {
            if (this.#inputs[name])
                this.#remarks.push(`${name} has no effect: there is no gcloud here`);
        }
    }
    #target() {
        const { metadata, service, job } = this.#inputs;
        if (metadata) {
            const read = this.#attempt(() => readMetadata(this.#host.workspace, metadata));
            if (read) {
                this.#checkMetadata(read);
                return { kind: 'metadata', name: read.object.metadata.name, ...read };
            }
        }
        const kind = job ? 'job' : 'service';
        const given = (job ?? service ?? '').trim();
        const { id } = parseFullName(kind, given);
        this.problems.push(...nameProblems(kind, given, id));
        return { kind, name: id };
    }
    #checkMetadata({ file, object, knative }) {
        const { service, job, revision_traffic, tag_traffic } = this.#inputs;
        const { name } = object.metadata;
        this.problems.push(...nameProblems(`${file}: metadata.name`, name, name));
        if (service && parseFullName('service', service).id !== name) {
            this.problems.push(`service name in ${file} ("${name}") does not match the input service ("${service}")`);
        }
        if (knative !== 'Service' && (revision_traffic || tag_traffic))
            this.problems.push(`${file} is a ${knative}, which has no traffic`);
        const ignored = [
            'image',
            'source',
            'env_vars',
            'env_vars_file',
            'labels',
            'secrets',
            'tag',
            'suffix',
            'timeout',
            'no_traffic',
            'wait',
        ].filter((input) => this.#inputs[input]);
        const isOfJob = knative === 'Job' && job !== undefined && parseFullName('job', job).id === name;
        if (job && !isOfJob)
            ignored.unshift('job');
        if (ignored.length > 0)
            this.#remarks.push(`${ignored.join(', ')}: without effect, ${file} says all there is to say`);
    }
    #checkImage(orders) {
        if (this.#inputs.metadata || orders.image || this.#inputs.source)
            return;
        this.problems.push(`\`image\` or \`source\` is required (there is no ${this.#inputs.config || 'deployment file'} in the workspace, so this step works as deploy-cloudrun does)`);
    }
    /** gcloud leaves out of a build what its own file names; a build here asks .dockerignore. */
    #checkIgnored() {
        const { source } = this.#inputs;
        if (source && (0,external_node_fs_.existsSync)((0,external_node_path_.join)(this.#host.workspace, source, '.gcloudignore')))
            this.#remarks.push('.gcloudignore has no effect; name what is to be left out of the build in .dockerignore');
    }
    /** The inputs that stand for flags; gcloud gets them from deploy-cloudrun in the same command. */
    #uses(kind) {
        const { image, timeout } = this.#inputs;
        return [
            ...(image ? [useOf('--image', 'image', image)] : []),
            ...this.#variables(),
            ...this.#secrets(kind),
            ...this.#labels(),
            ...(timeout && kind === 'service' ? [useOf('--timeout', 'timeout', timeout)] : []),
        ];
    }
    #variables() {
        const { env_vars, env_vars_file, env_vars_update_strategy: strategy } = this.#inputs;
        const given = this.#keyValues('env_vars', env_vars);
        const file = env_vars_file
            ? (this.#attempt(() => readVariablesFile(this.#host.workspace, env_vars_file), 'env_vars_file') ?? [])
            : [];
        const entries = new Map([...file, ...given.entries]);
        this.problems.push(...variableProblems('env_vars', entries.keys()));
        if (entries.size === 0)
            return given.clears ? [useOf('--clear-env-vars', 'env_vars', '')] : [];
        const name = given.clears || strategy === 'overwrite' ? '--set-env-vars' : '--update-env-vars';
        return [useOf(name, env_vars ? 'env_vars' : 'env_vars_file', [...entries])];
    }
    #secrets(kind) {
        const given = this.#keyValues('secrets', this.#inputs.secrets);
        const entries = [...given.entries].filter(([key, written]) => this.#attempt(() => parseSecret(key, written), 'secrets:'));
        this.problems.push(...variableProblems('secrets', given.entries.keys()));
        if (entries.length === 0)
            return given.clears ? [useOf('--clear-secrets', 'secrets', '')] : [];
        const strategy = this.#inputs.secrets_update_strategy;
        // A job's secrets were never merged, and workflows that name all of them rely on it.
        if (kind === 'job' && strategy === 'merge')
            this.#remarks.push('the secrets of a job are overwritten, as with deploy-cloudrun, and not merged');
        const sets = kind === 'job' || strategy === 'overwrite';
        return [useOf(sets ? '--set-secrets' : '--update-secrets', 'secrets', entries)];
    }
    #labels() {
        const given = this.#keyValues('labels', this.#inputs.labels);
        const defaults = this.#inputs.skip_default_labels ? {} : defaultLabels(this.#host.environment);
        const labels = { ...defaults, ...Object.fromEntries(given.entries) };
        this.problems.push(...labelProblems(labels));
        const entries = Object.entries(labels);
        return entries.length > 0 ? [useOf('--update-labels', 'labels', entries)] : [];
    }
    #keyValues(input, text) {
        const parsed = parseKeyValues(text ?? '', this.#inputs.value_syntax);
        if ('problem' in parsed) {
            this.problems.push(`${input} ${parsed.problem}`);
            return { entries: new Map(), clears: false, remarks: [] };
        }
        this.#remarks.push(...parsed.value.remarks.map((remark) => `${input}: ${remark}`));
        return parsed.value;
    }
    #traffic(kind, place) {
        const { revision_traffic, tag_traffic, update_traffic_flags } = this.#inputs;
        if (kind === 'job') {
            if (update_traffic_flags)
                this.#remarks.push('update_traffic_flags has no effect: a job has no traffic');
            return [];
        }
        const traffic = this.#percentages();
        if (!update_traffic_flags)
            return traffic ? [traffic] : [];
        // deploy-cloudrun runs update-traffic only when it is told the traffic.
        if (!revision_traffic && !tag_traffic)
            this.#remarks.push('update_traffic_flags has no effect without revision_traffic or tag_traffic');
        if (!traffic)
            return [];
        const flags = readTrafficFlags(update_traffic_flags, traffic, place);
        this.problems.push(...flags.problems);
        return flags.orders;
    }
    #percentages() {
        const { revision_traffic, tag_traffic } = this.#inputs;
        const kind = revision_traffic ? 'to revisions' : 'to tags';
        const [input, text] = revision_traffic
            ? ['revision_traffic', revision_traffic]
            : ['tag_traffic', tag_traffic];
        const found = text ? this.#attempt(() => percentages(text), input) : undefined;
        return found ? { kind, percentages: found } : undefined;
    }
    #place(orders) {
        const { job, service, project_id, region } = this.#inputs;
        const named = parseFullName(job ? 'job' : 'service', job ?? service ?? '');
        const { CLOUDSDK_CORE_PROJECT, CLOUDSDK_PROJECT, GCLOUD_PROJECT, GCP_PROJECT, GOOGLE_CLOUD_PROJECT } = this.#host.environment;
        const project = orders.project ||
            project_id ||
            named.project ||
            // What google-github-actions/auth and setup-gcloud leave.
            CLOUDSDK_CORE_PROJECT ||
            CLOUDSDK_PROJECT ||
            GCLOUD_PROJECT ||
            GCP_PROJECT ||
            GOOGLE_CLOUD_PROJECT ||
            '';
        if (project === '')
            this.problems.push('project_id is required: nothing in the environment names a project');
        const regions = (orders.region || region || named.region || defaultRegion)
            .split(',')
            .map((region) => region.trim())
            .filter((region) => region !== '');
        for (const region of regions) {
            if (!/^[a-z]+-[a-z]+\d+$/.test(region))
                this.problems.push(`region "${region}" is not a region`);
        }
        if ((named.project ?? project) !== project)
            this.problems.push(`the name is of the project ${named.project}, and project_id says ${project}`);
        if (named.region !== undefined && regions.some((one) => one !== named.region))
            this.problems.push(`the name is of the region ${named.region}, and region says ${regions.join(', ')}`);
        return { project, regions: [...new Set(regions)] };
    }
    #attempt(read, input = '') {
        try {
            return read();
        }
        catch (error) {
            if (!(error instanceof FlagProblem))
                throw error;
            this.problems.push(`${input} ${error.message}`.trim());
            return undefined;
        }
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./.build/src/google/operations.js
var operations = __webpack_require__(125);
// EXTERNAL MODULE: ./.build/src/google/policy.js
var policy = __webpack_require__(5857);
// EXTERNAL MODULE: ./.build/src/lib/sentence.js
var sentence = __webpack_require__(6210);
// EXTERNAL MODULE: ./.build/src/resources/deleted-meanwhile.js
var deleted_meanwhile = __webpack_require__(7519);
// EXTERNAL MODULE: ./.build/src/resources/traffic.js
var traffic = __webpack_require__(5396);
;// CONCATENATED MODULE: ./.build/src/actions/drop-in/service.js
/** Deploys a service as `gcloud run deploy` does: what is there, with the changes asked for, as one write. */















/** Times that somebody else may change the service between our look and our write. */
const service_attempts = 5;
/** Throws REVISION_FAILED with what the container wrote, and CONCURRENT_CHANGE when somebody deletes the service. */
async function deployService(google, place, name, order) {
    const at = { kind: 'services', ...place, name };
    return await (0,deleted_meanwhile/* unlessDeleted */.g)(at, deploy(google, place, at, order));
}
async function deploy(google, place, at, order) {
    const { name } = at;
    const { draft, before, revision } = await writeService(google, at, order);
    const deployed = await (0,run/* waitUntilReconciled */.mk)(google, at);
    await service_requireReady(google, at, revision, deployed, before);
    if (order.orders.everybody !== undefined)
        await setCallers(google, at, order.orders.everybody, before);
    const now = (await directTraffic(google, at, order.traffic)) ?? deployed;
    const previous = before && (0,traffic/* servingRevision */.qJ)((0,traffic/* resolvedTraffic */.o_)(before));
    return {
        region: place.region,
        kind: 'service',
        name,
        url: urlOf(now, order.urlTag),
        revision,
        ...(previous ? { previous } : {}),
        image: draft.container.image ?? '',
        changes: changesOf(before && serviceDraft(place, before), draft),
        remarks: remarksOn(now, revision, order, before),
    };
}
/** The same without a write. */
async function planService(google, place, name, order) {
    const at = { kind: 'services', ...place, name };
    const before = await service_read(google, at);
    const draft = service_drafted(place, before, order, nextRevision(name, before, order.orders.suffix));
    return {
        region: place.region,
        kind: 'service',
        name,
        url: before ? urlOf(before, order.urlTag) : '',
        image: draft.container.image ?? '',
        changes: changesOf(before && serviceDraft(place, before), draft),
        remarks: [],
    };
}
/**
 * Reads, changes and writes, from the start again when somebody else was faster. The name of the revision is ours:
 * by it we see that a write whose answer was lost had its effect.
 */
async function writeService(google, at, order) {
    const before = await service_read(google, at);
    const revision = nextRevision(at.name, before, order.orders.suffix);
    let have = before;
    for (let attempt = 1;; attempt++) {
        const draft = service_drafted(at, have, order, revision);
        try {
            await (have ? (0,run/* patchWorkload */.K2)(google, at, draft.service) : (0,run/* createWorkload */.KS)(google, at, draft.service));
            return { draft, before, revision };
        }
        catch (error) {
            if (error instanceof operations/* OperationFailed */.FH)
                throw await revisionFailed(google, at, revision, error, before);
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409 || attempt >= service_attempts)
                throw error;
            const now = await service_read(google, at);
            // Nobody changed anything: it is the request itself that is refused, such as the name of a revision there is.
            if (now?.etag === have?.etag)
                throw service_refusal(error, revision, order.orders.suffix);
            if (shortName(now?.latestCreatedRevision) === revision)
                return { draft, before, revision };
            have = now;
        }
    }
}
function service_refusal(error, revision, suffix) {
    if (error.status !== 'ALREADY_EXISTS' || !suffix)
        return error;
    return new failure/* Failure */.H('REVISION_NAME_TAKEN', `There is a revision ${revision} already, and it is another one.`, {
        next: `Give another suffix than ${suffix}, such as one with the run's number, or none: every revision needs a name of its own.`,
        cause: error,
    });
}
function service_drafted(place, have, { edits, orders }, revision) {
    const draft = serviceDraft(place, have);
    for (const edit of edits)
        edit(draft);
    draft.template.revision = revision;
    draft.service.client = 'aethercast-deploy';
    const ready = shortName(have?.latestReadyRevision);
    let traffic = have?.traffic ?? [];
    if (orders.noTraffic && ready)
        traffic = [...pinned(traffic, ready)];
    if (orders.tag)
        traffic = [...withTag(traffic, orders.tag, revision)];
    if (traffic.length > 0)
        draft.service.traffic = traffic;
    return draft;
}
/** `<service>-<suffix>`, or as Cloud Run itself names them: `<service>-<number>-<three letters>`. */
function nextRevision(name, have, suffix) {
    if (suffix)
        return `${name}-${suffix}`;
    const number = Number(have?.generation ?? 0) + 1;
    const consonants = 'bcdfghjklmnpqrstvwxz';
    const letters = Array.from({ length: 3 }, () => consonants[(0,external_node_crypto_.randomInt)(consonants.length)] ?? 'x').join('');
    return `${name}-${String(number).padStart(5, '0')}-${letters}`;
}
async function service_requireReady(google, at, revision, { terminalCondition }, before) {
    if (!terminalCondition || terminalCondition.state === 'CONDITION_SUCCEEDED')
        return;
    const message = terminalCondition.message ?? 'Google gives no reason.';
    throw await revisionFailed(google, at, revision, new Error(message), before);
}
async function revisionFailed(google, at, revision, cause, before) {
    const serving = before && (0,traffic/* servingRevision */.qJ)((0,traffic/* resolvedTraffic */.o_)(before));
    return await failureWithLog(google, {
        code: 'REVISION_FAILED',
        message: `Revision ${revision} did not become ready: ${(0,sentence/* sentence */.e)(cause.message)} ${serving ? `What served before (${serving}) goes on serving.` : `${at.name} has no earlier revision that could serve.`}`,
        next: 'Mend what the message names, with what the container wrote above, and run again.',
        project: at.project,
        filter: (0,container_log/* revisionFilter */.Ic)(at, revision),
        cause,
    });
}
/** On a new service nobody may call, so that there is nothing to take back. */
async function setCallers(google, at, everybody, before) {
    if (!everybody && !before)
        return;
    const target = { kind: 'run_service', project: at.project, region: at.region, service: at.name };
    const role = 'roles/run.invoker';
    await (0,policy/* changePolicy */.VH)(google, target, (bindings) => {
        const others = bindings
            .map((one) => one.role === role && !one.condition
            ? { ...one, members: (one.members ?? []).filter((member) => member !== 'allUsers') }
            : one)
            .filter(({ members }) => (members ?? []).length > 0);
        return everybody ? [...others, { role, members: ['allUsers'] }] : others;
    });
}
function remarksOn(now, revision, { orders, traffic }, before) {
    if (!before && orders.noTraffic)
        return ['no_traffic has no effect on the first deployment of a service: its only revision serves'];
    const share = shareOf(now.traffic ?? [], revision, true);
    if (share > 0 || orders.noTraffic || traffic.length > 0)
        return [];
    return [
        `the new revision ${revision} gets no traffic, since an earlier deployment sends it to revisions by name; with \`revision_traffic: LATEST=100\` it follows the newest again`,
    ];
}
async function service_read(google, at) {
    return await (0,run/* getWorkload */.e3)(google, at).catch((error) => {
        if ((0,google_error/* isNotFound */.c4)(error))
            return undefined;
        throw error;
    });
}
function shortName(fullName) {
    return fullName?.split('/').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./.build/src/actions/drop-in/drop-in.js









/** Deploys without a deployment file. Throws a Failure that says what to do; with several regions, after all have ended. */
async function dropIn(inputs, host) {
    const request = readRequest(inputs, host);
    for (const remark of request.remarks)
        host.warning(remark);
    if (request.source) {
        const { requireDockerfile } = await Promise.all(/* import() */[__webpack_require__.e(75), __webpack_require__.e(209), __webpack_require__.e(758)]).then(__webpack_require__.bind(__webpack_require__, 7758));
        requireDockerfile(host.workspace, request.source);
    }
    const { google } = await (0,session/* connect */.Ng)(inputs, request.project, host);
    const target = {
        service: request.target.name,
        environment: inputs.github_environment ?? 'production',
        image: request.orders.image,
        commit: undefined,
        transient: false,
    };
    return await (0,github_deployment/* recorded */.t)(inputs, target, host, async (begin) => {
        await begin();
        return await deployEverywhere(google, request, inputs.dry_run, host);
    });
}
async function deployEverywhere(google, request, dryRun, host) {
    const regions = await Promise.allSettled(request.regions.map((region) => deployTo(google, { project: request.project, region }, request, dryRun, host)));
    const done = regions.flatMap((region) => (region.status === 'fulfilled' ? [region.value] : []));
    await tell(done, request, dryRun, host);
    requireAll(request, regions, host);
    return outputsOf(done);
}
async function deployTo(google, place, request, dryRun, host) {
    const { target, source } = request;
    if (target.kind === 'metadata') {
        if (dryRun)
            return metadataPlan(place, target);
        return await deployMetadata(google, place, target, request.traffic);
    }
    const order = source && !dryRun ? await withImage(google, place, request, source, host) : request;
    const [plan, deploy] = target.kind === 'job' ? [planJob, deployJob] : [planService, deployService];
    return await (dryRun ? plan : deploy)(google, place, target.name, order);
}
function metadataPlan({ region }, { name, knative, file }) {
    const kind = knative === 'Job' ? 'job' : knative === 'Service' ? 'service' : 'worker pool';
    return { region, kind, name, url: '', image: '', changes: [`replaced by ${file}`], remarks: [] };
}
/** The request with the image that its sources give; flags, which come last, may still name another. */
async function withImage(google, place, request, source, host) {
    const { imageFromSource } = await Promise.all(/* import() */[__webpack_require__.e(75), __webpack_require__.e(209), __webpack_require__.e(758)]).then(__webpack_require__.bind(__webpack_require__, 7758));
    const image = await imageFromSource(google, place, request.target.name, source, host);
    const edits = [
        ({ container }) => {
            container.image = image;
        },
        ...request.edits,
    ];
    return { ...request, edits };
}
async function tell(done, request, dryRun, host) {
    for (const one of done) {
        const what = one.revision ?? one.execution ?? (dryRun ? 'planned' : 'deployed');
        host.info(`${one.region} ${one.kind} ${one.name}: ${[what, one.url].filter(Boolean).join(' ')}`);
        for (const change of one.changes)
            host.info(`  ${change}`);
        for (const remark of one.remarks)
            host.warning(remark);
    }
    if (done.length === 0)
        return;
    const rows = done.map((one) => [
        one.region,
        `${one.kind} ${one.name}`,
        one.revision ?? one.execution ?? '',
        one.image ? (0,markdown/* code */.aY)(one.image) : '',
        one.url,
        one.changes.length > 0 ? one.changes.join(', ') : 'nothing',
    ]);
    const title = `### ${request.target.name}${dryRun ? ': plan' : ''}`;
    const columns = ['region', 'workload', 'revision', 'image', 'URL', dryRun ? 'would change' : 'changed'];
    await host.summarize(`${title}\n\n${(0,markdown/* table */.tp)(columns, rows)}`);
}
function requireAll(request, regions, host) {
    const failed = regions.flatMap((region, index) => region.status === 'rejected'
        ? [{ region: request.regions[index] ?? '', error: region.reason }]
        : []);
    const [first] = failed;
    if (!first)
        return;
    if (regions.length === 1)
        throw first.error;
    const { principal } = host.caller;
    const details = failed.map(({ region, error }) => {
        const explained = (0,denied/* explainGoogle */.n)(error, { principal, project: request.project });
        return `${region}: ${explained instanceof Error ? explained.message : String(explained)}`;
    });
    throw new failure/* Failure */.H('REGIONS_FAILED', `${failed.map(({ region }) => region).join(', ')} failed, of ${regions.length} regions: ${details[0]}`, { next: 'The other regions are deployed. Mend what the lines above name and run again.', details });
}
/** A deployment makes a revision also of what is as it was, unless that has the name it asks for. */
function isChange({ changes, revision, previous }) {
    return changes.length > 0 || revision !== previous;
}
/** `url` is empty for a job, as with deploy-cloudrun; the rest is ours. */
function outputsOf(done) {
    const [first] = done;
    if (!first)
        return {};
    return {
        url: first.url,
        revision: first.kind === 'service' ? first.revision : undefined,
        worker_revision: first.kind === 'worker pool' ? first.revision : undefined,
        previous_revision: first.previous,
        image: first.image || undefined,
        changed: done.some(isChange),
        metadata: JSON.stringify({ workloads: done.map(({ remarks: _remarks, ...one }) => one) }),
    };
}


/***/ })

};
