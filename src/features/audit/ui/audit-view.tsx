"use client";

import { Download, ScrollText, X } from "lucide-react";
import { Button, buttonClass } from "../../../components/button";
import { TextField } from "../../../components/field";
import { List } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Select } from "../../../components/select";
import { ShowMore } from "../../../components/show-more";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { moreOf } from "../../../components/use-more";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { AuditEntry } from "../schema";
import { AuditRow } from "./audit-row";
import { WHAT_OPTIONS, whoOf } from "./audit-words";
import { exportHref, useAuditFilter } from "./use-audit-filter";

const PAGE = 50;

/** The audit record of a project, or of the whole installation, with its filters and as a file. */
export function AuditView({ projectId }: { projectId?: string }) {
  const { shown, filter, isFiltered, set } = useAuditFilter(projectId);
  const record = trpc.audit.list.useInfiniteQuery(
    { ...filter, limit: PAGE },
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  const items = record.data?.pages.flatMap((page) => page.items) ?? [];
  const clear = () => set({ who: null, what: null, from: null, to: null });
  return (
    <div className="mx-auto flex w-full max-w-240 flex-col gap-3 px-4 pt-4 pb-16">
      <div className="flex flex-wrap items-center gap-2">
        <WhatSelect value={shown.what} onChange={(what) => set({ what })} />
        <div className="flex items-center gap-2 max-sm:w-full">
          <TextField
            type="date"
            label="From this day on"
            labelHidden
            className="max-sm:flex-1"
            value={shown.from ?? ""}
            onChange={(event) => set({ from: event.target.value })}
          />
          <span aria-hidden className="text-faint">
            to
          </span>
          <TextField
            type="date"
            label="To this day"
            labelHidden
            className="max-sm:flex-1"
            value={shown.to ?? ""}
            onChange={(event) => set({ to: event.target.value })}
          />
        </div>
        {shown.who === null ? null : (
          <Button icon={X} aria-label="Show what everybody did" onClick={() => set({ who: null })}>
            <span className="max-w-40 truncate">{withMarks(nameIn(items, shown.who))}</span>
          </Button>
        )}
        <span className="ml-auto flex items-center gap-2">
          <ExportLink href={exportHref(filter, "csv")} label="CSV" />
          <ExportLink href={exportHref(filter, "jsonl")} label="JSON lines" />
        </span>
      </div>
      <div className="overflow-hidden rounded-outer border border-line bg-surface">
        <QueryView query={record} skeleton={<SkeletonRows rows={8} label="Loading the record" />}>
          {() =>
            items.length === 0 ? (
              <EmptyState
                icon={ScrollText}
                title={isFiltered ? "Nothing matches" : "Nothing was done yet"}
                action={isFiltered ? <Button onClick={clear}>Show everything</Button> : null}
              >
                {isFiltered
                  ? "No row of the record is of this person, action and time."
                  : "What people change is listed here, with who it was, from where, and what it was before."}
              </EmptyState>
            ) : (
              <List label="Audit record">
                {items.map((entry) => (
                  <AuditRow
                    key={entry.id}
                    entry={entry}
                    showProject={projectId === undefined}
                    onWho={(who) => set({ who })}
                    onWhat={(what) => set({ what })}
                  />
                ))}
              </List>
            )
          }
        </QueryView>
      </div>
      <ShowMore more={moreOf(record)}>Show earlier</ShowMore>
    </div>
  );
}

/** An action that was clicked on stands beside the words to choose from. */
function WhatSelect({ value, onChange }: { value: string | null; onChange: (what: string | null) => void }) {
  const isListed = value === null || WHAT_OPTIONS.some((option) => option.value === value);
  const options = isListed ? WHAT_OPTIONS : [...WHAT_OPTIONS, { value, label: value }];
  return (
    <div className="w-44 max-sm:w-full">
      <Select
        aria-label="What was done"
        options={options}
        value={value ?? "all"}
        onValueChange={(next) => onChange(next === "all" ? null : next)}
      />
    </div>
  );
}

function ExportLink({ href, label }: { href: string; label: string }) {
  return (
    <a href={href} download className={buttonClass("ghost")} aria-label={withMarks(`Download as ${label}`)}>
      <Download aria-hidden size={14} />
      {label}
    </a>
  );
}

function nameIn(items: AuditEntry[], who: string): string {
  const one = items.find(({ actor_id }) => actor_id === who);
  return one ? whoOf(one) : who;
}
