"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { withMarks } from "../../lib/marks";
import { useCommandDialogs } from "../commands";
import { cx } from "../cx";
import { Keys } from "../kbd";
import { Slot } from "./slots";

export interface TopBarTab {
  label: string;
  href: string;
  active: boolean;
}

/** Title, views, palette and primary action of a project. Pages add theirs through slots. */
export function TopBar({
  title,
  tabs = [],
  action,
}: {
  title: ReactNode;
  tabs?: TopBarTab[];
  action?: ReactNode;
}) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 border-b border-line px-4 md:h-12 md:flex-nowrap">
      <div className="flex h-12 min-w-0 flex-1 items-center truncate text-list font-medium md:h-auto md:flex-none">
        {withMarks(title)}
      </div>
      {tabs.length > 0 ? (
        <nav
          aria-label="Project"
          className="order-last -mx-2 flex min-w-0 self-stretch overflow-x-auto max-md:basis-full md:order-none"
        >
          {tabs.map((tab) => (
            <Link
              key={tab.href}
              href={tab.href}
              aria-current={tab.active ? "page" : undefined}
              className={cx(
                "relative flex h-9 shrink-0 pointer-coarse:h-10 items-center px-2 text-list outline-offset-[-3px] transition-colors md:h-auto",
                "after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:transition-colors",
                tab.active ? "text-text after:bg-accent-text" : "text-muted hover:text-text",
              )}
            >
              {tab.label}
            </Link>
          ))}
        </nav>
      ) : null}
      <div className="ml-auto flex shrink-0 items-center gap-2">
        <Slot name="live" className="flex items-center" />
        <Slot name="actions" className="flex items-center gap-2 empty:hidden" />
        <PaletteButton />
        {action}
      </div>
    </header>
  );
}

function PaletteButton() {
  const { openPalette } = useCommandDialogs();
  return (
    <button
      type="button"
      aria-label="Search commands"
      onClick={openPalette}
      className="h-control hidden items-center gap-2 rounded-outer px-2 text-faint transition-colors hover:bg-hover md:flex"
    >
      <Search aria-hidden size={14} />
      <Keys shortcut="mod+k" />
    </button>
  );
}
