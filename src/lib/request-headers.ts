/**
 * Headers by which our HTTP server and the routes that Next serves tell each other about a request. The server sets its
 * own on every request, so values that a client sends are overwritten.
 */
export const ADDRESS_HEADER = "x-phaseboard-address";
/** Path and query of the request. */
export const PATH_HEADER = "x-phaseboard-path";
/** How long an answer is; the server says it as `Content-Length`, which Next would keep to itself. */
export const LENGTH_HEADER = "x-phaseboard-length";
