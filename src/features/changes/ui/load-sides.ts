import type { FileDiffLoadedFiles, FileDiffMetadata } from "@pierre/diffs";
import { withMarks } from "../../../lib/marks";
import type { WireFile } from "./wire";

/** Both sides of a file whole, for the lines around its changes. Throws where they cannot be read. */
export async function loadSides(file: WireFile, { name }: FileDiffMetadata): Promise<FileDiffLoadedFiles> {
  const read = async (url: string | null) => {
    if (url === null) return { name, contents: "" };
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`the file answers ${answer.status}`);
    return { name, contents: withMarks(await answer.text()) };
  };
  const isMoved = file.old_id === file.new_id;
  const [oldFile, newFile] = await Promise.all([isMoved ? null : read(file.old_url), read(file.new_url)]);
  return oldFile === null ? { oldFile, newFile } : { oldFile, newFile };
}
