import { sayForeignAnswer } from "../../../lib/foreign-answer";
import type { Artifact } from "../schema";

/** Why an upload failed; `again`: a retry may succeed. */
export class UploadFault extends Error {
  override name = "UploadFault";
  constructor(
    message: string,
    readonly again: boolean,
  ) {
    super(message);
  }
}

interface Answer {
  data?: Artifact;
  error?: { code?: string; message?: string };
}

function readAnswer(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    return {};
  }
}

const NO_ANSWER = "The server did not answer. Check that it runs, then try again.";

const sayNoAnswer = (status: number) => (status === 0 ? NO_ANSWER : sayForeignAnswer(status));

/** HTTP statuses for which a retry cannot succeed. */
const FINAL = new Set([400, 401, 403, 404, 413, 415]);

/**
 * Uploads a file as an artifact of a step. `onProgress` gets the bytes sent so far. Throws UploadFault, or
 * the signal's reason when aborted.
 */
export function sendFile(
  { run_id, step_id, file }: { run_id: string; step_id: string; file: File },
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Artifact> {
  return new Promise((resolve, reject) => {
    // `fetch` does not report upload progress.
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort);
    request.upload.onprogress = ({ loaded, total }) =>
      onProgress(total > 0 ? Math.round((loaded / total) * file.size) : 0);
    request.onloadend = () => {
      signal.removeEventListener("abort", abort);
      const { data, error } = readAnswer(request.responseText);
      if (request.status === 201 && data) resolve(data);
      else reject(new UploadFault(error?.message ?? sayNoAnswer(request.status), !FINAL.has(request.status)));
    };
    request.open("POST", `/api/workflow-executions/${run_id}/artifacts`);
    const form = new FormData();
    form.set("step_id", step_id);
    // Send the name as a field of its own: multipart escapes some characters of a file name.
    form.set("name", file.name);
    form.set("file", file, file.name);
    request.send(form);
  });
}
