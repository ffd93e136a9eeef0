"use client";

import { Clock, Pencil, X, Zap } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import { IconButton } from "../../../components/icon-button";
import { RelativeTime } from "../../../components/relative-time";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { MarkdownArea } from "../../comments/ui/markdown-area";
import type { AgentMessage } from "../schema";
import type { useMessages } from "./use-messages";

interface Props {
  message: AgentMessage;
  /** The agent is at work, so it can be interrupted. */
  working: boolean;
  /** The reader may change what waits. */
  writes: boolean;
  /** The reader wrote it. */
  own: boolean;
  actions: Pick<ReturnType<typeof useMessages>, "edit" | "withdraw">;
}

/** A message that the agent does not have yet. */
export function QueuedMessage({ message, working, writes, own, actions: { edit, withdraw } }: Props) {
  const [text, setText] = useState<string | null>(null);
  const { id, created_by_name: by } = message;
  const failed = (error: unknown) =>
    toast.failed("The message could not be changed", {
      description: error instanceof Error ? sayFault(error as Parameters<typeof sayFault>[0]) : undefined,
    });
  const save = () => {
    if (text === null || text.trim() === "" || edit.isPending) return;
    edit.mutate({ id, text }, { onSuccess: () => setText(null) });
  };
  return (
    <li className="flex min-w-0 items-start gap-2 rounded-outer border border-dashed border-line-strong px-2.5 py-1.5">
      <Avatar name={by} size={16} decorative />
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 text-meta text-muted">
          <span className="font-medium">{withMarks(by)}</span>
          <span className="flex items-center gap-1">
            {message.interrupt ? <Zap aria-hidden size={12} /> : <Clock aria-hidden size={12} />}
            {message.interrupt
              ? "goes as soon as the agent has stopped"
              : working
                ? "goes at the end of the agent's turn"
                : "goes when the step is continued"}
          </span>
          <RelativeTime at={message.created_at} className="text-faint" />
        </p>
        {text === null ? (
          <p className="max-h-32 overflow-y-auto text-prose wrap-anywhere whitespace-pre-wrap">
            {withMarks(message.text)}
          </p>
        ) : (
          <div className="mt-1 flex flex-col gap-1.5">
            <MarkdownArea
              label={`Message of ${by}`}
              value={text}
              onChange={setText}
              onSend={save}
              onEscape={() => setText(null)}
            />
            <FormError message={edit.error ? sayFault(edit.error) : null} />
            <div className="flex justify-end gap-1.5">
              <Button variant="ghost" onClick={() => setText(null)}>
                Cancel
              </Button>
              <Button variant="primary" busy={edit.isPending} disabled={text.trim() === ""} onClick={save}>
                Save
              </Button>
            </div>
          </div>
        )}
      </div>
      {writes && text === null ? (
        <span className="flex shrink-0 items-center">
          {working && !message.interrupt ? (
            <IconButton
              label="Send now: interrupt the agent"
              icon={Zap}
              onClick={() => edit.mutate({ id, interrupt: true }, { onError: failed })}
            />
          ) : null}
          {own ? (
            <IconButton label="Edit the message" icon={Pencil} onClick={() => setText(message.text)} />
          ) : null}
          <IconButton
            label="Withdraw the message"
            icon={X}
            onClick={() => withdraw.mutate({ id }, { onError: failed })}
          />
        </span>
      ) : null}
    </li>
  );
}
