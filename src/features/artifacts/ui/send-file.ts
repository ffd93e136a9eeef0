import { sendForm } from "../../../components/send-form";
import type { Artifact } from "../schema";

/**
 * Uploads a file as an artifact of a step. `onProgress` gets the bytes sent so far. Throws UploadFault, or
 * the signal's reason when aborted.
 */
export function sendFile(
  { run_id, step_id, file }: { run_id: string; step_id: string; file: File },
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Artifact> {
  const form = new FormData();
  form.set("step_id", step_id);
  // Send the name as a field of its own: multipart escapes some characters of a file name.
  form.set("name", file.name);
  form.set("file", file, file.name);
  return sendForm(`/api/workflow-executions/${run_id}/artifacts`, form, {
    onProgress: (part) => onProgress(Math.round(part * file.size)),
    signal,
  });
}
