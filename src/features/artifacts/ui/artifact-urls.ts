/** Gives the file as it is, to be saved. */
export const downloadUrl = (id: string) => `/api/artifacts/${id}`;

/** Gives the file to be shown; only of kinds that cannot run anything. */
export const inlineUrl = (id: string) => `/api/artifacts/${id}?inline=1`;
