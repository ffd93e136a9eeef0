import type { Actor } from "../../auth/actor";
import { AppError } from "../../lib/errors";
import type { JsonFault } from "../../lib/parse-json";

/** Largest JSON body that is read. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Of somebody who is not known, or not yet; more than any of their forms has. */
export const MAX_STRANGER_BYTES = 16 * 1024;
export const STRANGER_MS = 30_000;

/**
 * The whole body of somebody who is known: at most 1 MB. Throws PAYLOAD_TOO_LARGE past that, as soon as that is
 * known, and leaves the rest unread; BAD_REQUEST where the body breaks off.
 */
export function readBody(request: Request): Promise<Buffer<ArrayBuffer>> {
  return readUpTo(request, MAX_BODY_BYTES, () => {
    throw new AppError("PAYLOAD_TOO_LARGE", "The body has more than 1 MB of JSON.");
  });
}

/** As `readBody`. Who is not known gets 16 KB and 30 s, and past that UNAUTHORIZED. */
export function readBodyOf(actor: Actor | null, request: Request): Promise<Buffer<ArrayBuffer>> {
  return actor ? readBody(request) : readStranger(request);
}

/** A body that needs no more than 16 KB and 30 s. Throws UNAUTHORIZED past them. */
export async function readStranger(request: Request): Promise<Buffer<ArrayBuffer>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unknown("took longer than 30 s")), STRANGER_MS);
  });
  const body = readUpTo(request, MAX_STRANGER_BYTES, () => {
    throw unknown("has more than 16 KB");
  });
  // Where it was too late nobody waits for the body any more.
  body.catch(() => {});
  try {
    return await Promise.race([body, late]);
  } finally {
    clearTimeout(timer);
  }
}

function unknown(fault: string): AppError {
  return new AppError(
    "UNAUTHORIZED",
    `Sign in, or send a valid token as \`Authorization: Bearer pb_…\`. The body ${fault}, and nobody is known to send it.`,
  );
}

async function readUpTo(request: Request, limit: number, tooMuch: () => never): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) tooMuch();
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Not `for await`, which would cancel the body and with it the connection that carries the answer.
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) break;
    size += value.byteLength;
    if (size > limit) tooMuch();
    pieces.push(value);
  }
  return Buffer.concat(pieces);
}

function brokenOff(): never {
  throw new AppError("BAD_REQUEST", "The body broke off before its end. Send it again.");
}

/** A body that would silently lose a part of what it says, as the field that is at fault. */
export function lossyBody({ message, path }: JsonFault): AppError {
  const details = path.length > 0 ? [{ path: path.join("."), message }] : undefined;
  return new AppError("BAD_REQUEST", `The body ${message}.`, details);
}
