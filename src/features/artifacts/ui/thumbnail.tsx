"use client";

import { useState } from "react";
import type { Artifact } from "../schema";
import { inlineUrl } from "./artifact-urls";
import { FileIcon } from "./file-icon";
import { isRaster } from "./preview-kind";

/** A larger picture has an icon: the thumbnail is the picture itself. */
const THUMBNAIL_BYTES = 1024 * 1024;

/** A small picture of an image, loaded once it is in sight, and an icon for all else. */
export function Thumbnail({ artifact }: { artifact: Artifact }) {
  const [failed, setFailed] = useState(false);
  const { id, file_missing, size_bytes } = artifact;
  const isShown = isRaster(artifact) && !file_missing && size_bytes <= THUMBNAIL_BYTES && !failed;
  return (
    <span className="flex size-7 shrink-0 items-center justify-center">
      {isShown ? (
        // biome-ignore lint/performance/noImgElement: the image is a file of the run, as it is
        <img
          src={inlineUrl(id)}
          alt=""
          width={28}
          height={28}
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
          className="size-7 rounded-inner border border-line bg-sunken object-cover"
        />
      ) : (
        <FileIcon {...artifact} />
      )}
    </span>
  );
}
