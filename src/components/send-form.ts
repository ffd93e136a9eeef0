import { sayForeignAnswer } from "../lib/foreign-answer";

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

interface Answer<T> {
  data?: T;
  error?: { code?: string; message?: string };
}

function readAnswer<T>(text: string): Answer<T> {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    return {};
  }
}

const NO_ANSWER = "The server did not answer. Check that it runs, then try again.";

interface Sending {
  /** Gets the part that is sent, from 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
  /** What to say where a proxy refuses the form for its size. */
  tooLarge?: string;
}

/** HTTP statuses for which a retry cannot succeed. */
const FINAL = new Set([400, 401, 403, 404, 413, 415]);

/** Sends a form with a file to an address of the API that answers 201. Throws UploadFault, or the signal's reason. */
export function sendForm<T>(
  url: string,
  form: FormData,
  { onProgress, signal, tooLarge }: Sending,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // `fetch` does not report upload progress.
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onloadend = () => {
      signal.removeEventListener("abort", abort);
      const { status, responseText } = request;
      const { data, error } = readAnswer<T>(responseText);
      if (status === 201 && data) return resolve(data);
      const unsaid = status === 0 ? NO_ANSWER : sayForeignAnswer(status);
      const message = error?.message ?? (status === 413 && tooLarge ? tooLarge : unsaid);
      reject(new UploadFault(message, !FINAL.has(status)));
    };
    request.open("POST", url);
    request.send(form);
  });
}
