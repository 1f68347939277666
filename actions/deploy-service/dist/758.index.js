export const id = 758;
export const ids = [758];
export const modules = {

/***/ 7758:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   imageFromSource: () => (/* binding */ imageFromSource),
/* harmony export */   requireDockerfile: () => (/* binding */ requireDockerfile)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _build_image_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9582);
/* harmony import */ var _build_source_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(614);
/* harmony import */ var _google_artifactregistry_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9974);
/* harmony import */ var _google_cloudresourcemanager_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7907);
/* harmony import */ var _google_error_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1317);
/* harmony import */ var _google_storage_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(206);
/* harmony import */ var _lib_failure_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4105);
/**
 * Builds a folder with a Dockerfile, as `gcloud run deploy --source` does: into the repository
 * `cloud-run-source-deploy`, from a bucket `run-sources-PROJECT-REGION`, as the project's compute account.
 * https://cloud.google.com/run/docs/deploying-source-code
 */









const repository = 'cloud-run-source-deploy';
/** gcloud's own limit for such a build, in seconds. */
const timeoutSeconds = 60 * 60;
/** The image by digest, of a folder with a Dockerfile; an image of the same sources is not built again. */
async function imageFromSource(google, place, name, folder, host) {
    const { project, region } = place;
    const prefix = `${region}-docker.pkg.dev/${project}/${repository}`;
    const build = {
        context: folder,
        dockerfile: node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(folder, 'Dockerfile'),
        args: {},
        image: `${prefix}/${name}`,
        imageName: name,
        place: { line: 1, column: 1 },
    };
    const source = await (0,_build_source_js__WEBPACK_IMPORTED_MODULE_3__/* .readSource */ .o)({ file: 'source', root: '.' }, build, host.workspace);
    const { projectNumber = '' } = await (0,_google_cloudresourcemanager_js__WEBPACK_IMPORTED_MODULE_8__/* .getProject */ .U)(google, project);
    const site = {
        project,
        region,
        repository: { name: repository, location: region, prefix, keep: 0 },
        builds: {
            bucket: `run-sources-${project.replaceAll(/[:.]/g, '-')}-${region}`,
            serviceAccount: `${projectNumber}-compute@developer.gserviceaccount.com`,
            timeoutSeconds,
        },
    };
    await Promise.all([makeRepository(google, place), makeBucket(google, place, site.builds.bucket)]);
    const built = (await (0,_build_image_js__WEBPACK_IMPORTED_MODULE_2__/* .findImage */ .F1)(google, site, source)) ?? (await (0,_build_image_js__WEBPACK_IMPORTED_MODULE_2__/* .buildImage */ ._w)(google, site, source, host.info));
    host.info(built.skipped ? `unchanged: ${built.image} was built from these sources` : `built ${built.image}`);
    return built.image;
}
/** Before anything is sent. Buildpacks, which gcloud falls back to, are not run here. */
function requireDockerfile(workspace, folder) {
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(workspace, folder, 'Dockerfile')))
        return;
    throw new _lib_failure_js__WEBPACK_IMPORTED_MODULE_7__/* .Failure */ .H('DOCKERFILE_MISSING', `source names ${folder}, where there is no Dockerfile.`, {
        next: 'Add a Dockerfile: sources without one (which gcloud builds with buildpacks) are not built here. Or build the image in a step before and give it as `image`.',
    });
}
async function makeRepository(google, { project, region }) {
    const there = await isThere((0,_google_artifactregistry_js__WEBPACK_IMPORTED_MODULE_4__/* .getRepository */ .TM)(google, project, region, repository));
    if (there)
        return;
    const at = { project, location: region, name: repository };
    await (0,_google_error_js__WEBPACK_IMPORTED_MODULE_5__/* .unlessExists */ .jy)((0,_google_artifactregistry_js__WEBPACK_IMPORTED_MODULE_4__/* .createRepository */ .vB)(google, at, { format: 'DOCKER', description: 'Cloud Run source deployments' }));
}
async function makeBucket(google, { project, region }, name) {
    if (await isThere((0,_google_storage_js__WEBPACK_IMPORTED_MODULE_6__/* .getBucket */ .bT)(google, name)))
        return;
    const body = {
        name,
        location: region,
        iamConfiguration: {
            uniformBucketLevelAccess: { enabled: true },
            publicAccessPrevention: 'enforced',
        },
    };
    await (0,_google_error_js__WEBPACK_IMPORTED_MODULE_5__/* .unlessExists */ .jy)((0,_google_storage_js__WEBPACK_IMPORTED_MODULE_6__/* .createBucket */ .v8)(google, project, body));
}
async function isThere(read) {
    return await read.then(() => true, (error) => {
        if ((0,_google_error_js__WEBPACK_IMPORTED_MODULE_5__/* .isNotFound */ .c4)(error))
            return false;
        throw error;
    });
}


/***/ })

};
