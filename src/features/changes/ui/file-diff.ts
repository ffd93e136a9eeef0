import type { FileDiffMetadata, Hunk } from "@pierre/diffs";
import { languageOf } from "../../../components/highlight";
import { withMarks } from "../../../lib/marks";
import type { WireFile } from "./wire";

type WireHunk = NonNullable<WireFile["hunks"]>[number];

const made = new WeakMap<WireFile, FileDiffMetadata>();

/**
 * A file's hunks as the component that shows them has them; the same object for the same file. Characters that mislead
 * readers, such as those that turn text around, are marked.
 */
export function fileDiffOf(file: WireFile): FileDiffMetadata {
  const known = made.get(file);
  if (known) return known;
  const diff: FileDiffMetadata = {
    name: file.path,
    lang: languageOf(file.path) ?? "text",
    ...(file.old_path === null ? {} : { prevName: file.old_path }),
    type: typeOf(file),
    hunks: [],
    splitLineCount: 0,
    unifiedLineCount: 0,
    // Whether there is more around the hunks is known once both sides are loaded.
    isPartial: true,
    deletionLines: [],
    additionLines: [],
    deletionCharacterCount: 0,
    additionCharacterCount: 0,
    // What was drawn under it is drawn again, so it differs with the lines, not only with the contents.
    cacheKey: [file.path, file.old_id, file.new_id, file.additions, file.deletions, file.hunks?.length].join(
      "\0",
    ),
  };
  let end = 0;
  for (const hunk of file.hunks ?? []) {
    const shown = addHunk(diff, hunk, end);
    diff.hunks.push(shown);
    end = hunk.new_start + hunk.new_lines - (hunk.new_lines === 0 ? 0 : 1);
  }
  made.set(file, diff);
  return diff;
}

function typeOf({ status, hunks }: WireFile): FileDiffMetadata["type"] {
  if (status === "added") return "new";
  if (status === "deleted") return "deleted";
  if (status !== "renamed" && status !== "copied") return "change";
  return hunks && hunks.length > 0 ? "rename-changed" : "rename-pure";
}

/** Appends the hunk's lines to those of the file. `end`: the last line of the new file in the hunk before. */
function addHunk(diff: FileDiffMetadata, hunk: WireHunk, end: number): Hunk {
  const content: Hunk["hunkContent"] = [];
  const starts = {
    deletionLineIndex: diff.deletionLines.length,
    additionLineIndex: diff.additionLines.length,
  };
  const last = {
    "-": hunk.lines.findLastIndex((line) => !line.startsWith("+")),
    "+": hunk.lines.findLastIndex((line) => !line.startsWith("-")),
  };
  let [deletions, additions] = [0, 0];
  for (const [at, line] of hunk.lines.entries()) {
    const sign = line.charAt(0);
    const text = withMarks(line.slice(1));
    const indexes = {
      deletionLineIndex: diff.deletionLines.length,
      additionLineIndex: diff.additionLines.length,
    };
    const before = content.at(-1);
    if (sign !== "+") {
      const ended = at === last["-"] && hunk.old_no_newline ? text : `${text}\n`;
      diff.deletionLines.push(ended);
      diff.deletionCharacterCount += ended.length;
    }
    if (sign !== "-") {
      const ended = at === last["+"] && hunk.new_no_newline ? text : `${text}\n`;
      diff.additionLines.push(ended);
      diff.additionCharacterCount += ended.length;
    }
    if (sign === " ") {
      if (before?.type === "context") before.lines += 1;
      else content.push({ type: "context", lines: 1, ...indexes });
      continue;
    }
    const change =
      before?.type === "change"
        ? before
        : { type: "change" as const, deletions: 0, additions: 0, ...indexes };
    if (change !== before) content.push(change);
    if (sign === "-") {
      change.deletions += 1;
      deletions += 1;
    } else {
      change.additions += 1;
      additions += 1;
    }
  }
  const first = hunk.new_lines === 0 ? hunk.new_start : hunk.new_start - 1;
  const collapsedBefore = Math.max(0, first - end);
  const rows = { split: 0, unified: 0 };
  for (const part of content) {
    rows.split += part.type === "context" ? part.lines : Math.max(part.additions, part.deletions);
    rows.unified += part.type === "context" ? part.lines : part.additions + part.deletions;
  }
  const shown: Hunk = {
    collapsedBefore,
    additionStart: hunk.new_start,
    additionCount: hunk.new_lines,
    additionLines: additions,
    deletionStart: hunk.old_start,
    deletionCount: hunk.old_lines,
    deletionLines: deletions,
    ...starts,
    hunkContent: content,
    ...(hunk.section === "" ? {} : { hunkContext: withMarks(hunk.section) }),
    splitLineStart: diff.splitLineCount + collapsedBefore,
    splitLineCount: rows.split,
    unifiedLineStart: diff.unifiedLineCount + collapsedBefore,
    unifiedLineCount: rows.unified,
    noEOFCRDeletions: hunk.old_no_newline,
    noEOFCRAdditions: hunk.new_no_newline,
  };
  diff.splitLineCount += collapsedBefore + rows.split;
  diff.unifiedLineCount += collapsedBefore + rows.unified;
  return shown;
}
