"use client";

import { FolderKanban, PanelLeftClose, PanelLeftOpen, Plus, Search } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { useCommandDialogs } from "../commands";
import { cx } from "../cx";
import { IconButton } from "../icon-button";
import { RAIL_COOKIE, remember } from "../theme";
import { Tooltip } from "../tooltip";
import { Logo } from "./logo";
import { ThemeMenu } from "./theme-menu";

export interface RailItem {
  key: string;
  label: string;
  href: string;
  active: boolean;
  /** Said to screen readers and shown as a dot: "2 runs under way". */
  busy?: string;
}

interface RailProps {
  items: RailItem[];
  /** True until the items are known. */
  loading?: boolean;
  home: { href: string; active: boolean };
  newItem: { label: string; onClick: () => void };
  /** The person's menu; told whether there is room for a name. */
  account: (folded: boolean) => ReactNode;
  folded: boolean;
}

/** What one can go to. Folds to icons; on a phone it is a bar at the bottom. */
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
          label="All projects"
          href={home.href}
          active={home.active}
          sign={<FolderKanban aria-hidden size={16} className="text-faint" />}
        />
        <div className="mx-2 my-1.5 h-px shrink-0 bg-line" />
        <ul className="flex flex-col gap-px" aria-busy={loading}>
          {items.map(({ key, ...item }) => (
            <li key={key}>
              <RailLink folded={folded} {...item} sign={<ProjectSign label={item.label} />} />
            </li>
          ))}
        </ul>
        <RailButton folded={folded} label={newItem.label} onClick={newItem.onClick} />
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

const ROW =
  "relative flex h-control w-full items-center gap-2 rounded-outer text-list transition-colors hover:bg-hover";

function RailLink({
  label,
  href,
  active,
  busy,
  folded,
  sign,
}: Omit<RailItem, "key"> & { folded: boolean; sign: ReactNode }) {
  const link = (
    <Link
      href={href}
      aria-current={active ? "page" : undefined}
      className={cx(
        ROW,
        folded ? "justify-center" : "px-2",
        active ? "bg-pressed text-text hover:bg-pressed" : "text-muted hover:text-text",
      )}
    >
      {sign}
      <span className={cx("min-w-0 flex-1 truncate", folded && "sr-only")}>{label}</span>
      {busy ? (
        <span className={cx("size-1.5 shrink-0 rounded-full bg-running", folded && "absolute top-1 right-1")}>
          <span className="sr-only">{busy}</span>
        </span>
      ) : null}
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

function RailButton({ label, folded, onClick }: { label: string; folded: boolean; onClick: () => void }) {
  const button = (
    <button
      type="button"
      onClick={onClick}
      className={cx(ROW, "text-muted hover:text-text", folded ? "justify-center" : "px-2")}
    >
      <Plus aria-hidden size={16} className="text-faint" />
      <span className={cx(folded && "sr-only")}>{label}</span>
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

/** A project's first letter on a tile, so the folded rail still tells projects apart. */
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

/** The same on a phone: the list of projects is a page of its own there. */
function BottomBar({ home, account, newItem }: Omit<RailProps, "folded">) {
  const { openPalette } = useCommandDialogs();
  const cell = "flex h-12 flex-1 items-center justify-center rounded-outer";
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 items-center border-t border-line bg-sunken px-1 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
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
      <button
        type="button"
        aria-label={newItem.label}
        onClick={newItem.onClick}
        className={cx(cell, "text-muted")}
      >
        <Plus aria-hidden size={18} />
      </button>
      <span className={cell}>
        <ThemeMenu />
      </span>
      <span className={cell}>{account(true)}</span>
    </nav>
  );
}
