import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { AppError } from "../../lib/errors";

/** The same limit as for a body that is not packed. */
const MAX_BYTES = 1024 * 1024;

const WAYS: Record<string, (bytes: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * Unpacks a body by its Content-Encoding. Throws PAYLOAD_TOO_LARGE above 1 MB and stops unpacking there,
 * BAD_REQUEST for an unknown encoding or broken data.
 */
export async function unpack(encoding: string | null, body: Buffer): Promise<Buffer> {
  const names = (encoding ?? "").split(",").map((name) => name.trim().toLowerCase());
  const packed = names.filter((name) => name !== "" && name !== "identity");
  if (packed.length === 0) return body;
  const [name = "", ...more] = packed;
  const way = WAYS[name];
  if (!way || more.length > 0) refuse("must be gzip, deflate, br or identity");
  try {
    return await way(body, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new AppError("PAYLOAD_TOO_LARGE", "The body has more than 1 MB once it is unpacked.");
    }
    return refuse(`says ${name}, and the body is none`);
  }
}

function refuse(message: string): never {
  throw new AppError("BAD_REQUEST", `Content-Encoding ${message}.`, [{ path: "Content-Encoding", message }]);
}
