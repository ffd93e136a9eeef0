import { can, type ProjectRole } from "../../model/roles";
import type { Comment } from "./schema";

/** Whose rights are checked, with the role in the project. `user_id` is undefined while it is unknown. */
export interface Reader {
  user_id: string | undefined;
  role: ProjectRole;
}

type Written = Pick<Comment, "comment_type" | "created_by">;

/** Only the author may edit a comment, by session or by token, since it is shown under that name. */
export function mayEditComment({ user_id, role }: Reader, { created_by }: Written): boolean {
  return can(role, "run:write") && created_by === user_id;
}

/** The author and the project's owners may delete a comment. System comments cannot be deleted. */
export function mayDeleteComment(reader: Reader, comment: Written): boolean {
  if (comment.comment_type === "system") return false;
  return mayEditComment(reader, comment) || can(reader.role, "comment:delete");
}

/** Whoever may write comments resolves threads, also those of others. */
export const mayResolve = ({ role }: Pick<Reader, "role">): boolean => can(role, "run:write");
