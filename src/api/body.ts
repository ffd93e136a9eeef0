import { AppError } from "../lib/errors";

/** Largest JSON body that is read. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The whole body. Throws PAYLOAD_TOO_LARGE past 1 MB, as soon as that is known, and leaves the rest unread. */
export async function readBody(request: Request): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) refuse();
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Not `for await`, which would cancel the body and with it the connection that carries the answer.
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) refuse();
    pieces.push(value);
  }
  return Buffer.concat(pieces);
}

function refuse(): never {
  throw new AppError("PAYLOAD_TOO_LARGE", "The body has more than 1 MB of JSON.");
}
