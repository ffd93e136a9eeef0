/** URL that downloads the file. */
export const downloadUrl = (id: string) => `/api/artifacts/${id}`;

/** URL that displays the file; only for types that cannot run code. */
export const inlineUrl = (id: string) => `/api/artifacts/${id}?inline=1`;

/** URL of a file in an archive. */
export const entryUrl = (id: string, position: number) => `/api/artifacts/${id}/entries/${position}`;

/** URL of all artifacts of a run, or of one of its steps, in one file. */
export const allUrl = (run_id: string, step_id?: string) =>
  `/api/workflow-executions/${run_id}/artifacts.zip${step_id === undefined ? "" : `?step_id=${encodeURIComponent(step_id)}`}`;
