export const id = 209;
export const ids = [209];
export const modules = {

/***/ 9582:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  _w: () => (/* binding */ buildImage),
  F1: () => (/* binding */ findImage)
});

// UNUSED EXPORTS: imageLocation

// EXTERNAL MODULE: ./.build/src/config/names.js
var names = __webpack_require__(638);
// EXTERNAL MODULE: ./.build/src/google/artifactregistry.js
var artifactregistry = __webpack_require__(9974);
// EXTERNAL MODULE: ./.build/src/google/operations.js
var operations = __webpack_require__(125);
;// CONCATENATED MODULE: ./.build/src/google/cloudbuild.js

const underWay = new Set(['STATUS_UNKNOWN', 'PENDING', 'QUEUED', 'WORKING']);
/** Starts a build and returns it as queued. Not repeatable: a second sending would be a second build. */
async function createBuild(google, project, location, build) {
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
function waitForBuild(google, at) {
    return (0,operations/* waitFor */.fm)(async () => {
        const build = await getBuild(google, at.project, at.location, at.id);
        return underWay.has(build.status ?? 'STATUS_UNKNOWN') ? undefined : build;
    }, { what: `build ${at.id}`, deadline: at.deadline, console: at.logUrl, ceiling: 5_000 }, google.clock, google.signal);
}
async function cancelBuild(google, project, location, id) {
    await google.transport.send({
        api: 'cloudbuild',
        method: 'POST',
        path: `v1/projects/${project}/locations/${location}/builds/${id}:cancel`,
        body: {},
        repeatable: true,
        unstoppable: true,
    });
}

// EXTERNAL MODULE: ./.build/src/google/error.js
var google_error = __webpack_require__(1317);
// EXTERNAL MODULE: ./.build/src/google/logging.js
var logging = __webpack_require__(8630);
// EXTERNAL MODULE: ./.build/src/google/storage.js
var storage = __webpack_require__(206);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
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
async function archiveOf(files, extra) {
    const tar = (0,tar_stream.pack)();
    const content = (0,consumers_.buffer)(tar);
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
        tar.entry({ ...header, mode: file.executable ? 0o755 : 0o644 }, await (0,promises_.readFile)(file.absolute));
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./.build/src/build/docker.js
/**
 * Building with the docker of this machine, where there are no credentials to build with Cloud Build: what a fork's
 * Dockerfile runs then has nothing to steal and nowhere to push to.
 */

/** Arguments of `docker build` before the context; the Dockerfile as the builder finds it. */
function buildArguments({ build }, name, dockerfile) {
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
        ...buildArguments(source, name, posix.join(root, build.dockerfile)),
        posix.join(root, build.context),
    ];
}
/** Writes the image with its layers into a file, as an OCI layout. https://docs.docker.com/reference/cli/docker/image/save/ */
function dockerSave(name, file) {
    return ['save', '-o', file, name];
}

// EXTERNAL MODULE: ./.build/src/build/source-tree.js + 1 modules
var source_tree = __webpack_require__(3936);
;// CONCATENATED MODULE: ./.build/src/build/image.js










/** Where the images of a service are. */
function imageLocation(deployment, imageName) {
    const { name, location } = deployment.repository;
    return { project: deployment.project, location, repository: name, image: imageName };
}
/** The image that was built from these sources, if there is one. */
async function findImage(google, deployment, source) {
    const digest = await (0,artifactregistry/* digestOfTag */.qy)(google, imageLocation(deployment, source.build.imageName), source.tag);
    return digest ? { image: `${source.build.image}@${digest}`, digest, skipped: true } : undefined;
}
/** Uploads the sources, builds them with Cloud Build and returns the image by digest. */
async function buildImage(google, deployment, source, say) {
    const archive = await archiveOf(source.files, source.extra);
    const object = `source/${(0,source_tree/* sha256 */.s)(archive)}.tgz`;
    const { bucket } = deployment.builds;
    const uploaded = await (0,storage/* uploadOnce */.vV)(google, bucket, object, { data: archive, type: 'application/gzip' });
    say(`sources: ${source.files.length} files, ${Math.ceil(archive.length / 1024)} KiB, gs://${bucket}/${object}`);
    const request = requestOf(deployment, source, { bucket, object, generation: uploaded.generation ?? '' });
    return await tryBuild(google, deployment, source, request, say);
}
/** Failures of Cloud Build's own, which it documents as worth another try; a failing step never is. */
const passing = new Set(['LOGGING_FAILURE', 'FETCH_SOURCE_FAILED']);
const buildAttempts = 3;
async function tryBuild(google, deployment, source, request, say) {
    for (let attempt = 1;; attempt++) {
        const build = await runBuild(google, deployment, request, say);
        if (build.status === 'SUCCESS')
            return imageOf(source, build);
        const mayPass = build.status === 'EXPIRED' || passing.has(build.failureInfo?.type ?? '');
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
function emailOf(account, project) {
    return account.includes('@') ? account : (0,names/* serviceAccountEmail */.de)(account, project);
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
        serviceAccount: `projects/${project}/serviceAccounts/${emailOf(builds.serviceAccount, project)}`,
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
const logLines = 30;
async function failureOf(google, deployment, source, build) {
    const filter = `resource.type="build" AND resource.labels.build_id="${build.id}"`;
    // What the log says helps, but that it cannot be read must not hide that the build failed.
    const log = await (0,logging/* lastEntries */.L)(google, deployment.project, filter, logLines).catch(() => []);
    const step = build.steps?.find(({ status }) => status === 'FAILURE');
    const detail = build.failureInfo?.detail ?? build.statusDetail ?? step?.id ?? '';
    return new failure/* Failure */.H('BUILD_FAILED', `Building ${source.build.imageName} ended with ${build.status}: ${detail}`, {
        next: `Mend the Dockerfile or its sources (${source.build.dockerfile}); the whole log is at ${build.logUrl ?? 'Cloud Build'}.`,
        details: log.map(logging/* textOf */.b),
    });
}
/** There is no reason code for it, only this text. */
function isRegionRestricted(error) {
    return (error instanceof google_error/* GoogleError */.Wy && /quota restrictions, cannot run builds in this region/.test(error.message));
}
function regionRestricted(region, cause) {
    return new failure/* Failure */.H('BUILD_REGION_RESTRICTED', `Google lets this project run no builds in ${region}.`, {
        next: 'New projects are restricted to a few regions: ask for Cloud Build quota in this one, or use another region.',
        cause,
    });
}


/***/ }),

/***/ 5328:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ isMissing)
/* harmony export */ });
/** Whether an error of the file system says that there is no such file. */
function isMissing(error) {
    return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}


/***/ }),

/***/ 3936:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  m: () => (/* binding */ readSourceTree),
  s: () => (/* binding */ sha256)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./.build/src/engine/pool.js
var engine_pool = __webpack_require__(1938);
// EXTERNAL MODULE: ./node_modules/@balena/dockerignore/ignore.js
var ignore = __webpack_require__(4158);
;// CONCATENATED MODULE: ./.build/src/build/dockerignore.js

/** The package exports the function itself, while its types speak of a `default` within. */
const dockerignore = ignore;

// EXTERNAL MODULE: ./.build/src/build/missing.js
var missing = __webpack_require__(5328);
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
    const pool = new engine_pool/* Pool */.b(readsAtOnce);
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
        return { path, kind: 'link', executable: false, target, sha256: sha256(target), size: 0, absolute };
    }
    const content = await (0,promises_.readFile)(absolute);
    const executable = (stat.mode & 0o111) !== 0;
    return { path, kind: 'file', executable, sha256: sha256(content), size: content.length, absolute };
}
function absentIfMissing(error) {
    if ((0,missing/* isMissing */.b)(error))
        return undefined;
    throw error;
}
function sha256(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}


/***/ }),

/***/ 614:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  o: () => (/* binding */ readSource)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./.build/src/lib/failure.js
var failure = __webpack_require__(4105);
// EXTERNAL MODULE: ./.build/src/build/source-tree.js + 1 modules
var source_tree = __webpack_require__(3936);
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
        dockerfile: (0,source_tree/* sha256 */.s)(dockerfile),
        target: build.target ?? '',
        args: Object.entries(build.args).sort(([a], [b]) => (a < b ? -1 : 1)),
        files: files.map(({ path, kind, executable, sha256 }) => [path, kind, executable, sha256]),
    };
    return (0,source_tree/* sha256 */.s)(JSON.stringify(inputs)).slice(0, 32);
}
/** The tag under which the image of these sources is found again. */
function sourceTag(digest) {
    return `src-${digest}`;
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

// EXTERNAL MODULE: ./.build/src/build/missing.js
var missing = __webpack_require__(5328);
;// CONCATENATED MODULE: ./.build/src/build/source.js







/** The name under which a Dockerfile from outside of the context travels. */
const outsideName = '.aethercast.Dockerfile';
/** Reads a service's sources. Throws BUILD_SOURCE_MISSING, SECRET_IN_CONTEXT. */
async function readSource(deployment, build, workspace) {
    const root = (0,external_node_path_.join)(workspace, deployment.root);
    const context = (0,external_node_path_.join)(root, build.context);
    const dockerfilePath = (0,external_node_path_.join)(root, build.dockerfile);
    const place = `${deployment.file}:${build.place.line}`;
    const dockerfile = await (0,promises_.readFile)(dockerfilePath, 'utf8').catch((error) => {
        throw (0,missing/* isMissing */.b)(error) ? source_missing(`Dockerfile ${build.dockerfile}`, place) : error;
    });
    const files = await (0,source_tree/* readSourceTree */.m)(context, dockerfilePath).catch((error) => {
        throw (0,missing/* isMissing */.b)(error) ? source_missing(`build context ${build.context}`, place) : error;
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
function source_missing(what, place) {
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


/***/ }),

/***/ 9974:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TM: () => (/* binding */ getRepository),
/* harmony export */   qy: () => (/* binding */ digestOfTag),
/* harmony export */   vB: () => (/* binding */ createRepository),
/* harmony export */   xW: () => (/* binding */ listRepositories)
/* harmony export */ });
/* unused harmony exports patchRepository, deleteRepository */
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1317);
/* harmony import */ var _operations_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(125);
/* harmony import */ var _paging_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2071);



function listRepositories(google, project, location) {
    return (0,_paging_js__WEBPACK_IMPORTED_MODULE_2__/* .listAll */ ._)(google.transport, {
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
    await (0,_operations_js__WEBPACK_IMPORTED_MODULE_1__/* .waitForRpc */ .I_)(started, (name) => google.transport.send({ api: 'artifactregistry', method: 'GET', path: `v1/${name}` }), { what: `creating Artifact Registry repository ${at.name}`, deadline: 5 * 60_000 }, google.clock, google.signal);
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
        if ((0,_error_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotFound */ .c4)(error))
            return undefined;
        throw error;
    }
}
function packagePath(at) {
    const image = encodeURIComponent(at.image);
    return `v1/projects/${at.project}/locations/${at.location}/repositories/${at.repository}/packages/${image}`;
}


/***/ }),

/***/ 206:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bT: () => (/* binding */ getBucket),
/* harmony export */   oh: () => (/* binding */ listBuckets),
/* harmony export */   v8: () => (/* binding */ createBucket),
/* harmony export */   vV: () => (/* binding */ uploadOnce)
/* harmony export */ });
/* unused harmony exports patchBucket, getObject, listObjects, writeObject, deleteObject, deleteBucket */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1317);
/* harmony import */ var _paging_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2071);



function listBuckets(google, project) {
    return (0,_paging_js__WEBPACK_IMPORTED_MODULE_2__/* .listAll */ ._)(google.transport, { api: 'storage', method: 'GET', path: 'storage/v1/b', query: { project } }, (page) => page.items);
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
async function uploadOnce(google, bucket, name, bytes) {
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
        if (!(error instanceof _error_js__WEBPACK_IMPORTED_MODULE_1__/* .GoogleError */ .Wy) || error.http !== 412)
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


/***/ })

};
