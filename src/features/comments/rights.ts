import { can, type ProjectRole } from "../../auth/roles";
import type { Comment } from "./schema";

/** Whose rights are asked about, in the comment's project. `user_id` is undefined where it is not known yet. */
export interface Reader {
  user_id: string | undefined;
  role: ProjectRole;
}

type Written = Pick<Comment, "comment_type" | "created_by">;

/** Who wrote a comment may edit it, by session or by token, and nobody else: it stands under their name. */
export function mayEditComment({ user_id, role }: Reader, { created_by }: Written): boolean {
  return can(role, "run:write") && created_by === user_id;
}

/** Who wrote a comment may delete it, and an owner of the project. What the system noted stays with the run. */
export function mayDeleteComment(reader: Reader, comment: Written): boolean {
  if (comment.comment_type === "system") return false;
  return mayEditComment(reader, comment) || can(reader.role, "comment:delete");
}
