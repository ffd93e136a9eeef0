/**
 * Headers by which our HTTP server tells pages about a request. It sets them on every request, so values that a client
 * sends are overwritten.
 */
export const ADDRESS_HEADER = "x-phaseboard-address";
/** Path and query of the request. */
export const PATH_HEADER = "x-phaseboard-path";
