"use client";

import { FilterX } from "lucide-react";
import { Button } from "../../../components/button";
import { useAddress } from "../../../components/use-address";
import {
  DefinitionFilter,
  PersonFilter,
  PinnedFilter,
  RunSearch,
  StatusFilter,
} from "../../runs/ui/run-filters";
import { type Door, DoorLink } from "./doors";

/** Grouping and filters of the board, and links to the runs that have left it. */
export function BoardToolbar({ doors, filtered }: { doors: readonly Door[]; filtered: boolean }) {
  const { set } = useAddress();
  return (
    <div className="relative flex h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]">
      <DefinitionFilter label="Group" anyLabel="All runs by status" />
      <span aria-hidden className="mx-1 h-4 w-px shrink-0 bg-line" />
      <StatusFilter />
      <PersonFilter />
      <PinnedFilter />
      <RunSearch />
      {filtered ? (
        <Button
          variant="ghost"
          icon={FilterX}
          onClick={() => set({ status: null, person: null, q: null, pinned: null })}
          className="max-md:px-2"
        >
          Clear
        </Button>
      ) : null}
      {doors.length === 0 ? null : (
        <nav aria-label="Runs that have left the board" className="ml-auto hidden shrink-0 md:flex">
          {doors.map((door) => (
            <DoorLink
              key={door.href}
              door={door}
              className="h-control gap-0.5 pr-1 pl-2 hover:bg-hover hover:text-text"
            />
          ))}
        </nav>
      )}
    </div>
  );
}
