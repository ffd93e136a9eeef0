"use client";

import type { InfiniteData } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import { type Outputs, trpc } from "../../../trpc/react";
import type { InboxItem, InboxView, MarkInboxInput } from "../schema";

type Page = Outputs["inbox"]["list"];

/** How an item looks once it is marked; null: it leaves the view. */
function marked(item: InboxItem, view: InboxView, input: Partial<MarkInboxInput>): InboxItem | null {
  const { read, done, snoozed_until } = input;
  const now = new Date().toISOString();
  if (snoozed_until !== undefined) return (snoozed_until === null) === (view === "open") ? item : null;
  if (done !== undefined && done !== (view === "done")) return null;
  return read === undefined ? item : { ...item, read_at: read ? now : null };
}

/** Marks items. Shown at once; the server's answer is read again behind it. */
export function useMark() {
  const queries = useQueryClient();
  const utils = trpc.useUtils();
  const key = getQueryKey(trpc.inbox.list);
  return trpc.inbox.mark.useMutation({
    onMutate: async (input) => {
      const keys = new Set(input.keys);
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueriesData<InfiniteData<Page>>({ queryKey: key });
      for (const [queryKey, data] of before) {
        const asked = (queryKey[1] as { input?: { view?: InboxView } } | undefined)?.input;
        const view = asked?.view ?? "open";
        if (!data) continue;
        const pages = data.pages.map((page) => ({
          ...page,
          items: page.items.flatMap((item) =>
            keys.has(item.key) ? (marked(item, view, input) ?? []) : item,
          ),
        }));
        queries.setQueryData(queryKey, { ...data, pages });
      }
      return { before };
    },
    onError: (error, _, context) => {
      for (const [queryKey, data] of context?.before ?? []) queries.setQueryData(queryKey, data);
      toast.failed("Your inbox could not be changed", { description: sayFault(error) });
    },
    onSettled: () => utils.inbox.invalidate(),
  });
}
