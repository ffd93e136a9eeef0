"use client";

import { Webhook } from "lucide-react";
import { useState } from "react";
import { withMarks } from "../../../lib/marks";
import { useProject } from "../../projects/ui/project-provider";
import type { WebhookTrigger } from "../schema";
import { TriggerRow } from "./trigger-row";
import { WebhookDialog } from "./webhook-dialog";

/** A webhook with a button that shows its address and secret. */
export function WebhookRow({ trigger }: { trigger: WebhookTrigger }) {
  const { may } = useProject();
  const [open, setOpen] = useState(false);
  const title = trigger.key === "default" ? "Webhook" : `Webhook ${trigger.key}`;
  return (
    <TriggerRow trigger={trigger} icon={Webhook} title={withMarks(title)}>
      {trigger.has_secret ? null : "It takes no delivery until its secret is made. "}
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="rounded-inner text-accent-text underline-offset-2 hover:underline pointer-coarse:py-2"
      >
        {trigger.has_secret || !may("definition:write") ? "How to call it" : "Set it up"}
      </button>
      {open ? (
        <WebhookDialog trigger={trigger} title={withMarks(title)} onClose={() => setOpen(false)} />
      ) : null}
    </TriggerRow>
  );
}
