"use client";

import { FolderKanban, Inbox, PanelLeftClose, PanelLeftOpen, Plus, Search } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { withMarks } from "../../lib/marks";
import { useCommandDialogs } from "../commands";
import { cx } from "../cx";
import { IconButton } from "../icon-button";
import { RollingNumber } from "../rolling-number";
import { RAIL_COOKIE, remember } from "../theme";
import { Tooltip } from "../tooltip";
import { Logo } from "./logo";
import { ThemeMenu } from "./theme-menu";

export interface RailItem {
  key: string;
  label: string;
  href: string;
  active: boolean;
  /** Shown as a dot and read by screen readers, for example "2 runs under way". */
  busy?: string;
}

interface RailProps {
  items: RailItem[];
  /** True until the items are known. */
  loading?: boolean;
  home: { href: string; active: boolean };
  /** `count`: number of questions that wait for the person. */
  inbox: { href: string; active: boolean; count: number };
  /** Absent if the person may not create one. */
  newItem?: { label: string; onClick: () => void } | undefined;
  /** Renders the account menu; `folded` tells that there is no room for a name. */
  account: (folded: boolean) => ReactNode;
  folded: boolean;
}

/** The main navigation. Can be folded to icons; on a phone it is a bar at the bottom. */
export function Rail({ folded: initial, ...props }: RailProps) {
  const [folded, setFolded] = useState(initial);
  const fold = (next: boolean) => {
    setFolded(next);
    remember(RAIL_COOKIE, next ? "folded" : "open");
  };
  return (
    <>
      <SideRail {...props} folded={folded} onFold={fold} />
      <BottomBar {...props} />
    </>
  );
}

function SideRail({
  items,
  loading,
  home,
  inbox,
  newItem,
  account,
  folded,
  onFold,
}: RailProps & { onFold: (folded: boolean) => void }) {
  return (
    <nav
      aria-label="Projects"
      className={cx(
        "hidden shrink-0 flex-col border-r border-line bg-sunken transition-[width] md:flex",
        folded ? "w-12" : "w-52",
      )}
    >
      <div className={cx("flex h-12 shrink-0 items-center", folded ? "justify-center" : "pr-2 pl-4")}>
        {folded ? null : (
          <Link
            href="/projects"
            className="flex min-w-0 flex-1 items-center gap-2.5 rounded-outer font-medium"
          >
            <Logo />
            Phaseboard
          </Link>
        )}
        <IconButton
          label={folded ? "Unfold the rail" : "Fold the rail"}
          icon={folded ? PanelLeftOpen : PanelLeftClose}
          aria-expanded={!folded}
          onClick={() => onFold(!folded)}
          className="text-faint"
        />
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-px overflow-y-auto px-2 py-1">
        <RailLink
          folded={folded}
          label="Inbox"
          href={inbox.href}
          active={inbox.active}
          sign={<Inbox aria-hidden size={16} className="text-faint" />}
          end={<WaitingCount count={inbox.count} folded={folded} />}
        />
        <RailLink
          folded={folded}
          label="All projects"
          href={home.href}
          active={home.active}
          sign={<FolderKanban aria-hidden size={16} className="text-faint" />}
        />
        <div className="mx-2 my-1.5 h-px shrink-0 bg-line" />
        <ul className="flex shrink-0 flex-col gap-px" aria-busy={loading}>
          {items.map(({ key, busy, ...item }) => (
            <li key={key}>
              <RailLink
                folded={folded}
                {...item}
                prefetch={false}
                sign={<ProjectSign label={item.label} />}
                end={busy ? <BusyDot words={busy} folded={folded} /> : null}
              />
            </li>
          ))}
        </ul>
        {newItem ? <RailButton folded={folded} label={newItem.label} onClick={newItem.onClick} /> : null}
      </div>
      <div
        className={cx(
          "flex shrink-0 items-center gap-1 border-t border-line p-2",
          folded && "flex-col-reverse",
        )}
      >
        <div className={cx(!folded && "min-w-0 flex-1")}>{account(folded)}</div>
        <ThemeMenu />
      </div>
    </nav>
  );
}

/** Higher numbers do not fit. */
const MOST_COUNTED = 99;

const ROW =
  "relative flex h-control w-full shrink-0 items-center gap-2 rounded-outer text-list transition-colors hover:bg-hover";

function RailLink({
  label,
  href,
  active,
  folded,
  sign,
  end,
  prefetch,
}: Omit<RailItem, "key" | "busy"> & {
  folded: boolean;
  sign: ReactNode;
  end?: ReactNode;
  /** False for long lists, so that a page does not prefetch all links. */
  prefetch?: false;
}) {
  const link = (
    <Link
      href={href}
      {...(prefetch === false ? { prefetch } : {})}
      aria-current={active ? "page" : undefined}
      className={cx(
        ROW,
        folded ? "justify-center" : "px-2",
        active ? "bg-pressed text-text hover:bg-pressed" : "text-muted hover:text-text",
      )}
    >
      {sign}
      <span className={cx("min-w-0 flex-1 truncate", folded && "sr-only")}>{withMarks(label)}</span>
      {end}
    </Link>
  );
  return folded ? (
    <Tooltip label={label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}

function BusyDot({ words, folded }: { words: string; folded: boolean }) {
  return (
    <span className={cx("size-1.5 shrink-0 rounded-full bg-running", folded && "absolute top-1 right-1")}>
      <span className="sr-only">{words}</span>
    </span>
  );
}

/** The number of open questions; a dot on the icon if the rail is folded. */
function WaitingCount({ count, folded }: { count: number; folded: boolean }) {
  if (count === 0) return null;
  return (
    <span
      className={cx(
        "shrink-0 text-meta text-needs-you",
        folded && "absolute -top-0.5 right-0 rounded-full bg-sunken px-1 text-[10px] leading-3.5 font-medium",
      )}
    >
      <span aria-hidden>{count > MOST_COUNTED ? `${MOST_COUNTED}+` : <RollingNumber value={count} />}</span>
      <span className="sr-only">
        {count} {count === 1 ? "waits" : "wait"} for you
      </span>
    </span>
  );
}

function RailButton({ label, folded, onClick }: { label: string; folded: boolean; onClick: () => void }) {
  const button = (
    <button
      type="button"
      onClick={onClick}
      className={cx(ROW, "text-muted hover:text-text", folded ? "justify-center" : "px-2")}
    >
      <Plus aria-hidden size={16} className="text-faint" />
      <span className={cx(folded && "sr-only")}>{withMarks(label)}</span>
    </button>
  );
  return folded ? (
    <Tooltip label={label} side="right">
      {button}
    </Tooltip>
  ) : (
    button
  );
}

/** A project's first letter on a tile, which tells projects apart in the folded rail. */
function ProjectSign({ label }: { label: string }) {
  return (
    <span
      aria-hidden
      className="flex size-4 shrink-0 items-center justify-center rounded-inner border border-line-strong text-[10px] leading-none font-medium text-muted"
    >
      {[...label][0]?.toUpperCase()}
    </span>
  );
}

/** The navigation on a phone; the list of projects is a page of its own there. */
function BottomBar({ home, inbox, account, newItem }: Omit<RailProps, "folded">) {
  const { openPalette } = useCommandDialogs();
  const cell = "flex h-12 flex-1 items-center justify-center rounded-outer";
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 items-center border-t border-line bg-sunken px-1 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <Link
        href={inbox.href}
        aria-current={inbox.active ? "page" : undefined}
        className={cx(cell, "relative", inbox.active ? "text-accent-text" : "text-muted")}
      >
        <span className="relative px-2">
          <Inbox aria-hidden size={18} />
          <span className="sr-only">Inbox </span>
          <WaitingCount count={inbox.count} folded />
        </span>
      </Link>
      <Link
        href={home.href}
        aria-label="All projects"
        aria-current={home.active ? "page" : undefined}
        className={cx(cell, home.active ? "text-accent-text" : "text-muted")}
      >
        <FolderKanban aria-hidden size={18} />
      </Link>
      <button
        type="button"
        aria-label="Search commands"
        onClick={openPalette}
        className={cx(cell, "text-muted")}
      >
        <Search aria-hidden size={18} />
      </button>
      {newItem ? (
        <button
          type="button"
          aria-label={withMarks(newItem.label)}
          onClick={newItem.onClick}
          className={cx(cell, "text-muted")}
        >
          <Plus aria-hidden size={18} />
        </button>
      ) : null}
      <span className={cell}>
        <ThemeMenu />
      </span>
      <span className={cell}>{account(true)}</span>
    </nav>
  );
}
