/** A workflow command: a line `::name key=value,key=value::message` on the standard output of a step. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function parseCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([a-z-]+)(?:\s+(.*?))?::(.*)$/is.exec(line);
  if (match === null) return undefined;
  const [, name = '', properties = '', message = ''] = match;
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(
      properties.split(',').flatMap((property) => {
        const equals = property.indexOf('=');
        const key = property.slice(0, Math.max(equals, 0)).trim();
        return key === '' ? [] : [[key, unescapeProperty(property.slice(equals + 1))]];
      }),
    ),
    message: unescapeData(message),
  };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  const data = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return data.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
}
