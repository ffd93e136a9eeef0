/** Bytes that an artifact has at most, uploaded or collected from a step; 100 MiB. */
export const MAX_ARTIFACT_BYTES = 100 * 1024 * 1024;

/** UTF-16 units of a name. It is shown and no path of ours, so it may be longer than a file system's. */
export const MAX_NAME_LENGTH = 1_000;

/** Enough for a name of that length in UTF-8. */
export const MAX_FIELD_BYTES = 4 * MAX_NAME_LENGTH;
