/** A service or job in full, `projects/PROJECT/locations/REGION/services/ID`, or its id alone. */
export interface FullName {
  readonly id: string;
  /** Absent for an id alone. */
  readonly project?: string;
  readonly region?: string;
}

/** What is no full name is taken for an id; `job` are the names of jobs, which are in another collection. */
export function parseFullName(what: 'service' | 'job', given: string): FullName {
  const text = given.trim();
  const [, project, region, collection, id] =
    /^projects\/([^/]+)\/locations\/([^/]+)\/(services|jobs)\/([^/]+)$/.exec(text) ?? [];
  if (!project || !region || !id || collection !== `${what}s`) return { id: text };
  return { id, project, region };
}
