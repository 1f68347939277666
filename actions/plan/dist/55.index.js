export const id = 55;
export const ids = [55,378];
export const modules = {

/***/ 2055:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  action: () => (/* binding */ action)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
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

// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
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

;// CONCATENATED MODULE: ./.build/src/build/celery.js

/**
 * A Celery worker whose `-A` names a module that the image will not hold starts, fails to import it and starts again,
 * for ever. Only told where the sources have the package: one that pip installs is not here to be seen.
 * https://docs.celeryq.dev/en/stable/reference/cli.html#cmdoption-celery-A
 */
function celeryFinding(file, service, source) {
    const { worker } = service;
    const module = worker && celeryModule([...(worker.command ?? []), ...(worker.args ?? [])]);
    if (!worker || !module)
        return [];
    const known = modulesOf(source.inputs.map(({ path }) => path));
    const [top = ''] = module.split('.');
    if (known.has(module) || ![...known].some((name) => name.split('.')[0] === top))
        return [];
    const similar = nearest(module, [...known]);
    return [
        {
            code: 'CELERY_MODULE_MISSING',
            severity: 'error',
            file,
            place: worker.place,
            path: `services.${service.key}.worker.args`,
            message: `Celery would look for the module ${module}, which ${source.build.dockerfile} does not copy.`,
            fix: similar
                ? `Name ${similar} after -A, or copy the module in the Dockerfile.`
                : 'Name the module that holds the Celery application after -A, or copy it in the Dockerfile.',
        },
    ];
}
/** `shop.orders.main` of `celery -A shop.orders.main:celery_app worker`, also within a shell's line. */
function celeryModule(words) {
    const line = words.join(' ');
    if (!/(^|[\s/])celery(\s|$)/.test(line))
        return undefined;
    return /(?:^|\s)(?:-A|--app)[=\s]\s*['"]?([A-Za-z_][\w.]*)/.exec(line)?.[1];
}
/**
 * The modules that files make, under every folder that could be on Python's path: `app/shop/main.py` is `app.shop.main`,
 * `shop.main` and `main`.
 */
function modulesOf(paths) {
    const modules = new Set();
    for (const path of paths) {
        if (!path.endsWith('.py'))
            continue;
        const parts = path.replace(/(\/__init__)?\.py$/, '').split('/');
        for (let from = 0; from < parts.length; from++) {
            // A folder is a package even without __init__.py, since Python 3.3.
            for (let to = from + 1; to <= parts.length; to++)
                modules.add(parts.slice(from, to).join('.'));
        }
    }
    return modules;
}

// EXTERNAL MODULE: ./node_modules/dockerfile-ast/lib/main.js
var main = __webpack_require__(8390);
;// CONCATENATED MODULE: ./.build/src/build/dockerfile.js


/**
 * What of a Dockerfile can be checked without building it, up to the stage that `target` names (the last one without).
 * https://docs.docker.com/reference/dockerfile/
 */
function readDockerfile(text, target) {
    const stages = stagesUpTo(target, stagesOf(main.DockerfileParser.parse(text).getInstructions()));
    const reads = readsOf(stages.flatMap(({ instructions }) => instructions));
    return {
        exposed: exposedBy(stages),
        copies: stages.flatMap((stage) => stage.instructions.filter(isCopy).flatMap(sourcesOf)),
        ...(reads ? { reads } : {}),
    };
}
function readsOf(instructions) {
    const paths = [];
    for (const instruction of instructions) {
        const keyword = instruction.getKeyword();
        if (keyword === 'ONBUILD')
            return undefined;
        if (isCopy(instruction))
            paths.push(...contextSources(instruction));
        if (keyword === 'RUN')
            paths.push(...mountedSources(instruction));
    }
    const normal = paths.map((path) => external_node_path_.posix.normalize(path).replace(/^(\.?\/)+|\/+$/g, ''));
    return normal.some((path) => path === '' || path === '.' || path.includes('$')) ? undefined : normal;
}
/** A bind mount is the default kind, and without a source it is the whole context. https://docs.docker.com/reference/dockerfile/#run---mounttypebind */
function mountedSources(run) {
    const mounts = run.getFlags().filter((flag) => flag.getName() === 'mount');
    return mounts.flatMap((mount) => {
        const option = (name) => mount.getOption(name)?.getValue() ?? undefined;
        if ((option('type') ?? 'bind') !== 'bind' || option('from') !== undefined)
            return [];
        return [option('source') ?? option('src') ?? '.'];
    });
}
function stagesOf(instructions) {
    const starts = instructions.flatMap((instruction, index) => instruction.getKeyword() === 'FROM' ? [{ from: instruction, index }] : []);
    return starts.map(({ from, index }, number) => ({
        name: from.getBuildStage()?.toLowerCase(),
        base: from.getImage()?.toLowerCase() ?? '',
        instructions: instructions.slice(index + 1, starts[number + 1]?.index),
    }));
}
/** A target that no stage has is left to the build, which knows how to say so. */
function stagesUpTo(target, stages) {
    if (!target)
        return stages;
    const at = stages.findIndex(({ name }, index) => name === target.toLowerCase() || String(index) === target);
    return at < 0 ? stages : stages.slice(0, at + 1);
}
/** What the last of the stages exposes, with what it takes over from those that it is built on. */
function exposedBy(stages) {
    const words = [];
    for (let at = stages.length - 1; at >= 0;) {
        const stage = stages[at];
        const exposes = stage?.instructions.filter((instruction) => instruction.getKeyword() === 'EXPOSE') ?? [];
        words.push(...exposes.flatMap((expose) => expose.getArguments().map((argument) => argument.getValue())));
        at = stages.slice(0, at).findLastIndex(({ name }) => name !== undefined && name === stage?.base);
    }
    const ranges = words.filter((word) => !word.toLowerCase().endsWith('/udp')).map(rangeOf);
    const known = ranges.filter((range) => range !== undefined);
    return known.length === ranges.length ? known : [];
}
function rangeOf(word) {
    const [, first, last] = /^(\d+)(?:-(\d+))?(?:\/tcp)?$/i.exec(word) ?? [];
    return first === undefined ? undefined : { first: Number(first), last: Number(last ?? first) };
}
function isCopy(instruction) {
    return ['COPY', 'ADD'].includes(instruction.getKeyword());
}
/** Sources of COPY and ADD whose being there can be told: a path with a variable in it cannot. */
function sourcesOf(copy) {
    const line = copy.getRange().start.line + 1;
    const several = words(copy).length > 2;
    return contextSources(copy)
        .filter((path) => !path.includes('$'))
        .map((path) => ({ path, line, optional: several && /[*?[]/.test(path) }));
}
/** Sources of COPY and ADD that come from the context: no other stage, no URL, no repository, no heredoc. */
function contextSources(copy) {
    if (copy.getFlags().some((flag) => flag.getName() === 'from'))
        return [];
    return words(copy)
        .slice(0, -1)
        .filter((path) => !path.startsWith('<<') && !/^([a-z]+:\/\/|git@)/.test(path));
}
function words(copy) {
    return copy.getOpeningBracket() === null ? plainWords(copy) : (jsonWords(copy) ?? bracketWords(copy));
}
/** The parser counts the bodies of heredocs among the arguments; they begin on the line after the heredoc's name. */
function plainWords(copy) {
    const lastLine = copy.getHeredocs()[0]?.getNameRange().start.line ?? Number.POSITIVE_INFINITY;
    return copy
        .getArguments()
        .filter((argument) => argument.getRange().start.line <= lastLine)
        .map((argument) => argument.getValue());
}
/** The parser drops the spaces of names in the JSON form, so that form is read as what it is. */
function jsonWords(copy) {
    try {
        const parsed = JSON.parse(bracketText(copy));
        return Array.isArray(parsed) ? parsed.map(String) : undefined;
    }
    catch {
        return undefined;
    }
}
/** What begins with a bracket and is no JSON is a pattern, `COPY [a-z]*.txt /data/`. */
function bracketWords(copy) {
    return bracketText(copy).split(/\s+/);
}
function bracketText(copy) {
    const raw = copy
        .getRawArgumentsContent()
        ?.replaceAll(/\\\s*\r?\n/g, ' ')
        .trim() ?? '';
    return raw.slice(Math.max(0, raw.indexOf('[')));
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
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

// EXTERNAL MODULE: ./node_modules/@balena/dockerignore/ignore.js
var ignore = __webpack_require__(4158);
;// CONCATENATED MODULE: ./.build/src/build/dockerignore.js

/** The package exports the function itself, while its types speak of a `default` within. */
const dockerignore = ignore;

;// CONCATENATED MODULE: ./.build/src/build/missing.js
/** Whether an error of the file system says that there is no such file. */
function isMissing(error) {
    return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

;// CONCATENATED MODULE: ./.build/src/build/source-tree.js






/** Files that google-github-actions/auth leaves in the workspace: they can mint credentials and never leave the runner. */
const alwaysIgnored = ['**/gha-creds-*.json', '**/.git'];
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
    const pool = new pool_Pool(readsAtOnce);
    const files = await Promise.all(paths.map((path) => pool.run(async () => ({
        ...(await readOne(context, path)),
        takenBack: exceptions.some((pattern) => external_node_path_.posix.matchesGlob(path, pattern)),
    }))));
    return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
async function ignorePatterns(context, dockerfile) {
    for (const path of [`${dockerfile}.dockerignore`, (0,external_node_path_.join)(context, '.dockerignore')]) {
        const text = await (0,promises_.readFile)(path, 'utf8').catch(absentIfMissing);
        if (text !== undefined)
            return text.split(/\r?\n/);
    }
    return [];
}
/** The `!patterns` that name files. One that takes back all of a folder (`!app`, `!app/**`) names none of them. */
function exceptionsOf(patterns) {
    return patterns
        .map((pattern) => pattern.trim())
        .filter((pattern) => pattern.startsWith('!') && /[^*/]/.test(external_node_path_.posix.basename(pattern)))
        .map((pattern) => external_node_path_.posix.normalize(pattern.slice(1).trim()).replace(/^\/+/, ''));
}
/** Folders are walked even when ignored: a later `!pattern` may take a file in them back in. */
async function walk(context, folder, ignored) {
    const entries = await (0,promises_.readdir)((0,external_node_path_.join)(context, folder), { withFileTypes: true });
    const found = await Promise.all(entries.map((entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory())
            return entry.name === '.git' ? [] : walk(context, path, ignored);
        return ignored(path) ? [] : [path];
    }));
    return found.flat();
}
async function readOne(context, path) {
    const absolute = (0,external_node_path_.join)(context, path);
    const stat = await (0,promises_.lstat)(absolute);
    if (stat.isSymbolicLink()) {
        const target = await (0,promises_.readlink)(absolute);
        return { path, kind: 'link', executable: false, target, sha256: source_tree_sha256(target), size: 0, absolute };
    }
    const content = await (0,promises_.readFile)(absolute);
    const executable = (stat.mode & 0o111) !== 0;
    return { path, kind: 'file', executable, sha256: source_tree_sha256(content), size: content.length, absolute };
}
function absentIfMissing(error) {
    if (isMissing(error))
        return undefined;
    throw error;
}
function source_tree_sha256(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}

;// CONCATENATED MODULE: ./.build/src/build/digest.js

/** Raise it when the same sources have to give another image, and every image is built anew. */
const schemaVersion = 2;
/**
 * What an image is made from, as 32 hex digits: Dockerfile, target, build arguments, and path, mode and content of
 * every file that the build can see. Two checkouts of the same sources give the same, on any machine. The archive is not
 * hashed, since its compression differs between platforms.
 */
function sourceDigest(build, dockerfile, files) {
    const inputs = {
        schemaVersion,
        dockerfile: source_tree_sha256(dockerfile),
        target: build.target ?? '',
        args: Object.entries(build.args).sort(([a], [b]) => (a < b ? -1 : 1)),
        files: files.map(({ path, kind, executable, sha256 }) => [path, kind, executable, sha256]),
    };
    return source_tree_sha256(JSON.stringify(inputs)).slice(0, 32);
}
/** The tag under which the image of these sources is found again. */
function sourceTag(digest) {
    return `src-${digest}`;
}

;// CONCATENATED MODULE: ./.build/src/build/inputs.js


/**
 * The files of a context that a build can see: what COPY, ADD and bind mounts name. Services that share a context would
 * otherwise all be built anew when a file of one of them changes. All files where it cannot be told.
 */
function inputsOf(dockerfile, target, files) {
    const { reads } = readDockerfile(dockerfile, target);
    if (reads === undefined)
        return files;
    return files.filter(({ path }) => reads.some((pattern) => reaches(pattern, path)));
}
/** Whether a pattern names the file, or a folder that it is in. */
function reaches(pattern, file) {
    if (file === pattern || file.startsWith(`${pattern}/`))
        return true;
    if (!/[*?[]/.test(pattern))
        return false;
    for (let path = file; path !== '.'; path = external_node_path_.posix.dirname(path)) {
        if (external_node_path_.posix.matchesGlob(path, pattern))
            return true;
    }
    return false;
}

;// CONCATENATED MODULE: ./.build/src/build/source.js







/** The name under which a Dockerfile from outside of the context travels. */
const outsideName = '.aethercast.Dockerfile';
/** Reads a service's sources. Throws BUILD_SOURCE_MISSING, SECRET_IN_CONTEXT. */
async function source_readSource(deployment, build, workspace) {
    const root = (0,external_node_path_.join)(workspace, deployment.root);
    const context = (0,external_node_path_.join)(root, build.context);
    const dockerfilePath = (0,external_node_path_.join)(root, build.dockerfile);
    const place = `${deployment.file}:${build.place.line}`;
    const dockerfile = await (0,promises_.readFile)(dockerfilePath, 'utf8').catch((error) => {
        throw isMissing(error) ? missing(`Dockerfile ${build.dockerfile}`, place) : error;
    });
    const files = await readSourceTree(context, dockerfilePath).catch((error) => {
        throw isMissing(error) ? missing(`build context ${build.context}`, place) : error;
    });
    refuseSecrets(files, build, place);
    const inside = (0,external_node_path_.relative)(context, dockerfilePath);
    const isInside = !inside.startsWith('..') && files.some(({ path }) => path === inside);
    const inputs = inputsOf(dockerfile, build.target, files);
    const digest = sourceDigest(build, dockerfile, inputs);
    return {
        build,
        files,
        inputs,
        dockerfile,
        dockerfileName: isInside ? inside : outsideName,
        extra: isInside ? {} : { [outsideName]: dockerfile },
        digest,
        tag: sourceTag(digest),
    };
}
function missing(what, place) {
    return new failure/* Failure */.H('BUILD_SOURCE_MISSING', `There is no ${what} (${place}).`, {
        next: 'Paths of `build:` are relative to the folder of the deployment file. Check out the repository before this step.',
    });
}
/** Names under which people keep credentials. `.env.example` and its like are meant to be seen. */
const secretNames = [
    /(^|\/)\.env(\.(?!example|sample|template|dist)[^/]*)?$/,
    /\.(pem|key|p12|pfx|jks)$/,
    /(^|\/)id_(rsa|ed25519|ecdsa)$/,
    /credentials\.json$/,
];
/** A credential in an image can be read by all who can pull it, and a `.env` silently fills in what a deployment forgot. */
function refuseSecrets(files, build, place) {
    const found = files
        .filter(({ path, takenBack }) => !takenBack && secretNames.some((name) => name.test(path)))
        .map(({ path }) => path);
    if (found.length === 0)
        return;
    throw new failure/* Failure */.H('SECRET_IN_CONTEXT', `The build context ${build.context} (${place}) holds files that look like credentials.`, {
        next: `Add them to ${build.context}/.dockerignore. A file that has to be in the image can be taken back in there with "!name".`,
        details: found,
    });
}

;// CONCATENATED MODULE: ./.build/src/build/read-variables.js
/**
 * The environment variables that a program reads by their names, as far as its text says so: `os.environ` and
 * `os.getenv` of Python, `process.env` of Node. Names that a program puts together, and settings classes, are not seen.
 */


const languages = /\.(py|[cm]?[jt]sx?)$/;
/** What others wrote reads variables of its own, and tests are not run in the cloud. */
const foreign = /(^|\/)(node_modules|site-packages|\.?venv|tests?|__tests__)\/|(^|\/)test_[^/]*\.py$|\.(test|spec)\./;
const largest = 512 * 1024;
async function readProgram(files) {
    const own = files.filter(({ path, kind, size }) => kind === 'file' && size <= largest && languages.test(path) && !foreign.test(path));
    const pool = new pool_Pool(16);
    const texts = await Promise.all(own.map(({ absolute, path }) => pool.run(async () => ({ path, text: withoutComments(await (0,promises_.readFile)(absolute, 'utf8')) }))));
    return {
        reads: texts.flatMap(({ path, text }) => read_variables_readsOf(path, text)),
        text: texts.map(({ text }) => text).join('\n'),
    };
}
/** Lines that are comments become empty, so that the others keep their numbers. */
function withoutComments(text) {
    return text.replaceAll(/^[ \t]*(#|\/\/).*$/gm, '');
}
const subscript = /\benviron\[\s*(['"])([A-Z][A-Z0-9_]*)\1\s*\](?!\s*=[^=])/g;
const getter = /\b(?:environ\.get|getenv)\(\s*(['"])([A-Z][A-Z0-9_]*)\1(?:\s*,\s*(['"])(.*?)\3)?/g;
const node = /\bprocess\.env(?:\.([A-Z][A-Z0-9_]*)|\[\s*['"]([A-Z][A-Z0-9_]*)['"]\s*\])(?!\s*=[^=])(?:\s*(?:\?\?|\|\|)\s*(['"`])(.*?)\3)?/g;
function read_variables_readsOf(file, text) {
    const read = (at, name, more) => ({
        name,
        file,
        line: text.slice(0, at).split('\n').length,
        required: false,
        ...more,
    });
    const fallbackOf = (fallback) => (fallback === undefined ? {} : { fallback });
    return [
        ...[...text.matchAll(subscript)].map(({ index, 2: name = '' }) => read(index, name, { required: true })),
        ...[...text.matchAll(getter)].map(({ index, 2: name = '', 4: given }) => read(index, name, fallbackOf(given))),
        ...[...text.matchAll(node)].map(({ index, 1: dotted, 2: named, 4: given }) => read(index, dotted ?? named ?? '', fallbackOf(given))),
    ].sort((a, b) => a.line - b.line);
}

;// CONCATENATED MODULE: ./.build/src/build/variables.js


async function variableFindings(file, path, container, source) {
    const program = await readProgram(source.inputs);
    const at = (name) => ({
        severity: 'warning',
        file,
        place: variables_placeOf(container, name) ?? container.place,
        path: container.env[name]
            ? `${path}.env.${name}`
            : container.secrets[name]
                ? `${path}.secrets.${name}`
                : path,
    });
    const set = new Set([
        ...Object.keys(container.env),
        ...Object.keys(container.secrets),
        ...imageSets(source),
    ]);
    const misnamed = misnamedOf(container, program, set, source);
    const found = [
        ...misnamed.map(({ name, read }) => ({
            name,
            code: 'VARIABLE_MISNAMED',
            message: `The program does not read ${name}, but ${read.name} (${shown(read)}), which nothing sets.`,
            fix: `Call it ${read.name}.`,
        })),
        ...missingOf(program, set)
            .filter((read) => !misnamed.some((one) => one.read.name === read.name))
            .map((read) => variables_missing(read)),
        ...debuggingOf(program, set).map((read) => ({
            name: read.name,
            code: 'DEBUG_BY_DEFAULT',
            message: `${shown(read)} switches debugging on unless ${read.name} says otherwise: its pages show the program and let visitors run code.`,
            fix: `Set ${read.name}: "False" under env.`,
        })),
        ...bareOf(container, program).map(({ read, service, wanted }) => ({
            name: read.name,
            code: 'URL_WITHOUT_PATH',
            message: `${read.name} is the address of ${service} alone, and ${shown(read)} expects one with a path: without the variable it takes ${read.fallback}.`,
            fix: `Write ${wanted} behind it, or what else the path is.`,
        })),
    ];
    return found.map(({ name, ...finding }) => ({ ...at(name), ...finding }));
}
function variables_placeOf({ env, secrets }, name) {
    return (env[name] ?? secrets[name])?.place;
}
const shown = ({ file, line }) => `${file}:${line}`;
/** https://cloud.google.com/run/docs/container-contract#env-vars, and what every image has. */
const alwaysThere = /^(PORT|K_(SERVICE|REVISION|CONFIGURATION)|CLOUD_RUN_\w+|PATH|HOME|PWD|USER|HOSTNAME|LANG|LC_\w+|TZ|PYTHON\w*|NODE_\w+)$/;
/** By ENV of the Dockerfile. */
function imageSets({ dockerfile }) {
    const lines = dockerfile.replaceAll('\\\n', ' ').matchAll(/^\s*ENV\s+(.*)$/gim);
    return [...lines].flatMap(({ 1: text = '' }) => text.includes('=')
        ? [...text.matchAll(/(\w+)=/g)].map(({ 1: name = '' }) => name)
        : [text.split(/\s+/)[0] ?? '']);
}
/** Each variable once, where it is read first. Read with a test or a fallback anywhere else, it may be absent. */
function missingOf({ reads, text }, set) {
    const optional = new Set(reads.flatMap(({ name, required }) => (required ? [] : [name])));
    const first = new Map();
    for (const read of reads)
        if (read.required && !first.has(read.name))
            first.set(read.name, read);
    return [...first.values()].filter(({ name }) => !set.has(name) &&
        !optional.has(name) &&
        !alwaysThere.test(name) &&
        !new RegExp(`['"]${name}['"]\\s+(not\\s+)?in\\s+(os\\.)?environ`).test(text));
}
const keyFile = 'GOOGLE_APPLICATION_CREDENTIALS';
function variables_missing(read) {
    const { name } = read;
    if (name !== keyFile) {
        return {
            name,
            code: 'VARIABLE_NOT_SET',
            message: `${shown(read)} stops without ${name}, which neither the file nor the Dockerfile sets.`,
            fix: `Set ${name} under env: or secrets:, or give it a fallback in the program.`,
        };
    }
    return {
        name,
        code: 'KEY_FILE_EXPECTED',
        message: `${shown(read)} stops without a key file, and on Cloud Run there is none: Google's libraries find the service account by themselves.`,
        fix: `Do not read ${keyFile} in the program.`,
    };
}
/** Set and not so much as mentioned, while a name that is all but the same is read and not set. */
function misnamedOf({ env, secrets }, { reads, text }, set, { dockerfile }) {
    const open = reads.filter(({ name }) => !set.has(name) && !alwaysThere.test(name));
    return [...Object.keys(env), ...Object.keys(secrets)].flatMap((name) => {
        if (new RegExp(`\\b${name}\\b`, 'i').test(`${text}\n${dockerfile}`))
            return [];
        const read = open.find((one) => isAlike(one.name, name));
        return read ? [{ name, read }] : [];
    });
}
/** One is the other with a prefix, or a typing mistake away. */
function isAlike(a, b) {
    const [long, short] = a.length > b.length ? [a, b] : [b, a];
    return (short.includes('_') && long.endsWith(`_${short}`)) || (short.length > 5 && editDistance(a, b) <= 2);
}
function debuggingOf({ reads }, set) {
    return reads.filter(({ name, fallback = '' }) => /(^|_)DEBUG$/.test(name) && !set.has(name) && /^(true|1|yes|on)$/i.test(fallback));
}
function bareOf({ env }, { reads }) {
    return reads.flatMap((read) => {
        const [part, ...others] = env[read.name]?.parts ?? [];
        const path = URL.canParse(read.fallback ?? '') ? new URL(read.fallback ?? '').pathname : '/';
        if (path === '/' ||
            others.length > 0 ||
            typeof part !== 'object' ||
            part.kind !== 'service' ||
            part.field !== 'url')
            return [];
        return [{ read, service: part.service, wanted: path }];
    });
}

;// CONCATENATED MODULE: ./.build/src/build/findings.js







/** Reads the sources of the services and says what is wrong with them: nothing is built and nothing is sent. */
async function inspectSources(deployment, workspace) {
    const built = deployment.services.flatMap((service) => imageSources(service).flatMap(({ build, ...image }) => (build ? [{ service, image, build }] : [])));
    const read = await Promise.all(built.map(async (one) => ({ name: one.image.name, ...(await inspect(deployment, one, workspace)) })));
    return {
        findings: read.flatMap(({ findings }) => findings),
        sources: new Map(read.flatMap(({ name, source }) => (source ? [[name, source]] : []))),
    };
}
async function inspect(deployment, { service, image, build }, workspace) {
    const at = { file: deployment.file, place: build.place, path: `${image.path}.build` };
    try {
        const source = await source_readSource(deployment, build, workspace);
        const sidecar = service.sidecars?.find(({ name }) => name === image.sidecar);
        const findings = [
            ...missingCopies(deployment, source),
            ...(await variableFindings(deployment.file, image.path, sidecar ?? service, source)),
            // A sidecar listens where it likes, and runs nothing of the worker's.
            ...(image.sidecar
                ? []
                : [...portFinding(deployment, service, source), ...celeryFinding(deployment.file, service, source)]),
        ];
        return { findings, source };
    }
    catch (error) {
        if (!(error instanceof failure/* Failure */.H))
            throw error;
        const details = error.details.length > 0 ? ` (${error.details.join(', ')})` : '';
        return {
            findings: [
                {
                    ...at,
                    code: error.code,
                    severity: 'error',
                    message: `${error.message}${details}`,
                    fix: error.next,
                },
            ],
        };
    }
}
/** A COPY of something that the context does not hold fails minutes later, in the cloud. */
function missingCopies(deployment, source) {
    const { build } = source;
    const paths = withFolders(source.files.map(({ path }) => path));
    return readDockerfile(source.dockerfile, build.target)
        .copies.filter(({ path, optional }) => !optional && !isThere(path, paths))
        .map(({ path, line }) => ({
        code: 'COPY_SOURCE_MISSING',
        severity: 'error',
        file: (0,external_node_path_.join)(deployment.root, build.dockerfile),
        place: { line, column: 1 },
        path: '',
        message: `"${path}" is not in the build context ${build.context}.`,
        fix: 'COPY takes paths relative to the context: change the path, the `context` in deploy.yaml, or the .dockerignore that leaves it out.',
    }));
}
/** Patterns match folders too: `COPY app/* /app/` takes each package below app. */
function withFolders(files) {
    const paths = new Set(files);
    for (const file of files) {
        for (let folder = external_node_path_.posix.dirname(file); folder !== '.' && !paths.has(folder); folder = external_node_path_.posix.dirname(folder))
            paths.add(folder);
    }
    return paths;
}
function isThere(source, paths) {
    const wanted = external_node_path_.posix.normalize(source).replace(/^\/+|\/+$/g, '');
    if (wanted === '.' || wanted === '')
        return paths.size > 0;
    return paths.has(wanted) || [...paths].some((path) => external_node_path_.posix.matchesGlob(path, wanted));
}
/** A service that listens elsewhere than Cloud Run looks never becomes ready. */
function portFinding(deployment, service, source) {
    const { app } = service;
    const { exposed } = readDockerfile(source.dockerfile, source.build.target);
    const [first] = exposed;
    if (!app || !first || exposed.some((range) => range.first <= app.port && app.port <= range.last))
        return [];
    const ports = exposed.map((range) => [...new Set([range.first, range.last])].join('-')).join(', ');
    return [
        {
            code: 'PORT_NOT_EXPOSED',
            severity: 'error',
            file: deployment.file,
            place: app.place,
            path: `services.${service.key}.app.port`,
            message: `Cloud Run would look for a listener on ${app.port}, but ${source.build.dockerfile} exposes ${ports}.`,
            fix: `Set app.port to ${first.first}, or change EXPOSE in the Dockerfile.`,
        },
    ];
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
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
    const text = file ? await (0,promises_.readFile)(file, 'utf8').catch(() => '{}') : '{}';
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

// EXTERNAL MODULE: ./.build/src/github/inputs.js
var inputs = __webpack_require__(4378);
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

// EXTERNAL MODULE: ./.build/src/github/rest/connection.js
var connection = __webpack_require__(6524);
;// CONCATENATED MODULE: ./.build/src/github/rest/pull-requests.js

/** `undefined` when there is none of that number. Needs `pull-requests: read`. https://docs.github.com/rest/pulls/pulls */
async function getPullRequest({ octokit, repository }, number) {
    const answer = await unlessAbsent(octokit.rest.pulls.get({ ...repository, pull_number: number }));
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
function lineOf(change) {
    const outside = change.outside ? ' (changed outside)' : '';
    return `${marks[change.action]} ${verbs[change.action]} ${sentences_nameOf(change.address)}${outside}`;
}
/** One line for what stays: `= leave router shop-network-router (ours)`. */
function leftLine({ address, whose }) {
    return `= leave ${sentences_nameOf(address)} (${whose})`;
}
/** What was deleted, and why. */
function sentences_deletedLine({ address, because }) {
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
function plan_summary_planTable(changes, left = []) {
    return [changesTable(changes), ...plan_summary_leftTable(left)].join('\n\n');
}
function changesTable(changes) {
    if (changes.length === 0)
        return 'Everything is as deploy.yaml asks for: nothing to do.';
    const rows = changes
        .slice(0, rowLimit)
        .map((change) => [lineOf(change), change.fields.map(sentences_fieldLine).join('\n'), change.because]);
    const rest = changes.length > rowLimit ? `\n\n… and ${changes.length - rowLimit} more.` : '';
    return `${markdown_table(['change', 'what', 'why'], rows)}${rest}`;
}
/** Nothing when nothing stays. */
function plan_summary_leftTable(left) {
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

;// CONCATENATED MODULE: ./.build/src/report/plan-page.js



/** A page has a limit, and so has a reader. */
const findingLimit = 50;
const fieldLimit = 12;
/** The plan as Markdown, for the page of the run and for a comment. */
function planPage(page) {
    const errors = page.findings.filter(({ severity }) => severity === 'error').length;
    const parts = [`### ${page.title}: plan`];
    if (page.findings.length > 0)
        parts.push(findingsOf(page.findings));
    if (errors > 0)
        parts.push('Nothing is deployed until the errors are mended.');
    else
        parts.push(sumOf(page));
    if (page.notLooked)
        parts.push(`> ${page.notLooked}`);
    if (errors === 0 && page.services.length > 0)
        parts.push(servicesOf(page.services));
    const { infrastructure } = page;
    if (infrastructure && infrastructure.length > 0) {
        parts.push(markdown_details(`Infrastructure: ${sentences_totals(infrastructure)}`, plan_summary_planTable(infrastructure)));
    }
    if (page.removals && page.removals.length > 0) {
        parts.push('Once all traffic is on the new release:', plan_summary_planTable(page.removals));
    }
    parts.push(...plan_summary_leftTable(leftOf(page)));
    return `${parts.join('\n\n')}\n`;
}
/** What stays though the file does not ask for it: in the project, and beside the workloads of each service. */
function leftOf({ left = [], services }) {
    return [...left, ...services.flatMap((service) => service.left ?? [])];
}
/** One sentence that says what there is to do. */
function sumOf({ infrastructure, services, removals = [] }) {
    if (infrastructure === undefined)
        return `${sentences_counted(services.length, 'service')} would be deployed.`;
    const builds = services.filter(({ image }) => image.kind === 'to build').length;
    const deploys = services.filter(needsDeploying).length;
    if (builds + deploys + infrastructure.length + removals.length === 0)
        return 'Everything is as deploy.yaml asks for: nothing to do.';
    const removed = removals.length > 0 ? ` ${sentences_counted(removals.length, 'workload')} to delete.` : '';
    return `Infrastructure: ${sentences_totals(infrastructure)}. ${sentences_counted(builds, 'image')} to build. ${sentences_counted(deploys, 'service')} of ${services.length} to deploy.${removed}`;
}
function needsDeploying({ image, changes, open }) {
    return image.kind !== 'there' || changes.length > 0 || open !== undefined;
}
function findingsOf(findings) {
    const rows = findings
        .slice(0, findingLimit)
        .map(({ severity, place, code: name, text }) => [
        severity === 'error' ? '✗ error' : '⚠ warning',
        markdown_code(place),
        `${markdown_code(name)} ${text}`,
    ]);
    const rest = findings.length - rows.length;
    return `${markdown_table(['', 'where', 'what'], rows)}${rest > 0 ? `\n\n… and ${rest} more, in the log.` : ''}`;
}
/** Services with something to do have a row each; the others are counted. */
function servicesOf(services) {
    const [busy, idle] = [services.filter(needsDeploying), services.filter((one) => !needsDeploying(one))];
    const parts = [];
    if (busy.length > 0) {
        parts.push(markdown_table(['service', 'image', 'what changes'], busy.map((one) => [one.key, plan_page_imageOf(one.image), changesOf(one)])));
    }
    if (idle.length > 0)
        parts.push(`Unchanged: ${idle.map(({ key }) => markdown_code(key)).join(', ')}.`);
    return parts.join('\n\n');
}
function plan_page_imageOf(image) {
    switch (image.kind) {
        case 'there':
            return 'in the registry';
        case 'to build':
            return `to build: ${image.why}`;
        case 'not looked up':
            return 'built unless its sources are in the registry';
    }
}
function changesOf({ image, changes, open }) {
    if (image.kind === 'not looked up')
        return '';
    const lines = changes.flatMap(({ action, address, fields, because }) => {
        if (action === 'create')
            return [`new: ${sentences_nameOf(address)}`];
        if (action === 'delete')
            return [`goes: ${sentences_nameOf(address)}, since ${because}`];
        return fields.map((field) => `${address.split('/').at(-1)}: ${sentences_fieldLine(field)}`);
    });
    const shown = lines.slice(0, fieldLimit);
    const rest = lines.length - shown.length;
    return [...shown, ...(rest > 0 ? [`… and ${rest} more`] : []), ...(open ? [open] : [])].join('\n');
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
function operations_finished(operation, what) {
    if (operation.error) {
        throw new OperationFailed(what, operation.error.code ?? 0, operation.error.message ?? 'no message');
    }
    return operation.response;
}
/** Waits for an operation that is polled by its name below the API's version. */
async function operations_waitForRpc(started, get, waiting, clock, signal) {
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
    if (error instanceof OperationFailed) {
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
                throw denied_explainGoogle(error, { principal, project });
            }
        },
    };
}

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
function tree_nodeAt(root, path) {
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
        const node = tree_nodeAt(root, path.slice(0, length));
        if (node === undefined)
            continue;
        return { place: length === path.length ? node.place : node.keyPlace, path: node.path };
    }
    return { place: root.place, path: root.path };
}
function mapAt(root, path) {
    const node = tree_nodeAt(root, path);
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
    const node = tree_nodeAt(draft.tree, path);
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
    const node = tree_nodeAt(draft.tree, ['services', key, 'roles']);
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
    const list = tree_nodeAt(draft.tree, ['alerts', 'uptime']);
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

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./.build/src/lib/secret.js

const redacted = '***';
/**
 * A value that must never be printed. Every way in which JavaScript turns a value into text gives `***`;
 * the value itself comes out through `reveal()` alone, so that each place that handles it can be found.
 */
class Secret {
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
    const node = tree_nodeAt(draft.tree, path);
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
function workloads_serviceOf(draft, key, used, repository) {
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
        ...volumesOf(draft, key),
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
function volumesOf(draft, key) {
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
    const services = [...bindings.services].map(([key, used]) => workloads_serviceOf(draft, key, used, repository));
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
    if (tree_nodeAt(draft.tree, given) !== undefined)
        return where(draft, ...given);
    const isText = tree_nodeAt(draft.tree, source)?.kind === 'scalar';
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
    const parent = tree_nodeAt(root, ['environments', name, 'extends']);
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
    const section = tree_nodeAt(root, ['environments', preview_names_templateEnvironment]);
    const merged = section?.kind === 'map' ? layOver(base, section, findings) : base;
    const written = (path) => section !== undefined && tree_nodeAt(section, path) !== undefined;
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
        const app = tree_nodeAt(service, ['app']);
        const worker = tree_nodeAt(service, ['worker']);
        if (app?.kind === 'map') {
            const at = (name) => ['services', key, 'app', name];
            set(at('min_instances'), app, 0);
            set(at('max_instances'), app, 1);
            // A GPU comes with the CPU always.
            if (!app.entries.has('gpu'))
                set(at('cpu_always_allocated'), app, false);
        }
        if (worker?.kind === 'map' && tree_nodeAt(worker, ['instances']) !== undefined)
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
    const section = tree_nodeAt(root, ['environments', preview_names_templateEnvironment]);
    if (section?.kind !== 'map')
        return;
    const ownRedis = isScalar(tree_nodeAt(root, ['previews', 'redis']), 'instance');
    const redis = { path: ['redis'], what: 'Redis instance' };
    for (const { path, what } of ownRedis ? shared : [...shared, redis]) {
        const node = tree_nodeAt(section, path);
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
        const value = tree_nodeAt(draft.tree, ['secrets', node.text, 'value']);
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
    const isWritten = (part) => tree_nodeAt(draft.written, [...path, part]) !== undefined;
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
        checkStart(containersOf(key, part, service, beside), draft);
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
        at: whereKey(draft, ...path),
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
        if (tree_nodeAt(draft.tree, [...own, name]) === undefined)
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
        if (runtimes.includes(runtime) || tree_nodeAt(draft.tree, [...path, name]) === undefined)
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
    return tree_nodeAt(draft.written, ['services', key, part]) !== undefined;
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
    const template = tree_nodeAt(root, ['environments', preview_names_templateEnvironment]);
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
    const node = tree_nodeAt(tree, path);
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
    const node = tree_nodeAt(tree, [...path, key]);
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
    if (tree_nodeAt(tree, [...path, meant]) !== undefined)
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
    const node = tree_nodeAt(tree, path);
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
async function load_config_loadConfig(inputs, host) {
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

;// CONCATENATED MODULE: ./.build/src/engine/plan.js
/** Observes all resources at once and compares. Reads only. */
async function plan_makePlan(resources, options) {
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

;// CONCATENATED MODULE: ./.build/src/google/policy.js



/** With version 3, conditions of other people's bindings survive our write. https://cloud.google.com/iam/docs/policies#versions */
const policyVersion = 3;
function policy_readPolicy(google, target) {
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
    await operations_waitFor(async () => {
        const policy = known ?? (await policy_readPolicy(google, target));
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
        what: `changing the IAM policy of ${policy_nameOf(target)}`,
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
        return new failure/* Failure */.H('POLICY_CONTENDED', `Others changed the IAM policy of ${policy_nameOf(target)} at each of our attempts for 5 minutes: ${refusal?.message}`, { next: 'Run again when whatever else changes it is done.', cause: refusal });
    }
    return new failure/* Failure */.H('SERVICE_ACCOUNT_NOT_VISIBLE', `The IAM policy of ${policy_nameOf(target)} could not be changed for 5 minutes, since Google does not see an account: ${refusal?.message}`, {
        next: `A new account is known within a minute or two: run again. If that does not help, see whether it is there: gcloud iam service-accounts describe ${account}`,
        cause: refusal,
    });
}
function isConcurrentChange(error) {
    return (error instanceof error_GoogleError && (error.http === 409 || error.http === 412) && !isForbiddenMember(error));
}
/**
 * An organization's policy excludes a member. It comes with the status of a precondition, and only the text tells it
 * from a concurrent change. https://cloud.google.com/storage/docs/public-access-prevention
 * https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
 */
function isForbiddenMember(error) {
    return (error instanceof error_GoogleError &&
        /public access prevention|permitted customer|allowedPolicyMemberDomains/i.test(error.message));
}
/** The account of the refusal, if that is it. There is no reason code for it, only this text. */
function unseenMember(error) {
    if (error?.http !== 400)
        return undefined;
    return /service account (\S+) does not exist/i.exec(error.message)?.[1];
}
function isUnseenMember(error) {
    return error instanceof error_GoogleError && unseenMember(error) !== undefined;
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
function policy_nameOf(target) {
    return `${target.kind} ${locationOf(target).path.split('/').at(-1)}`;
}

;// CONCATENATED MODULE: ./.build/src/resources/permissions.js
const needs = {
    apis: { update: ['serviceusage.services.enable'] },
    service_account: {
        create: ['iam.serviceAccounts.create'],
        update: ['iam.serviceAccounts.update'],
        delete: ['iam.serviceAccounts.delete'],
    },
    network: {
        create: ['compute.networks.create'],
        update: ['compute.networks.update'],
        delete: ['compute.networks.delete'],
    },
    subnet: {
        create: ['compute.subnetworks.create'],
        update: ['compute.subnetworks.setPrivateIpGoogleAccess'],
        delete: ['compute.subnetworks.delete'],
    },
    router: {
        create: ['compute.routers.create'],
        update: ['compute.routers.update'],
        delete: ['compute.routers.delete'],
    },
    address_range: {
        create: ['compute.globalAddresses.createInternal'],
        delete: ['compute.globalAddresses.delete'],
    },
    peering: {
        create: ['servicenetworking.services.addPeering'],
        update: ['servicenetworking.services.addPeering'],
        delete: ['servicenetworking.services.deleteConnection'],
    },
    bucket: {
        create: ['storage.buckets.create'],
        update: ['storage.buckets.update'],
        delete: ['storage.buckets.delete', 'storage.objects.delete', 'storage.objects.list'],
    },
    repository: {
        create: ['artifactregistry.repositories.create'],
        update: ['artifactregistry.repositories.update'],
        delete: ['artifactregistry.repositories.delete'],
    },
    sql_instance: {
        create: ['cloudsql.instances.create'],
        update: ['cloudsql.instances.update'],
        delete: ['cloudsql.instances.delete', 'cloudsql.instances.update'],
    },
    sql_database: { create: ['cloudsql.databases.create'] },
    sql_user: { create: ['cloudsql.users.create'] },
    redis: {
        create: ['redis.instances.create'],
        update: ['redis.instances.update'],
        delete: ['redis.instances.delete'],
    },
    run_service: { delete: ['run.services.delete'] },
    worker_pool: { delete: ['run.workerpools.delete'] },
    job: { delete: ['run.jobs.delete'] },
    secret: {
        create: ['secretmanager.secrets.create', 'secretmanager.versions.add'],
        update: ['secretmanager.versions.add'],
        delete: ['secretmanager.secrets.delete'],
    },
    retired_accounts: { update: ['secretmanager.secrets.setIamPolicy', 'storage.buckets.setIamPolicy'] },
    'policy/project': { update: ['resourcemanager.projects.setIamPolicy'] },
    'policy/bucket': { update: ['storage.buckets.setIamPolicy'] },
    'policy/secret': { update: ['secretmanager.secrets.setIamPolicy'] },
    'policy/service_account': { update: ['iam.serviceAccounts.setIamPolicy'] },
    'policy/repository': { update: ['artifactregistry.repositories.setIamPolicy'] },
    frontend: {
        create: ['storage.objects.create', 'storage.objects.delete', 'storage.objects.list'],
        update: ['storage.objects.create', 'storage.objects.delete', 'storage.objects.list'],
    },
    notification_channel: {
        create: ['monitoring.notificationChannels.create'],
        update: ['monitoring.notificationChannels.update'],
        delete: ['monitoring.notificationChannels.delete'],
    },
    alert_policy: {
        create: ['monitoring.alertPolicies.create'],
        update: ['monitoring.alertPolicies.update'],
        delete: ['monitoring.alertPolicies.delete'],
    },
    uptime_check: {
        create: ['monitoring.uptimeCheckConfigs.create'],
        update: ['monitoring.uptimeCheckConfigs.update'],
        delete: ['monitoring.uptimeCheckConfigs.delete'],
    },
    identity_pool: {
        create: ['iam.workloadIdentityPools.create'],
        update: ['iam.workloadIdentityPools.update', 'iam.workloadIdentityPools.undelete'],
    },
    identity_provider: {
        create: ['iam.workloadIdentityPoolProviders.create'],
        update: ['iam.workloadIdentityPoolProviders.update', 'iam.workloadIdentityPoolProviders.undelete'],
    },
    dns_zone: {
        create: ['dns.managedZones.create'],
        update: ['dns.managedZones.update'],
        delete: ['dns.managedZones.delete', 'dns.changes.create', 'dns.resourceRecordSets.delete'],
    },
    dns_records: {
        create: ['dns.changes.create', 'dns.resourceRecordSets.create'],
        update: ['dns.changes.create'],
    },
};
/** The kind of resource that an address names: `secret`, `policy/bucket`. */
function kindOf(address) {
    const [kind = '', second = ''] = address.split('/');
    return kind === 'policy' ? `${kind}/${second}` : kind;
}
/** What one change needs; nothing for a kind that is not in the table. */
function permissionsFor(change) {
    return needs[kindOf(change.address)]?.[change.action] ?? [];
}

;// CONCATENATED MODULE: ./.build/src/preflight/rights.js




/** Google takes at most 100 permissions in one question. https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions */
const batch = 100;
/**
 * Asks, before the first write, whether the deployer may do all that the plan needs. Throws RIGHTS_MISSING with every
 * missing role and the command that grants it: a run that fails half way through for want of a right helps nobody.
 */
async function requireRights(context, changes) {
    const wanted = new Map();
    for (const change of changes) {
        for (const permission of permissionsFor(change)) {
            wanted.set(permission, [...(wanted.get(permission) ?? []), change]);
        }
    }
    if (wanted.size === 0)
        return;
    const { google, deployment, deployer } = context;
    const held = await heldPermissions(google, deployment.project, [...wanted.keys()]);
    const missing = [...wanted].filter(([permission]) => !held.has(permission));
    if (missing.length === 0)
        return;
    throw rightsMissing(missing, deployer, deployment.project);
}
async function heldPermissions(google, project, permissions) {
    const batches = Array.from({ length: Math.ceil(permissions.length / batch) }, (_, index) => permissions.slice(index * batch, (index + 1) * batch));
    const answers = await Promise.all(batches.map((some) => testPermissions(google, { kind: 'project', project }, some)));
    return new Set(answers.flat());
}
function rightsMissing(missing, deployer, project) {
    const member = deployer ? `serviceAccount:${deployer}` : 'PRINCIPAL';
    const byRole = new Map();
    for (const [permission, changes] of missing) {
        const role = roleWith(permission) ?? permission;
        const what = `${permission} for ${changes[0]?.address}${changes.length > 1 ? ` and ${changes.length - 1} more` : ''}`;
        byRole.set(role, [...(byRole.get(role) ?? []), what]);
    }
    return new failure/* Failure */.H('RIGHTS_MISSING', `${member} lacks ${byRole.size} role${byRole.size === 1 ? '' : 's'} that this plan needs. Nothing was changed.`, {
        next: 'Grant them with the commands above and run again; a new grant takes some minutes to be effective.',
        details: [...byRole].flatMap(([role, why]) => [
            `${role}: ${why.join(', ')}`,
            `  gcloud projects add-iam-policy-binding ${project} --member=${member} --role=${role}`,
        ]),
    });
}

;// CONCATENATED MODULE: ./.build/src/engine/change.js
/** Stands in a plan for what only the apply can tell, such as the address of a Redis instance to be created. */
const knownAfterApply = '(known after apply)';
function create(address, because, fields = []) {
    return { address, action: 'create', fields, because, destructive: false };
}
/** An update of these fields, or nothing when there are none. */
function update(address, because, fields) {
    return fields.length === 0 ? [] : [{ address, action: 'update', fields, because, destructive: false }];
}
/** What is there and has to go. The fields say what goes with it. */
function remove(address, because, fields = []) {
    return { address, action: 'delete', fields, because, destructive: true };
}
/** A difference that the API can only make by deleting and creating anew. */
function replace(address, because, fields) {
    return fields.length === 0 ? [] : [{ address, action: 'replace', fields, because, destructive: true }];
}

;// CONCATENATED MODULE: ./.build/src/resources/because.js
/** Names the line of deploy.yaml that asks for something. */
function because_because(deployment, place) {
    return `${deployment.file}:${place.line}`;
}

;// CONCATENATED MODULE: ./.build/src/google/serviceusage.js

/** Google refuses more than 20 in one batchEnable and reads as many at a time. https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const serviceusage_batch = 20;
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
        await operations_waitForRpc(started, (name) => google.transport.send({ api: 'serviceusage', method: 'GET', path: `v1/${name}` }), { what: `enabling ${chunk.length} APIs in ${project}`, deadline }, google.clock, google.signal);
    }
}
function chunks(names) {
    return Array.from({ length: Math.ceil(names.length / serviceusage_batch) }, (_, index) => names.slice(index * serviceusage_batch, (index + 1) * serviceusage_batch));
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

;// CONCATENATED MODULE: ./.build/src/engine/compare.js
/**
 * The fields in which `have` differs from `want`. Only fields that `want` names are looked at: what nobody asked for
 * belongs to the server or to somebody else. A field that `want` names as `undefined` is wanted absent. Objects are
 * walked; lists are compared item by item, since their order is part of what they say. An absent field equals the
 * empty values that Google's JSON leaves out.
 */
function compare(want, have, prefix = '') {
    const had = (have ?? {});
    return Object.entries(want).flatMap(([key, after]) => {
        const field = prefix + key;
        const before = had[key];
        if (isRecord(after))
            return compare(after, isRecord(before) ? before : undefined, `${field}.`);
        return same(after, before) ? [] : [{ field, ...present('before', before), ...present('after', after) }];
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
        return isRecord(have) && compare(want, have).length === 0;
    return same(want, have);
}
function isEmpty(value) {
    return value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function present(key, value) {
    return (value === undefined ? {} : { [key]: value });
}
/** The update mask of a set of changes: Google's field masks name the path of each field. */
function maskOf(fields) {
    return fields.map(({ field }) => field).join(',');
}
/** The top-level fields that changes touch: what a PATCH of whole fields has to name. */
function touchedFields(changes) {
    return [
        ...new Set(changes.flatMap((change) => change.fields.map(({ field }) => field.split('.')[0] ?? field))),
    ];
}
/** The top-level fields of `want` that changes touch. */
function touchedParts(want, changes) {
    const touched = touchedFields(changes);
    return Object.fromEntries(Object.entries(want).filter(([key]) => touched.includes(key)));
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

;// CONCATENATED MODULE: ./.build/src/google/monitoring.js


function listConfigs(google, project, collection) {
    return paging_listAll(google.transport, {
        api: 'monitoring',
        method: 'GET',
        path: `v3/projects/${project}/${collection}`,
        query: { pageSize: 100 },
    }, (page) => page[collection]);
}
/** `name` is Google's, as a list gives it. */
function getConfig(google, name) {
    return google.transport.send({ api: 'monitoring', method: 'GET', path: `v3/${name}` });
}
/** Not repeatable: Google chooses the name, so that a second sending would be a second one. */
function createConfig(google, project, collection, config) {
    return google.transport.send({
        api: 'monitoring',
        method: 'POST',
        path: `v3/projects/${project}/${collection}`,
        body: config,
    });
}
async function patchConfig(google, name, config, updateMask) {
    await google.transport.send({
        api: 'monitoring',
        method: 'PATCH',
        path: `v3/${name}`,
        query: { updateMask },
        body: config,
    });
}
/** A channel goes even when somebody's policy still names it. That it is gone already is as good. */
async function deleteConfig(google, name) {
    const query = name.includes('/notificationChannels/') ? { force: true } : {};
    await unlessGone(google.transport.send({ api: 'monitoring', method: 'DELETE', path: `v3/${name}`, query }));
}

;// CONCATENATED MODULE: ./.build/src/resources/apis.js
/**
 * The APIs that the deployment uses, enabled in its project. Only enabling is ours: an API that nothing of ours needs
 * any more may be in use by others. https://cloud.google.com/service-usage/docs/enable-disable
 */


const apisAddress = 'apis';
/** `names` are some of the deployment's APIs; all of them unless told. */
function apis(context, names = context.deployment.apis) {
    const { google, deployment } = context;
    return {
        address: apisAddress,
        dependsOn: [],
        remedy: 'An API that stays disabled is held back by an organization policy (gcp.restrictServiceUsage, serviceuser.services) or by a project without billing: look at both, then run again.',
        observe: (fresh) => (fresh ? enabledServices(google, deployment.project, names) : context.enabled()),
        diff: (enabled) => update(apisAddress, 'what deploy.yaml uses', names
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
    return (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(want)).digest('hex').slice(0, 16);
}
/** The wish with its own stamp among its labels, whose values take at most 63 lower-case letters and digits. */
function stamped(want) {
    return { ...want, labels: { ...want.labels, [label]: stampOf(want) } };
}
const lastWord = new RegExp(` ${label}=([0-9a-f]{16})$`);
/** A description that ends in the stamp of this wish. */
function stampedText(text, want) {
    return `${text} ${label}=${stampOf(want)}`;
}
/**
 * The differences without that of the stamp: by itself it is no reason to write, and nothing for a person to read. It
 * goes along with the labels of whatever is written.
 */
function unstamped(fields) {
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
    return markOutside(update(address, why, fields), want, have);
}
/** Changes of a stamped resource, marked when what is there carries the stamp of today's wish. */
function markOutside(changes, want, have) {
    return marked(changes, want?.[label], have?.[label]);
}
/** The same for a resource whose stamp stands in its description. */
function markOutsideText(changes, want, have) {
    const stampIn = (text) => lastWord.exec(text ?? '')?.[1];
    return marked(changes, stampIn(want), stampIn(have));
}
function marked(changes, want, have) {
    if (want === undefined || want !== have)
        return changes;
    return changes.map((change) => ({ ...change, outside: true }));
}

;// CONCATENATED MODULE: ./.build/src/resources/monitoring-config.js
/**
 * The shape that all kinds of Monitoring's configuration share. Google chooses their names, so that ours are found by
 * labels; labels of others stay. https://cloud.google.com/monitoring/api/ref_v3/rest
 */







/** One list for each collection, whoever looks into it. */
const ownConfigs = perContext((context) => {
    const read = (collection) => listing(context, 'monitoring.googleapis.com', () => listConfigs(context.google, context.deployment.project, collection));
    return {
        notificationChannels: read('notificationChannels'),
        alertPolicies: read('alertPolicies'),
        uptimeCheckConfigs: read('uptimeCheckConfigs'),
    };
});
function monitoringResource(context, wanted) {
    const { google, deployment } = context;
    const { project } = deployment;
    const { address, collection, why, comparable = (have) => have } = wanted;
    const labels = { ...deployment.labels, ...wanted.marks };
    const want = () => {
        const plain = wanted.want();
        return { ...plain, userLabels: { ...labels, spec: stampOf(plain) } };
    };
    const isOurs = (have) => Object.entries(labels).every(([label, value]) => have.userLabels?.[label] === value) &&
        (wanted.isOne?.(have) ?? true);
    // By its name, once known: a list may not show at once what was just made.
    let name;
    const read = async (fresh) => {
        if (fresh && name !== undefined)
            return await getConfig(google, name).catch(absent);
        const all = fresh
            ? await listConfigs(google, project, collection)
            : (await ownConfigs(context)[collection]());
        return all.find(isOurs);
    };
    const known = (have) => {
        name = have?.name ?? name;
        if (have?.name !== undefined)
            wanted.named?.(have.name);
        return have;
    };
    return {
        address,
        dependsOn: [apisAddress, ...(wanted.dependsOn ?? [])],
        observe: async (fresh) => known(await read(fresh)),
        diff: (have) => {
            const wish = want();
            const fields = unstamped(compare(wish, have && comparable(have)));
            if (!have)
                return [create(address, why, fields)];
            return updateStamped(address, why, fields, wish.userLabels, have.userLabels);
        },
        apply: async (changes, have) => {
            if (have?.name === undefined) {
                known(await createConfig(google, project, collection, want()));
                return;
            }
            const wish = want();
            const body = { ...wish, userLabels: { ...have.userLabels, ...wish.userLabels } };
            const mask = [...new Set([...touchedFields(changes), 'userLabels'])].join(',');
            await patchConfig(google, have.name, body, mask);
        },
    };
}
function absent(error) {
    if (!error_isNotFound(error))
        throw error;
}

;// CONCATENATED MODULE: ./.build/src/resources/alerts.js





const channelAddress = (email) => `notification_channel/${email}`;
const alertAddress = (purpose) => `alert_policy/${purpose}`;
const uptimeAddress = (app) => `uptime_check/${app}`;
/** Names that Google chose, by what they are for: they are known once the thing is there. */
const chosen = perContext(() => ({
    channels: new Map(),
    checks: new Map(),
}));
function alerts_alerts(context, wanted) {
    return [
        ...wanted.email.map((email) => channel(context, wanted, email)),
        ...(wanted.errorLog ? [errorAlert(context, wanted)] : []),
        ...wanted.uptime.flatMap((check) => [alerts_uptimeCheck(context, check), uptimeAlert(context, wanted, check)]),
    ];
}
/** Names of the channels as far as they are known, in one order. */
function channelNames(context, wanted) {
    const { channels } = chosen(context);
    return wanted.email.map((email) => channels.get(email) ?? knownAfterApply).sort();
}
function channel(context, wanted, email) {
    const { deployment } = context;
    return monitoringResource(context, {
        address: channelAddress(email),
        collection: 'notificationChannels',
        marks: {},
        isOne: ({ type, labels }) => type === 'email' && labels?.email_address === email,
        want: () => ({
            type: 'email',
            displayName: `${deployment.name} ${deployment.environment}: ${email}`,
            labels: { email_address: email },
            enabled: true,
        }),
        why: because_because(deployment, wanted.place),
        named: (name) => chosen(context).channels.set(email, name),
    });
}
/** Google asks for a limit where the log itself is what is watched. */
const atMostOnceAnHour = { notificationRateLimit: { period: '3600s' } };
function errorAlert(context, wanted) {
    const { deployment } = context;
    return alertPolicy(context, wanted, {
        purpose: 'error-log',
        dependsOn: [],
        why: because_because(deployment, wanted.place),
        want: () => ({
            displayName: `${deployment.name} ${deployment.environment}: errors in the log`,
            conditions: [
                {
                    displayName: 'a service or a worker logs an error',
                    conditionMatchedLog: { filter: errorFilter(context) },
                },
            ],
            alertStrategy: atMostOnceAnHour,
            documentation: {
                content: 'A service or a worker of this deployment logged an error. The incident links to the entry.',
                mimeType: 'text/markdown',
            },
        }),
    });
}
/** https://cloud.google.com/run/docs/logging: resource types of services and worker pools. */
function errorFilter({ deployment }) {
    const apps = deployment.services.flatMap(({ app }) => app?.name ?? []);
    const workers = deployment.services.flatMap(({ worker }) => worker?.name ?? []);
    const parts = [
        ...logsOf('cloud_run_revision', 'service_name', apps),
        ...logsOf('cloud_run_worker_pool', 'worker_pool_name', workers),
    ];
    return `severity>=ERROR AND (${parts.join(' OR ')})`;
}
function logsOf(type, label, names) {
    if (names.length === 0)
        return [];
    const one = names.map((name) => `resource.labels.${label}="${name}"`).join(' OR ');
    return [`(resource.type="${type}" AND (${one}))`];
}
function alerts_uptimeCheck(context, check) {
    const { deployment, projectNumber } = context;
    const host = serviceHost(check.app, projectNumber, deployment.region);
    return monitoringResource(context, {
        address: uptimeAddress(check.app),
        collection: 'uptimeCheckConfigs',
        marks: {},
        // The host of a check cannot be changed, so that another host is another check.
        isOne: ({ monitoredResource }) => monitoredResource?.labels?.host === host,
        want: () => ({
            displayName: `${deployment.name} ${deployment.environment}: ${check.service}`,
            monitoredResource: { type: 'uptime_url', labels: { project_id: deployment.project, host } },
            httpCheck: { path: check.path, port: 443, useSsl: true, validateSsl: true },
            period: '300s',
            timeout: '10s',
        }),
        why: because_because(deployment, check.place),
        named: (name) => chosen(context).checks.set(check.app, name.split('/').at(-1) ?? ''),
    });
}
function uptimeAlert(context, wanted, check) {
    const { deployment } = context;
    return alertPolicy(context, wanted, {
        purpose: `uptime-${check.app}`,
        dependsOn: [uptimeAddress(check.app)],
        why: because_because(deployment, check.place),
        want: () => ({
            displayName: `${deployment.name} ${deployment.environment}: ${check.service} does not answer`,
            conditions: [
                {
                    displayName: `checks of ${check.path} fail from more than one place`,
                    conditionThreshold: failures(chosen(context).checks.get(check.app) ?? knownAfterApply),
                },
            ],
        }),
    });
}
/** https://cloud.google.com/monitoring/alerts/uptime-checks-api: more than one place must see it, for a minute. */
function failures(checkId) {
    return {
        filter: `resource.type = "uptime_url" AND metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND metric.labels.check_id = "${checkId}"`,
        aggregations: [
            {
                alignmentPeriod: '1200s',
                perSeriesAligner: 'ALIGN_NEXT_OLDER',
                crossSeriesReducer: 'REDUCE_COUNT_FALSE',
                groupByFields: ['resource.label.project_id', 'resource.label.host'],
            },
        ],
        comparison: 'COMPARISON_GT',
        thresholdValue: 1,
        duration: '60s',
        trigger: { count: 1 },
    };
}
function alertPolicy(context, wanted, policy) {
    return monitoringResource(context, {
        address: alertAddress(policy.purpose),
        dependsOn: [...wanted.email.map(channelAddress), ...policy.dependsOn],
        collection: 'alertPolicies',
        marks: { alert: policy.purpose },
        want: () => ({
            combiner: 'OR',
            enabled: true,
            ...policy.want(),
            notificationChannels: channelNames(context, wanted),
        }),
        comparable: (have) => ({ ...have, notificationChannels: have.notificationChannels?.toSorted() }),
        why: policy.why,
    });
}

;// CONCATENATED MODULE: ./.build/src/google/storage.js



function listBuckets(google, project) {
    return paging_listAll(google.transport, { api: 'storage', method: 'GET', path: 'storage/v1/b', query: { project } }, (page) => page.items);
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
    return paging_listAll(google.transport, {
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
    const boundary = (0,external_node_crypto_.randomBytes)(24).toString('hex');
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
    await error_unlessGone(google.transport.send({
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

;// CONCATENATED MODULE: ./.build/src/resources/bucket.js
/**
 * Cloud Storage buckets. Ours: uniform access, public access prevention, CORS, lifecycle, versioning and labels; the
 * location is immutable. A bucket's name is unique in the whole world, so a 409 may mean that somebody else has it.
 * https://cloud.google.com/storage/docs/json_api/v1/buckets
 */










const bucketAddress = (name) => `bucket/${name}`;
/** Source archives serve one build; a month is time enough to look into a failed one. */
const sourcesLiveDays = 30;
/** The buckets of the project. */
const ownBuckets = perContext((context) => listing(context, 'storage.googleapis.com', () => listBuckets(context.google, context.deployment.project)));
function buckets(context) {
    const { deployment } = context;
    const list = ownBuckets(context);
    return deployment.buckets.map((bucket) => bucketResource(context, wantOf(bucket, deployment.labels), because_because(deployment, bucket.place), list));
}
/** Where builds take their sources from; nothing when nothing is built. */
function sourceBucket(context) {
    const { deployment } = context;
    if (!deployment.services.some(isBuilt))
        return [];
    const want = wantOf({
        name: deployment.builds.bucket,
        location: deployment.region,
        versioning: false,
        cors: [],
        deleteAfterDays: sourcesLiveDays,
    }, deployment.labels);
    return [bucketResource(context, want, 'builds take their sources from it', ownBuckets(context))];
}
function wantOf(bucket, labels) {
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
    const address = bucketAddress(want.name);
    return {
        address,
        dependsOn: [apisAddress],
        observe: (fresh) => find(fresh, list, ({ name }) => name === want.name, () => readOwn(context, want.name), error_isNotFound),
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
        throw error instanceof error_GoogleError && error.http === 403 ? nameTaken(name, error) : error;
    });
    if (bucket.projectNumber && String(bucket.projectNumber) !== context.projectNumber)
        throw nameTaken(name);
    return bucket;
}
function nameTaken(name, cause) {
    return new failure/* Failure */.H('BUCKET_NAME_TAKEN', `The bucket name ${name} belongs to another project.`, {
        next: 'Names of buckets are unique in the whole world: give it another `name` in deploy.yaml, for example one that ends in the id of the project.',
        cause,
    });
}

;// CONCATENATED MODULE: ./.build/src/google/billingbudgets.js


const api = 'billingbudgets';
function listBudgets(google, billingAccount) {
    return paging_listAll(google.transport, { api, method: 'GET', path: `v1/billingAccounts/${billingAccount}/budgets`, query: { pageSize: 100 } }, (page) => page.budgets);
}
/** `name` is Google's, as a list gives it. */
function getBudget(google, name) {
    return google.transport.send({ api, method: 'GET', path: `v1/${name}` });
}
/** Not repeatable: Google chooses the name, so that a second sending would be a second budget. */
function createBudget(google, billingAccount, budget) {
    return google.transport.send({
        api,
        method: 'POST',
        path: `v1/billingAccounts/${billingAccount}/budgets`,
        body: budget,
    });
}
async function patchBudget(google, name, budget, updateMask) {
    await google.transport.send({
        api,
        method: 'PATCH',
        path: `v1/${name}`,
        query: { updateMask },
        body: budget,
    });
}
/** That it is gone already is as good. */
async function deleteBudget(google, name) {
    await unlessGone(google.transport.send({ api, method: 'DELETE', path: `v1/${name}` }));
}

;// CONCATENATED MODULE: ./.build/src/resources/budget.js








const budgetAddress = (title) => `budget/${title}`;
/** Google takes titles of up to 60 characters, and five channels. */
const longestTitle = 60;
const mostChannels = 5;
/** What ours is found by. */
function budgetTitle({ name, environment }) {
    return `${name} ${environment}`.slice(0, longestTitle);
}
function budget_budget(context, wanted, alerts) {
    const { google, deployment, projectNumber } = context;
    const title = budgetTitle(deployment);
    const project = `projects/${projectNumber}`;
    const address = budgetAddress(title);
    const why = because_because(deployment, wanted.place);
    const told = alerts && { ...alerts, email: alerts.email.slice(0, mostChannels) };
    const want = () => ({
        displayName: title,
        budgetFilter: { projects: [project], calendarPeriod: 'MONTH' },
        amount: {
            specifiedAmount: {
                units: String(wanted.amount),
                ...(wanted.currency !== undefined && { currencyCode: wanted.currency }),
            },
        },
        thresholdRules: wanted.thresholds.map((thresholdPercent) => ({
            thresholdPercent,
            spendBasis: 'CURRENT_SPEND',
        })),
        ...(told && { notificationsRule: { monitoringNotificationChannels: channelNames(context, told) } }),
    });
    const isOurs = (have) => have.displayName === title && (have.budgetFilter?.projects ?? []).includes(project);
    const explained = async (call) => await call.catch((error) => {
        throw error instanceof error_GoogleError ? budget_explain(context, wanted, error) : error;
    });
    // By its name, once known: a list may not show at once what was just made.
    let name;
    return {
        address,
        dependsOn: [apisAddress, ...(told?.email ?? []).map(channelAddress)],
        observe: async (fresh) => {
            if (!fresh && !(await context.enabled()).has('billingbudgets.googleapis.com'))
                return undefined;
            const have = name === undefined
                ? (await explained(listBudgets(google, wanted.billingAccount))).find(isOurs)
                : await getBudget(google, name).catch((error) => {
                    if (!error_isNotFound(error))
                        throw error;
                    return undefined;
                });
            name = have?.name ?? name;
            return have;
        },
        diff: (have) => {
            const fields = compare(want(), have && inOneOrder(have));
            return have ? update(address, why, fields) : [create(address, why, fields)];
        },
        apply: async (changes, have) => {
            if (have?.name !== undefined)
                await explained(patchBudget(google, have.name, keeping(have, want()), touchedFields(changes).join(',')));
            else
                name = (await explained(createBudget(google, wanted.billingAccount, want()))).name;
        },
    };
}
/** Whom else somebody wants to be told. */
function keeping(have, want) {
    return {
        ...want,
        ...(want.notificationsRule && {
            notificationsRule: { ...have.notificationsRule, ...want.notificationsRule },
        }),
    };
}
function inOneOrder(have) {
    const channels = have.notificationsRule?.monitoringNotificationChannels;
    return {
        ...have,
        thresholdRules: [...(have.thresholdRules ?? [])].sort((a, b) => (a.thresholdPercent ?? 0) - (b.thresholdPercent ?? 0)),
        ...(channels && {
            notificationsRule: { ...have.notificationsRule, monitoringNotificationChannels: channels.toSorted() },
        }),
    };
}
/** The account is not part of the project, so neither are the rights on it. */
function budget_explain(context, wanted, error) {
    const at = because_because(context.deployment, wanted.place);
    if (error.http === 400 && /currenc/i.test(error.message)) {
        return new failure/* Failure */.H('BUDGET_CURRENCY', `The budget of ${at} was refused: ${error.message}`, {
            next: 'Remove budget.currency: a budget is in the currency of its billing account.',
            cause: error,
        });
    }
    if ((error.http !== 403 && error.http !== 404) || error.reason === 'SERVICE_DISABLED')
        return error;
    const member = context.deployer ? `serviceAccount:${context.deployer}` : 'PRINCIPAL';
    return new failure/* Failure */.H('BUDGET_DENIED', `The billing account ${wanted.billingAccount} (${at}) cannot be reached: ${error.message}`, {
        next: `Correct budget.billing_account, or let its administrator run: gcloud billing accounts add-iam-policy-binding ${wanted.billingAccount} --member=${member} --role=roles/billing.costsManager`,
        cause: error,
    });
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
function crc32c(data) {
    let crc = 0xffffffff;
    for (const byte of data)
        crc = (crc32c_table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
}

;// CONCATENATED MODULE: ./.build/src/google/secretmanager.js




function listSecrets(google, project) {
    return paging_listAll(google.transport, { api: 'secretmanager', method: 'GET', path: `v1/projects/${project}/secrets`, query: { pageSize: 250 } }, (page) => page.secrets);
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
        if (dataCrc32c && String(dataCrc32c) !== String(crc32c(data))) {
            throw new Error(`the value of secret ${secret} was damaged on its way`);
        }
        return { number: answer.name?.split('/').at(-1) ?? '', value: new Secret(data.toString('utf8')) };
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
async function secretmanager_latestVersionNumber(google, project, secret) {
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
    const versions = await paging_listAll(google.transport, {
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

;// CONCATENATED MODULE: ./.build/src/google/redis.js




/** Creating takes three to ten minutes. */
const redis_deadline = 20 * 60_000;
const collection = (at) => `v1/projects/${at.project}/locations/${at.region}/instances`;
function listRedis(google, at) {
    return paging_listAll(google.transport, { api: 'redis', method: 'GET', path: collection(at) }, (page) => page.instances);
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
async function createRedis(google, at, instance) {
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
async function patchRedis(google, at, instance, updateMask) {
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
async function upgradeRedis(google, at, redisVersion) {
    const started = await google.transport.send({
        api: 'redis',
        method: 'POST',
        path: `${collection(at)}/${at.name}:upgrade`,
        body: { redisVersion },
    });
    await finish(google, started, `upgrading Memorystore instance ${at.name}`);
}
/** With what is in it. That it is gone already is as good. */
async function deleteRedis(google, at) {
    await error_unlessGone(google.transport
        .send({ api: 'redis', method: 'DELETE', path: `${collection(at)}/${at.name}` })
        .then((started) => finish(google, started, `deleting Memorystore instance ${at.name}`)));
}
/** Waits for what an earlier run, or Google itself, is doing with it. */
function waitUntilReady(google, at) {
    return operations_waitFor(async () => {
        const instance = await redis_getRedis(google, at);
        return instance.state === 'READY' ? instance : undefined;
    }, { what: `getting Memorystore instance ${at.name} ready`, deadline: redis_deadline, ceiling: 10_000 }, google.clock, google.signal);
}
async function finish(google, started, what) {
    await operations_waitForRpc(started, (name) => google.transport.send({ api: 'redis', method: 'GET', path: `v1/${name}` }), { what, deadline: redis_deadline, ceiling: 10_000 }, google.clock, google.signal);
}

;// CONCATENATED MODULE: ./.build/src/google/compute.js



const compute_deadline = 10 * 60_000;
const scopePath = (at) => `compute/v1/projects/${at.project}/${at.scope}`;
function listCompute(google, at) {
    return paging_listAll(google.transport, { api: 'compute', method: 'GET', path: `${scopePath(at)}/${at.kind}` }, (page) => page.items);
}
function getCompute(google, at, name) {
    return google.transport.send({
        api: 'compute',
        method: 'GET',
        path: `${scopePath(at)}/${at.kind}/${name}`,
    });
}
function insertCompute(google, at, body) {
    const request = {
        api: 'compute',
        method: 'POST',
        path: `${scopePath(at)}/${at.kind}`,
        body,
        repeatable: true,
    };
    return carryOut(google, at, request, `creating ${at.kind.replace(/e?s$/, '')} ${body.name}`);
}
function patchCompute(google, at, name, body) {
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
    await error_unlessGone(carryOut(google, at, request, `deleting ${at.kind.replace(/e?s$/, '')} ${name}`));
}
/** Not by PATCH: https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/setPrivateIpGoogleAccess */
function setPrivateGoogleAccess(google, at, subnet, privateIpGoogleAccess) {
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
    const ended = await operations_waitFor(async () => {
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

;// CONCATENATED MODULE: ./.build/src/resources/network.js








const networkAddress = (name) => `network/${name}`;
const subnetAddress = (name) => `subnet/${name}`;
const routerAddress = (name) => `router/${name}`;
const networkPath = (project, name) => `projects/${project}/global/networks/${name}`;
/** The networks of the project. */
const ownNetworks = perContext((context) => listing(context, 'compute.googleapis.com', () => listCompute(context.google, networksOf(context))));
const networksOf = ({ deployment }) => ({
    project: deployment.project,
    scope: 'global',
    kind: 'networks',
});
function network_network(context, wanted) {
    return computeResource(context, {
        address: networkAddress(wanted.name),
        dependsOn: [apisAddress],
        at: networksOf(context),
        list: ownNetworks(context),
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
    return computeResource(context, {
        address: subnetAddress(wanted.subnet),
        dependsOn: [networkAddress(wanted.name)],
        at,
        want: {
            name: wanted.subnet,
            network: networkPath(project, wanted.name),
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
    return computeResource(context, {
        address: routerAddress(names.name),
        dependsOn: [networkAddress(wanted.name)],
        at: { project, scope: `regions/${region}`, kind: 'routers' },
        want: {
            name: names.name,
            network: networkPath(project, wanted.name),
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
function computeResource(context, wanted) {
    const { google, deployment } = context;
    const { address, at, want, immutable, why } = wanted;
    // Compute's parts take no labels here; the description says whose they are, and cannot be changed later.
    const description = stampedText(markText(deployment.labels), want);
    const list = wanted.list ?? listing(context, 'compute.googleapis.com', () => listCompute(google, at));
    return {
        address,
        dependsOn: wanted.dependsOn,
        observe: (fresh) => find(fresh, list, ({ name }) => name === want.name, () => getCompute(google, at, want.name), error_isNotFound),
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
const servicenetworking_deadline = 10 * 60_000;
/** The private connections of a network; its name must hold the project's number. */
async function listConnections(google, projectNumber, network) {
    const page = await google.transport.send({
        api: 'servicenetworking',
        method: 'GET',
        path: `${servicenetworking_parent}/connections`,
        query: { network: networkName(projectNumber, network) },
    });
    return page.connections ?? [];
}
async function createConnection(google, projectNumber, network, range) {
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
async function addRange(google, projectNumber, network, ranges) {
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
    await operations_waitForRpc(started, (name) => google.transport.send({ api: 'servicenetworking', method: 'GET', path: `v1/${name}` }), { what: `${doing} network ${network} and Google's services`, deadline: servicenetworking_deadline }, google.clock, google.signal);
}
function networkName(projectNumber, network) {
    return `projects/${projectNumber}/global/networks/${network}`;
}

;// CONCATENATED MODULE: ./.build/src/resources/private-services.js




const rangeAddress = (name) => `address_range/${name}`;
const peeringAddress = (network) => `peering/${network}`;
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
    const address = peeringAddress(network.name);
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










const redisAddress = (instance) => `redis/${instance}`;
const immutable = new Set(['tier', 'authorizedNetwork', 'connectMode', 'transitEncryptionMode']);
function redis_redis(context, wanted) {
    const { google, deployment } = context;
    const at = { project: deployment.project, region: deployment.region, name: wanted.instance };
    const address = redisAddress(wanted.instance);
    const why = because_because(deployment, wanted.place);
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
            const have = await find(fresh, list, ({ name }) => name?.endsWith(`/instances/${wanted.instance}`) ?? false, () => redis_getRedis(google, at), error_isNotFound);
            if (have?.host && have.state === 'READY') {
                context.facts.redis = { host: have.host, port: have.port ?? 6379, auth: await redis_redisAuth(google, at) };
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




const sqladmin_api = 'sqladmin';
/** Creating an instance takes from four to twenty minutes. */
const instanceDeadline = 30 * 60_000;
const smallDeadline = 5 * 60_000;
const base = (project) => `v1/projects/${project}`;
function listInstances(google, project) {
    return paging_listAll(google.transport, { api: sqladmin_api, method: 'GET', path: `${base(project)}/instances` }, (page) => page.items);
}
function sqladmin_getInstance(google, project, instance) {
    return google.transport.send({ api: sqladmin_api, method: 'GET', path: `${base(project)}/instances/${instance}` });
}
function createInstance(google, project, instance) {
    return sqladmin_carryOut(google, project, { api: sqladmin_api, method: 'POST', path: `${base(project)}/instances`, body: instance, repeatable: true }, { what: `creating Cloud SQL instance ${instance.name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
function patchInstance(google, project, name, instance) {
    return sqladmin_carryOut(google, project, { api: sqladmin_api, method: 'PATCH', path: `${base(project)}/instances/${name}`, body: instance }, { what: `changing Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 });
}
/** States that an instance comes out of by itself. */
const passing = new Set(['PENDING_CREATE', 'MAINTENANCE', 'ONLINE_MAINTENANCE']);
function isPassing({ state }) {
    return passing.has(state ?? '');
}
/** Waits for an instance that somebody else, or an earlier run, is still creating, or that is being maintained. */
function waitUntilRunnable(google, project, name) {
    return operations_waitFor(async () => {
        const instance = await sqladmin_getInstance(google, project, name);
        return isPassing(instance) ? undefined : instance;
    }, { what: `getting Cloud SQL instance ${name} ready`, deadline: instanceDeadline, ceiling: 15_000 }, google.clock, google.signal);
}
async function listDatabases(google, project, instance) {
    const page = await google.transport.send({
        api: sqladmin_api,
        method: 'GET',
        path: `${base(project)}/instances/${instance}/databases`,
    });
    return page.items ?? [];
}
function createDatabase(google, project, instance, name) {
    return sqladmin_carryOut(google, project, {
        api: sqladmin_api,
        method: 'POST',
        path: `${base(project)}/instances/${instance}/databases`,
        body: { name, charset: 'UTF8' },
    }, { what: `creating database ${name}`, deadline: smallDeadline });
}
async function listUsers(google, project, instance) {
    const page = await google.transport.send({
        api: sqladmin_api,
        method: 'GET',
        path: `${base(project)}/instances/${instance}/users`,
    });
    return page.items ?? [];
}
function createUser(google, project, instance, user) {
    return sqladmin_carryOut(google, project, {
        api: sqladmin_api,
        method: 'POST',
        path: `${base(project)}/instances/${instance}/users`,
        body: { name: user.name, password: user.password.reveal(), type: 'BUILT_IN' },
    }, { what: `creating database user ${user.name}`, deadline: smallDeadline });
}
function setPassword(google, project, instance, user) {
    return sqladmin_carryOut(google, project, {
        api: sqladmin_api,
        method: 'PUT',
        path: `${base(project)}/instances/${instance}/users`,
        query: { name: user.name },
        body: { name: user.name, password: user.password.reveal() },
    }, { what: `setting the password of database user ${user.name}`, deadline: smallDeadline });
}
/** Fails while somebody is connected to it. That it is gone already is as good. */
async function deleteDatabase(google, project, instance, name) {
    const path = `${base(project)}/instances/${instance}/databases/${name}`;
    await sqladmin_remove(google, project, { path }, `deleting database ${name}`);
}
/** Fails while it owns anything in any database of the instance. That it is gone already is as good. */
async function deleteUser(google, project, instance, name) {
    const path = `${base(project)}/instances/${instance}/users`;
    await sqladmin_remove(google, project, { path, query: { name } }, `deleting database user ${name}`);
}
async function sqladmin_remove(google, project, at, what) {
    const request = { api: sqladmin_api, method: 'DELETE', ...at };
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
    await unlessGone(sqladmin_carryOut(google, project, { api: sqladmin_api, method: 'DELETE', path: `${base(project)}/instances/${name}`, ...(query && { query }) }, { what: `deleting Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 }));
}
/** The final backups of an instance of that name, which may be gone by now. */
async function finalBackups(google, project, instance) {
    const found = await listAll(google.transport, {
        api: sqladmin_api,
        method: 'GET',
        path: `${base(project)}/backups`,
        query: { filter: `instance:${instance} AND type:FINAL` },
    }, (page) => page.backups);
    return found.filter((backup) => backup.type === 'FINAL' && backup.instance?.split('/').at(-1) === instance);
}
async function sqladmin_carryOut(google, project, request, waiting) {
    const started = await startInTurn(google, project, request, waiting);
    const ended = await operations_waitFor(async () => {
        const now = await google.transport.send({
            api: sqladmin_api,
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
    return operations_waitFor(async () => {
        try {
            return await google.transport.send(request);
        }
        catch (error) {
            if (error instanceof error_GoogleError && error.http === 409 && error.reason === 'operationInProgress')
                return undefined;
            throw error;
        }
    }, { ...waiting, first: 500, expired: () => busy(google, project, request, waiting) }, google.clock, google.signal);
}
/** Only a refused call is sent again, so when the time is up the instance was busy all along. */
async function busy(google, project, request, waiting) {
    const instance = /\/instances\/([^/]+)/.exec(request.path)?.[1] ?? '';
    const { items = [] } = await google.transport.send({
        api: sqladmin_api,
        method: 'GET',
        path: `${base(project)}/operations`,
        query: { instance },
    });
    const running = items.find(({ status }) => status !== 'DONE');
    const by = running?.user ? ` of ${running.user}` : '';
    const what = running ? `its operation ${running.operationType}${by}` : 'another operation';
    return new failure/* Failure */.H('SQL_INSTANCE_BUSY', `Cloud SQL instance ${instance} is still busy with ${what} after ${waiting.deadline / 60_000} minutes, and does one at a time: ${waiting.what} has not begun.`, {
        next: `Run again when it is done: gcloud sql operations list --instance=${instance} --project=${project}`,
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/sql-settings.js






function wantedInstance(context, database) {
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
function instanceChanges(context, database, address, have) {
    const want = wantedInstance(context, database);
    const why = because_because(context.deployment, database.place);
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
function patches(want, have, changes) {
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







const sqlInstanceAddress = (name) => `sql_instance/${name}`;
function sqlInstance(context, database) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = sqlInstanceAddress(database.instance);
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
            const have = await find(fresh, list, ({ name }) => name === database.instance, () => sqladmin_getInstance(google, project, database.instance), error_isNotFound);
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
                throw error_isNotFound(error) ? nameReserved(database.instance, error) : error;
            });
        },
    };
}
/** Nothing can be made of an instance that is in one of the other states, so the plan ends here. */
function requireUsable(instance) {
    if (instance.state === undefined || instance.state === 'RUNNABLE' || isPassing(instance))
        return;
    throw new failure/* Failure */.H('SQL_INSTANCE_NOT_RUNNABLE', `Cloud SQL instance ${instance.name} is in state ${instance.state}.`, { next: advice[instance.state] ?? 'Look at its operations in the console, then run again.' });
}
const rename = 'the name stays blocked for about a week, so give database.instance another name';
const advice = {
    FAILED: `Look at its operations in the console for the reason. Delete it, mend the reason and run again; ${rename}.`,
    PENDING_DELETE: `Somebody is deleting it. If that was meant, ${rename}.`,
    SUSPENDED: 'Google switched it off, mostly since nobody pays for the project: look at its billing account.',
};
/** Refused as existing, and yet not there. https://cloud.google.com/sql/docs/postgres/delete-instance */
function nameReserved(name, cause) {
    return new failure/* Failure */.H('SQL_NAME_RESERVED', `An instance with the name ${name} was deleted a short time ago, and Google keeps the name for about a week.`, { next: 'Give database.instance another name, for example with a number at its end.', cause });
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
const ownSecrets = perContext((context) => listing(context, 'secretmanager.googleapis.com', () => listSecrets(context.google, context.deployment.project)));
function secret_secrets(context) {
    const { deployment } = context;
    const list = ownSecrets(context);
    return deployment.secrets.map((spec) => secret_secret(context, spec, list));
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
function secret_secret(context, spec, list) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = secretAddress(spec.name);
    const why = because_because(deployment, spec.place);
    const isPassword = deployment.database?.passwordSecret === spec.name;
    return {
        address,
        dependsOn: [apisAddress, ...valueDependencies(context, spec)],
        observe: async (fresh) => {
            await readCopied(context, spec);
            const found = await find(fresh, list, ({ name }) => name?.endsWith(`/secrets/${spec.name}`) ?? false, () => getSecret(google, project, spec.name), error_isNotFound);
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
    return new Secret(Array.from({ length }, () => letters[(0,external_node_crypto_.randomInt)(letters.length)]).join(''));
}
/** What has to exist before the value can be told. */
function valueDependencies(context, spec) {
    if (spec.source.kind !== 'value')
        return [];
    const { redis, database, preview } = context.deployment;
    return template_openReferences(spec.source.template).flatMap((reference) => {
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
const ownClaims = perContext((context) => async () => {
    const secrets = await ownSecrets(context)();
    const claims = secrets.flatMap((secret) => readClaim(context.deployment, secret) ?? []);
    return claims.sort((a, b) => a.pullRequest - b.pullRequest);
});
/** The preview's claim as part of its estate: looked at, for what it was given, and never changed. */
function claim_claim(context, preview) {
    const { google, deployment } = context;
    const name = claimName(deployment.name, preview.pullRequest);
    return {
        address: secret_claimAddress(preview.pullRequest),
        dependsOn: [apisAddress],
        observe: async (fresh) => {
            const secret = await find(fresh, ownSecrets(context), (have) => have.name?.endsWith(`/secrets/${name}`) ?? false, () => getSecret(google, deployment.project, name), error_isNotFound);
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
function claim_notAdmitted({ pullRequest }) {
    return new Failure('PREVIEW_NOT_ADMITTED', `The preview of pull request ${pullRequest} was not admitted.`, {
        next: 'Run actions/preview with `stage: admit` first: it counts the previews and says where this one is to live.',
    });
}

;// CONCATENATED MODULE: ./.build/src/google/dns.js



/** The network as a zone names it; `network` is `projects/P/global/networks/N`, with or without either of Google's hosts. */
function networkUrl(network) {
    return `https://www.googleapis.com/compute/v1/${/projects\/.*$/.exec(network)?.[0] ?? network}`;
}
const zonesPath = (project) => `dns/v1/projects/${project}/managedZones`;
function listZones(google, project) {
    return paging_listAll(google.transport, { api: 'dns', method: 'GET', path: zonesPath(project) }, (page) => page.managedZones);
}
function getZone(google, project, zone) {
    return google.transport.send({ api: 'dns', method: 'GET', path: `${zonesPath(project)}/${zone}` });
}
async function createZone(google, project, zone) {
    await google.transport.send({
        api: 'dns',
        method: 'POST',
        path: zonesPath(project),
        body: zone,
        repeatable: true,
    });
}
async function patchZone(google, project, name, zone) {
    await google.transport.send({
        api: 'dns',
        method: 'PATCH',
        path: `${zonesPath(project)}/${name}`,
        body: zone,
    });
}
function listRecords(google, project, zone) {
    return paging_listAll(google.transport, { api: 'dns', method: 'GET', path: `${zonesPath(project)}/${zone}/rrsets` }, (page) => page.rrsets);
}
/** Google deletes a zone that holds nothing but its own NS and SOA records. That it is gone already is as good. */
async function deleteZone(google, project, zone) {
    await error_unlessGone(google.transport.send({ api: 'dns', method: 'DELETE', path: `${zonesPath(project)}/${zone}` }));
}
/** Puts these record sets in the place of those, all of them or none. */
async function changeRecords(google, project, zone, change) {
    const path = `${zonesPath(project)}/${zone}/changes`;
    // A second sending is refused, as what is there by then when it only adds, and otherwise as something unknown.
    const started = await google.transport.send({
        api: 'dns',
        method: 'POST',
        path,
        body: change,
        repeatable: change.deletions.length === 0,
    });
    if (started.status === 'done')
        return;
    await operations_waitFor(async () => {
        const now = await google.transport.send({
            api: 'dns',
            method: 'GET',
            path: `${path}/${started.id}`,
        });
        return now.status === 'done' ? now : undefined;
    }, { what: `changing the records of DNS zone ${zone}`, deadline: 5 * 60_000 }, google.clock, google.signal);
}

;// CONCATENATED MODULE: ./.build/src/resources/dns-zone.js








const zoneAddress = (zone) => `dns_zone/${zone}`;
const recordsAddress = (zone) => `dns_records/${zone}`;
const dns_zone_why = 'calls between services stay in the VPC';
const domain = 'run.app.';
const ttl = 300;
/** private.googleapis.com, 199.36.153.8/30 */
const records = [
    {
        name: domain,
        type: 'A',
        ttl,
        rrdatas: ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'],
    },
    { name: `*.${domain}`, type: 'CNAME', ttl, rrdatas: [domain] },
];
function dnsZone(context, network, zone) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = zoneAddress(zone);
    const want = stamped({
        name: zone,
        dnsName: domain,
        description: dns_zone_why,
        visibility: 'private',
        privateVisibilityConfig: { networks: [{ networkUrl: networkUrl(networkPath(project, network.name)) }] },
        labels: { ...deployment.labels },
    });
    const list = listing(context, 'dns.googleapis.com', () => listZones(google, project));
    return {
        address,
        dependsOn: [apisAddress, networkAddress(network.name)],
        observe: (fresh) => find(fresh, list, ({ name }) => name === zone, () => getZone(google, project, zone), error_isNotFound),
        diff: (have) => {
            const fields = unstamped(compare(want, have && withUsualLinks(have)));
            if (!have)
                return [create(address, dns_zone_why, fields)];
            const fixed = fields.filter(({ field }) => field === 'dnsName' || field === 'visibility');
            if (fixed.length > 0)
                return replace(address, dns_zone_why, fixed);
            return updateStamped(address, dns_zone_why, fields, want.labels, have.labels);
        },
        apply: async (changes, have) => {
            const labels = { ...have?.labels, ...want.labels };
            if (have)
                await patchZone(google, project, zone, { ...touchedParts(want, changes), labels });
            else
                await unlessExists(createZone(google, project, want));
        },
    };
}
/** Google writes the same network with either of two hosts. */
function withUsualLinks(zone) {
    const networks = zone.privateVisibilityConfig?.networks ?? [];
    return {
        ...zone,
        privateVisibilityConfig: {
            networks: networks.map((one) => ({ networkUrl: networkUrl(one.networkUrl ?? '') })),
        },
    };
}
function dnsRecords(context, zone) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = recordsAddress(zone);
    return {
        address,
        dependsOn: [zoneAddress(zone)],
        observe: async () => {
            if (!(await context.enabled()).has('dns.googleapis.com') && context.justEnabled.size === 0)
                return undefined;
            return await listRecords(google, project, zone).catch((error) => {
                if (error_isNotFound(error))
                    return undefined;
                throw error;
            });
        },
        diff: (have) => {
            const fields = records.flatMap((want) => recordChange(want, have ?? []));
            return have ? update(address, dns_zone_why, fields) : [create(address, dns_zone_why, fields)];
        },
        apply: async (changes, have) => {
            const touched = new Set(changes.flatMap(({ fields }) => fields.map(({ field }) => field)));
            const additions = records.filter((record) => touched.has(dns_zone_nameOf(record)));
            const deletions = (have ?? []).filter((record) => additions.some((wanted) => isInTheWayOf(wanted, record)));
            await unlessExists(changeRecords(google, project, zone, { additions, deletions }));
        },
    };
}
/** Whether the record set is one that this suite puts into the zone. */
function isOwnRecord(record) {
    return records.some((own) => dns_zone_nameOf(own) === dns_zone_nameOf(record));
}
function dns_zone_nameOf({ name, type }) {
    return `${name} ${type}`;
}
function recordChange(want, have) {
    const before = have.filter((record) => isInTheWayOf(want, record));
    const [only, ...others] = before;
    if (only && others.length === 0 && isSame(want, only))
        return [];
    return [{ field: dns_zone_nameOf(want), ...(only && { before: before.map(dns_zone_shown).join('; ') }), after: dns_zone_shown(want) }];
}
function dns_zone_shown({ type, ttl: seconds, rrdatas }) {
    return `${type} ${rrdatas.join(' ')} (${seconds} s)`;
}
/** A name has either an alias or addresses. */
function isInTheWayOf(want, record) {
    return record.name === want.name && ['A', 'AAAA', 'CNAME'].includes(record.type);
}
function isSame(want, record) {
    const sorted = (datas) => [...datas].sort().join(' ');
    return (dns_zone_nameOf(want) === dns_zone_nameOf(record) &&
        want.ttl === record.ttl &&
        sorted(want.rrdatas) === sorted(record.rrdatas));
}

;// CONCATENATED MODULE: ./.build/src/resources/bindings.js
function holds(bindings, role, member) {
    return bindings.some((binding) => binding.role === role && !binding.condition && binding.members?.includes(member));
}
/** The bindings without the members that are to be taken out; those of others stay as they are, conditions included. */
function withoutMembers(bindings, isTaken) {
    return bindings
        .map((binding) => binding.condition
        ? binding
        : { ...binding, members: (binding.members ?? []).filter((member) => !isTaken(binding.role, member)) })
        .filter(({ members }) => members?.length !== 0);
}
/** The bindings with these rights added; those of others stay as they are, conditions included. */
function withRights(bindings, rights) {
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

;// CONCATENATED MODULE: ./.build/src/resources/frontend-files.js
/** What the bucket of the frontend has to hold: the files of its folder, and `config.json`. */






const configFile = 'config.json';
/** Asked for again at every use, which costs an empty answer when nothing has changed. */
const changing = 'no-cache';
const unchanging = 'public, max-age=31536000, immutable';
/** https://www.iana.org/assignments/media-types */
const types = {
    '.avif': 'image/avif',
    '.css': 'text/css; charset=utf-8',
    '.csv': 'text/csv; charset=utf-8',
    '.gif': 'image/gif',
    '.htm': 'text/html; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.jpeg': 'image/jpeg',
    '.jpg': 'image/jpeg',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json; charset=utf-8',
    '.m4a': 'audio/mp4',
    '.map': 'application/json; charset=utf-8',
    '.md': 'text/markdown; charset=utf-8',
    '.mjs': 'text/javascript; charset=utf-8',
    '.mp3': 'audio/mpeg',
    '.mp4': 'video/mp4',
    '.ogg': 'audio/ogg',
    '.otf': 'font/otf',
    '.pdf': 'application/pdf',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.ttf': 'font/ttf',
    '.txt': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
    '.wav': 'audio/wav',
    '.webm': 'video/webm',
    '.webmanifest': 'application/manifest+json',
    '.webp': 'image/webp',
    '.woff': 'font/woff',
    '.woff2': 'font/woff2',
    '.xml': 'application/xml; charset=utf-8',
};
/** Names under which people keep what is not for everybody. */
const confidential = [
    /(^|\/)\.env(\.|$)/,
    /(^|\/)\.git(\/|$)/,
    /(^|\/)\.npmrc$/,
    /(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/,
    /\.(pem|key|p12|pfx|jks)$/,
];
/** Reads and hashes the folder. Throws a Failure when there is nothing to show, or something that must not be shown. */
async function siteFiles(context, frontend) {
    const { deployment, workspace = '.' } = context;
    const folder = (0,external_node_path_.resolve)(workspace, deployment.root, frontend.folder);
    const at = because_because(deployment, frontend.place);
    const names = await namesIn(folder, frontend, at);
    const files = await Promise.all(names
        .filter((name) => name !== configFile || frontend.configJson === undefined)
        .map(async (name) => {
        const path = (0,external_node_path_.join)(folder, ...name.split('/'));
        return siteFile(frontend, name, await (0,promises_.readFile)(path), () => (0,promises_.readFile)(path));
    }));
    const config = configOf(context, frontend);
    const all = config === undefined ? files : [...files, siteFile(frontend, configFile, config, async () => config)];
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
async function namesIn(folder, frontend, at) {
    const entries = await (0,promises_.readdir)(folder, { recursive: true, withFileTypes: true }).catch((cause) => {
        throw new failure/* Failure */.H('FRONTEND_FOLDER', `There is no folder ${frontend.folder} (${at}).`, {
            next: 'Build the frontend in a step before this one, or correct frontend.folder.',
            cause,
        });
    });
    const found = entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => ({
        name: external_node_path_.posix.join(...(0,external_node_path_.join)(entry.parentPath, entry.name).slice(folder.length).split(/[\\/]/)),
        entry,
    }));
    const bad = found.filter(({ name, entry }) => !entry.isFile() || confidential.some((one) => one.test(name)));
    if (bad.length > 0) {
        throw new failure/* Failure */.H('FRONTEND_NOT_PUBLIC', `Everybody could read what ${frontend.folder} holds (${at}).`, {
            next: 'Take these out of the folder, or give frontend.folder the folder that the build writes.',
            details: bad.map(({ name, entry }) => entry.isFile() ? `${name} looks like a credential` : `${name} is a link`),
        });
    }
    const names = found.map(({ name }) => name);
    if (!names.includes(frontend.mainPage)) {
        throw new failure/* Failure */.H('FRONTEND_FOLDER', `${frontend.folder} holds no ${frontend.mainPage} (${at}).`, {
            next: 'Build the frontend in a step before this one, or correct frontend.folder and frontend.main_page.',
        });
    }
    return names;
}
function siteFile(frontend, name, content, read) {
    return {
        name,
        contentType: types[(0,external_node_path_.extname)(name).toLowerCase()] ?? 'application/octet-stream',
        cacheControl: neverChanges(frontend, name) ? unchanging : changing,
        md5Hash: (0,external_node_crypto_.createHash)('md5').update(content).digest('base64'),
        read,
    };
}
/** A hash in the name, as bundlers write it, or a folder that is said to hold nothing else. */
function neverChanges(frontend, name) {
    if (frontend.immutable.some((folder) => folder === '.' || name.startsWith(`${folder}/`)))
        return true;
    const hash = /[.-]([0-9a-f]{8,64})\.[a-z0-9.]+$/.exec(name)?.[1] ?? '';
    // A word of the letters a to f is not a hash, and a date of digits alone is none either.
    return /\d/.test(hash) && /[a-f]/.test(hash);
}
function configOf(context, { configJson }) {
    if (configJson === undefined)
        return undefined;
    const values = Object.entries(configJson).map(([key, value]) => [
        key,
        typeof value === 'object' ? resolveText(value, context.facts) : value,
    ]);
    return Buffer.from(`${JSON.stringify(Object.fromEntries(values), null, 2)}\n`);
}

;// CONCATENATED MODULE: ./.build/src/google/artifactregistry.js



function listRepositories(google, project, location) {
    return paging_listAll(google.transport, {
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
    await operations_waitForRpc(started, (name) => google.transport.send({ api: 'artifactregistry', method: 'GET', path: `v1/${name}` }), { what: `creating Artifact Registry repository ${at.name}`, deadline: 5 * 60_000 }, google.clock, google.signal);
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
async function digestOfTag(google, at, tag) {
    try {
        const found = await google.transport.send({
            api: 'artifactregistry',
            method: 'GET',
            path: `${packagePath(at)}/tags/${tag}`,
        });
        return found.version?.split('/').at(-1);
    }
    catch (error) {
        if (error_isNotFound(error))
            return undefined;
        throw error;
    }
}
function packagePath(at) {
    const image = encodeURIComponent(at.image);
    return `v1/projects/${at.project}/locations/${at.location}/repositories/${at.repository}/packages/${image}`;
}

;// CONCATENATED MODULE: ./.build/src/resources/repository.js
/**
 * The Artifact Registry repository of the images. Ours: format (immutable), labels, and a cleanup policy that keeps
 * the newest versions of each image. https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
 */







const repositoryAddress = (name) => `repository/${name}`;
/** The repositories of the project in the location of ours. */
const ownRepositories = perContext((context) => listing(context, 'artifactregistry.googleapis.com', () => listRepositories(context.google, context.deployment.project, context.deployment.repository.location)));
function repository_repository(context) {
    const { google, deployment } = context;
    const { name, location, keep } = deployment.repository;
    const at = { project: deployment.project, location, name };
    const address = repositoryAddress(name);
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
    const list = ownRepositories(context);
    return {
        address,
        dependsOn: [apisAddress],
        observe: (fresh) => find(fresh, list, (have) => have.name?.endsWith(`/repositories/${name}`) ?? false, () => getRepository(google, deployment.project, location, name), error_isNotFound),
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
    return paging_listAll(google.transport, { api: 'iam', method: 'GET', path: `v1/projects/${project}/serviceAccounts`, query: { pageSize: 100 } }, (page) => page.accounts);
}
function getServiceAccount(google, project, email) {
    return google.transport.send({
        api: 'iam',
        method: 'GET',
        path: `v1/projects/${project}/serviceAccounts/${email}`,
    });
}
function createServiceAccount(google, project, account) {
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
function patchServiceAccount(google, project, email, serviceAccount, updateMask) {
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











const serviceAccountAddress = (id) => `service_account/${id}`;
/** The service accounts of the project. */
const ownServiceAccounts = perContext((context) => listing(context, 'iam.googleapis.com', () => listServiceAccounts(context.google, context.deployment.project)));
function serviceAccounts(context) {
    const { deployment } = context;
    return deployment.serviceAccounts.map((account) => serviceAccount(context, { ...account, description: stampedText(markText(deployment.labels), { name: account.displayName }) }, because_because(deployment, account.place)));
}
/** The account that builds run as, which a preview shares; nothing when nothing is built. */
function builderAccount(context) {
    const { builds, name, project, services } = context.deployment;
    if (!services.some(isBuilt))
        return [];
    const email = names_serviceAccountEmail(builds.serviceAccount, project);
    return [
        serviceAccount(context, { id: builds.serviceAccount, email, displayName: `${name} builds` }, 'builds'),
    ];
}
function serviceAccount(context, account, why) {
    const { google, deployment } = context;
    const { project } = deployment;
    const address = serviceAccountAddress(account.id);
    const { displayName, description } = account;
    const want = { displayName, ...(description === undefined ? {} : { description }) };
    const list = ownServiceAccounts(context);
    return {
        address,
        dependsOn: [apisAddress],
        observe: (fresh) => find(fresh, list, ({ email }) => email === account.email, () => getServiceAccount(google, project, account.email), error_isNotFound),
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
const retiredAccounts = perContext((context) => once(async () => {
    const { deployment } = context;
    const asked = new Set(deployment.serviceAccounts.map(({ email }) => email));
    const accounts = await ownServiceAccounts(context)();
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
            const accounts = await retiredAccounts(context)();
            const isLooking = context.prune && accounts.length > 0;
            return { accounts, carriers: isLooking ? await forgottenCarriers(context) : [] };
        },
        diff: (have) => update(retiredAddress, why, (have?.carriers ?? []).flatMap(({ name, bindings }) => heldBy(have?.accounts ?? [], name, bindings))),
        stays: (have) => (have?.accounts ?? []).map((email) => staying(context, email, why)),
        apply: async (_changes, have) => {
            for (const { name, target, bindings } of have?.carriers ?? []) {
                if (heldBy(have?.accounts ?? [], name, bindings).length === 0)
                    continue;
                await changePolicy(context.google, target, (now) => withoutMembers(now, (_role, member) => isOneOf(have?.accounts ?? [], member)));
            }
        },
    };
}
function staying({ prune, deployment }, email, because) {
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
            .filter(({ labels }) => mark_isOurs(deployment, markOfLabels(labels)))
            .map(({ name }) => name?.split('/').at(-1) ?? '')
            .filter((secret) => !askedSecrets.has(secret))
            .map((secret) => ({ name: `secret/${secret}`, target: { kind: 'secret', project, secret } })),
        ...buckets
            .filter(({ labels, name }) => mark_isOurs(deployment, markOfLabels(labels)) && !askedBuckets.has(name))
            .map(({ name = '' }) => ({
            name: `bucket/${name}`,
            target: { kind: 'bucket', bucket: name },
        })),
    ];
    return await Promise.all(targets.map(async (carrier) => ({
        ...carrier,
        bindings: (await policy_readPolicy(google, carrier.target)).bindings ?? [],
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
            why: `${because_because(deployment, grant.place)} ${grant.because}`,
        });
    }
    for (const [on, right] of actingAs(context))
        add(on, right);
    // Something that nothing has a right on any more is looked at only for what is to be taken away.
    if (context.prune)
        for (const on of carriers(context))
            addEmpty(on);
    return [...groups].map(([address, { on, rights }]) => policy(context, address, on, rights));
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
        why: because_because(deployment, place),
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
    const email = names_serviceAccountEmail(builds.serviceAccount, project);
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
function policy(context, address, on, rights) {
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
            return await policy_readPolicy(google, target).catch((error) => {
                if (error_isNotFound(error))
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
    const missing = rights.filter(({ role, member }) => !holds(bindings, role, member));
    const fields = missing.map(({ role, member }) => ({ field: role, after: member }));
    return update(address, [...new Set(missing.map(({ why }) => why))].join('; '), fields);
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

;// CONCATENATED MODULE: ./.build/src/resources/frontend.js












const frontendAddress = (bucket) => `frontend/${bucket}`;
/** Files on the way at a time. */
const uploads = 8;
function frontend_frontend(context, wanted) {
    return [siteBucket(context, wanted), publicAccess(context, wanted), siteContent(context, wanted)];
}
function siteBucket(context, wanted) {
    const { deployment } = context;
    const want = {
        name: wanted.bucket,
        location: wanted.location.toUpperCase(),
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'inherited' },
        website: { mainPageSuffix: wanted.mainPage, notFoundPage: wanted.notFoundPage },
        labels: { ...deployment.labels },
    };
    return bucketResource(context, want, because_because(deployment, wanted.place), ownBuckets(context));
}
function publicAccess(context, wanted) {
    const { google, deployment } = context;
    const address = `policy/bucket/${wanted.bucket}`;
    const target = { kind: 'bucket', bucket: wanted.bucket };
    const why = `${because_because(deployment, wanted.place)} everybody may read the frontend`;
    const rights = [{ role: 'roles/storage.objectViewer', member: 'allUsers', why }];
    return {
        address,
        dependsOn: [bucketAddress(wanted.bucket)],
        observe: (fresh) => whenThere(context, wanted.bucket, fresh, () => policy_readPolicy(google, target)),
        diff: (have) => missingRights(address, rights, have?.bindings ?? []),
        apply: (_changes, have) => changePolicy(google, target, (bindings) => withRights(bindings, rights), have).catch((error) => {
            throw isForbiddenMember(error) ? forbidden(context, error) : error;
        }),
    };
}
function forbidden({ deployment }, cause) {
    return new failure/* Failure */.H('PUBLIC_ACCESS_FORBIDDEN', `An organization policy forbids a bucket that everybody may read: ${cause.message}`, {
        next: `Ask who administers the organization to exempt ${deployment.project} from storage.publicAccessPrevention and iam.allowedPolicyMemberDomains, or remove frontend: from ${deployment.file} and serve the files from a service.`,
        cause,
    });
}
function siteContent(context, wanted) {
    const { google, deployment } = context;
    const { bucket } = wanted;
    const address = frontendAddress(bucket);
    const why = because_because(deployment, wanted.place);
    const read = once(() => siteFiles(context, wanted));
    let files = [];
    return {
        address,
        // What is not readable yet would be cached as missing by whoever looks too early.
        dependsOn: [bucketAddress(bucket), `policy/bucket/${bucket}`],
        observe: async (fresh) => {
            files = await read();
            return await whenThere(context, bucket, fresh, () => listObjects(google, bucket));
        },
        diff: (have) => {
            const fields = [...written(files, have ?? []), ...gone(context, files, have ?? [])];
            return have ? update(address, why, fields) : [create(address, why, fields)];
        },
        apply: async (changes) => {
            const fields = changes.flatMap((change) => change.fields);
            const wantedNow = new Set(fields.filter(({ after }) => after !== undefined).map(({ field }) => field));
            for (const some of inOrder(files.filter(({ name }) => wantedNow.has(name)))) {
                await inParallel(some, async (file) => {
                    const { read: content, ...metadata } = file;
                    await writeObject(google, bucket, metadata, await content());
                });
            }
            const unwanted = fields.filter(({ after }) => after === undefined);
            await inParallel(unwanted, ({ field }) => deleteObject(google, bucket, field));
        },
    };
}
/** Nothing while the bucket is not there: somebody else's of that name answers 403, which never means absent. */
async function whenThere(context, bucket, fresh, read) {
    if (!fresh && !(await ownBuckets(context)()).some(({ name }) => name === bucket))
        return undefined;
    return await read().catch((error) => {
        if (error_isNotFound(error))
            return undefined;
        throw error;
    });
}
function written(files, have) {
    const byName = new Map(have.map((object) => [object.name, object]));
    return files.flatMap((file) => {
        const object = byName.get(file.name);
        const [before, after] = [object && frontend_shown(object), frontend_shown(file)];
        return before === after ? [] : [{ field: file.name, ...(before !== undefined && { before }), after }];
    });
}
function frontend_shown(file) {
    return `${file.contentType}, ${file.cacheControl ?? 'cached as Google likes'}, md5 ${file.md5Hash}`;
}
function gone(context, files, have) {
    if (!context.prune)
        return [];
    const names = new Set(files.map(({ name }) => name));
    return have.flatMap((object) => object.name === undefined || names.has(object.name)
        ? []
        : [{ field: object.name, before: frontend_shown(object) }]);
}
/** Pages last, so that none refers to what is not there yet. */
function inOrder(files) {
    const isPage = ({ contentType }) => contentType.startsWith('text/html');
    return [files.filter((file) => !isPage(file)), files.filter(isPage)];
}
async function inParallel(items, work) {
    const pool = new pool_Pool(uploads);
    await Promise.all(items.map((item) => pool.run(() => work(item))));
}

;// CONCATENATED MODULE: ./.build/src/resources/shared.js




function shared_shared(resource) {
    const asShared = {
        ...resource,
        diff: () => [],
        apply: async () => undefined,
        missing: (have) => resource.diff(have).filter(shared_isMissing),
    };
    return asShared;
}
/** Settings that the pull request changes are no reason to stop; what is not there, or not yet usable, is. */
function shared_isMissing({ address, action, fields }) {
    return action === 'create' || address === apisAddress || fields.some(({ field }) => field === 'state');
}
function isShared(resource) {
    return 'missing' in resource;
}
/** Throws BASE_NOT_DEPLOYED or PREVIEW_NOT_ADMITTED for a preview that has nothing to stand on. */
function requireShared(context, resources, plan) {
    const { preview } = context.deployment;
    if (preview === undefined)
        return;
    const missing = resources
        .filter(isShared)
        .flatMap((resource) => resource.missing(plan.entries.get(resource.address)?.have))
        .map(({ address }) => address);
    if (missing.length > 0)
        throw notDeployed(preview.base, missing);
    if (plan.entries.get(claimAddress(preview.pullRequest))?.have === undefined)
        throw notAdmitted(preview);
}
function notDeployed(base, missing) {
    const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
    return new Failure('BASE_NOT_DEPLOYED', `A preview shares ${missing[0]}${others} with ${base}, where that is not there or not ready.`, {
        next: `Deploy ${base} first. What a pull request adds to it has to be merged and deployed before previews can use it.`,
        details: missing.length > 1 ? missing : [],
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/sql-database.js






const sqlDatabaseAddress = (name) => `sql_database/${name}`;
const sqlUserAddress = (name) => `sql_user/${name}`;
function sqlDatabase(context, database) {
    const { google, deployment } = context;
    const address = sqlDatabaseAddress(database.name);
    const why = because_because(deployment, database.place);
    return {
        address,
        dependsOn: [sqlInstanceAddress(database.instance)],
        observe: () => inInstance(context, async () => (await listDatabases(google, deployment.project, database.instance)).find(({ name }) => name === database.name)),
        diff: (have) => (have ? [] : [create(address, why, [{ field: 'charset', after: 'UTF8' }])]),
        apply: () => createDatabase(google, deployment.project, database.instance, database.name),
    };
}
function sqlUser(context, database) {
    const { google, deployment, facts } = context;
    const address = sqlUserAddress(database.user);
    const why = because_because(deployment, database.place);
    return {
        address,
        // The database too: an instance does one thing at a time. And the instance itself: while it is in maintenance its
        // users cannot be read, so that they have to be looked at again afterwards.
        dependsOn: [
            sqlInstanceAddress(database.instance),
            sqlDatabaseAddress(database.name),
            secretAddress(database.passwordSecret),
        ],
        observe: () => inInstance(context, async () => (await listUsers(google, deployment.project, database.instance)).find(({ name }) => name === database.user)),
        diff: (have) => (have ? [] : [create(address, why, [{ field: 'type', after: 'BUILT_IN' }])]),
        apply: async () => {
            const password = facts.database?.password;
            if (!password)
                throw new Error(`the password in ${database.passwordSecret} was not observed`);
            await createUser(google, deployment.project, database.instance, { name: database.user, password });
        },
    };
}
/** In an instance that is absent, or not up yet, there is nothing. */
async function inInstance(context, read) {
    if (!(await context.enabled()).has('sqladmin.googleapis.com') && context.justEnabled.size === 0)
        return undefined;
    return await read().catch((error) => {
        if (error instanceof error_GoogleError && (error.http === 404 || isNotRunning(error)))
            return undefined;
        throw error;
    });
}
function isNotRunning(error) {
    return error.http === 400 && (error.reason === 'invalidState' || error.reason === 'instanceNotRunning');
}

;// CONCATENATED MODULE: ./.build/src/resources/unwanted-network.js









const unwanted_network_because = 'network.internal_calls does not ask for it any more';
function unwantedNetwork(context) {
    const { network, preview } = context.deployment;
    // A preview uses the network of its environment, which answers for it.
    if (!network || preview)
        return [];
    return [
        ...(network.router ? [] : [unwantedRouter(context, network)]),
        ...(network.dns ? [] : [unwantedZone(context, network)]),
    ];
}
function unwantedRouter(context, network) {
    const { google, deployment } = context;
    const { name } = routerNames(network.name);
    const at = {
        project: deployment.project,
        scope: `regions/${deployment.region}`,
        kind: 'routers',
    };
    const read = () => listCompute(google, at);
    const listed = listing(context, 'compute.googleapis.com', read);
    const address = routerAddress(name);
    const mark = (have) => markOfText(have.description);
    return {
        address,
        dependsOn: [],
        observe: async (fresh) => (await (fresh ? read() : listed())).find((have) => have.name === name),
        diff: (have) => pruned(context, address, have && mark(have)),
        stays: (have) => (have ? unwanted_network_staying(context, address, mark(have)) : []),
        apply: () => deleteCompute(google, at, name),
    };
}
function unwantedZone(context, network) {
    const { google, deployment } = context;
    const { project } = deployment;
    const name = zoneName(network.name);
    const address = zoneAddress(name);
    const mark = ({ zone }) => markOfLabels(zone.labels);
    const foreign = ({ records }) => records.filter(({ type }) => type !== 'NS' && type !== 'SOA').filter((record) => !isOwnRecord(record));
    return {
        address,
        dependsOn: [],
        observe: async () => {
            if (!(await context.enabled()).has(zoneApi))
                return undefined;
            const zone = await getZone(google, project, name).catch(unlessUnseen);
            return zone && { zone, records: await listRecords(google, project, name) };
        },
        diff: (have) => (have && foreign(have).length > 0 ? [] : pruned(context, address, have && mark(have))),
        stays: (have) => {
            const [record] = have ? foreign(have) : [];
            if (have && record && mark_isOurs(deployment, mark(have))) {
                const next = `Delete its record ${record.name} ${record.type}, which is not of this suite, or the zone by hand.`;
                return [{ address, whose: 'ours', because: unwanted_network_because, next }];
            }
            return have ? unwanted_network_staying(context, address, mark(have)) : [];
        },
        apply: async (_changes, have) => {
            // Google deletes an empty zone alone.
            const deletions = have?.records.filter(isOwnRecord) ?? [];
            if (deletions.length > 0)
                await changeRecords(google, project, name, { additions: [], deletions });
            await deleteZone(google, project, name);
        },
    };
}
/**
 * Nobody needs the zone, so that no right to look at it is asked for: whoever switches from `dns` to `nat` has it still.
 */
function unlessUnseen(error) {
    if (error_isNotFound(error) || (error instanceof error_GoogleError && error.http === 403))
        return undefined;
    throw error;
}
/** Not destructive: no data is lost with it, and `prune` asked for it in so many words. */
function pruned(context, address, mark) {
    if (!context.prune || !mark_isOurs(context.deployment, mark))
        return [];
    return [{ ...remove(address, unwanted_network_because), destructive: false }];
}
function unwanted_network_staying(context, address, mark) {
    if (!mark_isOurs(context.deployment, mark)) {
        const next = 'Nothing marks it as of this deployment: it is never touched.';
        return [{ address, whose: 'foreign', because: unwanted_network_because, next }];
    }
    const next = 'Once every service is deployed again, `prune: true` deletes it.';
    return context.prune ? [] : [{ address, whose: 'ours', because: unwanted_network_because, next }];
}

;// CONCATENATED MODULE: ./.build/src/resources/estate.js



















function estate(context) {
    const { preview } = context.deployment;
    return preview ? estateOfPreview(context, preview) : estateOfEnvironment(context);
}
function estateOfEnvironment(context) {
    const { deployment } = context;
    return [
        apis(context),
        ...serviceAccounts(context),
        ...networking(context),
        ...buckets(context),
        ...sourceBucket(context),
        ...(deployment.frontend ? frontend_frontend(context, deployment.frontend) : []),
        repository_repository(context),
        ...(deployment.database
            ? [
                sqlInstance(context, deployment.database),
                sqlDatabase(context, deployment.database),
                sqlUser(context, deployment.database),
            ]
            : []),
        ...(deployment.redis ? [redis_redis(context, deployment.redis)] : []),
        ...secret_secrets(context),
        ...policies(context),
        retiredAccountsOf(context),
        ...unwantedNetwork(context),
        ...(deployment.alerts ? alerts_alerts(context, deployment.alerts) : []),
        ...(deployment.budget ? [budget_budget(context, deployment.budget, deployment.alerts)] : []),
    ];
}
/** A preview makes what is its own, and only looks at what it shares. */
function estateOfPreview(context, preview) {
    const { database, frontend: site, redis: wanted } = context.deployment;
    return [
        shared_shared(apis(context)),
        ...networking(context).map(shared_shared),
        ...sourceBucket(context).map(shared_shared),
        ...builderAccount(context).map(shared_shared),
        shared_shared(repository_repository(context)),
        claim_claim(context, preview),
        ...serviceAccounts(context),
        ...buckets(context),
        ...(site ? frontend_frontend(context, site) : []),
        ...(database
            ? [shared_shared(sqlInstance(context, database)), sqlDatabase(context, database), sqlUser(context, database)]
            : []),
        ...(wanted ? [preview.redisDatabases ? shared_shared(redis_redis(context, wanted)) : redis_redis(context, wanted)] : []),
        ...secret_secrets(context),
        ...policies(context),
    ];
}
function networking(context) {
    const wanted = context.deployment.network;
    if (!wanted)
        return [];
    return [
        network_network(context, wanted),
        subnet(context, wanted),
        ...(wanted.router ? [router(context, wanted, wanted.router)] : []),
        ...(wanted.dns ? [dnsZone(context, wanted, wanted.dns.zone), dnsRecords(context, wanted.dns.zone)] : []),
        ...(wanted.privateServices
            ? [
                addressRange(context, wanted, wanted.privateServices),
                peering(context, wanted, wanted.privateServices),
            ]
            : []),
    ];
}

;// CONCATENATED MODULE: ./.build/src/google/run-operations.js

/**
 * A container has at most four minutes to start, pulling an image and placing it on a network come on top; a job is
 * checked, its image and secrets looked up, and nothing is started.
 */
const run_operations_deadline = 10 * 60_000;
/** The server answers as soon as the operation ends, or after this long. */
const waitSeconds = 30;
/**
 * Run's own wait verb answers when the operation ends, so that nothing is lost between two looks. Throws
 * OperationFailed with Google's message.
 */
async function waitForRun(google, started, what) {
    await operations_waitForRpc(started, (name) => google.transport.send({
        api: 'run',
        method: 'POST',
        path: `v2/${name}:wait`,
        body: { timeout: `${waitSeconds}s` },
        repeatable: true,
        timeout: (waitSeconds + 15) * 1000,
    }), { what, deadline: run_operations_deadline, first: 100, ceiling: 2_000 }, google.clock, google.signal);
}
/** Looks until Cloud Run has done with the resource what it was told, for better or worse. */
function reconciled(google, name, look) {
    return operations_waitFor(async () => {
        const now = await look();
        return now.reconciling ? undefined : now;
    }, { what: `deploying ${name}`, deadline: run_operations_deadline, ceiling: 2_000 }, google.clock, google.signal);
}

;// CONCATENATED MODULE: ./.build/src/google/run.js



function listWorkloads(google, at) {
    return paging_listAll(google.transport, { api: 'run', method: 'GET', path: collectionPath(at), query: { pageSize: 500 } }, (page) => page[at.kind]);
}
function run_getWorkload(google, at) {
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
    await error_unlessGone(google.transport
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
    return reconciled(google, at.name, () => run_getWorkload(google, at));
}
function run_getRevision(google, at, revision) {
    return google.transport.send({
        api: 'run',
        method: 'GET',
        path: `${collectionPath(at)}/${at.name}/revisions/${revision}`,
    });
}
function listRevisions(google, at) {
    return paging_listAll(google.transport, {
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
        .then((started) => waitForRun(google, started, `deleting ${at.name}`)));
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
    await waitForRun(google, started, `creating ${at.name}`);
}
/** Replaces the job; an `etag` in the body is compared. Throws OperationFailed with Google's message. */
async function replaceJob(google, at, body) {
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
function waitUntilJobIsSettled(google, at) {
    return reconciled(google, at.name, () => getJob(google, at));
}
function jobPath(at) {
    return `${jobsPath(at)}/${at.name}`;
}
function jobsPath(at) {
    return `v2/projects/${at.project}/locations/${at.region}/jobs`;
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
        labels: { ...marks_absent('labels', service, have), ...ourLabels(deployment, service) },
        annotations: {
            ...marks_absent('annotations', service, have),
            ...ourAnnotations(service),
            [partAnnotation]: part === 'worker' ? part : undefined,
        },
    };
}
/** For comparing: what is wanted of the revision. Where it comes from is not compared. */
function wantedRevisionMarks(service, have) {
    return {
        labels: { ...marks_absent('labels', service, have), ...service.labels },
        annotations: { ...marks_absent('annotations', service, have), ...service.annotations },
    };
}
/** To be sent. */
function sentMarks(deployment, service, have, part) {
    const wanted = wantedMarks(deployment, service, have, part);
    return {
        labels: marks_present({ ...have?.labels, ...wanted.labels }),
        annotations: marks_present({ ...have?.annotations, ...wanted.annotations }),
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
function marks_absent(kind, service, have) {
    const before = have?.annotations?.[remembered[kind]]?.split(',') ?? [];
    const gone = before.filter((name) => name !== '' && service[kind]?.[name] === undefined);
    return Object.fromEntries(gone.map((name) => [name, undefined]));
}
function marks_present(entries) {
    return Object.fromEntries(Object.entries(entries).filter((entry) => entry[1] !== undefined));
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
        const folder = external_node_path_.posix.dirname(file);
        const known = folders.get(folder) ?? { secret, files: [] };
        folders.set(folder, { ...known, files: [...known.files, external_node_path_.posix.basename(file)] });
    }
    return [...folders].map(([folder, rest], index) => ({ name: `secret-${index + 1}`, folder, ...rest }));
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
var sentence = __webpack_require__(6210);
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
            ? `Job ${parts.workload} cannot be run: ${(0,sentence/* sentence */.e)(parts.reason)}`
            : `Revision ${parts.revision} ${what}: ${(0,sentence/* sentence */.e)(parts.reason)} ${left}`, { next: 'Mend what the message names and run again.', cause });
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
async function nextRevisionName(google, at, commit, known) {
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

;// CONCATENATED MODULE: ./.build/src/resources/workload.js

/** How often a write is begun anew because somebody else wrote in between, or the name was taken. */
const mostConflicts = 8;
/** The parts of a template that all of them share. */
function templateOf(context, service, release) {
    const { deployment } = context;
    return {
        serviceAccount: workload_emailOf(deployment, service),
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
        volumes: [...volumes_volumesOf(context, service, release)],
    };
}
/** E-mail of the account that the service runs as. */
function workload_emailOf({ serviceAccounts, project }, { serviceAccount }) {
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
function workload_shortName(fullName) {
    return fullName?.split('/').at(-1) ?? '';
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
        const known = [workload_shortName(now?.latestCreatedRevision ?? undefined), ...taken];
        const name = now
            ? await nextRevisionName(google, at, wanted.commit, known)
            : await nameOfFirst(context, wanted);
        try {
            await write(context, at, wanted.request(name, now), now);
            return await whenReady(context, wanted, name);
        }
        catch (error) {
            if (error instanceof OperationFailed)
                throw failed(wanted, name, error.message, error);
            if (!(error instanceof error_GoogleError) || error.http !== 409)
                throw error;
            now = await new_revision_read(context, at);
            // The first sending had its effect, and only its answer was lost.
            if (now && workload_shortName(now.latestCreatedRevision ?? undefined) === name) {
                return await whenReady(context, wanted, name);
            }
            if (error.status === 'ALREADY_EXISTS')
                taken.push(name);
        }
    }
    throw new failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
        next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
    });
}
/** A service that was deleted and is made again may still have its old revisions' names for a while. */
async function nameOfFirst(context, wanted) {
    return await nextRevisionName(context.google, wanted.at, wanted.commit, []).catch((error) => {
        if (error_isNotFound(error))
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
    const now = await run_getWorkload(context.google, wanted.at);
    const problem = notReady(now);
    if (problem)
        throw failed(wanted, name, problem.message ?? 'Google gives no reason.', undefined);
    return now;
}
function failed({ at, serving }, revision, reason, cause) {
    return new revision_failed_RevisionFailed({ kind: at.kind, workload: at.name, revision, reason, serving, stage: 'start' }, cause);
}
async function new_revision_read({ google }, at) {
    return await run_getWorkload(google, at).catch((error) => {
        if (error_isNotFound(error))
            return undefined;
        throw error;
    });
}

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
            await patchWorkload(context.google, at, body, mask);
            return (await new_revision_read(context, at)) ?? now;
        }
        catch (error) {
            if (!(error instanceof error_GoogleError) || error.http !== 409 || conflict >= mostConflicts)
                throw error;
            now = (await new_revision_read(context, at)) ?? now;
        }
    }
}

;// CONCATENATED MODULE: ./.build/src/resources/deleted-meanwhile.js


/**
 * Waits for a deployment of that workload. Throws CONCURRENT_CHANGE when somebody deletes it meanwhile: what Cloud Run
 * answers then says neither who it was nor what to do. It is not made anew at once, since whoever deleted it may want
 * it gone.
 */
async function unlessDeleted({ kind, name }, deployment) {
    return await deployment.catch((error) => {
        const isGone = error instanceof error_GoogleError && error.http === 404 && error.path.endsWith(`/${kind}/${name}`);
        if (!isGone)
            throw error;
        throw new failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody deleted ${name} while it was deployed.`, {
            next: `If ${name} is to be there, run again: it is made anew.`,
            cause: error,
        });
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/traffic.js

/** The tag that this suite puts on a revision that is not tried yet; it is taken off with the traffic. */
const traffic_candidateTag = 'next';
const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
/** What a new service gets: the API takes nothing else for it. */
function firstTraffic(tag) {
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
function asTraffic(targets) {
    return targets.map(({ revision, percent, tag }) => ({
        type: revision ? byRevision : latest,
        ...(revision ? { revision } : {}),
        ...(percent > 0 ? { percent } : {}),
        ...(tag ? { tag } : {}),
    }));
}
/** The revision with the largest share, and nothing when none has one. */
function traffic_servingRevision(targets) {
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
        throw traffic_invalid(`the percentages come to ${given}, more than 100`);
    const others = [...now].filter(([revision]) => !asked.has(revision));
    const whole = others.reduce((sum, [, percent]) => sum + percent, 0);
    const left = 100 - given;
    if (left > 0 && whole === 0)
        throw traffic_invalid(`the percentages come to ${given}, and no other revision serves that could take the rest`);
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
function traffic_parseShares(input, text) {
    const shares = new Map();
    for (const part of text.split(/[,\n]/).map((each) => each.trim())) {
        if (part === '')
            continue;
        const [, name = '', number = ''] = /^([A-Za-z][-A-Za-z0-9]*)\s*=\s*(\d{1,3})%?$/.exec(part) ?? [];
        if (name === '' || Number(number) > 100) {
            throw traffic_invalid(`${input}: "${part}" is not NAME=PERCENT with a whole percentage from 0 to 100`);
        }
        if (shares.has(name))
            throw traffic_invalid(`${input}: "${name}" stands there twice`);
        shares.set(name, Number(number));
    }
    return shares;
}
/** Whether requests go the same ways and every tag is on the same revision. */
function sameTraffic(a, b) {
    return traffic_trafficLine(a) === traffic_trafficLine(b);
}
/** For a plan: the traffic in words when it differs. */
function trafficChange(have, want) {
    if (sameTraffic(have, want))
        return [];
    return [{ field: 'traffic', before: traffic_trafficLine(have), after: traffic_trafficLine(want) }];
}
/** `web-1 90 %, web-2 10 %, tag next on web-2`. */
function traffic_trafficLine(targets) {
    const shares = [...sharesOf(targets)].map(([revision, percent]) => `${revision} ${percent} %`);
    const tags = targets.flatMap(({ tag, revision }) => tag ? [`tag ${tag} on ${revision ?? 'the latest'}`] : []);
    return [...shares.sort(), ...tags.sort()].join(', ');
}
function traffic_invalid(problem) {
    return new failure/* Failure */.H('TRAFFIC_INVALID', `The traffic cannot be set: ${problem}.`, {
        next: 'Give NAME=PERCENT pairs with commas between them, for example web-4f2a9c1-1=90,LATEST=10.',
    });
}

;// CONCATENATED MODULE: ./.build/src/resources/wanted-traffic.js



/** The tag under which the new revision is tried: the user's, or ours where the host name has room for it. */
function trialTag(context, at, direction) {
    if (direction.tag)
        return direction.tag;
    // A label of a host name has at most 63 characters. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags
    const label = `${traffic_candidateTag}---${at.name}-${context.projectNumber}`;
    return label.length <= 63 ? traffic_candidateTag : undefined;
}
/** What traffic is wanted when the newest revision is as wanted and has passed. Pure. */
function wantedTraffic(context, at, have, direction) {
    const newest = workload_shortName(have.latestCreatedRevision);
    const now = traffic_resolvedTraffic(have);
    const kept = direction.tag ? withTag(now, direction.tag, newest) : now;
    const bare = direction.tag === traffic_candidateTag ? kept : withoutTag(kept, traffic_candidateTag);
    const { shift } = direction;
    switch (shift.kind) {
        case 'shift':
            return withShares(bare, new Map([[newest, 100]]));
        case 'hold': {
            const tag = trialTag(context, at, direction);
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
        throw new failure/* Failure */.H('TRAFFIC_INVALID', `The service has no tag "${tag}".`, {
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
    await unlessDeleted(wanted.at, bringToTraffic(context, found, wanted));
}
async function bringToTraffic(context, found, wanted) {
    const { at, rollout } = wanted;
    const have = await settled(context, at, found);
    const before = have ? withoutTag(traffic_resolvedTraffic(have), traffic_candidateTag) : [];
    const isNew = !have || wanted.needsRevision(have);
    const staged = isNew
        ? await stage(context, have, before, wanted)
        : await amend(context, at, have, { touched: wanted.touched, body: (now) => wanted.body('', now) });
    if (!isNew && sameTraffic(traffic_resolvedTraffic(staged), wantedTraffic(context, at, staged, rollout)))
        return;
    const tried = await tryOut(context, staged, before, wanted);
    await shift(context, tried, wanted);
}
/** A run that died may have left an operation under way. */
async function settled(context, at, have) {
    if (!have?.reconciling)
        return have;
    await waitUntilReconciled(context.google, at);
    return await new_revision_read(context, at);
}
async function stage(context, have, before, wanted) {
    const { at, rollout, commit } = wanted;
    const tag = rollout.test || rollout.shift.kind === 'hold' ? trialTag(context, at, rollout) : rollout.tag;
    try {
        return await makeRevision(context, have, {
            at,
            commit,
            passes: rollout.passes,
            serving: traffic_servingRevision(before),
            request: (name, now) => {
                const traffic = trafficWith(now, name, tag);
                const body = { ...wanted.body(name, now), traffic };
                return now ? { body, mask: [...wanted.touched(now), 'template', 'traffic'] } : { body };
            },
        });
    }
    catch (error) {
        if (error instanceof revision_failed_RevisionFailed && traffic_servingRevision(before))
            await untag(context, before, wanted, error);
        throw error;
    }
}
/** What has traffic keeps it, under its name: "latest" would move with the new revision. */
function trafficWith(now, name, tag) {
    const targets = now ? withoutTag(traffic_resolvedTraffic(now), traffic_candidateTag) : [];
    if (!traffic_servingRevision(targets))
        return firstTraffic(tag);
    return asTraffic(tag ? withTag(targets, tag, name) : targets);
}
async function tryOut(context, staged, before, wanted) {
    const { at, rollout } = wanted;
    const { test } = rollout;
    if (!test)
        return staged;
    const ready = await reachable(context, staged, wanted);
    const revision = workload_shortName(ready.latestCreatedRevision);
    const tag = trialTag(context, at, rollout);
    const url = addressOf(ready, revision, tag);
    // Nothing to try it at: its host name would be too long.
    if (!url && !tag)
        return ready;
    if (!url) {
        throw new failure/* Failure */.H('TRIAL_NOT_POSSIBLE', `Cloud Run gives no address for the tag ${tag} of ${at.name}.`, {
            next: `Traffic was not moved to ${revision}. Run again.`,
        });
    }
    try {
        await test({ revision, url, audience: ready.urls?.[0] ?? ready.uri ?? url });
        return ready;
    }
    catch (error) {
        context.google.signal?.throwIfAborted();
        const serving = traffic_servingRevision(before);
        const other = serving === revision ? undefined : serving;
        const reason = error instanceof Error ? error.message : String(error);
        const failure = new revision_failed_RevisionFailed({ kind: at.kind, workload: at.name, revision, reason, serving: other, stage: 'test' }, error);
        if (other)
            await untag(context, before, wanted, failure);
        // Whoever deploys meanwhile takes the tag, and deleting the service takes its address: then it was not the revision.
        requireNewest(await run_getWorkload(context.google, at), at, revision);
        throw failure;
    }
}
/** With a tag on the newest revision, if it serves nothing by which it could be reached. */
async function reachable(context, staged, wanted) {
    const { at, rollout } = wanted;
    const revision = workload_shortName(staged.latestCreatedRevision);
    const now = traffic_resolvedTraffic(staged);
    const tag = trialTag(context, at, rollout);
    if (!tag || sharesOf(now).get(revision) === 100 || tagged(now, tag) === revision)
        return staged;
    return await setTraffic(context, at, staged, (have) => withTag(traffic_resolvedTraffic(have), tag, revision));
}
function addressOf(have, revision, tag) {
    if (sharesOf(traffic_resolvedTraffic(have)).get(revision) === 100)
        return have.urls?.[0] ?? have.uri;
    return have.trafficStatuses?.find((target) => target.tag === tag)?.uri;
}
async function shift(context, tried, wanted) {
    const { at, rollout } = wanted;
    const revision = workload_shortName(tried.latestCreatedRevision);
    await setTraffic(context, at, tried, (now) => {
        requireNewest(now, at, revision);
        return wantedTraffic(context, at, now, rollout);
    });
}
function requireNewest(now, at, revision) {
    if (workload_shortName(now.latestCreatedRevision) === revision)
        return;
    throw new failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else deployed ${at.name} in the meantime.`, {
        next: `Traffic was not moved to ${revision}. Let one deployment of this service run at a time (\`concurrency:\` in the workflow), and run again.`,
    });
}
/** Takes the failed revision's tag off; what others have changed since `before` stays. */
async function untag(context, before, { at, rollout }, failure) {
    const tags = [traffic_candidateTag, ...(rollout.tag ? [rollout.tag] : [])];
    try {
        const have = await new_revision_read(context, at);
        const without = (now) => withdrawn(traffic_resolvedTraffic(now), tags, failure.revision, before);
        if (have)
            await setTraffic(context, at, have, without);
    }
    catch (error) {
        context.google.signal?.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        const reason = `${(0,sentence/* sentence */.e)(failure.reason)} Its tag could not be taken off: ${(0,sentence/* sentence */.e)(why)}`;
        throw new revision_failed_RevisionFailed({ ...failure, reason }, failure.cause);
    }
}
/** Sets the traffic that `wanted` makes of the service as it is; begins anew when somebody else wrote in between. */
async function setTraffic(context, at, have, wanted) {
    let now = have;
    for (let conflict = 0; conflict < mostConflicts; conflict++) {
        const targets = wanted(now);
        if (sameTraffic(traffic_resolvedTraffic(now), targets))
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
            if (!(error instanceof error_GoogleError) || error.http !== 409)
                throw error;
        }
        await waitUntilReconciled(context.google, at);
        now = (await new_revision_read(context, at)) ?? now;
        if (sameTraffic(traffic_resolvedTraffic(now), targets))
            return requireRouted(now, at, targets);
    }
    throw new failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else keeps changing the traffic of ${at.name}.`, {
        next: 'Let one deployment of this service run at a time, and run again.',
    });
}
function requireRouted(now, at, targets) {
    const failed = notReady(now);
    const newest = workload_shortName(now.latestCreatedRevision);
    const wanted = sharesOf(targets).has(newest);
    if (!failed || !wanted)
        return now;
    throw new failure/* Failure */.H('TRAFFIC_NOT_SET', `The traffic of ${at.name} could not be set: ${failed.message ?? ''}`, {
        next: 'Run again; what served before goes on serving.',
    });
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
                    ...before(hadImage && workload_changes_shortImage(hadImage)),
                    after: workload_changes_shortImage(wantedImage),
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
        return [{ field, ...before(then && workload_changes_shown(then)), ...(now ? { after: after(now, then) } : {}) }];
    });
}
/** What two variables are equal by. */
function meaning({ value, valueSource }) {
    const reference = valueSource?.secretKeyRef;
    return reference ? `secret ${reference.secret}:${reference.version}` : `value ${value ?? ''}`;
}
function workload_changes_shown(variable) {
    const reference = variable.valueSource?.secretKeyRef;
    return reference ? `secret ${reference.secret}:${reference.version}` : 'a value';
}
function after(now, then) {
    const text = workload_changes_shown(now);
    return then && text === 'a value' && workload_changes_shown(then) === text ? 'another value' : text;
}
function before(text) {
    return text ? { before: text } : {};
}
/** `web@sha256:0123456789ab`. */
function workload_changes_shortImage(image) {
    const [reference = '', digest] = (image ?? '').split('@');
    const name = reference.split('/').at(-1) ?? reference;
    return digest ? `${name}@${digest.slice(0, 19)}` : name;
}

;// CONCATENATED MODULE: ./.build/src/resources/run-service.js












const run_service_runServiceAddress = (name) => `service/${name}`;
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
    const { template, ...settings } = run_service_wantOf(context, service, app, part, release);
    const outer = (have) => ({
        ...settings,
        ...wantedMarks(deployment, service, have, part),
    });
    const address = run_service_runServiceAddress(app.name);
    const why = because_because(deployment, app.place);
    const at = serviceLocation(context, app);
    const inner = (have) => [
        ...workload_changes_templateChanges(template ?? {}, have?.template),
        ...compare(wantedRevisionMarks(service, have), have?.template, 'revision.'),
        ...retryOf(have),
    ];
    return {
        address,
        dependsOn: after,
        observe: () => new_revision_read(context, at),
        diff: (have) => {
            const fields = [...compare(outer(have), have), ...inner(have)];
            if (!have)
                return [create(address, why, fields)];
            const moves = inner(have).length > 0
                ? []
                : trafficChange(traffic_resolvedTraffic(have), wantedTraffic(context, at, have, rollout));
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
function run_service_wantOf(context, service, app, part, release) {
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
            containers: containers_containersOf(context, service, release, { ...app, part }, { ports: [port], resources: { limits: limitsOf(app) }, ...servedProbes(app) }, { cpuIdle: !app.cpuAlwaysAllocated, startupCpuBoost: app.startupCpuBoost ?? true }),
        },
    };
}

;// CONCATENATED MODULE: ./.build/src/resources/run-job.js












const runJobAddress = (name) => `job/${name}`;
function workerJob(context, service, worker, release, { passes, after }) {
    const { deployment } = context;
    const { template: task, ...execution } = run_job_executionOf(context, service, worker, release);
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
                ...compare(wantedMarks(deployment, service, have), have),
                ...compare(execution, have?.template),
                ...compare(wantedRevisionMarks(service, have), have?.template, 'execution.'),
                ...workload_changes_templateChanges(task ?? {}, have?.template?.template),
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
            containers: containers_containersOf(context, service, release, { ...worker, part: 'worker' }, { resources: { limits: limitsOf(worker) } }),
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
            if (error instanceof error_GoogleError && error.http === 409)
                conflict++;
            else if (google.clock.now() + passingPause > end || !(await passes(error)))
                throw error;
            else
                await google.clock.sleep(passingPause, google.signal);
            have = await readJob(context, at);
        }
    }
    throw new failure/* Failure */.H('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
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
    return new revision_failed_RevisionFailed({ kind: 'jobs', workload: at.name, revision: at.name, reason, serving: undefined, stage: 'start' }, cause);
}
async function readJob({ google }, at) {
    return await getJob(google, at).catch((error) => {
        if (error_isNotFound(error))
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
        const marks = compare(wantedRevisionMarks(service, have), have?.template, 'revision.');
        return [...workload_changes_templateChanges(template ?? {}, have?.template), ...marks, ...retry];
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
        const have = found?.reconciling ? await new_revision_read(context, at) : found;
        if (have && inner(have).length === 0) {
            await amend(context, at, have, { touched, body: (now) => bodyOf('', now) });
            return;
        }
        await makeRevision(context, have, {
            at,
            commit: release.commit,
            passes: rollout.passes,
            serving: workload_shortName(have?.latestReadyRevision) || undefined,
            request: (name, now) => {
                const body = bodyOf(name, now);
                return now ? { body, mask: [...new Set([...touched(now), 'template', 'instanceSplits'])] } : { body };
            },
        });
    };
    return {
        address,
        dependsOn: rollout.after,
        observe: () => new_revision_read(context, at),
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
    const revision = workload_shortName(have.latestReadyRevision);
    return [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION', revision, percent: 100 }];
}
function worker_pool_wantOf(context, service, worker, release) {
    return {
        scaling: { manualInstanceCount: worker.instances },
        template: {
            ...templateOf(context, service, release),
            ...acceleratorOf(worker),
            containers: containers_containersOf(context, service, release, { ...worker, part: 'worker' }, { resources: { limits: limitsOf(worker) }, ...sidecarProbes(worker) }),
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
function worker_workerAddress({ runtime, name }) {
    switch (runtime) {
        case 'pool':
            return workerPoolAddress(name);
        case 'service':
            return run_service_runServiceAddress(name);
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
        ...(app ? [run_service_runServiceAddress(app.name)] : []),
        ...(worker ? [worker_workerAddress(worker)] : []),
    ]));
}
function unasked({ deployment }, runtime, have) {
    const name = workload_shortName(have.name);
    const ours = mark_isOurs(deployment, markOfLabels(have.labels));
    return {
        runtime,
        name,
        address: worker_workerAddress({ runtime, name }),
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
            const executions = await listExecutions(site.google, retired_workload_locationOf(site, found));
            return { ...have, running: executions.some(({ completionTime }) => !completionTime) };
        },
        diff: (have) => (have && isGoing(have) ? [removal(address, fate)] : []),
        stays: (have) => (have && !isGoing(have) ? [retired_workload_staying(site, found, fate)] : []),
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
function retired_workload_staying(site, found, { because, stays, running }) {
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
function retired_workload_locationOf({ deployment: { project, region } }, { name }) {
    return { project, region, name };
}
function accessOf(site, found) {
    const { google } = site;
    const where = retired_workload_locationOf(site, found);
    if (found.runtime === 'job') {
        return {
            list: listedJobs(site),
            read: () => getJob(google, where),
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
async function former_workers_formerWorkers(site, service, hold) {
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
        after: [worker_workerAddress(worker)],
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
            throw credentials_explain(error, source);
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
function credentials_explain(error, source) {
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
        const kind = transport_kindOf(request);
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
function transport_kindOf(request) {
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

// EXTERNAL MODULE: ./.build/src/lib/clock.js
var clock = __webpack_require__(4453);
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
                    `  ${lineOf(change)}`,
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
async function session_openSession(inputs, deployment, host, options = {}) {
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
    return scale > 0 && scale !== 1 ? (0,clock/* scaledClock */.v)(scale) : clock/* systemClock */.m;
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
        removedWorkloads(site, { stays, withoutFormer: true }),
    ]);
    return await planOf(found.flat(), site, host);
}
/** Nothing is said where there is nothing. */
async function planOf(resources, { google: { clock } }, host) {
    const emit = resources.length > 0 ? logEvents(host) : () => undefined;
    return await makePlan(resources, { pool: new Pool(concurrency), clock, emit });
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

;// CONCATENATED MODULE: ./.build/src/build/image.js










/** Where the images of a service are. */
function imageLocation(deployment, imageName) {
    const { name, location } = deployment.repository;
    return { project: deployment.project, location, repository: name, image: imageName };
}
/** The image that was built from these sources, if there is one. */
async function image_findImage(google, deployment, source) {
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
            return image_imageOf(source, build);
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
function image_imageOf(source, build) {
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

;// CONCATENATED MODULE: ./.build/src/release/used-secrets.js
/** Each secret of the service once, at the first place that names it. */
function used_secrets_secretUses(service) {
    const uses = [
        ...Object.values(service.secrets),
        ...Object.values(service.secretFiles ?? {}),
        ...(service.sidecars ?? []).flatMap(({ secrets }) => Object.values(secrets)),
    ];
    return uses.filter(({ secret }, index) => uses.findIndex((one) => one.secret === secret) === index);
}
/** Names of the secrets that any container of the service reads, each once. */
function usedSecrets(service) {
    return used_secrets_secretUses(service).map(({ secret }) => secret);
}

;// CONCATENATED MODULE: ./.build/src/resources/image-digest.js
/** Turns an image's tag into its digest: a tag moves, and a revision must not move with it. */



const image_digest_artifactRegistry = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::([^@]+))?$/;
/**
 * `IMAGE@sha256:...` for an image in Artifact Registry, of which no tag means `latest`; images of other registries are
 * taken as they are, and so is one without a tag that cannot be looked up. Throws IMAGE_NOT_FOUND for a tag that is not
 * there.
 */
async function image_digest_pinned(google, image) {
    const parts = image_digest_artifactRegistry.exec(image);
    if (!parts)
        return image;
    const [, location = '', project = '', repository = '', name = '', tag] = parts;
    const at = { project, location, repository, image: name };
    const digest = await digestOfTag(google, at, tag ?? 'latest').catch((error) => {
        // Public images are often named without a tag, and their registry need not answer who only runs them.
        if (tag === undefined && error instanceof error_GoogleError && error.http === 403)
            return undefined;
        throw error;
    });
    if (digest)
        return `${tag === undefined ? image : image.slice(0, -tag.length - 1)}@${digest}`;
    if (tag === undefined)
        return image;
    throw new failure/* Failure */.H('IMAGE_NOT_FOUND', `There is no image ${image}.`, {
        next: 'Build it first (actions/build), or name a tag that is in the registry.',
    });
}

;// CONCATENATED MODULE: ./.build/src/config/place-of.js



/**
 * Where a deploy.yaml says something: at the first of these paths that is written in it, the environment's own word
 * before the common one. For messages about what was found wrong only in the cloud.
 */
function place_of_placeOf(text, environment, paths) {
    const root = parseSource(text, new FindingList(''));
    if (root === undefined)
        return undefined;
    for (const path of paths) {
        const node = nodeAt(root, ['environments', environment, ...path]) ?? nodeAt(root, path);
        if (node !== undefined)
            return node.keyPlace;
    }
    return undefined;
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
            const line = explain_commandOf(evidence);
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
            sentence: `The application that the command line names cannot be loaded: ${explain_commandOf(evidence)}`,
            fix: 'Correct what stands after -A (package.module:application), seen from the working directory of the image.',
            paths: [`${evidence.part}.args`, `${evidence.part}.command`],
        }),
    },
    {
        code: 'COMMAND_NOT_FOUND',
        text: /executable file not found|no such file or directory.*(?:exec|entrypoint)|failed to (?:load|resolve) (?:\/|command)/i,
        explain: (_match, evidence) => ({
            sentence: `The image has no such command: ${explain_commandOf(evidence) || 'the one of its Dockerfile'}`,
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
function explain_explain(evidence) {
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
function explain_commandOf({ service, part }) {
    const own = service[part];
    return [...(own?.command ?? []), ...(own?.args ?? [])].join(' ');
}
/** Also where an env group or a sidecar names it. */
function placeOfSecret(service, secret) {
    return used_secrets_secretUses(service).find((use) => use.secret === secret)?.place;
}

;// CONCATENATED MODULE: ./.build/src/release/failure-report.js




/** `text` is the deployment file as it was read. */
async function failure_report_reportFailure(context, service, failure, text) {
    const { deployment } = context;
    const { project, region } = deployment;
    const { kind, workload: name, revision } = failure;
    const log = kind === 'jobs'
        ? // Nothing of a job has run that could have written anything.
            Promise.resolve([])
        : lastLines(context.google, project, revisionFilter({ kind, project, region, name }, revision));
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

;// CONCATENATED MODULE: ./.build/src/release/release.js




/**
 * What this deployment runs, each part by a name that cannot move: the image by digest, each secret by the number of
 * its newest version. With `latest`, instances of one revision would come to hold different values.
 * https://cloud.google.com/run/docs/configuring/services/secrets#considerations
 */
async function release_prepareRelease(context, service, images, origin) {
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
    throw new Failure('SECRET_MISSING', `Secret ${secret} in ${project} (${because(deployment, place)}) has no version, or its newest one is not enabled.`, {
        next: `Run provision first: it makes the versions that ${deployment.file} asks for. Or see what there is: gcloud secrets versions list ${secret} --project=${project}`,
    });
}
/** Where a revision comes from, as labels. Values of labels are lower case, at most 63 characters. */
function release_originLabels(environment, release) {
    const { GITHUB_SHA, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_ACTOR } = environment;
    const labels = {
        commit: GITHUB_SHA,
        run: GITHUB_RUN_ID && `${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT ?? '1'}`,
        actor: GITHUB_ACTOR,
        release: release ?? GITHUB_SHA?.slice(0, 7),
    };
    return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => (value ? [[key, release_labelValue(value)]] : [])));
}
function release_labelValue(text) {
    return text
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, '-')
        .slice(0, 63);
}

;// CONCATENATED MODULE: ./.build/src/resources/facts.js
/** Reads what templates rest on and provisioning made: addresses of Redis and of a private database. */





/** Fills in the facts that these templates need; nothing is read for those that need none. */
async function facts_readFacts(context, templates) {
    const references = templates.flatMap(openReferences);
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
    const [instance, auth] = await Promise.all([getRedis(google, at), redisAuth(google, at)]);
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
    const instance = await getInstance(google, deployment.project, deployment.database.instance);
    const host = instance.ipAddresses?.find(({ type }) => type === 'PRIVATE')?.ipAddress;
    if (!host)
        throw notProvisioned(`a private address of Cloud SQL instance ${deployment.database.instance}`);
    facts.database = { ...facts.database, host };
}
function notProvisioned(what) {
    return new Failure('NOT_PROVISIONED', `There is no ${what} yet.`, { next: 'Run provision first.' });
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
            dependsOn: [run_service_runServiceAddress(app.name)],
            observe: () => policy_readPolicy(google, target).catch((error) => {
                if (error_isNotFound(error))
                    return undefined;
                throw error;
            }),
            diff: (have) => missingRights(address, rights, have?.bindings ?? []),
            apply: (_changes, have) => changePolicy(google, target, (bindings) => withRights(bindings, rights), have),
        },
    ];
}

;// CONCATENATED MODULE: ./.build/src/actions/deploy-report.js









async function deploy_report_summarizeDeployment(service, { workloads, outcomes, failures, left }, host) {
    const parts = [`### ${service.key}`];
    if (workloads.length > 0) {
        const rows = workloads.map(({ name, kind, revision, url, image, changed, traffic }) => [
            name,
            kind,
            changed ? revision || 'changed' : `${revision} (unchanged)`.trim(),
            code(shortImage(image)),
            traffic ?? '',
            url ?? '',
        ]);
        parts.push(table(['workload', 'kind', 'revision', 'image', 'traffic', 'URL'], rows));
    }
    parts.push(...workloads.flatMap(differencesOf), ...failures.flatMap((failure) => failureText(failure)));
    const explained = new Set(failures.map(({ failure }) => failure));
    const others = outcomes.filter(({ state, error }) => state === 'failed' && !explained.has(error));
    if (others.length > 0) {
        const rows = others.map(({ address, error }) => [
            nameOf(address),
            error instanceof Error ? error.message : String(error),
        ]);
        parts.push(table(['failed', 'why'], rows));
    }
    parts.push(...untouchedOf(service, outcomes));
    const applied = outcomes.filter(({ state }) => state === 'applied').flatMap(({ changes }) => changes);
    const gone = applied.filter(({ action }) => action === 'delete');
    parts.push(...gone.map(deletedLine));
    parts.push(...leftTable(left));
    const failed = outcomes.some(({ state }) => state === 'failed');
    if (applied.length > 0 || !failed)
        parts.push(totals(applied));
    await host.summarize(parts.join('\n\n'));
}
/** What was to be changed and was not reached: after a failure of what it waits for, or after an interruption. */
function untouchedOf({ app }, outcomes) {
    const untouched = outcomes.flatMap(({ address, state }) => state === 'not tried' ? [nameOf(address)] : []);
    if (untouched.length === 0)
        return [];
    const failed = outcomes.some(({ address, error }) => error instanceof RevisionFailed && address === runServiceAddress(app?.name ?? ''));
    return [`Not touched${failed ? `, since ${app?.name} did not pass` : ''}: ${untouched.join(', ')}.`];
}
function differencesOf({ name, kind, previous_revision, differences }) {
    if (differences.length === 0 || (kind !== 'job' && !previous_revision))
        return [];
    const lines = differences.map((field) => `- ${code(fieldLine(field))}`);
    const before = previous_revision ? code(previous_revision) : 'before';
    return [`**${name}** has, other than ${before}:`, lines.join('\n')];
}
function failureText({ failure, lines, unread, explanation }) {
    const { revision, workload, serving, reason } = failure;
    const log = lines.length > 0
        ? details(`The last ${lines.length} lines of its log`, `<pre>${lines.map(escaped).join('\n')}</pre>`)
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
        ? `${code(serving)} goes on serving; traffic was not moved.`
        : `${workload} has no earlier revision that could serve.`;
}
function escaped(text) {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
/** Shows what Cloud Run would not even take at the line that has the workload: no revision was made of it. */
function deploy_report_announceRefusals({ app, worker }, outcomes, file, host) {
    const places = new Map([
        ...(app ? [[runServiceAddress(app.name), app.place]] : []),
        ...(worker ? [[workerAddress(worker), worker.place]] : []),
    ]);
    for (const { address, error } of outcomes) {
        const place = places.get(address);
        if (!place || !(error instanceof GoogleError) || error.http !== 400)
            continue;
        const { line, column } = place;
        host.error(`${nameOf(address)}: ${error.message}`, { file, line, column, title: 'REFUSED' });
    }
}
/** Shows the cause at its line of the file and the container's words in the log; gives what the step fails with. */
function deploy_report_announceFailure(report, file, host) {
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
    return new Failure(explanation.code, `${explanation.sentence} ${failure.message}`, {
        next: explanation.fix,
    });
}

;// CONCATENATED MODULE: ./.build/src/release/what-changed.js



/** What the newest revision has otherwise than the one that served before; nothing when there was none. */
async function what_changed_changesSince(context, at, served, now) {
    if (!served)
        return [];
    const before = await getRevision(context.google, at, served).catch((error) => {
        if (isNotFound(error))
            return undefined;
        throw error;
    });
    const { revision: _name, labels: _labels, annotations: _annotations, ...template } = now.template ?? {};
    return before ? templateChanges(template, before) : [];
}

;// CONCATENATED MODULE: ./.build/src/actions/deployed-workloads.js






const deployed_workloads_kinds = { pool: 'worker pool', service: 'service', job: 'job' };
/** The app and the worker, as far as they were deployed or found as wanted. */
async function deployed_workloads_workloadsOf(context, { app, worker }, deployed) {
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
    const now = await getWorkload(context.google, at);
    const revision = shortName(now.latestCreatedRevision);
    const served = before && servedBy(kind, before);
    const differences = served && served !== revision && changed ? await changesSince(context, at, served, now) : [];
    return [
        {
            ...common,
            revision,
            ...(served ? { previous_revision: served } : {}),
            ...(kind === 'service' ? { url: deployed_workloads_urlOf(now, tag), traffic: trafficLine(resolvedTraffic(now)) } : {}),
            differences,
        },
    ];
}
function servedBy(kind, before) {
    const served = kind === 'service' ? servingRevision(resolvedTraffic(before)) : before.latestReadyRevision;
    return served ? shortName(served) : undefined;
}
/** Of the tag that was asked for, or of the revision that is held back; else of the service. */
function deployed_workloads_urlOf(now, tag) {
    const tags = now.trafficStatuses ?? [];
    const own = tags.find((target) => target.tag === (tag ?? candidateTag))?.uri;
    return own ?? now.urls?.[0] ?? now.uri ?? '';
}

;// CONCATENATED MODULE: ./.build/src/actions/github-deployment.js



const githubDeploymentInputs = {
    github_deployment: (0,inputs.boolean)({
        description: 'Record the deployment on GitHub, with its states and the URL. Needs `deployments: write` under `permissions:` of the job.',
        default: 'false',
    }),
    github_environment: (0,inputs.text)({
        description: 'Environment of GitHub that the record is of; that of the file if it is left out, and `production` without a file.',
    }),
    github_token: githubTokenInput,
};
/**
 * Runs `deploy` and records it on GitHub when that is asked for: queued at once, in progress from
 * `begin` on, then success with the URL, failure, or error when it is interrupted. Throws what `deploy` throws, and
 * GITHUB_REFUSED before it, since nobody asks for a record that cannot be. That the last word does not arrive is a
 * warning: the deployment is what it is. https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments
 */
async function github_deployment_recorded(inputs, deployment, host, deploy) {
    if (!inputs.github_deployment || inputs.dry_run)
        return await deploy(async () => undefined);
    // GitHub's client is a third of the code of this action, and most deployments have no record.
    const { GithubRecord } = await __webpack_require__.e(/* import() */ 329).then(__webpack_require__.bind(__webpack_require__, 4329));
    const record = await GithubRecord.open(inputs.github_token ?? '', deployment, host);
    try {
        const outputs = await deploy(() => record.tell({ state: 'in_progress' }));
        await record.end(succeeded(outputs));
        return outputs;
    }
    catch (error) {
        await record.end(github_deployment_failed(error, host));
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
function github_deployment_failed(error, { signal }) {
    if (signal.aborted)
        return { state: 'error', description: 'The run was interrupted.' };
    const description = error instanceof Failure ? `${error.code}: ${error.message}` : 'See the log of the run.';
    return { state: 'failure', description };
}

;// CONCATENATED MODULE: ./.build/src/actions/images-input.js



/** Images by service, and of sidecars by `SERVICE/SIDECAR`, as one job hands them to the next. */
function imagesInput(description) {
    return text({ description });
}
const images_input_images = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP().regex(/@sha256:[0-9a-f]{64}$/));
/** `undefined` when the input was left out. Throws INPUT_INVALID when it is anything but images by digest. */
function images_input_imagesOfInput(given) {
    if (given === undefined)
        return undefined;
    const parsed = images_input_images.safeParse(json(given));
    if (parsed.success)
        return parsed.data;
    throw new Failure('INPUT_INVALID', '`images` is no JSON of services and their images by digest.', {
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

;// CONCATENATED MODULE: ./.build/src/release/own-grants.js
/**
 * Tells a refusal that will pass from one that stays: rights that were given a moment ago take minutes to count, and
 * Cloud Run then refuses a revision for want of a right that is already there.
 * https://cloud.google.com/iam/docs/access-change-propagation
 */



const accessor = 'roles/secretmanager.secretAccessor';
const actAs = 'roles/iam.serviceAccountUser';
/** Whether what was refused is in the policy by now. */
function own_grants_refusalPasses(context) {
    return async (error) => {
        const missing = missingRight(context, error);
        if (!missing)
            return false;
        const { target, role, member } = missing;
        const policy = await readPolicy(context.google, target).catch(() => undefined);
        return (policy?.bindings ?? []).some((binding) => binding.role === role && !binding.condition && binding.members?.includes(member));
    };
}
/** There is no reason code that would name the secret, only Google's text. */
const secretDenied = /Permission denied on secret: projects\/[^/]+\/secrets\/([^/\s]+)\/.*?service account ([^\s,]+@[^\s,]+\.com)/s;
function missingRight({ deployment, deployer }, error) {
    const { project } = deployment;
    if (error instanceof RevisionFailed) {
        const [, secret, account] = secretDenied.exec(error.reason) ?? [];
        if (!secret || !account)
            return undefined;
        return {
            target: { kind: 'secret', project, secret },
            role: accessor,
            member: `serviceAccount:${account}`,
        };
    }
    if (!(error instanceof GoogleError) || error.http !== 403 || !deployer)
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

;// CONCATENATED MODULE: ./.build/src/release/smoke.js
/** Asks a revision over HTTP whether it answers as it should, before it gets traffic. */

/** Milliseconds for one answer: an instance may have to start for it. */
const answerTimeout = 30_000;
/** Milliseconds between two requests. */
const pauses = { afterGood: 200, afterBad: 1_000 };
/** Throws an Error that says what came instead. */
async function smoke_smokeTest(url, test, options) {
    const { clock, signal } = options;
    const end = clock.now() + test.timeoutSeconds * 1000;
    const target = new URL(test.path, url).href;
    let inARow = 0;
    let last = 'nothing was tried';
    while (clock.now() < end) {
        const answer = await smoke_answerOf(target, test, options, end);
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
async function smoke_answerOf(target, test, options, end) {
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
        throw new Failure('INPUT_INVALID', `Only one of ${said.join(', ')} can be given.`, {
            next: 'Keep the one that says where traffic is to go.',
        });
    }
    if (revision_traffic)
        return { kind: 'revisions', shares: parseShares('revision_traffic', revision_traffic) };
    if (tag_traffic)
        return { kind: 'tags', shares: parseShares('tag_traffic', tag_traffic) };
    if (no_traffic)
        return { kind: 'none' };
    return { kind: traffic };
}
/** How the service comes to its new revision. Says in the log why a revision is not tried. */
function rollout_inputs_rolloutOf(inputs, service, { context, clock, idToken }, host) {
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

;// CONCATENATED MODULE: ./.build/src/actions/service-images.js
/** The images that a service runs, by digest: named, or built of the sources in this checkout. */




/** Of all sidecars, by their names. `given` are images that take the place of those of the file, by `SERVICE/SIDECAR`. */
async function service_images_imagesOfSidecars(google, deployment, { key, sidecars = [] }, given, host) {
    const images = sidecars.map(async (sidecar) => [
        sidecar.name,
        await service_images_imageOf(google, deployment, sidecar, given[`${key}/${sidecar.name}`] ?? sidecar.image, host),
    ]);
    return Object.fromEntries(await Promise.all(images));
}
/** Of one container. Throws IMAGE_NOT_BUILT and IMAGE_NOT_FOUND. */
async function service_images_imageOf(google, deployment, { build }, named, host) {
    if (named || !build)
        return await pinned(google, named ?? '');
    const source = await readSource(deployment, build, host.workspace);
    const found = await findImage(google, deployment, source);
    if (found)
        return found.image;
    throw new Failure('IMAGE_NOT_BUILT', `The registry has no image ${build.imageName} for these sources (${source.tag}).`, {
        next: 'Run actions/build for this service in an earlier step or job, on the same checkout.',
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/service-of.js

/** The service of that key. Throws SERVICE_UNKNOWN, naming those that there are. */
function service_of_serviceOf(deployment, key) {
    const service = deployment.services.find((candidate) => candidate.key === key);
    if (service)
        return service;
    throw new Failure('SERVICE_UNKNOWN', `${deployment.file} has no service "${key}".`, {
        next: `It has: ${deployment.services.map((candidate) => candidate.key).join(', ')}.`,
    });
}

;// CONCATENATED MODULE: ./.build/src/actions/deploy-from-file.js
























/** Deploys the app and the worker of one service of a deployment file. */
async function deployFromFile(inputs, host) {
    const given = imagesOfInput(inputs.images) ?? {};
    const deployment = await loadConfig(inputs, host);
    const service = serviceOf(deployment, inputs.service ?? '');
    const session = await openSession(inputs, deployment, host);
    const { context } = session;
    const rollout = rolloutOf(inputs, service, session, host);
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
    return await recorded(inputs, target, host, (begin) => deployImages(inputs, { deployment, service, session, rollout, former, images: { image, sidecarImages }, begin }, host));
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
    const after = app ? [run_service_runServiceAddress(app.name)] : [];
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
    throw new Failure('NO_EARLIER_REVISION', `${app.name} does not exist yet, and a first revision gets all traffic.`, {
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
    throw new Failure('WORKER_REPLACEMENT_HELD', `${former.because}, and what is deployed is to be held back: a first ${worker.runtime} cannot be. Nothing was changed.`, {
        next: `Deploy it once without \`traffic: hold\` and \`no_traffic\`: ${nameOf(former.address)} goes once the new one is ready.`,
    });
}
const isHeld = ({ shift }) => shift.kind === 'hold' || shift.kind === 'none';
async function failuresOf(context, service, outcomes, host) {
    const failed = outcomes.flatMap(({ error }) => (error instanceof RevisionFailed ? [error] : []));
    if (failed.length === 0)
        return [];
    const text = await readFile(join(host.workspace, context.deployment.file), 'utf8');
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

;// CONCATENATED MODULE: ./.build/src/actions/planning/why-built.js





/** So many names are told; the others are counted. */
const named = 3;
/** Why the registry has no image of these sources, as far as it can be told. */
async function whyBuilt(context, service, { source, sidecar }, touched) {
    const running = await runningImage(context, service, sidecar);
    if (!running)
        return 'its first image';
    const changed = touched && touchedInputs(context.deployment, source, touched);
    if (!changed || changed.length === 0)
        return `other sources than ${workload_changes_shortImage(running)}`;
    const rest = changed.length - named;
    const files = [...changed.slice(0, named), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
    return `${sentences_counted(changed.length, 'file')} changed: ${files}`;
}
/** What of a change the image is made from; without deleted files, which are no inputs any more. */
function touchedInputs(deployment, source, touched) {
    const at = (path) => external_node_path_.posix.normalize(external_node_path_.posix.join(deployment.root, path));
    const context = at(source.build.context);
    const inputs = new Set(source.inputs.map(({ path }) => external_node_path_.posix.join(context, path)));
    const own = at(source.build.dockerfile);
    return touched.filter((file) => file === own || inputs.has(file));
}
async function runningImage(context, service, sidecar) {
    if (!(await context.enabled()).has('run.googleapis.com'))
        return undefined;
    const { project, region } = context.deployment;
    const { app, worker } = service;
    const containers = app
        ? await runningContainers(context, { kind: 'services', project, region, name: app.name })
        : worker && (await containersOfWorker(context, worker));
    const own = sidecar ? containers?.find(({ name }) => name === sidecar) : containers?.[0];
    return own?.image;
}
async function runningContainers(context, at) {
    const found = await new_revision_read(context, at);
    return found?.template?.containers;
}
async function containersOfWorker(context, { runtime, name }) {
    const { project, region } = context.deployment;
    const at = { project, region, name };
    if (runtime !== 'job')
        return await runningContainers(context, { kind: runtime === 'pool' ? 'workerPools' : 'services', ...at });
    const job = await readJob(context, at);
    return job?.template?.template?.containers;
}

;// CONCATENATED MODULE: ./.build/src/actions/planning/service-plan.js
/** What a deployment would do to one service, told from what is there. Reads only. */












async function planService(site, service) {
    const { session } = site;
    const enabled = await session.context.enabled();
    const images = await Promise.all(imageSources(service).map(async (source) => ({
        source,
        image: await service_plan_imageOf(site, service, source, enabled),
    })));
    const image = imageOfAll(images);
    if (!enabled.has('run.googleapis.com')) {
        return { key: service.key, image, changes: [], open: 'new: Cloud Run is not enabled in the project yet' };
    }
    const release = {
        ...releaseImages(images),
        secretVersions: await secretVersions(site, service, enabled),
        origin: {},
        commit: 'planned',
    };
    const rollout = { shift: { kind: 'shift' }, passes: async () => false };
    try {
        const { context } = session;
        const former = await former_workers_formerWorkers(context, service, false);
        const resources = [...resourcesOf(context, service, release, rollout), ...former];
        const { changes, left } = await plan_makePlan(resources, { ...session, emit: () => { } });
        return { key: service.key, image, changes, left };
    }
    catch (error) {
        if (!(error instanceof UnknownFact))
            throw error;
        return { key: service.key, image, changes: [], open: `rests on what provision makes: ${error.message}` };
    }
}
/** One line for the service: its own image, unless only a sidecar of it has to be built. */
function imageOfAll(images) {
    const [own] = images;
    const toBuild = images.find(({ image }) => image.kind === 'to build');
    const shown = own?.image.kind === 'to build' ? own : (toBuild ?? own);
    if (!shown)
        throw new Error('a service has an image');
    const { source, image } = shown;
    return image.kind === 'to build' && source.sidecar
        ? { kind: 'to build', why: `sidecar ${source.sidecar}: ${image.why}` }
        : image;
}
function releaseImages(images) {
    const named = images.map(({ source, image }) => [
        source.sidecar ?? '',
        image.kind === 'there' ? image.image : `${source.build?.image ?? source.name}@(to be built)`,
    ]);
    const { '': image = '', ...sidecarImages } = Object.fromEntries(named);
    return { image, sidecarImages };
}
async function service_plan_imageOf(site, service, { name, image, sidecar }, enabled) {
    const { context } = site.session;
    const source = site.sources.get(name);
    if (!source)
        return { kind: 'there', image: await image_digest_pinned(context.google, image ?? '') };
    const found = enabled.has('artifactregistry.googleapis.com')
        ? await image_findImage(context.google, context.deployment, source)
        : undefined;
    if (found)
        return { kind: 'there', image: found.image };
    return { kind: 'to build', why: await whyBuilt(context, service, { source, sidecar }, site.touched) };
}
/** The versions that a deployment would pin: the newest, unless provisioning is going to add one. */
async function secretVersions(site, service, enabled) {
    const { context } = site.session;
    const names = usedSecrets(service);
    const changing = new Set(site.infrastructure.map(({ address }) => address));
    const versions = await Promise.all(names.map(async (name) => {
        const known = enabled.has('secretmanager.googleapis.com') && !changing.has(secretAddress(name));
        const number = known
            ? await secretmanager_latestVersionNumber(context.google, context.deployment.project, name)
            : undefined;
        return [name, number ?? knownAfterApply];
    }));
    return Object.fromEntries(versions);
}

;// CONCATENATED MODULE: ./.build/src/actions/planning/live-plan.js








async function planLive(session, sources, touched) {
    const plan = await plan_makePlan(estate(session.context), session);
    const site = { session, infrastructure: plan.changes, sources, touched };
    const [services, removed, rights] = await Promise.all([
        Promise.all(session.context.deployment.services.map((service) => planService(site, service))),
        planRemoved(session),
        rightsFindings(session, plan.changes),
    ]);
    return {
        infrastructure: plan.changes,
        left: [...plan.left, ...removed.left],
        services,
        removals: removed.changes,
        findings: [...valueFindings(session, plan), ...rights],
    };
}
async function planRemoved(session) {
    const { context } = session;
    const notAsked = context.deployment.preview ? staysUntil.closed : staysUntil.asked;
    const stays = context.prune ? undefined : notAsked;
    const mayRun = (await context.enabled()).has('run.googleapis.com');
    const resources = mayRun ? await removed_workloads_removedWorkloads(context, { stays, withoutFormer: true }) : [];
    return await plan_makePlan(resources, { ...session, emit: () => { } });
}
/** Warnings: the job that provisions may run as another account than the one that plans. */
async function rightsFindings(session, changes) {
    try {
        await requireRights(session.context, changes);
        return [];
    }
    catch (error) {
        if (!(error instanceof failure/* Failure */.H))
            throw error;
        return [
            {
                code: error.code,
                severity: 'warning',
                file: session.context.deployment.file,
                place: { line: 1, column: 1 },
                path: '',
                message: [error.message, ...error.details].join('\n'),
                fix: error.next,
            },
        ];
    }
}
/** Warnings: this step is not given the values, the one that provisions is. */
function valueFindings({ context }, plan) {
    const missing = missingValues(context, (address) => plan.entries.get(address)?.have);
    return missing.map(({ name, source, place }) => ({
        code: 'SECRET_VALUE_MISSING',
        severity: 'warning',
        file: context.deployment.file,
        place,
        path: `secrets.${name}`,
        message: `The secret has no value yet.`,
        fix: `Create the GitHub secret ${source.variable} and pass it to the deployment in secret_env.`,
    }));
}

;// CONCATENATED MODULE: ./.build/src/actions/plan.js














const plan_inputs = {
    ...commonInputs,
    look: (0,inputs.choice)(['auto', 'always', 'never'], {
        description: 'Whether the project is looked at. `auto`: when the job has credentials, which jobs for pull requests from forks never have; `never`: only the file and the sources are checked.',
        default: 'auto',
    }),
    comment: (0,inputs.boolean)({
        description: 'Show the plan in a comment of the pull request, which later runs edit. Needs `pull-requests: write`.',
        default: 'false',
    }),
    prune: (0,inputs.boolean)({
        description: 'Plan a deployment with `prune`: show what provision and release would take away with it.',
        default: 'false',
    }),
    github_token: githubTokenInput,
};
const action = defineAction({
    description: 'Check deploy.yaml and the sources that it names, compare with what is there, and give the matrices of services to build and to deploy.',
    inputs: plan_inputs,
    outputs: {
        build_matrix: 'Services to build, as a JSON list of keys for `strategy.matrix`.',
        deploy_matrix: 'Services to deploy, as a JSON list of keys for `strategy.matrix`.',
        has_builds: '`true` when there is something to build.',
        has_deploys: '`true` when there is something to deploy.',
        has_migrations: '`true` when the file names a folder of migrations.',
        changes: 'Number of changes to infrastructure and services, images to build included; empty when the project was not looked at.',
        findings: 'What was found, as JSON: code, severity, file, place, path, message, fix.',
        plan: 'The changes as JSON: `infrastructure`, `services` with image and changes each, and `removals`, which the release makes at its end.',
        left: 'What stays in the project though the file does not ask for it, as JSON: address, whose, because, next; empty when the project was not looked at.',
        environment: 'The environment that was planned.',
        project_id: 'Its Google Cloud project.',
        region: 'Its region.',
    },
    run: async (given, host) => {
        const { deployment, findings: configFindings, file } = await readConfig(given, host);
        const sources = deployment && (await inspectSources(deployment, host.workspace));
        const known = [...configFindings, ...(sources?.findings ?? [])];
        showFindings(known, host);
        if (!deployment || !sources || known.some(isError)) {
            await publish(given, host, { title: file, findings: known.map(plan_shown), services: [] });
            throw invalid(file, known);
        }
        const why = given.look === 'always' ? undefined : whyNotLooked(given, host);
        const live = why === undefined ? await look(given, deployment, sources, host) : undefined;
        showFindings(live?.findings ?? [], host);
        const findings = [...known, ...(live?.findings ?? [])];
        await publish(given, host, {
            title: `${deployment.name} ${deployment.environment} in ${deployment.project}`,
            findings: findings.map(plan_shown),
            services: live?.services ?? unseen(deployment),
            ...(live && { infrastructure: live.infrastructure, left: live.left, removals: live.removals }),
            ...(why ? { notLooked: why } : {}),
        });
        return plan_outputsOf(deployment, live, findings);
    },
});
function isError({ severity }) {
    return severity === 'error';
}
function plan_shown(finding) {
    const { severity, file, place, code } = finding;
    return { severity, place: `${file}:${place.line}:${place.column}`, code, text: findingText(finding) };
}
/** Why the project cannot be looked at, in the words of the page; nothing when it can. */
function whyNotLooked(given, { environment }) {
    if (given.look === 'never')
        return 'Only the file and the sources were checked, as `look: never` asks.';
    if (given.workload_identity_provider) {
        if (environment.ACTIONS_ID_TOKEN_REQUEST_URL)
            return undefined;
        return 'The project was not looked at: this job has no `id-token: write`. Jobs for pull requests from forks never get it.';
    }
    const left = ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_GHA_CREDS_PATH'].some((name) => environment[name]);
    return left ? undefined : 'The project was not looked at: this job has no credentials for it.';
}
async function look(given, deployment, { sources }, host) {
    const session = await session_openSession(given, deployment, host, {
        values: host.environment,
        prune: given.prune,
    });
    const { pullRequest } = await readEvent(host);
    // On a pull request the plan acts as the deployer of previews, and another one deploys: what that one has is not asked.
    const isOther = pullRequest !== undefined && deployment.preview === undefined;
    const context = isOther ? { ...session.context, deployer: undefined } : session.context;
    return await planLive({ ...session, context }, sources, await touchedFiles(given, host));
}
/** What the pull request changes: it explains why an image is built, and decides nothing. */
async function touchedFiles(given, host) {
    const { pullRequest } = await readEvent(host);
    if (!pullRequest || !given.github_token)
        return undefined;
    return await listChangedFiles((0,connection/* connectJob */._I)(given.github_token, host), pullRequest.number).catch((error) => {
        host.debug(`the files of the pull request cannot be listed: ${String(error)}`);
        return undefined;
    });
}
function unseen(deployment) {
    return deployment.services.map((service) => ({
        key: service.key,
        image: isBuilt(service) ? { kind: 'not looked up' } : { kind: 'there', image: service.image ?? '' },
        changes: [],
    }));
}
/** On the page of the run, in the log, and in the comment of the pull request. */
async function publish(given, host, page) {
    const markdown = planPage(page);
    await host.summarize(markdown);
    if (page.infrastructure) {
        host.info(`${page.title}: infrastructure ${sentences_totals(page.infrastructure)}`);
        for (const service of page.services.filter(needsDeploying)) {
            host.info(`  ${service.key}: ${service.image.kind}, ${sentences_counted(service.changes.length, 'change')}`);
        }
        for (const change of page.removals ?? [])
            host.info(`  ${lineOf(change)}: ${change.because}`);
        for (const one of leftOf(page))
            host.info(`  ${leftLine(one)}: ${one.because}`);
    }
    if (!given.comment)
        return;
    const { pullRequest } = await readEvent(host);
    if (!pullRequest)
        return host.info('No comment: this run is not about a pull request.');
    if (pullRequest.fork) {
        return host.info('No comment: the token of a run for a pull request from a fork can only read.');
    }
    const github = (0,connection/* connectJob */._I)(given.github_token ?? '', host);
    const marker = `plan ${given.environment ?? ''}`.trim();
    const { url } = await upsertComment(github, pullRequest.number, marker, markdown);
    host.info(`The plan is in ${url}`);
}
function plan_outputsOf(deployment, live, findings) {
    const built = deployment.services.filter(isBuilt).map(({ key }) => key);
    const all = deployment.services.map(({ key }) => key);
    const build = live?.services.filter(({ image }) => image.kind === 'to build').map(({ key }) => key) ?? built;
    const deploy = live?.services.filter(needsDeploying).map(({ key }) => key) ?? all;
    const { infrastructure = [], services = [], removals = [] } = live ?? {};
    return {
        build_matrix: JSON.stringify(build),
        deploy_matrix: JSON.stringify(deploy),
        has_builds: build.length > 0,
        has_deploys: deploy.length > 0,
        has_migrations: deployment.database?.migrations !== undefined,
        changes: live &&
            infrastructure.length +
                build.length +
                services.flatMap(({ changes }) => changes).length +
                removals.length,
        findings: JSON.stringify(findings),
        plan: live && JSON.stringify({ infrastructure, services, removals }),
        left: live && JSON.stringify(leftOf(live)),
        environment: deployment.environment,
        project_id: deployment.project,
        region: deployment.region,
    };
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


/***/ }),

/***/ 6524:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _I: () => (/* binding */ connectJob)
/* harmony export */ });
/* unused harmony exports connectGitHub, unlessAbsent, statusOf */
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2413);
/* harmony import */ var _lib_clock_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4453);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4105);



const attempts = 6;
/** Milliseconds: a limit that lasts longer is not waited for in a job that costs money by the minute. */
const longestPause = 120_000;
/** Nothing is sent yet. Calls throw Failure GITHUB_REFUSED or GITHUB_UNREACHABLE. */
function connectGitHub(options) {
    const [owner = '', repo = ''] = options.repository.split('/');
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__/* .getOctokit */ .Q)(options.token, {
        baseUrl: options.apiUrl,
        request: {
            fetch: options.fetch ?? fetch,
            ...(options.signal ? { signal: options.signal } : {}),
        },
        // Octokit says on its own what a retry heals.
        log: { debug: () => { }, info: () => { }, warn: () => { }, error: () => { } },
    });
    const clock = options.clock ?? _lib_clock_js__WEBPACK_IMPORTED_MODULE_1__/* .systemClock */ .m;
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
        throw new _lib_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H('GITHUB_UNKNOWN', 'GITHUB_REPOSITORY is not set: this is no job of GitHub Actions.', {
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
async function unlessAbsent(call) {
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
        return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H('GITHUB_UNREACHABLE', `GitHub did not answer ${path}: ${message}`, {
            next: 'Run again; https://www.githubstatus.com says whether GitHub has a problem.',
            cause,
        });
    }
    const next = nextStep(status, headers['x-accepted-github-permissions']);
    return new _lib_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H('GITHUB_REFUSED', `GitHub refused ${path} with ${status}: ${message}`, { next, cause });
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
