"use client";

import { CircleAlert, File, RotateCcw, X } from "lucide-react";
import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { IconButton } from "../../../components/icon-button";
import { ProgressBar } from "../../../components/progress-bar";
import { withMarks } from "../../../lib/marks";
import type { QueuedUpload } from "./upload-queue";
import type { Uploads } from "./use-uploads";

/** One upload: its progress, or why it failed with buttons to retry or remove it. */
export function UploadRow({
  upload,
  uploads: { retry, remove },
}: {
  upload: QueuedUpload;
  uploads: Pick<Uploads, "retry" | "remove">;
}) {
  const { key, file, state, sent, message, again } = upload;
  const failed = state === "failed";
  const Icon = failed ? CircleAlert : File;
  return (
    <li className="flex min-h-9 min-w-0 items-center gap-2.5 py-1 text-list">
      <Icon aria-hidden size={16} className={failed ? "shrink-0 text-failed" : "shrink-0 text-faint"} />
      <div className="min-w-0 flex-1">
        <span className="flex min-w-0 items-baseline gap-2">
          <FileNameText name={file.name} className="min-w-0" />
          <span className="ml-auto shrink-0 text-meta text-faint">
            {failed
              ? fileSize(file.size)
              : state === "waiting"
                ? "waits"
                : `${fileSize(sent)} of ${fileSize(file.size)}`}
          </span>
        </span>
        {failed ? (
          <p role="alert" className="text-meta text-pretty text-failed">
            {withMarks(message)}
          </p>
        ) : (
          <ProgressBar
            value={file.size === 0 ? 0 : sent / file.size}
            label={`Upload of ${file.name}`}
            className="mt-0.5"
          />
        )}
      </div>
      {failed && again ? (
        <IconButton
          label="Try again"
          icon={RotateCcw}
          className="size-6 pointer-coarse:size-9"
          onClick={() => retry(key)}
        />
      ) : null}
      <IconButton
        label={failed ? "Dismiss" : "Cancel the upload"}
        icon={X}
        className="size-6 pointer-coarse:size-9"
        onClick={() => remove(key)}
      />
    </li>
  );
}
