/** The most runs that are compared. */
export const MAX_COMPARED = 10;
