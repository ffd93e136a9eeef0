/** Mode of a folder that other users may pass where they know a name in it, and cannot list. */
export const OPEN_TO_PASS = 0o711;
