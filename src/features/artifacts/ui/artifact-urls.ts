/** URL that downloads the file. */
export const downloadUrl = (id: string) => `/api/artifacts/${id}`;

/** URL that displays the file; only for types that cannot run code. */
export const inlineUrl = (id: string) => `/api/artifacts/${id}?inline=1`;
