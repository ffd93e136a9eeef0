import type { Comment } from "../schema";

/** A comment with what answers it. */
export interface Thread {
  first: Comment;
  answers: readonly Comment[];
}

/** Comments by threads, in the order of their first ones. An answer whose first one is not loaded stands by itself. */
export function threadsOf(comments: readonly Comment[]): Thread[] {
  const threads = new Map<string, { first: Comment; answers: Comment[] }>();
  for (const comment of comments) {
    const own = comment.parent_id === null ? undefined : threads.get(comment.parent_id);
    if (own) own.answers.push(comment);
    else threads.set(comment.id, { first: comment, answers: [] });
  }
  return [...threads.values()];
}

/** What is said of something in the run, and is not resolved. */
export const isOpenThread = ({ anchor, parent_id, resolved_at }: Comment) =>
  anchor !== null && parent_id === null && resolved_at === null;
