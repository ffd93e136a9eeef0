"use client";

import { ChevronDown, ChevronUp, Clock, Download, Search, WrapText, X } from "lucide-react";
import { useRef } from "react";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { Kbd } from "../../../components/kbd";
import { Tooltip } from "../../../components/tooltip";
import { withMarks } from "../../../lib/marks";
import { HIT_LIMIT } from "./log-search";
import type { LogView } from "./use-log-view";

/** Search, download, wrap and timestamps of a log. */
export function LogToolbar({
  view,
  downloadUrl,
  fileName,
}: {
  view: LogView;
  downloadUrl: string;
  fileName: string;
}) {
  return (
    <div className="flex min-w-0 items-center gap-0.5 max-md:flex-1 max-md:pb-1">
      <LogSearch view={view} />
      <DownloadLink label="Download the raw log" href={downloadUrl} name={fileName} />
      <IconButton
        label="Wrap long lines"
        icon={WrapText}
        aria-pressed={view.wrap}
        onClick={() => view.toggle("wrap")}
      />
      <IconButton
        label="Show times"
        icon={Clock}
        aria-pressed={view.timestamps}
        onClick={() => view.toggle("timestamps")}
      />
    </div>
  );
}

export function DownloadLink({ label, href, name }: { label: string; href: string; name: string }) {
  return (
    <Tooltip label={label}>
      <a
        href={href}
        download={name}
        aria-label={withMarks(label)}
        className="size-control inline-flex items-center justify-center rounded-outer text-muted hover:bg-hover hover:text-text"
      >
        <Download aria-hidden size={16} />
      </a>
    </Tooltip>
  );
}

function LogSearch({ view }: { view: LogView }) {
  const input = useRef<HTMLInputElement>(null);
  useCommands([
    {
      id: "log.search",
      label: "Search in the log",
      group: "Log",
      icon: Search,
      shortcut: "/",
      run: () => {
        input.current?.focus();
        input.current?.select();
      },
    },
  ]);
  const searching = view.query !== "";
  const at = view.current === null ? -1 : view.hits.indexOf(view.current);
  const count = view.hits.length >= HIT_LIMIT ? `${HIT_LIMIT.toLocaleString("en")}+` : view.hits.length;
  return (
    <search className="h-control flex min-w-0 items-center max-md:flex-1 gap-1.5 rounded-outer border border-transparent pl-2 text-meta text-faint focus-within:border-line-strong hover:border-line">
      <Search aria-hidden size={14} className="shrink-0" />
      <input
        ref={input}
        value={view.query}
        aria-label="Search in the log"
        placeholder="Search"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => view.search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            view.step(event.shiftKey ? -1 : 1);
          } else if (event.key === "Escape") {
            event.preventDefault();
            view.search("");
            event.currentTarget.blur();
          }
        }}
        className={cx(
          "field-text min-w-0 bg-transparent text-text outline-none transition-[width] focus:w-36 max-md:flex-1",
          searching ? "w-36" : "w-13",
        )}
      />
      {searching ? (
        <>
          <span role="status" className="whitespace-nowrap">
            {view.hits.length === 0 ? "none" : at < 0 ? count : `${at + 1} of ${count}`}
          </span>
          <IconButton
            label="Previous hit"
            icon={ChevronUp}
            bare
            className="size-6"
            onClick={() => view.step(-1)}
          />
          <IconButton
            label="Next hit"
            icon={ChevronDown}
            bare
            className="size-6"
            onClick={() => view.step(1)}
          />
          <IconButton
            label="Clear the search"
            icon={X}
            bare
            className="size-6"
            onClick={() => view.search("")}
          />
        </>
      ) : (
        <span className="pr-1 max-md:hidden">
          <Kbd>/</Kbd>
        </span>
      )}
    </search>
  );
}
