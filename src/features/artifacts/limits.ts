/** The most bytes of an artifact, uploaded or collected from a step: 100 MiB. */
export const MAX_ARTIFACT_BYTES = 100 * 1024 * 1024;

/** UTF-16 units of a name; it is no path, so it may be longer than file systems allow. */
export const MAX_NAME_LENGTH = 1_000;

/** Bytes that a name of the longest length can take in UTF-8. */
export const MAX_FIELD_BYTES = 4 * MAX_NAME_LENGTH;

/** A page that a browser would run. */
export const isReport = ({ mime_type }: { mime_type: string }) =>
  /^(?:text\/html|application\/xhtml\+xml)\b/.test(mime_type);
