import { FilePenLine, FilePlus2, FileSymlink, FileX2, type LucideIcon, PencilLine } from "lucide-react";
import { fileSize } from "../../../components/file-size";
import type { ChangeCounts } from "../schema";
import type { WireFile } from "./wire";

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** For screen readers and for hover: "120 lines added and 8 removed in 4 files". */
export function countWords({ files, additions, deletions }: ChangeCounts): string {
  return `${plural(additions, "line")} added and ${deletions} removed in ${plural(files, "file")}`;
}

/** How a file's change is told apart: a word, and a sign of its own beside the colour. */
export const LOOKS: Record<WireFile["status"], { word: string; icon: LucideIcon; colour: string }> = {
  added: { word: "Added", icon: FilePlus2, colour: "text-done" },
  deleted: { word: "Deleted", icon: FileX2, colour: "text-failed" },
  modified: { word: "Changed", icon: FilePenLine, colour: "text-muted" },
  renamed: { word: "Renamed", icon: FileSymlink, colour: "text-running" },
  copied: { word: "Copied", icon: FileSymlink, colour: "text-running" },
  type_changed: { word: "Turned into something else", icon: PencilLine, colour: "text-stalled" },
  mode_changed: { word: "Its mode changed", icon: PencilLine, colour: "text-muted" },
};

const MODES: Record<string, string> = {
  "100644": "a file",
  "100755": "an executable file",
  "120000": "a symbolic link",
  "160000": "a submodule",
};
const modeWords = (mode: string | null) => MODES[mode ?? ""] ?? "a file";

/** What is to be said of a file besides its lines; null where they say it all. */
export function aboutFile(file: WireFile): string | null {
  const said = [
    file.status === "renamed" || file.status === "copied"
      ? `${LOOKS[file.status].word} from ${file.old_path}${file.similarity === 100 ? ", unchanged" : ""}.`
      : null,
    file.old_mode !== null && file.new_mode !== null && file.old_mode !== file.new_mode
      ? `It was ${modeWords(file.old_mode)} and is ${modeWords(file.new_mode)}.`
      : null,
    file.kind === "symlink" && file.old_mode === file.new_mode
      ? "A symbolic link: its line is where it leads."
      : null,
    file.kind === "submodule" ? "A submodule: its line is the commit it stands at." : null,
    file.is_binary ? binaryWords(file) : null,
  ].filter((words) => words !== null);
  if (said.length > 0) return said.join(" ");
  if (file.hunks?.length !== 0) return null;
  if (file.status === "added" || file.status === "deleted") return "The file is empty.";
  return "Nothing but white space changed.";
}

function binaryWords({ old_size, new_size }: WireFile): string {
  if (old_size === null) return `A binary file of ${fileSize(new_size ?? 0)}.`;
  if (new_size === null) return `A binary file of ${fileSize(old_size)}.`;
  return `A binary file: ${fileSize(old_size)} before, ${fileSize(new_size)} now.`;
}

/** Why a file is folded at first; null where it is not. */
export function whyFolded({ is_generated, too_large, is_binary }: WireFile): string | null {
  if (is_binary) return null;
  if (is_generated) return "Generated";
  return too_large ? "Large" : null;
}

/** Pictures that every browser shows and that cannot contain scripts. */
export const isPicture = ({ path, is_binary }: WireFile) =>
  is_binary && /\.(?:png|jpe?g|gif|webp|avif|bmp|ico)$/i.test(path);
