"use client";

import { Archive, FileQuestion, FileX } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { fileSize } from "../../../components/file-size";
import { JsonBlock } from "../../../components/json-block";
import { Markdown } from "../../../components/markdown";
import { RelativeTime } from "../../../components/relative-time";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import type { ArchiveEntry, Artifact } from "../schema";
import { FileNotesContext, useFileNotes } from "./file-notes";
import { FileProblem, NoPreview, TextSkeleton } from "./file-states";
import { type Preview, previewOf, TABLE_BYTES, TEXT_BYTES } from "./preview-kind";
import { fileOfArtifact, fileOfEntry, type ShownFile } from "./shown-file";
import { TextPages } from "./text-pages";
import { useFileText } from "./use-file-text";
import { ViewSwitch } from "./view-switch";

const loading = () => <TextSkeleton />;
const ImageView = dynamic(() => import("./image-view").then((part) => part.ImageView), { loading });
const TableView = dynamic(() => import("./table-view").then((part) => part.TableView), { loading });
const ReportView = dynamic(() => import("./report-view").then((part) => part.ReportView), { loading });
const ArchiveView = dynamic(() => import("./archive-view").then((part) => part.ArchiveView), { loading });
const EntryHead = dynamic(() => import("./archive-view").then((part) => part.EntryHead));

type ImageOf = (src: string) => string | null;

/** Shows an artifact's content as far as that is possible without letting any of it near the board. */
export function PreviewBody({ artifact, imageOf }: { artifact: Artifact; imageOf: ImageOf }) {
  const [entry, setEntry] = useState<ArchiveEntry | null>(null);
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
  if (entry) {
    return (
      <FileNotesContext value={null}>
        <EntryHead entry={entry} onBack={() => setEntry(null)} />
        <FileBody file={fileOfEntry(artifact.id, entry)} imageOf={imageOf} onEntry={setEntry} />
      </FileNotesContext>
    );
  }
  return <FileBody file={fileOfArtifact(artifact)} imageOf={imageOf} onEntry={setEntry} />;
}

function FileBody({
  file,
  imageOf,
  onEntry,
}: {
  file: ShownFile;
  imageOf: ImageOf;
  onEntry: (entry: ArchiveEntry) => void;
}) {
  const [failed, setFailed] = useState(false);
  const preview = previewOf(file);
  const onError = () => setFailed(true);
  const src = file.inline_url;
  const media = { src, controls: true, preload: "metadata", "aria-label": withMarks(file.name), onError };
  if (failed) {
    return (
      <NoPreview icon={FileX} file={file}>
        The browser cannot show this file. It may be damaged, or of a kind that the browser does not know.
      </NoPreview>
    );
  }
  switch (preview.kind) {
    case "image":
      return <ImageView src={src} name={file.name} onError={onError} />;
    case "svg":
      return <Drawing file={file} onError={onError} />;
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
        <NoPreview icon={FileQuestion} file={file}>
          {withMarks(preview.reason)}
        </NoPreview>
      );
    case "empty":
      return (
        <EmptyState icon={FileX} title="This file is empty" className="flex-1">
          It was written without a single byte.
        </EmptyState>
      );
    case "archive":
      return <ArchiveView file={file} onOpen={onEntry} />;
    case "table":
      return <TableFile file={file} />;
    case "report":
      return <ReportFile file={file} preview={preview} />;
    case "text":
      return <TextPages file={file} language={preview.language} />;
    case "markdown":
      return <MarkdownFile file={file} imageOf={imageOf} />;
    default:
      return <ReadText file={file} kind={preview.kind} imageOf={imageOf} />;
  }
}

/** An SVG inside `img` runs no scripts and loads nothing else. */
function Drawing({ file, onError }: { file: ShownFile; onError: () => void }) {
  const query = useFileText(file, file.size_bytes);
  if (query.isPending) return <TextSkeleton />;
  if (!query.data?.text) return <FileProblem query={query} file={file} />;
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(query.data.text)}`;
  return <ImageView src={src} name={file.name} onError={onError} />;
}

const BAR = "flex shrink-0 items-center gap-3 border-b border-line px-4 py-1.5 text-meta text-muted";

/** A file that is looked at as a page or as its source. */
function PageOrSource({
  page,
  source,
  first = "page",
}: {
  page: ReactNode;
  source: ReactNode;
  first?: "page" | "source";
}) {
  const [view, setView] = useState(first);
  return (
    <>
      <div className={BAR}>
        <ViewSwitch
          view={view}
          onView={setView}
          views={[
            { value: "page", label: "Page" },
            { value: "source", label: "Source" },
          ]}
        />
      </div>
      {view === "page" ? page : source}
    </>
  );
}

function ReportFile({ file, preview }: { file: ShownFile; preview: Extract<Preview, { kind: "report" }> }) {
  return (
    <PageOrSource
      page={<ReportView file={file} />}
      source={<TextPages file={file} language={preview.language} />}
    />
  );
}

/** Lines are those of its source. */
function MarkdownFile({ file, imageOf }: { file: ShownFile; imageOf: ImageOf }) {
  const notes = useFileNotes();
  const isSought = notes?.lines.some(({ id }) => id === notes.sought) ?? false;
  return (
    <PageOrSource
      first={isSought ? "source" : "page"}
      page={<ReadText file={file} kind="markdown" imageOf={imageOf} />}
      source={<TextPages file={file} language="markdown" />}
    />
  );
}

function TableFile({ file }: { file: ShownFile }) {
  const [view, setView] = useState<"table" | "text">("table");
  return (
    <>
      <div className={BAR}>
        <ViewSwitch
          view={view}
          onView={setView}
          views={[
            { value: "table", label: "Table" },
            { value: "text", label: "Text" },
          ]}
        />
        {view === "table" && file.size_bytes > TABLE_BYTES ? (
          <span>
            The first {fileSize(TABLE_BYTES)} of {fileSize(file.size_bytes)}; there is more.
          </span>
        ) : null}
      </div>
      {view === "table" ? <ReadTable file={file} /> : <TextPages file={file} language={null} />}
    </>
  );
}

function ReadTable({ file }: { file: ShownFile }) {
  const query = useFileText(file, TABLE_BYTES);
  if (query.isPending) return <TextSkeleton />;
  if (query.data?.text == null) return <FileProblem query={query} file={file} />;
  return <TableView text={query.data.text} name={file.name} />;
}

function ReadText({ file, kind, imageOf }: { file: ShownFile; kind: "markdown" | "json"; imageOf: ImageOf }) {
  const query = useFileText(file);
  if (query.isPending) return <TextSkeleton />;
  if (query.data?.text == null) return <FileProblem query={query} file={file} />;
  const { text, cut } = query.data;
  if (kind === "json") {
    const json = parsed(text);
    return json ? (
      <JsonBlock value={json.value} label={file.name} className="flex-1" />
    ) : (
      <TextPages file={file} language="json" />
    );
  }
  return (
    <>
      <section
        aria-label={withMarks(file.name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-5 py-4 outline-offset-[-2px]"
      >
        <Markdown text={text} imageOf={imageOf} className="mx-auto max-w-180" />
      </section>
      {cut ? (
        <p className="shrink-0 border-t border-line px-4 py-1.5 text-meta text-muted">
          The first {fileSize(TEXT_BYTES)} of {fileSize(file.size_bytes)}. Download it to see all.
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
