import { procedure, restOf, router } from "../../trpc/procedures";
import { markInbox } from "./commands/mark-inbox";
import { listInbox } from "./queries/list-inbox";
import { InboxPage, ListInboxInput, MarkedInbox, MarkInboxInput } from "./schema";

const rest = restOf("inbox");

export const inboxRouter = router({
  list: procedure
    .meta(
      rest("GET", "/inbox", "What waits for one, and what is news", {
        description:
          "In all of one's projects, newest first, each with its `reason`. Questions, until they are answered: approvals that one's role allows and that one has not decided yet (`approval`), permissions that agents ask for (`permission`), and reached budgets (`budget`). News: a run that one started, follows, is assigned to or commented on failed (`failed`; it is done by itself once a retry succeeds), a run that one started by hand, follows or is assigned to is done (`finished`), a comment names one (`mentioned`), goes on after a comment of one's own (`answered`), or is on a run that one started (`commented`). `count` is how many questions and unread news are open in all.",
      }),
    )
    .input(ListInboxInput)
    .output(InboxPage)
    .query(({ ctx, input }) => listInbox(ctx, input)),
  mark: procedure
    .meta(
      rest("POST", "/inbox/mark", "Note what is read, done or snoozed", {
        description:
          "By `keys` of items, for all news of one run, or for all open news. A snoozed item comes back unread; a question that is done is out of the way and waits on.",
      }),
    )
    .input(MarkInboxInput)
    .output(MarkedInbox)
    .mutation(({ ctx, input }) => markInbox(ctx, input)),
});
