"use client";

import {
  ChevronDown,
  ChevronUp,
  Clock,
  Download,
  FoldVertical,
  ListFilter,
  Regex,
  Search,
  UnfoldVertical,
  WrapText,
  X,
} from "lucide-react";
import { useRef } from "react";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { Kbd } from "../../../components/kbd";
import { Menu, MenuGroup, MenuItem, MenuRadioGroup, MenuSeparator } from "../../../components/menu";
import { Tooltip } from "../../../components/tooltip";
import { withMarks } from "../../../lib/marks";
import type { LogSnapshot } from "./log-store";
import { HIT_LIMIT } from "./use-log-search";
import type { LogView } from "./use-log-view";

/** Search, filter, download, wrap and timestamps of a log. */
export function LogToolbar({
  view,
  log,
  downloadUrl,
  fileName,
}: {
  view: LogView;
  log: LogSnapshot;
  downloadUrl: string;
  fileName: string;
}) {
  return (
    <div className="flex min-w-0 items-center gap-0.5 max-md:flex-1 max-md:pb-1">
      <LogSearch view={view} />
      <LogFilter view={view} log={log} />
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

const LEVELS = [
  { value: "all", label: "All lines" },
  { value: "warning", label: "Errors and warnings" },
  { value: "error", label: "Errors" },
] as const;

const SHOWN = [
  { value: "marked", label: "Mark hits" },
  { value: "only", label: "Only lines with a hit" },
] as const;

/** Which lines are shown, and all groups at once. */
function LogFilter({ view, log }: { view: LogView; log: LogSnapshot }) {
  const lines = () => log.groups.map(({ line }) => line);
  const isOn = view.only || view.query.level !== null;
  return (
    <Menu trigger={<IconButton label="Filter and fold" icon={ListFilter} bare aria-pressed={isOn} />}>
      <MenuGroup label="Level">
        <MenuRadioGroup
          value={view.query.level ?? "all"}
          onValueChange={(level) => {
            view.search({ level: level === "all" ? null : level });
            // Who asks for errors wants to see these, and not a million lines between.
            view.setOnly(level !== "all");
          }}
          options={[...LEVELS]}
        />
      </MenuGroup>
      <MenuSeparator />
      <MenuGroup label="Search">
        <MenuRadioGroup
          value={view.only ? "only" : "marked"}
          onValueChange={(next) => view.setOnly(next === "only")}
          options={[...SHOWN]}
        />
      </MenuGroup>
      {log.groups.length > 0 ? (
        <>
          <MenuSeparator />
          <MenuItem icon={FoldVertical} onClick={() => view.fold(lines(), true)}>
            Fold all groups
          </MenuItem>
          <MenuItem icon={UnfoldVertical} onClick={() => view.fold(lines(), false)}>
            Unfold all groups
          </MenuItem>
        </>
      ) : null}
    </Menu>
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
  const { text, isExpression } = view.query;
  const searching = view.isSearching;
  const { hits, progress, fault } = view.found;
  const at = view.current === null ? -1 : hits.findIndex(({ n }) => n === view.current);
  const all =
    hits.length >= HIT_LIMIT
      ? `${HIT_LIMIT.toLocaleString("en")}+`
      : `${hits.length.toLocaleString("en")}${progress !== null && progress < 1 ? "…" : ""}`;
  const state =
    fault !== null
      ? "not searched"
      : progress !== null && progress < 1 && hits.length === 0
        ? `${Math.round(progress * 100)} %`
        : hits.length === 0
          ? "none"
          : at < 0
            ? all
            : `${at + 1} of ${all}`;
  const clear = () => view.search({ text: "", level: null });
  return (
    <search className="h-control flex min-w-0 items-center max-md:flex-1 gap-1.5 rounded-outer border border-transparent pl-2 text-meta text-faint focus-within:border-line-strong hover:border-line">
      <Search aria-hidden size={14} className="shrink-0" />
      <input
        ref={input}
        value={text}
        aria-label="Search in the log"
        aria-invalid={fault !== null || undefined}
        title={fault === null ? undefined : withMarks(fault)}
        placeholder="Search"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => view.search({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            view.step(event.shiftKey ? -1 : 1);
          } else if (event.key === "Escape") {
            event.preventDefault();
            clear();
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
          <IconButton
            label="Regular expression"
            icon={Regex}
            aria-pressed={isExpression}
            className="size-6"
            onClick={() => view.search({ isExpression: !isExpression })}
          />
          <span
            role="status"
            title={fault === null ? undefined : withMarks(fault)}
            className={cx("whitespace-nowrap tabular-nums", fault !== null && "text-failed")}
          >
            {state}
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
          <IconButton label="Clear the search" icon={X} bare className="size-6" onClick={clear} />
        </>
      ) : (
        <span className="pr-1 max-md:hidden">
          <Kbd>/</Kbd>
        </span>
      )}
    </search>
  );
}
