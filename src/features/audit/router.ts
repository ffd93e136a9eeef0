import { procedure, restOf, router } from "../../trpc/procedures";
import { listAudit } from "./queries";
import { AuditPage, ListAuditInput } from "./schema";

const rest = restOf("audit");

export const auditRouter = router({
  list: procedure
    .meta(
      rest("GET", "/audit", "Who did what, newest first", {
        description:
          "Of a project for its owners, of everything for administrators. It outlives projects and accounts, and no row of it is ever changed.",
      }),
    )
    .input(ListAuditInput)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx, input)),
});
