import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { MAX_ARTIFACT_BYTES, MAX_FIELD_BYTES } from "../../features/artifacts/limits";
import { AppError } from "../../lib/errors";

const LIMITS = {
  files: 1,
  fields: 10,
  parts: 11,
  fieldSize: MAX_FIELD_BYTES,
  fileSize: MAX_ARTIFACT_BYTES,
  headerPairs: 20,
  headerSize: 16 * 1024,
};

/** All that a body may have beside its file's bytes. */
const MAX_OVERHEAD_BYTES = (LIMITS.fields + 1) * (LIMITS.fieldSize + LIMITS.headerSize);

/** The file of a form, as it comes. */
export interface SentFile {
  /** As the sender's form names it; undefined where it does not. */
  name: string | undefined;
  bytes: AsyncIterable<Uint8Array>;
}

export interface ReadForm<T> {
  fields: ReadonlyMap<string, string>;
  taken: T;
}

/**
 * Reads a form with one file, in the field `file`. `take` gets the file as soon as it begins, with the fields
 * that came before it; those that come behind it are in the result. Throws BAD_REQUEST for anything else, and
 * PAYLOAD_TOO_LARGE once there is one byte more than `most`; what `take` has begun has ended by then.
 */
export async function readForm<T>(
  body: Readable,
  headers: Headers,
  take: (file: SentFile, fields: ReadonlyMap<string, string>) => Promise<T>,
  most = MAX_ARTIFACT_BYTES,
): Promise<ReadForm<T>> {
  const parser = makeParser(headers, most);
  const fields = new Map<string, string>();
  let file: Readable | undefined;
  let taking: Promise<T> | undefined;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      body.unpipe(parser);
      file?.destroy(error);
      reject(error);
    };
    const brokenOff = () => fail(refusal("The upload broke off before its end."));
    parser.on("field", (name, value, nameTruncated, valueTruncated) => {
      const fault =
        nameTruncated || valueTruncated ? "is too long" : fields.has(name) ? "is given twice" : null;
      if (name === "file") fail(refusal("The field file must be a file, with a filename.", "file"));
      else if (fault) fail(refusal(`The field ${name} ${fault}.`, name));
      else fields.set(name, value);
    });
    parser.on("file", (field, stream, name) => {
      // Without a listener an error of the stream would end the process.
      stream.on("error", () => {});
      file = stream;
      if (field !== "file") {
        fail(refusal(`The file must be in the field file, not in ${field}.`, String(field)));
        return;
      }
      stream.once("limit", () => fail(tooLarge()));
      taking = take({ name: name === undefined ? undefined : unescapeFilename(name), bytes: stream }, fields);
      taking.catch(fail);
    });
    parser.once("filesLimit", () =>
      fail(refusal("There is more than one file. Send one at a time.", "file")),
    );
    for (const limit of ["fieldsLimit", "partsLimit"] as const) {
      parser.once(limit, () => fail(refusal("The form has too many fields.")));
    }
    parser.on("error", (error) => fail(refusal(`The body is no whole multipart form: ${String(error)}.`)));
    parser.once("finish", resolve);
    body.once("error", brokenOff);
    body.once("close", () => {
      if (!body.readableEnded) brokenOff();
    });
    body.pipe(parser);
  }).catch(async (error: unknown) => {
    await taking?.catch(() => {});
    throw error;
  });
  if (!taking) throw refusal("There is no file. Send one in the field file.", "file");
  return { fields, taken: await taking };
}

function makeParser(headers: Headers, most: number): BusboyInstance {
  const type = headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) {
    throw refusal(`The body must be multipart/form-data, not ${type || "without a type"}.`);
  }
  if (Number(headers.get("content-length") ?? 0) > most + MAX_OVERHEAD_BYTES) throw tooLarge();
  try {
    return new Busboy({
      headers: { "content-type": type },
      preservePath: true,
      limits: { ...LIMITS, fileSize: most },
    });
  } catch {
    throw refusal("The Content-Type of the body names no boundary.");
  }
}

function refusal(message: string, field?: string): AppError {
  return new AppError("BAD_REQUEST", message, field ? [{ path: field, message }] : undefined);
}

function tooLarge(): AppError {
  return new AppError("PAYLOAD_TOO_LARGE", "The file has more than 100 MB. Make it smaller or split it.", [
    { path: "file", message: "has more than 104857600 bytes" },
  ]);
}

/** Undoes what browsers do to a filename in a form (and they do no more than this). */
function unescapeFilename(name: string): string {
  return name.replace(/%(22|0D|0A)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
