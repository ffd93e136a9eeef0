/** The bytes before and after the file in a multipart/form-data body (RFC 7578). */
export interface Multipart {
  contentType: string;
  head: Uint8Array;
  tail: Uint8Array;
}

/**
 * Builds the parts of a form around a file; undefined fields are left out. The file's name is a separate
 * field, because headers cannot hold line breaks or, reliably, anything but ASCII.
 */
export function multipart(fields: Record<string, string | undefined>, fileType: string): Multipart {
  // `crypto.randomUUID` does not exist on pages loaded over plain http.
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
