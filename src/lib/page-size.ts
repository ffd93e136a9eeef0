/** Size of a page where the caller gives none. */
export const DEFAULT_LIMIT = 50;
/** Maximum number of rows in a page. */
export const MAX_LIMIT = 200;
