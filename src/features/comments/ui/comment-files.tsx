"use client";

import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { withMarks } from "../../../lib/marks";
import type { Artifact } from "../../artifacts/schema";
import { inlineUrl } from "../../artifacts/ui/artifact-urls";
import { FileIcon } from "../../artifacts/ui/file-icon";
import { isRaster } from "../../artifacts/ui/preview-kind";
import { useOpenArtifact } from "../../artifacts/ui/use-open-artifact";

/** A larger picture is shown as a line with its size: a thumbnail would load all of it. */
const THUMBNAIL_BYTES = 8 * 1024 * 1024;

const FOCUS = "outline-offset-1 transition-colors hover:border-line-strong";

/** The artifacts of a comment: pictures as thumbnails, others by name. A click opens the preview. */
export function CommentFiles({ artifacts }: { artifacts: readonly Artifact[] }) {
  const { open } = useOpenArtifact();
  if (artifacts.length === 0) return null;
  return (
    <ul aria-label="Attached files" className="mt-1.5 flex flex-wrap gap-1.5">
      {artifacts.map((artifact) => (
        <li key={artifact.id} className="max-w-full min-w-0">
          {isRaster(artifact) && artifact.size_bytes <= THUMBNAIL_BYTES ? (
            <button
              type="button"
              title={withMarks(artifact.name)}
              onClick={() => open(artifact.id)}
              className={`block overflow-hidden rounded-outer border border-line bg-sunken ${FOCUS}`}
            >
              {/* biome-ignore lint/performance/noImgElement: the image is a file of the run, as it is */}
              <img
                src={inlineUrl(artifact.id)}
                alt={withMarks(artifact.name)}
                loading="lazy"
                className="h-24 w-36 object-cover text-meta text-muted"
              />
            </button>
          ) : (
            <button
              type="button"
              onClick={() => open(artifact.id)}
              className={`flex h-8 max-w-72 min-w-0 items-center gap-2 rounded-outer border border-line bg-surface px-2 text-list pointer-coarse:h-10 ${FOCUS}`}
            >
              <FileIcon {...artifact} size={14} />
              <FileNameText name={artifact.name} className="min-w-0" />
              <span className="shrink-0 text-meta text-faint">{fileSize(artifact.size_bytes)}</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
