"use client";

import { CheckCheck, Clock, Ellipsis, Inbox, MailOpen } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { useCommands } from "../../../components/commands";
import { FrameContent } from "../../../components/frame/frame";
import { FillSlot } from "../../../components/frame/slots";
import { TopBar } from "../../../components/frame/top-bar";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { TabPanel, Tabs } from "../../../components/tabs";
import { toast } from "../../../components/toast";
import { useAddress } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import type { ApprovalQuestion } from "../../approvals/ui/quick-decision";
import type { InboxItem, InboxView as View } from "../schema";
import { InboxRow, type Mark } from "./inbox-row";
import { isQuestion } from "./inbox-words";
import { NotifyButton } from "./notify-button";
import { snoozeTimes } from "./snooze-times";
import { useInbox } from "./use-inbox";
import { useMark } from "./use-mark";

const DecisionDialog = dynamic(() =>
  import("../../approvals/ui/decision-dialog").then((part) => part.DecisionDialog),
);

/** Poll interval, so that what somebody else decided disappears soon. */
const LOOK_MS = 10_000;

const VIEWS: { value: View; label: string }[] = [
  { value: "open", label: "Open" },
  { value: "snoozed", label: "Snoozed" },
  { value: "done", label: "Done" },
];

const NAMES: Record<View, string> = {
  open: "What waits for you and what is new, newest first",
  snoozed: "What you snoozed, newest first",
  done: "What you are done with, newest first",
};

/** All open questions and news for the reader in all of their projects, newest first. */
export function InboxView() {
  const { get, set } = useAddress();
  const view = VIEWS.find(({ value }) => value === get("view"))?.value ?? "open";
  const inbox = useInbox(LOOK_MS, view);
  const mark = useMark();
  const readAll = () => mark.mutate({ all: "news", read: true });
  const doneAll = () =>
    mark.mutate(
      { all: "news", done: true },
      {
        onSuccess: ({ marked }) =>
          toast.done(marked === 1 ? "One item is done" : `${marked} items are done`, {
            description: "Questions stay until they are answered.",
            link: { label: "Show them", href: "/inbox?view=done" },
          }),
      },
    );
  useCommands([
    {
      id: "inbox.readAll",
      label: "Read all news",
      group: "Inbox",
      icon: MailOpen,
      shortcut: "shift+u",
      run: readAll,
    },
    {
      id: "inbox.doneAll",
      label: "Be done with all news",
      group: "Inbox",
      icon: CheckCheck,
      shortcut: "shift+e",
      run: doneAll,
    },
  ]);
  return (
    <>
      <TopBar title={<h1 className="font-medium">Inbox</h1>} />
      <FillSlot name="actions">
        <NotifyButton />
        <Menu trigger={<IconButton bare label="More of the inbox" icon={Ellipsis} />}>
          <MenuItem icon={MailOpen} shortcut="shift+u" onClick={readAll}>
            Read all news
          </MenuItem>
          <MenuItem icon={CheckCheck} shortcut="shift+e" onClick={doneAll}>
            Be done with all news
          </MenuItem>
        </Menu>
      </FillSlot>
      <FrameContent>
        <Tabs
          label="Which items"
          tabs={VIEWS}
          value={view}
          onValueChange={(next) => set({ view: next === "open" ? null : next })}
          className="flex-1"
        >
          <TabPanel value={view} className="flex flex-col">
            <QueryView
              query={inbox}
              skeleton={<SkeletonRows label="Loading your inbox" />}
              className="flex-1"
            >
              {({ pages }) => {
                const items = pages.flatMap((page) => page.items);
                if (items.length === 0) return <Nothing view={view} />;
                return (
                  <>
                    <InboxList items={items} view={view} mark={mark} />
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
          </TabPanel>
        </Tabs>
      </FrameContent>
    </>
  );
}

function Nothing({ view }: { view: View }) {
  if (view === "snoozed")
    return (
      <EmptyState icon={Clock} title="Nothing is snoozed" className="flex-1">
        What you snooze waits here, and comes back unread when you said.
      </EmptyState>
    );
  if (view === "done")
    return (
      <EmptyState icon={CheckCheck} title="Nothing is done yet" className="flex-1">
        What you are done with is kept here for 30 days. A failure comes here by itself once a retry succeeds.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Inbox}
      title="Nothing waits for you"
      className="flex-1"
      action={<ButtonLink href="/projects">All projects</ButtonLink>}
    >
      What you may decide comes here as soon as a run asks for it, and so do failures and ends of your runs,
      mentions and answers.
    </EmptyState>
  );
}

function InboxList({
  items,
  view,
  mark: marking,
}: {
  items: InboxItem[];
  view: View;
  mark: ReturnType<typeof useMark>;
}) {
  const list = useListNavigation<HTMLUListElement>();
  const [asked, setAsked] = useState<{ item: InboxItem; question: ApprovalQuestion } | null>(null);
  const opener = useRef<Element | null>(null);
  const linkOf = (item: InboxItem | undefined) =>
    item ? list.current?.querySelector<HTMLElement>(`[data-inbox="${CSS.escape(item.key)}"]`) : null;
  /** A row that is answered or done disappears, so the focus moves to its neighbour. */
  const after = (item: InboxItem) => {
    const at = items.indexOf(item);
    return linkOf(items[at + 1]) ?? linkOf(items[at - 1]) ?? document.getElementById("content");
  };
  const mark: Mark = (item, change) => {
    const leaves = change.done !== undefined || change.snoozed_until !== undefined;
    if (leaves) after(item)?.focus();
    marking.mutate({ keys: [item.key], ...change });
    if (change.done === true || typeof change.snoozed_until === "string") {
      const undo = change.done ? { done: false } : { snoozed_until: null };
      toast.done(change.done ? `${item.run.name} is done` : `${item.run.name} is snoozed`, {
        action: { label: "Undo", run: () => marking.mutate({ keys: [item.key], ...undo }) },
      });
    }
  };
  /** Does it with the row that has the focus. */
  const withRow = (act: (item: InboxItem) => void) => () => {
    const key = document.activeElement?.closest("[data-inbox-row]")?.getAttribute("data-inbox-row");
    const item = items.find((each) => each.key === key);
    if (item) act(item);
  };
  const tomorrow = () =>
    snoozeTimes(new Date())
      .find(({ id }) => id === "tomorrow")
      ?.at.toISOString() ?? null;
  const group = "Inbox, the row with the focus";
  useCommands([
    {
      id: "inbox.done",
      label: view === "done" ? "Back to the inbox" : "Done",
      group,
      shortcut: "e",
      keysOnly: true,
      run: withRow((item) => mark(item, { done: view !== "done" })),
    },
    {
      id: "inbox.read",
      label: "Read or unread",
      group,
      shortcut: "u",
      keysOnly: true,
      run: withRow((item) => (isQuestion(item) ? undefined : mark(item, { read: item.read_at === null }))),
    },
    {
      id: "inbox.snooze",
      label: view === "snoozed" ? "Back to the inbox" : "Snooze until tomorrow, 9:00",
      group,
      shortcut: "s",
      keysOnly: true,
      run: withRow((item) => mark(item, { snoozed_until: view === "snoozed" ? null : tomorrow() })),
    },
  ]);
  return (
    <>
      <ul ref={list} aria-label={NAMES[view]} className="divide-y divide-line border-b border-line">
        {items.map((item) => (
          <InboxRow
            key={item.key}
            item={item}
            mark={mark}
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
          run={{ id: asked.item.run.id, name: asked.item.run.name }}
          href={`/p/${asked.item.project.slug}/runs/${asked.item.run.id}`}
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
