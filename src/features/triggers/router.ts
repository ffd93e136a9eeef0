import { pageOf } from "../../lib/page";
import { procedure, router } from "../../trpc/procedures";
import { rotateSecret } from "./commands/rotate-secret";
import { setEnabled } from "./commands/set-enabled";
import { listTriggers } from "./queries";
import { ListTriggersInput, NewSecret, SetEnabledInput, Trigger, TriggerInput } from "./schema";

const tags = ["triggers"];

export const triggersRouter = router({
  list: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflows/{definition_id}/triggers",
        tags,
        summary: "The schedules and webhooks of a definition",
      },
    })
    .input(ListTriggersInput)
    .output(pageOf(Trigger))
    .query(({ ctx, input }) => listTriggers(ctx, input)),
  setEnabled: procedure
    .meta({
      openapi: {
        method: "PATCH",
        path: "/triggers/{id}",
        tags,
        summary: "Switch a schedule or webhook on, in one's own name, or off",
      },
    })
    .input(SetEnabledInput)
    .output(Trigger)
    .mutation(({ ctx, input }) => setEnabled(ctx, input)),
  rotateSecret: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/triggers/{id}/secret",
        tags,
        summary: "Make a new signing secret for a webhook, shown this once; the one before ends",
      },
    })
    .input(TriggerInput)
    .output(NewSecret)
    .mutation(({ ctx, input }) => rotateSecret(ctx, ctx.secret, input)),
});
