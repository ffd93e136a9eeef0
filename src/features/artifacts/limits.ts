/** Bytes that an artifact has at most, uploaded or collected from a step; 100 MiB. */
export const MAX_ARTIFACT_BYTES = 100 * 1024 * 1024;

/** UTF-16 units of a name. No file system has this long ones: the name is shown, never a path of ours. */
export const MAX_NAME_LENGTH = 1_000;
