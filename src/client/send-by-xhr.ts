import { networkError } from "./error";

interface Sending {
  path: string;
  target: string;
  headers: Record<string, string>;
  body: Blob;
  signal: AbortSignal | undefined;
  /** Called with the bytes of the body sent so far. */
  onSent(bytes: number): void;
}

/** Sends a POST with upload progress, in browsers. Rejects with `PhaseboardError` or the signal's reason. */
export function sendByXhr(sending: Sending): Promise<{ status: number; body: string }> {
  const { path, target, headers, body, signal, onSent } = sending;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("POST", target);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => resolve({ status: request.status, body: request.responseText });
    request.onerror = () => reject(networkError(undefined, path));
    request.onabort = () => reject(signal?.reason);
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort, { once: true });
    onSent(0);
    request.send(body);
    if (signal?.aborted) abort();
  });
}
