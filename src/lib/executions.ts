/** Where a project's folder keeps the records of its runs: snapshots, logs, artifacts. */
export const EXECUTIONS = ".agent/workflows/executions";
