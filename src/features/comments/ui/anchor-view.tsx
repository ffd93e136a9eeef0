"use client";

import { FileText, Image, ListTree, ScrollText, X } from "lucide-react";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { withMarks } from "../../../lib/marks";
import { inlineUrl } from "../../artifacts/ui/artifact-urls";
import { isRaster } from "../../artifacts/ui/preview-kind";
import type { WireArtifact } from "../../in-run/ui/wire";
import type { Comment } from "../schema";
import { useAnchorLink } from "./use-anchor-link";

type Anchor = NonNullable<Comment["anchor"]>;
type Lines = Extract<Anchor, { line: number }>;

/** Lines of a quote that are shown; the place itself has all of them. */
const SHOWN_LINES = 6;
/** A larger picture is not loaded for a thumbnail. */
const THUMBNAIL_BYTES = 8 * 1024 * 1024;

export const lineWords = ({ line, start_line }: Pick<Lines, "line" | "start_line">) =>
  start_line === null || start_line === line
    ? `line ${line.toLocaleString("en")}`
    : `lines ${start_line.toLocaleString("en")} to ${line.toLocaleString("en")}`;

interface About {
  anchor: Anchor;
  /** The name of its step, where it is one's. */
  stepName: string | undefined;
  artifact: WireArtifact | undefined;
}

/** `Build, line 12`; `notes.md, lines 3 to 5`. */
export function anchorWords({ anchor, stepName, artifact }: About): string {
  const file = artifact?.name ?? "a file that is gone";
  switch (anchor.kind) {
    case "change":
      return `${anchor.path}, ${lineWords(anchor)}`;
    case "plan":
      return `plan of ${stepName ?? anchor.step_id}, entry ${anchor.entry}`;
    case "log":
      return `${stepName ?? anchor.step_id}, ${lineWords(anchor)}`;
    case "text":
      return `${file}, ${lineWords(anchor)}`;
    case "image":
      return `${file}, a part of it`;
  }
}

const ICONS = { log: ScrollText, text: FileText, image: Image, plan: ListTree, change: FileText } as const;

/** What a comment is about, with what was there, and a link to it. `onRemove`: the comment is not written yet. */
export function AnchorView({
  comment_id = null,
  onRemove,
  ...about
}: About & { comment_id?: string | null; onRemove?: () => void }) {
  const go = useAnchorLink();
  const { anchor, artifact } = about;
  const Icon = ICONS[anchor.kind];
  const words = anchorWords(about);
  const isGone = (anchor.kind === "text" || anchor.kind === "image") && !artifact;
  return (
    <div className="my-1 max-w-full min-w-0 overflow-hidden rounded-outer border border-line bg-sunken">
      <div className="flex min-w-0 items-center">
        {isGone ? (
          <span className="flex min-h-7 min-w-0 flex-1 items-center gap-1.5 px-2 text-meta text-muted">
            <Icon aria-hidden size={12} className="shrink-0" />
            <span className="min-w-0 truncate">{withMarks(words)}</span>
          </span>
        ) : (
          <button
            type="button"
            title={withMarks(words)}
            onClick={() => go(anchor, comment_id)}
            className="flex min-h-7 min-w-0 flex-1 items-center gap-1.5 px-2 text-left text-meta text-muted outline-offset-[-2px] transition-colors hover:bg-hover hover:text-text pointer-coarse:min-h-9"
          >
            <Icon aria-hidden size={12} className="shrink-0" />
            <span className="min-w-0 truncate">
              <span className="sr-only">Show </span>
              {withMarks(words)}
            </span>
            {anchor.kind === "log" && anchor.attempt > 1 ? (
              <span className="shrink-0 text-faint">attempt {anchor.attempt}</span>
            ) : null}
          </button>
        )}
        {onRemove ? <IconButton label="Comment on the run instead" icon={X} bare onClick={onRemove} /> : null}
      </div>
      {anchor.kind === "image" ? (
        artifact ? (
          <Region artifact={artifact} anchor={anchor} />
        ) : null
      ) : (
        <Quote
          text={anchor.quote ?? ""}
          first={anchor.kind === "plan" ? null : (anchor.start_line ?? anchor.line)}
        />
      )}
    </div>
  );
}

/** `first`: the number of its first line; null: it has none. */
function Quote({ text, first }: { text: string; first: number | null }) {
  const all = text.split("\n");
  const lines = all.slice(0, SHOWN_LINES);
  const rest = all.length - lines.length;
  if (text === "") return null;
  return (
    <blockquote className="border-t border-line px-2 py-1 font-mono text-code">
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <span key={at} className="flex min-w-0 gap-2">
          {first === null ? null : (
            <span aria-hidden className="shrink-0 text-right text-faint select-none">
              {first + at}
            </span>
          )}
          <span className={cx("min-w-0", first === null ? "wrap-anywhere" : "truncate")}>
            {withMarks(line) || " "}
          </span>
        </span>
      ))}
      {rest > 0 ? (
        <span className="font-sans text-meta text-faint">
          {rest} more {rest === 1 ? "line" : "lines"}
        </span>
      ) : null}
    </blockquote>
  );
}

/** The picture with the region marked. */
function Region({
  artifact,
  anchor: { x, y, width, height },
}: {
  artifact: WireArtifact;
  anchor: Extract<Anchor, { kind: "image" }>;
}) {
  if (artifact.file_missing || !isRaster(artifact) || artifact.size_bytes > THUMBNAIL_BYTES) return null;
  const percent = (part: number) => `${part * 100}%`;
  return (
    <div className="flex justify-center border-t border-line p-1">
      <span className="relative block max-h-40 overflow-hidden">
        {/* biome-ignore lint/performance/noImgElement: the image is a file of the run, as it is */}
        <img src={inlineUrl(artifact.id)} alt="" loading="lazy" className="block max-h-40 max-w-full" />
        <span
          aria-hidden
          className="absolute rounded-[2px] border-2 border-accent shadow-[0_0_0_100vmax_rgb(0_0_0/0.35)]"
          style={{ left: percent(x), top: percent(y), width: percent(width), height: percent(height) }}
        />
      </span>
    </div>
  );
}
