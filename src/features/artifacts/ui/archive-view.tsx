"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowLeft, Download, File, Folder, Link2, type LucideIcon, PackageOpen } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { CONTROL } from "../../../components/control";
import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { QueryView } from "../../../components/query-view";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { ArchiveEntry, ArchiveListing } from "../schema";
import { entryUrl } from "./artifact-urls";
import { shortName } from "./artifact-words";
import { TextSkeleton } from "./file-states";
import type { ShownFile } from "./shown-file";

const ROW_PX = 32;
/** From so many entries on they can be filtered. */
const FILTERED = 15;

const ICONS: Record<ArchiveEntry["type"], LucideIcon> = {
  file: File,
  directory: Folder,
  link: Link2,
  other: File,
};

const ENDS: Record<ArchiveListing["ended"], string | null> = {
  whole: null,
  limit: "The archive has more than is listed here. Download it to see all.",
  broken: "The archive is cut off or broken behind these. Download it to see what can be saved.",
};

/** What is in an archive; the server reads it as it lies. */
export function ArchiveView({ file, onOpen }: { file: ShownFile; onOpen: (entry: ArchiveEntry) => void }) {
  const query = trpc.artifacts.entries.useQuery(
    { id: file.id },
    { staleTime: Number.POSITIVE_INFINITY, retry: false },
  );
  return (
    <QueryView query={query} skeleton={<TextSkeleton />} className="flex-1">
      {(listing) => <Entries file={file} listing={listing} onOpen={onOpen} />}
    </QueryView>
  );
}

function Entries({
  file,
  listing: { entries, ended },
  onOpen,
}: {
  file: ShownFile;
  listing: ArchiveListing;
  onOpen: (entry: ArchiveEntry) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState("");
  const words = useDeferredValue(wanted).trim().toLowerCase();
  const found = useMemo(
    () => entries.filter(({ name }) => name.toLowerCase().includes(words)),
    [entries, words],
  );
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const end = ENDS[ended];
  const files = entries.filter(({ type }) => type === "file");
  const bytes = files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  return (
    <>
      <div className="flex shrink-0 items-center gap-3 border-b border-line px-4 py-1.5 text-meta text-muted">
        <span>
          {files.length === 1 ? "1 file" : `${files.length} files`}, {fileSize(bytes)} unpacked
        </span>
        {entries.length >= FILTERED ? (
          <input
            type="search"
            value={wanted}
            onChange={({ currentTarget }) => setWanted(currentTarget.value)}
            aria-label="Filter by name"
            placeholder="Filter by name"
            className={`${CONTROL} ml-auto h-control max-w-56`}
          />
        ) : null}
      </div>
      {found.length === 0 ? (
        <EmptyState
          icon={PackageOpen}
          title={entries.length === 0 ? "This archive is empty" : "No file has this name"}
          className="flex-1"
        />
      ) : (
        <div ref={box} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
          <ul
            onKeyDown={moveInList}
            aria-label={withMarks(`Files in ${file.name}`)}
            className="relative"
            style={{ height: virtual.getTotalSize() }}
          >
            {items.map(({ index, start }) => {
              const entry = found[index];
              return entry ? (
                <EntryRow key={entry.position} file={file} entry={entry} top={start} onOpen={onOpen} />
              ) : null;
            })}
          </ul>
        </div>
      )}
      {end ? <p className="shrink-0 border-t border-line px-4 py-1.5 text-meta text-muted">{end}</p> : null}
    </>
  );
}

/** Arrows, J and K between the files in sight; more come into sight as the focus moves. */
function moveInList(event: KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-entry]")];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  entries[at + step]?.focus();
  event.preventDefault();
}

function EntryRow({
  file,
  entry,
  top,
  onOpen,
}: {
  file: ShownFile;
  entry: ArchiveEntry;
  top: number;
  onOpen: (entry: ArchiveEntry) => void;
}) {
  const Icon = ICONS[entry.type];
  const words = <FileNameText name={entry.name} />;
  return (
    <li
      className="absolute inset-x-0 flex items-center gap-2.5 border-b border-line/60 px-4 text-list hover:bg-hover"
      style={{ top, height: ROW_PX }}
    >
      <Icon aria-hidden size={14} className="shrink-0 text-faint" />
      {entry.type === "file" ? (
        <button
          data-entry=""
          type="button"
          onClick={() => onOpen(entry)}
          className="min-w-0 text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {words}
        </button>
      ) : (
        <span className="min-w-0 text-muted">{words}</span>
      )}
      <span className="relative ml-auto flex shrink-0 items-center gap-3 text-meta text-faint">
        {entry.type === "file" ? <span>{fileSize(entry.size_bytes)}</span> : null}
        {entry.modified_at ? (
          <time dateTime={entry.modified_at} className="max-sm:hidden">
            {entry.modified_at.slice(0, 16).replace("T", " ")}
          </time>
        ) : null}
        {entry.type === "file" ? (
          <a
            href={entryUrl(file.id, entry.position)}
            download
            aria-label={withMarks(`Download ${shortName(entry.name)}`)}
            className="-mr-2 inline-flex size-6 items-center justify-center rounded-outer hover:bg-pressed hover:text-text pointer-coarse:size-8"
          >
            <Download aria-hidden size={14} />
          </a>
        ) : (
          <span className="-mr-2 size-6" />
        )}
      </span>
    </li>
  );
}

/** Above a file of an archive: its name, and the way back to the others. */
export function EntryHead({ entry, onBack }: { entry: ArchiveEntry; onBack: () => void }) {
  return (
    <div className="flex shrink-0 items-center gap-2 border-b border-line py-1 pr-4 pl-2 text-list">
      <Button variant="ghost" icon={ArrowLeft} onClick={onBack} autoFocus>
        All files
      </Button>
      <span className="min-w-0">
        <FileNameText name={entry.name} />
      </span>
      <span className="ml-auto shrink-0 text-meta text-faint">{fileSize(entry.size_bytes)}</span>
    </div>
  );
}
