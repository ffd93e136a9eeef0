/** The folder that a run has for itself, on the server. */
const RUN_FOLDER = /^.*\/workspaces\/[a-z0-9]+\/[a-z0-9]+\/files\//;

/** A path as people know it: agents tell absolute ones, of which the run's own folder says nothing. */
export const shownPath = (path: string): string => path.replace(RUN_FOLDER, "");
