/** The folder in a project for records of its runs: snapshots, logs, artifacts. */
export const EXECUTIONS = ".agent/workflows/executions";
