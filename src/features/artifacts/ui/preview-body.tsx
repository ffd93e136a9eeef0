"use client";

import { Archive, Download, FileQuestion, FileX, type LucideIcon } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { buttonClass } from "../../../components/button";
import { fileSize } from "../../../components/file-size";
import { JsonBlock } from "../../../components/json-block";
import { RelativeTime } from "../../../components/relative-time";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import type { Artifact } from "../schema";
import { downloadUrl, inlineUrl } from "./artifact-urls";
import { previewOf, TEXT_BYTES } from "./preview-kind";
import { useArtifactText } from "./use-artifact-text";

const CodeView = dynamic(() => import("../../../components/code-view").then((part) => part.CodeView), {
  loading: () => <TextSkeleton />,
});
const Markdown = dynamic(() => import("../../../components/markdown").then((part) => part.Markdown), {
  loading: () => <TextSkeleton />,
});

/** Shows an artifact's content as far as that is possible without running any of it. */
export function PreviewBody({
  artifact,
  imageOf,
}: {
  artifact: Artifact;
  imageOf: (src: string) => string | null;
}) {
  const [failed, setFailed] = useState(false);
  const preview = previewOf(artifact);
  const onError = () => setFailed(true);
  const src = inlineUrl(artifact.id);
  const media = { src, controls: true, preload: "metadata", "aria-label": withMarks(artifact.name), onError };
  if (artifact.removed_at !== null) {
    return (
      <EmptyState icon={Archive} title="Removed by the project's retention" className="flex-1">
        The file had {fileSize(artifact.size_bytes)} and was removed <RelativeTime at={artifact.removed_at} />
        . Pin a run to keep its files.
      </EmptyState>
    );
  }
  if (artifact.file_missing) {
    return (
      <EmptyState icon={FileX} title="The file is gone from the server" className="flex-1">
        It was <code className="text-code wrap-anywhere">{artifact.file_path}</code> in the project's folder,
        and is not there any more or was changed. It may have been removed by hand, or by{" "}
        <code className="text-code">git clean -x</code>. Upload it again.
      </EmptyState>
    );
  }
  if (failed) {
    return (
      <NoPreview icon={FileX} artifact={artifact}>
        The browser cannot show this file. It may be damaged, or of a kind that the browser does not know.
      </NoPreview>
    );
  }
  switch (preview.kind) {
    case "image":
      return <Picture src={src} name={artifact.name} onError={onError} />;
    case "svg":
      return <Drawing artifact={artifact} onError={onError} />;
    case "video":
      return (
        <div className="flex min-h-0 flex-1 items-center justify-center bg-sunken p-3">
          <video {...media} playsInline className="max-h-full max-w-full rounded-inner" />
        </div>
      );
    case "audio":
      return (
        <div className="flex min-h-40 flex-1 items-center justify-center bg-sunken p-4">
          <audio {...media} className="w-full max-w-120" />
        </div>
      );
    case "none":
      return (
        <NoPreview icon={FileQuestion} artifact={artifact}>
          {withMarks(preview.reason)}
        </NoPreview>
      );
    case "empty":
      return (
        <EmptyState icon={FileX} title="This file is empty" className="flex-1">
          It was written without a single byte.
        </EmptyState>
      );
    default:
      return <TextPreview artifact={artifact} preview={preview} imageOf={imageOf} />;
  }
}

/** A checkerboard, visible through transparent parts of a picture. */
const CHECKS = {
  background: "repeating-conic-gradient(var(--line) 0 25%, transparent 0 50%) 0 0 / 16px 16px",
};

function Picture({ src, name, onError }: { src: string; name: string; onError: () => void }) {
  return (
    <div className="flex min-h-0 flex-1 items-center justify-center bg-sunken p-3">
      {/* biome-ignore lint/performance/noImgElement: the image is a file of the run, as it is */}
      <img
        src={src}
        alt={withMarks(name)}
        onError={onError}
        style={CHECKS}
        className="max-h-full max-w-full object-contain"
      />
    </div>
  );
}

/** An SVG inside `img` runs no scripts and loads nothing else. */
function Drawing({ artifact, onError }: { artifact: Artifact; onError: () => void }) {
  const query = useArtifactText(artifact, artifact.size_bytes);
  if (query.isPending) return <TextSkeleton />;
  if (!query.data?.text) return <Unread query={query} artifact={artifact} />;
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(query.data.text)}`;
  return <Picture src={src} name={artifact.name} onError={onError} />;
}

function TextPreview({
  artifact,
  preview,
  imageOf,
}: {
  artifact: Artifact;
  preview: Extract<ReturnType<typeof previewOf>, { kind: "markdown" | "json" | "text" }>;
  imageOf: (src: string) => string | null;
}) {
  const query = useArtifactText(artifact);
  if (query.isPending) return <TextSkeleton />;
  if (query.data?.text == null) return <Unread query={query} artifact={artifact} />;
  const { text, cut } = query.data;
  const json = preview.kind === "json" ? parsed(text) : null;
  return (
    <>
      {preview.kind === "markdown" ? (
        <section
          aria-label={withMarks(artifact.name)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="min-h-0 flex-1 overflow-auto px-5 py-4 outline-offset-[-2px]"
        >
          <Markdown text={text} imageOf={imageOf} className="mx-auto max-w-180" />
        </section>
      ) : json ? (
        <JsonBlock value={json.value} label={artifact.name} className="flex-1" />
      ) : (
        <CodeView
          code={text}
          label={artifact.name}
          language={preview.kind === "text" ? preview.language : preview.kind}
        />
      )}
      {cut ? (
        <p className="shrink-0 border-t border-line px-4 py-1.5 text-meta text-muted">
          The first {fileSize(TEXT_BYTES)} of {fileSize(artifact.size_bytes)}. Download it to see all.
        </p>
      ) : null}
    </>
  );
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function Unread({ query, artifact }: { query: ReturnType<typeof useArtifactText>; artifact: Artifact }) {
  if (!query.data) {
    return (
      <ErrorState
        title="The file could not be read"
        message="It may have been deleted, or the server does not answer."
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
        className="flex-1"
      />
    );
  }
  return (
    <NoPreview icon={FileQuestion} artifact={artifact}>
      This file is not text, whatever its name says. Download it to open it.
    </NoPreview>
  );
}

function NoPreview({
  icon,
  artifact,
  children,
}: {
  icon: LucideIcon;
  artifact: Artifact;
  children: ReactNode;
}) {
  return (
    <EmptyState
      icon={icon}
      title="No preview"
      className="flex-1"
      action={
        <a href={downloadUrl(artifact.id)} download className={buttonClass("primary")}>
          <Download aria-hidden size={14} />
          Download {fileSize(artifact.size_bytes)}
        </a>
      }
    >
      {children}
    </EmptyState>
  );
}

function TextSkeleton() {
  return (
    <Loading label="Loading the file" className="flex min-h-60 flex-1 flex-col gap-2 px-4 py-4">
      {["w-2/5", "w-3/5", "w-1/3", "w-1/2"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}
