/** What stands around the file in a body of multipart/form-data (RFC 7578). */
export interface Multipart {
  contentType: string;
  head: Uint8Array;
  tail: Uint8Array;
}

/**
 * Fields that are undefined are left out. The file's name is a field of its own, since a header can hold
 * neither line breaks nor, everywhere alike, anything beyond ASCII.
 */
export function multipart(fields: Record<string, string | undefined>, fileType: string): Multipart {
  // `randomUUID` is missing where a page came by plain http.
  const random = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36));
  const boundary = `phaseboard-${random.join("")}`;
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`],
  );
  const type = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(fileType) ? fileType : "application/octet-stream";
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="file"\r\ncontent-type: ${type}\r\n\r\n`;
  const encoder = new TextEncoder();
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: encoder.encode(parts.join("") + file),
    tail: encoder.encode(`\r\n--${boundary}--\r\n`),
  };
}
