"use client";

import { type ReactNode, useState } from "react";
import { Button } from "../../../components/button";
import { CodeBlock } from "../../../components/code-block";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { CopyButton } from "../../../components/copy-button";
import { Dialog } from "../../../components/dialog";
import { sayFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { WebhookTrigger } from "../schema";
import { curlExample, exampleBody } from "./webhook-example";

/** Explains a webhook: its address, its secret, and how to sign. */
export function WebhookDialog({
  trigger,
  title,
  onClose,
}: {
  trigger: WebhookTrigger;
  title: string;
  onClose: () => void;
}) {
  const { may } = useProject();
  const url = `${window.location.origin}${trigger.path}`;
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={withMarks(title)}
      description="Whoever signs a request with its secret starts a run. No account is needed."
      width="lg"
      footer={<Button onClick={onClose}>Done</Button>}
    >
      <div className="flex flex-col gap-5">
        <Shown label="Address" text={url} />
        {may("definition:write") ? (
          <Secret trigger={trigger} />
        ) : (
          <p className="text-list text-muted">A maintainer of the project can make its secret.</p>
        )}
        <Part title="From a shell">
          <p className="mb-1.5">
            With the secret in <code className="text-code text-text">WEBHOOK_SECRET</code>. Add the header{" "}
            <code className="text-code text-text">X-Phaseboard-Delivery</code> with an id of your own, and a
            repeated delivery starts no second run.
          </p>
          <CodeBlock code={curlExample(url, exampleBody(trigger))} language="shellscript" />
        </Part>
        <Part title="From GitHub">
          <p>
            In the repository’s settings, under Webhooks, add one: the address above as payload URL, and the
            secret. Either content type will do: a form’s payload is read as the JSON that it holds.
          </p>
        </Part>
      </div>
    </Dialog>
  );
}

/** Creates the signing secret and shows it once. */
function Secret({ trigger }: { trigger: WebhookTrigger }) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const rotate = trpc.triggers.rotateSecret.useMutation({
    onSuccess: () => utils.triggers.list.invalidate(),
  });
  const make = () => rotate.mutateAsync({ id: trigger.id });
  return (
    <>
      {rotate.data ? (
        <Shown
          label="Secret"
          text={rotate.data.secret}
          hint="Copy it now: it is shown this once and kept encrypted."
        />
      ) : (
        <Part title="Secret">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <p className="min-w-0 flex-1">
              {trigger.has_secret
                ? "It was made, and cannot be shown again."
                : "None yet: without one, no delivery is taken."}
            </p>
            <Button
              variant={trigger.has_secret ? "secondary" : "primary"}
              busy={rotate.isPending && !asking}
              onClick={() => (trigger.has_secret ? setAsking(true) : rotate.mutate({ id: trigger.id }))}
            >
              {trigger.has_secret ? "Make a new secret" : "Make the secret"}
            </Button>
          </div>
          <FormError message={rotate.error && !asking ? sayFault(rotate.error) : null} />
        </Part>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Make a new secret?"
        description="Deliveries signed with the one before are refused from then on, until their senders have the new one."
        confirmLabel="Make a new secret"
        onConfirm={make}
      />
    </>
  );
}

function Shown({ label, text, hint }: { label: string; text: string; hint?: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-end gap-2">
        <TextField
          label={label}
          mono
          readOnly
          className="min-w-0 flex-1"
          value={text}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
      </div>
      {hint ? (
        <p role="status" className="text-meta text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={withMarks(title)} className="flex flex-col gap-1.5 text-list text-pretty text-muted">
      <h3 className="font-medium text-text">{withMarks(title)}</h3>
      {children}
    </section>
  );
}
