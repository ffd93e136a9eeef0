import { text } from "node:stream/consumers";
import { messageOf } from "../lib/errors";
import { newId } from "../lib/ids";
import type { S3Settings } from "../lib/settings";

/** Milliseconds that a store may take for one answer. */
const PATIENCE_MS = 5_000;
const KEYS = "PHASEBOARD_S3_ACCESS_KEY_ID and PHASEBOARD_S3_SECRET_ACCESS_KEY";
const RIGHTS =
  "PutObject, GetObject, DeleteObject, AbortMultipartUpload, ListBucket, ListBucketMultipartUploads";

type Mend = (settings: S3Settings) => string;

const mendRegion: Mend = ({ bucket, region }) =>
  `has ${bucket} in another region than ${region}; mend PHASEBOARD_S3_REGION`;
const mendKeys: Mend = () => `does not take the key; mend ${KEYS}`;

/** By the error's name, from the store or its client. */
const MENDS: Record<string, Mend> = {
  NoSuchBucket: ({ bucket }) => `has no bucket ${bucket}; make it, or mend PHASEBOARD_S3_BUCKET`,
  AccessDenied: ({ bucket }) => `refuses the key what it has to do in ${bucket}; allow it ${RIGHTS}`,
  InvalidAccessKeyId: mendKeys,
  SignatureDoesNotMatch: mendKeys,
  InvalidToken: mendKeys,
  ExpiredToken: mendKeys,
  CredentialsProviderError: () => `gets no key, since none is found; set ${KEYS}`,
  RequestTimeTooSkewed: () => "has another time than this machine; set its clock",
  PermanentRedirect: mendRegion,
  AuthorizationHeaderMalformed: mendRegion,
};

/**
 * Writes, reads and deletes a small object. Gives null where all of that works, else one line that says what is wrong
 * and how to mend it. `patienceMs`: time limit for each answer.
 */
export async function checkObjectStore(
  settings: S3Settings,
  { patienceMs = PATIENCE_MS } = {},
): Promise<string | null> {
  const name = settings.endpoint ?? "Amazon's object store";
  try {
    if (await givesBack(settings, patienceMs)) return null;
    return `${name} does not give back what was written; mend PHASEBOARD_S3_ENDPOINT, if that is no object store`;
  } catch (error) {
    return `${name} ${sayFault(error, settings)}`;
  }
}

/** Whether an object can be read back as written, and is gone after its deletion. Throws the store's error. */
async function givesBack(settings: S3Settings, patienceMs: number): Promise<boolean> {
  // The client is a lot of code, so it is loaded only where an object store is used.
  const { createS3Client, createS3Storage } = await import("./s3");
  const client = createS3Client(settings, { patienceMs });
  const storage = createS3Storage(client, settings.bucket, settings.prefix);
  const key = `phaseboard-check-${newId()}`;
  try {
    await storage.put(key, key);
    let kept = false;
    try {
      const file = await storage.open(key);
      kept = file !== null && (await text(file.stream)) === key;
    } finally {
      await storage.delete(key);
    }
    return kept && (await storage.stat(key)) === null;
  } finally {
    client.destroy();
  }
}

function sayFault(error: unknown, settings: S3Settings): string {
  const { name = "", code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const mend = MENDS[name];
  if (mend) return mend(settings);
  // Errors of the connection have a code; errors of a store have a name.
  if (code !== undefined || name === "TimeoutError") {
    return `does not answer (${code ?? "too slow"}); start it, or mend PHASEBOARD_S3_ENDPOINT`;
  }
  return `answers ${name}: ${messageOf(error).split("\n")[0]}; look at PHASEBOARD_S3_ENDPOINT and the other PHASEBOARD_S3 settings`;
}
