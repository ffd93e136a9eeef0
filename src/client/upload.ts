import { piecesOf, sizeOf, streamOf } from "./bytes";
import type { UploadOptions } from "./contract";
import { refusalOf } from "./error";
import type { Http } from "./http";
import { type Multipart, multipart } from "./multipart";
import { sendByXhr } from "./send-by-xhr";

interface Answer {
  status: number;
  body: string;
}

/**
 * Uploads a file as an artifact of a step and returns its row. Throws `PhaseboardError`, the signal's reason,
 * or the error of the file's own stream.
 */
export async function upload(http: Http, options: UploadOptions): Promise<unknown> {
  const { run_id, step_id, file, file_type, comment_id, idempotencyKey, signal } = options;
  signal?.throwIfAborted();
  const path = `/api/workflow-executions/${encodeURIComponent(run_id)}/artifacts`;
  const name = options.name ?? ownName(file) ?? "file";
  const form = multipart({ step_id, name, file_type, comment_id }, file instanceof Blob ? file.type : "");
  const headers = {
    ...(await http.authorization()),
    "content-type": form.contentType,
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
  const target = `${http.url}${path}`;
  // In browsers use XMLHttpRequest: fetch reports no progress there, and not every browser can send streams.
  const send = typeof XMLHttpRequest === "undefined" ? sendStream : sendBlob;
  const { status, body } = await send({ http, path, target, headers, form, options });
  if (status !== 201) throw refusalOf(status, body, path);
  return (JSON.parse(body) as { data: unknown }).data;
}

interface Sending {
  http: Http;
  path: string;
  target: string;
  headers: Record<string, string>;
  form: Multipart;
  options: UploadOptions;
}

/** After this many bytes, an upload yields to the event loop. */
const TURN_BYTES = 1024 * 1024;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function sendStream({ http, path, target, headers, form, options }: Sending): Promise<Answer> {
  const { file, signal, onProgress } = options;
  const size = sizeOf(file, options.size);
  const length: Record<string, string> =
    size === null ? {} : { "content-length": String(form.head.length + size + form.tail.length) };
  let fault: { error: unknown } | undefined;
  const over = new AbortController();
  async function* pieces() {
    yield form.head;
    let loaded = 0;
    try {
      onProgress?.({ loaded, total: size });
      for await (const piece of piecesOf(file)) {
        loaded += piece.length;
        if (size !== null && loaded > size) throw new RangeError(`The file has more than ${size} bytes.`);
        yield piece;
        // Yield now and then: after the receiver is gone, Node's fetch keeps reading the body and would block
        // the event loop.
        if (Math.floor(loaded / TURN_BYTES) > Math.floor((loaded - piece.length) / TURN_BYTES))
          await nextTurn();
        signal?.throwIfAborted();
        over.signal.throwIfAborted();
        onProgress?.({ loaded, total: size });
      }
      if (size !== null && loaded < size) throw new RangeError(`The file has ${loaded} bytes, not ${size}.`);
    } catch (error) {
      fault = { error };
      throw error;
    }
    yield form.tail;
  }
  const init = {
    method: "POST",
    headers: { ...headers, ...length },
    body: streamOf(pieces()),
    duplex: "half",
  };
  try {
    const response = await http.send(path, target, { ...init, ...(signal ? { signal } : {}) } as RequestInit);
    return { status: response.status, body: await response.text() };
  } catch (error) {
    if (fault && !signal?.aborted) throw fault.error;
    throw error;
  } finally {
    over.abort();
  }
}

async function sendBlob({ http, path, target, headers, form, options }: Sending): Promise<Answer> {
  const { signal, onProgress } = options;
  const file = await toBlob(options.file);
  const body = new Blob([form.head as BlobPart, file, form.tail as BlobPart]);
  if (http.isCustom) {
    const response = await http.send(path, target, { method: "POST", headers, body, signal: signal ?? null });
    return { status: response.status, body: await response.text() };
  }
  const tell = (sent: number) =>
    onProgress?.({ loaded: Math.min(Math.max(sent - form.head.length, 0), file.size), total: file.size });
  return sendByXhr({ path, target, headers, body, signal, onSent: tell });
}

async function toBlob(file: UploadOptions["file"]): Promise<Blob> {
  if (file instanceof Blob) return file;
  const pieces: BlobPart[] = [];
  for await (const piece of piecesOf(file)) pieces.push(piece as BlobPart);
  return new Blob(pieces);
}

function ownName(file: UploadOptions["file"]): string | undefined {
  return "name" in file && typeof file.name === "string" ? file.name : undefined;
}
