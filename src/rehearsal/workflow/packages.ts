import { registerHooks } from 'node:module';

/**
 * GitHub's parser package imports its schemas as JSON without an import attribute, which Node refuses
 * (ERR_IMPORT_ATTRIBUTE_MISSING). The hook adds the attribute. It acts only on imports that are resolved after it
 * was registered, and a static import is resolved before any module runs: hence the dynamic imports below.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    if (!resolved.url.endsWith('.json') || context.importAttributes?.type !== undefined) return resolved;
    return { ...resolved, importAttributes: { ...context.importAttributes, type: 'json' } };
  },
});

/** `@actions/workflow-parser`: reads workflow files. */
export const workflowParser = async (): Promise<typeof import('@actions/workflow-parser')> =>
  await import('@actions/workflow-parser');

/** The part of `@actions/workflow-parser` that reads action.yml. */
export const actionParser = async (): Promise<typeof import('@actions/workflow-parser/actions/index')> =>
  await import('@actions/workflow-parser/actions/index');

/** `@actions/languageservice`: GitHub's checks of workflow and action files, as in its editor extension. */
export const languageService = async (): Promise<typeof import('@actions/languageservice')> =>
  await import('@actions/languageservice');
