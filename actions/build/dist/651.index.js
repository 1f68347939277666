export const id = 651;
export const ids = [651];
export const modules = {

/***/ 651:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fetchOfRunner: () => (/* binding */ fetchOfRunner),
/* harmony export */   useFetchOfRunner: () => (/* binding */ useFetchOfRunner)
/* harmony export */ });
/* harmony import */ var _actions_http_client__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4942);
/* harmony import */ var node_fetch__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3170);
/* harmony import */ var node_fetch__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3018);
/* harmony import */ var node_fetch__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7557);
/* harmony import */ var node_fetch__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6169);
/* harmony import */ var node_fetch__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(348);


/** One for each protocol, since the runner may name a proxy of its own for each. */
const clients = new Map();
/**
 * `fetch` through the proxy that the runner names in `https_proxy`, `http_proxy` and `no_proxy`, as GitHub's own actions
 * go and Node's own `fetch` does not. Bodies are streams of Node in both directions.
 * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
const fetchOfRunner = ((input, init) => (0,node_fetch__WEBPACK_IMPORTED_MODULE_1__["default"])(input, { agent: agentFor, ...init }));
/**
 * Puts it in the place of Node's own, with its classes: google-auth-library loads node-fetch in any case, and the mere
 * mention of Node's own costs a process a fifth of what a small deployment takes.
 */
function useFetchOfRunner() {
    Object.assign(globalThis, { fetch: fetchOfRunner, FormData: node_fetch__WEBPACK_IMPORTED_MODULE_2__/* .FormData */ .fS, Headers: node_fetch__WEBPACK_IMPORTED_MODULE_3__/* ["default"] */ .A, Request: node_fetch__WEBPACK_IMPORTED_MODULE_4__/* ["default"] */ .A, Response: node_fetch__WEBPACK_IMPORTED_MODULE_5__/* ["default"] */ .A });
}
/** Asked for every address, also for those that an answer redirects to. */
function agentFor({ protocol, href }) {
    let client = clients.get(protocol);
    if (!client) {
        // Kept alive: without it every request would make a connection, and through a proxy a tunnel, of its own.
        client = new _actions_http_client__WEBPACK_IMPORTED_MODULE_0__/* .HttpClient */ .Qq(undefined, undefined, { keepAlive: true });
        clients.set(protocol, client);
    }
    return client.getAgent(href);
}


/***/ })

};
