const GB = 1024 ** 3;

/** Bytes as the text of a field in gigabytes; empty for none. */
export const gigabytesOf = (bytes: number | null) =>
  bytes === null ? "" : String(Math.round((bytes / GB) * 1000) / 1000);

/** The bytes of such a field; null where it is empty. */
export const bytesOf = (text: string) => (text.trim() === "" ? null : Math.round(Number(text) * GB));
