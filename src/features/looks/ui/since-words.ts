import type { ChangedSince } from "../schema";

const counted = (count: number, one: string, many: string) =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** What changed on a board, or (`of` a run) in a run, the gravest first; empty where nothing did. */
export function sinceWords(changed: ChangedSince, of: "board" | "run"): string[] {
  const { failed, asked, completed, cancelled, created, steps, comments, artifacts, is_more } = changed;
  const words =
    of === "board"
      ? [
          ...counted(failed, "failed", "failed"),
          ...counted(asked, "asked for somebody", "asked for somebody"),
          ...counted(completed, "done", "done"),
          ...counted(cancelled, "cancelled", "cancelled"),
          ...counted(created, "new", "new"),
          ...counted(comments, "comment", "comments"),
        ]
      : [
          ...(failed > 0 ? ["it failed"] : []),
          ...(completed > 0 ? ["it was done"] : []),
          ...(cancelled > 0 ? ["it was cancelled"] : []),
          ...(asked > 0 ? ["it asked for somebody"] : []),
          ...counted(steps, "step ended", "steps ended"),
          ...counted(comments, "comment", "comments"),
          ...counted(artifacts, "artifact", "artifacts"),
        ];
  return is_more && words.length > 0 ? [...words, "and more"] : words;
}
