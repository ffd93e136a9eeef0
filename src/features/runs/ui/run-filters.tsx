"use client";

import { Archive, Pin, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { Kbd } from "../../../components/kbd";
import { Select } from "../../../components/select";
import { useAddress } from "../../../components/use-address";
import { RUN_STATUSES, type RunStatus } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { useProject } from "../../projects/ui/project-provider";

export interface RunFilters {
  status: RunStatus | null;
  user_id: string | null;
  definition: string | null;
  q: string;
  /** Only runs that are pinned. */
  pinned: boolean;
  /** Only runs that are archived. */
  archived: boolean;
}

/** The filters in the address; unknown values are ignored. */
export function useRunFilters(): RunFilters {
  const { get } = useAddress();
  const status = RUN_STATUSES.find((each) => each === get("status")) ?? null;
  return {
    status,
    user_id: get("person"),
    definition: get("definition"),
    q: get("q")?.trim() ?? "",
    pinned: get("pinned") === "1",
    archived: get("archived") === "1",
  };
}

const ANY = "any";

export function StatusFilter() {
  const { set } = useAddress();
  const { status } = useRunFilters();
  return (
    <Select
      quiet
      aria-label="Status"
      value={status ?? ANY}
      onValueChange={(next) => set({ status: next === ANY ? null : next })}
      options={[
        { value: ANY, label: "Any status" },
        ...RUN_STATUSES.map((each) => ({
          value: each,
          label: STATUS_LOOKS[displayStatus(each)].label,
          icon: <StatusIcon status={displayStatus(each)} decorative />,
        })),
      ]}
      className={cx(status && "text-text")}
    />
  );
}

export function PersonFilter() {
  const { id } = useProject();
  const { set } = useAddress();
  const { user_id } = useRunFilters();
  const members = trpc.members.list.useQuery({ project_id: id });
  const people = members.data?.items ?? [];
  return (
    <Select
      quiet
      aria-label="Person"
      value={user_id ?? ANY}
      onValueChange={(next) => set({ person: next === ANY ? null : next })}
      options={[
        { value: ANY, label: "Anyone" },
        ...people.map((member) => ({ value: member.user_id, label: member.name })),
        // A link may name a person who is no longer a member.
        ...(user_id !== null && members.isSuccess && !people.some((member) => member.user_id === user_id)
          ? [{ value: user_id, label: "Someone else" }]
          : []),
      ]}
      className={cx("max-w-44", user_id && "text-text")}
    />
  );
}

export function DefinitionFilter({ anyLabel, label }: { anyLabel: string; label: string }) {
  const { id } = useProject();
  const { set } = useAddress();
  const { definition } = useRunFilters();
  const definitions = trpc.definitions.list.useQuery({ project_id: id });
  const items = definitions.data?.items ?? [];
  return (
    <Select
      quiet
      aria-label={label}
      value={definition ?? ANY}
      onValueChange={(next) => set({ definition: next === ANY ? null : next })}
      options={[
        { value: ANY, label: anyLabel },
        ...items
          .filter((item) => item.status !== "archived" || item.slug === definition)
          .map((item) => ({ value: item.slug, label: item.name })),
      ]}
      className={cx("max-w-60", definition && "text-text")}
    />
  );
}

/** A switch that leaves the runs that are pinned. */
export function PinnedFilter() {
  const { set } = useAddress();
  const { pinned } = useRunFilters();
  return (
    <button
      type="button"
      aria-pressed={pinned}
      onClick={() => set({ pinned: pinned ? null : "1" })}
      className={cx(
        "h-control inline-flex shrink-0 items-center gap-1.5 rounded-outer px-2 text-list transition-colors hover:bg-hover hover:text-text",
        pinned ? "bg-pressed text-text" : "text-muted",
      )}
    >
      <Pin aria-hidden size={14} />
      Pinned
    </button>
  );
}

/** A switch that leaves the runs that are archived. */
export function ArchivedFilter() {
  const { set } = useAddress();
  const { archived } = useRunFilters();
  return (
    <button
      type="button"
      aria-pressed={archived}
      onClick={() => set({ archived: archived ? null : "1" })}
      className={cx(
        "h-control inline-flex shrink-0 items-center gap-1.5 rounded-outer px-2 text-list transition-colors hover:bg-hover hover:text-text",
        archived ? "bg-pressed text-text" : "text-muted",
      )}
    >
      <Archive aria-hidden size={14} />
      Archived
    </button>
  );
}

/** Milliseconds of pause in typing after which the address is updated. */
const TYPING_MS = 200;

export function RunSearch() {
  const { set } = useAddress();
  const { q } = useRunFilters();
  const [text, setText] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(q);
  useEffect(() => {
    // The address changed by other means: the back button, a link, or cleared filters.
    if (q !== sent.current) {
      sent.current = q;
      setText(q);
    }
  }, [q]);
  useEffect(() => {
    if (text.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text.trim();
      set({ q: sent.current });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, set]);
  useCommands([
    {
      id: "runs.search",
      label: "Search runs by name or number",
      group: "Runs",
      icon: Search,
      shortcut: "/",
      run: () => {
        input.current?.focus();
        input.current?.select();
      },
    },
  ]);
  return (
    <search className="h-control flex min-w-0 items-center gap-1.5 rounded-outer border border-transparent px-2 text-faint focus-within:border-line-strong hover:border-line">
      <Search aria-hidden size={14} className="shrink-0" />
      <input
        ref={input}
        value={text}
        aria-label="Search runs by name or number"
        placeholder="Search"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (text === "") event.currentTarget.blur();
          else setText("");
        }}
        className="field-text w-24 min-w-0 bg-transparent text-text outline-none text-ellipsis transition-[width] focus:w-44"
      />
      {text === "" ? (
        <span className="max-md:hidden">
          <Kbd>/</Kbd>
        </span>
      ) : (
        <IconButton
          label="Clear the search"
          icon={X}
          bare
          className="-mr-1.5 size-6"
          onClick={() => setText("")}
        />
      )}
    </search>
  );
}
