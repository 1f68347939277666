export const id = 378;
export const ids = [378];
export const modules = {

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


/***/ })

};
