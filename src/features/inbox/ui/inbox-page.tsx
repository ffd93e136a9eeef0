"use client";

import { Inbox } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Button, ButtonLink } from "../../../components/button";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { useListNavigation } from "../../../components/use-list-navigation";
import type { ApprovalQuestion } from "../../approvals/ui/quick-decision";
import type { InboxItem } from "../schema";
import { InboxRow } from "./inbox-row";
import { useInbox } from "./use-inbox";

const DecisionDialog = dynamic(() =>
  import("../../approvals/ui/decision-dialog").then((part) => part.DecisionDialog),
);

/** Poll interval, so that what somebody else decided disappears soon. */
const LOOK_MS = 10_000;

/** All open questions for the reader in all of their projects, newest first. */
export function InboxView() {
  const inbox = useInbox(LOOK_MS);
  return (
    <>
      <TopBar title={<h1 className="font-medium">Inbox</h1>} />
      <FrameContent>
        <QueryView query={inbox} skeleton={<SkeletonRows label="Loading your inbox" />} className="flex-1">
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) return <NothingWaits />;
            return (
              <>
                <InboxList items={items} />
                {inbox.hasNextPage ? (
                  <div className="flex justify-center py-3">
                    <Button
                      variant="ghost"
                      busy={inbox.isFetchingNextPage}
                      onClick={() => void inbox.fetchNextPage()}
                    >
                      Load more
                    </Button>
                  </div>
                ) : null}
              </>
            );
          }}
        </QueryView>
      </FrameContent>
    </>
  );
}

function NothingWaits() {
  return (
    <EmptyState
      icon={Inbox}
      title="Nothing waits for you"
      className="flex-1"
      action={<ButtonLink href="/projects">All projects</ButtonLink>}
    >
      What you may decide is listed here as soon as a run of one of your projects asks for it.
    </EmptyState>
  );
}

function InboxList({ items }: { items: InboxItem[] }) {
  const list = useListNavigation<HTMLUListElement>();
  const [asked, setAsked] = useState<{ item: InboxItem; question: ApprovalQuestion } | null>(null);
  const opener = useRef<Element | null>(null);
  const linkOf = (item: InboxItem | undefined) =>
    item ? list.current?.querySelector<HTMLElement>(`[data-inbox="${item.id}"]`) : null;
  /** An answered row disappears, so the focus moves to its neighbour. */
  const after = (item: InboxItem) => {
    const at = items.indexOf(item);
    return linkOf(items[at + 1]) ?? linkOf(items[at - 1]) ?? document.getElementById("content");
  };
  return (
    <>
      <ul
        ref={list}
        aria-label="What waits for you, newest first"
        className="divide-y divide-line border-b border-line"
      >
        {items.map((item) => (
          <InboxRow
            key={`${item.id} ${item.step.attempt}`}
            item={item}
            onAsk={(question) => {
              opener.current = document.activeElement;
              setAsked({ item, question });
            }}
            onDone={() => after(item)?.focus()}
          />
        ))}
      </ul>
      {asked === null ? null : (
        <DecisionDialog
          open
          {...asked.question}
          run={asked.item.run}
          onClose={() => setAsked(null)}
          finalFocus={() =>
            opener.current instanceof HTMLElement && opener.current.isConnected
              ? opener.current
              : after(asked.item)
          }
        />
      )}
    </>
  );
}
