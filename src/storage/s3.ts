import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type MultipartUpload,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { S3Settings } from "../lib/settings";
import { type Content, checkKey, partsOf, type Storage } from "./storage";

/** Number of parts of a stream that are in memory at most. */
const PARTS_AT_ONCE = 2;
/** A file has at most 10,000 parts, so this limits a file to 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

let last: { made_of: string; client: S3Client } | undefined;

/** Storage in the settings' bucket. Keys of objects begin with `folder/`, unless that is empty. */
export function openS3Storage(settings: S3Settings, folder: string): Storage {
  return createS3Storage(clientFor(settings), settings.bucket, folder);
}

/** One client for all projects, so that its connections are reused. */
function clientFor(settings: S3Settings): S3Client {
  const made_of = JSON.stringify(settings);
  if (last?.made_of !== made_of) last = { made_of, client: createS3Client(settings) };
  return last.client;
}

/** `patienceMs`: time limit for each answer, for checking whether the store works. */
export function createS3Client(settings: S3Settings, { patienceMs }: { patienceMs?: number } = {}): S3Client {
  const requestHandler = {
    connectionTimeout: patienceMs,
    requestTimeout: patienceMs,
    throwOnRequestTimeout: true,
  };
  return new S3Client({
    ...(patienceMs === undefined ? {} : { requestHandler, maxAttempts: 1 }),
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    // Stores of other makers do not know the newer checksums. TLS and the signature still cover the body.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    ...(settings.credentials ? { credentials: settings.credentials } : {}),
  });
}

/** Storage in `Bucket`. Keys of objects begin with `folder/`, unless that is empty. The caller owns the client. */
export function createS3Storage(client: S3Client, Bucket: string, folder: string): Storage {
  const objectKey = (key: string): string => {
    checkKey(key);
    return folder === "" ? key : `${folder}/${key}`;
  };

  const abort = async (Key: string, UploadId: string | undefined): Promise<void> => {
    if (UploadId === undefined) return;
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(absent);
  };

  const put = async (Key: string, content: Content): Promise<number> => {
    if (typeof content === "string" || content instanceof Uint8Array) {
      const Body = typeof content === "string" ? Buffer.from(content) : content;
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
      return Body.byteLength;
    }
    let size = 0;
    const counted = async function* () {
      for await (const part of partsOf(content)) {
        size += part.byteLength;
        yield part;
      }
    };
    const Body = Readable.from(counted(), { objectMode: false });
    const upload = new Upload({
      client,
      params: { Bucket, Key, Body },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      // The error of the upload is thrown, not that of cleaning up; `delete` cleans up later.
      leavePartsOnError: true,
    });
    try {
      await upload.done();
    } catch (error) {
      await abort(Key, upload.uploadId).catch(() => {});
      throw error;
    } finally {
      Body.destroy();
    }
    return size;
  };

  const listKeys = async (Prefix: string): Promise<{ Key: string }[]> => {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
  };

  const abortUploads = async (Prefix: string, isMeant: (key: string) => boolean): Promise<void> => {
    const list = new ListMultipartUploadsCommand({ Bucket, Prefix });
    const { Uploads = [] } = await client.send(list).catch(unlessUnknown);
    for (const { Key, UploadId } of Uploads) {
      if (Key !== undefined && isMeant(Key)) await abort(Key, UploadId);
    }
  };

  const stat: Storage["stat"] = async (key) => {
    const facts = await client.send(new HeadObjectCommand({ Bucket, Key: objectKey(key) })).catch(absent);
    return facts ? { size: facts.ContentLength ?? 0, modified_at: facts.LastModified ?? new Date(0) } : null;
  };

  return {
    put: async (key, content) => put(objectKey(key), content),

    async move(from, to) {
      const source = objectKey(from);
      const CopySource = `${Bucket}/${source.split("/").map(encodeURIComponent).join("/")}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: objectKey(to), CopySource }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: source }));
    },

    async open(key, { start = 0, end } = {}) {
      const Key = objectKey(key);
      const Range = start === 0 && end === undefined ? undefined : `bytes=${start}-${end ?? ""}`;
      try {
        const object = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }));
        const whole = /\/(\d+)$/.exec(object.ContentRange ?? "")?.[1] ?? object.ContentLength ?? 0;
        return { size: Number(whole), stream: object.Body as Readable };
      } catch (error) {
        if (isAbsent(error)) return null;
        // A range past the end has no bytes, which the store reports as an error.
        if (!(error instanceof S3ServiceException && error.name === "InvalidRange")) throw error;
        const facts = await stat(key);
        return facts && { size: facts.size, stream: Readable.from([]) };
      }
    },

    stat,

    async delete(key) {
      const Key = objectKey(key);
      await abortUploads(Key, (other) => other === Key);
      await client.send(new DeleteObjectCommand({ Bucket, Key })).catch(absent);
    },

    async deletePrefix(key) {
      const prefix = `${objectKey(key)}/`;
      await abortUploads(prefix, () => true);
      for (let Objects = await listKeys(prefix); Objects.length > 0; Objects = await listKeys(prefix)) {
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        );
        const [first] = Errors;
        if (first) throw new Error(`${first.Key} could not be deleted: ${first.Code} ${first.Message}`);
      }
    },
  };
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof S3ServiceException && ["NoSuchKey", "NotFound", "NoSuchUpload"].includes(error.name)
  );
}

function absent(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}

/** Some stores cannot list unfinished uploads; the file is deleted all the same. */
function unlessUnknown(error: unknown): { Uploads?: MultipartUpload[] } {
  if (error instanceof S3ServiceException && error.name === "NotImplemented") return {};
  throw error;
}
