import { procedure, restOf, router } from "../../trpc/procedures";
import { listInbox } from "./queries";
import { InboxPage, ListInboxInput } from "./schema";

const rest = restOf("inbox");

export const inboxRouter = router({
  list: procedure
    .meta(
      rest("GET", "/inbox", "What waits for one", {
        description:
          "In all of one's projects, newest first: approvals that one's role allows and that one has not decided yet, and permissions that agents ask for. `count` is how many there are in all.",
      }),
    )
    .input(ListInboxInput)
    .output(InboxPage)
    .query(({ ctx, input }) => listInbox(ctx, input)),
});
