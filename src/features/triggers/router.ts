import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { rotateSecret } from "./commands/rotate-secret";
import { setEnabled } from "./commands/set-enabled";
import { listTriggers } from "./queries";
import { ListTriggersInput, NewSecret, SetEnabledInput, Trigger, TriggerInput } from "./schema";

const rest = restOf("triggers");

export const triggersRouter = router({
  list: procedure
    .meta(rest("GET", "/workflows/{definition_id}/triggers", "The schedules and webhooks of a definition"))
    .input(ListTriggersInput)
    .output(pageOf(Trigger))
    .query(({ ctx, input }) => listTriggers(ctx, input)),
  setEnabled: procedure
    .meta(rest("PATCH", "/triggers/{id}", "Switch a schedule or webhook on, in one's own name, or off"))
    .input(SetEnabledInput)
    .output(Trigger)
    .mutation(({ ctx, input }) => setEnabled(ctx, input)),
  rotateSecret: procedure
    .meta(
      rest(
        "POST",
        "/triggers/{id}/secret",
        "Make a new signing secret for a webhook, shown this once; the one before ends",
      ),
    )
    .input(TriggerInput)
    .output(NewSecret)
    .mutation(({ ctx, input }) => rotateSecret(ctx, ctx.secret, input)),
});
