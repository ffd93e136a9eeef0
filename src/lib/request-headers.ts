/**
 * Headers in which our own http server tells the pages what they cannot know else. It sets them on every
 * request, so what a client sends under these names never arrives.
 */
export const ADDRESS_HEADER = "x-phaseboard-address";
/** Path and query as they were asked for. */
export const PATH_HEADER = "x-phaseboard-path";
