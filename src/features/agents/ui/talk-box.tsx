"use client";

import { useState } from "react";
import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import { Keys } from "../../../components/kbd";
import { toast } from "../../../components/toast";
import { isRunEnded, isStepEnded, type RunStatus } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { holdBack } from "../../comments/ui/draft-words";
import { MarkdownArea } from "../../comments/ui/markdown-area";
import { NO_DRAFT, sentAs, useMessageDraft } from "../../comments/ui/message-drafts";
import type { WireStep } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import type { AgentSession } from "../schema";
import { QueuedMessage } from "./queued-message";
import { talkState } from "./talk-state";
import { useMessages } from "./use-messages";

/** What waits for a step's agent, and the box in which people write to it. What is typed outlives the page. */
export function TalkBox({
  run,
  step,
  session,
}: {
  run: { id: string; status: RunStatus };
  step: WireStep;
  session: AgentSession;
}) {
  const writes = useProject().may("run:write");
  const me = trpc.users.me.useQuery();
  const { waiting, send, edit, withdraw } = useMessages(session.id);
  const { draft, change } = useMessageDraft(`agent:${step.id}`);
  const [how, setHow] = useState<"queue" | "interrupt">("queue");
  const state = talkState({
    run_ended: isRunEnded(run.status),
    step_ended: isStepEnded(step.status),
    working: step.status === "running",
    takes: session.takes_messages,
    agent: session.agent,
  });
  const held = holdBack(draft.text, 0, 0);
  const ready = held === null && state.refusal === null && !send.isPending;

  /** What waits goes to a new attempt, without a message more. */
  const goesOn = isStepEnded(step.status) && draft.text.trim() === "" && waiting.length > 0;
  const retry = trpc.runs.retry.useMutation({
    onError: (error) => toast.failed(`${step.name} could not be continued`, { description: sayFault(error) }),
  });
  if (!writes && waiting.length === 0) return null;

  const post = async (interrupt: boolean) => {
    if (!ready) return;
    setHow(interrupt ? "interrupt" : "queue");
    const input = { id: session.id, text: draft.text, interrupt };
    const sent = sentAs(draft, input);
    change(() => ({ sent }));
    const made = await send.mutateAsync({ ...input, idempotency_key: sent.key }).catch(() => null);
    if (made) change(() => NO_DRAFT);
  };
  return (
    <section
      aria-label="Talk to the agent"
      className="flex max-h-[60%] shrink-0 flex-col gap-1.5 overflow-y-auto border-t border-line bg-surface px-3 pt-2 pb-[max(8px,env(safe-area-inset-bottom))]"
    >
      {waiting.length > 0 ? (
        <ul aria-label="Messages that wait" className="flex flex-col gap-1.5">
          {waiting.map((message) => (
            <QueuedMessage
              key={message.id}
              message={message}
              working={state.working}
              writes={writes}
              own={message.created_by === me.data?.id}
              actions={{ edit, withdraw }}
            />
          ))}
        </ul>
      ) : null}
      {writes ? (
        <>
          <MarkdownArea
            label={`Message to ${session.agent}`}
            placeholder={state.placeholder}
            value={draft.text}
            onChange={(text) => change(() => ({ text }))}
            onSend={() => void post(false)}
          />
          <FormError message={send.error ? sayFault(send.error) : null} />
          <div className="flex min-w-0 flex-wrap items-center gap-1.5">
            <span role="status" className="mr-auto min-w-0 text-meta text-muted">
              {state.refusal ?? held}
            </span>
            <span aria-hidden className="max-sm:hidden pointer-coarse:hidden">
              {ready ? <Keys shortcut="mod+enter" /> : null}
            </span>
            {state.working ? (
              <Button
                busy={send.isPending && how === "interrupt"}
                disabled={!ready}
                title="The agent is told to stop, and gets the message at once"
                onClick={() => void post(true)}
              >
                Interrupt and send
              </Button>
            ) : null}
            <Button
              variant="primary"
              busy={send.isPending && how === "queue"}
              disabled={goesOn ? state.refusal !== null || retry.isPending : !ready}
              onClick={() =>
                goesOn ? retry.mutate({ id: run.id, from_step_id: step.step_id }) : void post(false)
              }
            >
              {state.label}
            </Button>
          </div>
        </>
      ) : (
        <p className="text-meta text-muted">Members of the project can write to the agent.</p>
      )}
    </section>
  );
}
