export const id = 570;
export const ids = [570];
export const modules = {

/***/ 3570:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deployFromFile: () => (/* binding */ deployFromFile)
});

// UNUSED EXPORTS: resourcesOf

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var lib_failure = __webpack_require__(4105);
;// CONCATENATED MODULE: ./.build/src/engine/apply.js

/**
 * Makes the estate as planned: every resource as soon as those it depends on are as wanted, all else in parallel.
 * What fails stops only what depends on it. Gives one outcome for every resource, in the order of the estate.
 */
async function applyPlan(resources, plan, options) {
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
const looksAgainAfter = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
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
    return new lib_failure/* Failure */.H('DID_NOT_CONVERGE', `${address} is not as asked for, although every call to change it succeeded.`, {
        next: remedy ??
            'Run again; if it stays, another tool changes the same resource, or Google changed a value that this suite sets.',
        details: fields.map(({ field, before, after }) => `${field}: is ${JSON.stringify(before)}, wanted ${JSON.stringify(after)}`),
    });
}
function refuseDestructive(changes, options) {
    const destructive = changes.filter((change) => change.destructive);
    if (destructive.length === 0 || options.allowDestructive)
        return;
    throw new lib_failure/* Failure */.H('DESTRUCTIVE_CHANGE', `The plan would change what cannot be undone: ${destructive.map(({ address }) => address).join(', ')}.`, {
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

// EXTERNAL MODULE: ./.build/src/config/tree.js
var config_tree = __webpack_require__(4384);
;// CONCATENATED MODULE: ./.build/src/config/place-of.js



/**
 * Where a deploy.yaml says something: at the first of these paths that is written in it, the environment's own word
 * before the common one. For messages about what was found wrong only in the cloud.
 */
function placeOf(text, environment, paths) {
    const root = source_parseSource(text, new finding_list_FindingList(''));
    if (root === undefined)
        return undefined;
    for (const path of paths) {
        const node = (0,config_tree/* nodeAt */.oB)(root, ['environments', environment, ...path]) ?? (0,config_tree/* nodeAt */.oB)(root, path);
        if (node !== undefined)
            return node.keyPlace;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./.build/src/resources/secret-version.js
/** The version that this deployment pins. */
function versionOf(release, secret) {
    const version = release.secretVersions[secret];
    if (!version)
        throw new Error(`no version of ${secret} was read`);
    return version;
}

;// CONCATENATED MODULE: ./.build/src/resources/volumes.js
/**
 * What is mounted into the containers of a workload: the Cloud SQL socket, secrets as files, buckets and folders in
 * memory. https://cloud.google.com/run/docs/reference/rest/v2/Volume
 */


/** In the order of their paths, so that the order in deploy.yaml makes no revision. */
function volumesOf({ deployment }, service, release) {
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
        const folder = external_node_path_.posix.dirname(file);
        const known = folders.get(folder) ?? { secret, files: [] };
        folders.set(folder, { ...known, files: [...known.files, external_node_path_.posix.basename(file)] });
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

// EXTERNAL MODULE: ./.build/src/release/container-log.js
var container_log = __webpack_require__(737);
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

;// CONCATENATED MODULE: ./.build/src/release/explain.js

function exited(text) {
    return {
        code: 'CONTAINER_EXITED',
        text,
        explain: ([, code], evidence) => ({
            sentence: `The container ended by itself${code ? ` with exit code ${code}` : ''} in place of going on running.`,
            fix: 'What it wrote before that stands in its log.',
            paths: [`${evidence.part}.args`, `${evidence.part}.command`],
        }),
    };
}
/** The first that fits counts: what the container says comes before what Google says about its silence. */
const patterns = [
    {
        code: 'OUT_OF_MEMORY',
        text: /Memory limit of (\S+ ?\S*B) exceeded|out of memory|OutOfMemory|MemoryError\b|signal 9|SIGKILL|heap out of memory/i,
        explain: (_match, evidence) => ({
            sentence: `The container needed more than the ${memoryOf(evidence)} of memory that it has.`,
            fix: `Raise services.${evidence.service.key}.${evidence.part}.memory, or lower the number of processes and threads that it starts.`,
            paths: [`${evidence.part}.memory`],
        }),
    },
    {
        code: 'SECRET_NOT_READABLE',
        text: /Permission denied on secret: projects\/[^/]+\/secrets\/([^/\s]+)/,
        explain: ([, secret = ''], { service }) => ({
            sentence: `The service account ${service.serviceAccount} may not read the secret ${secret}.`,
            fix: 'Run provision for this environment: it gives the right that follows from this line.',
            place: placeOfSecret(service, secret),
            paths: ['secrets'],
        }),
    },
    {
        code: 'SECRET_NOT_FOUND',
        text: /Secret projects\/[^/]+\/secrets\/([^/\s]+)\/\S+ was not found|Secret version projects\/[^/]+\/secrets\/([^/\s]+)\/\S+ is in \w+ state/,
        explain: ([, missing, disabled], { service }) => ({
            sentence: `The secret ${missing ?? disabled ?? ''} has no version that could be read.`,
            fix: 'Run provision, which makes the secrets of the file, and leave the versions that run enabled.',
            place: placeOfSecret(service, missing ?? disabled ?? ''),
            paths: ['secrets'],
        }),
    },
    {
        code: 'IMAGE_WRONG_PLATFORM',
        text: /must support amd64\/linux|exec format error/i,
        explain: () => ({
            sentence: 'The image was built for another kind of processor: Cloud Run runs linux/amd64.',
            fix: 'Build it with `docker build --platform linux/amd64`, or let actions/build do it.',
            paths: ['image', 'build'],
        }),
    },
    {
        code: 'IMAGE_NOT_FOUND',
        text: /Image '([^']+)' not found/,
        explain: ([, image = '']) => ({
            sentence: `There is no image ${image}.`,
            fix: 'Build it first, or name one that is in the registry; clean-up policies take old ones away.',
            paths: ['image', 'build'],
        }),
    },
    {
        code: 'IMAGE_NOT_READABLE',
        text: /must have permission to read the image/,
        explain: () => ({
            sentence: 'Cloud Run may not read the image, which is in another project.',
            fix: "Give the Cloud Run service agent that the message names roles/artifactregistry.reader on that project's repository.",
            paths: ['image', 'build'],
        }),
    },
    {
        code: 'MODULE_MISSING',
        text: /(?:ModuleNotFoundError: )?No module named '?([\w.]+)'?|Module '?([\w.]+)'? has no attribute|Cannot find module '([^']+)'/,
        explain: ([, python, attribute, node], evidence) => {
            const module = python ?? attribute ?? node ?? '';
            const line = commandOf(evidence);
            const named = line.includes(module);
            return {
                sentence: named
                    ? `The command line names ${module}, which the image does not have: ${line}`
                    : `The program needs ${module}, which the image does not have.`,
                fix: named
                    ? 'Correct the module after -A (as package.module:application, seen from the working directory of the image).'
                    : 'Add it to the requirements that the Dockerfile installs, or correct its COPY.',
                paths: named ? [`${evidence.part}.args`, `${evidence.part}.command`] : ['build'],
            };
        },
    },
    {
        code: 'APPLICATION_NOT_FOUND',
        text: /Unable to load celery application|Failed to find attribute '(\w+)' in '([\w.]+)'/,
        explain: (_match, evidence) => ({
            sentence: `The application that the command line names cannot be loaded: ${commandOf(evidence)}`,
            fix: 'Correct what stands after -A (package.module:application), seen from the working directory of the image.',
            paths: [`${evidence.part}.args`, `${evidence.part}.command`],
        }),
    },
    {
        code: 'COMMAND_NOT_FOUND',
        text: /executable file not found|no such file or directory.*(?:exec|entrypoint)|failed to (?:load|resolve) (?:\/|command)/i,
        explain: (_match, evidence) => ({
            sentence: `The image has no such command: ${commandOf(evidence) || 'the one of its Dockerfile'}`,
            fix: 'Name a program that the image has in its PATH, or install it in the Dockerfile.',
            paths: [`${evidence.part}.command`, 'build'],
        }),
    },
    {
        code: 'CLOUD_SQL_NOT_REACHABLE',
        text: /Cloud SQL (?:connection|instance) "?([^"\s]+)"? failed: ([^\n]+)|cloudsql\.instances\.(?:connect|get)|Cloud SQL Client|roles\/cloudsql\.client/i,
        explain: ([, connection, why], { service, database }) => ({
            sentence: `${service.serviceAccount} cannot connect to Cloud SQL${connection ? ` (${connection})` : ''}${why ? `: ${why}` : ''}`,
            fix: 'Run provision for this environment: whoever refers to database: is given roles/cloudsql.client.',
            place: database,
            paths: ['env'],
        }),
    },
    {
        code: 'SERVICE_ACCOUNT_MISSING',
        text: /service account (\S+@\S+) (?:does not exist|is disabled)/i,
        explain: ([, account = '']) => ({
            sentence: `The service account ${account} is not there or switched off.`,
            fix: 'Run provision for this environment: it makes the service accounts of the file.',
            paths: ['service_account'],
        }),
    },
    {
        code: 'NETWORK_MISSING',
        text: /VPC (?:network|subnetwork) \S+ (?:was not found|does not belong|has the range)[^\n]*/,
        explain: ([found]) => ({
            sentence: found,
            fix: 'Run provision for this environment: it makes the network that services go through.',
            paths: [],
        }),
    },
    {
        code: 'VOLUME_NOT_MOUNTED',
        text: /volume "([^"]+)" could not be mounted[^\n]*/i,
        explain: ([found]) => ({
            sentence: found,
            fix: 'Name a bucket of this file, and give the service the role that it needs on it.',
            paths: ['volumes', 'roles'],
        }),
    },
    // Google's own sentence is the same whether the program ended or listens elsewhere; that it ended is in the log alone.
    exited(/Container called exit\((\d+)\)/),
    {
        code: 'STARTUP_PROBE_FAILED',
        text: /failed the configured startup probe|STARTUP (?:HTTP|TCP|GRPC) probe failed/i,
        explain: (_match, evidence) => ({
            sentence: 'The container started, but did not answer its startup probe as it should.',
            fix: 'Name a path that answers 2xx or 3xx without signing in, or give the container more time.',
            paths: [`${evidence.part}.startup_probe`, `${evidence.part}.startup_path`, `${evidence.part}.port`],
        }),
    },
    {
        code: 'PORT_NOT_LISTENED',
        text: /failed to start and listen on the port[^=]*PORT=(\d+)/,
        explain: ([, port = ''], { service, part }) => ({
            sentence: `Nothing listens on port ${port} in the container.`,
            fix: `Let the program listen on 0.0.0.0 and the port in $PORT, or set services.${service.key}.${part}.port to the one that it uses.`,
            paths: [`${part}.port`, `${part}.args`, `${part}.command`],
        }),
    },
    exited(/user-provided container failed to start/),
    {
        code: 'CALLER_REFUSED',
        stage: 'test',
        text: /it answered (401|403)/,
        explain: ([, status]) => ({
            sentence: `The test was answered ${status}: who deploys may not call the service, or the service asks for a sign-in at that path.`,
            fix: 'Give the deployer roles/run.invoker on the project, or test a path that is open.',
            paths: ['app.smoke', 'app.authentication', 'app.public'],
        }),
    },
    {
        code: 'SMOKE_TEST_FAILED',
        stage: 'test',
        text: /but it ([^\n]+)/,
        explain: ([, found = '']) => ({
            sentence: `The new revision ${found.replace(/\.$/, '')} when it was tried.`,
            fix: 'Its log says why; what is asked of it stands under smoke.',
            paths: ['app.smoke.path', 'app.smoke', 'app.startup_path'],
        }),
    },
];
/** Nothing when neither the message nor the log fits anything that is known. */
function explain(evidence) {
    const texts = [evidence.reason, ...evidence.lines];
    for (const pattern of patterns) {
        if (pattern.stage && pattern.stage !== evidence.stage)
            continue;
        const match = texts.map((text) => pattern.text.exec(text)).find((found) => found !== null);
        if (!match)
            continue;
        const { paths, ...explained } = pattern.explain(match, evidence);
        const own = ['services', evidence.service.key];
        const inService = [...paths, evidence.part].map((path) => [...own, ...path.split('.')]);
        return { code: pattern.code, ...explained, paths: [...inService, own] };
    }
    return undefined;
}
function memoryOf({ service, part }) {
    return service[part]?.memory ?? '';
}
function commandOf({ service, part }) {
    const own = service[part];
    return [...(own?.command ?? []), ...(own?.args ?? [])].join(' ');
}
/** Also where an env group or a sidecar names it. */
function placeOfSecret(service, secret) {
    return secretUses(service).find((use) => use.secret === secret)?.place;
}

;// CONCATENATED MODULE: ./.build/src/release/failure-report.js




/** `text` is the deployment file as it was read. */
async function reportFailure(context, service, failure, text) {
    const { deployment } = context;
    const { project, region } = deployment;
    const { kind, workload: name, revision } = failure;
    const log = kind === 'jobs'
        ? // Nothing of a job has run that could have written anything.
            Promise.resolve([])
        : (0,container_log/* lastLines */.w$)(context.google, project, (0,container_log/* revisionFilter */.Ic)({ kind, project, region, name }, revision));
    const { lines, unread } = await log.then((found) => ({ lines: found, unread: undefined }), (error) => {
        context.google.signal?.throwIfAborted();
        return { lines: [], unread: error instanceof Error ? error.message : String(error) };
    });
    const { reason, stage } = failure;
    // A worker pool or a job may have the name of the app, a service cannot.
    const isApp = kind === 'services' && name === service.app?.name;
    const part = isApp ? 'app' : 'worker';
    const explanation = explain({
        service,
        part,
        reason,
        lines,
        stage,
        database: databaseUse(context, service),
    });
    const own = service[part]?.place;
    const found = explanation && (explanation.place ?? placeOf(text, deployment.environment, explanation.paths));
    return { failure, lines, unread, explanation, place: found ?? own ?? service.place };
}
/** What the right to connect to Cloud SQL follows from. */
function databaseUse({ deployment }, service) {
    const member = `serviceAccount:${emailOf(deployment, service)}`;
    return deployment.grants.find((grant) => grant.role === 'roles/cloudsql.client' && grant.member === member)
        ?.place;
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

// EXTERNAL MODULE: ./.build/src/google/error.js
var google_error = __webpack_require__(1317);
// EXTERNAL MODULE: ./.build/src/google/paging.js
var paging = __webpack_require__(2071);
;// CONCATENATED MODULE: ./.build/src/google/secretmanager.js




function listSecrets(google, project) {
    return (0,paging/* listAll */._)(google.transport, { api: 'secretmanager', method: 'GET', path: `v1/projects/${project}/secrets`, query: { pageSize: 250 } }, (page) => page.secrets);
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
        if ((0,google_error/* isNotFound */.c4)(error))
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

;// CONCATENATED MODULE: ./.build/src/resources/because.js
/** Names the line of deploy.yaml that asks for something. */
function because_because(deployment, place) {
    return `${deployment.file}:${place.line}`;
}

;// CONCATENATED MODULE: ./.build/src/release/release.js




/**
 * What this deployment runs, each part by a name that cannot move: the image by digest, each secret by the number of
 * its newest version. With `latest`, instances of one revision would come to hold different values.
 * https://cloud.google.com/run/docs/configuring/services/secrets#considerations
 */
async function prepareRelease(context, service, images, origin) {
    const versions = await Promise.all(secretUses(service).map(async (use) => [use.secret, await release_versionOf(context, use)]));
    const commit = origin.commit ?? images.image.split('@sha256:')[1] ?? 'local';
    return { ...images, secretVersions: Object.fromEntries(versions), origin, commit };
}
async function release_versionOf(context, { secret, place }) {
    const { google, deployment } = context;
    const { project } = deployment;
    const number = await latestVersionNumber(google, project, secret);
    if (number)
        return number;
    throw new lib_failure/* Failure */.H('SECRET_MISSING', `Secret ${secret} in ${project} (${because_because(deployment, place)}) has no version, or its newest one is not enabled.`, {
        next: `Run provision first: it makes the versions that ${deployment.file} asks for. Or see what there is: gcloud secrets versions list ${secret} --project=${project}`,
    });
}
/** Where a revision comes from, as labels. Values of labels are lower case, at most 63 characters. */
function originLabels(environment, release) {
    const { GITHUB_SHA, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_ACTOR } = environment;
    const labels = {
        commit: GITHUB_SHA,
        run: GITHUB_RUN_ID && `${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT ?? '1'}`,
        actor: GITHUB_ACTOR,
        release: release ?? GITHUB_SHA?.slice(0, 7),
    };
    return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => (value ? [[key, labelValue(value)]] : [])));
}
function labelValue(text) {
    return text
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, '-')
        .slice(0, 63);
}

// EXTERNAL MODULE: ./.build/src/report/markdown.js
var markdown = __webpack_require__(4873);
// EXTERNAL MODULE: ./.build/src/report/sentences.js
var sentences = __webpack_require__(7888);
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
        .map((change) => [(0,sentences/* lineOf */.cA)(change), change.fields.map(sentences/* fieldLine */.h0).join('\n'), change.because]);
    const rest = changes.length > rowLimit ? `\n\n… and ${changes.length - rowLimit} more.` : '';
    return `${(0,markdown/* table */.tp)(['change', 'what', 'why'], rows)}${rest}`;
}
/** Nothing when nothing stays. */
function leftTable(left) {
    if (left.length === 0)
        return [];
    const rows = left.slice(0, leftLimit).map((one) => [(0,sentences/* leftLine */.s6)(one), one.because, one.next]);
    const rest = left.length - rows.length;
    return [
        (0,markdown/* table */.tp)(['left alone', 'why', 'what you can do'], rows),
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
    const failed = of('failed').map((outcome) => [nameOf(outcome.address), messageOf(outcome.error)]);
    if (failed.length > 0)
        lines.push(table(['failed', 'why'], failed));
    const untried = of('not tried').map((outcome) => code(outcome.address));
    if (untried.length > 0)
        lines.push(`Not tried, since they depend on what failed: ${untried.join(', ')}`);
    return lines.join('\n\n');
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}

;// CONCATENATED MODULE: ./.build/src/config/template.js

/** Thrown when a template needs a fact that is not known yet. */
class template_UnknownFact extends Error {
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
        if (value instanceof secret_Secret)
            throw new TypeError(`${template_nameOf(part)} is a secret and has no place in plain text`);
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
            return password && new secret_Secret(encodeURIComponent(password.reveal()));
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
            return new secret_Secret(`redis://:${encodeURIComponent(redis.auth.reveal())}@${redis.host}:${redis.port}`);
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

// EXTERNAL MODULE: ./.build/src/google/operations.js
var operations = __webpack_require__(125);
;// CONCATENATED MODULE: ./.build/src/google/redis.js




/** Creating takes three to ten minutes. */
const deadline = (/* unused pure expression or super */ null && (20 * 60_000));
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
    return new secret_Secret(answer.authString ?? '');
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
    }, { what: `getting Memorystore instance ${at.name} ready`, deadline, ceiling: 10_000 }, google.clock, google.signal);
}
async function finish(google, started, what) {
    await waitForRpc(started, (name) => google.transport.send({ api: 'redis', method: 'GET', path: `v1/${name}` }), { what, deadline, ceiling: 10_000 }, google.clock, google.signal);
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
    return carryOut(google, project, { api, method: 'POST', path: `${base(project)}/instances`, body: instance, repeatable: true }, { what: `creating Cloud SQL instance ${instance.name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
function sqladmin_patchInstance(google, project, name, instance) {
    return carryOut(google, project, { api, method: 'PATCH', path: `${base(project)}/instances/${name}`, body: instance }, { what: `changing Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 });
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
function setPassword(google, project, instance, user) {
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
function claimName(deployment, pullRequest) {
    return `${deployment}-${previewEnvironment(pullRequest)}-claim`;
}

// EXTERNAL MODULE: ./.build/src/google/serviceusage.js
var serviceusage = __webpack_require__(3625);
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

// EXTERNAL MODULE: ./.build/src/resources/context.js
var resources_context = __webpack_require__(1798);
;// CONCATENATED MODULE: ./.build/src/google/compute.js



const compute_deadline = (/* unused pure expression or super */ null && (10 * 60_000));
const scopePath = (at) => `compute/v1/projects/${at.project}/${at.scope}`;
function compute_listCompute(google, at) {
    return (0,paging/* listAll */._)(google.transport, { api: 'compute', method: 'GET', path: `${scopePath(at)}/${at.kind}` }, (page) => page.items);
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
    return compute_carryOut(google, at, request, `creating ${at.kind.replace(/e?s$/, '')} ${body.name}`);
}
function compute_patchCompute(google, at, name, body) {
    const request = {
        api: 'compute',
        method: 'PATCH',
        path: `${scopePath(at)}/${at.kind}/${name}`,
        body,
    };
    return compute_carryOut(google, at, request, `changing ${at.kind.replace(/e?s$/, '')} ${name}`);
}
/** Refused while another resource uses it. That it is gone already is as good. */
async function deleteCompute(google, at, name) {
    const request = {
        api: 'compute',
        method: 'DELETE',
        path: `${scopePath(at)}/${at.kind}/${name}`,
    };
    await unlessGone(compute_carryOut(google, at, request, `deleting ${at.kind.replace(/e?s$/, '')} ${name}`));
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
    return compute_carryOut(google, at, request, `changing subnetwork ${subnet}`);
}
async function compute_carryOut(google, at, request, what) {
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
function stamp_updateStamped(address, why, fields, want, have) {
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
const network_ownNetworks = (0,resources_context/* perContext */.b_)((context) => (0,resources_context/* listing */.RR)(context, 'compute.googleapis.com', () => compute_listCompute(context.google, networksOf(context))));
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
const claimAddress = (pullRequest) => `preview_claim/${pullRequest}`;
const secret_secretAddress = (name) => `secret/${name}`;
/** The secrets of the project. */
const secret_ownSecrets = (0,resources_context/* perContext */.b_)((context) => (0,resources_context/* listing */.RR)(context, 'secretmanager.googleapis.com', () => listSecrets(context.google, context.deployment.project)));
function secrets(context) {
    const { deployment } = context;
    const list = secret_ownSecrets(context);
    return deployment.secrets.map((spec) => secret(context, spec, list));
}
/** Values of the environment that a preview copies, by the preview's secret. */
const copies = (0,resources_context/* perContext */.b_)(() => new Map());
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
        const known = have(secret_secretAddress(spec.name));
        return (spec.source.kind === 'from_env' &&
            !context.values[spec.source.variable] &&
            !copies(context).has(spec.name) &&
            !known?.latest);
    });
}
function secret(context, spec, list) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = secret_secretAddress(spec.name);
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
            return [claimAddress(preview.pullRequest)];
        if (reference.kind !== 'database' || !database)
            return [];
        return [
            reference.field === 'host'
                ? sqlInstanceAddress(database.instance)
                : secret_secretAddress(database.passwordSecret),
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
    if (!secret.name?.endsWith(`/secrets/${claimName(deployment.name, pullRequest)}`))
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
const ownClaims = (0,resources_context/* perContext */.b_)((context) => async () => {
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
        dependsOn: [apis_apisAddress],
        observe: async (fresh) => {
            const secret = await (0,resources_context/* find */.I6)(fresh, secret_ownSecrets(context), (have) => have.name?.endsWith(`/secrets/${name}`) ?? false, () => secretmanager_getSecret(google, deployment.project, name), google_error/* isNotFound */.c4);
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
    return new lib_failure/* Failure */.H('PREVIEW_NOT_ADMITTED', `The preview of pull request ${pullRequest} was not admitted.`, {
        next: 'Run actions/preview with `stage: admit` first: it counts the previews and says where this one is to live.',
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/facts.js
/** Reads what templates rest on and provisioning made: addresses of Redis and of a private database. */





/** Fills in the facts that these templates need; nothing is read for those that need none. */
async function readFacts(context, templates) {
    const references = templates.flatMap(template_openReferences);
    const needs = (kind) => references.some((reference) => reference.kind === kind);
    await Promise.all([
        needs('redis') ? readRedis(context) : undefined,
        needs('database') ? readDatabase(context) : undefined,
        needs('redis_database') ? readClaimed(context) : undefined,
    ]);
}
async function readRedis(context) {
    const { google, deployment, facts } = context;
    if (!deployment.redis)
        return;
    const at = { project: deployment.project, region: deployment.region, name: deployment.redis.instance };
    const [instance, auth] = await Promise.all([redis_getRedis(google, at), redis_redisAuth(google, at)]);
    if (!instance.host)
        throw notProvisioned(`Redis instance ${at.name}`);
    facts.redis = { host: instance.host, port: instance.port ?? 6379, auth };
}
async function readClaimed(context) {
    const { preview } = context.deployment;
    if (preview && !(await claim(context, preview).observe(true)))
        throw notAdmitted(preview);
}
async function readDatabase(context) {
    const { google, deployment, facts } = context;
    if (!deployment.database)
        return;
    const instance = await sqladmin_getInstance(google, deployment.project, deployment.database.instance);
    const host = instance.ipAddresses?.find(({ type }) => type === 'PRIVATE')?.ipAddress;
    if (!host)
        throw notProvisioned(`a private address of Cloud SQL instance ${deployment.database.instance}`);
    facts.database = { ...facts.database, host };
}
function notProvisioned(what) {
    return new lib_failure/* Failure */.H('NOT_PROVISIONED', `There is no ${what} yet.`, { next: 'Run provision first.' });
}

// EXTERNAL MODULE: ./.build/src/google/run.js
var run = __webpack_require__(8282);
// EXTERNAL MODULE: ./.build/src/google/run-jobs.js
var run_jobs = __webpack_require__(5275);
;// CONCATENATED MODULE: ./.build/src/resources/mark.js
/**
 * Whose a resource is, as it says itself: by labels where its kind has them, by a line in its description where not.
 * Nothing is ever deleted by its name alone.
 */
const manager = 'aethercast-deploy';
/** Whether the mark is that of this deployment in this environment. */
function mark_isOurs({ labels }, mark) {
    const own = mark_markOfLabels(labels);
    if (!own || !mark)
        return false;
    const isSameRepository = !own.repository || !mark.repository || own.repository === mark.repository;
    return own.deployment === mark.deployment && own.environment === mark.environment && isSameRepository;
}
/** The description of a resource that carries no labels, from those that it would carry. */
function mark_markText(labels) {
    const { deployment = '', environment = '', repository } = labels;
    const owner = repository ? ` repository=${repository}` : '';
    return `${manager} deployment=${deployment} environment=${environment}${owner}`;
}
/** `undefined` for what this suite did not make. */
function mark_markOfLabels(labels) {
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
    return mark_markOfLabels({ 'managed-by': manager, ...Object.fromEntries(pairs) });
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
function wantedMarks(deployment, service, have, part) {
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
function wantedRevisionMarks(service, have) {
    return {
        labels: { ...absent('labels', service, have), ...service.labels },
        annotations: { ...absent('annotations', service, have), ...service.annotations },
    };
}
/** To be sent. */
function sentMarks(deployment, service, have, part) {
    const wanted = wantedMarks(deployment, service, have, part);
    return {
        labels: present({ ...have?.labels, ...wanted.labels }),
        annotations: present({ ...have?.annotations, ...wanted.annotations }),
    };
}
/** To be sent with the revision: with where it comes from. */
function sentRevisionMarks(deployment, service, release) {
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
function present(entries) {
    return Object.fromEntries(Object.entries(entries).filter((entry) => entry[1] !== undefined));
}

;// CONCATENATED MODULE: ./.build/src/resources/run-listing.js
/** What Cloud Run has in the region of a deployment: one listing of each collection for all who look into it. */




const listedServices = (0,resources_context/* perContext */.b_)((site) => (0,resources_context/* once */.Oo)(() => listed(site, 'services')));
const listedPools = (0,resources_context/* perContext */.b_)((site) => (0,resources_context/* once */.Oo)(() => listed(site, 'workerPools')));
const listedJobs = (0,resources_context/* perContext */.b_)(({ google, deployment }) => (0,resources_context/* once */.Oo)(() => whereEnabled((0,run_jobs/* listJobs */.N6)(google, deployment))));
function listed({ google, deployment: { project, region } }, kind) {
    return whereEnabled((0,run/* listWorkloads */.DD)(google, { kind, project, region }));
}
/** In a project that nothing was deployed to yet Cloud Run may not even be switched on. */
async function whereEnabled(listing) {
    return await listing.catch((error) => {
        if (error instanceof google_error/* GoogleError */.Wy && error.reason === 'SERVICE_DISABLED')
            return [];
        throw error;
    });
}

;// CONCATENATED MODULE: ./.build/src/engine/change.js
/** Stands in a plan for what only the apply can tell, such as the address of a Redis instance to be created. */
const knownAfterApply = '(known after apply)';
function change_create(address, because, fields = []) {
    return { address, action: 'create', fields, because, destructive: false };
}
/** An update of these fields, or nothing when there are none. */
function change_update(address, because, fields) {
    return fields.length === 0 ? [] : [{ address, action: 'update', fields, because, destructive: false }];
}
/** What is there and has to go. The fields say what goes with it. */
function change_remove(address, because, fields = []) {
    return { address, action: 'delete', fields, because, destructive: true };
}
/** A difference that the API can only make by deleting and creating anew. */
function change_replace(address, because, fields) {
    return fields.length === 0 ? [] : [{ address, action: 'replace', fields, because, destructive: true }];
}

;// CONCATENATED MODULE: ./.build/src/engine/compare.js
/**
 * The fields in which `have` differs from `want`. Only fields that `want` names are looked at: what nobody asked for
 * belongs to the server or to somebody else. A field that `want` names as `undefined` is wanted absent. Objects are
 * walked; lists are compared item by item, since their order is part of what they say. An absent field equals the
 * empty values that Google's JSON leaves out.
 */
function compare_compare(want, have, prefix = '') {
    const had = (have ?? {});
    return Object.entries(want).flatMap(([key, after]) => {
        const field = prefix + key;
        const before = had[key];
        if (isRecord(after))
            return compare_compare(after, isRecord(before) ? before : undefined, `${field}.`);
        return same(after, before) ? [] : [{ field, ...compare_present('before', before), ...compare_present('after', after) }];
    });
}
/** Whether the server's value is the wanted one, holes and defaults of proto3 JSON aside. */
function same(want, have) {
    if (want === undefined)
        return have === undefined || have === null || isEmpty(have);
    if (have === undefined || have === null)
        return isEmpty(want);
    if (Array.isArray(want)) {
        return (Array.isArray(have) &&
            want.length === have.length &&
            want.every((item, index) => sameItem(item, have[index])));
    }
    // 64-bit integers travel as strings. https://protobuf.dev/programming-guides/json/
    return String(want) === String(have);
}
function sameItem(want, have) {
    if (isRecord(want))
        return isRecord(have) && compare_compare(want, have).length === 0;
    return same(want, have);
}
function isEmpty(value) {
    return value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function compare_present(key, value) {
    return (value === undefined ? {} : { [key]: value });
}
/** The update mask of a set of changes: Google's field masks name the path of each field. */
function maskOf(fields) {
    return fields.map(({ field }) => field).join(',');
}
/** The top-level fields that changes touch: what a PATCH of whole fields has to name. */
function compare_touchedFields(changes) {
    return [
        ...new Set(changes.flatMap((change) => change.fields.map(({ field }) => field.split('.')[0] ?? field))),
    ];
}
/** The top-level fields of `want` that changes touch. */
function compare_touchedParts(want, changes) {
    const touched = compare_touchedFields(changes);
    return Object.fromEntries(Object.entries(want).filter(([key]) => touched.includes(key)));
}

;// CONCATENATED MODULE: ./.build/src/resources/probes.js
/** Seconds; a cold process takes longer than the one second that is Cloud Run's own. */
const timeoutSeconds = 5;
/** Direct VPC egress may take a minute or more to come up with an instance, and a container may take four to start. */
const patientStartup = { periodSeconds: 10, timeoutSeconds, failureThreshold: 24 };
/** Of a container that listens; without a word of the user's its port must accept connections. */
function servedProbes(app) {
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
function sidecarProbes(own) {
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
const main = 'main';
/**
 * The service's own container first. `own` is what it has beside image, command and environment; `allocation` says for
 * all of them when they have their CPU.
 */
function containersOf(context, service, release, workload, own, allocation = {}) {
    const sidecars = (service.sidecars ?? []).filter(({ beside }) => beside.includes(workload.part));
    const first = {
        ...(sidecars.length > 0 ? { name: main } : {}),
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

// EXTERNAL MODULE: ./.build/src/resources/revision-failed.js
var revision_failed = __webpack_require__(5744);
;// CONCATENATED MODULE: ./.build/src/resources/revision-name.js

const shortShaLength = 7;
const mostCharacters = 63;
/** The first free name of the workload for this commit; `after` are names that Google already refused as taken. */
async function nextRevisionName(google, at, commit, known) {
    const listed = await (0,run/* listRevisions */.VW)(google, at);
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
const longestPassing = 7 * 60_000;
const passingPauses = { first: 5_000, ceiling: 30_000 };
/** Gives the workload with its new revision ready. Throws RevisionFailed, or what Google refused. */
async function makeRevision(context, have, wanted) {
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
            now = await read(context, wanted.at);
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
            if (error instanceof operations/* OperationFailed */.FH)
                throw failed(wanted, name, error.message, error);
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409)
                throw error;
            now = await read(context, at);
            // The first sending had its effect, and only its answer was lost.
            if (now && shortName(now.latestCreatedRevision ?? undefined) === name) {
                return await whenReady(context, wanted, name);
            }
            if (error.status === 'ALREADY_EXISTS')
                taken.push(name);
        }
    }
    throw new lib_failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
        next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
    });
}
/** A service that was deleted and is made again may still have its old revisions' names for a while. */
async function nameOfFirst(context, wanted) {
    return await nextRevisionName(context.google, wanted.at, wanted.commit, []).catch((error) => {
        if ((0,google_error/* isNotFound */.c4)(error))
            return `${wanted.at.name}-${wanted.commit.toLowerCase().slice(0, 7)}-1`;
        throw error;
    });
}
async function write({ google }, at, { body, mask }, now) {
    if (now)
        await (0,run/* patchWorkload */.K2)(google, at, { ...body, etag: now.etag }, mask);
    else
        await (0,run/* createWorkload */.KS)(google, at, body);
}
async function whenReady(context, wanted, name) {
    await (0,run/* waitUntilReconciled */.mk)(context.google, wanted.at);
    const now = await (0,run/* getWorkload */.e3)(context.google, wanted.at);
    const problem = notReady(now);
    if (problem)
        throw failed(wanted, name, problem.message ?? 'Google gives no reason.', undefined);
    return now;
}
function failed({ at, serving }, revision, reason, cause) {
    return new revision_failed/* RevisionFailed */.B({ kind: at.kind, workload: at.name, revision, reason, serving, stage: 'start' }, cause);
}
async function read({ google }, at) {
    return await (0,run/* getWorkload */.e3)(google, at).catch((error) => {
        if ((0,google_error/* isNotFound */.c4)(error))
            return undefined;
        throw error;
    });
}

// EXTERNAL MODULE: ./.build/src/lib/sentence.js
var sentence = __webpack_require__(6210);
;// CONCATENATED MODULE: ./.build/src/resources/amend.js
/** Changes of a service or a worker pool beside its template, which make no revision. */




/** Sends what differs, and begins anew when somebody else wrote in between. Gives the workload as it is then. */
async function amend(context, at, have, wanted) {
    let now = have;
    for (let conflict = 0;; conflict++) {
        const mask = wanted.touched(now);
        if (mask.length === 0)
            return now;
        const fields = Object.entries(wanted.body(now)).filter(([field]) => mask.includes(field));
        const body = { ...Object.fromEntries(fields), etag: now.etag };
        try {
            await (0,run/* patchWorkload */.K2)(context.google, at, body, mask);
            return (await read(context, at)) ?? now;
        }
        catch (error) {
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409 || conflict >= mostConflicts)
                throw error;
            now = (await read(context, at)) ?? now;
        }
    }
}

// EXTERNAL MODULE: ./.build/src/resources/deleted-meanwhile.js
var deleted_meanwhile = __webpack_require__(7519);
// EXTERNAL MODULE: ./.build/src/resources/traffic.js
var traffic = __webpack_require__(5396);
;// CONCATENATED MODULE: ./.build/src/resources/wanted-traffic.js



/** The tag under which the new revision is tried: the user's, or ours where the host name has room for it. */
function trialTag(context, at, direction) {
    if (direction.tag)
        return direction.tag;
    // A label of a host name has at most 63 characters. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags
    const label = `${traffic/* candidateTag */.Gb}---${at.name}-${context.projectNumber}`;
    return label.length <= 63 ? traffic/* candidateTag */.Gb : undefined;
}
/** What traffic is wanted when the newest revision is as wanted and has passed. Pure. */
function wantedTraffic(context, at, have, direction) {
    const newest = shortName(have.latestCreatedRevision);
    const now = (0,traffic/* resolvedTraffic */.o_)(have);
    const kept = direction.tag ? (0,traffic/* withTag */.Rd)(now, direction.tag, newest) : now;
    const bare = direction.tag === traffic/* candidateTag */.Gb ? kept : (0,traffic/* withoutTag */.nb)(kept, traffic/* candidateTag */.Gb);
    const { shift } = direction;
    switch (shift.kind) {
        case 'shift':
            return (0,traffic/* withShares */.t_)(bare, new Map([[newest, 100]]));
        case 'hold': {
            const tag = trialTag(context, at, direction);
            if ((0,traffic/* sharesOf */.AR)(now).get(newest) === 100 || !tag)
                return bare;
            return (0,traffic/* withTag */.Rd)(bare, tag, newest);
        }
        case 'none':
            return bare;
        case 'revisions':
            return (0,traffic/* withShares */.t_)(bare, (0,traffic/* assignedShares */.Nw)((0,traffic/* sharesOf */.AR)(now), namedShares(shift.shares, newest)));
        case 'tags':
            return (0,traffic/* withShares */.t_)(bare, (0,traffic/* assignedShares */.Nw)((0,traffic/* sharesOf */.AR)(now), tagShares(shift.shares, kept)));
    }
}
function namedShares(shares, newest) {
    return added([...shares].map(([name, percent]) => [name === 'LATEST' ? newest : name, percent]));
}
function tagShares(shares, targets) {
    return added([...shares].map(([tag, percent]) => {
        const revision = (0,traffic/* tagged */.VK)(targets, tag);
        if (revision)
            return [revision, percent];
        const tags = targets.flatMap((target) => target.tag ?? []);
        throw new lib_failure/* Failure */.H('TRAFFIC_INVALID', `The service has no tag "${tag}".`, {
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
async function rollOut(context, found, wanted) {
    await (0,deleted_meanwhile/* unlessDeleted */.g)(wanted.at, bringToTraffic(context, found, wanted));
}
async function bringToTraffic(context, found, wanted) {
    const { at, rollout } = wanted;
    const have = await settled(context, at, found);
    const before = have ? (0,traffic/* withoutTag */.nb)((0,traffic/* resolvedTraffic */.o_)(have), traffic/* candidateTag */.Gb) : [];
    const isNew = !have || wanted.needsRevision(have);
    const staged = isNew
        ? await stage(context, have, before, wanted)
        : await amend(context, at, have, { touched: wanted.touched, body: (now) => wanted.body('', now) });
    if (!isNew && (0,traffic/* sameTraffic */.UN)((0,traffic/* resolvedTraffic */.o_)(staged), wantedTraffic(context, at, staged, rollout)))
        return;
    const tried = await tryOut(context, staged, before, wanted);
    await shift(context, tried, wanted);
}
/** A run that died may have left an operation under way. */
async function settled(context, at, have) {
    if (!have?.reconciling)
        return have;
    await (0,run/* waitUntilReconciled */.mk)(context.google, at);
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
            serving: (0,traffic/* servingRevision */.qJ)(before),
            request: (name, now) => {
                const traffic = trafficWith(now, name, tag);
                const body = { ...wanted.body(name, now), traffic };
                return now ? { body, mask: [...wanted.touched(now), 'template', 'traffic'] } : { body };
            },
        });
    }
    catch (error) {
        if (error instanceof revision_failed/* RevisionFailed */.B && (0,traffic/* servingRevision */.qJ)(before))
            await untag(context, before, wanted, error);
        throw error;
    }
}
/** What has traffic keeps it, under its name: "latest" would move with the new revision. */
function trafficWith(now, name, tag) {
    const targets = now ? (0,traffic/* withoutTag */.nb)((0,traffic/* resolvedTraffic */.o_)(now), traffic/* candidateTag */.Gb) : [];
    if (!(0,traffic/* servingRevision */.qJ)(targets))
        return (0,traffic/* firstTraffic */.MG)(tag);
    return (0,traffic/* asTraffic */.mL)(tag ? (0,traffic/* withTag */.Rd)(targets, tag, name) : targets);
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
        throw new lib_failure/* Failure */.H('TRIAL_NOT_POSSIBLE', `Cloud Run gives no address for the tag ${tag} of ${at.name}.`, {
            next: `Traffic was not moved to ${revision}. Run again.`,
        });
    }
    try {
        await test({ revision, url, audience: ready.urls?.[0] ?? ready.uri ?? url });
        return ready;
    }
    catch (error) {
        context.google.signal?.throwIfAborted();
        const serving = (0,traffic/* servingRevision */.qJ)(before);
        const other = serving === revision ? undefined : serving;
        const reason = error instanceof Error ? error.message : String(error);
        const failure = new revision_failed/* RevisionFailed */.B({ kind: at.kind, workload: at.name, revision, reason, serving: other, stage: 'test' }, error);
        if (other)
            await untag(context, before, wanted, failure);
        // Whoever deploys meanwhile takes the tag, and deleting the service takes its address: then it was not the revision.
        requireNewest(await (0,run/* getWorkload */.e3)(context.google, at), at, revision);
        throw failure;
    }
}
/** With a tag on the newest revision, if it serves nothing by which it could be reached. */
async function reachable(context, staged, wanted) {
    const { at, rollout } = wanted;
    const revision = shortName(staged.latestCreatedRevision);
    const now = (0,traffic/* resolvedTraffic */.o_)(staged);
    const tag = trialTag(context, at, rollout);
    if (!tag || (0,traffic/* sharesOf */.AR)(now).get(revision) === 100 || (0,traffic/* tagged */.VK)(now, tag) === revision)
        return staged;
    return await setTraffic(context, at, staged, (have) => (0,traffic/* withTag */.Rd)((0,traffic/* resolvedTraffic */.o_)(have), tag, revision));
}
function addressOf(have, revision, tag) {
    if ((0,traffic/* sharesOf */.AR)((0,traffic/* resolvedTraffic */.o_)(have)).get(revision) === 100)
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
    throw new lib_failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else deployed ${at.name} in the meantime.`, {
        next: `Traffic was not moved to ${revision}. Let one deployment of this service run at a time (\`concurrency:\` in the workflow), and run again.`,
    });
}
/** Takes the failed revision's tag off; what others have changed since `before` stays. */
async function untag(context, before, { at, rollout }, failure) {
    const tags = [traffic/* candidateTag */.Gb, ...(rollout.tag ? [rollout.tag] : [])];
    try {
        const have = await read(context, at);
        const without = (now) => (0,traffic/* withdrawn */.VJ)((0,traffic/* resolvedTraffic */.o_)(now), tags, failure.revision, before);
        if (have)
            await setTraffic(context, at, have, without);
    }
    catch (error) {
        context.google.signal?.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        const reason = `${(0,sentence/* sentence */.e)(failure.reason)} Its tag could not be taken off: ${(0,sentence/* sentence */.e)(why)}`;
        throw new revision_failed/* RevisionFailed */.B({ ...failure, reason }, failure.cause);
    }
}
/** Sets the traffic that `wanted` makes of the service as it is; begins anew when somebody else wrote in between. */
async function setTraffic(context, at, have, wanted) {
    let now = have;
    for (let conflict = 0; conflict < mostConflicts; conflict++) {
        const targets = wanted(now);
        if ((0,traffic/* sameTraffic */.UN)((0,traffic/* resolvedTraffic */.o_)(now), targets))
            return now;
        const body = { etag: now.etag, traffic: (0,traffic/* asTraffic */.mL)(targets) };
        try {
            await (0,run/* patchWorkload */.K2)(context.google, at, body, ['traffic']).catch((error) => {
                // Google reports the failure of the newest revision again, whatever was asked for: what counts is read below.
                if (!(error instanceof operations/* OperationFailed */.FH))
                    throw error;
            });
        }
        catch (error) {
            if (!(error instanceof google_error/* GoogleError */.Wy) || error.http !== 409)
                throw error;
        }
        await (0,run/* waitUntilReconciled */.mk)(context.google, at);
        now = (await read(context, at)) ?? now;
        if ((0,traffic/* sameTraffic */.UN)((0,traffic/* resolvedTraffic */.o_)(now), targets))
            return requireRouted(now, at, targets);
    }
    throw new lib_failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else keeps changing the traffic of ${at.name}.`, {
        next: 'Let one deployment of this service run at a time, and run again.',
    });
}
function requireRouted(now, at, targets) {
    const failed = notReady(now);
    const newest = shortName(now.latestCreatedRevision);
    const wanted = (0,traffic/* sharesOf */.AR)(targets).has(newest);
    if (!failed || !wanted)
        return now;
    throw new lib_failure/* Failure */.H('TRAFFIC_NOT_SET', `The traffic of ${at.name} could not be set: ${failed.message ?? ''}`, {
        next: 'Run again; what served before goes on serving.',
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/workload-changes.js

function templateChanges(want, have) {
    const { containers: wanted = [], ...rest } = want;
    const { containers: had = [], ...hadRest } = have ?? {};
    const sidecars = Math.max(0, had.length - wanted.length);
    return [
        ...compare_compare(rest, hadRest),
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
        ...compare_compare(rest, hadRest, prefix),
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
function runService(context, service, app, release, rollout, { part, after } = { part: 'app', after: [] }) {
    const { deployment } = context;
    const { template, ...settings } = wantOf(context, service, app, part, release);
    const outer = (have) => ({
        ...settings,
        ...wantedMarks(deployment, service, have, part),
    });
    const address = runServiceAddress(app.name);
    const why = because_because(deployment, app.place);
    const at = serviceLocation(context, app);
    const inner = (have) => [
        ...templateChanges(template ?? {}, have?.template),
        ...compare_compare(wantedRevisionMarks(service, have), have?.template, 'revision.'),
        ...retryOf(have),
    ];
    return {
        address,
        dependsOn: after,
        observe: () => read(context, at),
        diff: (have) => {
            const fields = [...compare_compare(outer(have), have), ...inner(have)];
            if (!have)
                return [change_create(address, why, fields)];
            const moves = inner(have).length > 0
                ? []
                : (0,traffic/* trafficChange */.UK)((0,traffic/* resolvedTraffic */.o_)(have), wantedTraffic(context, at, have, rollout));
            return change_update(address, why, [...fields, ...moves]);
        },
        apply: (_changes, have) => rollOut(context, have, {
            at,
            commit: release.commit,
            rollout,
            needsRevision: (now) => inner(now).length > 0,
            touched: (now) => [
                ...new Set(compare_compare(outer(now), now).map(({ field }) => field.split('.')[0] ?? field)),
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
function workerJob(context, service, worker, release, { passes, after }) {
    const { deployment } = context;
    const { template: task, ...execution } = executionOf(context, service, worker, release);
    const address = runJobAddress(worker.name);
    const why = because_because(deployment, worker.place);
    const at = { project: deployment.project, region: deployment.region, name: worker.name };
    const bodyOf = (have) => ({
        ...kept(have),
        ...sentMarks(deployment, service, have),
        template: { ...execution, ...sentRevisionMarks(deployment, service, release), template: task },
    });
    return {
        address,
        dependsOn: after,
        observe: () => readJob(context, at),
        diff: (have) => {
            const fields = [
                ...compare_compare(wantedMarks(deployment, service, have), have),
                ...compare_compare(execution, have?.template),
                ...compare_compare(wantedRevisionMarks(service, have), have?.template, 'execution.'),
                ...templateChanges(task ?? {}, have?.template?.template),
                ...run_job_retryOf(have),
            ];
            return have ? change_update(address, why, fields) : [change_create(address, why, fields)];
        },
        apply: (_changes, have) => run_job_write(context, at, have, bodyOf, passes),
    };
}
function executionOf(context, service, worker, release) {
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
const run_job_longestPassing = 7 * 60_000;
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
            if (error instanceof google_error/* GoogleError */.Wy && error.http === 409)
                conflict++;
            else if (google.clock.now() + passingPause > end || !(await passes(error)))
                throw error;
            else
                await google.clock.sleep(passingPause, google.signal);
            have = await readJob(context, at);
        }
    }
    throw new lib_failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
        next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
    });
}
/** Throws RevisionFailed when Cloud Run takes the job and says that it could not be run. */
async function send({ google }, at, have, body) {
    try {
        await (have ? (0,run_jobs/* replaceJob */.SZ)(google, at, { ...body, etag: have.etag }) : (0,run_jobs/* createJob */._S)(google, at, body));
    }
    catch (error) {
        if (error instanceof operations/* OperationFailed */.FH)
            throw run_job_failed(at, error.message, error);
        throw error;
    }
    const problem = notReady(await (0,run_jobs/* waitUntilJobIsSettled */.wj)(google, at));
    if (problem)
        throw run_job_failed(at, problem.message ?? 'Google gives no reason.', undefined);
}
function run_job_failed(at, reason, cause) {
    return new revision_failed/* RevisionFailed */.B({ kind: 'jobs', workload: at.name, revision: at.name, reason, serving: undefined, stage: 'start' }, cause);
}
async function readJob({ google }, at) {
    return await (0,run_jobs/* getJob */.ax)(google, at).catch((error) => {
        if ((0,google_error/* isNotFound */.c4)(error))
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
function workerPool(context, service, worker, release, rollout) {
    const { google, deployment } = context;
    const { template, ...settings } = worker_pool_wantOf(context, service, worker, release);
    const address = workerPoolAddress(worker.name);
    const why = because_because(deployment, worker.place);
    const at = {
        kind: 'workerPools',
        project: deployment.project,
        region: deployment.region,
        name: worker.name,
    };
    const inner = (have) => {
        const failed = have && notReady(have);
        const retry = failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
        const marks = compare_compare(wantedRevisionMarks(service, have), have?.template, 'revision.');
        return [...templateChanges(template ?? {}, have?.template), ...marks, ...retry];
    };
    const splitsOf = (have) => rollout.hold && have?.latestReadyRevision ? heldSplits(have) : latestSplits;
    const wantedOuter = (have) => ({
        ...settings,
        ...wantedMarks(deployment, service, have),
        ...(rollout.hold && have ? {} : { instanceSplits: splitsOf(have) }),
    });
    const touched = (have) => [
        ...new Set(compare_compare(wantedOuter(have), have).map(({ field }) => field.split('.')[0] ?? field)),
    ];
    const bodyOf = (name, have) => ({
        ...settings,
        ...sentMarks(deployment, service, have),
        instanceSplits: splitsOf(have),
        template: { ...template, revision: name, ...sentRevisionMarks(deployment, service, release) },
    });
    const deploy = async (found) => {
        if (found?.reconciling)
            await (0,run/* waitUntilReconciled */.mk)(google, at);
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
            const fields = [...compare_compare(wantedOuter(have), have), ...inner(have)];
            return have ? change_update(address, why, fields) : [change_create(address, why, fields)];
        },
        apply: (_changes, found) => (0,deleted_meanwhile/* unlessDeleted */.g)(at, deploy(found)),
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
function workerService(context, service, worker, release, { passes, hold, after }) {
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
    const name = shortName(have.name);
    const ours = mark_isOurs(deployment, mark_markOfLabels(have.labels));
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
            const have = await (0,resources_context/* find */.I6)(fresh, list, (one) => shortName(one.name) === name, read, google_error/* isNotFound */.c4);
            if (!have || runtime !== 'job' || !found.isOurs)
                return have;
            const executions = await (0,run_jobs/* listExecutions */.eX)(site.google, locationOf(site, found));
            return { ...have, running: executions.some(({ completionTime }) => !completionTime) };
        },
        diff: (have) => (have && isGoing(have) ? [removal(address, fate)] : []),
        stays: (have) => (have && !isGoing(have) ? [staying(site, found, fate)] : []),
        apply: async (_changes, have) => {
            await remove(have?.etag).catch(async (error) => {
                if (!(0,google_error/* isConflict */.dh)(error))
                    throw error;
                const now = await read().catch(unlessAbsent);
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
            next: `If the worker of this file replaces it: \`${retired_workload_commandOf(site, found)}\`.`,
        };
    }
    if (stays !== undefined) {
        return { address, whose: 'ours', because, next: `${stays} By hand: \`${retired_workload_commandOf(site, found)}\`.` };
    }
    return {
        address,
        whose: 'ours',
        because: `${because}, and an execution of it is still running`,
        next: running,
    };
}
function retired_workload_commandOf({ deployment: { project, region } }, { runtime, name }) {
    const collection = { pool: 'worker-pools', service: 'services', job: 'jobs' }[runtime];
    return `gcloud run ${collection} delete ${name} --project=${project} --region=${region}`;
}
function changedMeanwhile(name, cause) {
    return new lib_failure/* Failure */.H('CONCURRENT_CHANGE', `${name} was to be deleted, and somebody has just changed it.`, {
        next: 'It was left as it is. Run again: what deploy.yaml asks for then decides.',
        cause,
    });
}
function unlessAbsent(error) {
    if ((0,google_error/* isNotFound */.c4)(error))
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
            read: () => (0,run_jobs/* getJob */.ax)(google, where),
            remove: (etag) => (0,run_jobs/* deleteJob */.XX)(google, where, etag),
        };
    }
    const kind = found.runtime === 'pool' ? 'workerPools' : 'services';
    return {
        list: found.runtime === 'pool' ? listedPools(site) : listedServices(site),
        read: () => (0,run/* getWorkload */.e3)(google, { kind, ...where }),
        remove: (etag) => (0,run/* deleteWorkload */.V5)(google, { kind, ...where }, etag),
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

// EXTERNAL MODULE: ./.build/src/google/policy.js
var policy = __webpack_require__(5857);
;// CONCATENATED MODULE: ./.build/src/resources/bindings.js
function bindings_holds(bindings, role, member) {
    return bindings.some((binding) => binding.role === role && !binding.condition && binding.members?.includes(member));
}
/** The bindings without the members that are to be taken out; those of others stay as they are, conditions included. */
function bindings_withoutMembers(bindings, isTaken) {
    return bindings
        .map((binding) => binding.condition
        ? binding
        : { ...binding, members: (binding.members ?? []).filter((member) => !isTaken(binding.role, member)) })
        .filter(({ members }) => members?.length !== 0);
}
/** The bindings with these rights added; those of others stay as they are, conditions included. */
function bindings_withRights(bindings, rights) {
    const result = bindings.map((binding) => ({ ...binding, members: [...(binding.members ?? [])] }));
    for (const { role, member } of rights) {
        const binding = result.find((candidate) => candidate.role === role && !candidate.condition);
        if (!binding)
            result.push({ role, members: [member] });
        else if (!binding.members.includes(member))
            binding.members.push(member);
    }
    return result;
}

// EXTERNAL MODULE: ./.build/src/google/storage.js
var storage = __webpack_require__(206);
;// CONCATENATED MODULE: ./.build/src/resources/bucket.js
/**
 * Cloud Storage buckets. Ours: uniform access, public access prevention, CORS, lifecycle, versioning and labels; the
 * location is immutable. A bucket's name is unique in the whole world, so a 409 may mean that somebody else has it.
 * https://cloud.google.com/storage/docs/json_api/v1/buckets
 */










const bucket_bucketAddress = (name) => `bucket/${name}`;
/** Source archives serve one build; a month is time enough to look into a failed one. */
const sourcesLiveDays = 30;
/** The buckets of the project. */
const bucket_ownBuckets = (0,resources_context/* perContext */.b_)((context) => (0,resources_context/* listing */.RR)(context, 'storage.googleapis.com', () => (0,storage/* listBuckets */.oh)(context.google, context.deployment.project)));
function buckets(context) {
    const { deployment } = context;
    const list = bucket_ownBuckets(context);
    return deployment.buckets.map((bucket) => bucketResource(context, bucket_wantOf(bucket, deployment.labels), because(deployment, bucket.place), list));
}
/** Where builds take their sources from; nothing when nothing is built. */
function sourceBucket(context) {
    const { deployment } = context;
    if (!deployment.services.some(isBuilt))
        return [];
    const want = bucket_wantOf({
        name: deployment.builds.bucket,
        location: deployment.region,
        versioning: false,
        cors: [],
        deleteAfterDays: sourcesLiveDays,
    }, deployment.labels);
    return [bucketResource(context, want, 'builds take their sources from it', bucket_ownBuckets(context))];
}
function bucket_wantOf(bucket, labels) {
    return {
        name: bucket.name,
        location: bucket.location.toUpperCase(),
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
        versioning: { enabled: bucket.versioning },
        cors: bucket.cors.map(({ origins, methods, headers, maxAgeSeconds }) => ({
            origin: [...origins],
            method: [...methods],
            responseHeader: [...headers],
            maxAgeSeconds,
        })),
        lifecycle: {
            rule: bucket.deleteAfterDays === undefined
                ? []
                : [{ action: { type: 'Delete' }, condition: { age: bucket.deleteAfterDays } }],
        },
        labels: { ...labels },
    };
}
function bucketResource(context, wanted, why, list) {
    const { google } = context;
    const want = stamped(wanted);
    const address = bucket_bucketAddress(want.name);
    return {
        address,
        dependsOn: [apisAddress],
        observe: (fresh) => find(fresh, list, ({ name }) => name === want.name, () => readOwn(context, want.name), isNotFound),
        diff: (have) => {
            const fields = unstamped(compare(want, have));
            if (!have)
                return [create(address, why, fields)];
            const moved = fields.filter(({ field }) => field === 'location');
            if (moved.length > 0)
                return replace(address, why, moved);
            return updateStamped(address, why, fields, want.labels, have.labels);
        },
        apply: async (changes, have) => {
            if (have)
                await patchBucket(google, want.name, { ...touchedParts(want, changes), labels: want.labels });
            else
                await unlessExists(createBucket(google, context.deployment.project, want));
        },
    };
}
/** The bucket by a read of its own. Whoever may list the project's buckets and not read this one looks at a stranger's. */
async function readOwn(context, name) {
    const bucket = await getBucket(context.google, name).catch((error) => {
        throw error instanceof GoogleError && error.http === 403 ? nameTaken(name, error) : error;
    });
    if (bucket.projectNumber && String(bucket.projectNumber) !== context.projectNumber)
        throw nameTaken(name);
    return bucket;
}
function nameTaken(name, cause) {
    return new Failure('BUCKET_NAME_TAKEN', `The bucket name ${name} belongs to another project.`, {
        next: 'Names of buckets are unique in the whole world: give it another `name` in deploy.yaml, for example one that ends in the id of the project.',
        cause,
    });
}

// EXTERNAL MODULE: ./.build/src/google/artifactregistry.js
var artifactregistry = __webpack_require__(9974);
;// CONCATENATED MODULE: ./.build/src/resources/repository.js
/**
 * The Artifact Registry repository of the images. Ours: format (immutable), labels, and a cleanup policy that keeps
 * the newest versions of each image. https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
 */







const repository_repositoryAddress = (name) => `repository/${name}`;
/** The repositories of the project in the location of ours. */
const repository_ownRepositories = (0,resources_context/* perContext */.b_)((context) => (0,resources_context/* listing */.RR)(context, 'artifactregistry.googleapis.com', () => (0,artifactregistry/* listRepositories */.xW)(context.google, context.deployment.project, context.deployment.repository.location)));
function repository(context) {
    const { google, deployment } = context;
    const { name, location, keep } = deployment.repository;
    const at = { project: deployment.project, location, name };
    const address = repository_repositoryAddress(name);
    const why = 'the images of the services';
    const want = stamped({
        format: 'DOCKER',
        labels: { ...deployment.labels },
        cleanupPolicies: {
            'keep-newest': { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: keep } },
            'delete-untagged': {
                id: 'delete-untagged',
                action: 'DELETE',
                condition: { tagState: 'UNTAGGED', olderThan: '2592000s' },
            },
        },
    });
    const list = repository_ownRepositories(context);
    return {
        address,
        dependsOn: [apisAddress],
        observe: (fresh) => find(fresh, list, (have) => have.name?.endsWith(`/repositories/${name}`) ?? false, () => getRepository(google, deployment.project, location, name), isNotFound),
        diff: (have) => {
            const fields = unstamped(compare(want, have));
            if (!have)
                return [create(address, why, fields)];
            const format = fields.filter(({ field }) => field === 'format');
            if (format.length > 0)
                return replace(address, why, format);
            return updateStamped(address, why, fields, want.labels, have.labels);
        },
        apply: async (changes, have) => {
            if (have)
                await patchRepository(google, at, { ...want, labels: { ...have.labels, ...want.labels } }, [...new Set([...touchedFields(changes), 'labels'])].join(','));
            else
                await unlessExists(createRepository(google, at, want));
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/google/iam.js


function listServiceAccounts(google, project) {
    return (0,paging/* listAll */._)(google.transport, { api: 'iam', method: 'GET', path: `v1/projects/${project}/serviceAccounts`, query: { pageSize: 100 } }, (page) => page.accounts);
}
function iam_getServiceAccount(google, project, email) {
    return google.transport.send({
        api: 'iam',
        method: 'GET',
        path: `v1/projects/${project}/serviceAccounts/${email}`,
    });
}
function iam_createServiceAccount(google, project, account) {
    const { id: accountId, displayName, description } = account;
    const serviceAccount = { displayName, ...(description === undefined ? {} : { description }) };
    return google.transport.send({
        api: 'iam',
        method: 'POST',
        path: `v1/projects/${project}/serviceAccounts`,
        body: { accountId, serviceAccount },
        repeatable: true,
    });
}
function iam_patchServiceAccount(google, project, email, serviceAccount, updateMask) {
    return google.transport.send({
        api: 'iam',
        method: 'PATCH',
        path: `v1/projects/${project}/serviceAccounts/${email}`,
        body: { serviceAccount, updateMask },
    });
}
/** Google keeps the account for 30 days, in which it can be brought back by its number. That it is gone is as good. */
async function deleteServiceAccount(google, project, email) {
    await unlessGone(google.transport.send({
        api: 'iam',
        method: 'DELETE',
        path: `v1/projects/${project}/serviceAccounts/${email}`,
    }));
}

;// CONCATENATED MODULE: ./.build/src/resources/service-account.js
/**
 * Service accounts of the services and of the builder. Ours: existence, display name, and the description, which says
 * whose they are, since accounts take no labels. The id is the identity.
 * https://cloud.google.com/iam/docs/service-accounts-create
 */











const service_account_serviceAccountAddress = (id) => `service_account/${id}`;
/** The service accounts of the project. */
const service_account_ownServiceAccounts = (0,resources_context/* perContext */.b_)((context) => (0,resources_context/* listing */.RR)(context, 'iam.googleapis.com', () => listServiceAccounts(context.google, context.deployment.project)));
function serviceAccounts(context) {
    const { deployment } = context;
    return deployment.serviceAccounts.map((account) => serviceAccount(context, { ...account, description: stampedText(markText(deployment.labels), { name: account.displayName }) }, because(deployment, account.place)));
}
/** The account that builds run as, which a preview shares; nothing when nothing is built. */
function builderAccount(context) {
    const { builds, name, project, services } = context.deployment;
    if (!services.some(isBuilt))
        return [];
    const email = serviceAccountEmail(builds.serviceAccount, project);
    return [
        serviceAccount(context, { id: builds.serviceAccount, email, displayName: `${name} builds` }, 'builds'),
    ];
}
function serviceAccount(context, account, why) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = service_account_serviceAccountAddress(account.id);
    const { displayName, description } = account;
    const want = { displayName, ...(description === undefined ? {} : { description }) };
    const list = service_account_ownServiceAccounts(context);
    return {
        address,
        dependsOn: [apisAddress],
        observe: (fresh) => find(fresh, list, ({ email }) => email === account.email, () => getServiceAccount(google, project, account.email), isNotFound),
        diff: (have) => {
            const fields = unstamped(compare(want, have));
            if (!have)
                return [create(address, why, fields)];
            return markOutsideText(update(address, why, fields), description, have.description);
        },
        apply: async (_changes, have) => {
            // Both go together, so that the stamp is always that of the name.
            if (have)
                await patchServiceAccount(google, project, account.email, want, Object.keys(want).join(','));
            else
                await unlessExists(createServiceAccount(google, project, account));
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/retired-accounts.js
/**
 * Service accounts of services that deploy.yaml no longer has. Ours: those that our mark says so of. With `prune` they
 * lose every right on what is ours; the accounts themselves stay, since deleting one cannot be taken back and whatever
 * still runs as it would stop. Policies of what is in the file belong to their own resources (policy.ts); here are those
 * of secrets and buckets of ours that went out of the file as well.
 */









const retiredAddress = 'retired_accounts';
/** Their e-mail addresses. */
const retired_accounts_retiredAccounts = (0,resources_context/* perContext */.b_)((context) => (0,resources_context/* once */.Oo)(async () => {
    const { deployment } = context;
    const asked = new Set(deployment.serviceAccounts.map(({ email }) => email));
    const accounts = await service_account_ownServiceAccounts(context)();
    return accounts
        .filter(({ description }) => mark_isOurs(deployment, markOfText(description)))
        .flatMap(({ email }) => (email && !asked.has(email) ? [email] : []));
}));
function retiredAccountsOf(context) {
    const why = 'no service of deploy.yaml has the account any more';
    return {
        address: retiredAddress,
        dependsOn: [apisAddress],
        observe: async () => {
            const accounts = await retired_accounts_retiredAccounts(context)();
            const isLooking = context.prune && accounts.length > 0;
            return { accounts, carriers: isLooking ? await forgottenCarriers(context) : [] };
        },
        diff: (have) => update(retiredAddress, why, (have?.carriers ?? []).flatMap(({ name, bindings }) => heldBy(have?.accounts ?? [], name, bindings))),
        stays: (have) => (have?.accounts ?? []).map((email) => retired_accounts_staying(context, email, why)),
        apply: async (_changes, have) => {
            for (const { name, target, bindings } of have?.carriers ?? []) {
                if (heldBy(have?.accounts ?? [], name, bindings).length === 0)
                    continue;
                await changePolicy(context.google, target, (now) => withoutMembers(now, (_role, member) => isOneOf(have?.accounts ?? [], member)));
            }
        },
    };
}
function retired_accounts_staying({ prune, deployment }, email, because) {
    const remove = `gcloud iam service-accounts delete ${email} --project=${deployment.project}`;
    const next = prune
        ? `Once nothing runs as it: \`${remove}\`.`
        : `\`prune: true\` takes its rights away; once nothing runs as it: \`${remove}\`.`;
    return { address: `service_account/${email.split('@')[0]}`, whose: 'ours', because, next };
}
/** Secrets and buckets that carry our labels and went out of the file. */
async function forgottenCarriers(context) {
    const { google, deployment } = context;
    const { project } = deployment;
    const [secrets, buckets] = await Promise.all([ownSecrets(context)(), ownBuckets(context)()]);
    const askedSecrets = new Set(deployment.secrets.map(({ name }) => name));
    const askedBuckets = new Set([
        deployment.builds.bucket,
        deployment.frontend?.bucket,
        ...deployment.buckets.map(({ name }) => name),
    ]);
    const targets = [
        ...secrets
            .filter(({ labels }) => isOurs(deployment, markOfLabels(labels)))
            .map(({ name }) => name?.split('/').at(-1) ?? '')
            .filter((secret) => !askedSecrets.has(secret))
            .map((secret) => ({ name: `secret/${secret}`, target: { kind: 'secret', project, secret } })),
        ...buckets
            .filter(({ labels, name }) => isOurs(deployment, markOfLabels(labels)) && !askedBuckets.has(name))
            .map(({ name = '' }) => ({
            name: `bucket/${name}`,
            target: { kind: 'bucket', bucket: name },
        })),
    ];
    return await Promise.all(targets.map(async (carrier) => ({
        ...carrier,
        bindings: (await readPolicy(google, carrier.target)).bindings ?? [],
    })));
}
/** Bindings with a condition are somebody else's: ours have none. */
function heldBy(accounts, carrier, bindings) {
    return bindings
        .filter(({ condition }) => !condition)
        .flatMap(({ role, members = [] }) => members
        .filter((member) => isOneOf(accounts, member))
        .map((before) => ({ field: `${carrier} ${role}`, before })));
}
function isOneOf(accounts, member) {
    return accounts.some((email) => member === `serviceAccount:${email}`);
}

;// CONCATENATED MODULE: ./.build/src/resources/policy.js
/**
 * IAM policies, one resource for each policy that deploy.yaml's grants touch. Ours: that our members hold our roles.
 * Bindings of others are never changed. All bindings of a policy go in one read-modify-write under its etag.
 * https://cloud.google.com/iam/docs/policies
 */













/**
 * The policies of everything but Cloud Run services, whose invokers are given when they are deployed. With `prune`,
 * rights of our own service accounts that nothing in deploy.yaml asks for any more are taken away, also of accounts of
 * services that it no longer has.
 */
function policies(context) {
    const { deployment } = context;
    const groups = new Map();
    const addEmpty = (on) => {
        const address = policyAddress(on, deployment.repository.name);
        const group = groups.get(address) ?? { on, rights: [] };
        groups.set(address, group);
        return group.rights;
    };
    const add = (on, right) => {
        addEmpty(on).push(right);
    };
    for (const grant of deployment.grants) {
        if (grant.on.kind === 'run_service')
            continue;
        add(grant.on, {
            role: grant.role,
            member: grant.member,
            why: `${because(deployment, grant.place)} ${grant.because}`,
        });
    }
    for (const [on, right] of actingAs(context))
        add(on, right);
    // Something that nothing has a right on any more is looked at only for what is to be taken away.
    if (context.prune)
        for (const on of carriers(context))
            addEmpty(on);
    return [...groups].map(([address, { on, rights }]) => policy_policy(context, address, on, rights));
}
/** Everything of ours that can carry a policy. */
function carriers({ deployment }) {
    return [
        { kind: 'project' },
        { kind: 'repository' },
        ...deployment.buckets.map(({ name }) => ({ kind: 'bucket', bucket: name })),
        ...deployment.secrets.map(({ name }) => ({ kind: 'secret', secret: name })),
        ...deployment.serviceAccounts.map(({ email }) => ({ kind: 'service_account', email })),
    ];
}
/** Whoever deploys a revision or starts a build must hold actAs on the account it runs as. https://cloud.google.com/iam/docs/service-accounts-actas */
function actingAs(context) {
    const { deployment, deployer } = context;
    if (!deployer)
        return [];
    const own = deployment.serviceAccounts.map(({ email, place }) => ({
        email,
        why: because(deployment, place),
    }));
    return [...own, ...sharedBuilder(context)].map(({ email, why }) => [
        { kind: 'service_account', email },
        {
            role: 'roles/iam.serviceAccountUser',
            member: `serviceAccount:${deployer}`,
            why: `${why} the deployer acts as it`,
        },
    ]);
}
/** The builder of a preview is that of its environment, whose deployer may be another one. */
function sharedBuilder({ deployment }) {
    const { preview, builds, services, project } = deployment;
    if (!preview || !services.some(isBuilt))
        return [];
    const email = serviceAccountEmail(builds.serviceAccount, project);
    return [{ email, why: `previews build with the builder of ${preview.base}:` }];
}
function policyAddress(on, repository) {
    switch (on.kind) {
        case 'project':
            return 'policy/project';
        case 'bucket':
            return `policy/bucket/${on.bucket}`;
        case 'secret':
            return `policy/secret/${on.secret}`;
        case 'service_account':
            return `policy/service_account/${on.email.split('@')[0]}`;
        case 'repository':
            return `policy/repository/${repository}`;
    }
}
function policy_policy(context, address, on, rights) {
    const { google } = context;
    const target = targetOf(context, on);
    const members = rights.map(({ member }) => member.replace(/^serviceAccount:/, '').split('@')[0] ?? '');
    // Known once looked: accounts of services that are gone lose their rights as well.
    let retired = [];
    const kept = (bindings) => context.prune ? withoutUnwanted(context, bindings, rights, retired) : bindings;
    return {
        address,
        dependsOn: [apisAddress, ...owner(context, on), ...members.map(serviceAccountAddress)],
        observe: async (fresh) => {
            if (context.prune)
                retired = await retiredAccounts(context)();
            if (!fresh && !(await isListed(context, on)))
                return undefined;
            return await readPolicy(google, target).catch((error) => {
                if (isNotFound(error))
                    return undefined;
                throw error;
            });
        },
        diff: (have) => {
            const bindings = have?.bindings ?? [];
            return [
                ...missingRights(address, rights, bindings),
                ...unwantedRights(address, kept(bindings), bindings),
            ];
        },
        apply: (_changes, have) => changePolicy(google, target, (bindings) => withRights(kept(bindings), rights), have),
    };
}
/** With `prune`: what our service accounts hold here and deploy.yaml does not ask for. */
function unwantedRights(address, kept, bindings) {
    const fields = bindings
        .filter(({ condition }) => !condition)
        .flatMap(({ role, members = [] }) => members
        .filter((member) => !holds(kept, role, member))
        .map((member) => ({ field: role, before: member })));
    return update(address, 'nothing in deploy.yaml asks for it any more', fields);
}
function withoutUnwanted(context, bindings, rights, retired) {
    const accounts = [...context.deployment.serviceAccounts.map(({ email }) => email), ...retired];
    const ours = new Set(accounts.map((email) => `serviceAccount:${email}`));
    const wanted = new Set(rights.map(({ role, member }) => `${role} ${member}`));
    return withoutMembers(bindings, (role, member) => ours.has(member) && !wanted.has(`${role} ${member}`));
}
/**
 * Whether the thing that carries the policy is there. Asking for the policy itself would not tell: a bucket of that
 * name in somebody else's project answers 403, which never means absent.
 */
async function isListed(context, on) {
    switch (on.kind) {
        case 'project':
            return true;
        case 'bucket':
            return (await ownBuckets(context)()).some(({ name }) => name === on.bucket);
        case 'secret':
            return (await ownSecrets(context)()).some(({ name }) => name?.endsWith(`/secrets/${on.secret}`));
        case 'service_account':
            return (await ownServiceAccounts(context)()).some(({ email }) => email === on.email);
        case 'repository': {
            const { name } = context.deployment.repository;
            return (await ownRepositories(context)()).some((have) => have.name?.endsWith(`/repositories/${name}`));
        }
    }
}
function missingRights(address, rights, bindings) {
    const missing = rights.filter(({ role, member }) => !bindings_holds(bindings, role, member));
    const fields = missing.map(({ role, member }) => ({ field: role, after: member }));
    return change_update(address, [...new Set(missing.map(({ why }) => why))].join('; '), fields);
}
function targetOf(context, on) {
    const { project, repository } = context.deployment;
    switch (on.kind) {
        case 'project':
            return { kind: 'project', project };
        case 'bucket':
            return { kind: 'bucket', bucket: on.bucket };
        case 'secret':
            return { kind: 'secret', project, secret: on.secret };
        case 'service_account':
            return { kind: 'service_account', project, email: on.email };
        case 'repository':
            return { kind: 'repository', project, location: repository.location, repository: repository.name };
    }
}
/** The resource that carries the policy. */
function owner(context, on) {
    switch (on.kind) {
        case 'project':
            return [];
        case 'bucket':
            return [bucketAddress(on.bucket)];
        case 'secret':
            return [secretAddress(on.secret)];
        case 'service_account':
            return [serviceAccountAddress(on.email.split('@')[0] ?? '')];
        case 'repository':
            return [repositoryAddress(context.deployment.repository.name)];
    }
}

;// CONCATENATED MODULE: ./.build/src/resources/invokers.js






/** The policy of the service, or nothing when nobody needs a right on it. */
function invokers(context, app) {
    const { google, deployment } = context;
    const rights = deployment.grants
        .filter(({ on }) => on.kind === 'run_service' && on.service === app.name)
        .map((grant) => ({
        role: grant.role,
        member: grant.member,
        why: `${because_because(deployment, grant.place)} ${grant.because}`,
    }));
    if (rights.length === 0)
        return [];
    const address = `policy/service/${app.name}`;
    const target = {
        kind: 'run_service',
        project: deployment.project,
        region: deployment.region,
        service: app.name,
    };
    return [
        {
            address,
            dependsOn: [runServiceAddress(app.name)],
            observe: () => (0,policy/* readPolicy */.T4)(google, target).catch((error) => {
                if ((0,google_error/* isNotFound */.c4)(error))
                    return undefined;
                throw error;
            }),
            diff: (have) => missingRights(address, rights, have?.bindings ?? []),
            apply: (_changes, have) => (0,policy/* changePolicy */.VH)(google, target, (bindings) => bindings_withRights(bindings, rights), have),
        },
    ];
}

;// CONCATENATED MODULE: ./.build/src/actions/deploy-report.js









async function summarizeDeployment(service, { workloads, outcomes, failures, left }, host) {
    const parts = [`### ${service.key}`];
    if (workloads.length > 0) {
        const rows = workloads.map(({ name, kind, revision, url, image, changed, traffic }) => [
            name,
            kind,
            changed ? revision || 'changed' : `${revision} (unchanged)`.trim(),
            (0,markdown/* code */.aY)(shortImage(image)),
            traffic ?? '',
            url ?? '',
        ]);
        parts.push((0,markdown/* table */.tp)(['workload', 'kind', 'revision', 'image', 'traffic', 'URL'], rows));
    }
    parts.push(...workloads.flatMap(differencesOf), ...failures.flatMap((failure) => failureText(failure)));
    const explained = new Set(failures.map(({ failure }) => failure));
    const others = outcomes.filter(({ state, error }) => state === 'failed' && !explained.has(error));
    if (others.length > 0) {
        const rows = others.map(({ address, error }) => [
            (0,sentences/* nameOf */.Vb)(address),
            error instanceof Error ? error.message : String(error),
        ]);
        parts.push((0,markdown/* table */.tp)(['failed', 'why'], rows));
    }
    parts.push(...untouchedOf(service, outcomes));
    const applied = outcomes.filter(({ state }) => state === 'applied').flatMap(({ changes }) => changes);
    const gone = applied.filter(({ action }) => action === 'delete');
    parts.push(...gone.map(sentences/* deletedLine */.eM));
    parts.push(...leftTable(left));
    const failed = outcomes.some(({ state }) => state === 'failed');
    if (applied.length > 0 || !failed)
        parts.push((0,sentences/* totals */.Sd)(applied));
    await host.summarize(parts.join('\n\n'));
}
/** What was to be changed and was not reached: after a failure of what it waits for, or after an interruption. */
function untouchedOf({ app }, outcomes) {
    const untouched = outcomes.flatMap(({ address, state }) => state === 'not tried' ? [(0,sentences/* nameOf */.Vb)(address)] : []);
    if (untouched.length === 0)
        return [];
    const failed = outcomes.some(({ address, error }) => error instanceof revision_failed/* RevisionFailed */.B && address === runServiceAddress(app?.name ?? ''));
    return [`Not touched${failed ? `, since ${app?.name} did not pass` : ''}: ${untouched.join(', ')}.`];
}
function differencesOf({ name, kind, previous_revision, differences }) {
    if (differences.length === 0 || (kind !== 'job' && !previous_revision))
        return [];
    const lines = differences.map((field) => `- ${(0,markdown/* code */.aY)((0,sentences/* fieldLine */.h0)(field))}`);
    const before = previous_revision ? (0,markdown/* code */.aY)(previous_revision) : 'before';
    return [`**${name}** has, other than ${before}:`, lines.join('\n')];
}
function failureText({ failure, lines, unread, explanation }) {
    const { revision, workload, serving, reason } = failure;
    const log = lines.length > 0
        ? (0,markdown/* details */.zH)(`The last ${lines.length} lines of its log`, `<pre>${lines.map(escaped).join('\n')}</pre>`)
        : `Its log ${unread ? `cannot be read: ${escaped(unread)}` : 'holds nothing.'}`;
    return [
        failure.kind === 'jobs'
            ? `#### ✗ ${workload} cannot be run`
            : `#### ✗ ${workload}: ${revision} ${failure.stage === 'start' ? 'did not become ready' : 'failed its test'}`,
        ...(explanation
            ? [`**${explanation.code}**: ${escaped(explanation.sentence)} ${escaped(explanation.fix)}`]
            : []),
        `> ${escaped(reason).replaceAll(/\s*\n\s*/g, ' ')}`,
        ...(failure.kind === 'jobs' ? [] : [servingText(workload, serving), log]),
    ];
}
function servingText(workload, serving) {
    return serving
        ? `${(0,markdown/* code */.aY)(serving)} goes on serving; traffic was not moved.`
        : `${workload} has no earlier revision that could serve.`;
}
function escaped(text) {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
/** Shows what Cloud Run would not even take at the line that has the workload: no revision was made of it. */
function announceRefusals({ app, worker }, outcomes, file, host) {
    const places = new Map([
        ...(app ? [[runServiceAddress(app.name), app.place]] : []),
        ...(worker ? [[workerAddress(worker), worker.place]] : []),
    ]);
    for (const { address, error } of outcomes) {
        const place = places.get(address);
        if (!place || !(error instanceof google_error/* GoogleError */.Wy) || error.http !== 400)
            continue;
        const { line, column } = place;
        host.error(`${(0,sentences/* nameOf */.Vb)(address)}: ${error.message}`, { file, line, column, title: 'REFUSED' });
    }
}
/** Shows the cause at its line of the file and the container's words in the log; gives what the step fails with. */
function announceFailure(report, file, host) {
    const { failure, explanation, lines, unread, place } = report;
    for (const line of lines)
        host.info(`  | ${line}`);
    if (unread)
        host.info(`  the log of ${failure.revision} cannot be read: ${unread}`);
    if (!explanation)
        return failure;
    host.error(`${explanation.sentence} ${explanation.fix}`, {
        file,
        line: place.line,
        column: place.column,
        title: explanation.code,
    });
    return new lib_failure/* Failure */.H(explanation.code, `${explanation.sentence} ${failure.message}`, {
        next: explanation.fix,
    });
}

;// CONCATENATED MODULE: ./.build/src/release/what-changed.js



/** What the newest revision has otherwise than the one that served before; nothing when there was none. */
async function changesSince(context, at, served, now) {
    if (!served)
        return [];
    const before = await (0,run/* getRevision */.qB)(context.google, at, served).catch((error) => {
        if ((0,google_error/* isNotFound */.c4)(error))
            return undefined;
        throw error;
    });
    const { revision: _name, labels: _labels, annotations: _annotations, ...template } = now.template ?? {};
    return before ? templateChanges(template, before) : [];
}

;// CONCATENATED MODULE: ./.build/src/actions/deployed-workloads.js






const deployed_workloads_kinds = { pool: 'worker pool', service: 'service', job: 'job' };
/** The app and the worker, as far as they were deployed or found as wanted. */
async function workloadsOf(context, { app, worker }, deployed) {
    const subjects = [
        ...(app ? [{ name: app.name, address: runServiceAddress(app.name), kind: 'service' }] : []),
        ...(worker ? [{ name: worker.name, address: workerAddress(worker), kind: deployed_workloads_kinds[worker.runtime] }] : []),
    ];
    const found = await Promise.all(subjects.map((subject) => deployed_workloads_describe(context, subject, deployed)));
    return found.flat();
}
async function deployed_workloads_describe(context, { name, address, kind }, { image, plan, outcomes, tag }) {
    const outcome = outcomes.find((one) => one.address === address);
    if (!outcome || (outcome.state !== 'applied' && outcome.state !== 'unchanged'))
        return [];
    const changed = outcome.state === 'applied';
    const seconds = Math.round((outcome.endedAt - outcome.startedAt) / 100) / 10;
    const common = { name, kind, image, changed, seconds };
    const before = plan.entries.get(address)?.have;
    if (kind === 'job') {
        const differences = before && changed ? outcome.changes.flatMap(({ fields }) => fields) : [];
        return [{ ...common, revision: '', differences }];
    }
    const location = kind === 'service' ? 'services' : 'workerPools';
    const { project, region } = context.deployment;
    const at = { kind: location, project, region, name };
    const now = await (0,run/* getWorkload */.e3)(context.google, at);
    const revision = shortName(now.latestCreatedRevision);
    const served = before && servedBy(kind, before);
    const differences = served && served !== revision && changed ? await changesSince(context, at, served, now) : [];
    return [
        {
            ...common,
            revision,
            ...(served ? { previous_revision: served } : {}),
            ...(kind === 'service' ? { url: urlOf(now, tag), traffic: (0,traffic/* trafficLine */.qg)((0,traffic/* resolvedTraffic */.o_)(now)) } : {}),
            differences,
        },
    ];
}
function servedBy(kind, before) {
    const served = kind === 'service' ? (0,traffic/* servingRevision */.qJ)((0,traffic/* resolvedTraffic */.o_)(before)) : before.latestReadyRevision;
    return served ? shortName(served) : undefined;
}
/** Of the tag that was asked for, or of the revision that is held back; else of the service. */
function urlOf(now, tag) {
    const tags = now.trafficStatuses ?? [];
    const own = tags.find((target) => target.tag === (tag ?? traffic/* candidateTag */.Gb))?.uri;
    return own ?? now.urls?.[0] ?? now.uri ?? '';
}

// EXTERNAL MODULE: ./.build/src/actions/github-deployment.js
var github_deployment = __webpack_require__(9710);
// EXTERNAL MODULE: ./.build/src/actions/images-input.js
var images_input = __webpack_require__(9168);
// EXTERNAL MODULE: ./.build/src/config/draft.js
var config_draft = __webpack_require__(1357);
// EXTERNAL MODULE: ./.build/src/config/names.js
var config_names = __webpack_require__(638);
// EXTERNAL MODULE: ./.build/src/config/nearest.js
var nearest = __webpack_require__(7976);
;// CONCATENATED MODULE: ./.build/src/config/access.js




/** Access that follows from what each service uses, its `roles:` and `invokers:`, and what builds need. */
function deriveGrants(draft, uses) {
    const grants = [];
    for (const [key, used] of uses) {
        const email = (0,config_names/* serviceAccountEmail */.de)((0,config_names/* serviceAccountId */.Q0)(draft.config, key), draft.project);
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
        const at = (0,config_draft/* where */._M)(draft, 'services', key, 'volumes', path, 'bucket');
        return [
            {
                member,
                role: volume.read_only ? 'roles/storage.objectViewer' : 'roles/storage.objectUser',
                on: { kind: 'bucket', bucket: (0,config_names/* bucketName */.EL)(draft.config, volume.bucket, draft.project) },
                because: `${at.path} mounts the bucket ${volume.bucket}${volume.read_only ? ' to read' : ''}`,
                place: at.place,
            },
        ];
    });
}
/** Those that the file names; the services that refer to it follow from their use. */
function invokerGrants(key, draft) {
    return (draft.config.services[key]?.app?.invokers ?? []).map((member, index) => {
        const at = (0,config_draft/* where */._M)(draft, 'services', key, 'app', 'invokers', index);
        return {
            member,
            role: 'roles/run.invoker',
            on: { kind: 'run_service', service: (0,config_names/* appName */.JB)(draft.config, key) },
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
            on: { kind: 'run_service', service: (0,config_names/* appName */.JB)(draft.config, use.key) },
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
    const node = (0,config_tree/* nodeAt */.oB)(draft.tree, ['services', key, 'roles']);
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
        return { role, on: { kind: 'bucket', bucket: (0,config_names/* bucketName */.EL)(draft.config, target, draft.project) } };
    draft.findings.error({
        code: 'UNDECLARED_BUCKET',
        at: node,
        message: `there is no bucket "${target}"`,
        fix: (0,nearest/* suggestion */.h)(target, [...draft.scope.buckets.keys(), 'self'], `add ${target}: {} under buckets:`),
    });
    return undefined;
}
/** https://cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts */
function builderGrants(draft) {
    const [built] = (0,config_draft/* buildPaths */.JA)(draft.config);
    if (built === undefined)
        return [];
    const email = (0,config_names/* serviceAccountEmail */.de)((0,config_names/* builderAccountId */.Iw)(draft.config), draft.project);
    const at = (0,config_draft/* where */._M)(draft, ...built);
    const grant = (role, on, does) => ({
        member: `serviceAccount:${email}`,
        role,
        on,
        because: `${at.path} is built here: the build ${does}`,
        place: at.place,
    });
    const bucket = (0,config_names/* buildBucket */.dK)(draft.config, draft.project);
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
        place: (0,config_draft/* whereKey */.pP)(draft, 'alerts').place,
    };
}
function uptimeKeys(draft) {
    const list = (0,config_tree/* nodeAt */.oB)(draft.tree, ['alerts', 'uptime']);
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
    return [{ service: node.text, app: (0,config_names/* appName */.JB)(draft.config, node.text), path, place: node.place }];
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
        place: (0,config_draft/* whereKey */.pP)(draft, 'budget').place,
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
                fix: (0,nearest/* suggestion */.h)(key, known, `declare ${key} under services:`),
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
function images_isBuilt(service) {
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
    const builds = used.services.some(images_isBuilt);
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
    const near = (0,nearest/* nearest */.pA)(name, knownReferences(scope));
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
    const near = (0,nearest/* nearest */.pA)(written, known);
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
        bucket: (0,config_names/* frontendBucket */.Jh)(draft.config, draft.project),
        location: frontend.location ?? draft.config.region,
        mainPage: frontend.main_page,
        notFoundPage: frontend.not_found_page ?? frontend.main_page,
        ...(frontend.config_json && { configJson: configJson(draft) }),
        immutable: frontend.immutable.map(tidy),
        place: (0,config_draft/* whereKey */.pP)(draft, 'frontend').place,
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
    return [...(0,config_tree/* mapAt */.SC)(draft.tree, ['frontend', 'config_json'])].flatMap(([key, node]) => node.kind === 'scalar' ? [[key, node]] : []);
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
    const name = (0,config_names/* frontendBucket */.Jh)(config, project);
    const others = [
        (0,config_names/* buildBucket */.dK)(config, project),
        ...Object.keys(config.buckets).map((key) => (0,config_names/* bucketName */.EL)(config, key, project)),
    ];
    if (!others.includes(name))
        return;
    draft.findings.error({
        code: 'FRONTEND_BUCKET_SHARED',
        at: (0,config_draft/* whereKey */.pP)(draft, 'frontend', 'bucket'),
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

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 17 modules
var schemas = __webpack_require__(8816);
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
    const node = (0,config_tree/* nodeAt */.oB)(draft.tree, path);
    if (node?.kind !== 'list')
        return undefined;
    return node.items.flatMap((item) => item.kind === 'scalar' ? [bindStatic(item, draft.scope, draft.findings) ?? ''] : []);
}
function textsAt(draft, path) {
    const texts = [];
    for (const [key, node] of (0,config_tree/* mapAt */.SC)(draft.tree, path))
        if (node.kind === 'scalar')
            texts.push([key, bindStatic(node, draft.scope, draft.findings) ?? '']);
    return Object.fromEntries(texts);
}

;// CONCATENATED MODULE: ./.build/src/config/uses.js



/** Binds every text with references, each once, and gathers what each service uses. */
function bindAll(draft) {
    const bound = new Map();
    for (const block of (0,config_draft/* variableBlocks */.BL)(draft))
        for (const [name, node] of block.env)
            bound.set(node, bindVariable(name, node, draft));
    const secretValues = bindSecrets(draft);
    const known = (0,config_draft/* knownSecrets */.xU)(draft);
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
        const value = (0,config_tree/* mapAt */.SC)(draft.tree, ['secrets', name]).get('value');
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
    const own = containerOf((0,config_draft/* variablesOf */.ht)(draft, key));
    const sidecars = new Map(Object.keys(draft.config.services[key]?.sidecars ?? {}).map((name) => [
        name,
        containerOf((0,config_draft/* sidecarVariablesOf */.me)(draft, key, name)),
    ]));
    const secretFiles = [...(0,config_draft/* secretFilesOf */.rH)(draft, key)].flatMap(([file, node]) => {
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
        serviceAccount: (0,config_names/* serviceAccountId */.Q0)(draft.config, key),
        ...(service?.build && {
            build: buildOf(draft, ['services', key, 'build'], service.build, { repository, name: key }),
        }),
        ...(service?.image !== undefined && { image: service.image }),
        ...variablesOf(used),
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
        place: (0,config_draft/* whereKey */.pP)(draft, 'services', key).place,
    };
}
function variablesOf({ env, secrets }) {
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
        place: (0,config_draft/* whereKey */.pP)(draft, ...path).place,
    };
}
function workloads_volumesOf(draft, key) {
    const entries = Object.entries(draft.config.services[key]?.volumes ?? {}).sort(byName);
    const volumes = entries.flatMap(([path, volume]) => {
        const { place } = (0,config_draft/* whereKey */.pP)(draft, 'services', key, 'volumes', path);
        if (volume.memory !== undefined)
            return [{ path, source: { kind: 'memory', size: volume.memory }, place }];
        if (volume.bucket === undefined)
            return [];
        const bucket = (0,config_names/* bucketName */.EL)(draft.config, volume.bucket, draft.project);
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
            ...variablesOf(used.sidecars.get(name) ?? { env: new Map(), secrets: [] }),
            cpu: cpuQuantity(sidecar.cpu),
            memory: sidecar.memory,
            dependsOn: sidecar.depends_on,
            ...probesOf(sidecar, undefined),
            place: (0,config_draft/* whereKey */.pP)(draft, ...path).place,
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
        name: (0,config_names/* appName */.JB)(draft.config, key),
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
        place: (0,config_draft/* whereKey */.pP)(draft, 'services', key, 'app').place,
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
        name: (0,config_names/* workerName */.ig)(draft.config, key),
        ...commandLine(draft, ['services', key, 'worker']),
        cpu: cpuQuantity(worker.cpu),
        memory: worker.memory,
        ...(worker.gpu && { gpu: worker.gpu }),
        instances: worker.instances,
        ...(worker.port !== undefined && { port: worker.port }),
        ...probesOf(worker, worker.port),
        dependsOn: worker.depends_on,
        ...(worker.runtime === 'job' && { execution: workloads_executionOf(worker) }),
        place: (0,config_draft/* whereKey */.pP)(draft, 'services', key, 'worker').place,
    };
}
/** https://cloud.google.com/run/docs/configuring/max-retries and task-timeout: Cloud Run's own. */
const executionDefaults = { tasks: 1, maxRetries: 3, timeout: '10m' };
function workloads_executionOf(worker) {
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
        bucket: (0,config_names/* buildBucket */.dK)(config, project),
        serviceAccount: (0,config_names/* builderAccountId */.Iw)(config),
        timeoutSeconds: seconds(config.builds.timeout),
        ...(config.builds.machine_type && { machineType: config.builds.machine_type }),
    };
}
function bucketsOf(draft) {
    return Object.entries(draft.config.buckets).map(([key, bucket]) => ({
        key,
        name: (0,config_names/* bucketName */.EL)(draft.config, key, draft.project),
        location: bucket.location ?? draft.config.region,
        versioning: bucket.versioning,
        cors: bucket.cors.map((rule) => ({
            origins: rule.origins,
            methods: rule.methods,
            headers: rule.headers,
            maxAgeSeconds: seconds(rule.max_age),
        })),
        ...(bucket.delete_after_days !== undefined && { deleteAfterDays: bucket.delete_after_days }),
        place: (0,config_draft/* whereKey */.pP)(draft, 'buckets', key).place,
    }));
}
function databaseOf(draft) {
    const database = draft.config.database;
    const names = draft.scope.database;
    if (database === undefined || names === undefined)
        return undefined;
    const secrets = (0,config_names/* databaseSecrets */.hu)(draft.config);
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
        place: (0,config_draft/* whereKey */.pP)(draft, 'database').place,
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
        place: (0,config_draft/* whereKey */.pP)(draft, 'redis').place,
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
        const place = (0,config_draft/* whereKey */.pP)(draft, 'secrets', name).place;
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
        const email = (0,config_names/* serviceAccountEmail */.de)(id, draft.project);
        if (!accounts.has(id))
            accounts.set(id, { id, email, displayName, place });
    };
    const keys = Object.keys(draft.config.services);
    for (const key of keys) {
        const { place } = (0,config_draft/* where */._M)(draft, 'services', key, 'service_account');
        add((0,config_names/* serviceAccountId */.Q0)(draft.config, key), `${draft.config.name} ${key}`, place);
    }
    if ((0,config_draft/* buildPaths */.JA)(draft.config).length > 0)
        add((0,config_names/* builderAccountId */.Iw)(draft.config), `${draft.config.name} builds`, (0,config_draft/* where */._M)(draft, 'builds').place);
    return [...accounts.values()];
}

;// CONCATENATED MODULE: ./.build/src/config/check-data.js


/** What the schema cannot say about secrets and the database. */
function checkData(draft) {
    checkSecrets(draft);
    checkDatabase(draft);
}
function checkSecrets(draft) {
    const brought = draft.scope.database === undefined ? [] : Object.values((0,config_names/* databaseSecrets */.hu)(draft.config));
    for (const [name, secret] of Object.entries(draft.config.secrets)) {
        const at = (0,config_draft/* whereKey */.pP)(draft, 'secrets', name);
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
            at: (0,config_draft/* whereKey */.pP)(draft, 'secrets', name),
            message: sources.length === 0 ? `${name} has no source` : `${name} has ${sources.join(' and ')}`,
            fix: 'give it exactly one of generate: 32, from_env: VARIABLE, value: "text"',
        });
    }
    if (secret.alphabet !== undefined && secret.generate === undefined) {
        draft.findings.error({
            code: 'SECRET_SOURCE',
            at: (0,config_draft/* where */._M)(draft, 'secrets', name, 'alphabet'),
            message: 'alphabet belongs to generate',
            fix: 'remove alphabet',
        });
    }
    if (secret.value !== undefined && /[\r\n]$/.test(secret.value)) {
        draft.findings.error({
            code: 'SECRET_TRAILING_NEWLINE',
            at: (0,config_draft/* where */._M)(draft, 'secrets', name, 'value'),
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
            at: (0,config_draft/* where */._M)(draft, 'database', 'backups'),
            message: 'point_in_time_recovery needs backups',
            fix: 'set point_in_time_recovery: false, or backups: true',
        });
    }
    // https://cloud.google.com/sql/docs/postgres/high-availability
    if (database.high_availability && !database.point_in_time_recovery) {
        draft.findings.error({
            code: 'STANDBY_WITHOUT_RECOVERY',
            at: (0,config_draft/* where */._M)(draft, 'database', 'point_in_time_recovery'),
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
        checkServiceAccount(draft, (0,config_names/* serviceAccountId */.Q0)(config, key), at, `services.${key}.service_account`);
    }
    if ((0,config_draft/* buildPaths */.JA)(config).length > 0) {
        const at = whereGiven(draft, ['builds', 'service_account'], ['name']);
        checkServiceAccount(draft, (0,config_names/* builderAccountId */.Iw)(config), at, 'builds.service_account');
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
            named('app', (0,config_names/* appName */.JB)(config, key), services);
            checkTrialName(draft, key);
        }
        if (service.worker === undefined)
            continue;
        const taken = { pool: pools, service: services, job: jobs }[service.worker.runtime];
        named('worker', (0,config_names/* workerName */.ig)(config, key), taken);
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
    const name = (0,config_names/* appName */.JB)(draft.config, key);
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
        checkBucketName(draft, (0,config_names/* bucketName */.EL)(config, key, project), at);
    }
    if ((0,config_draft/* buildPaths */.JA)(config).length > 0)
        checkBucketName(draft, (0,config_names/* buildBucket */.dK)(config, project), whereGiven(draft, ['builds', 'bucket'], ['name']));
    if (config.frontend !== undefined) {
        const at = whereGiven(draft, ['frontend', 'bucket'], ['frontend']);
        checkBucketName(draft, (0,config_names/* frontendBucket */.Jh)(config, project), at);
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
    if ((0,config_tree/* nodeAt */.oB)(draft.tree, given) !== undefined)
        return (0,config_draft/* where */._M)(draft, ...given);
    const isText = (0,config_tree/* nodeAt */.oB)(draft.tree, source)?.kind === 'scalar';
    return isText ? (0,config_draft/* where */._M)(draft, ...source) : (0,config_draft/* whereKey */.pP)(draft, ...source);
}

;// CONCATENATED MODULE: ./.build/src/config/environments.js



/** The environment of a file that has none. */
const onlyEnvironment = 'default';
const namePattern = /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/;
/** What identifies the file as a whole and so cannot differ per environment. */
const fixedKeys = ['version', 'name', 'environments', 'previews'];
/** The environment that another one starts from. */
function parentOf(root, name) {
    const parent = (0,config_tree/* nodeAt */.oB)(root, ['environments', name, 'extends']);
    return parent?.kind === 'scalar' && typeof parent.value === 'string' ? parent.value : undefined;
}
function environments_declaredEnvironments(root) {
    return [...(0,config_tree/* mapAt */.SC)(root, ['environments']).keys()];
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
            fix: (0,nearest/* suggestion */.h)(parent.value, others, 'remove extends'),
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
        fix: (0,nearest/* suggestion */.h)(key, known, 'remove this line'),
    });
}

;// CONCATENATED MODULE: ./.build/src/config/preview.js







/** The merged tree of a preview. Findings are those of laying its section over the rest. */
function previewTree(root, base, findings) {
    const section = (0,config_tree/* nodeAt */.oB)(root, ['environments', preview_names_templateEnvironment]);
    const merged = section?.kind === 'map' ? layOver(base, section, findings) : base;
    const written = (path) => section !== undefined && (0,config_tree/* nodeAt */.oB)(section, path) !== undefined;
    const small = smallest(merged, written);
    // Nobody is called out of bed for a preview, and nothing that it costs is told apart from its environment's.
    return (0,config_tree/* withValue */.cO)((0,config_tree/* withValue */.cO)(small, ['alerts'], undefined), ['budget'], undefined);
}
/** Every app and worker at the size that costs least, but for what the section `preview` says itself. */
function smallest(tree, written) {
    let result = tree;
    const set = (path, block, value) => {
        if (!written(path))
            result = (0,config_tree/* withValue */.cO)(result, path, scalar(block, path, value));
    };
    for (const [key, service] of (0,config_tree/* mapAt */.SC)(tree, ['services'])) {
        const app = (0,config_tree/* nodeAt */.oB)(service, ['app']);
        const worker = (0,config_tree/* nodeAt */.oB)(service, ['worker']);
        if (app?.kind === 'map') {
            const at = (name) => ['services', key, 'app', name];
            set(at('min_instances'), app, 0);
            set(at('max_instances'), app, 1);
            // A GPU comes with the CPU always.
            if (!app.entries.has('gpu'))
                set(at('cpu_always_allocated'), app, false);
        }
        if (worker?.kind === 'map' && (0,config_tree/* nodeAt */.oB)(worker, ['instances']) !== undefined)
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
            service_account: names.account((0,config_names/* serviceAccountId */.Q0)(config, key)),
            ...(service.app && { app: { ...service.app, name: names.run((0,config_names/* appName */.JB)(config, key)) } }),
            ...(service.worker && { worker: { ...service.worker, name: names.run((0,config_names/* workerName */.ig)(config, key)) } }),
        })),
        buckets: mapValues(config.buckets, (bucket, key) => ({
            ...bucket,
            name: names.bucket((0,config_names/* bucketName */.EL)(config, key, base.project)),
        })),
        ...(database && {
            database: {
                ...database,
                instance: base.database?.instance ?? database.instance,
                name: names.sql(database.name ?? (0,config_names/* sqlName */.iA)(config)),
                user: names.sql(database.user ?? (0,config_names/* sqlName */.iA)(config)),
            },
        }),
        ...(redis && { redis: { ...redis, instance: redisInstance(config, redis, base, pullRequest) } }),
        ...(frontend && {
            frontend: { ...frontend, bucket: names.bucket((0,config_names/* frontendBucket */.Jh)(config, base.project)) },
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
        ...(0,config_draft/* allVariablesOf */.Az)(draft, key).flatMap(({ kind, node }) => (kind === 'secret' ? [node.text] : [])),
        ...[...(0,config_draft/* secretFilesOf */.rH)(draft, key).values()].map(({ text }) => text),
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
    const section = (0,config_tree/* nodeAt */.oB)(root, ['environments', preview_names_templateEnvironment]);
    if (section?.kind !== 'map')
        return;
    const ownRedis = isScalar((0,config_tree/* nodeAt */.oB)(root, ['previews', 'redis']), 'instance');
    const redis = { path: ['redis'], what: 'Redis instance' };
    for (const { path, what } of ownRedis ? shared : [...shared, redis]) {
        const node = (0,config_tree/* nodeAt */.oB)(section, path);
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
        at: (0,config_draft/* where */._M)(draft, 'previews', 'seed'),
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
            at: (0,config_draft/* where */._M)(draft, 'previews', 'secrets', index),
            message: declared
                ? `${name} is no secret with from_env: a preview has its own anyway`
                : `there is no secret "${name}"`,
            fix: declared ? 'remove it' : (0,nearest/* suggestion */.h)(name, known, 'remove it'),
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
        ...(0,config_draft/* allVariablesOf */.Az)(draft, key).flatMap(({ kind, node }) => (kind === 'secret' ? [node] : [])),
        ...(0,config_draft/* secretFilesOf */.rH)(draft, key).values(),
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
    return (0,config_draft/* allVariablesOf */.Az)(draft, key).flatMap(({ kind, node }) => {
        if (kind === 'env')
            return [node];
        const value = (0,config_tree/* nodeAt */.oB)(draft.tree, ['secrets', node.text, 'value']);
        return value?.kind === 'scalar' ? [value] : [];
    });
}

// EXTERNAL MODULE: ./.build/src/config/check-variables.js + 1 modules
var check_variables = __webpack_require__(1152);
;// CONCATENATED MODULE: ./.build/src/config/check-image.js


/** Exactly one of the two says where the image of a service or of a sidecar comes from. */
function checkImage(path, own, draft) {
    const key = String(path.at(-1));
    const isWritten = (part) => (0,config_tree/* nodeAt */.oB)(draft.written, [...path, part]) !== undefined;
    const built = own.build !== undefined || isWritten('build');
    const given = own.image !== undefined || isWritten('image');
    if (built && given) {
        draft.findings.error({
            code: 'IMAGE_AND_BUILD',
            at: (0,config_draft/* where */._M)(draft, ...path, own.image === undefined ? 'build' : 'image'),
            message: `${key} has a ready image: and a build:`,
            fix: 'keep one of the two',
        });
    }
    else if (!built && !given) {
        draft.findings.error({
            code: 'NO_IMAGE',
            at: (0,config_draft/* whereKey */.pP)(draft, ...path),
            message: `${key} has neither build: nor image:`,
            fix: 'add build: { context: . } to build a Dockerfile, or image: with a ready image',
        });
    }
    if (own.image !== undefined)
        checkPinned(path, own.image, draft);
}
function checkPinned(path, image, draft) {
    const at = (0,config_draft/* where */._M)(draft, ...path, 'image');
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
const check_marks_labelValue = /^[a-z0-9_-]{0,63}$/;
/** Labels and annotations that Cloud Run would refuse, or that this suite needs for itself. */
function checkMarks(key, draft) {
    for (const [name, node] of (0,config_tree/* mapAt */.SC)(draft.tree, ['services', key, 'labels']))
        checkLabel(name, node, draft);
    for (const [name, node] of (0,config_tree/* mapAt */.SC)(draft.tree, ['services', key, 'annotations'])) {
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
    if (labelKey.test(name) && check_marks_labelValue.test(value))
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
        at: (0,config_draft/* where */._M)(draft, ...path, 'gpu'),
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
        draft.findings.error({ code: 'CPU_MEMORY', at: (0,config_draft/* where */._M)(draft, ...path, key), message, fix });
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
        at: (0,config_draft/* whereKey */.pP)(draft, ...path),
        message: `with its sidecars an instance would have ${found}; 8 CPUs and 32Gi are possible`,
        fix: 'lower cpu and memory of the containers',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/check-sidecars.js




/** The name of the container of the service itself, where it has sidecars. */
const check_sidecars_main = 'main';
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
    if (name !== check_sidecars_main && name.length <= 63)
        return;
    draft.findings.error({
        code: 'SIDECAR_NAME',
        at: (0,config_draft/* whereKey */.pP)(draft, ...path),
        message: name === check_sidecars_main
            ? `${check_sidecars_main} is the name of the container of the service itself`
            : `the name has ${name.length} characters; at most 63 are possible`,
        fix: 'give the sidecar another name',
    });
}
function checkBeside(path, part, service, draft) {
    if (service[part] !== undefined)
        return;
    draft.findings.error({
        code: 'SIDECAR_WITHOUT_WORKLOAD',
        at: (0,config_draft/* where */._M)(draft, ...path, 'beside'),
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
            at: (0,config_draft/* whereKey */.pP)(draft, ...path, name),
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
            check_sidecars_main,
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
            const at = (0,config_draft/* where */._M)(draft, ...path, 'depends_on', index);
            const found = containers.get(other);
            if (found === undefined) {
                const names = [...containers.keys()].filter((candidate) => candidate !== name);
                draft.findings.error({
                    code: 'UNKNOWN_CONTAINER',
                    at,
                    message: `there is no container "${other}" beside ${name}`,
                    fix: (0,nearest/* suggestion */.h)(other, names, 'name a key under sidecars:, or remove it'),
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
        at: (0,config_draft/* where */._M)(draft, ...path, 'depends_on'),
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
            at: (0,config_draft/* whereKey */.pP)(draft, ...own),
            message: `${path} is ${volume.bucket === undefined ? 'neither a bucket nor memory' : 'a bucket and memory'}`,
            fix: 'write either bucket: with a key under buckets:, or memory: with a size such as 256Mi',
        });
        return;
    }
    if (volume.bucket !== undefined)
        return;
    for (const name of ['read_only', 'mount_options']) {
        if ((0,config_tree/* nodeAt */.oB)(draft.tree, [...own, name]) === undefined)
            continue;
        draft.findings.error({
            code: 'VOLUME_KIND',
            at: (0,config_draft/* whereKey */.pP)(draft, ...own, name),
            message: `${name} is of buckets, and ${path} is memory`,
            fix: 'remove it',
        });
    }
}
/** The folder of the Cloud SQL socket is Cloud Run's; a folder in a folder would be hidden, or hide it. */
function checkPlace(key, path, draft) {
    const others = [
        '/cloudsql',
        ...[...(0,config_draft/* secretFilesOf */.rH)(draft, key).keys()].map((file) => external_node_path_.posix.dirname(file)),
        ...Object.keys(draft.config.services[key]?.volumes ?? {}).filter((other) => other !== path),
    ];
    const taken = others.find((other) => path === other || path.startsWith(`${other}/`));
    if (taken === undefined)
        return;
    draft.findings.error({
        code: 'VOLUME_PATH',
        at: (0,config_draft/* whereKey */.pP)(draft, 'services', key, 'volumes', path),
        message: `${taken} is mounted already`,
        fix: 'choose a folder that is in no other one, for example /mnt/data',
    });
}
function check_volumes_checkBucket(key, path, bucket, service, draft) {
    if (!draft.scope.buckets.has(bucket)) {
        draft.findings.error({
            code: 'UNDECLARED_BUCKET',
            at: (0,config_draft/* where */._M)(draft, 'services', key, 'volumes', path, 'bucket'),
            message: `there is no bucket "${bucket}"`,
            fix: (0,nearest/* suggestion */.h)(bucket, [...draft.scope.buckets.keys()], `add ${bucket}: {} under buckets:`),
        });
    }
    // https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts
    if (service.app?.execution_environment !== 'gen1')
        return;
    draft.findings.error({
        code: 'VOLUME_NEEDS_GEN2',
        at: (0,config_draft/* where */._M)(draft, 'services', key, 'app', 'execution_environment'),
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
            at: (0,config_draft/* where */._M)(draft, 'services', key, 'volumes', path, 'memory'),
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
        if (runtimes.includes(runtime) || (0,config_tree/* nodeAt */.oB)(draft.tree, [...path, name]) === undefined)
            continue;
        draft.findings.error({
            code: 'WORKER_RUNTIME_KEY',
            at: (0,config_draft/* whereKey */.pP)(draft, ...path, name),
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
        at: (0,config_draft/* where */._M)(draft, ...path, 'memory'),
        message: `found ${worker.memory}; a worker pool needs at least 512Mi`,
        fix: 'set memory: 512Mi or more',
    });
}
function refusePort(path, { port, runtime }, draft) {
    if (port === undefined)
        return;
    draft.findings.error({
        code: 'WORKER_HAS_PORT',
        at: (0,config_draft/* whereKey */.pP)(draft, ...path, 'port'),
        message: `a worker ${runtime} receives no requests, so it has no port`,
        fix: 'remove port, set runtime: service for a worker with a health listener, or describe what listens under app:',
    });
}
/** Its instances run although nobody calls it, and work between the checks of its health. */
function checkService(path, worker, draft) {
    if (worker.port === undefined) {
        draft.findings.error({
            code: 'WORKER_NEEDS_PORT',
            at: (0,config_draft/* whereKey */.pP)(draft, ...path, 'runtime'),
            message: 'Cloud Run looks for a listener of every service, and this worker names no port',
            fix: 'add port: with the one that its health listener has, or leave out runtime for a worker pool, which needs none',
        });
    }
    if (worker.instances === 0) {
        draft.findings.error({
            code: 'WORKER_WITHOUT_INSTANCES',
            at: (0,config_draft/* where */._M)(draft, ...path, 'instances'),
            message: 'a service without a kept instance starts one for a request alone, and nobody calls a worker',
            fix: 'set instances: 1 or more; a worker pool can have 0',
        });
    }
    if (millicpu(worker.cpu) >= 1000)
        return;
    draft.findings.error({
        code: 'CPU_ALWAYS_ALLOCATED',
        at: (0,config_draft/* where */._M)(draft, ...path, 'cpu'),
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
            at: (0,config_draft/* where */._M)(draft, ...path, 'timeout'),
            message: `found ${worker.timeout}`,
            fix: 'write at most 168h, which are seven days',
        });
    }
    if (worker.parallelism === undefined || worker.parallelism <= (worker.tasks ?? 1))
        return;
    draft.findings.error({
        code: 'INVALID_VALUE',
        at: (0,config_draft/* where */._M)(draft, ...path, 'parallelism'),
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
    return (0,config_tree/* nodeAt */.oB)(draft.written, ['services', key, part]) !== undefined;
}
function checkParts(key, service, draft) {
    const runs = service.app !== undefined || service.worker !== undefined;
    if (runs || isWritten(draft, key, 'app') || isWritten(draft, key, 'worker'))
        return;
    draft.findings.error({
        code: 'NO_WORKLOAD',
        at: (0,config_draft/* whereKey */.pP)(draft, 'services', key),
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
        at: (0,config_draft/* where */._M)(draft, 'services', key, 'egress'),
        message: `${key} calls ${called.join(', ')}, which only the VPC reaches, and the address of a service counts as public`,
        fix: 'remove egress, set it to all-traffic, or set network.internal_calls: dns',
    });
}
/** Services that `${services.X...}` in the variables names and that are internal. */
function internalCalls(key, draft) {
    const texts = [...(0,config_draft/* variablesOf */.ht)(draft, key).values()].map(({ node }) => node.text);
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
            at: (0,config_draft/* where */._M)(draft, ...path, 'min_instances'),
            message: `min_instances is ${app.min_instances}, max_instances only ${app.max_instances}`,
            fix: 'raise max_instances or lower min_instances',
        });
    }
    if (seconds(app.timeout) > 3600) {
        draft.findings.error({
            code: 'INVALID_VALUE',
            at: (0,config_draft/* where */._M)(draft, ...path, 'timeout'),
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
            at: (0,config_draft/* where */._M)(draft, ...path, 'concurrency'),
            message: `with ${app.cpu} CPU an instance handles one request at a time, not ${app.concurrency}`,
            fix: 'set concurrency: 1, or cpu: 1',
        });
    }
    if (app.cpu_always_allocated) {
        draft.findings.error({
            code: 'CPU_ALWAYS_ALLOCATED',
            at: (0,config_draft/* where */._M)(draft, ...path, 'cpu_always_allocated'),
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
        fix: asked ? (0,nearest/* suggestion */.h)(asked, declared, 'declare it') : `choose one of ${declared.join(', ')}`,
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
    const template = (0,config_tree/* nodeAt */.oB)(root, ['environments', preview_names_templateEnvironment]);
    return template && { place: template.keyPlace, path: template.path };
}
function whereEnvironments(root) {
    return { place: root.entries.get('environments')?.keyPlace ?? startOfFile, path: 'environments' };
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
        const result = configSchema.safeParse((0,config_tree/* plain */.pj)(tree));
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
        repaired = (0,config_tree/* withValue */.cO)(repaired, path, value);
    }
    return repaired;
}
/** `refused` are the paths of values that were left out before: they are not missing. */
function report(issue, tree, refused, findings) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys')
        return issue.keys.flatMap((key) => reportUnknownKey(path, key, tree, findings));
    const node = (0,config_tree/* nodeAt */.oB)(tree, path);
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
    const node = (0,config_tree/* nodeAt */.oB)(tree, [...path, key]);
    if (node === undefined)
        return [];
    const known = knownKeys(path);
    findings.error({
        code: 'UNKNOWN_KEY',
        at: atKey(node),
        message: `unknown key "${key}"`,
        fix: (0,nearest/* suggestion */.h)(key, known, 'remove it'),
    });
    const meant = (0,nearest/* nearest */.pA)(key, known);
    const left = { path: [...path, key] };
    if (meant === undefined || meant === 'environments')
        return [left];
    if ((0,config_tree/* nodeAt */.oB)(tree, [...path, meant]) !== undefined)
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
        fix: schema_findings_isOurs(issue) ? `add ${key}: ${issue.message}` : `add ${key}:`,
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
    const node = (0,config_tree/* nodeAt */.oB)(tree, path);
    return node === undefined ? (0,config_tree/* whereAt */.xW)(tree, path) : atKey(node);
}
function isWrongType(issue, node) {
    if (issue.code === 'too_small' || issue.code === 'too_big')
        return false;
    return issue.code === 'invalid_type' || node.kind !== 'scalar' || node.value === null;
}
/** The schema's own texts are fixes; zod's are not. They all begin in one of these ways. */
function schema_findings_isOurs(issue) {
    return !/^(Invalid|Too |Unrecognized|Number must|Expected)/.test(issue.message);
}
function fixOf(issue, node) {
    if (schema_findings_isOurs(issue))
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
    const near = (0,nearest/* nearest */.pA)(written, values);
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
        tree = (0,config_tree/* withValue */.cO)(tree, ['project'], given('project', options.projectOverride));
    const useRegion = options.regionOverride && (!options.standIn || !tree.entries.has('region'));
    if (useRegion)
        tree = (0,config_tree/* withValue */.cO)(tree, ['region'], given('region', options.regionOverride ?? ''));
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
        scope: { ...(0,config_draft/* scopeOf */.Od)(config, written, project, environment), ownRedisDatabases: own },
        findings,
        ...(options.repositoryId && { repositoryId: options.repositoryId }),
    };
    checkNames(draft);
    checkWorkloads(draft);
    checkData(draft);
    (0,check_variables/* checkVariables */.k)(draft);
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
    const text = await (0,promises_.readFile)((0,external_node_path_.join)(host.workspace, file), 'utf8').catch((cause) => {
        throw new lib_failure/* Failure */.H('CONFIG_NOT_FOUND', `There is no ${file} in ${host.workspace}.`, {
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
    return new lib_failure/* Failure */.H('CONFIG_INVALID', `${file} has ${errors} problem${errors === 1 ? '' : 's'}.`, {
        next: 'Each is shown above with its line and its fix; nothing was sent to Google Cloud.',
    });
}

// EXTERNAL MODULE: ./.build/src/actions/rollout-inputs.js + 3 modules
var rollout_inputs = __webpack_require__(8900);
// EXTERNAL MODULE: ./.build/src/build/image.js + 3 modules
var build_image = __webpack_require__(9582);
// EXTERNAL MODULE: ./.build/src/build/source.js + 3 modules
var build_source = __webpack_require__(614);
;// CONCATENATED MODULE: ./.build/src/resources/image-digest.js
/** Turns an image's tag into its digest: a tag moves, and a revision must not move with it. */



const image_digest_artifactRegistry = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::([^@]+))?$/;
/**
 * `IMAGE@sha256:...` for an image in Artifact Registry, of which no tag means `latest`; images of other registries are
 * taken as they are, and so is one without a tag that cannot be looked up. Throws IMAGE_NOT_FOUND for a tag that is not
 * there.
 */
async function pinned(google, image) {
    const parts = image_digest_artifactRegistry.exec(image);
    if (!parts)
        return image;
    const [, location = '', project = '', repository = '', name = '', tag] = parts;
    const at = { project, location, repository, image: name };
    const digest = await (0,artifactregistry/* digestOfTag */.qy)(google, at, tag ?? 'latest').catch((error) => {
        // Public images are often named without a tag, and their registry need not answer who only runs them.
        if (tag === undefined && error instanceof google_error/* GoogleError */.Wy && error.http === 403)
            return undefined;
        throw error;
    });
    if (digest)
        return `${tag === undefined ? image : image.slice(0, -tag.length - 1)}@${digest}`;
    if (tag === undefined)
        return image;
    throw new lib_failure/* Failure */.H('IMAGE_NOT_FOUND', `There is no image ${image}.`, {
        next: 'Build it first (actions/build), or name a tag that is in the registry.',
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/service-images.js
/** The images that a service runs, by digest: named, or built of the sources in this checkout. */




/** Of all sidecars, by their names. `given` are images that take the place of those of the file, by `SERVICE/SIDECAR`. */
async function imagesOfSidecars(google, deployment, { key, sidecars = [] }, given, host) {
    const images = sidecars.map(async (sidecar) => [
        sidecar.name,
        await imageOf(google, deployment, sidecar, given[`${key}/${sidecar.name}`] ?? sidecar.image, host),
    ]);
    return Object.fromEntries(await Promise.all(images));
}
/** Of one container. Throws IMAGE_NOT_BUILT and IMAGE_NOT_FOUND. */
async function imageOf(google, deployment, { build }, named, host) {
    if (named || !build)
        return await pinned(google, named ?? '');
    const source = await (0,build_source/* readSource */.o)(deployment, build, host.workspace);
    const found = await (0,build_image/* findImage */.F1)(google, deployment, source);
    if (found)
        return found.image;
    throw new lib_failure/* Failure */.H('IMAGE_NOT_BUILT', `The registry has no image ${build.imageName} for these sources (${source.tag}).`, {
        next: 'Run actions/build for this service in an earlier step or job, on the same checkout.',
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/service-of.js

/** The service of that key. Throws SERVICE_UNKNOWN, naming those that there are. */
function service_of_serviceOf(deployment, key) {
    const service = deployment.services.find((candidate) => candidate.key === key);
    if (service)
        return service;
    throw new lib_failure/* Failure */.H('SERVICE_UNKNOWN', `${deployment.file} has no service "${key}".`, {
        next: `It has: ${deployment.services.map((candidate) => candidate.key).join(', ')}.`,
    });
}

// EXTERNAL MODULE: ./.build/src/actions/session.js + 6 modules
var actions_session = __webpack_require__(1843);
;// CONCATENATED MODULE: ./.build/src/actions/deploy-from-file.js
























/** Deploys the app and the worker of one service of a deployment file. */
async function deployFromFile(inputs, host) {
    const given = (0,images_input/* imagesOfInput */.I)(inputs.images) ?? {};
    const deployment = await loadConfig(inputs, host);
    const service = service_of_serviceOf(deployment, inputs.service ?? '');
    const session = await (0,actions_session/* openSession */.fA)(inputs, deployment, host);
    const { context } = session;
    const rollout = (0,rollout_inputs/* rolloutOf */.Zb)(inputs, service, session, host);
    const [former, image, sidecarImages] = await Promise.all([
        formerWorkers(context, service, isHeld(rollout)),
        imageOf(context.google, deployment, service, inputs.image ?? given[service.key] ?? service.image, host),
        imagesOfSidecars(context.google, deployment, service, given, host),
        readFacts(context, templatesOf(service)),
    ]);
    const target = {
        service: service.key,
        environment: inputs.github_environment ?? deployment.environment,
        image,
        commit: inputs.commit,
        transient: deployment.preview !== undefined,
    };
    return await (0,github_deployment/* recorded */.t)(inputs, target, host, (begin) => deployImages(inputs, { deployment, service, session, rollout, former, images: { image, sidecarImages }, begin }, host));
}
async function deployImages(inputs, order, host) {
    const { deployment, service, session, rollout, former, images, begin } = order;
    const { image } = images;
    const { context } = session;
    const origin = originLabels(commitOf(inputs, host), inputs.release);
    const release = await prepareRelease(context, service, images, origin);
    const resources = [...resourcesOf(context, service, release, rollout), ...former];
    const plan = await makePlan(resources, session);
    requireEarlierRevision(service, plan, rollout);
    requireReplaceable(service, plan, rollout);
    if (inputs.dry_run) {
        await host.summarize(`### ${service.key}: plan\n\n${planTable(plan.changes, plan.left)}`);
        return { image, changed: plan.changes.length > 0 };
    }
    await begin();
    const outcomes = await applyPlan(resources, plan, { ...session, signal: host.signal });
    const [workloads, failures] = await Promise.all([
        // Nothing can be looked up any more once the run is interrupted; what was done is told all the same.
        host.signal.aborted ? [] : workloadsOf(context, service, { image, plan, outcomes, tag: inputs.tag }),
        failuresOf(context, service, outcomes, host),
    ]);
    await summarizeDeployment(service, { workloads, outcomes, failures, left: plan.left }, host);
    const announced = failures.map((failure) => announceFailure(failure, deployment.file, host));
    if (announced[0])
        throw announced[0];
    announceRefusals(service, outcomes, deployment.file, host);
    requireSuccess(outcomes, host.signal);
    return outputsOf(service, deployment, image, workloads, outcomes);
}
function commitOf({ commit }, { environment }) {
    return commit ? { ...environment, GITHUB_SHA: commit } : environment;
}
function outputsOf(service, deployment, image, workloads, outcomes) {
    const app = workloads.find(({ name, kind }) => kind === 'service' && name === service.app?.name);
    const worker = workloads.find(({ name }) => name === service.worker?.name);
    const shown = workloads.map(({ differences, ...workload }) => ({
        ...workload,
        differences: differences.map(({ field }) => field),
    }));
    return {
        url: app?.url,
        revision: app?.revision,
        previous_revision: app?.previous_revision,
        worker_revision: worker?.revision,
        image,
        changed: outcomes.some(({ state }) => state === 'applied'),
        metadata: JSON.stringify({
            service: service.key,
            environment: deployment.environment,
            workloads: shown,
        }),
    };
}
/** Everything that a service's containers are told, as templates. */
function templatesOf({ env, sidecars = [] }) {
    return [env, ...sidecars.map((sidecar) => sidecar.env)].flatMap((variables) => Object.values(variables));
}
/**
 * The worker gets the new image once the app has passed: a task of the new code beside an app of the old one is what no
 * test of the app would show.
 */
function resourcesOf(context, service, release, rollout) {
    const { app, worker } = service;
    const hold = isHeld(rollout);
    const { passes } = rollout;
    const after = app ? [runServiceAddress(app.name)] : [];
    return [
        ...(app ? [runService(context, service, app, release, rollout), ...invokers(context, app)] : []),
        ...(worker ? [workerResource(context, service, worker, release, { passes, hold, after })] : []),
    ];
}
/** Google gives the first revision all traffic: what asks for anything else is told before anything is made. */
function requireEarlierRevision({ app }, plan, { shift }) {
    if (!app || plan.entries.get(runServiceAddress(app.name))?.have !== undefined)
        return;
    if (shift.kind === 'shift' || shift.kind === 'hold')
        return;
    throw new lib_failure/* Failure */.H('NO_EARLIER_REVISION', `${app.name} does not exist yet, and a first revision gets all traffic.`, {
        next: 'Leave out no_traffic, revision_traffic and tag_traffic for its first deployment.',
    });
}
/** What is new cannot be held back, and would work beside what it replaces. */
function requireReplaceable({ worker }, { changes, entries }, rollout) {
    const former = changes.find(({ action }) => action === 'delete');
    if (!worker || !former || !isHeld(rollout))
        return;
    if (entries.get(workerAddress(worker))?.have !== undefined)
        return;
    throw new lib_failure/* Failure */.H('WORKER_REPLACEMENT_HELD', `${former.because}, and what is deployed is to be held back: a first ${worker.runtime} cannot be. Nothing was changed.`, {
        next: `Deploy it once without \`traffic: hold\` and \`no_traffic\`: ${(0,sentences/* nameOf */.Vb)(former.address)} goes once the new one is ready.`,
    });
}
const isHeld = ({ shift }) => shift.kind === 'hold' || shift.kind === 'none';
async function failuresOf(context, service, outcomes, host) {
    const failed = outcomes.flatMap(({ error }) => (error instanceof revision_failed/* RevisionFailed */.B ? [error] : []));
    if (failed.length === 0)
        return [];
    const text = await (0,promises_.readFile)((0,external_node_path_.join)(host.workspace, context.deployment.file), 'utf8');
    return await Promise.all(failed.map((failure) => reportFailure(context, service, failure, text)));
}
function requireSuccess(outcomes, signal) {
    const failed = outcomes.find(({ state }) => state === 'failed');
    if (failed)
        throw failed.error;
    // Interrupted between two steps: nothing failed, and yet not all was done.
    if (outcomes.some(({ state }) => state === 'not tried'))
        signal.throwIfAborted();
}


/***/ })

};
