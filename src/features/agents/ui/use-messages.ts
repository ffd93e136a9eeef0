"use client";

import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { MAX_LIMIT } from "../../../lib/page-size";
import { trpc } from "../../../trpc/react";
import type { SendMessageInput } from "../schema";

/** The server writes one message for each idempotency key, however often it is sent. */
type Sending = z.input<typeof SendMessageInput> & { idempotency_key: string };

/** The messages that wait for the agent of a session's step, and what can be done with them. */
export function useMessages(session_id: string) {
  const utils = trpc.useUtils();
  const input = { id: session_id, status: "queued", limit: MAX_LIMIT } as const;
  const waiting = trpc.agentSessions.messages.useQuery(input);
  const again = () => utils.agentSessions.messages.invalidate();
  // Offline it fails at once: a paused request would be lost when the tab closes.
  const send = useMutation({
    networkMode: "always",
    mutationFn: ({ idempotency_key, ...message }: Sending) =>
      utils.client.agentSessions.send.mutate(message, { context: { idempotency_key } }),
    onSettled: again,
  });
  const edit = trpc.agentSessions.editMessage.useMutation({ networkMode: "always", onSettled: again });
  const withdraw = trpc.agentSessions.withdrawMessage.useMutation({
    networkMode: "always",
    onSettled: again,
  });
  return { waiting: waiting.data?.items ?? [], send, edit, withdraw };
}
