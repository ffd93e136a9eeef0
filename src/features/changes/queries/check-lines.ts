import type { Caller } from "../../../auth/scope";
import { textOf } from "../../../git/diff/raw-diff";
import { readerOf } from "../../../git/reader";
import { AppError } from "../../../lib/errors";
import type { ChangeAnchor } from "../../../model/states";
import { compare } from "./compare";
import { type Found, findRange, NOTHING_YET, type Range } from "./find-range";
import { quoteLines } from "./follow-lines";

/** Lines of a changed file, and the field of the input that names them. */
export interface LinesToCheck {
  field: string;
  path: string;
  side: "old" | "new";
  line: number;
}

/**
 * Checks that comments speak of lines that are there, of files that the run changed. Gives the commits between which
 * that holds; null where no comment is on lines. Throws BAD_REQUEST.
 */
export async function checkLines(
  caller: Caller,
  run_id: string,
  comments: readonly LinesToCheck[],
): Promise<Range | null> {
  const [first] = comments;
  if (!first) return null;
  const { range, note }: Pick<Found, "range" | "note"> = await findRange(caller, { id: run_id }).catch(
    (error: unknown) => {
      if (error instanceof AppError && error.code === "CONFLICT") return { range: null, note: error.message };
      throw error;
    },
  );
  if (!range) throw faulty(first.field, "path", note ?? NOTHING_YET, "is no file that the run changed");
  const { files } = await compare(range, false);
  const counts = new Map<string, Promise<number>>();
  for (const { field, path, side, line } of comments) {
    const isOld = side === "old";
    const file = files.find(
      (each) =>
        textOf(each.path) === path || (isOld && each.old_path !== null && textOf(each.old_path) === path),
    );
    const object = isOld ? file?.old_id : file?.new_id;
    if (!file || !object) {
      const why = file
        ? `The file ${path} has no ${side} side: it is ${file.status}.`
        : `The run did not change ${path}, so no line of it can be commented on. Say it in the review's text.`;
      throw faulty(
        field,
        file ? "side" : "path",
        why,
        file ? `is not there` : "is no file that the run changed",
      );
    }
    if (file.additions === null) {
      throw faulty(field, "path", `The file ${path} is binary and has no lines.`, "has no lines");
    }
    const count = counts.get(object) ?? countLines(range, object);
    counts.set(object, count);
    const lines = await count;
    if (line > lines) {
      const has = `The file ${path} has ${lines} ${lines === 1 ? "line" : "lines"}${isOld ? " before the change" : ""}.`;
      throw faulty(field, "line", has, `must be at most ${lines}`);
    }
  }
  return range;
}

async function countLines({ keeper, to }: Range, object: string): Promise<number> {
  const bytes = await readerOf(keeper, to).bytes(["cat-file", "blob", object]);
  let lines = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
  for (const byte of bytes) if (byte === 10) lines += 1;
  return lines;
}

const faulty = (field: string, name: string, text: string, message: string) =>
  new AppError("BAD_REQUEST", text, [{ path: `${field}.${name}`, message }]);

type Lines = Pick<ChangeAnchor, "path" | "side" | "line" | "start_line">;

/** The words of lines that were commented on; null where they cannot be read any more. */
export async function seenLines({ keeper, from, to }: Range, lines: Lines): Promise<string | null> {
  const quote = await quoteLines(keeper, lines.side === "old" ? from : to, lines);
  return quote?.replaceAll("\0", "\uFFFD") ?? null;
}

/** What a comment on changed lines is about, as its row says it. `seen`: the commits between which it was said. */
export function changeAnchor(
  { path, side, line, start_line }: Lines,
  seen: Range | null,
  quote: string | null,
): ChangeAnchor {
  return {
    ...{ kind: "change", path, side, line, start_line, snapshot: seen?.to ?? null },
    ...(seen ? { base: seen.from } : {}),
    ...(quote === null ? {} : { quote }),
  };
}
